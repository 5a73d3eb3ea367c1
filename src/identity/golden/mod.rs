//! The golden record: of each attribute of a person, the value that counts, and where it comes from.
//!
//! The records of a person may know different addresses, or none. Which value counts is decided per attribute, not per
//! record: `attributes` holds the values as they arrived, `choose` decides, and `tables` lists persons in order of their
//! keys. Nothing is stored per person and attribute: the lists are computed while they are read.
//!
//! Records that attach (answers, guest orders) give no values: they describe an occasion, not the person.

mod attributes;
mod choose;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use hashbrown::HashMap;

use super::error::IdentityError;
use super::identities::Keys;
use super::records::Records;
use super::tables::Output;
use crate::config::Take;

pub(super) use attributes::Attributes;
pub(super) use tables::origins_schema;

/// Optional date of the records model: when the record was last updated.
pub const UPDATED_ON: &str = "updated_on";
/// Days and trust of each record; its place among those of its person; its person's first record and place.
pub(super) const BYTES_PER_RECORD: usize = 4 * 6;

/// What a golden record consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenLayout {
    /// The attributes, in the order of the columns.
    pub attributes: Vec<Attribute>,
    /// Sources, the most trusted first.
    pub trusted: Vec<String>,
}

/// An attribute of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Column of the records.
    pub column: String,
    /// Key of identity with the same column, whose function says which values are valid.
    pub key: Option<String>,
    /// Which of the known values counts.
    pub take: Take,
    /// The number of its group: attributes whose values come from one record. They follow each other.
    pub group: Option<usize>,
    /// The type of its values; text until the records are planned.
    pub data_type: DataType,
}

impl GoldenLayout {
    /// The columns of the golden record.
    pub fn schema(&self) -> SchemaRef {
        tables::records_schema(self)
    }

    /// The attributes that are decided together: alone, or as a group.
    fn decisions(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let first = self.attributes.get(start)?;
            let is_same = |other: &&Attribute| first.group.is_some() && other.group == first.group;
            let length = self.attributes[start..].iter().take_while(is_same).count().max(1);
            start += length;
            Some(start - length..start)
        })
    }
}

/// The values of all records, and the persons to whom they belong.
pub struct Golden {
    layout: GoldenLayout,
    attributes: Attributes,
    /// By row: the day on which the record was first known.
    known_from: Vec<i32>,
    /// By row: the place of its source in the order of trust; empty if no source is trusted more than others.
    trust: Vec<u32>,
    records: Arc<Records>,
    keys: Arc<Keys>,
    /// Records that give values: person by person, each in record order.
    members: Vec<u32>,
    /// By person: where its records start in `members`; one more at the end.
    starts: Vec<u32>,
    /// Persons in order of their keys.
    by_key: Vec<u32>,
    /// Trusted sources without a record.
    unknown_sources: Vec<String>,
}

impl Golden {
    pub(super) fn new(
        layout: GoldenLayout,
        attributes: Attributes,
        known_from: Vec<i32>,
        records: Arc<Records>,
        keys: Arc<Keys>,
    ) -> Self {
        let (trust, unknown_sources) = trust(&layout.trusted, &records);
        let (members, starts) = members(&records, &keys);
        let mut by_key: Vec<u32> = (0..keys.person_count()).collect();
        by_key.sort_unstable_by(|left, right| keys.compare(*left, *right));
        Self { layout, attributes, known_from, trust, records, keys, members, starts, by_key, unknown_sources }
    }

    /// Trusted sources of which there is no record: typing errors, or sources that delivered nothing.
    pub fn unknown_sources(&self) -> &[String] {
        &self.unknown_sources
    }

    /// Bytes that it holds, those of the records included.
    pub fn memory_size(&self) -> usize {
        let ids = self.records.source.memory_size() + self.records.source_id.memory_size();
        let keys: usize = self.records.columns.iter().map(super::text_column::TextColumn::memory_size).sum();
        self.attributes.memory_size() + ids + keys + self.known_from.len() * (BYTES_PER_RECORD + 4 * 8)
    }

    /// Columns of a table of the golden record, and those by which it is sorted.
    pub fn listed(&self, output: Output) -> (SchemaRef, &'static [&'static str]) {
        match output {
            Output::Origins => (origins_schema(), &tables::ORIGINS_ORDER),
            _ => (self.layout.schema(), &tables::RECORDS_ORDER),
        }
    }

    /// The batch of this number: where the values come from, or else the values; `None` after the last.
    pub fn batch(&self, output: Output, number: usize) -> Option<Result<RecordBatch, IdentityError>> {
        let persons = self.by_key.chunks(tables::BATCH_PERSONS).nth(number)?;
        Some(match output {
            Output::Origins => self.origin_batch(persons),
            _ => self.record_batch(persons),
        })
    }

    /// The records of a person that give values, in record order.
    fn members_of(&self, person: u32) -> &[u32] {
        let [start, end] = [person, person + 1].map(|at| self.starts[at as usize] as usize);
        &self.members[start..end]
    }
}

/// By row: the place of the record's source in the order of trust. And the trusted sources without records.
fn trust(trusted: &[String], records: &Records) -> (Vec<u32>, Vec<String>) {
    if trusted.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let places: HashMap<&str, u32> = trusted.iter().map(String::as_str).zip(0..).collect();
    let mut is_seen = vec![false; trusted.len()];
    let mut last: Option<(&str, u32)> = None;
    let rows = (0..records.count()).map(|row| {
        let source = records.source.text(row);
        let place = match last {
            Some((name, place)) if name == source => place,
            _ => places.get(source).copied().unwrap_or(trusted.len() as u32),
        };
        last = Some((source, place));
        if let Some(is_seen) = is_seen.get_mut(place as usize) {
            *is_seen = true;
        }
        place
    });
    let trust = rows.collect();
    let unknown = trusted.iter().zip(&is_seen).filter(|(_, is_seen)| !**is_seen).map(|(name, _)| name.clone());
    (trust, unknown.collect())
}

/// The records that give values by person, and where the records of each person start.
fn members(records: &Records, keys: &Keys) -> (Vec<u32>, Vec<u32>) {
    let giving = || (0..records.count()).filter(|record| !records.is_attached(*record));
    let mut starts = vec![0_u32; keys.person_count() as usize + 1];
    let mut count = 0;
    for person in giving().filter_map(|record| keys.person_of(record)) {
        starts[person as usize + 1] += 1;
        count += 1;
    }
    for person in 1..starts.len() {
        starts[person] += starts[person - 1];
    }
    let mut next = starts.clone();
    let mut members = vec![0; count];
    for record in giving() {
        let Some(person) = keys.person_of(record) else { continue };
        let at = &mut next[person as usize];
        members[*at as usize] = record;
        *at += 1;
    }
    (members, starts)
}
