//! Cuts a text file into pieces of whole lines, for formats whose records are lines. This is the only sequential step, so
//! it looks at line ends only; text of single-byte encodings is converted later, on any thread.

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memchr_iter, memrchr};

use super::encoding::{TextEncoding, Width};
use super::ends::EndMarks;
use super::intake::Intake;
use super::left_out::{leave_out_each, physical_lines};
use crate::config::LineEnds;
use crate::extract::frame::{FileLines, FormatError, LeftOut, Note, NoteKind, Origin, Sizes, WHOLE_LIMIT};

/// The byte order mark, in UTF-8.
pub(in crate::extract) const BOM: &[u8] = b"\xEF\xBB\xBF";
/// The longest line, in bytes.
pub(crate) const MAX_LINE: usize = 1 << 20;
/// Kept of a line beyond the limit: more than a reject shows, so that the reject is marked as cut.
const SHOWN: usize = WHOLE_LIMIT + 1;

/// Some whole lines of a file.
#[derive(Debug)]
pub(in crate::extract) struct Lines {
    /// The text with its line ends.
    pub(in crate::extract) bytes: Vec<u8>,
    /// Whether it is the start of a single line beyond the limit.
    pub(in crate::extract) too_long: bool,
    /// How many they are, and the lines before them that are left out by their number.
    pub(in crate::extract) counts: FileLines,
    byte_offset: u64,
    line: u64,
    /// The encoding of `bytes`, if they have not been converted to UTF-8.
    encoding: Option<TextEncoding>,
    /// Converts bytes to bytes of the file.
    width: Width,
    /// A sign that they have another encoding.
    pub(in crate::extract) doubt: Option<Note>,
}

impl Lines {
    /// Lines that are not of a file.
    pub(in crate::extract) fn of_text(text: &str) -> Self {
        let bytes = format!("{text}\n").into_bytes();
        let counts = FileLines::of_records(physical_lines(&bytes));
        let (encoding, width, doubt) = (None, Width::Bytes, None);
        Self { bytes, too_long: false, counts, byte_offset: 0, line: 1, encoding, width, doubt }
    }

    /// The same lines as UTF-8.
    pub(in crate::extract) fn into_utf8(mut self) -> Self {
        if let Some(encoding) = self.encoding.take() {
            self.doubt = encoding.doubt(&self.bytes, self.line);
            if let Cow::Owned(converted) = encoding.recode(&self.bytes) {
                self.bytes = converted;
            }
            self.width = encoding.width();
        }
        self
    }

    /// The place of each line, blank ones included; its text is without the line end.
    pub(in crate::extract) fn origins(&self) -> impl Iterator<Item = Origin> + '_ {
        let (mut start, mut line, mut byte_offset) = (0, self.line, self.byte_offset);
        std::iter::from_fn(move || {
            let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
            let newline = memchr(b'\n', rest);
            let text = &rest[..newline.unwrap_or(rest.len())];
            let kept = text.strip_suffix(b"\r").unwrap_or(text).len();
            let origin = Origin { line, byte_offset, raw: start..start + kept };
            let whole = newline.map_or(rest.len(), |at| at + 1);
            byte_offset += self.width.measure(&rest[..whole]);
            line += 1;
            start += whole;
            Some(origin)
        })
    }
}

/// Cuts a file.
pub(in crate::extract) struct LineCutter {
    input: Box<dyn Read + Send>,
    intake: Intake,
    /// The encoding of `pending`, if it is converted after cutting.
    late: Option<TextEncoding>,
    width: Width,
    sizes: Sizes,
    /// The longest line, in bytes.
    longest: usize,
    /// Lines before the first record that are still to be skipped.
    lines_to_skip: u32,
    /// Lines that belong to the next piece and are not in its bytes.
    counts: FileLines,
    /// The start of a line that is being skipped.
    skipped: Vec<u8>,
    pending: Vec<u8>,
    byte_offset: u64,
    line: u64,
    started: bool,
    ended: bool,
}

impl LineCutter {
    /// At the start of a file that has `skip_lines` lines before its records and `footer_lines` after them.
    pub(in crate::extract) fn new(
        input: Box<dyn Read + Send>,
        encoding: TextEncoding,
        line_ends: LineEnds,
        skip_lines: u32,
        footer_lines: u32,
    ) -> Self {
        // The line ends of UTF-16 are found only in converted text.
        let early = Some(encoding).filter(|encoding| encoding.width() == Width::Utf16);
        Self {
            input,
            intake: Intake::new(early, line_ends, footer_lines),
            late: Some(encoding).filter(|encoding| encoding.is_single_byte()),
            width: if early.is_some() { encoding.width() } else { Width::Bytes },
            sizes: Sizes::default(),
            longest: MAX_LINE,
            lines_to_skip: skip_lines,
            counts: FileLines::default(),
            skipped: Vec::new(),
            pending: Vec::new(),
            byte_offset: 0,
            line: 1,
            started: false,
            ended: false,
        }
    }

