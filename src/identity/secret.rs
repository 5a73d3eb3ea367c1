//! The secret of customer keys. With it, a key says nothing to those who do not have it: the ids of most systems can be
//! counted through, and so can their plain hashes.

use blake3::Hasher;

/// Separates the key of the hash from everything else that is derived from the same secret. Part of every published key.
const KEY_CONTEXT: &str = "lojal 2026-12-01 customer_key of identity";
const ID_CONTEXT: &str = "lojal 2026-12-01 key id of identity";
const LOCK_CONTEXT: &str = "lojal 2026-12-01 lock of the key of tombstones";
/// Letters of a key id.
const ID_LETTERS: usize = 16;

/// What customer keys are made with.
#[derive(Clone)]
pub struct KeySecret {
    key: [u8; 32],
    lock: [u8; 32],
    id: String,
}

/// The secrets that may lock the key of the tombstones.
#[derive(Debug, Clone, Copy, Default)]
pub struct TombstoneSecrets<'a> {
    /// That of the pipeline, if it has one.
    pub now: Option<&'a KeySecret>,
    /// The one before it, while it is replaced.
    pub before: Option<&'a KeySecret>,
}

impl KeySecret {
    /// A shorter secret can be guessed.
    pub const LEAST_BYTES: usize = 16;

    /// From the text of a secret; `None` if it is too short, which blanks around it do not change.
    pub fn new(text: &str) -> Option<Self> {
        if text.trim().len() < Self::LEAST_BYTES {
            return None;
        }
        let key = blake3::derive_key(KEY_CONTEXT, text.as_bytes());
        let mut id = blake3::Hash::from(blake3::derive_key(ID_CONTEXT, text.as_bytes())).to_hex().to_string();
        id.truncate(ID_LETTERS);
        Some(Self { key, lock: blake3::derive_key(LOCK_CONTEXT, text.as_bytes()), id })
    }

    /// Says which secret it is without saying anything about it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What locks the key of the tombstones.
    pub fn tombstone_lock(&self) -> &[u8; 32] {
        &self.lock
    }

    /// A hasher that only the secret can make.
    pub(super) fn hasher(&self) -> Hasher {
        Hasher::new_keyed(&self.key)
    }
}

/// The key stays out of logs and panics.
impl std::fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeySecret({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_its_id_only() {
        let secret = KeySecret::new("0123456789abcdef").unwrap();
        assert_eq!(secret.id().len(), ID_LETTERS);
        assert_eq!(format!("{secret:?}"), format!("KeySecret({})", secret.id()));
        assert_ne!(secret.id(), KeySecret::new("0123456789abcdeg").unwrap().id());
        let key = blake3::Hash::from(secret.key).to_hex().to_string();
        assert!(!key.contains(secret.id()), "the id is not a part of the key");
        assert!(KeySecret::new("0123456789abcde").is_none());
        assert!(KeySecret::new(&" ".repeat(20)).is_none());
        assert!(KeySecret::new("  short secret \n\n\n").is_none());
    }

    /// Keys are published: they must not change with lojal's version.
    #[test]
    fn a_secret_gives_the_same_keys_for_good() {
        let secret = KeySecret::new("a secret of twenty-four b").unwrap();
        let hash = secret.hasher().update(b"crm\x1fA").finalize().to_hex();
        assert_eq!((secret.id(), &hash[..20]), ("14a13e391a7ec56a", "f8019b54210caa8ceb13"));
    }
}
