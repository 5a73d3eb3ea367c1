//! Finds an earlier snapshot that a warehouse still keeps, on disk or in a store.

use std::fs;

use super::snapshot::is_plain_name;
use super::{PublishError, Snapshot, Warehouse};

impl Warehouse {
    /// The description of the snapshot of a run; `None` if the warehouse does not keep it.
    ///
    /// # Errors
    /// A description that cannot be read.
    pub fn snapshot_of(&self, run_id: &str) -> Result<Option<Snapshot>, PublishError> {
        // What somebody typed must not lead out of the warehouse.
        if !is_plain_name(run_id) {
            return Ok(None);
        }
        if let Some(remote) = self.remote() {
            return remote.description(run_id);
        }
        let path = self.snapshots().join(run_id).join("snapshot.json");
        match fs::read(&path) {
            Ok(text) => Snapshot::read(&text, &path).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(PublishError::Io { action: "read", path, source }),
        }
    }

    /// The runs whose snapshots are kept, the newest first.
    ///
    /// # Errors
    /// Descriptions that cannot be read.
    pub fn kept_runs(&self) -> Result<Vec<String>, PublishError> {
        let mut kept: Vec<String> = Vec::new();
        let mut next = self.snapshot()?;
        while let Some(snapshot) = next {
            if kept.contains(&snapshot.run_id) {
                break;
            }
            kept.push(snapshot.run_id);
            next = match snapshot.previous_run_id {
                Some(before) => self.snapshot_of(&before)?,
                None => None,
            };
        }
        Ok(kept)
    }
}
