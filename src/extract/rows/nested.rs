//! Cells of columns that hold lists or structs: JSON text -> one array for a page. Every value inside is read by the rules
//! of its own type, so that a list of numbers accepts what a column of numbers does.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, ListArray, StructArray},
    buffer::{NullBuffer, OffsetBuffer},
    datatypes::{DataType, Fields},
    error::ArrowError,
};

use super::{
    cells::ColumnBuffer,
    column_rules::{ColumnRules, Part},
    fix::CellFix,
    members::Members,
    notes::CellNote,
    values::{CellFault, Job},
};
use crate::extract::frame::{Quotes, RowTable, Rule, SIGNS, TextPage, unclean_places};
use crate::extract::json::{Value, array, object, string_as_written, whole, write_cell};
use crate::invariant::BrokenInvariant;
use crate::invisible::{as_seen, seen_otherwise};
use crate::source::Column;

/// Between the cells of the values inside.
const SEPARATOR: u8 = 0x1F;

/// A value with the row to which it belongs.
#[derive(Clone, Debug)]
struct Item<'a> {
    value: Option<Value<'a>>,
    row: usize,
    /// Where it is in the cell, if that is asked for.
    path: String,
}

/// What was found inside the cells of a page.
#[derive(Debug, Default)]
struct Findings {
    /// Rows with a wrong value, and what is wrong.
    wrong: Vec<(usize, String)>,
    /// Values that are read as another text, and values with notes; rows count within the page.
    fixes: Vec<CellFix>,
    notes: Vec<CellNote>,
    /// Rows with a text that had blanks at its ends.
    trimmed: Vec<usize>,
    with_paths: bool,
}

/// Makes an array of the cells that a page's texts have added to a column of lists or structs, and judges them. Without
/// `keep` they are only judged.
pub(super) fn read_nested(
    buffer: &mut ColumnBuffer,
    rules: &ColumnRules,
    job: Job,
    keep: bool,
    faults: &mut Vec<CellFault>,
) -> Result<(), ArrowError> {
    let (ColumnBuffer::Nested(cells), ColumnRules::Nested(rules)) = (&mut *buffer, rules) else { return Ok(()) };
    let first: usize = cells.parts.iter().map(|part| part.len()).sum();
    let mut found = Findings::default();
    let mut items = Vec::with_capacity(cells.texts.len() - first);
    for (row, at) in (first..cells.texts.len()).enumerate() {
        let value = cells.texts.value(at).map(whole).transpose();
        let value = value.unwrap_or_else(|error| {
            found.wrong.push((row, not_json(error.what)));
            None
        });
        items.push(Item { value: value.filter(|value| !value.is_null()), row, path: String::new() });
    }
    let mut array = rules.part.read(&items, &rules.data_type, &mut found, &mut cells.members)?;
    found.wrong.sort_unstable();
    found.wrong.dedup_by_key(|(row, _)| *row);
    for (row, _) in &found.wrong {
        faults.push(CellFault { row: job.first_row + row, column: job.column, rule: Rule::Type });
        items[*row].value = None;
    }
    if !found.wrong.is_empty() {
        array = rules.part.read(&items, &rules.data_type, &mut Findings::default(), &mut Members::default())?;
    }
    let (first_row, column) = (job.first_row, job.column);
    cells.fixes.extend(found.fixes.into_iter().map(|fix| CellFix { row: first_row + fix.row, column, ..fix }));
    cells.notes.extend(found.notes.into_iter().map(|note| CellNote { row: first_row + note.row, column, ..note }));
    // A cell counts once, however many of its texts were trimmed.
    found.trimmed.sort_unstable();
    found.trimmed.dedup();
    cells.trimmed.extend(found.trimmed.into_iter().map(|row| first_row + row));
    cells.parts.push(array);
    if !keep {
        buffer.clear();
    }
    Ok(())
}

