//! Choices among alternatives, made by bytes.

use memchr::memchr;

/// The choices of an input, in their order.
pub(super) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    /// The first line of an input, and what follows.
    pub(super) fn split(input: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let end = memchr(b'\n', input).unwrap_or(input.len());
        (&input[..end], input.get(end + 1..).unwrap_or_default())
    }

    pub(super) fn new(line: &'a [u8]) -> Self {
        Self(line.iter())
    }

    /// The next one as a number: `0` is 0, and so is a missing one.
    pub(super) fn number(&mut self) -> usize {
        usize::from(self.0.next().map_or(0, |byte| byte.wrapping_sub(b'0')))
    }

    /// One of these.
    pub(super) fn of<T: Copy>(&mut self, alternatives: &[T]) -> T {
        alternatives[self.number() % alternatives.len()]
    }

    pub(super) fn is(&mut self) -> bool {
        self.number() % 2 == 1
    }
}
