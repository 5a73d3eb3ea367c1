//! The parsed values of a column, and the loop that fills them from a page of text.

use std::fmt;
use std::ops::Range;

use arrow::array::NullBufferBuilder;

use super::{
    fix::{CellFix, FixKind},
    form::Formed,
    notes::{CellNote, Note},
    parse::{CellParser, trim},
    repairs::inside_nul,
};
use crate::extract::frame::{Rule, TextPage};
use crate::invisible::{has_plain_ends, trimmed};

/// A column's rules as values.
#[derive(Clone, Debug)]
pub(super) struct Limits<V> {
    pub(super) min: Option<V>,
    pub(super) max: Option<V>,
    pub(super) accepted: Option<Vec<V>>,
    /// Whether a value outside is emptied, and the row kept.
    pub(super) empties: bool,
}

impl<V: PartialOrd + Copy> Limits<V> {
    /// Whether there are any rules.
    pub(super) fn exist(&self) -> bool {
        self.min.is_some() || self.max.is_some() || self.accepted.is_some()
    }

    /// The rule that a value breaks.
    #[inline]
    pub(super) fn broken_by(&self, value: V) -> Option<Rule> {
        if self.min.is_some_and(|min| value < min) || self.max.is_some_and(|max| value > max) {
            return Some(Rule::Range);
        }
        let accepted = self.accepted.as_ref().is_none_or(|list| list.contains(&value));
        (!accepted).then_some(Rule::AcceptedValues)
    }

    pub(super) fn is_below(&self, value: V) -> bool {
        self.min.is_some_and(|min| value < min)
    }
}

/// A column of the page, and its options.
#[derive(Clone, Copy)]
pub(super) struct Job {
    /// Index among the declared columns.
    pub(super) column: usize,
    /// Index among the file's columns.
    pub(super) place: usize,
    pub(super) required: bool,
    /// Index in the batch of the page's first row.
    pub(super) first_row: usize,
}

/// A cell that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellFault {
    /// Index in the batch.
    pub(super) row: usize,
    /// Index among the declared columns.
    pub(super) column: usize,
    pub(super) rule: Rule,
}

/// The parsed cells of a column, before they become an array.
#[derive(Debug)]
pub(super) struct Values<V> {
    pub(super) values: Vec<V>,
    pub(super) nulls: NullBufferBuilder,
    /// Rows without a value, both empty and faulty ones; only kept if `track_absent` is set.
    pub(super) absent: Vec<usize>,
    track_absent: bool,
    /// Cells that are read as another text, until they are taken.
    pub(super) fixes: Vec<CellFix>,
    /// Rows whose cell had invisible characters at its ends, until they are taken.
    pub(super) trimmed: Vec<usize>,
    /// Cells with notes, until they are taken.
    pub(super) notes: Vec<CellNote>,
}