/// What is wrong inside a cell of a list or struct, with the place in it; `None` for other columns and faults.
pub(super) fn explain_nested(rules: &ColumnRules, rule: Rule, cell: &[u8]) -> Option<String> {
    let ColumnRules::Nested(rules) = rules else { return None };
    if rule != Rule::Type {
        return None;
    }
    let value = match whole(cell) {
        Ok(value) => value,
        Err(error) => return Some(not_json(error.what)),
    };
    let items = [Item { value: Some(value), row: 0, path: String::new() }];
    let mut found = Findings { with_paths: true, ..Findings::default() };
    match rules.part.read(&items, &rules.data_type, &mut found, &mut Members::default()) {
        Ok(_) => found.wrong.into_iter().next().map(|(_, reason)| reason),
        Err(error) => Some(error.to_string()),
    }
}

fn not_json(what: &str) -> String {
    format!("is not JSON: {what}")
}

impl Part {
    /// The values as an array; wrong ones are null.
    fn read(
        &self,
        items: &[Item<'_>],
        ty: &DataType,
        found: &mut Findings,
        members: &mut Members,
    ) -> Result<ArrayRef, ArrowError> {
        match (self, ty) {
            (Self::List(element), DataType::List(field)) => {
                let (mut inner, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
                for item in items {
                    let before = inner.len();
                    let value = item.of_kind(b'[', "is not a list", found);
                    if let Some(value) = value {
                        let mut place = 0;
                        let elements = array(value.text, |value| {
                            let path = found.path(item, || format!("[{place}]"));
                            inner.push(Item {
                                value: Some(value).filter(|value| !value.is_null()),
                                row: item.row,
                                path,
                            });
                            place += 1;
                        });
                        item.enter(elements.map_err(|error| error.what.to_owned()), found);
                    }
                    lengths.push(inner.len() - before);
                    valid.push(value.is_some());
                }
                let values = element.read(&inner, field.data_type(), found, members)?;
                let offsets = OffsetBuffer::from_lengths(lengths);
                Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, Some(NullBuffer::from(valid)))?))
            }
            (Self::Struct(parts, first), DataType::Struct(fields)) => {
                read_struct(parts, *first, fields, items, found, members)
            }
            (Self::Scalar(scalar), _) => read_scalars(&scalar.0, &scalar.1, items, found),
            _ => Err(BrokenInvariant::new("a nested column is built from its own type").into()),
        }
    }
}

