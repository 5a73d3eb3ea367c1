//! Prepares a file's bytes before they are cut: text whose newlines could not be found otherwise is converted to UTF-8,
//! other line ends become newlines, marks of the end of the file are left out, and the footer is held back.

use std::{borrow::Cow, error, fmt};

use memchr::memrchr;

use super::encoding::{Recoder, TextEncoding};
use super::ends::{EndMarks, Ends};
use crate::config::LineEnds;

/// The longest possible footer, in bytes.
const FOOTER_BYTES: usize = 16 << 20;

/// A file that cannot be read because of its declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeError {
    /// The last lines are too long to hold back.
    Footer {
        /// Number of lines in the declared footer.
        lines: u32,
    },
    /// A line feed, where lines end in carriage returns.
    LineFeed {
        /// The line that it is in.
        line: u64,
    },
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Footer { lines } => write!(
                f,
                "footer_lines: {lines} cannot be held back: somewhere in the file that many lines take more than {} MiB",
                FOOTER_BYTES >> 20
            ),
            Self::LineFeed { line } => {
                write!(
                    f,
                    "line {line} has a line feed, and line_ends: cr says that there is none: set `line_ends: any`"
                )
            }
        }
    }
}

impl error::Error for IntakeError {}

/// Takes in the blocks of a file.
#[derive(Debug)]
pub(in crate::extract) struct Intake {
    recoder: Option<Recoder>,
    ends: Ends,
    footer: Option<Footer>,
    /// Why no more text is passed on.
    pub(in crate::extract) broken: Option<IntakeError>,
}

impl Intake {
    /// At the start of a file. Its text is converted from `encoding`, if one is given; its last lines are dropped.
    pub(in crate::extract) fn new(encoding: Option<TextEncoding>, line_ends: LineEnds, footer_lines: u32) -> Self {
        Self {
            recoder: encoding.map(Recoder::new),
            ends: Ends::new(line_ends),
            footer: (footer_lines > 0).then(|| Footer { lines: footer_lines, held: Vec::new() }),
            broken: None,
        }
    }

    /// The text to pass on after the next block; `end` marks the last block.
    pub(in crate::extract) fn push<'a>(&mut self, block: &'a [u8], end: bool) -> Cow<'a, [u8]> {
        let text = match &mut self.recoder {
            Some(recoder) => Cow::Owned(recoder.push(block, end)),
            None => Cow::Borrowed(block),
        };
        let text = self.ends.push(text, end);
        if let Some(line) = self.ends.line_feed {
            self.broken = Some(IntakeError::LineFeed { line });
            return Cow::Borrowed(&[]);
        }
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

    /// The footer, in the encoding of the text that was passed on. Call it after the last block.
    pub(in crate::extract) fn take_footer(&mut self) -> Vec<u8> {
        self.footer.as_mut().map(|footer| std::mem::take(&mut footer.held)).unwrap_or_default()
    }

    /// What marked the end of the file, once it has ended.
    pub(in crate::extract) fn take_end_marks(&mut self) -> EndMarks {
        std::mem::take(&mut self.ends.marks)
    }

    /// Number of bytes held back.
    pub(in crate::extract) fn held(&self) -> usize {
        self.footer.as_ref().map_or(0, |footer| footer.held.len())
    }
}

/// Holds back the last lines so far.
#[derive(Debug)]
struct Footer {
    lines: u32,
    held: Vec<u8>,
}

impl Footer {
    /// More text can only move the start of the footer forward, so the text before it can be passed on.
    fn push(&mut self, text: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(text);
        let is_blank = |byte: &u8| matches!(*byte, b'\n' | b'\r');
        let mut start = self.held.iter().rposition(|byte| !is_blank(byte)).map_or(0, |last| last + 1);
        for _ in 0..self.lines {
            // Finds the newline before the line; in the next step the text before it ends with that newline.
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
        let mut intake = Intake::new(None, LineEnds::Lf, footer_lines);
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
            assert_eq!(passed("a\r\nb\r\ntotal\r\n\x1A", 1, block), "a\r\nb\r\n", "an end mark is not a line");
        }
    }

    #[test]
    fn an_endless_footer_is_reported_and_not_held() {
        let mut intake = Intake::new(None, LineEnds::Lf, 1);
        let block = vec![b'x'; 1 << 20];
        for _ in 0..40 {
            assert!(intake.push(&block, false).is_empty());
            assert!(intake.held() <= FOOTER_BYTES + block.len());
        }
        assert_eq!(intake.broken, Some(IntakeError::Footer { lines: 1 }));
    }
}
