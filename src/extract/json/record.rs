//! JSON objects -> records in the decoder's form: the declared columns in their order, then one cell with everything
//! undeclared, so that two records are equal only if all of their values are.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::keys::{FileKeys, Keys};
use super::syntax::{self, SyntaxError, Value, compact, object, without_exponent};
use super::{MAX_RECORD, Piece};
use crate::extract::csv::{Origin, RECORD_DIALECT, RecordChunk, Rule, write_cell};
use crate::extract::records::{write_bool, write_number};
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

/// Turns pieces of one source's files into records. Reuses its buffers.
#[derive(Debug)]
pub(in crate::extract) struct Converter {
    columns: Vec<Column>,
    uses: HashMap<Vec<u8>, Vec<Use>>,
    /// The keys of the last record: the next one usually has the same.
    order: Vec<(Vec<u8>, Option<Vec<Use>>)>,
    record: Vec<u8>,
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

impl Converter {
    pub(in crate::extract) fn new(columns: &[Column]) -> Self {
        let mut uses: HashMap<Vec<u8>, Vec<Use>> = HashMap::new();
        for (column, spec) in columns.iter().enumerate() {
            for (name, text) in std::iter::once(&spec.name).chain(&spec.aliases).enumerate() {
                uses.entry(text.clone().into_bytes()).or_default().push(Use {
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
        Self {
            columns: columns.to_vec(),
            uses,
            order: Vec::new(),
            record: Vec::new(),
            rest: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// The records of a piece of file number `file`; adds their keys to `keys`.
    pub(in crate::extract) fn convert(&mut self, file: usize, piece: Piece, keys: &Keys) -> RecordChunk {
        let mut found = FileKeys { declared: vec![false; self.columns.len()], ..FileKeys::default() };
        let Piece { bytes, byte_offset, mut line, elements, too_long } = piece;
        let mut out = RecordChunk::default();
        match elements {
            Some(elements) => {
                for element in elements {
                    let origin = Origin { line: element.line, byte_offset: element.byte_offset, raw: element.range };
                    let text = bytes.get(origin.raw.clone()).unwrap_or_default();
                    self.add(text, element.too_long, origin, &mut out, &mut found, &bytes);
                }
            }
            None => {
                let mut start = 0;
                for newline in memchr::memchr_iter(b'\n', &bytes).chain(std::iter::once(bytes.len())) {
                    let text = &bytes[start..newline];
                    let kept = text.strip_suffix(b"\r").unwrap_or(text);
                    let origin =
                        Origin { line, byte_offset: byte_offset + start as u64, raw: start..start + kept.len() };
                    if !kept.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
                        self.add(kept, too_long || kept.len() > MAX_RECORD, origin, &mut out, &mut found, &bytes);
                    }
                    line += 1;
                    start = newline + 1;
                    if start > bytes.len() {
                        break;
                    }
                }
            }
        }
        *out.raw() = bytes;
        keys.add(file, found);
        out
    }

    fn add(
        &mut self,
        text: &[u8],
        too_long: bool,
        origin: Origin,
        out: &mut RecordChunk,
        found: &mut FileKeys,
        raw: &[u8],
    ) {
        if too_long {
            let reason = format!("the record is longer than {MAX_RECORD} bytes");
            out.reject(Rule::RecordSize, None, reason, &origin, raw);
            return;
        }
        if let Err(error) = simdutf8::compat::from_utf8(text) {
            let reason = format!("column {}: the text is not valid UTF-8", error.valid_up_to() + 1);
            out.reject(Rule::Encoding, None, reason, &origin, raw);
            return;
        }
        match self.read(text, found) {
            Ok(()) => out.push(&self.record, origin),
            Err(Wrong { at: Some(at), what }) => {
                let before = text.get(..at).unwrap_or(text);
                let column = String::from_utf8_lossy(before).chars().count() + 1;
                out.reject(Rule::Json, None, format!("column {column}: {what}"), &origin, raw);
            }
            Err(Wrong { at: None, what }) => out.reject(Rule::Json, None, what, &origin, raw),
        }
    }

    /// Reads one object into `self.record`.
    fn read(&mut self, text: &[u8], keys: &mut FileKeys) -> Result<(), Wrong> {
        let mut cells: Vec<Found<'_>> = vec![None; self.columns.len()];
        let mut rest: Vec<(Vec<u8>, Value<'_>)> = Vec::new();
        let mut clash: Option<usize> = None;
        let mut nth = 0;
        let (uses, order) = (&self.uses, &mut self.order);
        object(text, |key, value| {
            let plain = syntax::string(&key)?;
            if order.get(nth).is_none_or(|known| known.0 != *plain) {
                order.truncate(nth);
                order.push((plain.to_vec(), uses.get(plain.as_ref()).cloned()));
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
        if let Some(spec) = clash.and_then(|column| self.columns.get(column)) {
            return Err(Wrong { at: None, what: format!("{} appears twice in the record", spec.name) });
        }
        keys.records += 1;
        self.record.clear();
        for (column, cell) in cells.iter().enumerate() {
            if let Some((_, value)) = cell {
                keys.declared[column] = true;
                let written = write_value(value, &self.columns[column], &mut self.scratch, &mut self.record);
                written.map_err(|error| error.in_value(text, value))?;
            }
            self.record.push(RECORD_DIALECT.delimiter);
        }
        if !rest.is_empty() {
            rest.sort_by(|a, b| a.0.cmp(&b.0));
            self.rest.clear();
            for (key, value) in &rest {
                self.rest.extend_from_slice(key);
                self.rest.push(RECORD_DIALECT.delimiter);
                compact(value, &mut self.rest).map_err(|error| error.in_value(text, value))?;
                self.rest.push(RECORD_DIALECT.delimiter);
            }
            self.record.extend_from_slice(format!("{:032x}", xxh3_128(&self.rest)).as_bytes());
        }
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
        Some(b'"') => write_cell(&syntax::string(value)?, out),
        Some(b'n') => {}
        Some(b't') => write_bool(true, spec, out),
        Some(b'f') => write_bool(false, spec, out),
        Some(b'{' | b'[') => {
            scratch.clear();
            compact(value, scratch)?;
            write_cell(scratch, out);
        }
        _ => {
            let number = std::str::from_utf8(value.text).unwrap_or_default();
            let plain = (spec.ty != ColumnType::String).then(|| without_exponent(number)).flatten();
            write_number(plain.as_deref().unwrap_or(number), spec, out);
        }
    }
    Ok(())
}
