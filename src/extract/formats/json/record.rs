//! JSON objects -> cells: the declared columns in their order, then one cell with everything undeclared, so that two
//! records are equal only if all of their values are.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::limits::MAX_RECORD;
use super::syntax::{self, SyntaxError, Value, compact, object, without_exponent};
use crate::extract::formats::written::{write_bool, write_number};
use crate::extract::frame::{FileKeys, Origin, Rule, TextRecords};
use crate::source::{Column, ColumnType};

/// How a top-level key is used for one column.
#[derive(Debug, Clone)]
struct Use {
    column: usize,
    /// 0 for the name, then the aliases; the smallest wins.
    name: usize,
    /// The steps into the value; empty for the value itself.
    path: Vec<String>,
}

/// Separates the keys and values of undeclared members before they are hashed.
const SEPARATOR: u8 = 0x1F;

/// Where the declared columns are found in a record.
#[derive(Debug)]
pub(super) struct Shape {
    columns: Vec<Column>,
    uses: HashMap<Vec<u8>, Vec<Use>>,
}

/// Finds the cells of records one after the other. Reuses its buffers.
#[derive(Debug)]
pub(super) struct Converter {
    shape: Arc<Shape>,
    /// The keys of the last record: the next one usually has the same.
    order: Vec<(Vec<u8>, Option<Vec<Use>>)>,
    out: TextRecords,
    keys: FileKeys,
    rest: Vec<u8>,
    scratch: Vec<u8>,
}

/// A syntax error and its position.
struct Wrong {
    at: Option<usize>,
    what: String,
}

impl From<SyntaxError> for Wrong {
    fn from(error: SyntaxError) -> Self {
        Self { at: Some(error.at), what: error.what.to_owned() }
    }
}

/// The value found for a column, with the number of the name used.
type Found<'a> = Option<(usize, Value<'a>)>;

impl Shape {
    pub(super) fn new(columns: &[Column]) -> Self {
        let mut uses: HashMap<Vec<u8>, Vec<Use>> = HashMap::new();
        for (column, spec) in columns.iter().enumerate() {
            for (name, text) in spec.names().enumerate() {
                uses.entry(text.as_bytes().to_vec()).or_default().push(Use {
                    column,
                    name: 2 * name,
                    path: Vec::new(),
                });
                let mut steps = text.split('.').map(str::to_owned);
                let key = steps.next().unwrap_or_default();
                let path: Vec<String> = steps.collect();
                if !path.is_empty() {
                    uses.entry(key.into_bytes()).or_default().push(Use { column, name: 2 * name + 1, path });
                }
            }
        }
        Self { columns: columns.to_vec(), uses }
    }
}

