//! The records that give values, by person, and the persons in order of their keys.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::attributes::Attributes;
use crate::identity::golden_layout::{Attribute, GoldenLayout};
use crate::identity::identities::Keys;
use crate::identity::records::Records;
use crate::identity::text_column::TextColumn;

/// Days and trust of each record; its place among those of its person; its person's first record and place.
pub(in crate::identity) const BYTES_PER_RECORD: usize = 4 * 6;

/// The values of all records, and the persons to whom they belong.
pub struct Golden {
    pub(super) layout: GoldenLayout,
    pub(super) attributes: Attributes,
    /// By row: the place of its source in the order of trust; empty if no source is trusted more than others.
    pub(super) trust: Vec<u32>,
    pub(super) records: Arc<Records>,
    pub(super) keys: Arc<Keys>,
    /// Records that give values: person by person, each in record order.
    pub(super) members: Vec<u32>,
    /// By person: where its records start in `members`; one more at the end.
    pub(super) starts: Vec<u32>,
    /// Persons in order of their keys.
    pub(super) by_key: Vec<u32>,
    /// Trusted sources without a record.
    pub(super) unknown_sources: Vec<String>,
    /// By attribute: what the records of persons have that says nothing.
    pub(super) emptied: Vec<Emptied>,
}

/// Values of an attribute that say nothing, and so count as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptied {
    /// The attribute.
    pub attribute: String,
    /// How many there are.
    pub values: u64,
    /// Source and identifier of the first record with one.
    pub first: (String, String),
}

impl Golden {
    pub(in crate::identity) fn new(
        layout: GoldenLayout,
        attributes: Attributes,
        records: Arc<Records>,
        keys: Arc<Keys>,
    ) -> Self {
        let (trust, unknown_sources) = trust(&layout.trusted, &records);
        let (members, starts) = members(&records, &keys);
        let mut by_key: Vec<u32> = (0..keys.person_count()).collect();
        by_key.sort_unstable_by(|left, right| keys.compare(*left, *right));
        let emptied = emptied(&layout, &attributes, &records, &members);
        Self { layout, attributes, trust, records, keys, members, starts, by_key, unknown_sources, emptied }
    }

    /// Trusted sources of which there is no record: typing errors, or sources that delivered nothing.
    pub fn unknown_sources(&self) -> &[String] {
        &self.unknown_sources
    }

    /// Values that say nothing, by attribute.
    pub fn emptied(&self) -> &[Emptied] {
        &self.emptied
    }

    /// Bytes that it holds, those of the records included.
    pub fn memory_size(&self) -> usize {
        let ids = self.records.source.memory_size() + self.records.source_id.memory_size();
        let keys: usize = self.records.columns.iter().map(TextColumn::memory_size).sum();
        self.attributes.memory_size() + ids + keys + self.records.row_of.len() * (BYTES_PER_RECORD + 4 * 8)
    }

    /// The records of a person that give values, in record order.
    pub(super) fn members_of(&self, person: u32) -> &[u32] {
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

/// What records that give values have that says nothing. Nobody is named who is forgotten: they are no members.
fn emptied(layout: &GoldenLayout, attributes: &Attributes, records: &Records, members: &[u32]) -> Vec<Emptied> {
    let rows: HashSet<u32> = attributes.emptied.iter().flatten().copied().collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let given = members.iter().map(|record| records.row_of[*record as usize]).filter(|row| rows.contains(row));
    let given: HashSet<u32> = given.collect();
    let of_attribute = |(attribute, rows): (&Attribute, &Vec<u32>)| {
        let mut rows = rows.iter().filter(|row| given.contains(*row));
        let first = *rows.next()?;
        let values = 1 + rows.count() as u64;
        let first = (records.source.text(first).to_owned(), records.source_id.text(first).to_owned());
        Some(Emptied { attribute: attribute.name.clone(), values, first })
    };
    layout.attributes.iter().zip(&attributes.emptied).filter_map(of_attribute).collect()
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
