//! Makes a checked run current in a remote warehouse: uploads its files, then writes the pointer on condition that it
//! has not changed since the run started.

use std::time::Duration;

use super::remote::{POINTER, Pointer, RemoteWarehouse, folder_of, local_files};
use super::{PublishError, Snapshot, Staging};
use crate::store::{FaultKind, RemoteFault, wait};

/// How long a failed or stopped run tries to remove its files. A later run removes the rest.
const TAKE_BACK: Duration = Duration::from_secs(10);

/// Files of a snapshot that is not current yet. Dropping this removes them.
struct Uploads<'a> {
    warehouse: &'a RemoteWarehouse,
    folder: String,
    stay: bool,
}

impl Drop for Uploads<'_> {
    fn drop(&mut self) {
        if !self.stay {
            let (store, folder) = (self.warehouse.store.clone(), self.folder.clone());
            // A later run removes what cannot be removed now.
            let _ = wait(async move { tokio::time::timeout(TAKE_BACK, store.remove_below(&folder)).await });
        }
    }
}

/// Uploads a staged snapshot and points to it. `carried_over` names files below the previous snapshot and this one.
///
/// # Errors
/// A store error, or another run that published meanwhile. Readers then still see the previous snapshot.
pub(super) async fn publish(
    warehouse: &RemoteWarehouse,
    staging: &Staging,
    carried_over: &[String],
) -> Result<(), PublishError> {
    const DESCRIPTION: &str = "snapshot.json";
    staging.send_quarantine().await?;
    let folder = folder_of(staging.run_id());
    let mut uploads = Uploads { warehouse, folder: folder.clone(), stay: false };
    let files = local_files(&staging.folder())?.into_iter().map(|(from, name)| (from, format!("{folder}/{name}")));
    let last = format!("{folder}/{DESCRIPTION}");
    let (description, files): (Vec<_>, Vec<_>) = files.partition(|(_, name)| *name == last);
    warehouse.send(files).await?;
    if let Some(before) = &warehouse.current()?.snapshot {
        let before = folder_of(&before.run_id);
        let names = carried_over.iter().map(|name| (format!("{before}/{name}"), format!("{folder}/{name}")));
        warehouse.copy(names.collect()).await?;
    }
    // Last, so that a snapshot with a description is complete.
    warehouse.send(description).await?;
    // Not cancelled halfway: from here on the store decides, so its answer is awaited.
    match point_to(warehouse, staging.run_id()) {
        Pointed::Here => {
            uploads.stay = true;
            Ok(())
        }
        Pointed::Elsewhere(error) => Err(error),
        Pointed::Unknown(error) => {
            // If the store carries out the request after all, it must find a complete snapshot.
            uploads.stay = true;
            Err(error)
        }
    }
}

/// Where the pointer leads after the write.
enum Pointed {
    Here,
    Elsewhere(PublishError),
    Unknown(PublishError),
}

fn point_to(warehouse: &RemoteWarehouse, run_id: &str) -> Pointed {
    let before = match warehouse.current() {
        Ok(current) => current.version.clone(),
        Err(error) => return Pointed::Elsewhere(error),
    };
    let pointer = Pointer { version: 1, run_id: run_id.to_owned(), snapshot: folder_of(run_id) };
    let text = format!("{}\n", serde_json::json!(pointer));
    let store = warehouse.store.clone();
    let fault = match wait(async move { store.put_if(POINTER, text, before).await }) {
        Ok(Ok(())) => return Pointed::Here,
        Ok(Err(fault)) => fault,
        Err(error) => return Pointed::Unknown(warehouse.failed("write", POINTER)(error)),
    };
    // A request whose answer was lost is sent again and then finds its own result, so the current content decides.
    let found = warehouse.small(POINTER).ok().flatten();
    let found = found.and_then(|(bytes, _)| serde_json::from_slice::<Pointer>(&bytes).ok()).map(|found| found.run_id);
    match (fault.kind, found) {
        (_, Some(found)) if found == run_id => Pointed::Here,
        (FaultKind::Changed, found) => Pointed::Elsewhere(PublishError::Overtaken {
            warehouse: warehouse.store.shown(""),
            by: found.unwrap_or_else(|| "another run".to_owned()),
        }),
        (FaultKind::Denied | FaultKind::Unsupported | FaultKind::NotFound, _) => {
            Pointed::Elsewhere(warehouse.failed::<RemoteFault>("write", POINTER)(fault))
        }
        _ => Pointed::Unknown(warehouse.failed::<RemoteFault>("write", POINTER)(fault)),
    }
}

/// Removes everything that a pointer can no longer lead to: snapshots beyond `keep` and uploads of killed or overtaken
/// runs, then rejected rows of runs older than the oldest snapshot kept.
///
/// A run reads the pointer before it uploads anything, and can publish only while the pointer is unchanged. So a run
/// with a file older than the pointer can never publish, running or not. Both times come from the store.
pub(super) fn retire(warehouse: &RemoteWarehouse, current: &Snapshot, keep: usize) -> Result<(), PublishError> {
    let mut kept = vec![current.run_id.clone()];
    let mut before = current.previous_run_id.clone();
    while kept.len() < keep.max(1)
        && let Some(run_id) = before.take().filter(|run_id| super::snapshot::is_plain_name(run_id))
        && let Some(snapshot) = warehouse.description(&run_id)?
    {
        before = snapshot.previous_run_id;
        kept.push(run_id);
    }
    let oldest = kept.iter().min().cloned().unwrap_or_default();
    let store = warehouse.store.clone();
    let work = async move {
        let Some((_, pointer)) = store.text(POINTER).await? else { return Ok(()) };
        for run_id in store.folders_in("snapshots").await? {
            if kept.contains(&run_id) {
                continue;
            }
            let objects = store.objects_below(&folder_of(&run_id)).await?;
            if objects.iter().any(|object| object.last_modified < pointer.last_modified) {
                store.remove_below(&folder_of(&run_id)).await?;
            }
        }
        for run_id in store.folders_in("quarantine").await? {
            if run_id < oldest {
                store.remove_below(&format!("quarantine/{run_id}")).await?;
            }
        }
        Ok(())
    };
    let done: Result<(), RemoteFault> = wait(work).map_err(warehouse.failed("clear away old snapshots in", ""))?;
    done.map_err(warehouse.failed("clear away old snapshots in", ""))
}
