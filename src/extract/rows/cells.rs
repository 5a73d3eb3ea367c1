//! Parses the cells of one column, row by row, into one growing buffer: the inner loops of the decoder.

use std::{mem, sync::Arc};

use super::{
    column_rules::{ColumnRules, TextRules, Typed},
    exponent::looks_rounded,
    fix::{CellFix, FixKind},
    form::unwrapped,
    ids::correct,
    looks,
    members::Members,
    notes::CellNote,
    parse::{CellParser, DecimalCell, TimestampCell, trim},
    repairs::is_clean,
    typed::{CellValue, TypedCells},
    values::{CellFault, Job, Values, read_values},
};
use crate::extract::frame::{Quotes, Rule, TextPage, unquote};
use crate::invariant::BrokenInvariant;
use crate::invisible::{has_plain_ends, trimmed_range};
use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, NullBufferBuilder, StringArray,
        TimestampMicrosecondArray, new_empty_array, new_null_array,
    },
    buffer::{BooleanBuffer, Buffer, OffsetBuffer, ScalarBuffer},
    compute::concat,
    datatypes::DataType,
    error::ArrowError,
};

/// The texts of a column, before they become an array.
#[derive(Debug)]
pub(super) struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    used: usize,
    nulls: NullBufferBuilder,
    /// The accepted value that matched last: equal values often follow each other.
    last_accepted: usize,
    /// Cells that are read as another text, until they are taken.
    fixes: Vec<CellFix>,
    /// Rows whose cell had blanks at its ends, until they are taken.
    trimmed: Vec<usize>,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
            used: 0,
            nulls: NullBufferBuilder::new(0),
            last_accepted: 0,
            fixes: Vec::new(),
            trimmed: Vec::new(),
        }
    }

    /// Appends `text[start..end]`.
    #[inline(always)]
    fn push(&mut self, text: &[u8], start: usize, end: usize) {
        let size = end - start;
        if self.bytes.len() < self.used + size.max(16) {
            self.bytes.resize((self.bytes.len() * 2).max(self.used + size + 1024), 0);
        }
        // Copying sixteen bytes for any size up to that is one instruction; copying `size` bytes is a call.
        let short = text[start..].first_chunk::<16>().filter(|_| size <= 16);
        match (short, self.bytes[self.used..].first_chunk_mut::<16>()) {
            (Some(from), Some(to)) => *to = *from,
            _ => self.bytes[self.used..self.used + size].copy_from_slice(&text[start..end]),
        }
        self.used += size;
        self.offsets.push(self.used as i32);
        self.nulls.append_non_null();
    }

    #[inline(always)]
    pub(super) fn push_null(&mut self) {
        self.offsets.push(self.used as i32);
        self.nulls.append_null();
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The text of a cell; `None` if it is empty or faulty.
    #[inline]
    pub(super) fn value(&self, row: usize) -> Option<&[u8]> {
        let bounds = self.nulls.is_valid(row).then(|| self.offsets.get(row..row + 2)).flatten()?;
        self.bytes.get(bounds[0] as usize..bounds[1] as usize)
    }

    pub(super) fn clear(&mut self) {
        self.offsets.truncate(1);
        self.used = 0;
        self.nulls.truncate(0);
    }
}

/// Lists or structs: the cells as text, by which rows are compared, and as an array for each page.
#[derive(Debug)]
pub(super) struct NestedCells {
    pub(super) texts: Texts,
    pub(super) parts: Vec<ArrayRef>,
    data_type: DataType,
    /// The members of structs that were met.
    pub(super) members: Members,
    /// Cells with values that are read as another text, and with notes, until they are taken.
    pub(super) fixes: Vec<CellFix>,
    pub(super) notes: Vec<CellNote>,
    /// Rows with a text inside that had blanks at its ends, until they are taken.
    pub(super) trimmed: Vec<usize>,
}

impl NestedCells {
    fn new(data_type: DataType) -> Self {
        let (texts, members) = (Texts::new(), Members::default());
        let (fixes, notes, trimmed) = (Vec::new(), Vec::new(), Vec::new());
        Self { texts, parts: Vec::new(), data_type, members, fixes, notes, trimmed }
    }

