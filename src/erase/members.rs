//! Whose each record is: what each retained snapshot believes, and which person that makes now.
//!
//! Who a person is, is what the newest snapshot that knows a record believes. What was believed before may have been wrong:
//! two strangers who shared an address are two, once somebody has set them apart.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::Array;

use super::cells::texts;
use crate::publish::{PublishError, Retained};

/// Columns of the tables that say whose a record is.
pub(super) const IDENTITY: [&str; 3] = ["source", "source_id", "customer_key"];
/// The column that says until when something was believed; null for what is believed now.
const KNOWN_TO: &str = "known_to";
/// The key of records of nobody.
const UNIDENTIFIED: &str = "unidentified";

/// Source and source_id.
pub(crate) type Record = (String, String);

/// The persons of one snapshot.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// The keys that each record has now; none if it is nobody's.
    now: BTreeMap<Record, BTreeSet<String>>,
    /// The records that each key has now.
    by_key: BTreeMap<String, BTreeSet<Record>>,
    /// The records that each key had before.
    before: BTreeMap<String, BTreeSet<Record>>,
}

impl Members {
    /// Those of a snapshot.
    pub(crate) fn of(snapshot: &Retained) -> Result<Self, PublishError> {
        let mut members = Self::default();
        for table in snapshot.tables_with(&IDENTITY)? {
            snapshot.read(&table, |batch| {
                let Some(columns) = texts(batch, &IDENTITY) else { return Ok(()) };
                let ends = texts(batch, &[KNOWN_TO]);
                for row in 0..batch.num_rows() {
                    let [source, source_id, key] = [0, 1, 2].map(|column: usize| columns[column].value(row));
                    let was = ends.as_ref().is_some_and(|ends| ends[0].is_valid(row));
                    members.add((source.to_owned(), source_id.to_owned()), key, was);
                }
                Ok(())
            })?;
        }
        Ok(members)
    }

    fn add(&mut self, record: Record, key: &str, was: bool) {
        let is_somebodys = key != UNIDENTIFIED && !key.is_empty();
        if was {
            if is_somebodys {
                self.before.entry(key.to_owned()).or_default().insert(record);
            }
            return;
        }
        let keys = self.now.entry(record.clone()).or_default();
        if is_somebodys {
            keys.insert(key.to_owned());
            self.by_key.entry(key.to_owned()).or_default().insert(record);
        }
    }

    /// The records with a key.
    pub(crate) fn with_key(&self, key: &str) -> impl Iterator<Item = &Record> {
        self.by_key.get(key).into_iter().flatten()
    }

    /// All records.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.now.keys()
    }

    /// Whether it knows a record.
    pub(crate) fn has(&self, record: &Record) -> bool {
        self.now.contains_key(record)
    }

    /// The keys that mean nobody but the owner of these records.
    pub(crate) fn keys_of(&self, records: &BTreeSet<Record>) -> BTreeSet<String> {
        let of_now = self.keys_now(records).filter(|key| self.by_key[*key].is_subset(records));
        let before = self
            .before
            .iter()
            .filter(|(key, had)| !self.by_key.contains_key(*key) && !had.is_empty() && had.is_subset(records));
        of_now.cloned().chain(before.map(|(key, _)| key.clone())).collect()
    }

    /// The keys that mean the owner of these records and somebody else.
    pub(crate) fn shared_keys_of(&self, records: &BTreeSet<Record>) -> BTreeSet<String> {
        self.keys_now(records).filter(|key| !self.by_key[*key].is_subset(records)).cloned().collect()
    }

    fn keys_now<'a>(&'a self, records: &'a BTreeSet<Record>) -> impl Iterator<Item = &'a String> {
        records.iter().filter_map(|record| self.now.get(record)).flatten()
    }
}

/// The persons of all retained snapshots, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Rolls {
    pub(crate) rolls: Vec<Members>,
    /// The newest snapshot that knows a record.
    newest: BTreeMap<Record, usize>,
}