impl Converter {
    pub(super) fn new(shape: Arc<Shape>) -> Self {
        Self {
            // The declared columns, and one cell for everything else.
            out: TextRecords::new(shape.columns.len() + 1),
            keys: FileKeys { declared: vec![false; shape.columns.len()], ..FileKeys::default() },
            shape,
            order: Vec::new(),
            rest: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The records added so far; `raw` are the bytes that their origins refer to.
    pub(super) fn finish(mut self, raw: Vec<u8>) -> TextRecords {
        *self.out.raw() = raw;
        self.out.set_keys(self.keys);
        self.out.finish()
    }

    /// Adds a record.
    pub(super) fn add(&mut self, text: &[u8], too_long: bool, origin: Origin) {
        let (rule, reason) = match self.fault_of(text, too_long) {
            None => match self.read(text) {
                Ok(()) => return self.out.end_row(origin),
                Err(Wrong { at: Some(at), what }) => {
                    let before = text.get(..at).unwrap_or(text);
                    let column = String::from_utf8_lossy(before).chars().count() + 1;
                    (Rule::Json, format!("column {column}: {what}"))
                }
                Err(Wrong { at: None, what }) => (Rule::Json, what),
            },
            Some(fault) => fault,
        };
        self.out.reject(rule, None, reason, &origin, text);
    }

    /// Why a text is not even read.
    fn fault_of(&self, text: &[u8], too_long: bool) -> Option<(Rule, String)> {
        if too_long {
            return Some((Rule::RecordSize, format!("the record is longer than {MAX_RECORD} bytes")));
        }
        let error = simdutf8::compat::from_utf8(text).err()?;
        Some((Rule::Encoding, format!("column {}: the text is not valid UTF-8", error.valid_up_to() + 1)))
    }

    /// Writes the cells of one object.
    fn read(&mut self, text: &[u8]) -> Result<(), Wrong> {
        let Self { shape, order, out, keys, rest: hashed, scratch } = self;
        let columns = shape.columns.as_slice();
        let mut cells: Vec<Found<'_>> = vec![None; columns.len()];
        let mut rest: Vec<(Vec<u8>, Value<'_>)> = Vec::new();
        let mut clash: Option<usize> = None;
        let mut nth = 0;
        object(text, |key, value| {
            let plain = syntax::string(&key)?;
            if order.get(nth).is_none_or(|known| known.0 != *plain) {
                order.truncate(nth);
                order.push((plain.to_vec(), shape.uses.get(plain.as_ref()).cloned()));
            }
            let (name, known) = &order[nth];
            nth += 1;
            let mut is_whole = false;
            for used in known.iter().flatten() {
                let value = match used.path.as_slice() {
                    [] => Some(value),
                    path => step(value, path).map_err(|error| error.in_value(text, &value))?,
                };
                is_whole |= used.path.is_empty();
                let Some(value) = value else { continue };
                match &mut cells[used.column] {
                    Some((other, held))
                        if used.name / 2 != *other / 2 && (value.text == b"null" || held.text == b"null") =>
                    {
                        if value.text != b"null" {
                            (*other, *held) = (used.name, value);
                        }
                    }
                    // One column under two names, or one key twice: ambiguous.
                    Some((other, _)) if used.name / 2 != *other / 2 || used.name == *other => clash = Some(used.column),
                    Some((other, _)) if *other < used.name => {}
                    cell => *cell = Some((used.name, value)),
                }
            }
            if known.is_none() {
                keys.note(name);
            }
            if !is_whole {
                rest.push((name.clone(), value));
            }
            Ok(())
        })?;
        if let Some(spec) = clash.and_then(|column| columns.get(column)) {
            return Err(Wrong { at: None, what: format!("{} appears twice in the record", spec.name) });
        }
        keys.records += 1;
        out.start_row();
        for (column, cell) in cells.iter().enumerate() {
            if let Some((_, value)) = cell {
                keys.declared[column] = true;
                let written = write_value(value, &columns[column], scratch, out.cell());
                written.map_err(|error| error.in_value(text, value))?;
            }
            out.end_cell();
        }
        if !rest.is_empty() {
            rest.sort_by(|a, b| a.0.cmp(&b.0));
            hashed.clear();
            for (key, value) in &rest {
                hashed.extend_from_slice(key);
                hashed.push(SEPARATOR);
                compact(value, hashed).map_err(|error| error.in_value(text, value))?;
                hashed.push(SEPARATOR);
            }
            out.cell().extend_from_slice(format!("{:032x}", xxh3_128(hashed)).as_bytes());
        }
        out.end_cell();
        Ok(())
    }
}

/// The value at the end of a path of keys and array positions, counted from 0.
fn step<'a>(value: Value<'a>, path: &[String]) -> Result<Option<Value<'a>>, SyntaxError> {
    let mut at = Some(value);
    for step in path {
        let Some(value) = at else { return Ok(None) };
        at = None;
        match value.text.first() {
            Some(b'{') => object(value.text, |key, inner| {
                if *syntax::string(&key)? == *step.as_bytes() {
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
                syntax::array(value.text, |inner| {
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

fn write_value(value: &Value<'_>, spec: &Column, scratch: &mut Vec<u8>, out: &mut Vec<u8>) -> Result<(), SyntaxError> {
    match value.text.first() {
        Some(b'"') => out.extend_from_slice(&syntax::string(value)?),
        Some(b'n') => {}
        Some(b't') => write_bool(true, spec, out),
        Some(b'f') => write_bool(false, spec, out),
        Some(b'{' | b'[') => {
            scratch.clear();
            compact(value, scratch)?;
            out.extend_from_slice(scratch);
        }
        _ => {
            let number = std::str::from_utf8(value.text).unwrap_or_default();
            let plain = (spec.ty != ColumnType::String).then(|| without_exponent(number)).flatten();
            write_number(plain.as_deref().unwrap_or(number), spec, out);
        }
    }
    Ok(())
}
