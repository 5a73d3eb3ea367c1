//! JSON objects -> cells: the declared columns in their order, then one cell with everything undeclared, so that two
//! records are equal only if all of their values are.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::limits::MAX_RECORD;
use crate::extract::frame::{FileKeys, Origin, Rule, TextRecords};
use crate::extract::json::{SyntaxError, Value, Words, array, compact, object, string_as_written, write_cell};
use crate::invisible::{as_seen, is_named, seen_otherwise};
use crate::source::{Column, RecordPath, parent_steps};
use crate::words::printable;

/// How a key is used for one column.
#[derive(Debug, Clone)]
struct Use {
    column: usize,
    /// 0 for the name, then the aliases; the smallest wins.
    name: usize,
    /// The steps into the value; empty for the value itself.
    path: Vec<String>,
}

/// The columns that use each key of an object; keys are here as people see them.
type Uses = HashMap<Vec<u8>, Vec<Use>>;

/// What a key is used for: keys that look alike are one name.
fn uses_of<'a>(uses: &'a Uses, key: &[u8]) -> Option<&'a Vec<Use>> {
    uses.get(key).or_else(|| uses.get(seen_otherwise(key)?.as_bytes()))
}

/// Separates the keys and values of undeclared members before they are hashed.
const SEPARATOR: u8 = 0x1F;

/// Where the declared columns are found in a record.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) columns: Vec<Column>,
    /// In the record itself, then in the object around it, and so on outwards.
    levels: Vec<Uses>,
    /// The lists on the way to the records: the keys from the object that holds each.
    pub(super) lists: Vec<Vec<String>>,
    /// The lists as messages name them.
    pub(super) shown: Vec<String>,
}

/// The keys of an object in the order in which they were met, with what each is used for.
type KeyOrder = Vec<(Vec<u8>, Option<Vec<Use>>)>;

/// Finds the cells of records one after the other. Reuses its buffers.
#[derive(Debug)]
pub(super) struct Converter {
    pub(super) shape: Arc<Shape>,
    /// For each level, the keys of the last object: the next one usually has the same.
    orders: Vec<KeyOrder>,
    pub(super) out: TextRecords,
    pub(super) keys: FileKeys,
    hashed: Vec<u8>,
}

/// What is wrong with a record, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Byte in the text.
    pub(super) at: Option<usize>,
    pub(super) what: String,
    /// The declared column whose value it is.
    pub(super) column: Option<usize>,
}

impl Wrong {
    /// A fault of the whole record.
    pub(super) fn record(what: String) -> Self {
        Self { at: None, what, column: None }
    }

    /// The same, with what follows from it.
    pub(super) fn with(mut self, consequence: &str) -> Self {
        self.what = format!("{}; {consequence}", self.what);
        self
    }

    /// A fault of a value that is part of `text`.
    fn value(error: SyntaxError, text: &[u8], value: &Value<'_>, column: Option<usize>) -> Self {
        Self { column, ..error.in_value(text, value).into() }
    }

    /// The declared column and the reason, with the character of `text` at which the fault is.
    pub(super) fn explain<'a>(&self, text: &[u8], columns: &'a [Column]) -> (Option<&'a str>, String) {
        let place = self.at.map(|at| {
            let before = text.get(..at).unwrap_or(text);
            String::from_utf8_lossy(before).chars().count() + 1
        });
        let column = self.column.and_then(|column| columns.get(column)).map(|column| column.name.as_str());
        let reason = match (place, column) {
            (None, _) => self.what.clone(),
            (Some(place), None) => format!("column {place}: {}", self.what),
            (Some(place), Some(_)) => format!("{} (character {place} of the record)", self.what),
        };
        (column, reason)
    }
}

impl From<SyntaxError> for Wrong {
    fn from(error: SyntaxError) -> Self {
        Self { at: Some(error.at), what: error.what.to_owned(), column: None }
    }
}

