//! The promises about the rows of a source beyond their own cells: keys that do not repeat, values that another source
//! contains, versions that replace one another, days by which rows must arrive.
//!
//! One [`RowPromises`] serves all workers of a source. It checks typed cells row by row, from files of any format, and keeps
//! its findings. Counts and listed places do not depend on the order of the rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, ArrayRef};
use chrono::{Datelike, NaiveDate};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::alike::Compared;
use super::dedup::DuplicateFilter;
use super::from_file::FromFile;
use super::references::References;
use super::seen::{RowsToSee, Seen, SeenRows};
use super::typed::{CellValue, TypedCells, array_value};
use super::versions::KeyColumns;
use crate::config::OnMissing;
use crate::local_time::LocalTime;

/// Repeated keys that are kept to find their places: those with the smallest hashes, so that they are always the same.
const REPEATED_KEPT: usize = 1000;
const DAY_MICROS: i64 = 86_400_000_000;

/// Columns whose combined values must differ between rows.
#[derive(Debug)]
pub struct Unique {
    pub columns: Vec<usize>,
    seen: DuplicateFilter,
    repeated: Mutex<(u64, BTreeSet<u128>)>,
}

impl Unique {
    /// A promise before any row.
    pub fn new(columns: Vec<usize>) -> Self {
        Self { columns, seen: DuplicateFilter::new(), repeated: Mutex::default() }
    }

    /// Rows whose values repeat those of another row, not counting the first of them.
    pub fn rows_repeated(&self) -> u64 {
        lock(&self.repeated).0
    }

    /// Hashes of some repeated values.
    pub fn repeated(&self) -> HashSet<u128> {
        lock(&self.repeated).1.iter().copied().collect()
    }

    /// The hash of a row's values; `None` if all are empty.
    pub fn hash(&self, cells: &(impl TypedCells + ?Sized), row: usize) -> Option<u128> {
        if let [column] = self.columns.as_slice() {
            return cells.value(*column, row).map(CellValue::hash);
        }
        let mut hasher = Xxh3::new();
        let mut any = false;
        for column in &self.columns {
            let hash = cells.value(*column, row).map(CellValue::hash);
            any |= hash.is_some();
            hasher.update(&[u8::from(hash.is_some())]);
            hasher.update(&hash.unwrap_or_default().to_le_bytes());
        }
        any.then(|| hasher.digest128())
    }

    fn enter(&self, hashes: &[u128]) {
        let mut seen = Vec::with_capacity(hashes.len());
        self.seen.enter(RowsToSee { hashes, without_key: &[], delivery: 0 }, &mut seen);
        if seen.iter().all(|seen| *seen == Seen::First) {
            return;
        }
        let mut repeated = lock(&self.repeated);
        for (hash, _) in hashes.iter().zip(&seen).filter(|(_, seen)| **seen != Seen::First) {
            repeated.0 += 1;
            repeated.1.insert(*hash);
            if repeated.1.len() > REPEATED_KEPT {
                repeated.1.pop_last();
            }
        }
    }
}

/// How a row marks its key as deleted.
#[derive(Debug)]
pub struct Deleted {
    /// The column with the mark.
    pub column: usize,
    /// Its values that mean deleted.
    pub values: ArrayRef,
    /// The columns that are judged in such a row.
    pub judged: Vec<usize>,
}

/// When a row counts as late.
#[derive(Debug)]
pub struct Late {
    /// The column with the event time.
    pub event: usize,
    /// How long before its delivery day the event may be, in microseconds.
    pub after: i64,
}

/// The promises about a source's rows; created for each run.
#[derive(Debug)]
pub struct RowPromises {
    /// Limits beyond which a row does not count yet: a column, and the last value that counts.
    pub limits: Vec<(usize, i64)>,
    /// The column with the delivery day.
    pub day_column: Option<usize>,
    /// Whether rows are versions of their key: they are delivered with the facts that decide which is the latest.
    pub versioned: bool,
    /// Which cells make rows equal.
    pub compared: Compared,
    /// The key, if a later row of a key replaces an earlier one.
    pub versions: Option<KeyColumns>,
    /// How a row marks its key as deleted.
    pub deleted: Option<Deleted>,
    /// When a row counts as late.
    pub late: Option<Late>,
    /// Values that another source must contain.
    pub references: Vec<References>,
    /// Values that must not repeat.
    pub uniques: Vec<Unique>,
    /// Whether rows are counted by the day in `day_column`.
    pub counts_days: bool,
    local_time: Arc<LocalTime>,
    months: Mutex<BTreeSet<(i32, u32)>>,
    rows_by_day: Mutex<BTreeMap<NaiveDate, u64>>,
}

impl RowPromises {
    /// No promises.
    pub fn new(local_time: Arc<LocalTime>) -> Self {
        Self {
            limits: Vec::new(),
            day_column: None,
            versioned: false,
            compared: Compared::All,
            versions: None,
            deleted: None,
            late: None,
            references: Vec::new(),
            uniques: Vec::new(),
            counts_days: false,
            local_time,
            months: Mutex::default(),
            rows_by_day: Mutex::default(),
        }
    }

