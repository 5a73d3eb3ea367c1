//! A warehouse in a remote store: reads its pointer, fetches its tables, uploads the files of a run.
//!
//! The pointer is the object `current.json`. It is read once, at the start, together with its version. Everything a run
//! carries over, remembers and replaces comes from that version.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use futures::{StreamExt, TryStreamExt};
use object_store::UpdateVersion;
use serde::{Deserialize, Serialize};

use super::folders::make_folder;
use super::private_folder::PrivateFolder;
use super::{PublishError, Snapshot, SnapshotFile};
use crate::store::{Remote, Stored, start, wait};

/// The pointer's name.
pub(super) const POINTER: &str = "current.json";
/// Files in flight, in either direction.
const FILES: usize = 3;
/// Copies within the store in flight.
const COPIES: usize = 8;

/// A warehouse in a remote store.
#[derive(Debug)]
pub(super) struct RemoteWarehouse {
    pub(super) store: Remote,
    local: PrivateFolder,
    current: OnceLock<Current>,
}

/// The pointer as it was when first read.
#[derive(Debug, Clone, Default)]
pub(super) struct Current {
    pub(super) snapshot: Option<Snapshot>,
    /// The pointer's version; `None` if there was no pointer.
    pub(super) version: Option<UpdateVersion>,
}

/// The content of `current.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pointer {
    /// Version of this format.
    pub(super) version: u32,
    /// The run whose snapshot is current.
    pub(super) run_id: String,
    /// The snapshot's folder below the warehouse.
    pub(super) snapshot: String,
}

impl RemoteWarehouse {
    pub(super) fn new(store: Remote) -> Result<Self, PublishError> {
        Ok(Self { store, local: PrivateFolder::create()?, current: OnceLock::new() })
    }

    /// The local folder used for the warehouse.
    pub(super) fn local(&self) -> &PrivateFolder {
        &self.local
    }

    pub(super) fn folder(&self) -> &Path {
        self.local.folder()
    }

    /// Adds the attempted action and its place to a store error.
    pub(super) fn failed<E: Into<std::io::Error>>(
        &self,
        action: &'static str,
        relative: &str,
    ) -> impl FnOnce(E) -> PublishError + use<E> {
        let place = self.store.shown(relative);
        move |error| PublishError::Store { action, place, source: error.into() }
    }

    /// The pointer as it was when this run first read it.
    pub(super) fn current(&self) -> Result<&Current, PublishError> {
        if let Some(current) = self.current.get() {
            return Ok(current);
        }
        let current = self.read_current()?;
        Ok(self.current.get_or_init(|| current))
    }