/// The value found for a column, with the number of the name used.
pub(super) type Found<'a> = Option<(usize, Value<'a>)>;

/// What a record has from the objects around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Inherited {
    /// For each column, the number of the name used, whether the value is null, and the text of the cell.
    pub(super) cells: Vec<Option<(usize, bool, Vec<u8>)>>,
    /// Hash of the undeclared members.
    pub(super) hash: Option<u128>,
}

/// An object that was read.
pub(super) struct Members<'a> {
    pub(super) cells: Vec<Found<'a>>,
    /// Undeclared members.
    pub(super) rest: Vec<(Vec<u8>, Value<'a>)>,
    /// The value of the key that was asked for.
    pub(super) wanted: Option<Value<'a>>,
}

impl Shape {
    /// Of records in the document's array or in lines; with `path`, below the lists that it names.
    pub(super) fn new(columns: &[Column], path: Option<&RecordPath>) -> Self {
        let lists = path.map(|path| path.lists.clone()).unwrap_or_default();
        let mut levels: Vec<Uses> = (0..=lists.len()).map(|_| HashMap::new()).collect();
        for (column, spec) in columns.iter().enumerate() {
            for (number, text) in spec.names().enumerate() {
                let (level, inner) = if lists.is_empty() { (0, text) } else { parent_steps(text) };
                let Some(uses) = levels.get_mut(level) else { continue };
                let mut enter = |key: &str, name, path: Vec<String>| {
                    let of_key = uses.entry(as_seen(key).as_bytes().to_vec()).or_default();
                    // Two spellings of one name are one name.
                    if !of_key.iter().any(|known| known.column == column && known.path == path) {
                        of_key.push(Use { column, name, path });
                    }
                };
                enter(inner, 2 * number, Vec::new());
                if let Some((key, path)) = inner.split_once('.') {
                    let path = path.split('.').map(|step| as_seen(step).into_owned());
                    enter(key, 2 * number + 1, path.collect());
                }
            }
        }
        let shown = (0..lists.len()).filter_map(|list| path.map(|path| path.shown(list))).collect();
        Self { columns: columns.to_vec(), levels, lists, shown }
    }

    /// Whether a column is a field of the outermost object around the records.
    pub(super) fn uses_outermost(&self) -> bool {
        self.levels.len() > 1 && self.levels.last().is_some_and(|uses| !uses.is_empty())
    }
}

impl Converter {
    pub(super) fn new(shape: Arc<Shape>) -> Self {
        Self {
            // The declared columns, and one cell for everything else.
            out: TextRecords::new(shape.columns.len() + 1),
            keys: FileKeys { declared: vec![false; shape.columns.len()], ..FileKeys::default() },
            orders: vec![Vec::new(); shape.levels.len()],
            shape,
            hashed: Vec::new(),
        }
    }

    /// Bytes of the cells so far.
    pub(super) fn size(&self) -> usize {
        self.out.size()
    }

    /// The records added so far; `raw` are the bytes that their origins refer to, unless they were added with them.
    pub(super) fn finish(mut self, raw: Option<Vec<u8>>) -> TextRecords {
        if let Some(raw) = raw {
            *self.out.raw() = raw;
        }
        self.out.set_keys(self.keys);
        self.out.finish()
    }

    /// Adds a record.
    pub(super) fn add(&mut self, text: &[u8], too_long: bool, origin: Origin) {
        if let Some((rule, reason)) = fault_of(text, too_long, MAX_RECORD) {
            return self.out.reject(rule, None, reason, &origin, text);
        }
        match self.record(text, &Inherited::default()) {
            Ok(()) => self.out.end_row(origin),
            Err(wrong) => self.refuse(&wrong, text, &origin),
        }
    }

    /// Rejects a record that cannot be read.
    pub(super) fn refuse(&mut self, wrong: &Wrong, text: &[u8], origin: &Origin) {
        let shape = Arc::clone(&self.shape);
        let (column, reason) = wrong.explain(text, &shape.columns);
        self.out.reject(Rule::Json, column, reason, origin, text);
    }