    /// The columns it needs.
    pub fn columns(&self) -> BTreeSet<usize> {
        let mut columns: BTreeSet<usize> = self.limits.iter().map(|(column, _)| *column).collect();
        columns.extend(self.day_column);
        columns.extend(self.versions.iter().flat_map(|versions| versions.key.iter().chain(&versions.group)));
        columns.extend(self.deleted.iter().map(|deleted| deleted.column));
        columns.extend(self.late.iter().map(|late| late.event));
        columns.extend(self.references.iter().map(|reference| reference.column));
        columns.extend(self.uniques.iter().flat_map(|unique| &unique.columns));
        columns
    }

    /// Clears everything recorded about rows.
    pub fn clear(&self) {
        for unique in &self.uniques {
            unique.seen.clear();
            *lock(&unique.repeated) = (0, BTreeSet::new());
        }
        lock(&self.months).clear();
        lock(&self.rows_by_day).clear();
    }

    /// Bytes it holds.
    pub fn memory_size(&self) -> usize {
        let uniques = self.uniques.iter().map(|unique| unique.seen.memory_size());
        uniques.chain(self.references.iter().map(References::memory_size)).sum()
    }

    /// The months that late rows change.
    pub fn months(&self) -> BTreeSet<(i32, u32)> {
        lock(&self.months).clone()
    }

    /// Good rows, including duplicates, by the day in `day_column`.
    pub fn rows_by_day(&self) -> BTreeMap<NaiveDate, u64> {
        lock(&self.rows_by_day).clone()
    }

    /// Whether a row marks its key as deleted.
    pub fn is_deleted(&self, cells: &(impl TypedCells + ?Sized), row: usize) -> bool {
        let Some(deleted) = &self.deleted else { return false };
        let Some(value) = cells.value(deleted.column, row) else { return false };
        (0..deleted.values.len()).any(|at| array_value(&deleted.values, at) == Some(value))
    }

    /// The columns whose reference rejects a row.
    pub fn rejected_for<'a>(
        &'a self,
        cells: &'a (impl TypedCells + ?Sized),
        row: usize,
    ) -> impl Iterator<Item = &'a References> {
        let strict = self.references.iter().filter(|reference| reference.target.on_missing == OnMissing::Reject);
        strict.filter(move |reference| reference.is_missing(cells, row))
    }

    /// Whether there are promises that do not reject rows.
    pub fn judges_good_rows(&self) -> bool {
        self.late.is_some() || self.counts_days
    }

    /// Records a good row, duplicate or not. Returns whether it is late.
    pub fn enter(&self, cells: &(impl TypedCells + ?Sized), row: usize, file: FromFile) -> bool {
        let day = self.delivery_day(cells, row, file);
        if self.counts_days
            && let Some(day) = day
        {
            *lock(&self.rows_by_day).entry(day).or_default() += 1;
        }
        let Some((late, day)) = self.late.as_ref().zip(day) else { return false };
        let Some(event) = cells.value(late.event, row) else { return false };
        let gap = match event {
            CellValue::Date(event) => (i64::from(day.to_epoch_days()) - i64::from(event)) * DAY_MICROS,
            CellValue::Timestamp(event) => self.local_time.start_of_day(day) - event,
            _ => return false,
        };
        if gap <= late.after {
            return false;
        }
        if let Some(day) = self.day_of(event) {
            lock(&self.months).insert((day.year(), day.month()));
        }
        true
    }

    /// The delivery day of a row.
    pub fn delivery_day(&self, cells: &(impl TypedCells + ?Sized), row: usize, file: FromFile) -> Option<NaiveDate> {
        match self.day_column {
            Some(column) => cells.value(column, row).and_then(|value| self.day_of(value)),
            None => file.day,
        }
    }

    /// The day, in the pipeline's zone, of a date or an instant.
    pub fn day_of(&self, value: CellValue<'_>) -> Option<NaiveDate> {
        match value {
            CellValue::Date(day) => NaiveDate::from_epoch_days(day),
            CellValue::Timestamp(at) => self.local_time.day_at(at).and_then(NaiveDate::from_epoch_days),
            _ => None,
        }
    }

    /// Whether a row does not count yet.
    pub fn is_after_limits(&self, cells: &(impl TypedCells + ?Sized), row: usize) -> bool {
        self.limits.iter().any(|(column, last)| {
            cells.value(*column, row).and_then(CellValue::in_time).is_some_and(|value| value > *last)
        })
    }

    /// Records the rows that count, each once.
    pub fn enter_distinct(&self, cells: &(impl TypedCells + ?Sized), rows: &[bool]) {
        for unique in &self.uniques {
            let counted = rows.iter().enumerate().filter(|(_, counts)| **counts);
            let hashes: Vec<u128> = counted.filter_map(|(row, _)| unique.hash(cells, row)).collect();
            unique.enter(&hashes);
        }
    }

    /// A row's hash. If rows are versions, the same text in another delivery is another row.
    pub fn row_hash(&self, hash: u128, file: FromFile) -> u128 {
        match file.day.filter(|_| self.versioned) {
            Some(day) => {
                let mut bytes = [0; 20];
                bytes[..16].copy_from_slice(&hash.to_le_bytes());
                bytes[16..].copy_from_slice(&day.to_epoch_days().to_le_bytes());
                xxh3_128(&bytes)
            }
            None => hash,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
