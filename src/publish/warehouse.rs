//! The folders of a warehouse, and the staging area of a run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::folders::{make_folder, make_private_folder, relative_folder, remove_folder};
use super::lock::Lock;
use super::remote::{RemoteWarehouse, Shared};
use super::{PublishError, Snapshot};
use crate::store::{Address, Remote, StoreKind};

/// A warehouse, read without a lock.
#[derive(Debug, Clone)]
pub struct Warehouse {
    /// Its folder. For a remote warehouse, the local folder used in its place.
    root: PathBuf,
    remote: Option<Shared>,
}

/// A run's own area: the lock, its staging folder, its scratch folder.
#[derive(Debug)]
pub struct Staging {
    warehouse: Warehouse,
    run_id: String,
    keeps_staged_rows: bool,
    /// For a remote warehouse, whether the rejected rows were uploaded.
    has_sent_quarantine: AtomicBool,
    _lock: Option<Lock>,
}

/// A run that ends in any way other than being killed leaves no partial files.
impl Drop for Staging {
    fn drop(&mut self) {
        // The next run removes what cannot be removed now.
        let _ = remove_folder(&self.warehouse.root.join("scratch"));
        if !self.keeps_staged_rows {
            let _ = remove_folder(&self.warehouse.root.join("staging"));
        }
    }
}

impl Warehouse {
    /// The warehouse at a path relative to the project folder, or at a URL. Nothing is created in a local one yet. A
    /// remote one gets a local folder and is not contacted yet.
    ///
    /// # Errors
    /// URLs of unknown stores, web servers, and invalid or missing settings in the environment.
    pub fn at(url: &str, project: &Path) -> Result<Self, PublishError> {
        match Address::parse(url)? {
            Address::Local(path) => {
                // Joining to `.` would show every path as ./…
                let root = if project == Path::new(".") { path } else { project.join(path) };
                Ok(Self { root, remote: None })
            }
            Address::Remote(address) if address.kind == StoreKind::Http => {
                Err(PublishError::Http { url: address.shown() })
            }
            Address::Remote(address) => {
                let store = Remote::connect(&address).map_err(|fault| PublishError::Store {
                    action: "open",
                    place: address.shown(),
                    source: fault.into(),
                })?;
                let remote = RemoteWarehouse::new(store)?;
                Ok(Self { root: remote.folder().to_owned(), remote: Some(Arc::new(remote)) })
            }
        }
    }

    /// The remote store, if there is one.
    pub(super) fn remote(&self) -> Option<&RemoteWarehouse> {
        self.remote.as_deref()
    }

    /// How it is shown to people: its folder, or its URL without secrets.
    pub fn shown(&self) -> String {
        self.shown_below("")
    }

    /// How its file or folder `relative` is shown to people.
    pub fn shown_below(&self, relative: &str) -> String {
        match &self.remote {
            Some(remote) => remote.store.shown(relative),
            None if relative.is_empty() => self.root.display().to_string(),
            None => self.root.join(relative).display().to_string(),
        }
    }

    /// Local folders that correspond to folders in the store once a run has ended, each with the name to show.
    pub fn stand_ins(&self) -> Vec<(String, String)> {
        let local = self.quarantines().display().to_string();
        self.remote.iter().map(|_| (local.clone(), self.shown_below("quarantine"))).collect()
    }

    /// How the pointer is shown to people.
    pub(super) fn shown_pointer(&self) -> String {
        self.shown_below(if self.remote.is_some() { super::remote::POINTER } else { "current" })
    }

    /// Its local folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The pointer that readers of a local warehouse follow.
    pub(super) fn current(&self) -> PathBuf {
        self.root.join("current")
    }

    /// Someone else created anything but a symlink under the pointer's name.
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

