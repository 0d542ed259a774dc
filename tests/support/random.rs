//! Numbers for made-up programs: the same ones at every run.

/// A xorshift generator (Marsaglia 2003, shifts 13, 7, 17); its state must not be 0.
pub struct Random(pub u64);

impl Random {
    /// The next number of 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `n`, or 0.
    pub fn below(&mut self, n: usize) -> usize {
        // The upper bits are the better ones.
        usize::try_from((self.draw() >> 11) % n.max(1) as u64).unwrap_or_default()
    }
}
