//! The keys seen of a source whose rows are versions of each other: finds repeated rows and, at the price of the same
//! memory as a set of rows, keys that come again with other values.
//!
//! The set holds 62 bits of each key's hash (six of them are the shard's number) and 40 bits of its row's hash. A row with
//! a known key and the same 40 bits is a duplicate: that two different rows of one key agree in them has a chance of one
//! in a million million. A key with other bits is noted; so is, very rarely, one of two keys that agree in 62 bits. Rows
//! of noted keys are read again and compared whole, so that this costs time and never a row.

use std::collections::HashSet;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::dedup::{SHARDS, by_shard};
use super::row_filter::RowFilter;
use super::seen::{RowsToSee, Seen, SeenRows};

/// 56 bits of a key's hash, then 40 bits of its row's.
type Slot = [u32; 3];

/// The bits of a tag's upper half that the set distinguishes: the shard's six and the slot's 56.
const KEY_BITS: u64 = !(0b11 << 56);

/// A key's hash and, in the lower half, its row's: what a [`KeyFilter`] compares.
pub(super) fn tag(key: u128, row: u128) -> u128 {
    (key >> 64 << 64) | (row & u128::from(u64::MAX))
}

/// The part of a tag by which keys are noted.
pub(super) fn noted(tag: u128) -> u64 {
    (tag >> 64) as u64 & KEY_BITS
}

/// Keys, and groups of keys, some of whose rows may be versions of each other.
#[derive(Debug, Default)]
pub struct Noted {
    keys: HashSet<u64>,
    groups: HashSet<u64>,
}

impl Noted {
    /// Whether a row's key or group is noted; `None` means without a key, or without a group.
    pub(super) fn holds(&self, key: Option<u128>, group: Option<u128>) -> bool {
        key.is_some_and(|key| self.keys.contains(&noted(key)))
            || group.is_some_and(|group| self.groups.contains(&noted(group)))
    }

    /// Bytes it holds.
    pub fn memory_size(&self) -> usize {
        // A slot of the table has a byte of its own, and a quarter of the slots are free.
        (self.keys.capacity() + self.groups.capacity()) * (mem::size_of::<u64>() + 2)
    }
}

/// The keys seen of one source, shared by all threads.
#[derive(Debug, Default)]
pub struct KeyFilter {
    keys: Tags,
    /// The groups of keys, with the delivery of each instead of a row.
    groups: Tags,
    /// Rows with an empty cell in the key.
    without_key: RowFilter,
}

impl KeyFilter {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The memory of the set, in bytes.
    pub fn memory_size(&self) -> usize {
        let sets = self.keys.memory_size() + self.groups.memory_size() + self.without_key.memory_size();
        mem::size_of::<Self>() + sets
    }

    /// From now on, no row of a delivery before this one comes.
    pub fn set_oldest(&self, delivery: u32) {
        self.without_key.set_oldest(delivery);
    }

    /// The keys and groups that came again with other values; `None` if there are none.
    pub fn noted(&self) -> Option<Noted> {
        let noted = Noted { keys: self.keys.noted(), groups: self.groups.noted() };
        (!noted.keys.is_empty() || !noted.groups.is_empty()).then_some(noted)
    }
}

impl SeenRows for KeyFilter {
    fn enter(&self, rows: RowsToSee<'_>, seen: &mut Vec<Seen>) {
        if rows.without_key.is_empty() {
            self.keys.enter(rows.hashes, seen);
            return;
        }
        let (mut with, mut without) = (Vec::new(), Vec::new());
        let mut numbers = rows.without_key.iter().peekable();
        for (hash, number) in rows.hashes.iter().zip(0..) {
            match numbers.next_if(|next| **next == number) {
                Some(_) => without.push(*hash),
                None => with.push(*hash),
            }
        }
        let (mut seen_with, mut seen_without) = (Vec::new(), Vec::new());
        self.keys.enter(&with, &mut seen_with);
        self.without_key.enter(RowsToSee { hashes: &without, without_key: &[], ..rows }, &mut seen_without);
        let (mut with, mut without) = (seen_with.into_iter(), seen_without.into_iter());
        let mut numbers = rows.without_key.iter().peekable();
        seen.extend((0..rows.hashes.len()).filter_map(|number| {
            let is_without = numbers.next_if(|next| **next as usize == number).is_some();
            if is_without { without.next() } else { with.next() }
        }));
    }

    fn enter_groups(&self, tags: &[u128]) {
        self.groups.enter(tags, &mut Vec::new());
    }
}

#[derive(Debug)]
struct Tags {
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug, Default)]
struct Shard {
    slots: HashTable<Slot>,
    noted: HashSet<u64>,
}

