//! The folders of a warehouse, and the staging area of one run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::{PublishError, Snapshot};

/// A warehouse folder, read without a lock.
#[derive(Debug, Clone)]
pub struct Warehouse {
    root: PathBuf,
}

/// A run's own area: the lock, its staging folder, its scratch folder.
#[derive(Debug)]
pub struct Staging {
    warehouse: Warehouse,
    run_id: String,
    keeps_staged_rows: bool,
    _lock: Lock,
}

/// However a run ends short of being killed, it leaves no half-made files behind.
impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        let _ = remove_folder(&self.warehouse.root.join("scratch"));
        if !self.keeps_staged_rows {
            let _ = remove_folder(&self.warehouse.root.join("staging"));
        }
    }
}

impl Warehouse {
    /// The warehouse at a path or a `file://` URL, relative to the project folder. Nothing is made yet.
    ///
    /// # Errors
    /// URLs of other stores.
    pub fn at(url: &str, project: &Path) -> Result<Self, PublishError> {
        let path = match url.split_once("://") {
            None => url,
            Some(("file", path)) => path,
            Some(_) => return Err(PublishError::NotLocal { url: without_credentials(url) }),
        };
        // Joining to `.` would show every path as ./…
        let root = if project == Path::new(".") { PathBuf::from(path) } else { project.join(path) };
        Ok(Self { root })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The pointer that readers follow.
    pub fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    /// Anything but a symlink under the pointer's name was put there by somebody else.
    fn pointer_is_ours(&self) -> Result<(), PublishError> {
        let path = self.current();
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.is_symlink() => Err(PublishError::NotOurs { path }),
            _ => Ok(()),
        }
    }

    pub(super) fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    /// Where a run puts rejected rows.
    pub fn quarantine(&self, run_id: &str) -> PathBuf {
        self.quarantines().join(run_id)
    }

    pub(super) fn quarantines(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Description of the current snapshot, if there is one.
    ///
    /// # Errors
    /// A description that cannot be read.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, PublishError> {
        let path = self.current().join("snapshot.json");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(PublishError::Io { action: "read", path, source }),
        };
        serde_json::from_str(&text).map(Some).map_err(|source| PublishError::Description { path, source })
    }

    /// Takes the lock, clears what broken runs left behind, and makes the run's staging folder.
    ///
    /// # Errors
    /// A lock held by another run, or folders that cannot be made.
    pub fn stage(self, run_id: &str) -> Result<Staging, PublishError> {
        make_folder(&self.root)?;
        self.pointer_is_ours()?;
        let lock = Lock::take(&self.root, run_id)?;
        for left_over in [self.root.join("staging"), self.root.join("scratch")] {
            remove_folder(&left_over)?;
        }
        let staging = Staging { warehouse: self, run_id: run_id.to_owned(), keeps_staged_rows: false, _lock: lock };
        make_folder(&staging.folder())?;
        make_folder(&staging.scratch())?;
        Ok(staging)
    }
}

impl Staging {
    /// The warehouse.
    pub fn warehouse(&self) -> &Warehouse {
        &self.warehouse
    }

    /// The run.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The snapshot in the making.
    pub fn folder(&self) -> PathBuf {
        self.warehouse.root.join("staging").join(&self.run_id)
    }

    /// Spill files and kept tables.
    pub fn scratch(&self) -> PathBuf {
        self.warehouse.root.join("scratch").join(&self.run_id)
    }

    /// Folder of a table in the snapshot in the making, made for its owner alone where restricted.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn table_folder(&self, table: &str, restricted: bool) -> Result<PathBuf, PublishError> {
        let folder = self.folder().join(relative_folder(table, restricted));
        make_folder(&folder)?;
        if restricted {
            close_to_others(&self.folder().join("restricted"))?;
        }
        Ok(folder)
    }

    /// Leaves the staged rows where they are when the run ends, for people to look at.
    pub fn keep_staged_rows(&mut self) {
        self.keeps_staged_rows = true;
    }
}

/// Path of a table's folder below its snapshot.
pub(super) fn relative_folder(table: &str, restricted: bool) -> PathBuf {
    if restricted { Path::new("restricted").join(table) } else { PathBuf::from(table) }
}

pub(super) fn make_folder(path: &Path) -> Result<(), PublishError> {
    fs::create_dir_all(path).map_err(PublishError::io("make the folder", path))
}

pub(super) fn close_to_others(path: &Path) -> Result<(), PublishError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(PublishError::io("close to others", path))
}

pub(super) fn remove_folder(path: &Path) -> Result<(), PublishError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PublishError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// A URL as it may be shown: user and password taken out.
fn without_credentials(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{}", host.split('?').next().unwrap_or(host))
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_stores_are_refused_without_showing_their_password() {
        let error = Warehouse::at("s3://key:secret@bucket/x?token=secret", Path::new(".")).unwrap_err();
        assert_eq!(error.to_string(), "the warehouse `s3://bucket/x` is not a local folder");
    }

    #[test]
    fn only_one_run_can_stage() {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::at("w", folder.path()).unwrap();
        let first = warehouse.clone().stage("one").unwrap();
        assert!(matches!(warehouse.clone().stage("two"), Err(PublishError::Locked { .. })));
        drop(first);
        assert!(warehouse.stage("three").is_ok());
    }
}
