//! Random text for tests.

/// A small deterministic generator (xorshift).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    pub(crate) fn text(&mut self, size: usize, pieces: &[&str]) -> Vec<u8> {
        let mut text = String::new();
        while text.len() < size {
            text.push_str(pieces[self.below(pieces.len())]);
        }
        text.into_bytes()
    }
}
