//! The parts of a line: declared columns and the text between and after them, in characters.

use std::ops::Range;

use crate::config::FixedWidthFormat;
use crate::source::{Column, ColumnType};

/// How a line is split.
#[derive(Debug)]
pub(super) struct Shape {
    /// One after the other, from the first character of a line to the last declared one.
    pub(super) parts: Vec<Part>,
    /// The part of each declared column.
    pub(super) columns: Vec<usize>,
    /// The last column that is not text, which every line must have to its end, unless blanks were cut.
    pub(super) last_whole: Option<Whole>,
}

/// A part of a line; characters are counted from 0.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) end: usize,
    /// For text outside the columns, its name in messages.
    pub(super) undeclared: Option<String>,
}

/// A column that a line must not cut short.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) name: String,
    pub(super) range: Range<usize>,
}

impl Shape {
    /// # Errors
    /// The first column without a position of its own.
    pub(super) fn new<'a>(declared: &FixedWidthFormat, columns: &'a [Column]) -> Result<Self, &'a Column> {
        let mut spans: Vec<(Range<usize>, usize)> = Vec::with_capacity(columns.len());
        for (number, column) in columns.iter().enumerate() {
            let position = declared.columns.get(column.name.as_str());
            let span = position.and_then(|position| {
                let start = (position.start.value as usize).checked_sub(1)?;
                Some(start..start + position.width.value as usize).filter(|span| !span.is_empty())
            });
            spans.push((span.ok_or(column)?, number));
        }
        spans.sort_by_key(|(span, _)| span.start);
        let (mut parts, mut places) = (Vec::new(), vec![0; columns.len()]);
        let mut at = 0;
        for (span, number) in &spans {
            if span.start < at {
                return Err(&columns[*number]);
            }
            push_undeclared(&mut parts, at..span.start);
            places[*number] = parts.len();
            parts.push(Part { end: span.end, undeclared: None });
            at = span.end;
        }
        if let Some(length) = &declared.line_length {
            push_undeclared(&mut parts, at..length.value as usize);
        }
        let whole = spans.iter().rev().find(|(_, number)| columns[*number].ty != ColumnType::String);
        let whole = whole.filter(|_| !declared.trailing_blanks_cut);
        let last_whole = whole.map(|(span, number)| Whole { name: columns[*number].name.clone(), range: span.clone() });
        Ok(Self { parts, columns: places, last_whole })
    }

    /// Characters of a line.
    pub(super) fn length(&self) -> usize {
        self.parts.last().map_or(0, |part| part.end)
    }

    /// Finds the byte at which each part of a line ends. Returns the number of the line's characters.
    ///
    /// Text is UTF-8 or was converted to it, with one byte in place of each invalid character.
    pub(super) fn borders(&self, line: &[u8], ends: &mut Vec<usize>) -> usize {
        ends.clear();
        if line.is_ascii() {
            ends.extend(self.parts.iter().map(|part| part.end.min(line.len())));
            return line.len();
        }
        let mut characters = 0;
        for (at, _) in line.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 != 0x80) {
            if self.parts.get(ends.len()).is_some_and(|part| part.end == characters) {
                ends.push(at);
            }
            characters += 1;
        }
        ends.resize(self.parts.len(), line.len());
        characters
    }
}

fn push_undeclared(parts: &mut Vec<Part>, range: Range<usize>) {
    let Range { start, end } = range;
    let name = match end.saturating_sub(start) {
        0 => return,
        1 => format!("position {end}"),
        _ => format!("positions {} to {end}", start + 1),
    };
    parts.push(Part { end, undeclared: Some(name) });
}

/// Some characters of a line, counted from 0; a short line has fewer. Text is as in [`Shape::borders`].
pub(super) fn characters(line: &[u8], range: Range<usize>) -> &[u8] {
    if line.is_ascii() {
        return &line[range.start.min(line.len())..range.end.min(line.len())];
    }
    let mut starts = line.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 != 0x80).map(|(at, _)| at);
    let start = starts.nth(range.start).unwrap_or(line.len());
    let last = range.len().checked_sub(1).and_then(|more| starts.nth(more));
    &line[start..last.unwrap_or(line.len()).max(start)]
}
