//! Number literals: to canonical digits or a float.

/// CPython's limit for the digits of an integer literal; also bounds the conversion's time.
const MOST_DIGITS: usize = 4300;

/// Decimal digits of an integer literal (`60_000`, `0x1f`, `0b101`), without separators or leading
/// zeros; `None` if it has too many digits or none after its prefix.
pub(crate) fn int(source: &str) -> Option<String> {
    let digits: String = source.chars().filter(|&c| c != '_').collect();
    if digits.len() > MOST_DIGITS {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = lower.strip_prefix(prefix) {
            return from_radix(rest, radix);
        }
    }
    Some(without_leading_zeros(&digits))
}

/// The value of a float literal; separators are ignored.
pub(crate) fn float(source: &str) -> Option<f64> {
    let digits: String = source.chars().filter(|&c| c != '_').collect();
    digits.parse().ok()
}

fn without_leading_zeros(digits: &str) -> String {
    let rest = digits.trim_start_matches('0');
    if rest.is_empty() { "0".to_string() } else { rest.to_string() }
}

/// Converts by schoolbook multiplication: at most 4,300 digits, so its square does not matter.
fn from_radix(digits: &str, radix: u32) -> Option<String> {
    if digits.is_empty() {
        return None;
    }
    // Base 10^9, least significant first.
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.chars() {
        let mut carry = u64::from(digit.to_digit(radix)?);
        for limb in &mut limbs {
            let product = *limb * u64::from(radix) + carry;
            *limb = product % 1_000_000_000;
            carry = product / 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let text: String = limbs.iter().rev().map(|limb| format!("{limb:09}")).collect();
    Some(without_leading_zeros(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_decimal_digits() {
        assert_eq!(int("60_000").as_deref(), Some("60000"));
        assert_eq!(int("0x1F").as_deref(), Some("31"));
        assert_eq!(int("0b101").as_deref(), Some("5"));
        assert_eq!(int("0o17").as_deref(), Some("15"));
        assert_eq!(int("007").as_deref(), Some("7"));
        assert_eq!(int("000").as_deref(), Some("0"));
        assert_eq!(int("0xffffffffffffffffffff").as_deref(), Some("1208925819614629174706175"));
        assert_eq!(int("0x_").as_deref(), None);
        assert_eq!(int(&"9".repeat(4301)), None);
    }

    #[test]
    fn makes_floats() {
        assert_eq!(float("1_000.5e-1"), Some(100.05));
        assert_eq!(float("2."), Some(2.0));
        assert_eq!(float(".5"), Some(0.5));
        assert_eq!(float("1e999"), Some(f64::INFINITY));
    }
}
