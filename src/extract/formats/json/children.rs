//! Records that are elements of lists inside other objects: one row for each, with the fields of its parents.

use std::ops::Range;

use memchr::memchr_iter;

use super::limits::{MAX_PARENT, MAX_RECORD, MAX_REPEATED};
use super::piece::Element;
use super::record::{Converter, Inherited, Wrong, fault_of, step};
use crate::extract::frame::{Holders, Origin};
use crate::extract::json::{SyntaxError, Value, Words, array, compact, object, string_as_written, write_cell};
use crate::invariant::BrokenInvariant;
use crate::invisible::is_named;

/// The outermost object, while its records are read.
struct Walk<'a> {
    text: &'a [u8],
    byte_offset: u64,
    /// A position in the text and its line.
    counted: (usize, u64),
    /// Bytes that fields of parents take in the records so far.
    repeated: usize,
}

impl Walk<'_> {
    /// The place of a part of the text. Places are asked for in order.
    fn origin(&mut self, part: &[u8], raw: Range<usize>) -> Origin {
        let at = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let (upto, line) = self.counted;
        let more = memchr_iter(b'\n', self.text.get(upto..at).unwrap_or_default()).count() as u64;
        self.counted = (at.max(upto), line + more);
        Origin { line: line + more, byte_offset: self.byte_offset + at as u64, raw }
    }
}

impl Converter {
    /// Adds the records inside an object of the file.
    pub(super) fn add_children(&mut self, text: &[u8], parent: &Element) {
        if self.keys.holders.is_empty() {
            let holders = |list: &String| Holders { list: list.as_str().into(), ..Holders::default() };
            self.keys.holders = self.shape.shown.iter().map(holders).collect();
        }
        let mut walk = Walk { text, byte_offset: parent.byte_offset, counted: (0, parent.line), repeated: 0 };
        let limit = if parent.list < self.shape.lists.len() { MAX_PARENT } else { MAX_RECORD };
        match fault_of(text, parent.too_long, limit) {
            Some((rule, reason)) => {
                let origin = walk.origin(text, 0..0);
                self.out.reject(rule, None, reason, &origin, text);
            }
            None => self.add_inside(&mut walk, text, parent.list, &Inherited::default()),
        }
    }

    /// Adds an object: a record if all lists have been passed, or else the elements of its list.
    fn add_inside(&mut self, walk: &mut Walk<'_>, text: &[u8], list: usize, outer: &Inherited) {
        let start = self.out.raw().len();
        let wrong = if list >= self.shape.lists.len() {
            match self.record(text, outer) {
                Ok(()) => {
                    self.out.raw().extend_from_slice(text);
                    let origin = walk.origin(text, start..start + text.len());
                    return self.out.end_row(origin);
                }
                Err(wrong) => wrong,
            }
        } else {
            let of_all = |wrong: Wrong| match wrong.at {
                Some(_) if text.first() == Some(&b'{') => wrong.with("none of the records inside is read"),
                _ => wrong,
            };
            match self.list(walk, text, list, outer).map_err(of_all) {
                Ok((elements, inherited)) => {
                    for element in elements {
                        self.add_inside(walk, element.text, list + 1, &inherited);
                    }
                    return;
                }
                Err(wrong) => wrong,
            }
        };
        let origin = walk.origin(text, 0..0);
        self.refuse(&wrong, text, &origin);
    }

