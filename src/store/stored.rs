//! One stored file: what identifies this version of it, and its bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

/// A file that was found; nothing of it is held.
#[derive(Debug, Clone)]
pub struct Stored {
    name: String,
    path: PathBuf,
    bytes: u64,
    modified_at: DateTime<Utc>,
}

impl Stored {
    /// The local file at `path`; `None` for a folder.
    pub(crate) fn local(project: &Path, path: &Path) -> io::Result<Option<Self>> {
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Ok(None);
        }
        Ok(Some(Self {
            name: path.strip_prefix(project).unwrap_or(path).display().to_string(),
            path: path.to_owned(),
            bytes: metadata.len(),
            modified_at: metadata.modified()?.into(),
        }))
    }

    /// How it is named to people: relative to the project folder where it lies below it. It may hold what the
    /// environment gave to its path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of its name.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its last change.
    pub fn modified_at(&self) -> DateTime<Utc> {
        self.modified_at
    }

    /// Reads it from its start. Blocks; memory is bounded whatever the size.
    ///
    /// # Errors
    /// A file that cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.path)?))
    }

    /// Reads `length` bytes from `start`. Blocks.
    ///
    /// # Errors
    /// A file that cannot be read, or that ends before.
    pub fn read_range(&self, start: u64, length: usize) -> io::Result<Bytes> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
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
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Box::new(file))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        Ok(self.read_range(start, length)?)
    }
}
