//! The single step that makes a checked run visible.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::fs::fsync;

use super::folders::{hide_from_others, make_folder, make_private_folder, remove_folder};
use super::{PublishError, Snapshot, SnapshotTable, Staging, Warehouse, remote_switch};
use crate::quality::Checked;

/// A snapshot that readers now see.
#[derive(Debug)]
pub struct Published {
    pub snapshot: Snapshot,
    /// The pointer that leads to it, as shown to people.
    pub current: String,
    /// Why an old snapshot could not be removed, if that failed.
    pub left_over: Option<PublishError>,
}

/// Makes a checked run current: carries over tables of the last snapshot that this run did not compute, writes
/// documents and description, gives the folder its final name, and swaps the pointer atomically.
///
/// # Errors
/// File operations; readers then still see the previous snapshot.
pub async fn publish(
    checked: Checked<Snapshot>,
    staging: &Staging,
    carried_over: &[String],
    documents: &[(&str, String)],
    keep_snapshots: usize,
) -> Result<Published, PublishError> {
    let warehouse = staging.warehouse();
    let previous = warehouse.snapshot()?;
    let (mut snapshot, accepted) = checked.into_parts();
    snapshot.accepted = accepted;
    snapshot.previous_run_id = previous.as_ref().map(|previous| previous.run_id.clone());
    let mut carried = Vec::new();
    if let Some(previous) = &previous {
        for name in carried_over {
            if let Some(table) = previous.tables.get(name) {
                match warehouse.remote() {
                    None => carry_over(table, &warehouse.current(), &staging.folder())?,
                    Some(_) => carried.extend(table.files.iter().map(|file| file.path.clone())),
                }
                snapshot.tables.insert(name.clone(), table.clone());
            }
        }
    }
    for (name, text) in documents {
        write_durably(&staging.folder().join(name), text)?;
    }
    let description = format!("{:#}\n", serde_json::json!(snapshot));
    write_durably(&staging.folder().join("snapshot.json"), &description)?;

    let current = warehouse.shown_pointer();
    if let Some(remote) = warehouse.remote() {
        remote_switch::publish(remote, staging, &carried).await?;
        let left_over = remote_switch::retire(remote, &snapshot, keep_snapshots).err();
        return Ok(Published { snapshot, current, left_over });
    }
    let home = warehouse.snapshots().join(staging.run_id());
    make_folder(&warehouse.snapshots())?;
    fs::rename(staging.folder(), &home).map_err(PublishError::io("move into place", &home))?;
    sync_folder(&warehouse.snapshots())?;
    point_to(staging.run_id(), warehouse.root(), &warehouse.current())?;
    // Readers already see the new snapshot, so a failure to remove old ones is reported and does not fail the run.
    let left_over = retire(warehouse, staging.run_id(), keep_snapshots).err();
    Ok(Published { snapshot, current, left_over })
}

/// Files are immutable, so a carried-over table is a hard link to the same file.
fn carry_over(table: &SnapshotTable, from: &Path, to: &Path) -> Result<(), PublishError> {
    for file in &table.files {
        let (source, target) = (from.join(&file.path), to.join(&file.path));
        if let Some(folder) = target.parent() {
            if table.restricted { make_private_folder(folder)? } else { make_folder(folder)? }
        }
        if fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target).map_err(PublishError::io("carry over", &source))?;
        }
        if table.restricted {
            hide_from_others(&target)?;
        }
    }
    Ok(())
}

fn write_durably(path: &Path, text: &str) -> Result<(), PublishError> {
    let written = fs::write(path, text).and_then(|()| fs::File::open(path)?.sync_all());
    written.map_err(PublishError::io("write", path))
}

/// A rename within a folder is atomic: readers resolve the old pointer or the new one, never nothing.
fn point_to(run_id: &str, root: &Path, current: &Path) -> Result<(), PublishError> {
    let next = root.join(".current.next");
    match fs::remove_file(&next) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(PublishError::io("remove", &next)(error));
        }
        _ => {}
    }
    symlink(Path::new("snapshots").join(run_id), &next).map_err(PublishError::io("make the pointer", &next))?;
    fs::rename(&next, current).map_err(PublishError::io("swap the pointer", current))?;
    sync_folder(root)
}

pub(super) fn sync_folder(path: &Path) -> Result<(), PublishError> {
    let synced = fs::File::open(path).and_then(|folder| fsync(&folder).map_err(Into::into));
    synced.map_err(PublishError::io("write", path))
}

/// Removes the oldest snapshots beyond `keep`, and rejected rows of runs older than the oldest one kept. Run ids sort
/// by time.
fn retire(warehouse: &Warehouse, current: &str, keep: usize) -> Result<(), PublishError> {
    let mut snapshots = names_in(&warehouse.snapshots())?;
    snapshots.retain(|name| name != current);
    let kept = keep.saturating_sub(1).min(snapshots.len());
    for name in &snapshots[kept..] {
        remove_folder(&warehouse.snapshots().join(name))?;
    }
    let oldest = snapshots[..kept].last().map_or(current, String::as_str);
    let quarantine = warehouse.quarantines();
    if quarantine.exists() {
        for name in names_in(&quarantine)?.iter().filter(|name| name.as_str() < oldest) {
            remove_folder(&quarantine.join(name))?;
        }
    }
    Ok(())
}

/// Newest first.
fn names_in(folder: &Path) -> Result<Vec<String>, PublishError> {
    let entries = fs::read_dir(folder).map_err(PublishError::io("list", folder))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    Ok(names)
}