impl<V: Copy + Default> Values<V> {
    pub(super) fn new(track_absent: bool) -> Self {
        Self {
            values: Vec::new(),
            nulls: NullBufferBuilder::new(0),
            absent: Vec::new(),
            track_absent,
            fixes: Vec::new(),
            trimmed: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn value(&self, row: usize) -> Option<V> {
        self.values.get(row).copied().filter(|_| self.nulls.is_valid(row))
    }

    #[inline(always)]
    pub(super) fn push(&mut self, value: V) {
        self.values.push(value);
        self.nulls.append_non_null();
    }

    /// Appends no value, because of a rule that the cell breaks or because it is empty. A value outside its bounds is
    /// emptied with a note, where the column says so.
    #[inline]
    pub(super) fn push_faulty(
        &mut self,
        rule: Option<Rule>,
        empties: bool,
        job: Job,
        at: usize,
        faults: &mut Vec<CellFault>,
    ) {
        self.push_absent();
        let (row, column) = (job.first_row + at, job.column);
        match rule {
            None => {}
            Some(Rule::Range) if empties => self.notes.push(CellNote { row, column, note: Note::Emptied }),
            Some(rule) => faults.push(CellFault { row, column, rule }),
        }
    }

    #[inline]
    pub(super) fn push_absent(&mut self) {
        if self.track_absent {
            self.absent.push(self.values.len());
        }
        self.values.push(V::default());
        self.nulls.append_null();
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.absent.clear();
        self.nulls.truncate(0);
    }
}

/// Cells with a declared form. The trait object is called once per column and page, so each parser has its own loop and
/// the usual parsers are unaffected.
pub(super) trait FormedCells<V>: fmt::Debug + Send + Sync {
    /// Appends the page's cells.
    #[expect(clippy::too_many_arguments, reason = "the loop's whole surroundings, passed once per column and page")]
    fn read(
        &self,
        limits: &Limits<V>,
        out: &mut Values<V>,
        page: TextPage<'_>,
        job: Job,
        keep: bool,
        scratch: &mut Vec<u8>,
        faults: &mut Vec<CellFault>,
    );

    /// The value of a cell that is not empty and has no spaces around it, or what is wrong with it.
    fn value(&self, cell: &[u8]) -> Result<V, String>;
}

impl<P: CellParser + fmt::Debug + Send + Sync> FormedCells<P::Value> for Formed<P>
where
    P::Value: Default,
{
    fn read(
        &self,
        limits: &Limits<P::Value>,
        out: &mut Values<P::Value>,
        page: TextPage<'_>,
        job: Job,
        keep: bool,
        scratch: &mut Vec<u8>,
        faults: &mut Vec<CellFault>,
    ) {
        read_values(self, limits, out, page, job, keep, scratch, faults);
    }

    fn value(&self, cell: &[u8]) -> Result<P::Value, String> {
        self.slow(cell)
    }
}

#[expect(clippy::too_many_arguments, reason = "the loop's whole surroundings, passed once per column and page")]
pub(super) fn read_values<P: CellParser>(
    parser: &P,
    limits: &Limits<P::Value>,
    out: &mut Values<P::Value>,
    page: TextPage<'_>,
    job: Job,
    keep: bool,
    scratch: &mut Vec<u8>,
    faults: &mut Vec<CellFault>,
) where
    P::Value: Default,
{
    let limited = limits.exist();
    out.values.reserve(page.borders.len() / page.stride.max(1));
    for (i, row) in page.rows().enumerate() {
        let (start, end) = (row[job.place] as usize, row[job.place + 1] as usize - 1);
        let rule = if start == end {
            job.required.then_some(Rule::Required)
        } else {
            // With a quote or a space, every fast path gives up.
            let value = match parser.fast(page.data, start, end) {
                Some(value) => Ok(Some(value)),
                None => slow_value(parser, start..end, &page, limits.empties, scratch).map(|(found, is_trimmed)| {
                    let (row, column) = (job.first_row + i, job.column);
                    out.trimmed.extend(is_trimmed.then_some(row));
                    let SlowValue { value, text, note } = found?;
                    out.fixes.extend(text.map(|(kind, text)| CellFix { row, column, kind, text }));
                    out.notes.extend(note.map(|note| CellNote { row, column, note }));
                    Some(value)
                }),
            };
            match value {
                Ok(Some(value)) => match if limited { limits.broken_by(value) } else { None } {
                    None => {
                        out.push(value);
                        continue;
                    }
                    broken => broken,
                },
                Ok(None) => job.required.then_some(Rule::Required),
                Err(rule) => Some(rule),
            }
        };
        out.push_faulty(rule, limits.empties, job, i, faults);
    }
    if !keep {
        out.clear();
    }
}

/// A value in an unusual spelling.
struct SlowValue<V> {
    value: V,
    /// The text that it is read as, if the file has another one.
    text: Option<(FixKind, Box<[u8]>)>,
    note: Option<Note>,
}

/// A value, `None` if the cell is empty; or the rule that it breaks.
type Judged<V> = Result<Option<SlowValue<V>>, Rule>;

/// A value, `None` if the cell is empty, and whether the cell was trimmed.
type Found<V> = (Option<SlowValue<V>>, bool);

/// The value of a cell in any spelling, and whether it had invisible characters at its ends. Plain spaces there mean
/// nothing.
#[cold]
fn slow_value<P: CellParser>(
    parser: &P,
    place: Range<usize>,
    page: &TextPage<'_>,
    empties: bool,
    scratch: &mut Vec<u8>,
) -> Result<Found<P::Value>, Rule> {
    let is_literal = page.is_literal(place.start);
    let whole = trim(page.text(trim(&page.data[place]), scratch));
    let cell = if parser.pads() { trim(&whole[inside_nul(whole)]) } else { whole };
    let is_padded = cell.len() < whole.len();
    let value = value_of(parser, cell, is_literal, empties);
    if value.is_err() && !has_plain_ends(cell) {
        return value_of(parser, trimmed(cell), is_literal, empties).map(|value| (value, true));
    }
    value.map(|value| (value, is_padded))
}

/// The value of a cell without spaces around it. A literal is not a null word.
fn value_of<P: CellParser>(parser: &P, cell: &[u8], is_literal: bool, empties: bool) -> Judged<P::Value> {
    if cell.is_empty() || !is_literal && parser.is_null(cell) {
        return Ok(None);
    }
    match parser.fast(cell, 0, cell.len()) {
        Some(value) => Ok(Some(SlowValue { value, text: None, note: None })),
        None => match parser.slow_noted(cell) {
            Ok((value, note)) => Ok(Some(SlowValue { value, text: parser.corrected(cell), note })),
            Err(_) if parser.is_far_null(cell) => Ok(None),
            Err(_) if empties && parser.is_beyond(cell) => Err(Rule::Range),
            Err(_) => Err(Rule::Type),
        },
    }
}
