//! Which row of a key counts: the latest of its versions.
//!
//! Rows of a key follow each other by delivery day, then by file in the order of the names, then by place in the file.
//! Of rows with equal values that follow each other the first is a version and the others are duplicates of it; whether
//! `5` was written `05` makes no other value. Each version is superseded by the next one, and the last one is loaded.
//! If the keys of a group (an order with its lines) come again as a whole, versions of keys that the group's latest
//! delivery leaves out are superseded too. Without a key, the rows of a group are those of its latest delivery, each as
//! often as that has it.
//!
//! Nothing of this is held for keys whose rows are all equal. [`KeyFilter`](super::KeyFilter) notes the other keys while
//! the source is read; the rows of these are collected ([`Version`]) and ordered ([`Resolution`]), and the source is
//! read again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use xxhash_rust::xxh3::xxh3_128;

use super::from_file::FromFile;
use super::key_filter::{Noted, tag};
use super::typed::{CellValue, TypedCells};
use crate::extract::frame::Place;

/// What makes rows of a source versions of each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyColumns {
    /// The columns of the key; empty if only groups of rows come again.
    pub key: Vec<usize>,
    /// The columns that a group of rows shares, of the key if there is one; empty if every key stands by itself.
    pub group: Vec<usize>,
    /// Whether the delivery is the day of a row, and not its file.
    pub by_day: bool,
}

impl KeyColumns {
    /// Makes the hash of a row without a key differ from that of a key.
    pub(super) const WITHOUT_KEY: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834;

    /// The tag of a row, from the hashes of its key and its cells: equal rows have equal tags, and rows of a key agree
    /// in the upper half.
    pub(super) fn tag(key: u128, row: u128) -> u128 {
        tag(key, row)
    }

    /// The hash of a row's key; `None` without a key, or if a cell of it is empty.
    pub(super) fn hash(&self, cells: &(impl TypedCells + ?Sized), row: usize, scratch: &mut Vec<u8>) -> Option<u128> {
        if self.key.is_empty() { None } else { hash_of(&self.key, cells, row, scratch) }
    }

    /// The columns by which messages name a row.
    pub(super) fn shown(&self) -> &[usize] {
        if self.key.is_empty() { &self.group } else { &self.key }
    }

    /// The tag of a row's group, with its delivery; `None` without a group.
    pub(super) fn group_tag(
        &self,
        cells: &(impl TypedCells + ?Sized),
        row: usize,
        (day, file): (Option<NaiveDate>, FromFile),
        scratch: &mut Vec<u8>,
    ) -> Option<u128> {
        if self.group.is_empty() {
            return None;
        }
        let delivery = if self.by_day { i64::from(number_of(day)) } else { i64::from(file.delivery) };
        let group = hash_of(&self.group, cells, row, scratch)?;
        Some(tag(group, xxh3_128(&delivery.to_le_bytes())))
    }
}

fn hash_of(columns: &[usize], cells: &(impl TypedCells + ?Sized), row: usize, scratch: &mut Vec<u8>) -> Option<u128> {
    if let [column] = columns {
        return cells.value(*column, row).map(CellValue::hash);
    }
    scratch.clear();
    for column in columns {
        cells.value(*column, row)?.write(scratch);
    }
    Some(xxh3_128(scratch))
}

/// A delivery day as a number; no day comes before all.
pub(super) fn number_of(day: Option<NaiveDate>) -> i32 {
    day.map_or(i32::MIN, |day| day.num_days_from_ce())
}

/// A group's hash without its delivery; never 0, which means no group.
pub(super) fn noted_group(tag: u128) -> u64 {
    ((tag >> 64) as u64).max(1)
}

/// A row of a noted key.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// The hash of its key; of all its cells, if one of its key is empty.
    pub(super) key: u128,
    pub(super) has_key: bool,
    /// The hash of its group; 0 without one.
    pub(super) group: u64,
    /// The hash of its values.
    pub(super) values: u64,
    /// Its delivery day.
    pub(super) day: i32,
    pub(super) file: u32,
    /// The number of its file's delivery.
    pub(super) delivery: u32,
    pub(super) place: Place,
    /// Whether it does not count yet, so that it replaces no row that does.
    pub(super) is_after: bool,
    /// Its part of the control total.
    pub(super) amount: i128,
    /// When its event happened, in microseconds.
    pub(super) event: Option<i64>,
}

impl Version {
    fn at(&self) -> (u32, u64) {
        (self.file, self.place.byte_offset)
    }

    /// Its part of the control total.
    pub fn amount(&self) -> i128 {
        self.amount
    }

    /// Its file and line.
    pub fn shown(&self) -> (usize, u64) {
        (self.file as usize, self.place.line)
    }
}

/// A row of a noted key, until its batch is complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) row: usize,
    pub(super) key: u128,
    pub(super) has_key: bool,
    pub(super) group: Option<u128>,
    pub(super) place: Place,
}

/// What becomes of a row of a noted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is the latest version.
    Newest,
    /// It counts, and repeats a row of its delivery.
    Again,
    /// It repeats the values of a version.
    Duplicate,
    /// A later version counts.
    Superseded,
}