impl Default for Tags {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Tags {
    fn enter(&self, tags: &[u128], seen: &mut Vec<Seen>) {
        let offset = seen.len();
        seen.resize(offset + tags.len(), Seen::Duplicate);
        by_shard(tags, |shard, rows| {
            let mut shard = lock(&self.shards[shard]);
            for row in rows {
                let tag = tags[*row as usize];
                let slot = slot_of(tag);
                match shard.slots.entry(table_hash(&slot), |other| is_same_key(other, &slot), table_hash) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(slot);
                        seen[offset + *row as usize] = Seen::First;
                    }
                    Entry::Occupied(known) if *known.get() == slot => {}
                    Entry::Occupied(_) => {
                        shard.noted.insert(noted(tag));
                    }
                }
            }
        });
    }

    fn noted(&self) -> HashSet<u64> {
        self.shards.iter().flat_map(|shard| lock(shard).noted.iter().copied().collect::<Vec<_>>()).collect()
    }

    fn memory_size(&self) -> usize {
        let shards = self.shards.iter().map(lock);
        shards.map(|shard| shard.slots.allocation_size() + shard.noted.capacity() * (mem::size_of::<u64>() + 2)).sum()
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slot_of(tag: u128) -> Slot {
    let key = (tag >> 64) as u64;
    [key as u32, (key >> 32) as u32 & 0x00FF_FFFF | (((tag >> 32) as u32) << 24), tag as u32]
}

fn is_same_key(one: &Slot, other: &Slot) -> bool {
    one[0] == other[0] && (one[1] ^ other[1]) & 0x00FF_FFFF == 0
}

/// Only of the key's bits, which are a hash already: the table takes the position from its low bits and the tag from its
/// highest, so that these are other ones.
fn table_hash(slot: &Slot) -> u64 {
    let key = u64::from(slot[0]) | (u64::from(slot[1] & 0x00FF_FFFF) << 32);
    key | (key >> 49 << 57)
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_128;

    use super::*;

    fn hash(text: &str) -> u128 {
        xxh3_128(text.as_bytes())
    }

    fn seen(filter: &KeyFilter, rows: &[(&str, &str)]) -> Vec<bool> {
        let tags: Vec<u128> = rows.iter().map(|(key, row)| tag(hash(key), hash(row))).collect();
        let mut seen = Vec::new();
        filter.enter(RowsToSee { hashes: &tags, without_key: &[], delivery: 0 }, &mut seen);
        seen.into_iter().map(|seen| seen == Seen::First).collect()
    }

    #[test]
    fn equal_rows_are_duplicates_and_other_rows_of_a_key_are_noted() {
        let filter = KeyFilter::new();
        assert_eq!(seen(&filter, &[("1", "1,a"), ("2", "2,a"), ("1", "1,a")]), [true, true, false]);
        assert!(filter.noted().is_none());
        assert_eq!(seen(&filter, &[("2", "2,b")]), [false]);
        let noted = filter.noted().unwrap();
        assert!(noted.holds(Some(tag(hash("2"), 0)), None) && !noted.holds(Some(tag(hash("1"), 0)), None));
    }

    #[test]
    fn rows_without_a_key_are_counted_by_delivery_beside_the_others() {
        let filter = KeyFilter::new();
        let tags: Vec<u128> = ["x", "k", "x", "k"].map(|text| tag(hash(text), hash(text))).to_vec();
        let mut seen = Vec::new();
        for delivery in 0..2 {
            filter.enter(RowsToSee { hashes: &tags, without_key: &[0, 2], delivery }, &mut seen);
        }
        assert_eq!(seen[..4], [Seen::First, Seen::First, Seen::Again, Seen::Duplicate]);
        assert!(seen[4..].iter().all(|seen| *seen == Seen::Duplicate) && filter.noted().is_none());
    }

    #[test]
    fn many_keys_are_told_apart_in_little_memory() {
        let filter = KeyFilter::new();
        let tags: Vec<u128> = (0..100_000_u32).map(|n| tag(xxh3_128(&n.to_le_bytes()), 7)).collect();
        for part in tags.chunks(1000) {
            let mut seen = Vec::new();
            filter.enter(RowsToSee { hashes: part, without_key: &[], delivery: 0 }, &mut seen);
            assert!(seen.iter().all(|seen| *seen == Seen::First));
        }
        assert!(filter.noted().is_none());
        // 12 bytes of a slot and one of the table, at a load of at least 7/16.
        assert!(filter.memory_size() < 100_000 * 13 * 16 / 7 + 72 * 1024, "{}", filter.memory_size());
    }

    #[test]
    fn a_group_in_two_deliveries_is_noted() {
        let filter = KeyFilter::new();
        filter.enter_groups(&[tag(hash("o1"), 1), tag(hash("o1"), 1), tag(hash("o2"), 1)]);
        assert!(filter.noted().is_none());
        filter.enter_groups(&[tag(hash("o2"), 2)]);
        let noted = filter.noted().unwrap();
        assert!(noted.holds(None, Some(tag(hash("o2"), 0))) && !noted.holds(None, Some(tag(hash("o1"), 0))));
    }
}
