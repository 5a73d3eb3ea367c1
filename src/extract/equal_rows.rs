//! Rows that repeat others: how many, their control total, and the first of them with the row that it repeats.
//!
//! Which of several equal rows is left out depends on the threads. So the reading keeps hashes of such rows, and the
//! source is read again, in the order of its files, until the first of these rows has come.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::decimal::Decimal;
use super::equal_count::EqualCount;
use super::error::ExtractError;
use super::feeder::{Feeder, Unit};
use super::opened::Opened;
use super::rows::{AlikeRows, Amount, EqualRows, Resolution, RowPlace, Version, VersionMode, Watch, Watched, Watching};
use super::unit_decoder::UnitDecoder;

/// Hashes that are kept to find places: the smallest, so that they are always the same.
const KEPT: usize = 1000;
/// Places of equal rows that are held.
const PLACES_HELD: usize = 1000;

/// Rows that repeat others, while the source is read.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    rows: u64,
    amount: Amount,
    kept: BTreeSet<u128>,
}

impl Repeats {
    /// Adds the rows of a unit.
    pub(super) fn add(&mut self, found: EqualRows) {
        self.rows += found.rows;
        self.amount.add(found.amount);
        for hash in found.hashes {
            if self.kept.len() < KEPT || self.kept.last().is_some_and(|last| hash < *last) {
                self.kept.insert(hash);
            }
            if self.kept.len() > KEPT {
                self.kept.pop_last();
            }
        }
    }

    /// The rows with the first of them, for messages.
    pub(super) fn counted(&self, opened: &Opened, first: Option<Pair>) -> EqualCount {
        let amount = Decimal::new(self.amount, opened.rules.amount_scale());
        let first = first.map(|pair| (opened.place(pair.row), opened.place(pair.of)));
        EqualCount { rows: self.rows, amount: amount.filter(|_| !opened.source.amount.is_empty()), first }
    }
}

/// Rows that count and differ from others only in undeclared columns, while the source is read.
#[derive(Debug, Default)]
pub(super) struct Alike {
    rows: i64,
    amount: Amount,
    /// By the hash of declared columns, how many more rows count.
    kept: BTreeMap<u128, i64>,
}

impl Alike {
    /// Adds the rows of a unit.
    pub(super) fn add(&mut self, found: AlikeRows) {
        self.rows += found.rows;
        self.amount.add(found.amount);
        for (hash, more) in found.hashes {
            if self.kept.len() < KEPT || self.kept.last_key_value().is_some_and(|(last, _)| hash <= *last) {
                *self.kept.entry(hash).or_default() += more;
            }
            if self.kept.len() > KEPT {
                self.kept.pop_last();
            }
        }
    }

    /// The rows with the first of them, for messages.
    pub(super) fn counted(&self, opened: &Opened, first: Option<Pair>) -> EqualCount {
        let found = Repeats { rows: self.rows.try_into().unwrap_or(0), amount: self.amount, kept: BTreeSet::new() };
        found.counted(opened, first)
    }
}

/// A row that repeats another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) row: RowPlace,
    pub(super) of: RowPlace,
}

/// The first rows of each kind, in the order of the files.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct First {
    /// The first row that does not count.
    pub(super) duplicate: Option<Pair>,
    /// The first row that repeats a row of its delivery and counts.
    pub(super) repeated: Option<Pair>,
    /// The first row that counts and would not by declared columns.
    alike: Option<Pair>,
}

/// Finds the first rows that repeat others.
///
/// # Errors
/// Files that cannot be read again.
pub(super) fn first_of(
    opened: &Arc<Opened>,
    (duplicates, repeated): (&Repeats, &Repeats),
    resolution: Option<&Arc<Resolution>>,
    threads: usize,
) -> Result<First, ExtractError> {
    let pair = |(row, of): (Version, Version)| Pair { row: row.shown(), of: of.shown() };
    let ordered = First {
        duplicate: resolution.and_then(|known| known.first_duplicate).map(pair),
        repeated: resolution.and_then(|known| known.first_repeated).map(pair),
        alike: None,
    };
    let values: HashSet<u128> = duplicates.kept.union(&repeated.kept).copied().collect();
    if values.is_empty() {
        return Ok(ordered);
    }
    let wants = Wants { duplicate: !duplicates.kept.is_empty(), repeated: !repeated.kept.is_empty(), alike: false };
    let found = search(opened, Watching::Rows, values, (wants, resolution, threads))?;
    let first = |one: Option<Pair>, other: Option<Pair>| one.into_iter().chain(other).min_by_key(|pair| pair.row);
    Ok(First {
        duplicate: first(found.duplicate, ordered.duplicate),
        repeated: first(found.repeated, ordered.repeated),
        alike: None,
    })
}

/// Finds the first row that counts and would not if only declared columns did.
///
/// # Errors
/// Files that cannot be read again.
pub(super) fn first_alike(opened: &Arc<Opened>, alike: &Alike, threads: usize) -> Result<Option<Pair>, ExtractError> {
    let values: HashSet<u128> = alike.kept.iter().filter(|(_, more)| **more > 0).map(|(hash, _)| *hash).collect();
    if values.is_empty() {
        return Ok(None);
    }
    let wants = Wants { alike: true, ..Wants::default() };
    Ok(search(opened, Watching::Declared, values, (wants, None, threads))?.alike)
}