    fn push_empty(&mut self, rows: usize) {
        self.parts.push(new_null_array(&self.data_type, rows));
        (0..rows).for_each(|_| self.texts.push_null());
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.parts.clear();
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        self.texts.clear();
        let parts = mem::take(&mut self.parts);
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        if parts.is_empty() { Ok(new_empty_array(&self.data_type)) } else { concat(&parts) }
    }
}

/// A column being built.
#[derive(Debug)]
pub(super) enum ColumnBuffer {
    String(Texts),
    Int(Values<i64>),
    Decimal(Values<i128>),
    Date(Values<i32>),
    Timestamp(Values<i64>),
    Bool(Values<bool>),
    Nested(NestedCells),
}

impl TypedCells for [ColumnBuffer] {
    fn value(&self, column: usize, row: usize) -> Option<CellValue<'_>> {
        self.get(column)?.value(row)
    }
}

impl ColumnBuffer {
    pub(super) fn new(rules: &ColumnRules, track_absent: bool) -> Self {
        match rules {
            ColumnRules::String(_) => Self::String(Texts::new()),
            ColumnRules::Int(_) => Self::Int(Values::new(track_absent)),
            ColumnRules::Decimal(_) => Self::Decimal(Values::new(track_absent)),
            ColumnRules::Date(_) => Self::Date(Values::new(track_absent)),
            ColumnRules::Timestamp(_) => Self::Timestamp(Values::new(track_absent)),
            ColumnRules::Bool(_) => Self::Bool(Values::new(track_absent)),
            ColumnRules::Nested(rules) => Self::Nested(NestedCells::new(rules.data_type.clone())),
        }
    }

    /// Appends the page's cells. Without `keep` they are only judged. Of lists and structs, this appends their text.
    pub(super) fn read(
        &mut self,
        rules: &ColumnRules,
        page: TextPage<'_>,
        job: Job,
        keep: bool,
        scratch: &mut Vec<u8>,
        faults: &mut Vec<CellFault>,
    ) -> Result<(), ArrowError> {
        match (self, rules) {
            (Self::String(texts), ColumnRules::String(rules)) => {
                read_texts(texts, rules, page, job, keep, scratch, faults);
            }
            (Self::Int(values), ColumnRules::Int(typed)) => {
                read_typed(typed, &typed.plain, values, page, job, keep, scratch, faults);
            }
            (Self::Decimal(values), ColumnRules::Decimal(typed)) => match typed.plain.scale {
                // A scale known to the compiler makes the shifts constant.
                2 => {
                    let parser = DecimalCell { scale: 2, ..typed.plain };
                    read_typed(typed, &parser, values, page, job, keep, scratch, faults);
                }
                _ => read_typed(typed, &typed.plain, values, page, job, keep, scratch, faults),
            },
            (Self::Date(values), ColumnRules::Date(typed)) => {
                read_typed(typed, &typed.plain, values, page, job, keep, scratch, faults);
            }
            (Self::Timestamp(values), ColumnRules::Timestamp(typed)) => {
                let parser = TimestampCell { zone: &typed.plain.0 };
                read_typed(typed, &parser, values, page, job, keep, scratch, faults);
            }
            (Self::Bool(values), ColumnRules::Bool(typed)) => {
                read_typed(typed, &typed.plain, values, page, job, keep, scratch, faults);
            }
            (Self::Nested(nested), ColumnRules::Nested(rules)) => {
                read_texts(&mut nested.texts, &rules.text, page, job, true, scratch, faults);
            }
            _ => return Err(BrokenInvariant::new("a column is built from its own rules").into()),
        }
        Ok(())
    }

