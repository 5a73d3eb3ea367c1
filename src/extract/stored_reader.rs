//! A stored file with random access, read in blocks: for workbooks and zip archives.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;

use crate::store::Stored;

/// Bytes per read from the store.
const BLOCK: usize = 256 << 10;

/// A stored file with random access.
pub(in crate::extract) struct StoredReader {
    stored: Stored,
    at: u64,
    block: Bytes,
    block_start: u64,
}

impl StoredReader {
    pub(in crate::extract) fn new(stored: &Stored) -> Self {
        Self { stored: stored.clone(), at: 0, block: Bytes::new(), block_start: 0 }
    }
}

impl Read for StoredReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.stored.bytes().saturating_sub(self.at);
        if left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let held = self.block_start..self.block_start + self.block.len() as u64;
        if !held.contains(&self.at) {
            let size = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
            self.block = self.stored.read_range(self.at, size)?;
            self.block_start = self.at;
        }
        let start = usize::try_from(self.at - self.block_start).unwrap_or(0);
        let part = self.block.get(start..).unwrap_or_default();
        let size = part.len().min(buffer.len());
        buffer[..size].copy_from_slice(&part[..size]);
        self.at += size as u64;
        Ok(size)
    }
}

impl Seek for StoredReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.stored.bytes().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
