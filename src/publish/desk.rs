//! A private local folder where a remote warehouse is staged and into which its tables are fetched.
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

/// A private folder, removed when dropped.
#[derive(Debug)]
pub(super) struct Desk {
    folder: PathBuf,
    stays: AtomicBool,
    _lock: Lock,
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !self.stays.load(Ordering::Relaxed) {
            // A later run removes what cannot be removed now.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Desk {
    /// Creates a folder that only its owner can read, and removes those of killed processes.
    pub(super) fn make() -> Result<Self, PublishError> {
        let home = std::env::temp_dir();
        clear_left_over(&home);
        let folder = home.join(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()));
        let made = DirBuilder::new().mode(0o700).create(&folder);
        made.map_err(PublishError::io("create the folder", &folder))?;
        let lock = Lock::take(&folder, "")?;
        Ok(Self { folder, stays: AtomicBool::new(false), _lock: lock })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Leaves the folder for inspection until the next run.
    pub(super) fn leave(&self) {
        self.stays.store(true, Ordering::Relaxed);
    }
}

/// Best effort, to free disk space: what cannot be read or removed stays.
fn clear_left_over(home: &Path) {
    let ours = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_named_so = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let Some(found) = is_named_so.then(|| path.symlink_metadata().ok()).flatten() else { continue };
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
        let desk = Desk::make().unwrap();
        let folder = desk.folder().to_owned();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        drop(desk);
        assert!(!folder.exists());
        let desk = Desk::make().unwrap();
        let folder = desk.folder().to_owned();
        desk.leave();
        drop(desk);
        assert!(folder.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
