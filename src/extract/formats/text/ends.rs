//! The ends of lines and of a file. Other line ends become newlines, byte for byte, so that places stay; and what programs
//! write after the last line to mark the end of a file does not count: the byte 1A of DOS, and NUL bytes that fill a block.

use std::borrow::Cow;
use std::mem;

use memchr::{memchr, memchr_iter};

use crate::config::LineEnds;

/// The end mark of DOS.
const DOS_END: u8 = 0x1A;
/// More bytes at a possible end are data after all: they become rejects, which somebody sees.
const MOST_HELD: usize = 16 << 20;

/// Bytes after the last line that are not data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct EndMarks {
    /// Bytes 1A.
    pub(in crate::extract) dos: u64,
    /// NUL bytes.
    pub(in crate::extract) nul: u64,
}

/// Passes on the text of a file, block by block.
#[derive(Debug)]
pub(super) struct Ends {
    line_ends: LineEnds,
    /// Whether the last block ended in a carriage return, which a line feed may follow.
    has_return: bool,
    /// Lines that ended so far, where they are counted.
    lines: u64,
    /// Bytes that are not data if none follow.
    held: Vec<u8>,
    /// What was left out.
    pub(super) marks: EndMarks,
    /// The line with a line feed, in a file that has none.
    pub(super) line_feed: Option<u64>,
}

impl Ends {
    pub(super) fn new(line_ends: LineEnds) -> Self {
        let marks = EndMarks::default();
        Self { line_ends, has_return: false, lines: 0, held: Vec::new(), marks, line_feed: None }
    }

    /// The text to pass on after the next block; `end` marks the last block.
    pub(super) fn push<'a>(&mut self, text: Cow<'a, [u8]>, end: bool) -> Cow<'a, [u8]> {
        let text = if self.line_ends == LineEnds::Lf { text } else { Cow::Owned(self.with_newlines(&text, end)) };
        self.without_marks(text, end)
    }

    /// Makes a newline of each lone carriage return.
    fn with_newlines(&mut self, text: &[u8], end: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() + 1);
        out.extend(mem::take(&mut self.has_return).then_some(b'\r'));
        out.extend_from_slice(text);
        if self.line_ends == LineEnds::Cr && self.line_feed.is_none() {
            let feed = memchr(b'\n', &out);
            let ended = memchr_iter(b'\r', &out[..feed.unwrap_or(out.len())]).count() as u64;
            self.line_feed = feed.map(|_| self.lines + ended + 1);
            self.lines += ended;
        }
        if !end && out.last() == Some(&b'\r') {
            out.pop();
            self.has_return = true;
            self.lines = self.lines.saturating_sub(1);
        }
        let mut at = 0;
        while let Some(found) = memchr(b'\r', &out[at..]).map(|found| at + found) {
            if out.get(found + 1) != Some(&b'\n') {
                out[found] = b'\n';
            }
            at = found + 1;
        }
        out
    }

    /// Holds back marks that only line ends and other marks follow.
    fn without_marks<'a>(&mut self, text: Cow<'a, [u8]>, end: bool) -> Cow<'a, [u8]> {
        let is_end = |byte: &u8| is_mark(byte) || matches!(byte, b'\n' | b'\r');
        let data = text.len() - text.iter().rev().take_while(|byte| is_end(byte)).count();
        let mark = text[data..].iter().position(is_mark).map(|at| data + at);
        let passed = match (self.held.is_empty(), mark) {
            (true, None) => text,
            (true, Some(mark)) => {
                self.held.extend_from_slice(&text[mark..]);
                match text {
                    Cow::Borrowed(text) => Cow::Borrowed(&text[..mark]),
                    Cow::Owned(mut text) => {
                        text.truncate(mark);
                        Cow::Owned(text)
                    }
                }
            }
            (false, _) if data == 0 => {
                self.held.extend_from_slice(&text);
                Cow::Borrowed(&[][..])
            }
            (false, mark) => {
                let mut out = mem::take(&mut self.held);
                let (passed, held) = text.split_at(mark.unwrap_or(text.len()));
                out.extend_from_slice(passed);
                self.held.extend_from_slice(held);
                Cow::Owned(out)
            }
        };
        if self.held.len() > MOST_HELD {
            return Cow::Owned([passed.into_owned(), mem::take(&mut self.held)].concat());
        }
        if end {
            self.marks.dos = memchr_iter(DOS_END, &self.held).count() as u64;
            self.marks.nul = memchr_iter(0, &self.held).count() as u64;
            self.held.clear();
        }
        passed
    }
}

