//! Checks the positions of a source's columns in files of fixed width.

use super::columns::index_of;
use crate::config::{FixedWidthFormat, Located, PositionFile, SourceFile, Texts};
use crate::diagnostics::Problem;
use crate::extract::MAX_LINE;

/// Every column has a position of its own.
pub(super) fn check(fixed: &FixedWidthFormat, source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let names: Vec<&str> = source.columns.keys().map(|name| name.value.as_str()).collect();
    let mut placed: Vec<Placed<'_>> = Vec::with_capacity(fixed.columns.len());
    for (name, position) in &fixed.columns {
        index_of(name, &names, texts, problems);
        if is_sound(position, texts, problems) {
            placed.push(Placed::new(name, position));
        }
    }
    for name in source.columns.keys().filter(|name| !fixed.columns.contains_key(name.value.as_str())) {
        let problem = texts.at(name, format!("column `{}` has no position", name.value));
        let hint = format!("add `{}: {{ start: …, width: … }}` under format: fixed_width: columns", name.value);
        problems.push(problem.hint(hint));
    }
    // The sort is stable: of two columns at one position, the one that is written later is reported.
    placed.sort_by_key(|column| column.start);
    let mut last: Option<&Placed<'_>> = None;
    for column in &placed {
        if let Some(earlier) = last.filter(|earlier| column.start <= earlier.end) {
            let start = &column.position.start;
            let problem = texts.place(start, start.length, format!("{column} overlaps {earlier}"));
            problems
                .push(problem.hint("start is the first character, counted from 1, and width the number of characters"));
        }
        last = last.filter(|earlier| earlier.end >= column.end).or(Some(column));
    }
    if let (Some(length), Some(last)) = (&fixed.line_length, last)
        && u64::from(length.value) < last.end
    {
        let problem =
            texts.place(length, length.length, format!("a line of {} characters ends before {last}", length.value));
        problems.push(problem.hint("give the length of a whole line without its line end, or omit line_length"));
    }
}

/// Whether a position is one, apart from the other columns.
fn is_sound(position: &PositionFile, texts: &Texts, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    if position.start.value == 0 {
        let problem = texts.place(&position.start, position.start.length, "a column cannot start at position 0");
        problems.push(problem.hint("positions are counted from 1"));
    }
    if position.width.value == 0 {
        let problem = texts.place(&position.width, position.width.length, "a column cannot be 0 characters wide");
        problems.push(problem.hint("give the number of its characters, blanks included"));
    }
    let end = u64::from(position.start.value) + u64::from(position.width.value);
    if end > MAX_LINE as u64 + 1 {
        let problem =
            texts.place(&position.width, position.width.length, "a column cannot end beyond the longest line");
        problems.push(problem.hint(format!("a line has at most {MAX_LINE} bytes")));
    }
    problems.len() == before
}

/// A column with its first and its last character, counted from 1.
struct Placed<'a> {
    name: &'a str,
    position: &'a PositionFile,
    start: u64,
    end: u64,
}

impl<'a> Placed<'a> {
    fn new(name: &'a Located<String>, position: &'a PositionFile) -> Self {
        let start = u64::from(position.start.value);
        Self { name: &name.value, position, start, end: start + u64::from(position.width.value) - 1 }
    }
}

impl std::fmt::Display for Placed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` (positions {} to {})", self.name, self.start, self.end)
    }
}