    /// Moves the cells that were read as another text since the last call to `into`.
    pub(super) fn take_fixes(&mut self, into: &mut Vec<CellFix>) {
        match self {
            Self::String(texts) => into.append(&mut texts.fixes),
            Self::Int(values) | Self::Timestamp(values) => into.append(&mut values.fixes),
            Self::Decimal(values) => into.append(&mut values.fixes),
            Self::Date(values) => into.append(&mut values.fixes),
            Self::Bool(values) => into.append(&mut values.fixes),
            Self::Nested(cells) => into.append(&mut cells.fixes),
        }
    }

    /// Moves the rows whose cell had blanks at its ends since the last call to `into`, with the column.
    pub(super) fn take_trimmed(&mut self, column: usize, into: &mut Vec<(usize, usize)>) {
        let rows = match self {
            Self::String(texts) => &mut texts.trimmed,
            Self::Int(values) | Self::Timestamp(values) => &mut values.trimmed,
            Self::Decimal(values) => &mut values.trimmed,
            Self::Date(values) => &mut values.trimmed,
            Self::Bool(values) => &mut values.trimmed,
            Self::Nested(cells) => {
                // Blanks around a list or struct are not part of a text.
                cells.texts.trimmed.clear();
                &mut cells.trimmed
            }
        };
        into.extend(rows.drain(..).map(|row| (row, column)));
    }

    /// Moves the notes made since the last call to `into`.
    pub(super) fn take_notes(&mut self, into: &mut Vec<CellNote>) {
        match self {
            Self::String(_) => {}
            Self::Nested(cells) => into.append(&mut cells.notes),
            Self::Int(values) | Self::Timestamp(values) => into.append(&mut values.notes),
            Self::Decimal(values) => into.append(&mut values.notes),
            Self::Date(values) => into.append(&mut values.notes),
            Self::Bool(values) => into.append(&mut values.notes),
        }
    }

    /// Appends cells of a column that the file does not have.
    pub(super) fn push_empty(&mut self, rows: usize) {
        if let Self::Nested(nested) = self {
            return nested.push_empty(rows);
        }
        for _ in 0..rows {
            match self {
                Self::String(texts) => texts.push_null(),
                Self::Int(values) | Self::Timestamp(values) => values.push_absent(),
                Self::Decimal(values) => values.push_absent(),
                Self::Date(values) => values.push_absent(),
                Self::Bool(values) => values.push_absent(),
                Self::Nested(_) => {}
            }
        }
    }

    /// The cell of a row that was read and kept; `None` if it is empty or faulty.
    pub(super) fn value(&self, row: usize) -> Option<CellValue<'_>> {
        Some(match self {
            Self::String(texts) => CellValue::Text(texts.value(row)?),
            Self::Nested(nested) => CellValue::Text(nested.texts.value(row)?),
            Self::Int(cells) => CellValue::Int(cells.value(row)?),
            Self::Decimal(cells) => CellValue::Decimal(cells.value(row)?),
            Self::Date(cells) => CellValue::Date(cells.value(row)?),
            Self::Timestamp(cells) => CellValue::Timestamp(cells.value(row)?),
            Self::Bool(cells) => CellValue::Bool(cells.value(row)?),
        })
    }

    /// The members of structs that were met since the last call.
    pub(super) fn take_members(&mut self) -> Option<Members> {
        match self {
            Self::Nested(nested) => Some(std::mem::take(&mut nested.members)),
            _ => None,
        }
    }

    /// Clears the cells read so far.
    pub(super) fn clear(&mut self) {
        match self {
            Self::String(texts) => texts.clear(),
            Self::Nested(nested) => nested.clear(),
            Self::Int(values) | Self::Timestamp(values) => values.clear(),
            Self::Decimal(values) => values.clear(),
            Self::Date(values) => values.clear(),
            Self::Bool(values) => values.clear(),
        }
    }

    /// Returns an array of the cells read so far, and starts over.
    pub(super) fn finish(&mut self, rules: &ColumnRules) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::String(texts) => {
                let rows = texts.offsets.len();
                let offsets = mem::replace(&mut texts.offsets, Vec::with_capacity(rows));
                texts.offsets.push(0);
                let size = texts.bytes.len();
                let mut bytes = mem::replace(&mut texts.bytes, vec![0; size]);
                bytes.truncate(mem::take(&mut texts.used));
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(StringArray::try_new(offsets, Buffer::from_vec(bytes), texts.nulls.finish())?)
            }
            Self::Int(values) => Arc::new(Int64Array::try_new(take(values), values.nulls.finish())?),
            Self::Decimal(values) => {
                let array = Decimal128Array::try_new(take(values), values.nulls.finish())?;
                match rules {
                    ColumnRules::Decimal(Typed { plain: cell, .. }) => {
                        Arc::new(array.with_precision_and_scale(cell.precision, cell.scale as i8)?)
                    }
                    _ => Arc::new(array),
                }
            }
            Self::Date(values) => Arc::new(Date32Array::try_new(take(values), values.nulls.finish())?),
            Self::Timestamp(values) => {
                let array = TimestampMicrosecondArray::try_new(take(values), values.nulls.finish())?;
                Arc::new(array.with_timezone("UTC"))
            }
            Self::Nested(nested) => nested.finish()?,
            Self::Bool(values) => {
                let bits = BooleanBuffer::from(values.values.as_slice());
                let array = BooleanArray::new(bits, values.nulls.finish());
                values.clear();
                Arc::new(array)
            }
        })
    }
}

