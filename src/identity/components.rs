//! Which records belong to one person: union-find over row numbers, and a table from key to first row.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::text_column::TextColumn;

/// Records joined into components, and the labels that join each record.
pub(super) struct Components {
    parents: Vec<u32>,
    /// Bit `l` is set if the record shares its key of label `l` with another record.
    shared: Vec<u16>,
}

impl Components {
    /// `records` separate records.
    pub(super) fn new(records: u32) -> Self {
        Self { parents: (0..records).collect(), shared: vec![0; records as usize] }
    }

    /// Joins the records with equal text in `keys`, the key column of label number `label`.
    pub(super) fn connect(&mut self, keys: &TextColumn, label: usize) {
        let bit = 1_u16 << label;
        let hasher = DefaultHashBuilder::default();
        // Reserve space for all keys at once: growing would hash every text again.
        let mut first_rows: HashTable<u32> = HashTable::with_capacity(keys.valid_count());
        for row in 0..self.parents.len() as u32 {
            let Some(key) = keys.key(row) else { continue };
            let hash = hasher.hash_one(key);
            let entry =
                first_rows.entry(hash, |first| keys.text(*first) == key, |first| hasher.hash_one(keys.text(*first)));
            match entry {
                Entry::Occupied(found) => {
                    let first = *found.get();
                    self.shared[first as usize] |= bit;
                    self.shared[row as usize] |= bit;
                    self.join(first, row);
                }
                Entry::Vacant(free) => {
                    free.insert(row);
                }
            }
        }
    }

    /// The record that represents the component of `row`.
    pub(super) fn find(&mut self, mut row: u32) -> u32 {
        loop {
            let parent = self.parents[row as usize];
            if parent == row {
                return row;
            }
            // Path halving: each lookup shortens the next one.
            let grandparent = self.parents[parent as usize];
            self.parents[row as usize] = grandparent;
            row = grandparent;
        }
    }

    /// The labels through which `row` shares a key with another record.
    pub(super) fn shared(&self, row: u32) -> u16 {
        self.shared[row as usize]
    }

    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.find(left), self.find(right));
        // The lower row is the parent. This needs no ranks and, with path halving, is still logarithmic.
        let (parent, child) = if left < right { (left, right) } else { (right, left) };
        self.parents[child as usize] = parent;
    }
}