    /// The elements of an object's list, and what they have from the object and those around it.
    fn list<'a>(
        &mut self,
        walk: &mut Walk<'_>,
        text: &'a [u8],
        list: usize,
        outer: &Inherited,
    ) -> Result<(Vec<Value<'a>>, Inherited), Wrong> {
        let shape = std::sync::Arc::clone(&self.shape);
        let level = shape.lists.len() - list;
        let no_keys = || Wrong::record(BrokenInvariant::new("a list inside an object has a key").to_string());
        let (key, path) = shape.lists[list].split_first().ok_or_else(no_keys)?;
        let found = self.members(level, text, Some(key))?;
        let at_list = |error: SyntaxError| Wrong::from(error);
        let value = match found.wanted {
            Some(value) => step(value, path).map_err(at_list)?,
            None => None,
        };
        let elements = match value {
            Some(value) if value.text.first() == Some(&b'[') => {
                let mut elements = Vec::new();
                array(value.text, |element| elements.push(element)).map_err(at_list)?;
                elements
            }
            Some(value) if !value.is_null() => {
                return Err(Wrong::record(format!("`{}` is not a list in this object", shape.shown[list])));
            }
            _ => Vec::new(),
        };
        let mut inherited = outer.clone();
        inherited.cells.resize(shape.columns.len(), None);
        for (column, cell) in found.cells.iter().enumerate() {
            let Some((name, value)) = cell else { continue };
            let (mut written, spec) = (Vec::new(), &shape.columns[column]);
            write_cell(value, spec, &mut written)
                .map_err(|error| Wrong { column: Some(column), ..error.in_value(text, value).into() })?;
            let held = &mut inherited.cells[column];
            match held {
                Some((_, false, _)) if !value.is_null() => {
                    return Err(Wrong::record(format!("{} appears in two of the objects around a record", spec.name)));
                }
                Some((_, false, _)) => {}
                _ => *held = Some((*name, value.is_null(), written)),
            }
        }
        inherited.hash = self.hash_of(text, found.rest, outer.hash)?;
        if let (Some(value), false) = (found.wanted, path.is_empty()) {
            inherited.hash = Some(self.hash_without(&value, path, inherited.hash).map_err(at_list)?);
        }
        let size: usize = inherited.cells.iter().flatten().map(|(_, _, text)| text.len()).sum();
        walk.repeated = walk.repeated.saturating_add(size.saturating_mul(elements.len()));
        if walk.repeated > MAX_REPEATED {
            return Err(Wrong::record(format!(
                "the fields of this object, repeated for each element of `{}`, take more than {MAX_REPEATED} bytes: \
                 declare fewer of them",
                shape.shown[list]
            )));
        }
        let is_childless = elements.is_empty();
        let line = is_childless.then(|| walk.origin(text, 0..0).line);
        let holders = &mut self.keys.holders[list];
        holders.all += 1;
        holders.lacking += u64::from(value.is_none());
        holders.childless += u64::from(is_childless);
        holders.first_childless = holders.first_childless.or(line);
        Ok((elements, inherited))
    }

    /// The hash of the members beside a list that is deeper inside an object.
    fn hash_without(&mut self, value: &Value<'_>, path: &[String], outer: Option<u128>) -> Result<u128, SyntaxError> {
        let mut text = Vec::new();
        beside(value, path, &mut text)?;
        text.extend(outer.into_iter().flat_map(u128::to_le_bytes));
        Ok(xxhash_rust::xxh3::xxh3_128(&text))
    }
}

/// Writes a value without what is at the path.
fn beside(value: &Value<'_>, path: &[String], out: &mut Vec<u8>) -> Result<(), SyntaxError> {
    let Some((next, path)) = path.split_first() else { return Ok(()) };
    if value.text.first() != Some(&b'{') {
        return compact(value, Words::AsWritten, out);
    }
    let mut members = Vec::new();
    object(value.text, |key, value| {
        members.push((string_as_written(&key), value));
        Ok(())
    })?;
    members.sort_by(|a, b| a.0.cmp(&b.0));
    out.push(b'{');
    for (key, value) in &members {
        out.extend_from_slice(&(key.len() as u64).to_le_bytes());
        out.extend_from_slice(key);
        match is_named(key, next) {
            true => beside(value, path, out)?,
            false => compact(value, Words::AsWritten, out)?,
        }
    }
    out.push(b'}');
    Ok(())
}