fn take<V>(values: &mut Values<V>) -> ScalarBuffer<V>
where
    V: arrow::datatypes::ArrowNativeType,
{
    values.absent.clear();
    let capacity = values.values.len();
    ScalarBuffer::from(mem::replace(&mut values.values, Vec::with_capacity(capacity)))
}

/// Appends the page's cells in the column's form; `plain` is the parser without a declared form.
#[expect(clippy::too_many_arguments, reason = "the loop's whole surroundings, passed once per column and page")]
fn read_typed<T: CellParser, P: CellParser<Value = T::Value>>(
    typed: &Typed<T>,
    plain: &P,
    out: &mut Values<P::Value>,
    page: TextPage<'_>,
    job: Job,
    keep: bool,
    scratch: &mut Vec<u8>,
    faults: &mut Vec<CellFault>,
) where
    P::Value: Default,
{
    match &typed.formed {
        None => read_values(plain, &typed.limits, out, page, job, keep, scratch, faults),
        Some(formed) => formed.read(&typed.limits, out, page, job, keep, scratch, faults),
    }
}

pub(super) fn read_texts(
    out: &mut Texts,
    rules: &TextRules,
    page: TextPage<'_>,
    job: Job,
    keep: bool,
    scratch: &mut Vec<u8>,
    faults: &mut Vec<CellFault>,
) {
    if !keep && !job.required && !rules.apply_to_all() && page.unclean.is_empty() {
        return;
    }
    looks::note(page, rules, job, &mut out.fixes);
    let is_plain = rules.id.is_none() && !rules.unwraps && !rules.special() && page.unclean.is_empty();
    let read = if is_plain { read_cells::<true> } else { read_cells::<false> };
    read(out, rules, page, job, keep, scratch, faults);
}