/// The first superseded row of a source.
#[derive(Clone, Copy, Debug)]
pub struct Replaced {
    pub row: Version,
    /// The row that replaces it; if its group came again without its key, the first row of that group.
    pub by: Version,
    /// Whether its group came again without its key.
    pub is_left_out: bool,
    /// Without a key: what its group amounts to in its delivery and in the latest one.
    pub whole: Option<(i128, i128)>,
}

/// The outcome of every row of the noted keys of a source.
#[derive(Debug, Default)]
pub struct Resolution {
    noted: Arc<Noted>,
    /// The rows that are not the newest of their key, or not the first of equal ones, by file and place.
    others: HashMap<(u32, u64), Outcome>,
    /// The first superseded row.
    pub first: Option<Replaced>,
    /// The first row that repeats another, and that row.
    pub first_duplicate: Option<(Version, Version)>,
    /// The first row that repeats another of its delivery and counts, and that row.
    pub first_repeated: Option<(Version, Version)>,
    /// What the control total of the rows that count gains by all replacements together.
    pub change: i128,
    /// Superseded rows whose event is more than a day from that of the next version: these may be other events.
    pub moved: u64,
    superseded: u64,
}

/// Two files that each have rows of a group and no key in common: whether the second replaces the first is unknown.
#[derive(Clone, Copy, Debug)]
pub struct SplitGroup {
    pub one: Version,
    pub other: Version,
}

impl Resolution {
    /// Orders the rows of the noted keys, collected in any order.
    ///
    /// # Errors
    /// A group that may be split or replaced.
    pub fn of(noted: Arc<Noted>, mut rows: Vec<Version>, keys: &KeyColumns) -> Result<Self, Box<SplitGroup>> {
        rows.sort_unstable_by_key(|row| (row.is_after, row.group, row.key, row.day, row.at()));
        let mut found = Self { noted, ..Self::default() };
        for group in rows.chunk_by(|a, b| (a.is_after, a.group) == (b.is_after, b.group)) {
            let latest = match group.first() {
                Some(first) if first.group != 0 => Deliveries::of(group, keys)?.filter(|found| found.several()),
                _ => None,
            };
            let before = found.superseded;
            for versions in group.chunk_by(|a, b| a.key == b.key) {
                found.enter(versions, latest.as_ref(), keys);
            }
            // The group as a whole has another amount, if it is not the same as before.
            if let Some(latest) = latest.filter(|_| keys.key.is_empty() && found.superseded > before) {
                found.change += latest.change();
            }
        }
        Ok(found)
    }

    /// Equal rows of a group without a key, in order. The latest delivery of the group says how often they count.
    fn enter_equal(&mut self, rows: &[Version], latest: &Deliveries, keys: &KeyColumns) {
        let has_key = !keys.key.is_empty();
        let by = latest.last;
        // The first of the equal rows in a later delivery that has most of them, and their number.
        let (mut later, mut most_later) = (by, 0);
        let deliveries = rows.chunk_by(|a, b| keys.delivery(a) == keys.delivery(b));
        for equal in deliveries.collect::<Vec<_>>().into_iter().rev() {
            let Some((first, again)) = equal.split_first() else { continue };
            if keys.delivery(first) == keys.delivery(&by) {
                again.iter().for_each(|row| self.counts_again(row, first));
            } else {
                for row in equal.iter().skip(most_later) {
                    let whole = (!has_key).then(|| (latest.amount_of(keys.delivery(row)), latest.amount()));
                    self.supersede(Replaced { row: *row, by, is_left_out: true, whole });
                    self.change -= if has_key { row.amount } else { 0 };
                    self.moved += u64::from(!has_key && is_moved(row, &by));
                }
            }
            for row in equal.iter().take(most_later) {
                self.repeats(row, &later);
            }
            if equal.len() > most_later {
                (later, most_later) = (*first, equal.len());
            }
        }
    }

    fn counts_again(&mut self, row: &Version, of: &Version) {
        self.others.insert(row.at(), Outcome::Again);
        let earlier = self.first_repeated.filter(|(first, _)| first.at() < row.at());
        self.first_repeated = Some(earlier.unwrap_or((*row, *of)));
    }

    fn repeats(&mut self, row: &Version, of: &Version) {
        self.others.insert(row.at(), Outcome::Duplicate);
        let earlier = self.first_duplicate.filter(|(first, _)| first.at() < row.at());
        self.first_duplicate = Some(earlier.unwrap_or((*row, *of)));
    }

    /// The rows of a key, in order; `latest` are the deliveries of its group, if that has several.
    fn enter(&mut self, rows: &[Version], latest: Option<&Deliveries>, keys: &KeyColumns) {
        if rows.first().is_some_and(|row| !row.has_key) {
            latest.iter().for_each(|latest| self.enter_equal(rows, latest, keys));
            return;
        }
        let mut versions = rows.chunk_by(|a, b| a.values == b.values).peekable();
        while let Some(equal) = versions.next() {
            let Some((row, others)) = equal.split_first() else { continue };
            others.iter().for_each(|other| self.repeats(other, row));
            let last = equal.last().unwrap_or(row);
            let left_out = latest.map(|latest| latest.last).filter(|by| keys.delivery(by) != keys.delivery(last));
            if let Some(next) = versions.peek().and_then(|next| next.first()) {
                self.supersede(Replaced { row: *row, by: *next, is_left_out: false, whole: None });
                self.change += next.amount - row.amount;
                self.moved += u64::from(is_moved(row, next));
            } else if let Some(by) = left_out {
                self.supersede(Replaced { row: *row, by, is_left_out: true, whole: None });
                self.change -= row.amount;
            }
        }
    }

