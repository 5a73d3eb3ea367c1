//! snapshot.json: what a snapshot contains and what it was made from.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::PublishError;
use super::folders::relative_folder;
use crate::source::Input;
use crate::store::escaped;

/// Description of a snapshot; the last file written into it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of the description's format.
    pub version: u32,
    /// The run that made it.
    pub run_id: String,
    pub pipeline: String,
    /// Events up to the end of this day are included.
    pub as_of: NaiveDate,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The run whose snapshot was current before.
    pub previous_run_id: Option<String>,
    /// Hash of everything that determines the result: pipeline, SQL, vars, as-of day, selection, and the names, sizes
    /// and times of the extracts.
    pub fingerprint: String,
    /// Which secret the customer keys were made with; never the secret. `None`: without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_key_id: Option<String>,
    /// Changes that `--accept` took deliberately: `CHECK:ITEM`.
    #[serde(default)]
    pub accepted: Vec<String>,
    /// How many tombstones of erased persons the warehouse had.
    #[serde(default, skip_serializing_if = "is_none")]
    pub tombstones: u64,
    /// The extracts' files.
    pub inputs: Vec<Input>,
    /// Tables by name.
    pub tables: BTreeMap<String, SnapshotTable>,
}

/// One table of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotTable {
    /// The run that computed it: an earlier run if the table was carried over.
    pub run_id: String,
    pub as_of: NaiveDate,
    /// The name of its folder, if that is another: a public and a restricted table may share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_as: Option<String>,
    /// Whether it holds direct identifiers.
    pub restricted: bool,
    pub rows: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Its files, in key order.
    pub files: Vec<SnapshotFile>,
}

/// One Parquet file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotFile {
    /// Path below the snapshot.
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
}

/// A warehouse without tombstones says nothing of them.
fn is_none(tombstones: &u64) -> bool {
    *tombstones == 0
}

impl SnapshotTable {
    /// Path of its folder below the snapshot.
    pub(super) fn folder(&self, name: &str) -> std::path::PathBuf {
        relative_folder(self.published_as.as_deref().unwrap_or(name), self.restricted)
    }
}

impl Snapshot {
    /// The format of the description that this version writes.
    pub const VERSION: u32 = 1;

    /// Reads a description. Anyone who can write to a warehouse can write anything into it, so each name must be shown
    /// to stay below the snapshot before it is used.
    ///
    /// # Errors
    /// A text that is not a description, or names that lead outside the snapshot. `path` is where it was found.
    pub fn read(text: &[u8], path: &Path) -> Result<Self, PublishError> {
        let read = serde_json::from_slice::<Self>(text);
        let snapshot = read.map_err(|source| PublishError::Description { path: path.to_owned(), source })?;
        let hostile = |fault: String| PublishError::Hostile { path: path.to_owned(), fault };
        if !is_plain_name(&snapshot.run_id) {
            return Err(hostile(format!("`{}` is not a run name", escaped(&snapshot.run_id))));
        }
        for (name, table) in &snapshot.tables {
            let folder = table.folder(name);
            let fits = |file: &SnapshotFile| {
                let path = Path::new(&file.path);
                path.parent() == Some(&folder)
                    && path.file_name().and_then(|name| name.to_str()).is_some_and(is_plain_name)
            };
            if !is_plain_name(name) || !table.published_as.iter().all(|name| is_plain_name(name)) {
                return Err(hostile(format!("`{}` is not a table name", escaped(name))));
            }
            if let Some(file) = table.files.iter().find(|file| !fits(file)) {
                return Err(hostile(format!("`{}` is not a file of table {name}", escaped(&file.path))));
            }
        }
        Ok(snapshot)
    }
}

/// Whether a name is a single path component that stays inside its folder.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_odd = |letter: char| matches!(letter, '/' | '\\') || letter.is_control();
    !name.is_empty() && name != "." && name != ".." && !name.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(name: &str, file: &str) -> Result<Snapshot, PublishError> {
        let text = serde_json::json!({
            "version": 1, "run_id": "r", "pipeline": "p", "as_of": "2025-01-01", "created_at": "2025-01-01T00:00:00Z",
            "previous_run_id": null, "fingerprint": "", "inputs": [],
            "tables": { name: { "run_id": "r", "as_of": "2025-01-01", "restricted": false, "rows": 1, "bytes": 1,
                "files": [{ "path": file, "rows": 1, "bytes": 1 }] } },
        });
        Snapshot::read(text.to_string().as_bytes(), Path::new("snapshot.json"))
    }

    #[test]
    fn names_that_lead_out_of_the_snapshot_are_refused() {
        assert!(described("t", "t/part-00000.parquet").is_ok());
        for (name, file) in [
            ("t", "/etc/passwd"),
            ("t", "../t/part.parquet"),
            ("t", "t/../../x"),
            ("t", "t/.."),
            ("t", "other/part.parquet"),
            ("..", "../part.parquet"),
            ("a/b", "a/b/part.parquet"),
            ("", "part.parquet"),
        ] {
            let refused = described(name, file).unwrap_err();
            assert!(matches!(refused, PublishError::Hostile { .. }), "{name} {file}: {refused}");
        }
    }
}
