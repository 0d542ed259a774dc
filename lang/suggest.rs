//! "Did you mean": the nearest of the names that are legal at a place.

/// The candidate nearest to a name, if it is near enough: a name of up to three characters may
/// differ by one edit, of up to eight by two, a longer one by three. Among equally near ones the
/// first wins; case differences cost nothing extra.
pub fn nearest<'a, I>(name: &str, candidates: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
{
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let most = match wanted.len() {
        0 => return None,
        1..=3 => 1,
        4..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name {
            continue;
        }
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        if letters.len().abs_diff(wanted.len()) > most {
            continue;
        }
        let distance = distance(&wanted, &letters);
        // A short name must not become another one altogether.
        let near = distance <= most && distance < wanted.len().max(letters.len());
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edits from one word to the other: insert, delete, replace, or swap two neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let replace = at(&above, j) + usize::from(x != y);
            let mut best = replace.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest() {
        let names = ["most_common", "keys", "values", "items", "total", "total2"];
        assert_eq!(nearest("most_commun", names), Some("most_common"));
        assert_eq!(nearest("totl", names), Some("total"));
        assert_eq!(nearest("psuh", ["push", "pop"]), Some("push"));
        assert_eq!(nearest("Keys", names), Some("keys"));
    }

    #[test]
    fn keeps_its_distance() {
        assert_eq!(nearest("i", ["x", "in"]), Some("in"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("wordcount", ["print", "len"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("len", ["len"]), None);
    }
}
