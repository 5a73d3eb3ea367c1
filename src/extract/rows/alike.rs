//! Rows that differ only in columns that are not declared.
//!
//! A dump may change a column that nobody reads, such as a status or the time of the export, or gain one: then every row
//! of it is another row, and those that come again count twice. So rows are also compared by their declared columns alone,
//! in a second set. While no row has anything undeclared, both sets are the same, and there is only one.

use std::sync::{PoisonError, RwLock};

use super::amount::Amount;
use super::dedup::DuplicateFilter;
use super::row_filter::RowFilter;
use super::seen::{RowsToSee, Seen, SeenRows};

/// Which cells make two rows of a source equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compared {
    /// All of them.
    #[default]
    All,
    /// Those of declared columns.
    Declared,
    /// All of them; those that differ only in undeclared columns are counted.
    Both,
}

/// The rows seen of one source, by all cells and by declared ones.
#[derive(Debug)]
pub struct AlikeFilter<F> {
    rows: F,
    /// By declared cells; `None` while no row has others.
    declared: RwLock<Option<F>>,
}

impl<F: SeenRows + Clone> AlikeFilter<F> {
    /// A pair of the given empty sets.
    pub fn new(rows: F) -> Self {
        Self { rows, declared: RwLock::new(None) }
    }

    fn sum(&self, size: impl Fn(&F) -> usize) -> usize {
        let declared = self.declared.read().unwrap_or_else(PoisonError::into_inner);
        size(&self.rows) + declared.as_ref().map_or(0, size)
    }
}

impl AlikeFilter<RowFilter> {
    /// From now on, no row of a delivery before this one comes.
    pub fn set_oldest(&self, delivery: u32) {
        self.rows.set_oldest(delivery);
        let declared = self.declared.read().unwrap_or_else(PoisonError::into_inner);
        declared.iter().for_each(|rows| rows.set_oldest(delivery));
    }

    /// The memory of the sets, in bytes.
    pub fn memory_size(&self) -> usize {
        self.sum(RowFilter::memory_size)
    }
}

impl AlikeFilter<DuplicateFilter> {
    /// The memory of the sets, in bytes.
    pub fn memory_size(&self) -> usize {
        self.sum(DuplicateFilter::memory_size)
    }
}

impl<F: SeenRows + Clone> SeenRows for AlikeFilter<F> {
    fn enter(&self, rows: RowsToSee<'_>, seen: &mut Vec<Seen>) {
        self.enter_both(rows, &[], seen, &mut Vec::new());
    }

    fn enter_both(&self, rows: RowsToSee<'_>, declared: &[u128], seen: &mut Vec<Seen>, alike: &mut Vec<Seen>) {
        let read = || self.declared.read().unwrap_or_else(PoisonError::into_inner);
        if !declared.is_empty() && read().is_none() {
            // Nobody enters rows meanwhile: none can be in the first set alone.
            self.declared.write().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| self.rows.clone());
        }
        let known = read();
        self.rows.enter(rows, seen);
        if let Some(known) = known.as_ref() {
            let hashes = if declared.is_empty() { rows.hashes } else { declared };
            known.enter(RowsToSee { hashes, ..rows }, alike);
        }
    }
}

/// Rows that count and would not if only declared columns did, less those of which the opposite is true. Which rows these
/// are depends on the order; the sums do not.
#[derive(Clone, Debug, Default)]
pub struct AlikeRows {
    pub rows: i64,
    /// Their control total.
    pub amount: Amount,
    /// Their hashes by declared columns, each with 1 or -1.
    pub hashes: Vec<(u128, i64)>,
}

impl AlikeRows {
    /// Adds a row.
    pub(super) fn add(&mut self, amount: Amount, hash: u128, counts: bool) {
        let sign: i64 = if counts { 1 } else { -1 };
        self.rows += sign;
        self.amount.add(Amount { value: amount.value.saturating_mul(i128::from(sign)), ..amount });
        self.hashes.push((hash, sign));
    }

    /// Adds other rows.
    pub fn append(&mut self, mut other: Self) {
        self.rows += other.rows;
        self.amount.add(other.amount);
        self.hashes.append(&mut other.hashes);
    }
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_128;

    use super::*;

    /// Enters rows of cells before and behind a colon, the second undeclared. Returns how many count more than by the first
    /// alone.
    fn alike(filter: &AlikeFilter<RowFilter>, deliveries: &[(u32, &[&str])]) -> i64 {
        let mut more = 0;
        for (delivery, rows) in deliveries {
            let hash = |text: &str| xxh3_128(text.as_bytes());
            let declared = |row: &&str| hash(row.split(':').next().unwrap());
            let is_plain = rows.iter().all(|row| !row.contains(':'));
            let hashes: Vec<u128> = rows.iter().map(|row| hash(row)).collect();
            let by_declared: Vec<u128> = if is_plain { Vec::new() } else { rows.iter().map(declared).collect() };
            let (mut seen, mut seen_alike) = (Vec::new(), Vec::new());
            let rows = RowsToSee { hashes: &hashes, without_key: &[], delivery: *delivery };
            filter.enter_both(rows, &by_declared, &mut seen, &mut seen_alike);
            let counts = |seen: &[Seen]| seen.iter().filter(|seen| **seen != Seen::Duplicate).count() as i64;
            more += if seen_alike.is_empty() { 0 } else { counts(&seen) - counts(&seen_alike) };
        }
        more
    }

    #[test]
    fn rows_that_change_only_what_is_undeclared_are_counted_in_any_order() {
        let first: (u32, &[&str]) = (0, &["a:open", "b:open", "b:open"]);
        let second: (u32, &[&str]) = (1, &["b:closed", "c:open", "a:open"]);
        for order in [[first, second], [second, first]] {
            assert_eq!(alike(&AlikeFilter::new(RowFilter::new()), &order), 1);
        }
    }

    #[test]
    fn a_delivery_that_gains_a_column_is_compared_with_the_rows_before_it() {
        let filter = AlikeFilter::new(RowFilter::new());
        assert_eq!(alike(&filter, &[(0, &["a", "b"])]), 0);
        let one = filter.memory_size();
        assert_eq!(alike(&filter, &[(1, &["a:web", "b:web", "c:web"])]), 2);
        assert!(filter.memory_size() > one, "the second set exists only now");
        assert_eq!(alike(&filter, &[(2, &["c", "d"])]), 1);
    }

    #[test]
    fn rows_of_one_delivery_are_facts() {
        assert_eq!(alike(&AlikeFilter::new(RowFilter::new()), &[(0, &["a:1", "a:2", "a:3"])]), 0);
        // Of as many rows as a delivery has at most, none is too many.
        assert_eq!(alike(&AlikeFilter::new(RowFilter::new()), &[(0, &["a:1"]), (1, &["a:2", "a:1"])]), 0);
    }
}
