//! Duplicate rows: the definition of equal rows, and the set of rows seen so far.
//!
//! Two rows of a source are equal if the texts of all of their cells are, without quotes and including undeclared
//! columns, unless these are declared to be ignored; rows of Parquet, which are not text, are equal if all of their values are. Files may differ in column order
//! and quoting, so a row's canonical text is hashed: the declared columns in
//! their order, then the others by name, with quotes only around cells that need them. In a file whose columns have
//! that order, a record without quotes is its own canonical text and is hashed directly.

use std::{
    mem,
    sync::{Mutex, PoisonError},
};

use hashbrown::HashTable;
use memchr::{memchr, memchr3};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

use super::layout::Layout;
use super::seen::{RowsToSee, Seen, SeenRows};
use super::typed::TypedCells;
use crate::extract::frame::{Quotes, Signs, TextPage};

pub(super) const SHARDS: usize = 64;

/// 96 bits of a hash; the shard number adds 6 more. Among 10 billion rows, the chance that two different ones collide
/// is one in a hundred billion. Three words need a quarter less memory than the whole hash.
type Key = [u32; 3];

/// Rows, each of which counts once, shared by all threads.
#[derive(Debug)]
pub struct DuplicateFilter {
    shards: Vec<Mutex<HashTable<Key>>>,
}

impl Default for DuplicateFilter {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::new(HashTable::new())).collect() }
    }
}

impl Clone for DuplicateFilter {
    fn clone(&self) -> Self {
        let shards = self.shards.iter();
        let copied = shards.map(|shard| Mutex::new(shard.lock().unwrap_or_else(PoisonError::into_inner).clone()));
        Self { shards: copied.collect() }
    }
}

impl DuplicateFilter {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes all rows.
    pub fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = HashTable::new();
        }
    }

    /// The number of distinct rows.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.sum(HashTable::len)
    }

    /// The memory of the set, in bytes.
    pub fn memory_size(&self) -> usize {
        mem::size_of::<Self>() + SHARDS * mem::size_of::<Mutex<HashTable<Key>>>() + self.sum(HashTable::allocation_size)
    }

    fn sum(&self, f: impl Fn(&HashTable<Key>) -> usize) -> usize {
        self.shards.iter().map(|shard| f(&shard.lock().unwrap_or_else(PoisonError::into_inner))).sum()
    }
}

fn shard_of(hash: u128) -> usize {
    (hash >> 122) as usize
}

fn key_of(hash: u128) -> Key {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32]
}

/// The key is a hash already: the table takes the position from its low bits and the tag from its highest bits.
fn table_hash(key: &Key) -> u64 {
    u64::from(key[0]) | (u64::from(key[1]) << 32)
}

impl SeenRows for DuplicateFilter {
    /// Each row counts once.
    fn enter(&self, rows: RowsToSee<'_>, seen: &mut Vec<Seen>) {
        let offset = seen.len();
        seen.resize(offset + rows.hashes.len(), Seen::Duplicate);
        by_shard(rows.hashes, |shard, numbers| {
            let mut table = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
            for number in numbers {
                let hash = rows.hashes[*number as usize];
                let key = key_of(hash);
                let entry = table.entry(table_hash(&key), |other| *other == key, table_hash);
                if let hashbrown::hash_table::Entry::Vacant(vacant) = entry {
                    vacant.insert(key);
                    seen[offset + *number as usize] = Seen::First;
                }
            }
        });
    }
}

/// Hands over the rows of each shard that has some, so that each lock is taken once: a counting sort.
pub(super) fn by_shard(hashes: &[u128], mut work: impl FnMut(usize, &[u32])) {
    let mut ends = [0_u32; SHARDS + 1];
    for hash in hashes {
        ends[shard_of(*hash) + 1] += 1;
    }
    for shard in 0..SHARDS {
        ends[shard + 1] += ends[shard];
    }
    let mut next = ends;
    let mut order = vec![0_u32; hashes.len()];
    for (i, hash) in hashes.iter().enumerate() {
        let slot = &mut next[shard_of(*hash)];
        order[*slot as usize] = i as u32;
        *slot += 1;
    }
    for shard in 0..SHARDS {
        let rows = &order[ends[shard] as usize..ends[shard + 1] as usize];
        if !rows.is_empty() {
            work(shard, rows);
        }
    }
}

/// The hash of a row's canonical text: the cells in the layout's order.
pub(super) fn row_hash(
    page: &TextPage<'_>,
    row: &[u32],
    layout: &Layout,
    canonical: &mut Vec<u8>,
    scratch: &mut Vec<u8>,
) -> u128 {
    let Signs { delimiter, quote } = page.signs;
    let compared = if layout.in_hash_order { layout.hash_order.len() } else { layout.width };
    let record = &page.data[row[0] as usize..row[compared] as usize - 1];
    let quoted = match page.quotes {
        Quotes::None => page.holds_signs,
        _ => memchr(page.quote, record).is_some(),
    };
    if layout.in_hash_order && !quoted {
        return xxh3_128_with_seed(record, layout.hash_seed);
    }
    canonical.clear();
    for (i, place) in layout.hash_order.iter().enumerate() {
        if i > 0 {
            canonical.push(delimiter);
        }
        let Some(place) = *place else { continue };
        let cell = &page.data[row[place] as usize..row[place + 1] as usize - 1];
        if !quoted {
            canonical.extend_from_slice(cell);
            continue;
        }
        let text = page.text(cell, scratch);
        if memchr3(quote, delimiter, b'\n', text).is_none() {
            canonical.extend_from_slice(text);
            continue;
        }
        canonical.push(quote);
        for byte in text {
            if *byte == quote {
                canonical.push(quote);
            }
            canonical.push(*byte);
        }
        canonical.push(quote);
    }
    xxh3_128_with_seed(canonical, layout.hash_seed)
}

/// The hash of a row's values, for formats whose rows are not text: every declared column, and the hash of the others.
pub(super) fn value_row_hash(
    cells: &(impl TypedCells + ?Sized),
    columns: usize,
    row: usize,
    undeclared: u128,
    scratch: &mut Vec<u8>,
) -> u128 {
    scratch.clear();
    for column in 0..columns {
        match cells.value(column, row) {
            Some(value) => value.write(scratch),
            None => scratch.push(0),
        }
    }
    scratch.extend_from_slice(&undeclared.to_le_bytes());
    xxh3_128(scratch)
}
