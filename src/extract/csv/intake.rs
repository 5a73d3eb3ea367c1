//! What happens to a file's bytes before they are cut: text becomes UTF-8 where its newlines could not be found
//! otherwise, and the footer is held back.

use std::{borrow::Cow, error, fmt};

use memchr::memrchr;

use super::{dialect::Dialect, encoding::Recoder};

/// A footer longer than this is no footer, in bytes.
const FOOTER_BYTES: usize = 16 << 20;

/// A file whose bytes cannot be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeError {
    /// The last lines are too long to be held back.
    Footer {
        /// Lines of the declared footer.
        lines: u32,
    },
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Footer { lines } = self;
        write!(
            f,
            "footer_lines: {lines} cannot be held back, as so many lines take more than {} MiB somewhere in the file",
            FOOTER_BYTES >> 20
        )
    }
}

impl error::Error for IntakeError {}

/// Takes blocks of a file in.
#[derive(Debug)]
pub(super) struct Intake {
    recoder: Option<Recoder>,
    footer: Option<Footer>,
    /// Why nothing more is let through.
    pub(super) broken: Option<IntakeError>,
}

impl Intake {
    pub(super) fn new(dialect: &Dialect) -> Self {
        Self {
            recoder: dialect.recodes_early().then(|| Recoder::new(dialect.encoding)),
            footer: (dialect.footer_lines > 0).then(|| Footer { lines: dialect.footer_lines, held: Vec::new() }),
            broken: None,
        }
    }

    /// What can be passed on with the next block; `end` tells that no other follows.
    pub(super) fn push<'a>(&mut self, block: &'a [u8], end: bool) -> Cow<'a, [u8]> {
        let text = match &mut self.recoder {
            Some(recoder) => Cow::Owned(recoder.push(block, end)),
            None => Cow::Borrowed(block),
        };
        let Some(footer) = &mut self.footer else { return text };
        if self.broken.is_some() {
            return Cow::Borrowed(&[]);
        }
        let passed = footer.push(&text);
        if footer.held.len() > FOOTER_BYTES {
            self.broken = Some(IntakeError::Footer { lines: footer.lines });
            footer.held = Vec::new();
        }
        Cow::Owned(passed)
    }

    /// The bytes held back.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.footer.as_ref().map_or(0, |footer| footer.held.len())
    }
}

/// Holds back the last lines that have come.
#[derive(Debug)]
struct Footer {
    lines: u32,
    held: Vec<u8>,
}

impl Footer {
    /// More text can only move the footer's start on, so what stands before it is free to go.
    fn push(&mut self, text: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(text);
        let is_blank = |byte: &u8| matches!(*byte, b'\n' | b'\r');
        let mut start = self.held.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
        for _ in 0..self.lines {
            // The newline before the line; that of an earlier line is then at its end.
            match memrchr(b'\n', &self.held[..start]) {
                Some(newline) => start = newline,
                None => return Vec::new(),
            }
        }
        let rest = self.held.split_off(start + 1);
        std::mem::replace(&mut self.held, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(file: &str, footer_lines: u32, block: usize) -> String {
        let mut intake = Intake::new(&Dialect { footer_lines, ..Dialect::default() });
        let mut out = Vec::new();
        for block in file.as_bytes().chunks(block) {
            out.extend_from_slice(&intake.push(block, false));
        }
        out.extend_from_slice(&intake.push(&[], true));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_last_lines_are_held_back() {
        for block in 1..12 {
            assert_eq!(passed("a\nb\nc", 0, block), "a\nb\nc");
            assert_eq!(passed("a\nb\nc", 1, block), "a\nb\n");
            assert_eq!(passed("a\nb\nc\n", 1, block), "a\nb\n");
            assert_eq!(passed("a\r\nb\r\nc\r\n\r\n\n", 2, block), "a\r\n");
            assert_eq!(passed("a\nb\n\ntotal\n\n", 2, block), "a\nb\n");
            assert_eq!(passed("a\nb\n", 2, block), "");
            assert_eq!(passed("a\nb\n", 9, block), "");
            assert_eq!(passed("\n\n", 1, block), "");
        }
    }

    #[test]
    fn a_footer_without_end_is_told_and_not_held() {
        let mut intake = Intake::new(&Dialect { footer_lines: 1, ..Dialect::default() });
        let block = vec![b'x'; 1 << 20];
        for _ in 0..40 {
            assert!(intake.push(&block, false).is_empty());
            assert!(intake.held() <= FOOTER_BYTES + block.len());
        }
        assert_eq!(intake.broken, Some(IntakeError::Footer { lines: 1 }));
    }
}
