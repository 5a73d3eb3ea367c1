//! A private local folder where a remote warehouse is staged and into which its tables are fetched, or where rows
//! that are only looked at are kept while they are computed.
//!
//! It is in the system's folder for temporary files (`TMPDIR`) and is removed when its process ends. A folder that a
//! killed process left behind is no longer locked; the next run removes it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::PublishError;
use super::lock::Lock;

const PREFIX: &str = "lojal-warehouse-";
/// A folder younger than this may not have its lock yet.
const YOUNG: Duration = Duration::from_secs(60);

/// The folder, removed when dropped.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: PathBuf,
    is_kept: AtomicBool,
    _lock: Lock,
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if !self.is_kept.load(Ordering::Relaxed) {
            // A later run removes what cannot be removed now.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl PrivateFolder {
    /// Creates a folder that only its owner can read, and removes those of killed processes.
    ///
    /// # Errors
    /// A folder for temporary files that cannot be written.
    pub fn create() -> Result<Self, PublishError> {
        let home = std::env::temp_dir();
        clear_left_over(&home);
        let folder = home.join(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()));
        let created = DirBuilder::new().mode(0o700).create(&folder);
        created.map_err(PublishError::io("create the folder", &folder))?;
        let lock = Lock::take(&folder, "")?;
        Ok(Self { folder, is_kept: AtomicBool::new(false), _lock: lock })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the folder for inspection until the next run.
    pub(super) fn keep(&self) {
        self.is_kept.store(true, Ordering::Relaxed);
    }
}

/// Best effort, to free disk space: what cannot be read or removed stays.
fn clear_left_over(home: &Path) {
    let ours = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_private_folder = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let Some(found) = is_private_folder.then(|| path.symlink_metadata().ok()).flatten() else { continue };
        let is_old = found.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > YOUNG));
        if found.is_dir() && found.uid() == ours && is_old && Lock::take(&path, "").is_ok() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_private_and_removed_unless_it_is_kept() {
        let private = PrivateFolder::create().unwrap();
        let folder = private.folder().to_owned();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        drop(private);
        assert!(!folder.exists());
        let private = PrivateFolder::create().unwrap();
        let folder = private.folder().to_owned();
        private.keep();
        drop(private);
        assert!(folder.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