fn read_struct(
    parts: &[(String, Part)],
    first: usize,
    fields: &Fields,
    items: &[Item<'_>],
    found: &mut Findings,
    members: &mut Members,
) -> Result<ArrayRef, ArrowError> {
    let empty = |item: &Item<'_>| Item { value: None, row: item.row, path: String::new() };
    let mut columns: Vec<Vec<Item<'_>>> = vec![items.iter().map(empty).collect(); parts.len()];
    let mut valid = Vec::with_capacity(items.len());
    members.met.resize(members.met.len().max(first + parts.len()), (0, 0));
    for (at, item) in items.iter().enumerate() {
        let value = item.of_kind(b'{', "is not an object", found);
        valid.push(value.is_some());
        let Some(value) = value else { continue };
        let mut met = vec![false; parts.len()];
        let mut repeated = None;
        let walked = object(value.text, |key, value| {
            let key = string_as_written(&key);
            let Some(number) = part_named(parts, &key) else { return Ok(()) };
            if std::mem::replace(&mut met[number], true) {
                repeated = Some(number);
            }
            let path = found.path(item, || format!(".{}", parts[number].0));
            columns[number][at] = Item { value: Some(value).filter(|value| !value.is_null()), row: item.row, path };
            Ok(())
        });
        let twice = repeated.map(|number| format!("has the key `{}` twice", parts[number].0));
        item.enter(walked.map_err(|error| error.what.to_owned()).and(twice.map_or(Ok(()), Err)), found);
        for (number, is_met) in met.iter().enumerate() {
            let (all, having) = &mut members.met[first + number];
            (*all, *having) = (*all + 1, *having + u64::from(*is_met));
        }
    }
    let mut arrays = Vec::with_capacity(parts.len());
    for (((_, part), items), field) in parts.iter().zip(&columns).zip(fields) {
        arrays.push(part.read(items, field.data_type(), found, members)?);
    }
    Ok(Arc::new(StructArray::try_new(fields.clone(), arrays, Some(NullBuffer::from(valid)))?))
}

/// The member that a key names: keys that look alike are one name.
fn part_named(parts: &[(String, Part)], key: &[u8]) -> Option<usize> {
    let exact = parts.iter().position(|(name, _)| name.as_bytes() == key);
    exact.or_else(|| {
        let seen = seen_otherwise(key)?;
        parts.iter().position(|(name, _)| as_seen(name) == seen)
    })
}

/// Values of one type, read as the cells of a column are.
fn read_scalars(
    spec: &Column,
    rules: &ColumnRules,
    items: &[Item<'_>],
    found: &mut Findings,
) -> Result<ArrayRef, ArrowError> {
    let mut table = RowTable::default();
    table.clear(1);
    let mut data = Vec::new();
    for item in items {
        let start = data.len();
        table.push(start);
        if let Some(value) = &item.value
            && let Err(error) = write_cell(value, spec, &mut data)
        {
            data.truncate(start);
            item.enter(Err(error.what.to_owned()), found);
        }
        data.push(SEPARATOR);
        table.push(data.len());
    }
    let page = TextPage {
        data: &data,
        borders: table.between(0, items.len()),
        stride: table.stride,
        quotes: Quotes::None,
        quote: SIGNS.quote,
        signs: SIGNS,
        holds_signs: true,
        unclean: &unclean_places(&data),
        literals: &[],
        uncomputed: &[],
    };
    let (mut buffer, mut faults) = (ColumnBuffer::new(rules, false), Vec::new());
    let job = Job { column: 0, place: 0, required: false, first_row: 0 };
    buffer.read(rules, page, job, true, &mut Vec::new(), &mut faults)?;
    let of_cell = |row: &mut usize| *row = items.get(*row).map_or(0, |item| item.row);
    let (mut fixes, mut notes, mut trimmed) = (Vec::new(), Vec::new(), Vec::new());
    buffer.take_trimmed(0, &mut trimmed);
    trimmed.iter_mut().for_each(|(row, _)| of_cell(row));
    found.trimmed.extend(trimmed.into_iter().map(|(row, _)| row));
    buffer.take_fixes(&mut fixes);
    buffer.take_notes(&mut notes);
    fixes.iter_mut().for_each(|fix: &mut CellFix| of_cell(&mut fix.row));
    notes.iter_mut().for_each(|note: &mut CellNote| of_cell(&mut note.row));
    found.fixes.append(&mut fixes);
    found.notes.append(&mut notes);
    for fault in faults {
        if let Some(item) = items.get(fault.row) {
            item.enter(Err(rules.explain(spec, fault.rule, page.cell(fault.row, 0))), found);
        }
    }
    buffer.finish(rules)
}

impl<'a> Item<'a> {
    /// The value, if it begins with this sign; another one is wrong.
    fn of_kind(&self, sign: u8, what: &str, found: &mut Findings) -> Option<Value<'a>> {
        let value = self.value?;
        if value.text.first() == Some(&sign) {
            return Some(value);
        }
        self.enter(Err(what.to_owned()), found);
        None
    }

    fn enter(&self, checked: Result<(), String>, found: &mut Findings) {
        if let Err(reason) = checked {
            let reason = if self.path.is_empty() { reason } else { format!("at {}: {reason}", self.path) };
            found.wrong.push((self.row, reason));
        }
    }
}

impl Findings {
    fn path(&self, item: &Item<'_>, step: impl Fn() -> String) -> String {
        if !self.with_paths {
            return String::new();
        }
        let path = format!("{}{}", item.path, step());
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }
}