    /// The pointer as it is now.
    pub(super) fn read_current(&self) -> Result<Current, PublishError> {
        let Some((bytes, version)) = self.small(POINTER)? else {
            // If there is no pointer, the bucket may be missing too. Only listing shows that.
            let store = self.store.clone();
            let listed = wait(async move { store.folders_in("").await });
            listed.map_err(self.failed("list", ""))?.map_err(self.failed("list", ""))?;
            return Ok(Current::default());
        };
        let place = || PathBuf::from(self.store.shown(POINTER));
        let pointer: Pointer =
            serde_json::from_slice(&bytes).map_err(|source| PublishError::Description { path: place(), source })?;
        if pointer.snapshot != folder_of(&pointer.run_id) || !super::snapshot::is_plain_name(&pointer.run_id) {
            return Err(PublishError::Hostile {
                path: place(),
                fault: "it does not lead to a snapshot of this warehouse".into(),
            });
        }
        let snapshot = self.description(&pointer.run_id)?;
        if snapshot.is_none() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(self.failed("read", &format!("{}/snapshot.json", pointer.snapshot))(source));
        }
        Ok(Current { snapshot, version: Some(version) })
    }

    /// The description of a run's snapshot; `None` if it does not exist.
    pub(super) fn description(&self, run_id: &str) -> Result<Option<Snapshot>, PublishError> {
        let name = format!("{}/snapshot.json", folder_of(run_id));
        let Some((bytes, _)) = self.small(&name)? else { return Ok(None) };
        Snapshot::read(&bytes, &PathBuf::from(self.store.shown(&name))).map(Some)
    }

    /// A small object and its version.
    pub(super) fn small(&self, relative: &str) -> Result<Option<(bytes::Bytes, UpdateVersion)>, PublishError> {
        let (store, name) = (self.store.clone(), relative.to_owned());
        let read = wait(async move { store.text(&name).await });
        let read = read.map_err(self.failed("read", relative))?.map_err(self.failed("read", relative))?;
        Ok(read.map(|(bytes, meta)| (bytes, UpdateVersion { e_tag: meta.e_tag, version: meta.version })))
    }

    /// Fetches files of a snapshot to the local folder, under the same names below it, and returns the folder.
    pub(super) async fn fetch(&self, run_id: &str, files: &[SnapshotFile]) -> Result<PathBuf, PublishError> {
        let home = self.folder().join(folder_of(run_id));
        let (store, folder, to) = (self.store.clone(), folder_of(run_id), home.clone());
        let files = files.to_vec();
        for parent in files.iter().filter_map(|file| Path::new(&file.path).parent()) {
            make_folder(&home.join(parent))?;
        }
        let fetched = start(async move {
            let downloads = futures::stream::iter(files).map(|file| {
                let (store, name, target) = (store.clone(), format!("{folder}/{}", file.path), to.join(&file.path));
                async move {
                    let whole = fs::metadata(&target).is_ok_and(|found| found.len() == file.bytes);
                    let failed = |source| PublishError::Store { action: "read", place: store.shown(&name), source };
                    if !whole {
                        store.download(&name, &target).await.map_err(failed)?;
                    }
                    match fs::metadata(&target).map(|found| found.len()) {
                        Ok(bytes) if bytes == file.bytes => Ok(()),
                        Ok(bytes) => {
                            Err(failed(std::io::Error::other(format!("it has {bytes} bytes, not {}", file.bytes))))
                        }
                        Err(error) => Err(failed(error)),
                    }
                }
            });
            downloads.buffer_unordered(FILES).try_collect::<()>().await
        });
        let broken_off = || self.failed::<std::io::Error>("read", &folder_of(run_id));
        fetched.map_err(broken_off())?.await.map_err(broken_off())??;
        Ok(home)
    }

    /// Uploads local files. Each comes with its name below the warehouse.
    pub(super) async fn send(&self, files: Vec<(PathBuf, String)>) -> Result<(), PublishError> {
        let store = self.store.clone();
        let sent = start(async move {
            let uploads = futures::stream::iter(files).map(|(from, name)| {
                let store = store.clone();
                async move {
                    let sent = store.upload(&name, &from).await;
                    sent.map_err(|source| PublishError::Store { action: "write", place: store.shown(&name), source })
                }
            });
            uploads.buffer_unordered(FILES).try_collect::<()>().await
        });
        let broken_off = || self.failed::<std::io::Error>("write", "");
        sent.map_err(broken_off())?.await.map_err(broken_off())?
    }

    /// Copies objects within the store.
    pub(super) async fn copy(&self, names: Vec<(String, String)>) -> Result<(), PublishError> {
        let store = self.store.clone();
        let copied = start(async move {
            let copies = futures::stream::iter(names).map(|(from, to)| {
                let store = store.clone();
                async move {
                    let failed = |fault| PublishError::Store {
                        action: "carry over",
                        place: store.shown(&from),
                        source: std::io::Error::from(fault),
                    };
                    store.copy(&from, &to).await.map_err(failed)
                }
            });
            copies.buffer_unordered(COPIES).try_collect::<()>().await
        });
        let broken_off = || self.failed::<std::io::Error>("carry over", "");
        copied.map_err(broken_off())?.await.map_err(broken_off())?
    }

    /// All files below a folder.
    pub(super) fn files_below(&self, relative: &str) -> Result<Vec<Stored>, PublishError> {
        let (store, name) = (self.store.clone(), relative.to_owned());
        let listed = wait(async move { store.objects_below(&name).await });
        let objects = listed.map_err(self.failed("list", relative))?.map_err(self.failed("list", relative))?;
        let mut files: Vec<Stored> = objects.into_iter().map(|object| Stored::remote(&self.store, object)).collect();
        files.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(files)
    }

    /// Writes a small object.
    pub(super) fn put_text(&self, relative: &str, text: &str) -> Result<(), PublishError> {
        let local = self.folder().join(format!(".{}", uuid::Uuid::new_v4().simple()));
        fs::write(&local, text).map_err(PublishError::io("write", &local))?;
        let sent = self.put_file(relative, &local);
        // The folder goes when the process ends.
        let _ = fs::remove_file(&local);
        sent
    }

    /// Uploads one local file.
    pub(super) fn put_file(&self, relative: &str, from: &Path) -> Result<(), PublishError> {
        let (store, name, from) = (self.store.clone(), relative.to_owned(), from.to_owned());
        let sent = wait(async move { store.upload(&name, &from).await });
        sent.map_err(self.failed("write", relative))?.map_err(self.failed("write", relative))
    }
}

/// A run's snapshot below its warehouse.
pub(super) fn folder_of(run_id: &str) -> String {
    format!("snapshots/{run_id}")
}

/// All files below a local folder with their relative names, in the order of the names.
pub(super) fn local_files(folder: &Path) -> Result<Vec<(PathBuf, String)>, PublishError> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(PublishError::io("list", &folder))?,
        };
        for entry in entries {
            let entry = entry.map_err(PublishError::io("list", &folder))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                files.push((entry.path(), name));
            }
        }
    }
    files.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(files)
}

/// All readers and writers in this process share one remote warehouse.
pub(super) type Shared = Arc<RemoteWarehouse>;