impl Rolls {
    /// Those of these snapshots, the newest first.
    pub(crate) fn of(retained: &[Retained]) -> Result<Self, PublishError> {
        let rolls = retained.iter().map(Members::of).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(rolls))
    }

    fn new(rolls: Vec<Members>) -> Self {
        let mut newest = BTreeMap::new();
        for (number, members) in rolls.iter().enumerate() {
            for record in members.records() {
                newest.entry(record.clone()).or_insert(number);
            }
        }
        Self { rolls, newest }
    }

    /// The records that any snapshot knows.
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.newest.keys()
    }

    /// Whether any snapshot knows a record.
    pub(crate) fn has(&self, record: &Record) -> bool {
        self.newest.contains_key(record)
    }

    /// All records of the person who has a record.
    pub(crate) fn person(&self, record: &Record) -> BTreeSet<Record> {
        let mut person = BTreeSet::from([record.clone()]);
        let Some(at) = self.newest.get(record).copied() else { return person };
        let mates = self.mates(at, &person);
        let newer: Vec<&Record> =
            mates.iter().filter(|mate| self.newest.get(*mate).is_some_and(|is| *is < at)).collect();
        match newer.first() {
            None => person.extend(mates),
            // The record is no longer delivered. It belongs to those with whom it was, if they are still one person.
            Some(first) => {
                let of_first = self.person(first);
                if !newer.iter().all(|mate| of_first.contains(*mate)) {
                    return person;
                }
                person.extend(of_first);
            }
        }
        // What older snapshots knew besides, where nobody else was with them.
        for at in 0..self.rolls.len() {
            for key in self.rolls[at].keys_now(&person.clone()) {
                let mates = &self.rolls[at].by_key[key];
                let is_older = |mate: &Record| self.newest.get(mate).is_some_and(|is| *is == at);
                if mates.iter().all(|mate| person.contains(mate) || is_older(mate)) {
                    person.extend(mates.iter().cloned());
                }
            }
        }
        person
    }

    fn mates(&self, at: usize, records: &BTreeSet<Record>) -> BTreeSet<Record> {
        let Some(members) = self.rolls.get(at) else { return BTreeSet::new() };
        members.keys_now(records).flat_map(|key| members.with_key(key)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str) -> Record {
        ("crm".to_owned(), id.to_owned())
    }

    fn records(ids: &[&str]) -> BTreeSet<Record> {
        ids.iter().map(|id| record(id)).collect()
    }

    /// Record, key and whether it was believed before only.
    fn members(rows: &[(&str, &str, bool)]) -> Members {
        let mut members = Members::default();
        for (id, key, was) in rows {
            members.add(record(id), key, *was);
        }
        members
    }

    #[test]
    fn strangers_who_were_one_person_by_mistake_are_two() {
        let now = members(&[("1", "a", false), ("2", "b", false), ("2", "a", true)]);
        let before = members(&[("1", "a", false), ("2", "a", false)]);
        assert_eq!(now.keys_of(&records(&["1"])), BTreeSet::from(["a".to_owned()]));
        assert_eq!(now.keys_of(&records(&["2"])), BTreeSet::from(["b".to_owned()]));
        assert_eq!(before.keys_of(&records(&["1"])), BTreeSet::new());
        assert_eq!(before.shared_keys_of(&records(&["1"])), BTreeSet::from(["a".to_owned()]));
        let rolls = Rolls::new(vec![now, before]);
        assert_eq!(rolls.person(&record("1")), records(&["1"]));
        assert_eq!(rolls.person(&record("2")), records(&["2"]));
    }

    #[test]
    fn a_person_whose_key_changed_is_one() {
        // 1 and 2 have become one person, and 2 has lost its key.
        let now = members(&[("1", "a", false), ("2", "a", false), ("2", "b", true)]);
        let before = members(&[("1", "a", false), ("2", "b", false)]);
        let both = records(&["1", "2"]);
        assert_eq!(now.keys_of(&both), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        let rolls = Rolls::new(vec![now, before]);
        assert_eq!(rolls.person(&record("2")), both);
    }

    #[test]
    fn a_record_that_is_gone_stays_with_its_person() {
        let now = members(&[("1", "a", false), ("9", "z", false)]);
        let before = members(&[("1", "a", false), ("2", "a", false), ("3", "c", false)]);
        let rolls = Rolls::new(vec![now, before]);
        assert_eq!(rolls.person(&record("1")), records(&["1", "2"]));
        assert_eq!(rolls.person(&record("2")), records(&["1", "2"]));
        assert_eq!(rolls.person(&record("3")), records(&["3"]));
        // With whom of two it belongs, nobody can say.
        let now = members(&[("1", "a", false), ("4", "b", false)]);
        let before = members(&[("1", "a", false), ("4", "a", false), ("2", "a", false)]);
        let rolls = Rolls::new(vec![now, before]);
        assert_eq!(rolls.person(&record("1")), records(&["1"]));
        assert_eq!(rolls.person(&record("2")), records(&["2"]));
        // Records of nobody are alone.
        let rolls = Rolls::new(vec![members(&[("5", UNIDENTIFIED, false), ("6", UNIDENTIFIED, false)])]);
        assert_eq!(rolls.person(&record("5")), records(&["5"]));
    }
}