    fn supersede(&mut self, replaced: Replaced) {
        self.others.insert(replaced.row.at(), Outcome::Superseded);
        self.superseded += 1;
        let earlier = self.first.filter(|first| first.row.at() < replaced.row.at());
        self.first = Some(earlier.unwrap_or(replaced));
    }

    /// Whether a row's key or group is noted.
    pub(super) fn holds(&self, key: Option<u128>, group: Option<u128>) -> bool {
        self.noted.holds(key, group)
    }

    /// The outcome of a row of a noted key.
    pub(super) fn outcome(&self, file: FromFile, place: Place) -> Outcome {
        let at = (file.number as u32, place.byte_offset);
        self.others.get(&at).copied().unwrap_or(Outcome::Newest)
    }

    /// Whether a row is the first superseded one, or the one that replaces it.
    pub(super) fn shows(&self, file: FromFile, place: Place) -> Option<Shown> {
        let first = self.first?;
        let at = (file.number as u32, place.byte_offset);
        match at {
            at if at == first.row.at() => Some(Shown::Replaced),
            at if at == first.by.at() => Some(Shown::By),
            _ => None,
        }
    }

    /// Bytes it holds.
    pub fn memory_size(&self) -> usize {
        let entry = mem::size_of::<((u32, u64), Outcome)>() + 2;
        self.noted.memory_size() + self.others.capacity() * entry
    }
}

/// Which of the two rows of [`Replaced`] a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Replaced,
    By,
}

/// The values of a row that a message speaks of, written so that equal values are equal: `None` for an empty cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownRow {
    /// All declared columns.
    pub values: Vec<Option<Vec<u8>>>,
    /// The columns of the key as text.
    pub key: Vec<String>,
}

fn is_moved(row: &Version, next: &Version) -> bool {
    const DAY: u64 = 86_400_000_000;
    row.event.zip(next.event).is_some_and(|(event, next)| event.abs_diff(next) > DAY)
}

impl KeyColumns {
    /// The delivery of a row: its day, or that of its file.
    fn delivery(&self, row: &Version) -> (i32, u32) {
        if self.by_day { (row.day, 0) } else { (0, row.delivery) }
    }
}

/// The deliveries that have rows of a group.
struct Deliveries {
    /// The first row of the latest of them.
    last: Version,
    /// The amount of each.
    amounts: BTreeMap<(i32, u32), i128>,
}

impl Deliveries {
    /// Fails if files without a day, each with keys of its own, may continue or replace each other. Without keys, a file is
    /// declared to replace the group.
    fn of(group: &[Version], keys: &KeyColumns) -> Result<Option<Self>, Box<SplitGroup>> {
        let mut deliveries: BTreeMap<(i32, u32), (Version, HashSet<u128>, i128)> = BTreeMap::new();
        for row in group {
            let new = || (*row, HashSet::new(), 0);
            let (first, own, amount) = deliveries.entry(keys.delivery(row)).or_insert_with(new);
            own.insert(row.key);
            *amount += row.amount;
            if row.at() < first.at() {
                *first = *row;
            }
        }
        let mut earlier: Option<&(Version, HashSet<u128>, i128)> = None;
        for found in deliveries.values().filter(|_| !keys.by_day && !keys.key.is_empty()) {
            if let Some((one, ..)) = earlier.filter(|(_, own, _)| own.is_disjoint(&found.1)) {
                return Err(Box::new(SplitGroup { one: *one, other: found.0 }));
            }
            earlier = Some(found);
        }
        let amounts = deliveries.iter().map(|(delivery, (.., amount))| (*delivery, *amount)).collect();
        Ok(deliveries.into_values().next_back().map(|(last, ..)| Self { last, amounts }))
    }

    fn several(&self) -> bool {
        self.amounts.len() > 1
    }

    fn amount_of(&self, delivery: (i32, u32)) -> i128 {
        self.amounts.get(&delivery).copied().unwrap_or_default()
    }

    /// What the group amounts to in the latest.
    fn amount(&self) -> i128 {
        self.amounts.last_key_value().map_or(0, |(_, amount)| *amount)
    }

    /// What the latest adds to the amount of the first.
    fn change(&self) -> i128 {
        self.amount() - self.amounts.first_key_value().map_or(0, |(_, amount)| *amount)
    }
}

/// How the rows of a source with a key are read.
#[derive(Clone, Debug)]
pub enum VersionMode {
    /// The rows of noted keys are collected, and nothing else.
    Collect(Arc<Noted>),
    /// The outcome of each row of a noted key is known.
    Apply(Arc<Resolution>),
}
