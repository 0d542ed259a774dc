//! Exact sums and square roots: what Python's `statistics` and `fsum` compute with fractions.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use crate::fault::Fault;
use crate::host::Host;
use crate::operators::{Number, check_bits, true_divide};

/// A fraction `top / bottom`; the bottom is above zero.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    pub(super) top: BigInt,
    pub(super) bottom: BigInt,
}

impl Fraction {
    /// A finite number as it is; NaN and infinities count as zero and are excluded by callers.
    pub(super) fn of(number: &Number) -> Fraction {
        let Number::Float(x) = number else {
            return Fraction { top: number.big().unwrap_or_default(), bottom: BigInt::one() };
        };
        let bits = x.to_bits();
        let (exponent, digits) =
            (i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0), bits & ((1 << 52) - 1));
        let (digits, exponent) =
            if exponent == 0 { (digits, -1074) } else { (digits | 1 << 52, exponent - 1075) };
        let sign: i32 = if *x < 0.0 { -1 } else { 1 };
        let top: BigInt = BigInt::from(digits) * sign;
        let distance = exponent.unsigned_abs();
        if exponent >= 0 {
            Fraction { top: top << distance, bottom: BigInt::one() }
        } else {
            let common = top.trailing_zeros().unwrap_or(distance).min(distance);
            Fraction { top: top >> common, bottom: BigInt::one() << (distance - common) }
        }
    }

    /// The nearest float.
    ///
    /// # Errors
    /// When it is out of range.
    pub(super) fn float(&self) -> Result<f64, Fault> {
        true_divide(&self.top, &self.bottom)
    }

    /// The int it is, if it is one.
    pub(super) fn whole(&self) -> Option<BigInt> {
        self.top.is_multiple_of(&self.bottom).then(|| &self.top / &self.bottom)
    }

    /// The fraction divided by a count above zero.
    pub(super) fn over(mut self, count: usize) -> Fraction {
        self.bottom *= count;
        self
    }

    /// The square root, correctly rounded; of zero or more.
    ///
    /// # Errors
    /// When it is out of range.
    pub(super) fn sqrt(&self) -> Result<f64, Fault> {
        if !self.top.is_positive() {
            return Ok(0.0);
        }
        // The root of top * 4**k / bottom gets at least 60 bits, and a last bit that says whether
        // something was cut off: dividing by 2**k then rounds once.
        let size = i64::try_from(self.top.bits()).unwrap_or(0)
            - i64::try_from(self.bottom.bits()).unwrap_or(0);
        let k = (124 - size).max(0) / 2 + 1;
        let shift = k.unsigned_abs();
        let (square, rest) = (&self.top << (2 * shift)).div_rem(&self.bottom);
        let mut root = square.sqrt();
        if !rest.is_zero() || &root * &root != square {
            root = (root << 1u32) | BigInt::one();
        } else {
            root <<= 1u32;
        }
        true_divide(&root, &(BigInt::one() << (shift + 1)))
    }
}

/// A sum of numbers and of their squares, without rounding.
#[derive(Default)]
pub(super) struct Sum {
    /// The sum is `top / 2**shift`, that of the squares `squares / 4**shift`.
    top: BigInt,
    squares: BigInt,
    shift: u64,
    /// How many were added.
    pub(super) count: usize,
}

impl Sum {
    /// Adds a finite number.
    ///
    /// # Errors
    /// When fuel or memory run out.
    pub(super) fn add(&mut self, host: &mut dyn Host, number: &Number) -> Result<(), Fault> {
        let Fraction { top, bottom } = Fraction::of(number);
        // The bottom is a power of two.
        let shift = bottom.bits() - 1;
        let top = if shift > self.shift {
            let more = shift - self.shift;
            self.top <<= more;
            self.squares <<= 2 * more;
            self.shift = shift;
            top
        } else {
            top << (self.shift - shift)
        };
        if top.bits() > 4096 {
            check_bits(host, 2 * top.bits())?;
        }
        self.squares += &top * &top;
        self.top += top;
        self.count += 1;
        Ok(())
    }

    /// The sum.
    pub(super) fn total(&self) -> Fraction {
        Fraction { top: self.top.clone(), bottom: BigInt::one() << self.shift }
    }

    /// The sum of the squared distances from the mean, times the count.
    fn spread(&self) -> Fraction {
        Fraction {
            top: &self.squares * self.count - &self.top * &self.top,
            bottom: BigInt::one() << (2 * self.shift),
        }
    }

    /// The mean squared distance from the mean, with `count - missing` as the divisor.
    pub(super) fn variance(&self, missing: usize) -> Fraction {
        self.spread().over(self.count).over(self.count - missing)
    }
}