    /// The members of an object that is `level` objects outwards of the records.
    pub(super) fn members<'a>(
        &mut self,
        level: usize,
        text: &'a [u8],
        wanted: Option<&str>,
    ) -> Result<Members<'a>, Wrong> {
        let Self { shape, orders, keys, .. } = self;
        let columns = shape.columns.as_slice();
        let (uses, order) = (&shape.levels[level], &mut orders[level]);
        let mut found = Members { cells: vec![None; columns.len()], rest: Vec::new(), wanted: None };
        let mut clash: Option<usize> = None;
        let mut is_repeated = false;
        let mut nth = 0;
        // Set before an error ends the walk: the value and the column for which it was looked into.
        let mut blamed: Option<(Value<'a>, usize)> = None;
        let walked = object(text, |key, value| {
            let plain = string_as_written(&key);
            if order.get(nth).is_none_or(|known| known.0 != *plain) {
                order.truncate(nth);
                order.push((plain.to_vec(), uses_of(uses, &plain).cloned()));
            }
            let (name, known) = &order[nth];
            nth += 1;
            let mut is_whole = false;
            for used in known.iter().flatten() {
                let value = match used.path.as_slice() {
                    [] => Some(value),
                    path => step(value, path).inspect_err(|_| blamed = Some((value, used.column)))?,
                };
                is_whole |= used.path.is_empty();
                let Some(value) = value else { continue };
                match &mut found.cells[used.column] {
                    Some((other, held)) if used.name / 2 != *other / 2 && (value.is_null() || held.is_null()) => {
                        if !value.is_null() {
                            (*other, *held) = (used.name, value);
                        }
                    }
                    // One column under two names, or one key twice: ambiguous.
                    Some((other, _)) if used.name / 2 != *other / 2 || used.name == *other => clash = Some(used.column),
                    Some((other, _)) if *other < used.name => {}
                    cell => *cell = Some((used.name, value)),
                }
            }
            let is_list = wanted.is_some_and(|wanted| is_named(name, wanted));
            if is_list {
                is_repeated |= found.wanted.replace(value).is_some();
            }
            if level == 0 && known.is_none() {
                keys.note(name);
            }
            if !is_whole && !is_list {
                found.rest.push((name.clone(), value));
            }
            Ok(())
        });
        walked.map_err(|error| match blamed {
            Some((value, column)) => Wrong::value(error, text, &value, Some(column)),
            None => error.into(),
        })?;
        if let Some(spec) = clash.and_then(|column| columns.get(column)) {
            return Err(Wrong::record(twice(spec, order.get(..nth).unwrap_or_default())));
        }
        if is_repeated {
            return Err(Wrong::record(format!("the key `{}` appears twice", wanted.unwrap_or_default())));
        }
        Ok(found)
    }

    /// Writes the cells of one record.
    pub(super) fn record(&mut self, text: &[u8], inherited: &Inherited) -> Result<(), Wrong> {
        let found = self.members(0, text, None)?;
        let hash = self.hash_of(text, found.rest, inherited.hash)?;
        let Self { shape, out, keys, .. } = self;
        keys.records += 1;
        out.start_row();
        for (column, (cell, spec)) in found.cells.iter().zip(&shape.columns).enumerate() {
            let outer = inherited.cells.get(column).and_then(Option::as_ref);
            keys.declared[column] |= cell.is_some() || outer.is_some();
            match (outer, cell) {
                (Some((_, false, of_parent)), cell) => {
                    if cell.is_some_and(|(_, own)| !own.is_null()) {
                        return Err(Wrong::record(format!("{} appears in the record and in its parent", spec.name)));
                    }
                    out.cell().extend_from_slice(of_parent);
                }
                (_, Some((_, value))) => {
                    write_cell(value, spec, out.cell())
                        .map_err(|error| Wrong::value(error, text, value, Some(column)))?;
                }
                (_, None) => {}
            }
            out.end_cell();
        }
        if let Some(hash) = hash {
            out.cell().extend_from_slice(format!("{hash:032x}").as_bytes());
        }
        out.end_cell();
        Ok(())
    }

    /// The hash of undeclared members, on top of those of the objects around; `None` if there are none.
    pub(super) fn hash_of(
        &mut self,
        text: &[u8],
        mut rest: Vec<(Vec<u8>, Value<'_>)>,
        outer: Option<u128>,
    ) -> Result<Option<u128>, Wrong> {
        if rest.is_empty() {
            return Ok(outer);
        }
        let hashed = &mut self.hashed;
        hashed.clear();
        hashed.extend(outer.into_iter().flat_map(u128::to_le_bytes));
        rest.sort_by(|a, b| a.0.cmp(&b.0));
        for (key, value) in &rest {
            hashed.extend_from_slice(key);
            hashed.push(SEPARATOR);
            compact(value, Words::AsWritten, hashed).map_err(|error| Wrong::value(error, text, value, None))?;
            hashed.push(SEPARATOR);
        }
        Ok(Some(xxh3_128(hashed)))
    }
}

