//! The rows behind a fit: all of them, or, above [`MOST_ROWS`] different rows, a sample that depends only on the rows.
//!
//! Each row has a 128-bit hash of its numbers. The rows with the smallest hashes are kept, with the number of times
//! each occurred (bottom-k sampling; Cohen & Kaplan, PODC 2007). Order, partitions and merging cannot change the
//! choice: a row among the smallest of all rows is among the smallest of every part, so it was kept and counted from
//! its first occurrence on. Memory stays below a few megabytes for any number of rows.
//!
//! Rows are sampled by content, not by customer, so that a row is in or out of the sample independently of other
//! customers. The price: above the limit, a row shared by very many customers counts with all of them or not at all.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::Xxh3Default;

use super::error::ClusterError;

/// Most different rows kept.
pub(super) const MOST_ROWS: usize = 20_000;

/// Rows kept so far, by hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    /// Numbers in each row; zero until the first row.
    width: usize,
    /// Number of rows seen, kept or not.
    customers: u64,
    /// Each row and how often it occurred.
    kept: BTreeMap<u128, (Box<[f64]>, u64)>,
}

impl Sample {
    /// Numbers in each row; zero before the first row.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// Number of rows seen.
    pub(super) const fn customers(&self) -> u64 {
        self.customers
    }

    /// Adds a row. Negative zero becomes zero.
    pub(super) fn add(&mut self, function: &'static str, row: &[f64]) -> Result<(), ClusterError> {
        self.agree_on_width(function, row.len())?;
        self.customers += 1;
        self.put(row, 1);
        Ok(())
    }

    /// Merges the state of another part of the rows.
    pub(super) fn merge(
        &mut self,
        function: &'static str,
        customers: u64,
        width: usize,
        values: &[f64],
        counts: impl Iterator<Item = u64>,
    ) -> Result<(), ClusterError> {
        if customers == 0 {
            return Ok(());
        }
        self.agree_on_width(function, width)?;
        self.customers += customers;
        for (row, count) in values.chunks_exact(width).zip(counts) {
            self.put(row, count);
        }
        Ok(())
    }

    fn agree_on_width(&mut self, function: &'static str, found: usize) -> Result<(), ClusterError> {
        match self.width {
            0 if found == 0 => Err(ClusterError::Empty { function, argument: "features" }),
            0 => {
                self.width = found;
                Ok(())
            }
            expected if expected == found => Ok(()),
            expected => Err(ClusterError::Length { function, argument: "features", found, expected }),
        }
    }

    fn put(&mut self, row: &[f64], count: u64) {
        let mut hasher = Xxh3Default::new();
        for value in row {
            // Adding zero turns -0 into +0 and changes nothing else.
            hasher.update(&(value + 0.0).to_bits().to_le_bytes());
        }
        let hash = hasher.digest128();
        if let Some((_, seen)) = self.kept.get_mut(&hash) {
            *seen += count;
            return;
        }
        if self.kept.len() < MOST_ROWS {
            self.kept.insert(hash, (row.iter().map(|value| value + 0.0).collect(), count));
        } else if self.kept.last_key_value().is_some_and(|(largest, _)| hash < *largest) {
            self.kept.pop_last();
            self.kept.insert(hash, (row.iter().map(|value| value + 0.0).collect(), count));
        }
    }

    /// Rows and their counts, for a partial state.
    pub(super) fn parts(&self) -> (Vec<f64>, Vec<u64>) {
        let values = self.kept.values().flat_map(|(row, _)| row.iter().copied()).collect();
        (values, self.kept.values().map(|(_, count)| *count).collect())
    }

    /// The rows sorted by their values, the form used for computing.
    pub(super) fn sorted(&self) -> Rows {
        let mut rows: Vec<(&[f64], u64)> = self.kept.values().map(|(row, count)| (row.as_ref(), *count)).collect();
        rows.sort_by(|left, right| compare(left.0, right.0));
        Rows {
            width: self.width,
            values: rows.iter().flat_map(|(row, _)| row.iter().copied()).collect(),
            counts: rows.iter().map(|(_, count)| *count).collect(),
        }
    }

    /// Number of bytes held.
    pub(super) fn size(&self) -> usize {
        // The numbers of a row, its key, count, pointer and share of the tree's nodes.
        self.kept.len() * (self.width * size_of::<f64>() + 64)
    }
}

/// Compares two rows by the first number in which they differ.
pub(super) fn compare(left: &[f64], right: &[f64]) -> std::cmp::Ordering {
    left.iter()
        .zip(right)
        .map(|(one, other)| one.total_cmp(other))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

/// Different rows, one after another, each with the number of customers it represents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    /// Numbers in each row.
    pub(super) width: usize,
    /// The rows' numbers.
    pub(super) values: Vec<f64>,
    /// Customers of each row.
    pub(super) counts: Vec<u64>,
}

impl Rows {
    pub(super) fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// Number of customers that the rows represent.
    pub(super) fn customers(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// At most `most` customers, evenly spaced in row order (a systematic sample, which this order makes representative
    /// in at least the first feature). Returns all of them if there are no more than `most`.
    pub(super) fn thinned(&self, most: u64) -> Self {
        let customers = self.customers();
        if customers <= most {
            return self.clone();
        }
        let (mut values, mut counts) = (Vec::new(), Vec::new());
        let (mut passed, mut taken) = (0_u64, 0_u64);
        for (row, count) in self.iter().zip(&self.counts) {
            passed += count;
            // Position i of `most` is customer (2i + 1) x customers / (2 x most), counted from 0.
            let before = taken;
            while taken < most
                && (2 * u128::from(taken) + 1) * u128::from(customers) < 2 * u128::from(most) * u128::from(passed)
            {
                taken += 1;
            }
            if taken > before {
                values.extend_from_slice(row);
                counts.push(taken - before);
            }
        }
        Self { width: self.width, values, counts }
    }
}
