//! The folder `erasures` of a warehouse: tombstones of erased persons and their key, certificates, and what an
//! interrupted erasure has still to do. Only its owner can read it.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::folders::{close_to_others, make_folder};
use super::switch::sync_folder;
use super::tombstone_key::{self, KeyFault};
use super::{PublishError, Warehouse};
use crate::identity::{TombstoneHash, TombstoneHasher, TombstoneSecrets, Tombstones};

const FOLDER: &str = "erasures";
const TOMBSTONES: &str = "tombstones.jsonl";
const KEY: &str = "tombstones.key";
/// What an interrupted erasure has still to do.
pub const PENDING: &str = "pending.json";

/// One line of the tombstones.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    hash: String,
    erased_on: NaiveDate,
}

/// What a certificate says of tombstones.
#[derive(Debug, Deserialize)]
struct Certified {
    #[serde(default)]
    tombstones: u64,
}

impl Warehouse {
    /// The persons whom the warehouse has forgotten; `None` if there are none. A remote warehouse has none.
    ///
    /// # Errors
    /// Files that cannot be read, and tombstones that were there and are not.
    pub fn tombstones(&self, secrets: TombstoneSecrets<'_>) -> Result<Option<Tombstones>, PublishError> {
        let path = self.erasures().join(TOMBSTONES);
        if self.remote().is_some() {
            return Ok(None);
        }
        let expected = self.expected_tombstones()?;
        let lost = |path: &Path, fault: String| PublishError::TombstonesLost { path: path.to_owned(), fault };
        if !path.exists() {
            return match expected {
                0 => Ok(None),
                _ => Err(lost(&path, "the tombstones of an earlier erasure are gone".to_owned())),
            };
        }
        let key = self.erasures().join(KEY);
        if !key.exists() {
            return Err(lost(&key, "the key of the tombstones is gone".to_owned()));
        }
        let text = fs::read_to_string(&path).map_err(PublishError::io("read", &path))?;
        let hasher = self.tombstone_hasher(secrets)?;
        let mut entries = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let damaged = || {
                let fault = std::io::Error::other("a line is not a tombstone; put the file back from a copy");
                PublishError::io("read", &path)(fault)
            };
            let line: Line = serde_json::from_str(line).map_err(|_| damaged())?;
            let hash = blake3::Hash::from_hex(&line.hash).map_err(|_| damaged())?;
            entries.push((*hash.as_bytes(), line.erased_on.to_epoch_days()));
        }
        if (entries.len() as u64) < expected {
            return Err(lost(&path, format!("{} of {expected} tombstones are left", entries.len())));
        }
        let tombstones = Tombstones::new(hasher, entries);
        if expected > 0 && !tombstones.has_check() {
            return Err(lost(&key, "it is not the key with which the tombstones were made".to_owned()));
        }
        Ok(Some(tombstones))
    }

    /// How many tombstones there are.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn tombstone_count(&self) -> Result<u64, PublishError> {
        if self.remote().is_some() {
            return Ok(0);
        }
        let text = self.erasure(TOMBSTONES)?.unwrap_or_default();
        Ok(text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count() as u64)
    }

    /// How many there must be: what certificates and the current snapshot say. Older versions did not count.
    fn expected_tombstones(&self) -> Result<u64, PublishError> {
        let mut expected = self.snapshot()?.map_or(0, |snapshot| snapshot.tombstones);
        let folder = self.erasures();
        if !folder.exists() {
            return Ok(expected);
        }
        for entry in fs::read_dir(&folder).map_err(PublishError::io("list", &folder))? {
            let path = entry.map_err(PublishError::io("list", &folder))?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let text = fs::read(&path).map_err(PublishError::io("read", &path))?;
            let certificate: Option<Certified> = serde_json::from_slice(&text).ok();
            expected = expected.max(certificate.map_or(0, |certificate| certificate.tombstones));
        }
        Ok(expected)
    }

    /// A hash that distinguishes one set of tombstones from another; empty without any.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn forgotten(&self) -> Result<String, PublishError> {
        if self.remote().is_some() {
            return Ok(String::new());
        }
        let text = self.erasure(TOMBSTONES)?;
        Ok(text.map(|text| blake3::hash(&text).to_hex().to_string()).unwrap_or_default())
    }

    /// What hashes under the warehouse's own key, which is made when it is first needed, and locked by the secret of
    /// identity if there is one.
    ///
    /// # Errors
    /// A key that cannot be read or written, or that another secret has locked.
    pub fn tombstone_hasher(&self, secrets: TombstoneSecrets<'_>) -> Result<TombstoneHasher, PublishError> {
        let path = self.erasures().join(KEY);
        if !path.exists() {
            let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(uuid::Uuid::into_bytes).concat();
            let key = *blake3::hash(&random).as_bytes();
            self.put_erasure(KEY, tombstone_key::closed(&key, secrets).as_bytes())?;
        }
        let text = fs::read_to_string(&path).map_err(PublishError::io("read", &path))?;
        let (key, wanted) = tombstone_key::opened(&text, secrets).map_err(|fault| match fault {
            KeyFault::Damaged => {
                PublishError::io("read", &path)(std::io::Error::other("it is not a key; put the file back from a copy"))
            }
            KeyFault::Locked(ids) => PublishError::TombstonesLocked { path: path.clone(), ids: ids.join(", ") },
        })?;
        if let Some(wanted) = wanted {
            self.put_erasure(KEY, wanted.as_bytes())?;
        }
        Ok(TombstoneHasher::new(key))
    }

    /// Whether an erasure was interrupted.
    pub fn has_open_erasure(&self) -> bool {
        let left = [PENDING.to_owned(), draft_of(PENDING)];
        self.remote().is_none() && left.iter().any(|name| self.erasures().join(name).exists())
    }

    /// Adds tombstones that are not there yet. Returns how many there are.
    ///
    /// # Errors
    /// Files that cannot be written.
    pub fn add_tombstones(&self, hashes: &[TombstoneHash], erased_on: NaiveDate) -> Result<u64, PublishError> {
        let path = self.erasures().join(TOMBSTONES);
        let mut text = if path.exists() {
            fs::read_to_string(&path).map_err(PublishError::io("read", &path))?
        } else {
            String::new()
        };
        for hash in hashes {
            let hash = blake3::Hash::from_bytes(*hash).to_hex().to_string();
            if !text.contains(&hash) {
                text.push_str(&serde_json::json!(Line { hash, erased_on }).to_string());
                text.push('\n');
            }
        }
        self.put_erasure(TOMBSTONES, text.as_bytes())?;
        self.tombstone_count()
    }

    /// Writes a file of the folder, whole or not at all.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn put_erasure(&self, name: &str, text: &[u8]) -> Result<(), PublishError> {
        let folder = self.erasures();
        make_folder(&folder)?;
        close_to_others(&folder)?;
        let (path, draft) = (folder.join(name), folder.join(draft_of(name)));
        let write = || -> std::io::Result<()> {
            let mut file = private(&draft)?;
            file.write_all(text)?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        write().map_err(PublishError::io("write", &path))?;
        sync_folder(&folder)
    }

    /// A file of the folder, if it is there.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn erasure(&self, name: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let path = self.erasures().join(name);
        match fs::read(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PublishError::io("read", &path)(error)),
        }
    }

    /// Removes what a killed process left of a file that it was writing.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn clear_erasure(&self, name: &str) -> Result<(), PublishError> {
        let path = self.erasures().join(draft_of(name));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PublishError::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Removes a file of the folder.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn remove_erasure(&self, name: &str) -> Result<(), PublishError> {
        let path = self.erasures().join(name);
        fs::remove_file(&path).map_err(PublishError::io("remove", &path))?;
        sync_folder(&self.erasures())
    }

    fn erasures(&self) -> PathBuf {
        self.root().join(FOLDER)
    }

    /// Its folder, if it is on this machine.
    pub fn local_folder(&self) -> Option<&Path> {
        if self.remote().is_some() { None } else { Some(self.root()) }
    }
}

/// The name of a file while it is written.
fn draft_of(name: &str) -> String {
    format!(".{name}.draft")
}

/// A file that only its owner can read.
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}