    /// The same, in pieces of another size.
    pub(in crate::extract) fn in_sizes(mut self, sizes: Sizes) -> Self {
        // The first piece shows whether there is a byte order mark.
        self.sizes = Sizes { piece: sizes.piece.max(BOM.len()), ..sizes };
        self
    }

    /// The same, for lines of up to so many bytes.
    pub(in crate::extract) fn with_longest(mut self, longest: usize) -> Self {
        self.longest = longest;
        self
    }

    /// The next lines; `None` at the end of the file.
    pub(in crate::extract) fn next(&mut self) -> Result<Option<Lines>, FormatError> {
        loop {
            self.skip_first_lines();
            let end = match memrchr(b'\n', &self.pending) {
                Some(last) if self.pending.len() >= self.sizes.piece || self.ended => Some(last + 1),
                _ if self.ended && self.pending.is_empty() => return Ok(self.leave_out_footer()),
                _ if self.ended => Some(self.pending.len()),
                None if self.pending.len() > self.longest + 1 => return self.long_line().map(Some),
                _ => None,
            };
            match end {
                Some(end) => return Ok(Some(self.cut(end))),
                None => self.fill()?,
            }
        }
    }

    /// What was met at the end of the file, once it has ended.
    pub(in crate::extract) fn take_end_notes(&mut self) -> Vec<Note> {
        end_notes(self.intake.take_end_marks(), self.line)
    }

    fn fill(&mut self) -> Result<(), FormatError> {
        let mut block = Vec::new();
        (&mut self.input).take(self.sizes.block as u64).read_to_end(&mut block)?;
        self.ended = block.is_empty();
        let text = self.intake.push(&block, self.ended);
        self.pending.extend_from_slice(&text);
        if let Some(broken) = self.intake.broken {
            return Err(FormatError::Content(broken.to_string()));
        }
        if !self.started && (self.pending.len() >= BOM.len() || self.ended) {
            self.started = true;
            if self.pending.starts_with(BOM) {
                self.pending.drain(..BOM.len());
                self.byte_offset = self.width.measure(BOM);
            }
        }
        Ok(())
    }

    /// Skips the declared number of lines at the start.
    fn skip_first_lines(&mut self) {
        while self.started && self.lines_to_skip > 0 && !self.pending.is_empty() {
            let newline = memchr(b'\n', &self.pending);
            let part = self.take(newline.map_or(self.pending.len(), |at| at + 1)).into_utf8();
            // Of a line beyond the limit, the start is enough to see that it is not a record.
            let room = (MAX_LINE + 1).saturating_sub(self.skipped.len()).min(part.bytes.len());
            self.skipped.extend_from_slice(&part.bytes[..room]);
            if newline.is_some() {
                let line = std::mem::take(&mut self.skipped);
                leave_out_each(&mut self.counts, LeftOut::Skipped, self.line - 1, &line);
                self.lines_to_skip -= 1;
            }
        }
    }

    /// The footer: no lines, and their counts. `None` if nothing is left to count.
    fn leave_out_footer(&mut self) -> Option<Lines> {
        let skipped = std::mem::take(&mut self.skipped);
        leave_out_each(&mut self.counts, LeftOut::Skipped, self.line, &skipped);
        let footer = self.intake.take_footer();
        if footer.is_empty() && self.counts == FileLines::default() {
            return None;
        }
        let converted = self.late.map_or(Cow::Borrowed(footer.as_slice()), |encoding| encoding.recode(&footer));
        leave_out_each(&mut self.counts, LeftOut::Footer, self.line, &converted);
        Some(self.cut(0))
    }

    /// Returns the first `end` bytes, which are whole lines, and keeps the rest.
    fn cut(&mut self, end: usize) -> Lines {
        let lines = self.take(end);
        let ended = self.line - lines.line;
        let is_open = lines.bytes.last().is_some_and(|last| *last != b'\n');
        let counts = std::mem::take(&mut self.counts).and_read(ended + u64::from(is_open));
        Lines { counts, ..lines }
    }

