//! The text of a file: decompressed if it is compressed, with limits on memory and expansion.
//!
//! `compression` says how a file is compressed; without it, the extension of its name does. The reader decompresses
//! block by block and never holds a whole file. A small file that expands without end (a "decompression bomb") is
//! stopped by its expansion rate.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytesize::ByteSize;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

use crate::config::Compression;
use crate::invariant::BrokenInvariant;

/// Bytes read from the store at a time.
const BUFFER_BYTES: usize = 256 << 10;
/// Up to this many decompressed bytes, any expansion rate is allowed: they are read in a moment.
const EXPANSION_FREE: u64 = 64 << 20;
/// The limit of decompressed bytes per compressed byte. Rows that differ only in a counter reach about 200 with xz;
/// ten thousand columns, nearly all empty, about 700.
const MAX_EXPANSION: u64 = 1000;
/// The largest window of Zstandard, as a power of two: 128 MiB, the default limit of `zstd` itself.
const ZSTD_WINDOW_LOG: u32 = 27;
/// Memory limit of xz for its dictionary: `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// A compressed file that cannot be read. An [`io::Error`] carries it, to distinguish it from a failing store.
#[derive(Debug, thiserror::Error)]
pub(super) enum BytesError {
    /// The data end too early.
    #[error("the {kind} data end too early, after {} of text: the file is truncated", shown(*read))]
    Truncated {
        /// The compression.
        kind: &'static str,
        /// Decompressed bytes up to this point.
        read: u64,
    },
    /// The data are damaged or of another format.
    #[error("the {kind} data are damaged or not {kind} data, after {} of text: {cause}", shown(*read))]
    Corrupt {
        /// The compression.
        kind: &'static str,
        /// Decompressed bytes up to this point.
        read: u64,
        /// The decompressor's message.
        cause: String,
    },
    /// The data expand more than any real extract.
    #[error(
        "the {kind} data expand more than {MAX_EXPANSION} times, after {} of text out of {}: no genuine extract does",
        shown(*read),
        shown(*compressed)
    )]
    Bomb {
        /// The compression.
        kind: &'static str,
        /// Decompressed bytes up to this point.
        read: u64,
        /// Compressed bytes up to this point.
        compressed: u64,
    },
}

fn shown(bytes: u64) -> String {
    ByteSize(bytes).display().iec().to_string()
}

impl BytesError {
    /// The fault of the data inside a read error, if there is one.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

/// The compression of a file: as declared, or else by the extension of its name.
pub(super) fn compression(declared: Option<Compression>, file_name: &str) -> Compression {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    declared.unwrap_or(match ending.as_deref() {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        Some("bz2") => Compression::Bzip2,
        Some("xz") => Compression::Xz,
        Some("zip") => Compression::Zip,
        _ => Compression::None,
    })
}

/// The text behind `file`.
///
/// # Errors
/// A decompressor that cannot be set up.
pub(super) fn decompressed(file: Box<dyn Read + Send>, compression: Compression) -> io::Result<Box<dyn Read + Send>> {
    unpacked(file, Packing::Whole(compression))
}

/// The text of a member of a zip archive that is packed.
///
/// # Errors
/// A store that fails.
pub(super) fn inflated(member: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    unpacked(member, Packing::Member)
}

/// What is unpacked.
#[derive(Clone, Copy)]
enum Packing {
    /// A whole file.
    Whole(Compression),
    /// A member of a zip archive: deflated, without a header of its own.
    Member,
}

fn unpacked(file: Box<dyn Read + Send>, packing: Packing) -> io::Result<Box<dyn Read + Send>> {
    let compressed = Arc::new(AtomicU64::new(0));
    let failed = Arc::new(AtomicBool::new(false));
    let source = Source { file, failed: Arc::clone(&failed) };
    let mut input = Counted { inner: BufReader::with_capacity(BUFFER_BYTES, source), count: Arc::clone(&compressed) };
    let compression = match packing {
        Packing::Whole(compression) => compression,
        Packing::Member => {
            let inner = Box::new(DeflateDecoder::new(input));
            return Ok(Box::new(Guarded { kind: "zip", inner, compressed, failed, read: 0 }));
        }
    };
    let (kind, inner): (_, Box<dyn Read + Send>) = match compression {
        Compression::None => return Ok(input.inner.into_inner().file),
        Compression::Zip => {
            return Err(io::Error::other(BrokenInvariant::new("the members of a zip archive are opened one by one")));
        }
        // A file of no bytes is an empty file, under any name.
        _ if input.fill_buf()?.is_empty() => return Ok(Box::new(io::empty())),
        Compression::Gzip => ("gzip", Box::new(MultiGzDecoder::new(input))),
        Compression::Bzip2 => ("bzip2", Box::new(bzip2::bufread::MultiBzDecoder::new(input))),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            ("zstd", Box::new(decoder))
        }
        Compression::Xz => {
            let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
            ("xz", Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream)))
        }
    };
    Ok(Box::new(Guarded { kind, inner, compressed, failed, read: 0 }))
}

/// The stored file. It remembers its own failures, so that they are not mistaken for damaged data.
struct Source {
    file: Box<dyn Read + Send>,
    failed: Arc<AtomicBool>,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        if read.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted) {
            self.failed.store(true, Ordering::Relaxed);
        }
        read
    }
}

/// Counts what the decompressor has consumed, not what was read ahead for it.
struct Counted<R> {
    inner: BufReader<R>,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Read> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count.fetch_add(amount as u64, Ordering::Relaxed);
        self.inner.consume(amount);
    }
}

/// A decompressor with limits. Its errors distinguish faults of the data from faults of the store.
struct Guarded {
    kind: &'static str,
    inner: Box<dyn Read + Send>,
    compressed: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
    read: u64,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (kind, read) = (self.kind, self.read);
        match self.inner.read(buffer) {
            Ok(size) => {
                self.read += size as u64;
                let compressed = self.compressed.load(Ordering::Relaxed);
                if self.read > EXPANSION_FREE && self.read / MAX_EXPANSION > compressed {
                    return Err(data_error(BytesError::Bomb { kind, read: self.read, compressed }));
                }
                Ok(size)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) if self.failed.load(Ordering::Relaxed) => Err(error),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(data_error(BytesError::Truncated { kind, read }))
            }
            Err(error) => Err(data_error(BytesError::Corrupt { kind, read, cause: error.to_string() })),
        }
    }
}

pub(super) fn data_error(error: BytesError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
#[path = "bytes_tests.rs"]
mod tests;