/// The cells of a page. `PLAIN` ones are neither ids nor wrapped, have no null words and no pattern, and are valid text:
/// what the others need would slow them down, and they are most cells.
fn read_cells<const PLAIN: bool>(
    out: &mut Texts,
    rules: &TextRules,
    page: TextPage<'_>,
    job: Job,
    keep: bool,
    scratch: &mut Vec<u8>,
    faults: &mut Vec<CellFault>,
) {
    let (accepted, special) = (rules.accepted.as_deref(), !PLAIN && rules.special());
    let mut last_accepted = out.last_accepted;
    let (mut id, mut wrapped, mut repaired) = (Vec::new(), Vec::new(), Vec::new());
    let quotes = page.quotes;
    let first = page.rows().next().map_or(0, |row| row[job.place] as usize);
    let mut unclean = &page.unclean[page.unclean.partition_point(|at| *at < first)..];
    for (i, row) in page.rows().enumerate() {
        let (mut start, mut end) = (row[job.place] as usize, row[job.place + 1] as usize - 1);
        while !PLAIN && unclean.first().is_some_and(|at| *at < start) {
            unclean = &unclean[1..];
        }
        let mut is_unclean = !PLAIN && unclean.first().is_some_and(|at| *at < end);
        let mut text = page.data;
        if quotes != Quotes::None && start < end && text[start] == page.quote {
            if quotes == Quotes::Plain && end - start >= 2 && text[end - 1] == page.quote {
                (start, end) = (start + 1, end - 1);
            } else {
                text = unquote(&page.data[start..end], page.quote, scratch);
                (start, end) = (0, text.len());
            }
        }
        let mut is_repaired = false;
        if !PLAIN && is_unclean && rules.repairs.exist() {
            let kept = rules.repairs.without_padding(&text[start..end]);
            out.trimmed.extend((kept.len() < end - start).then_some(job.first_row + i));
            (start, end) = (start + kept.start, start + kept.end);
            is_repaired = rules.repairs.repair(&text[start..end], &mut repaired);
            if is_repaired {
                text = &repaired;
                (start, end) = (0, repaired.len());
            }
            is_unclean = !is_clean(&text[start..end]);
        }
        if rules.trims && start < end && !has_plain_ends(&text[start..end]) {
            let kept = trimmed_range(&text[start..end]);
            if kept.len() < end - start {
                if out.trimmed.last() != Some(&(job.first_row + i)) {
                    out.trimmed.push(job.first_row + i);
                }
                (start, end) = (start + kept.start, start + kept.end);
            }
        }
        let mut is_wrapped = false;
        if !PLAIN
            && rules.unwraps
            && let Some(inside) = unwrapped(trim(&text[start..end]))
        {
            wrapped.clear();
            wrapped.extend_from_slice(&inside);
            (is_wrapped, start, end) = (true, 0, wrapped.len());
            text = &wrapped;
        }
        let is_null = |cell: &[u8]| rules.nulls.hold(cell) && !page.is_literal(row[job.place] as usize);
        let is_empty = |cell: &[u8]| cell.is_empty() || (special && is_null(cell));
        if let Some(form) = rules.id.as_ref().filter(|_| !PLAIN && !is_unclean)
            && !is_empty(&text[start..end])
            && correct(form, &text[start..end], &mut id)
        {
            let (row, column) = (job.first_row + i, job.column);
            out.fixes.push(CellFix { row, column, kind: FixKind::Id, text: id.as_slice().into() });
            text = &id;
            (start, end) = (0, id.len());
        }
        if is_wrapped {
            let (row, column, kind) = (job.first_row + i, job.column, FixKind::Unwrapped);
            out.fixes.push(CellFix { row, column, kind, text: text[start..end].into() });
        }
        if is_repaired {
            let (row, column, kind) = (job.first_row + i, job.column, FixKind::Repaired);
            out.fixes.push(CellFix { row, column, kind, text: text[start..end].into() });
        }
        let rule = if is_empty(&text[start..end]) {
            job.required.then_some(Rule::Required)
        } else if is_unclean {
            Some(Rule::Encoding)
        } else if !PLAIN && rules.id.is_some() && looks_rounded(&text[start..end]) {
            // A key with such an id would join strangers.
            Some(Rule::Type)
        } else if accepted.is_some_and(|list| !is_accepted(&text[start..end], list, &mut last_accepted)) {
            Some(Rule::AcceptedValues)
        } else if special && rules.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(&text[start..end])) {
            Some(Rule::Pattern)
        } else {
            if keep {
                out.push(text, start, end);
            }
            continue;
        };
        if keep {
            out.push_null();
        }
        if let Some(rule) = rule {
            faults.push(CellFault { row: job.first_row + i, column: job.column, rule });
        }
    }
    out.last_accepted = last_accepted;
}

#[inline]
fn is_accepted(text: &[u8], accepted: &[Vec<u8>], last: &mut usize) -> bool {
    if accepted.get(*last).is_some_and(|value| value == text) {
        return true;
    }
    match accepted.iter().position(|value| value == text) {
        Some(at) => {
            *last = at;
            true
        }
        None => false,
    }
}