    /// The same for bytes whose lines are not counted.
    fn take(&mut self, end: usize) -> Lines {
        let rest = self.pending.split_off(end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let (byte_offset, line) = (self.byte_offset, self.line);
        self.byte_offset += self.width.measure(&bytes);
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        let (counts, doubt) = (FileLines::default(), None);
        Lines { bytes, too_long: false, counts, byte_offset, line, encoding: self.late, width: self.width, doubt }
    }

    /// A line beyond the limit: only its start is kept.
    fn long_line(&mut self) -> Result<Lines, FormatError> {
        let mut lines = self.cut(self.pending.len());
        lines.bytes.truncate(SHOWN);
        lines.bytes.push(b'\n');
        loop {
            self.fill()?;
            if let Some(newline) = memchr(b'\n', &self.pending) {
                self.take(newline + 1);
                break;
            }
            if self.ended {
                break;
            }
            self.take(self.pending.len());
        }
        lines.too_long = true;
        Ok(lines)
    }
}

/// The marks of the end of a file as notes; `line` is the one after its last.
pub(in crate::extract::formats) fn end_notes(marks: EndMarks, line: u64) -> Vec<Note> {
    let found = [(NoteKind::DosEnd, marks.dos), (NoteKind::NulEnd, marks.nul)];
    found.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| Note { kind, count, line }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that returns a few bytes at a time.
    struct Drops(std::io::Cursor<Vec<u8>>, usize);

    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let size = buffer.len().min(self.1);
            self.0.read(&mut buffer[..size])
        }
    }

    /// Each line as `line:byte text`.
    fn lines(file: &[u8], encoding: TextEncoding, skip: u32, footer: u32) -> Vec<String> {
        let input = Box::new(Drops(std::io::Cursor::new(file.to_vec()), 5));
        let mut cutter = LineCutter::new(input, encoding, LineEnds::Lf, skip, footer);
        let mut out = Vec::new();
        while let Some(lines) = cutter.next().unwrap() {
            let lines = lines.into_utf8();
            for Origin { line, byte_offset, raw } in lines.origins() {
                out.push(format!("{line}:{byte_offset} {}", String::from_utf8_lossy(&lines.bytes[raw])));
            }
        }
        out
    }

    #[test]
    fn places_are_those_of_the_file_in_every_encoding() {
        let text = "head\r\nåb\r\n\n€\n";
        let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin9 = encoding_rs::ISO_8859_15.encode(text).0;
        for (encoding, bytes, places) in [
            (TextEncoding::Utf8, text.as_bytes(), [0, 6, 11, 12]),
            (TextEncoding::Utf8, [BOM, text.as_bytes()].concat().as_slice(), [3, 9, 14, 15]),
            (TextEncoding::Utf16, utf16.as_slice(), [2, 14, 22, 24]),
            (TextEncoding::Iso8859_15, &latin9, [0, 6, 10, 11]),
        ] {
            let of_line = |at: usize, text: &str| format!("{}:{} {text}", at + 1, places[at]);
            let expected = [of_line(0, "head"), of_line(1, "åb"), of_line(2, ""), of_line(3, "€")];
            assert_eq!(lines(bytes, encoding, 0, 0), expected);
            assert_eq!(lines(bytes, encoding, 1, 0), expected[1..]);
            assert_eq!(lines(bytes, encoding, 1, 1), expected[1..3]);
            assert!(lines(bytes, encoding, 4, 0).is_empty() && lines(bytes, encoding, 9, 9).is_empty());
        }
    }

    #[test]
    fn an_overlong_line_is_cut_and_the_next_one_keeps_its_place() {
        let long = "x".repeat(3 * MAX_LINE);
        let mut cutter = LineCutter::new(
            Box::new(std::io::Cursor::new(format!("a\n{long}\nb"))),
            TextEncoding::Utf8,
            LineEnds::Lf,
            0,
            0,
        );
        let mut found = Vec::new();
        while let Some(lines) = cutter.next().unwrap() {
            let sizes = lines.origins().map(|origin| (origin.line, origin.byte_offset, origin.raw.len()));
            found.extend(sizes.map(|place| (lines.too_long, place)));
        }
        let after = 3 + 3 * MAX_LINE as u64;
        assert_eq!(found, [(false, (1, 0, 1)), (true, (2, 2, SHOWN)), (false, (3, after, 1))]);
        let file = Box::new(std::io::Cursor::new(format!("{long}\nb\n")));
        let lines = LineCutter::new(file, TextEncoding::Utf8, LineEnds::Lf, 1, 0).next().unwrap().unwrap();
        assert_eq!(
            lines.origins().map(|origin| (origin.line, origin.byte_offset)).collect::<Vec<_>>(),
            [(2, after - 2)]
        );
    }
}