    /// Local folder for a run's rejected rows.
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
        if let Some(remote) = &self.remote {
            return Ok(remote.current()?.snapshot.clone());
        }
        let path = self.current().join("snapshot.json");
        match fs::read(&path) {
            Ok(text) => Snapshot::read(&text, &path).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PublishError::Io { action: "read", path, source }),
        }
    }

    /// Whether the pointer of a local warehouse leads to the snapshot of this run.
    fn is_current(&self, run_id: &str) -> bool {
        fs::read_link(self.current()).is_ok_and(|target| target.file_name().is_some_and(|name| name == run_id))
    }

    /// A document of the current snapshot, such as `catalog.json`; `None` if it does not exist.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub fn document(&self, name: &str) -> Result<Option<String>, PublishError> {
        let text = match &self.remote {
            None => fs::read(self.current().join(name)).ok(),
            Some(remote) => match &remote.current()?.snapshot {
                Some(snapshot) => {
                    let name = format!("{}/{name}", super::remote::folder_of(&snapshot.run_id));
                    remote.small(&name)?.map(|(bytes, _)| bytes.to_vec())
                }
                None => None,
            },
        };
        Ok(text.and_then(|text| String::from_utf8(text).ok()))
    }

    /// Local folder with the files of a table of a `snapshot`. Those of a remote warehouse are fetched.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn table_folder(&self, snapshot: &Snapshot, name: &str) -> Result<PathBuf, PublishError> {
        let table = snapshot.tables.get(name);
        let home = match &self.remote {
            None if self.is_current(&snapshot.run_id) => self.current(),
            None => self.snapshots().join(&snapshot.run_id),
            Some(remote) => {
                let files = table.map(|table| table.files.as_slice()).unwrap_or_default();
                remote.fetch(&snapshot.run_id, files).await?
            }
        };
        Ok(home.join(table.map_or_else(|| relative_folder(name, false), |table| table.folder(name))))
    }

    /// Takes the lock, removes what interrupted runs left behind, and creates the run's staging folder.
    ///
    /// # Errors
    /// A lock held by another run, or folders that cannot be created.
    pub fn stage(self, run_id: &str) -> Result<Staging, PublishError> {
        let lock = match &self.remote {
            Some(remote) => {
                remote.current()?;
                None
            }
            None => {
                make_folder(&self.root)?;
                self.pointer_is_ours()?;
                Some(Lock::take(&self.root, run_id)?)
            }
        };
        for left_over in [self.root.join("staging"), self.root.join("scratch")] {
            remove_folder(&left_over)?;
        }
        let staging = Staging {
            warehouse: self,
            run_id: run_id.to_owned(),
            keeps_staged_rows: false,
            has_sent_quarantine: AtomicBool::new(false),
            _lock: lock,
        };
        make_folder(&staging.folder())?;
        // Kept tables and spill files have the rows of sources.
        make_private_folder(&staging.scratch())?;
        Ok(staging)
    }
}

impl Staging {
    pub fn warehouse(&self) -> &Warehouse {
        &self.warehouse
    }

    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The snapshot being built.
    pub fn folder(&self) -> PathBuf {
        self.warehouse.root.join("staging").join(&self.run_id)
    }

    /// Spill files and kept tables.
    pub fn scratch(&self) -> PathBuf {
        self.warehouse.root.join("scratch").join(&self.run_id)
    }

    /// Folder of a table in the snapshot being built. If restricted, only its owner can read it.
    ///
    /// # Errors
    /// A folder that cannot be created.
    pub fn table_folder(&self, table: &str, restricted: bool) -> Result<PathBuf, PublishError> {
        let folder = self.folder().join(relative_folder(table, restricted));
        if restricted {
            make_private_folder(&folder)?
        } else {
            make_folder(&folder)?
        }
        Ok(folder)
    }

    /// Keeps the staged rows for inspection after the run ends.
    pub fn keep_staged_rows(&mut self) {
        self.keeps_staged_rows = true;
        if let Some(remote) = self.warehouse.remote() {
            remote.local().keep();
        }
    }

    /// Uploads this run's rejected rows to a remote warehouse. In a local one they are already in place.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub async fn send_quarantine(&self) -> Result<(), PublishError> {
        let Some(remote) = self.warehouse.remote() else { return Ok(()) };
        if self.has_sent_quarantine.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let files = super::remote::local_files(&self.warehouse.quarantine(&self.run_id))?;
        let name = |name: String| format!("quarantine/{}/{name}", self.run_id);
        remote.send(files.into_iter().map(|(from, relative)| (from, name(relative))).collect()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unusable_warehouse_is_rejected_without_showing_its_password() {
        for url in ["ftp://me:hunter2@host/x", "s3://key:hunter2@bucket/x?token=hunter2", "https://me:hunter2@host/x"] {
            let error = Warehouse::at(url, Path::new(".")).unwrap_err();
            assert!(error.is_usage() && !format!("{error} {}", error.hint()).contains("hunter2"), "{error}");
        }
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
