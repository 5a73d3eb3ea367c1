//! What is remembered of persons who were erased from a warehouse: keyed hashes of their records and values, so that the
//! next full extract does not bring them back, and nobody can read or guess from them who they were.

use hashbrown::HashMap;

/// Bytes of the key.
pub const TOMBSTONE_KEY_BYTES: usize = 32;
/// Separates the parts of what is hashed.
const SEPARATOR: &[u8] = &[0x1f];

/// The hash of a record or of a value.
pub type TombstoneHash = [u8; 32];

/// Hashes under one key.
#[derive(Debug, Clone)]
pub struct TombstoneHasher {
    key: [u8; TOMBSTONE_KEY_BYTES],
}

impl TombstoneHasher {
    /// Hashes under this key.
    pub fn new(key: [u8; TOMBSTONE_KEY_BYTES]) -> Self {
        Self { key }
    }

    /// The hash of a source record.
    pub fn record(&self, source: &str, source_id: &str) -> TombstoneHash {
        self.hash("record", source, source_id)
    }

    /// The hash of a value of a key, in the spelling of the records.
    pub fn value(&self, key: &str, value: &str) -> TombstoneHash {
        self.hash("value", key, value)
    }

    /// What stands among the tombstones to show that they were made with this key.
    pub fn check(&self) -> TombstoneHash {
        self.hash("check", "", "")
    }

    fn hash(&self, kind: &str, of: &str, text: &str) -> TombstoneHash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in [kind, of, text] {
            hasher.update(part.as_bytes());
            hasher.update(SEPARATOR);
        }
        *hasher.finalize().as_bytes()
    }
}

/// The tombstones of a warehouse.
#[derive(Debug, Clone)]
pub struct Tombstones {
    hasher: TombstoneHasher,
    /// By hash: the day of the erasure, in days since 1970.
    days: HashMap<TombstoneHash, i32>,
}

impl Tombstones {
    /// Tombstones under the key of `hasher`: hashes with the day of their erasure.
    pub fn new(hasher: TombstoneHasher, entries: impl IntoIterator<Item = (TombstoneHash, i32)>) -> Self {
        let mut days: HashMap<TombstoneHash, i32> = HashMap::new();
        for (hash, day) in entries {
            let known = days.entry(hash).or_insert(day);
            *known = (*known).max(day);
        }
        Self { hasher, days }
    }

    /// Whether they were made with the key, as far as they say it.
    pub fn has_check(&self) -> bool {
        self.days.contains_key(&self.hasher.check())
    }

    /// The day on which a record was erased.
    pub(super) fn record(&self, source: &str, source_id: &str) -> Option<i32> {
        self.days.get(&self.hasher.record(source, source_id)).copied()
    }

    /// The day on which a person with this value was erased.
    pub(super) fn value(&self, key: &str, value: &str) -> Option<i32> {
        self.days.get(&self.hasher.value(key, value)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_depend_on_the_key_and_on_every_part() {
        let (one, other) = (TombstoneHasher::new([1; 32]), TombstoneHasher::new([2; 32]));
        assert_ne!(one.record("crm", "C1"), other.record("crm", "C1"));
        assert_ne!(one.record("crm", "C1"), one.value("crm", "C1"));
        assert_ne!(one.record("crm", "C1"), one.record("cr", "mC1"));
        let tombstones = Tombstones::new(one.clone(), [(one.record("crm", "C1"), 3), (one.record("crm", "C1"), 2)]);
        assert_eq!(tombstones.record("crm", "C1"), Some(3));
        assert_eq!(tombstones.value("email", "C1"), None);
    }
}
