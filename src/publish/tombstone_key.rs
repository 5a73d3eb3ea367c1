//! The key of the tombstones of a warehouse. It is random and never changes, or tombstones would match nobody any more.
//! With a secret of identity, its file holds it locked by that secret, so that the folder alone says nothing.

use crate::identity::{KeySecret, TOMBSTONE_KEY_BYTES, TombstoneSecrets};

/// Begins a line with a locked key.
const LOCKED: &str = "locked";
/// What a locked key is recognised by.
const CHECKED: &[u8] = b"the key of tombstones";

type Key = [u8; TOMBSTONE_KEY_BYTES];

/// Why a file gives no key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum KeyFault {
    /// It does not hold a key.
    Damaged,
    /// It is locked by secrets with these ids.
    Locked(Vec<String>),
}

/// The key of a file, and the text that the file should have now, if that is another one.
pub(super) fn opened(text: &str, secrets: TombstoneSecrets<'_>) -> Result<(Key, Option<String>), KeyFault> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let of = |secret: &KeySecret| lines.iter().find_map(|line| unlocked(line, secret));
    let plain = || lines.iter().find_map(|line| parsed(line.trim()));
    let now = match secrets.now {
        Some(secret) => of(secret),
        None => plain(),
    };
    if let Some(key) = now {
        // Lines for former secrets are left out: they may be known to somebody.
        let wanted = (lines.len() > 1).then(|| closed(&key, secrets));
        return Ok((key, wanted));
    }
    let Some(key) = secrets.before.and_then(of).or_else(plain) else {
        let ids: Vec<String> = lines.iter().filter_map(|line| Some(line.split(' ').nth(1)?.to_owned())).collect();
        return Err(if ids.is_empty() { KeyFault::Damaged } else { KeyFault::Locked(ids) });
    };
    // The old line stays until the new secret is used again: a run that fails can be repeated with the old one. An open
    // key does not stay.
    let old: String = match secrets.before {
        Some(_) => lines.iter().map(|line| format!("{line}\n")).collect(),
        None => String::new(),
    };
    Ok((key, Some(old + &closed(&key, secrets))))
}

/// The text of a file with this key.
pub(super) fn closed(key: &Key, secrets: TombstoneSecrets<'_>) -> String {
    let hex = |bytes: Key| blake3::Hash::from_bytes(bytes).to_hex();
    let Some(secret) = secrets.now else { return format!("{}\n", hex(*key)) };
    let number = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(uuid::Uuid::into_bytes).concat();
    let number: Key = *blake3::hash(&number).as_bytes();
    let check = *blake3::keyed_hash(key, CHECKED).as_bytes();
    format!("{LOCKED} {} {} {} {}\n", secret.id(), hex(number), hex(masked(key, secret, &number)), hex(check))
}

fn unlocked(line: &str, secret: &KeySecret) -> Option<Key> {
    let [kind, id, number, locked, check] = line.split(' ').collect::<Vec<_>>()[..] else { return None };
    let key = masked(&parsed(locked)?, secret, &parsed(number)?);
    let is_it = kind == LOCKED && id == secret.id() && *blake3::keyed_hash(&key, CHECKED).as_bytes() == parsed(check)?;
    is_it.then_some(key)
}

/// Locks an open key, and opens a locked one.
fn masked(key: &Key, secret: &KeySecret, number: &Key) -> Key {
    let mask = blake3::keyed_hash(secret.tombstone_lock(), number);
    let mut masked = *key;
    masked.iter_mut().zip(mask.as_bytes()).for_each(|(byte, mask)| *byte ^= mask);
    masked
}

fn parsed(text: &str) -> Option<Key> {
    blake3::Hash::from_hex(text.trim()).ok().map(|hash| *hash.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = [7; TOMBSTONE_KEY_BYTES];

    fn secret(letter: char) -> KeySecret {
        KeySecret::new(&letter.to_string().repeat(20)).unwrap()
    }

    fn secrets<'a>(now: Option<&'a KeySecret>, before: Option<&'a KeySecret>) -> TombstoneSecrets<'a> {
        TombstoneSecrets { now, before }
    }

    #[test]
    fn only_its_secret_opens_a_locked_key() {
        let (one, other) = (secret('a'), secret('b'));
        let text = closed(&KEY, secrets(Some(&one), None));
        assert!(!text.contains(&"07".repeat(4)), "{text}");
        assert_eq!(opened(&text, secrets(Some(&one), None)), Ok((KEY, None)));
        let locked = Err(KeyFault::Locked(vec![one.id().to_owned()]));
        assert_eq!(opened(&text, secrets(Some(&other), None)), locked);
        assert_eq!(opened(&text, secrets(None, None)), locked);
        assert_eq!(opened("x\n", secrets(None, None)), Err(KeyFault::Damaged));
        // A damaged line opens nothing.
        let damaged = text.replacen(&text[60..62], "zz", 1);
        assert!(opened(&damaged, secrets(Some(&one), None)).is_err());
    }

    #[test]
    fn a_new_secret_takes_the_key_over() {
        let (one, other) = (secret('a'), secret('b'));
        let text = closed(&KEY, secrets(Some(&one), None));
        let (key, both) = opened(&text, secrets(Some(&other), Some(&one))).unwrap();
        let both = both.unwrap();
        assert_eq!(key, KEY);
        // Both open it until the new one is used again.
        assert_eq!(opened(&both, secrets(Some(&one), None)).unwrap().0, KEY);
        let (key, only) = opened(&both, secrets(Some(&other), None)).unwrap();
        assert_eq!(key, KEY);
        assert!(opened(&only.unwrap(), secrets(Some(&one), None)).is_err());
    }

    #[test]
    fn the_first_secret_locks_an_open_key() {
        let one = secret('a');
        let open = closed(&KEY, secrets(None, None));
        assert_eq!(opened(&open, secrets(None, None)), Ok((KEY, None)));
        let (key, text) = opened(&open, secrets(Some(&one), None)).unwrap();
        assert_eq!(key, KEY);
        assert_eq!(opened(&text.unwrap(), secrets(None, None)), Err(KeyFault::Locked(vec![one.id().to_owned()])));
    }
}
