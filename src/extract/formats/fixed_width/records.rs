//! Lines -> cells: the declared columns in their order, then one cell with the text outside them.
//!
//! Blanks at the end of a line count for nothing, since many programs cut them: a row is the same row with and without
//! them. A line may therefore be short, but only within the text columns at its end, unless the source declares that
//! blanks were cut. A number or a date that is cut short can be another valid one, and a line that ends before it is more
//! likely half a record than a row without it.

use memchr::memchr;

use super::shape::Shape;
use super::sieve::{Sieve, Sifted};
use crate::extract::formats::text::{BOM, LONE_RETURN, Lines, MAX_LINE, TextEncoding};
use crate::extract::frame::{FileKeys, Note, NoteKind, Origin, Rule, TextRecords};

/// Added to the reason for a short line.
const IF_CUT: &str = " (trailing_blanks_cut: true allows short lines)";

/// Splits whole lines of a file.
pub(super) fn split(lines: Lines, shape: &Shape, sieve: &Sieve, encoding: TextEncoding) -> TextRecords {
    let mut lines = lines.into_utf8();
    let mut counts = std::mem::take(&mut lines.counts);
    // Where UTF-8 is invalid, the number of characters is unknown. Converted text has one byte for each invalid one.
    let is_doubtful = encoding == TextEncoding::Utf8 && simdutf8::basic::from_utf8(&lines.bytes).is_err();
    let mut splitter = Splitter {
        shape,
        out: TextRecords::new(shape.columns.len() + 1),
        ends: Vec::new(),
        rest: Vec::new(),
        has_text: vec![false; shape.parts.len()],
        records: 0,
        notes: lines.doubt.into_iter().collect(),
    };
    for mut origin in lines.origins() {
        let line = lines.bytes.get(origin.raw.clone()).unwrap_or_default();
        let line = splitter.own_text(line, &mut origin);
        if without_blanks(line).is_empty() {
            counts.ignored += 1;
            continue;
        }
        let sifted = match sieve.sift(line, &origin, &mut counts) {
            Sifted::Record => None,
            Sifted::NoRecord => continue,
            Sifted::Fault(reason) => Some((Rule::RecordType, reason)),
        };
        let fault =
            sifted.or_else(|| fault_of_text(line, lines.too_long, is_doubtful)).or_else(|| splitter.measure(line));
        match fault {
            Some((rule, reason)) => splitter.out.reject(rule, None, reason, &origin, line),
            None => {
                splitter.write(line);
                splitter.out.end_row(origin);
            }
        }
    }
    splitter.out.set_lines(counts);
    splitter.finish(lines.bytes)
}

/// Why a line is not even measured.
fn fault_of_text(line: &[u8], too_long: bool, is_doubtful: bool) -> Option<(Rule, String)> {
    if too_long || line.len() > MAX_LINE {
        return Some((Rule::RecordSize, format!("the record is longer than {MAX_LINE} bytes")));
    }
    let error = simdutf8::compat::from_utf8(line).err().filter(|_| is_doubtful)?;
    let character = String::from_utf8_lossy(&line[..error.valid_up_to()]).chars().count() + 1;
    let reason = format!("position {character}: the text is not valid UTF-8, so the positions after it are unknown");
    Some((Rule::Encoding, reason))
}

struct Splitter<'a> {
    shape: &'a Shape,
    out: TextRecords,
    /// Ends of the parts of the line that was measured last.
    ends: Vec<usize>,
    /// Its text outside the columns.
    rest: Vec<u8>,
    /// The parts in which a line had text.
    has_text: Vec<bool>,
    records: u64,
    notes: Vec<Note>,
}

impl Splitter<'_> {
    /// A line without a byte order mark before it and NUL bytes after it, which are counted.
    fn own_text<'a>(&mut self, line: &'a [u8], origin: &mut Origin) -> &'a [u8] {
        let marked = line.first() == Some(&BOM[0]) && line.starts_with(BOM);
        let line = if marked { &line[BOM.len()..] } else { line };
        let padding = line.iter().rev().take_while(|byte| **byte == 0).count();
        for (kind, _) in [(NoteKind::ByteOrderMark, marked), (NoteKind::NulPadding, padding > 0)].iter().filter(|n| n.1)
        {
            match self.notes.iter_mut().find(|note| note.kind == *kind) {
                Some(note) => note.count += 1,
                None => self.notes.push(Note { kind: *kind, count: 1, line: origin.line }),
            }
        }
        let kept = &line[..line.len() - padding];
        origin.raw = origin.raw.end - line.len()..origin.raw.end - padding;
        kept
    }

    /// Finds the parts of a line, or why it has others than declared.
    fn measure(&mut self, line: &[u8]) -> Option<(Rule, String)> {
        let found = self.shape.borders(line, &mut self.ends);
        let reason = match &self.shape.last_whole {
            Some(whole) if found < whole.range.end => {
                let (name, start, end) = (&whole.name, whole.range.start + 1, whole.range.end);
                format!("the line has {found} characters, and {name} is at positions {start} to {end}{IF_CUT}")
            }
            _ => {
                let (used, length) = (found - (line.len() - without_blanks(line).len()), self.shape.length());
                if used <= length {
                    return None;
                }
                let lone = if memchr(b'\r', line).is_some() { LONE_RETURN } else { "" };
                format!("the line has {used} characters, and {length} are declared{lone}")
            }
        };
        Some((Rule::FieldCount, reason))
    }

    /// The text of a part of the line that was measured.
    fn part<'a>(&self, line: &'a [u8], number: usize) -> &'a [u8] {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let end = self.ends.get(number).copied();
        start.zip(end).and_then(|(start, end)| line.get(start..end)).unwrap_or_default()
    }

    /// Writes the cells of the line that was measured.
    fn write(&mut self, line: &[u8]) {
        self.records += 1;
        self.out.start_row();
        for number in &self.shape.columns {
            let cell = without_blanks(self.part(line, *number));
            let blanks = cell.iter().take_while(|byte| **byte == b' ').count();
            self.out.cell().extend_from_slice(&cell[blanks..]);
            self.out.end_cell();
        }
        // Each of these texts is as long as declared, except one that the line's end cuts, so that equal cells are equal
        // texts at equal positions.
        self.rest.clear();
        for (number, _) in self.shape.parts.iter().enumerate().filter(|(_, part)| part.undeclared.is_some()) {
            let text = self.part(line, number);
            self.rest.extend_from_slice(text);
            self.has_text[number] |= !without_blanks(text).is_empty();
        }
        self.out.cell().extend_from_slice(without_blanks(&self.rest));
        self.out.end_cell();
    }

    fn finish(mut self, raw: Vec<u8>) -> TextRecords {
        // Every line has every declared column, perhaps with an empty cell.
        let mut keys =
            FileKeys { records: self.records, declared: vec![true; self.shape.columns.len()], ..FileKeys::default() };
        for (part, _) in self.shape.parts.iter().zip(&self.has_text).filter(|(_, has_text)| **has_text) {
            part.undeclared.iter().for_each(|name| keys.note(name.as_bytes()));
        }
        *self.out.raw() = raw;
        self.out.set_keys(keys);
        self.out.set_notes(self.notes);
        self.out.finish()
    }
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take_while(|byte| **byte == b' ').count();
    &text[..text.len() - blanks]
}
