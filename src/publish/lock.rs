//! One run at a time per warehouse. The operating system releases the lock when the process ends, in any way.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::PublishError;

/// An exclusive lock on a warehouse, held until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or reports who holds it.
    pub(super) fn take(warehouse: &Path, run_id: &str) -> Result<Self, PublishError> {
        let path = warehouse.join(".lock");
        let failed = PublishError::io("open the lock file", &path);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(failed)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            // The holder is only information for the reader; the lock works without it.
            let _ = file.read_to_string(&mut holder);
            return Err(PublishError::Locked { path: warehouse.to_owned(), holder: holder.trim().to_owned() });
        }
        let note = format!("run {run_id}, process {}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes()));
        written.map_err(PublishError::io("write the lock file", &path))?;
        Ok(Self { _file: file })
    }
}