fn is_mark(byte: &u8) -> bool {
    matches!(*byte, 0 | DOS_END)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(file: &[u8], line_ends: LineEnds, block: usize) -> (Vec<u8>, Ends) {
        let mut ends = Ends::new(line_ends);
        let mut out = Vec::new();
        for block in file.chunks(block) {
            out.extend_from_slice(&ends.push(Cow::Borrowed(block), false));
        }
        out.extend_from_slice(&ends.push(Cow::Borrowed(&[]), true));
        (out, ends)
    }

    #[test]
    fn every_line_end_becomes_a_newline_and_no_byte_is_lost() {
        for (file, expected) in [
            ("a\rb\rc", "a\nb\nc"),
            ("a\r\nb\rc\nd\r\n", "a\r\nb\nc\nd\r\n"),
            ("a\r\r\nb\r\r", "a\n\r\nb\n\n"),
            ("\r", "\n"),
            ("a\n\rb", "a\n\nb"),
        ] {
            for block in 1..=file.len() {
                let (out, ends) = passed(file.as_bytes(), LineEnds::Any, block);
                assert_eq!(String::from_utf8(out).unwrap(), expected, "{file:?} in blocks of {block}");
                assert_eq!(ends.line_feed, None);
            }
        }
        assert_eq!(passed(b"a\rb\r\n", LineEnds::Lf, 2).0, b"a\rb\r\n");
    }

    #[test]
    fn a_line_feed_where_there_is_none_is_named_by_its_line() {
        for block in 1..=8 {
            assert_eq!(passed(b"a\rb\rc\nd\r", LineEnds::Cr, block).1.line_feed, Some(3), "{block}");
            assert_eq!(passed(b"a\r\nb\r\n", LineEnds::Cr, block).1.line_feed, Some(2), "{block}");
            assert_eq!(passed(b"a\rb\r", LineEnds::Cr, block).1.line_feed, None, "{block}");
        }
    }

    #[test]
    fn what_marks_the_end_of_a_file_is_counted_and_left_out() {
        for (file, expected, dos, nul) in [
            (&b"a\r\n\x1A"[..], &b"a\r\n"[..], 1, 0),
            (b"a\x1A\x1A\x1A", b"a", 3, 0),
            (b"a\r\n\x1A\r\n", b"a\r\n", 1, 0),
            (b"a\n\0\0\0\0", b"a\n", 0, 4),
            (b"a\0\0\n\0\x1A\0", b"a", 1, 4),
            (b"\x1A", b"", 1, 0),
            // Amid data they are data, which is rejected by name.
            (b"a\0b\n\x1Ac\n", b"a\0b\n\x1Ac\n", 0, 0),
            (b"a\0\0\n\nb\n", b"a\0\0\n\nb\n", 0, 0),
        ] {
            for block in 1..=file.len() {
                let (out, ends) = passed(file, LineEnds::Lf, block);
                assert_eq!((out.as_slice(), ends.marks), (expected, EndMarks { dos, nul }), "{file:?} {block}");
            }
        }
    }

    #[test]
    fn an_endless_run_of_nul_bytes_is_not_held() {
        let mut ends = Ends::new(LineEnds::Lf);
        let block = vec![0; 1 << 20];
        let passed: usize = (0..40).map(|_| ends.push(Cow::Borrowed(&block), false).len()).sum();
        assert!(passed >= MOST_HELD && ends.held.len() <= MOST_HELD);
    }
}
