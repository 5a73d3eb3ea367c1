//! Files of a warehouse outside its snapshots: rejected rows of earlier runs and their corrections.
//!
//! Callers name these files relative to the warehouse and need not know where it is stored.

use std::fs;
use std::path::{Path, PathBuf};

use super::folders::{close_to_others, create_private, make_folder, make_private_folder};
use super::{PublishError, Warehouse};
use crate::store::Stored;

impl Warehouse {
    /// All files below the folder `relative` (such as `quarantine` or `corrections/orders`), sorted by name. The list
    /// is empty if the folder does not exist.
    ///
    /// # Errors
    /// When the store cannot be listed.
    pub fn files_below(&self, relative: &str) -> Result<Vec<Stored>, PublishError> {
        if let Some(remote) = self.remote() {
            return remote.files_below(relative);
        }
        let mut files = Vec::new();
        let mut folders = vec![self.root().join(relative)];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(PublishError::io("list", &folder)(error)),
            };
            for entry in entries {
                let entry = entry.map_err(PublishError::io("list", &folder))?;
                let kind = entry.file_type().map_err(PublishError::io("list", &folder))?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let stored = Stored::local(Path::new("."), &entry.path());
                    files.extend(stored.map_err(PublishError::io("read", &entry.path()))?);
                }
            }
        }
        files.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(files)
    }

    /// Stores a copy of the local file `from` as `relative` (such as `corrections/orders/<hash>.parquet`) and replaces
    /// any existing file atomically. Only the owner can open the folder, because rejected and corrected rows may hold
    /// direct identifiers.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_file(&self, relative: &str, from: &Path) -> Result<(), PublishError> {
        if let Some(remote) = self.remote() {
            return remote.put_file(relative, from);
        }
        let target = self.root().join(relative);
        let folder = target.parent().map_or_else(|| self.root().to_owned(), Path::to_owned);
        make_folder(self.root())?;
        make_private_folder(&folder)?;
        let first = Path::new(relative).components().next().map(|part| self.root().join(part));
        if let Some(first) = first.filter(|first| *first != target) {
            close_to_others(&first)?;
        }
        let draft = draft_of(&target);
        let copied = fs::File::open(from).and_then(|mut from| {
            let mut to = create_private(&draft)?;
            std::io::copy(&mut from, &mut to)?;
            to.sync_all()
        });
        let placed = copied.and_then(|()| fs::rename(&draft, &target));
        placed.map_err(|error| {
            // The draft may not exist.
            let _ = fs::remove_file(&draft);
            PublishError::io("write", &target)(error)
        })
    }

    /// Writes a document outside the snapshots, such as `failed/<run_id>/run_results.json`, and replaces an existing one
    /// atomically. Everybody who can read the warehouse can read it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_document(&self, relative: &str, text: &str) -> Result<(), PublishError> {
        if let Some(remote) = self.remote() {
            return remote.put_text(relative, text);
        }
        let target = self.root().join(relative);
        if let Some(folder) = target.parent() {
            make_folder(folder)?;
        }
        let draft = draft_of(&target);
        let written = fs::write(&draft, text).and_then(|()| fs::File::open(&draft)?.sync_all());
        written.and_then(|()| fs::rename(&draft, &target)).map_err(|error| {
            // The draft may not exist, and the folder stays if it holds anything.
            let _ = fs::remove_file(&draft);
            target.parent().into_iter().for_each(|folder| drop(fs::remove_dir(folder)));
            PublishError::io("write", &target)(error)
        })
    }
}

fn draft_of(target: &Path) -> PathBuf {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    target.with_file_name(format!(".{name}.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_file_is_found_with_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::at("w", folder.path()).unwrap();
        assert!(warehouse.files_below("corrections").unwrap().is_empty());
        let from = folder.path().join("local");
        for text in ["one", "two"] {
            fs::write(&from, text).unwrap();
            warehouse.put_file("corrections/orders/a.parquet", &from).unwrap();
        }
        let files = warehouse.files_below("corrections").unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name(), "a.parquet");
        assert_eq!(files[0].read_range(0, 3).unwrap(), "two");
    }
}
