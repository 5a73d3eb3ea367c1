//! Line ends: lines that end in a carriage return become lines that end in a line feed.

use std::io::{self, Read};

/// How the lines of a file end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// In LF or CRLF.
    #[default]
    Lf,
    /// In CR alone.
    Cr,
    /// In LF, CRLF or CR.
    Any,
}

impl LineEnds {
    /// Its name in YAML, if it is not the usual one.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Lf => None,
            Self::Cr => Some("cr"),
            Self::Any => Some("any"),
        }
    }

    /// What the text of a file may have: `Lf` if no carriage return stands alone.
    pub(super) fn of(head: &[u8]) -> Self {
        let alone = head.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
        match (alone, head.contains(&b'\n')) {
            (false, _) => Self::Lf,
            (true, false) => Self::Cr,
            (true, true) => Self::Any,
        }
    }
}

/// A text whose lines end in LF.
pub(super) struct LineFeeds<R> {
    inner: R,
    after_return: bool,
}

impl<R: Read> LineFeeds<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, after_return: false }
    }
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let size = self.inner.read(out)?;
            let mut kept = 0;
            for at in 0..size {
                let byte = out[at];
                let is_second = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !is_second {
                    out[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
            }
            // A block that held nothing but the second half of a line end is not the end of the text.
            if kept > 0 || size == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        for block in 1..6 {
            let mut text = String::new();
            let parts =
                b"a\r\nb\rc\n\r\rd".chunks(block).fold(Box::new(io::empty()) as Box<dyn Read>, |before, part| {
                    Box::new(before.chain(part)) as Box<dyn Read>
                });
            LineFeeds::new(parts).read_to_string(&mut text).unwrap();
            assert_eq!(text, "a\nb\nc\n\n\nd", "{block}");
        }
        assert_eq!(LineEnds::of(b"a\r\nb\r\n"), LineEnds::Lf);
        assert_eq!(LineEnds::of(b"a\rb\r"), LineEnds::Cr);
        assert_eq!(LineEnds::of(b"a\rb\n"), LineEnds::Any);
    }
}
