//! One stored file: its bytes, and the facts that identify this version of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use object_store::ObjectMeta;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::Remote;
use super::address::shown_path;
use super::connect::wait;
use super::read::RangeReader;
use super::version::{LocalVersion, remote_change};

/// A file that was found. It is not open.
#[derive(Debug, Clone)]
pub struct Stored {
    name: String,
    location: Location,
    bytes: u64,
    modified_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
enum Location {
    Local(PathBuf, LocalVersion),
    Remote(Remote, Arc<ObjectMeta>),
    #[cfg(any(test, fuzzing))]
    Memory(Bytes),
}

impl Stored {
    /// The local file at `path`; `None` for a folder.
    pub(crate) fn local(project: &Path, path: &Path) -> io::Result<Option<Self>> {
        if std::fs::metadata(path)?.is_dir() {
            return Ok(None);
        }
        let version = LocalVersion::of(path)?;
        Ok(Some(Self {
            name: shown_path(project, path),
            bytes: version.bytes,
            modified_at: version.modified_at(),
            location: Location::Local(path.to_owned(), version),
        }))
    }

    /// Bytes that are in no store.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn memory(name: &str, bytes: Bytes) -> Self {
        let (size, modified_at) = (bytes.len() as u64, DateTime::UNIX_EPOCH);
        Self { name: name.to_owned(), bytes: size, modified_at, location: Location::Memory(bytes) }
    }

    /// An object that a store listed.
    pub(crate) fn remote(remote: &Remote, meta: ObjectMeta) -> Self {
        Self {
            name: remote.shown_path(&meta.location),
            bytes: meta.size,
            modified_at: meta.last_modified,
            location: Location::Remote(remote.clone(), Arc::new(meta)),
        }
    }

    /// Its name in messages: relative to the project folder if it is inside it, otherwise the path, or scheme, host and
    /// path of its URL. A path may contain values from the environment, but no other secret.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of its name.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Time of its last change; the year 1970 if a web server does not state it.
    pub fn modified_at(&self) -> DateTime<Utc> {
        self.modified_at
    }

    /// The entity tag by which a store distinguishes versions. Local files have none.
    pub fn entity_tag(&self) -> Option<&str> {
        match &self.location {
            Location::Local(..) => None,
            Location::Remote(_, meta) => meta.e_tag.as_deref(),
            #[cfg(any(test, fuzzing))]
            Location::Memory(_) => None,
        }
    }

    /// What has changed since it was found; `None` if nothing has. Blocks.
    ///
    /// # Errors
    /// A store that cannot be asked.
    pub fn change(&self) -> io::Result<Option<String>> {
        match &self.location {
            Location::Local(path, found) => found.change(path),
            Location::Remote(remote, meta) => {
                let (remote, path) = (remote.clone(), meta.location.clone());
                let now = wait(async move { remote.head(&path).await })??;
                Ok(remote_change(meta, now.as_ref()))
            }
            #[cfg(any(test, fuzzing))]
            Location::Memory(_) => Ok(None),
        }
    }

    /// Opens it at its start. Reading blocks, and needs the same memory for a file of any size.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.open_at(0)
    }

    fn open_at(&self, start: u64) -> io::Result<Box<dyn Read + Send>> {
        match &self.location {
            Location::Local(path, _) => {
                let mut file = File::open(path)?;
                if start > 0 {
                    file.seek(SeekFrom::Start(start))?;
                }
                Ok(Box::new(file))
            }
            Location::Remote(remote, meta) => Ok(Box::new(RangeReader::new(remote.clone(), Arc::clone(meta), start))),
            #[cfg(any(test, fuzzing))]
            Location::Memory(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Box::new(io::Cursor::new(bytes.slice(start..))))
            }
        }
    }

    /// Reads `length` bytes from `start`. Blocks.
    ///
    /// # Errors
    /// A file that cannot be read, or that ends too early.
    pub fn read_range(&self, start: u64, length: usize) -> io::Result<Bytes> {
        match &self.location {
            Location::Local(path, _) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(start))?;
                let mut bytes = vec![0; length];
                file.read_exact(&mut bytes)?;
                Ok(bytes.into())
            }
            Location::Remote(..) if length == 0 => Ok(Bytes::new()),
            Location::Remote(remote, meta) => {
                let (remote, meta) = (remote.clone(), Arc::clone(meta));
                Ok(wait(async move { remote.range(&meta, start, length).await })??)
            }
            #[cfg(any(test, fuzzing))]
            Location::Memory(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                let end = start.checked_add(length).filter(|end| *end <= bytes.len());
                end.map(|end| bytes.slice(start..end)).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}

impl Length for Stored {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Stored {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.open_at(start)?)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        Ok(self.read_range(start, length)?)
    }
}