/// The reason for refusing a record that has a column twice, with the keys if they only look alike.
fn twice(spec: &Column, keys: &[(Vec<u8>, Option<Vec<Use>>)]) -> String {
    let is_own = |key: &[u8]| spec.names().any(|name| is_named(key, &as_seen(name)));
    let own: BTreeSet<String> = keys.iter().filter(|(key, _)| is_own(key)).map(|(key, _)| shown(key)).collect();
    let own: Vec<String> = own.into_iter().collect();
    match own.len() {
        0 | 1 => format!("{} appears twice in the record", spec.name),
        _ => format!("{} appears twice in the record: {}", spec.name, own.join(" and ")),
    }
}

/// A key for a message, with marks that stand behind their letters as codes: with and without them, keys look alike.
fn shown(key: &[u8]) -> String {
    let is_mark = |letter: char| ('\u{300}'..='\u{36F}').contains(&letter);
    let shown = printable(&String::from_utf8_lossy(key));
    let letters = shown.chars().map(|letter| match is_mark(letter) {
        true => letter.escape_unicode().to_string(),
        false => letter.to_string(),
    });
    format!("`{}`", letters.collect::<String>())
}

/// Why a text is not even read.
pub(super) fn fault_of(text: &[u8], too_long: bool, limit: usize) -> Option<(Rule, String)> {
    if too_long {
        return Some((Rule::RecordSize, format!("the record is longer than {limit} bytes")));
    }
    let error = simdutf8::compat::from_utf8(text).err()?;
    Some((Rule::Encoding, format!("column {}: the text is not valid UTF-8", error.valid_up_to() + 1)))
}

/// The value at the end of a path of keys and array positions, counted from 0.
pub(super) fn step<'a>(value: Value<'a>, path: &[String]) -> Result<Option<Value<'a>>, SyntaxError> {
    let mut at = Some(value);
    for step in path {
        let Some(value) = at else { return Ok(None) };
        at = None;
        match value.text.first() {
            Some(b'{') => object(value.text, |key, inner| {
                if is_named(&string_as_written(&key), step) {
                    // Ambiguous.
                    if at.is_some() {
                        return Err(SyntaxError { at: 0, what: "a key of its path appears twice in this object" });
                    }
                    at = Some(inner);
                }
                Ok(())
            })?,
            Some(b'[') => {
                let (wanted, mut place) = (step.parse().ok(), 0_usize);
                array(value.text, |inner| {
                    if wanted == Some(place) {
                        at = Some(inner);
                    }
                    place += 1;
                })?;
            }
            _ => {}
        }
    }
    Ok(at)
}
