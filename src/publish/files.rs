//! Files of a warehouse beside its snapshots: rejected rows of earlier runs, corrections of them.
//!
//! Whoever keeps such files gives them names relative to the warehouse and need not know where it is stored.

use std::fs;
use std::path::{Path, PathBuf};

use super::warehouse::{close_to_others, make_folder};
use super::{PublishError, Warehouse};
use crate::store::Stored;

impl Warehouse {
    /// All files below the folder `relative` (such as `quarantine` or `corrections/orders`), sorted by name; none where
    /// there is no such folder.
    ///
    /// # Errors
    /// A store that cannot be listed.
    pub fn files_below(&self, relative: &str) -> Result<Vec<Stored>, PublishError> {
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

    /// Keeps a copy of the local file `from` as `relative` (such as `corrections/orders/<hash>.parquet`), in place of one
    /// that is there: whoever looks sees the old file or the new one, whole. Its folder is open to the owner alone, since
    /// rows that were rejected or corrected may hold direct identifiers.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub fn put_file(&self, relative: &str, from: &Path) -> Result<(), PublishError> {
        let target = self.root().join(relative);
        let folder = target.parent().map_or_else(|| self.root().to_owned(), Path::to_owned);
        make_folder(&folder)?;
        let first = Path::new(relative).components().next().map(|part| self.root().join(part));
        if let Some(first) = first.filter(|first| *first != target) {
            close_to_others(&first)?;
        }
        let draft = draft_of(&target);
        let copied = fs::copy(from, &draft).and_then(|_| fs::File::open(&draft)?.sync_all());
        let placed = copied.and_then(|()| fs::rename(&draft, &target));
        placed.map_err(|error| {
            // The draft may not even be there.
            let _ = fs::remove_file(&draft);
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
    fn a_file_that_is_put_is_found_with_its_bytes() {
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