/// Reads the source again until all wanted rows have come.
fn search(
    opened: &Arc<Opened>,
    what: Watching,
    values: HashSet<u128>,
    (wants, resolution, threads): (Wants, Option<&Arc<Resolution>>, usize),
) -> Result<First, ExtractError> {
    let search = Search {
        opened,
        watch: Watch { what, values: Arc::new(values) },
        resolution,
        feeder: Mutex::new((Feeder::new(Arc::clone(opened)), 0)),
        state: Mutex::new(State { wants, ..State::default() }),
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(|| search.work())).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(worked) => worked,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    let found = lock(&search.state).first;
    Ok(found)
}

/// Which rows are looked for.
#[derive(Clone, Copy, Debug, Default)]
struct Wants {
    duplicate: bool,
    repeated: bool,
    alike: bool,
}

struct Search<'a> {
    opened: &'a Arc<Opened>,
    watch: Watch,
    resolution: Option<&'a Arc<Resolution>>,
    /// The units, and the number of the next one.
    feeder: Mutex<(Feeder, u64)>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Watched rows of units that were decoded before an earlier one.
    waiting: BTreeMap<u64, Vec<(usize, Watched)>>,
    /// The number of the unit whose rows are next.
    next: u64,
    known: HashMap<u128, Known>,
    /// The same by declared columns.
    alike: HashMap<u128, Known>,
    first: First,
    wants: Wants,
}

/// What is known of equal rows.
#[derive(Debug, Default)]
struct Known {
    /// The first rows that count, and their number.
    places: Vec<RowPlace>,
    loaded: u64,
    /// The delivery that is being read: the first of its rows, and their number.
    delivery: Option<(u32, RowPlace)>,
    times: u64,
}

impl Search<'_> {
    fn next_unit(&self) -> Result<Option<(u64, Unit)>, ExtractError> {
        if lock(&self.state).is_over() {
            return Ok(None);
        }
        let mut feeder = lock(&self.feeder);
        let Some(unit) = feeder.0.next()? else { return Ok(None) };
        feeder.1 += 1;
        Ok(Some((feeder.1 - 1, unit)))
    }

    fn work(&self) -> Result<(), ExtractError> {
        let mut decoder = UnitDecoder::watching(Arc::clone(self.opened), self.watch.clone());
        if let Some(resolution) = self.resolution {
            decoder.set_versions(VersionMode::Apply(Arc::clone(resolution)));
        }
        while let Some((number, unit)) = self.next_unit()? {
            let file = unit.file;
            let decoded = decoder.decode(unit, None).map_err(|error| self.opened.undecodable(file, &error))?;
            let rows = decoded.watched.into_iter().map(|row| (file, row)).collect();
            lock(&self.state).enter(self.opened, number, rows);
        }
        Ok(())
    }
}

impl State {
    fn is_over(&self) -> bool {
        let Wants { duplicate, repeated, alike } = self.wants;
        let (first, is_there) = (&self.first, |wanted: bool, found: &Option<Pair>| !wanted || found.is_some());
        is_there(duplicate, &first.duplicate) && is_there(repeated, &first.repeated) && is_there(alike, &first.alike)
    }

    /// Takes the watched rows of a unit, and judges all whose turn it is.
    fn enter(&mut self, opened: &Opened, number: u64, rows: Vec<(usize, Watched)>) {
        self.waiting.insert(number, rows);
        while let Some(rows) = self.waiting.remove(&self.next) {
            self.next += 1;
            for (file, row) in rows {
                let by_delivery = opened.source.counts_equal_rows() || row.is_without_key;
                let delivery = if by_delivery { opened.delivery_of(file) } else { 0 };
                let known = self.known.entry(row.row).or_default();
                let (duplicate, repeated) = known.enter(delivery, (file, row.line), by_delivery);
                if self.wants.alike {
                    let alike = self.alike.entry(row.value).or_default();
                    let (alike, _) = alike.enter(delivery, (file, row.line), by_delivery);
                    self.first.alike = self.first.alike.or(alike.filter(|_| duplicate.is_none()));
                }
                self.first.duplicate = self.first.duplicate.or(duplicate);
                self.first.repeated = self.first.repeated.or(repeated);
            }
        }
    }
}

impl Known {
    /// Whether the row repeats one and does not count, or does.
    fn enter(&mut self, delivery: u32, place: RowPlace, by_delivery: bool) -> (Option<Pair>, Option<Pair>) {
        let first = match self.delivery.filter(|(last, _)| *last == delivery) {
            Some((_, first)) => first,
            None => {
                self.delivery = Some((delivery, place));
                self.times = 0;
                place
            }
        };
        self.times += 1;
        let counts = self.times > self.loaded && (by_delivery || self.loaded == 0);
        if !counts {
            let at = usize::try_from(self.times - 1).unwrap_or(usize::MAX).min(self.places.len().saturating_sub(1));
            let of = self.places.get(if by_delivery { at } else { 0 }).copied().unwrap_or(first);
            return (Some(Pair { row: place, of }), None);
        }
        self.loaded += 1;
        if self.places.len() < PLACES_HELD {
            self.places.push(place);
        }
        (None, (self.times > 1).then_some(Pair { row: place, of: first }))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
