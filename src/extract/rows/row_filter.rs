//! Which of several equal rows count in a source without a key.
//!
//! Equal rows of one delivery may be facts, such as two equal lines of an order; rows that come again with another
//! delivery are not. So a row counts as often as the delivery has it that has it most often. Each row adds to the number
//! of its delivery, and counts if that number is greater than how often the row has counted so far: in any order of the
//! rows, the sum is the greatest number of all deliveries.
//!
//! Nearly all rows come once. They need the memory of a set: 80 bits of the row's hash, beside the six of the shard's
//! number, and 16 bits of the delivery. Among ten billion rows the chance that two different ones collide is one in two
//! million. Only rows that come again while their delivery is still being read have numbers, in a table of their own.

use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::dedup::{SHARDS, by_shard};
use super::seen::{RowsToSee, Seen, SeenRows};

/// 80 bits of a row's hash; in the upper half of the last word, the delivery in which it came once.
type Slot = [u32; 3];

/// In the place of a delivery: the row has numbers.
const COUNTED: u32 = 0xFFFF;
/// The delivery of the number that says how often a row has counted.
const LOADED: u32 = u32::MAX;
/// Numbers that are kept without a look at which of them are of deliveries that are over.
const NUMBERS_KEPT: usize = 4096;

/// The rows seen of one source, shared by all threads.
#[derive(Debug)]
pub struct RowFilter {
    shards: Vec<Mutex<Shard>>,
    /// The first delivery that may still have rows to come.
    oldest: AtomicU32,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    slots: HashTable<Slot>,
    numbers: HashTable<Number>,
    /// The numbers that remained when those of past deliveries were last removed.
    remained: usize,
}

/// How often a delivery has a row so far.
#[derive(Clone, Copy, Debug)]
struct Number {
    /// As in a slot, without a delivery.
    row: Slot,
    delivery: u32,
    times: u32,
}

impl Default for RowFilter {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), oldest: AtomicU32::new(0) }
    }
}

impl Clone for RowFilter {
    fn clone(&self) -> Self {
        let shards = self.shards.iter().map(|shard| Mutex::new(lock(shard).clone()));
        Self { shards: shards.collect(), oldest: AtomicU32::new(self.oldest.load(Ordering::Relaxed)) }
    }
}

impl RowFilter {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, no row of a delivery before this one comes.
    pub fn set_oldest(&self, delivery: u32) {
        self.oldest.fetch_max(delivery, Ordering::Relaxed);
    }

    /// The memory of the set, in bytes.
    pub fn memory_size(&self) -> usize {
        let shards = self.shards.iter().map(lock);
        let held = shards.map(|shard| shard.slots.allocation_size() + shard.numbers.allocation_size());
        mem::size_of::<Self>() + SHARDS * mem::size_of::<Mutex<Shard>>() + held.sum::<usize>()
    }
}

impl SeenRows for RowFilter {
    fn enter(&self, rows: RowsToSee<'_>, seen: &mut Vec<Seen>) {
        let offset = seen.len();
        seen.resize(offset + rows.hashes.len(), Seen::First);
        let oldest = self.oldest.load(Ordering::Relaxed);
        by_shard(rows.hashes, |shard, numbers| {
            let mut shard = lock(&self.shards[shard]);
            for number in numbers {
                let found = shard.enter(rows.hashes[*number as usize], rows.delivery, oldest);
                seen[offset + *number as usize] = found;
            }
        });
    }
}

impl Shard {
    fn enter(&mut self, hash: u128, delivery: u32, oldest: u32) -> Seen {
        let row = row_of(hash);
        match self.slots.entry(table_hash(&row), |other| is_same_row(other, &row), table_hash) {
            Entry::Vacant(vacant) => {
                vacant.insert(with(row, delivery.min(COUNTED)));
                if delivery >= COUNTED {
                    self.add(row, delivery);
                    self.add(row, LOADED);
                }
                Seen::First
            }
            Entry::Occupied(mut known) => {
                let earlier = known.get()[2] >> 16;
                // A delivery that is over cannot have the row more often than once.
                if earlier != COUNTED && earlier != delivery && earlier < oldest && delivery < COUNTED {
                    *known.get_mut() = with(row, delivery);
                    return Seen::Duplicate;
                }
                *known.get_mut() = with(row, COUNTED);
                if earlier != COUNTED {
                    self.add(row, earlier);
                    self.add(row, LOADED);
                }
                self.number(row, delivery, oldest)
            }
        }
    }

    /// Counts a row that has numbers.
    fn number(&mut self, row: Slot, delivery: u32, oldest: u32) -> Seen {
        if self.numbers.len() > 2 * self.remained + NUMBERS_KEPT {
            self.numbers.retain(|number| number.delivery >= oldest);
            self.remained = self.numbers.len();
        }
        let times = self.add(row, delivery);
        match times > self.times(row, LOADED) {
            true => {
                self.add(row, LOADED);
                Seen::Again
            }
            false => Seen::Duplicate,
        }
    }

    fn times(&self, row: Slot, delivery: u32) -> u32 {
        let found = self.numbers.find(number_hash(&row, delivery), |other| other.is_of(row, delivery));
        found.map_or(0, |number| number.times)
    }

    /// Adds one to a number, and returns it.
    fn add(&mut self, row: Slot, delivery: u32) -> u32 {
        let hash = number_hash(&row, delivery);
        let hash_of = |number: &Number| number_hash(&number.row, number.delivery);
        let mut entry = self.numbers.entry(hash, |other| other.is_of(row, delivery), hash_of).or_insert(Number {
            row,
            delivery,
            times: 0,
        });
        let number = entry.get_mut();
        number.times = number.times.saturating_add(1);
        number.times
    }
}

impl Number {
    fn is_of(&self, row: Slot, delivery: u32) -> bool {
        self.row == row && self.delivery == delivery
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn row_of(hash: u128) -> Slot {
    [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32 & 0xFFFF]
}

fn with(row: Slot, delivery: u32) -> Slot {
    [row[0], row[1], row[2] | delivery << 16]
}

fn is_same_row(one: &Slot, other: &Slot) -> bool {
    one[0] == other[0] && one[1] == other[1] && (one[2] ^ other[2]) & 0xFFFF == 0
}

/// The bits of the row are a hash already.
fn table_hash(slot: &Slot) -> u64 {
    u64::from(slot[0]) | u64::from(slot[1]) << 32
}

fn number_hash(row: &Slot, delivery: u32) -> u64 {
    table_hash(row) ^ u64::from(delivery).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
#[path = "row_filter_tests.rs"]
mod tests;
