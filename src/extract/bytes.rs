//! The bytes of a file as its text has them: decompressed where it is compressed, with bounds on what that may take.
//!
//! A compressed file is read by `compression`, or else by the ending of its name. Decompression runs in whoever reads,
//! block by block; nothing is ever held whole. A small file that expands without end (a "decompression bomb") is stopped
//! by the rate at which it expands.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytesize::ByteSize;
use flate2::bufread::MultiGzDecoder;

use crate::config::Compression;

/// Bytes read from the store at a time.
const BUFFER_BYTES: usize = 256 << 10;
/// Decompressed bytes below which no expansion is too much: they are read in a moment.
const EXPANSION_FREE: u64 = 64 << 20;
/// How many bytes one compressed byte may become. Rows that differ in nothing but a counter reach some 200 with xz; ten
/// thousand columns of which nearly all are empty, some 700.
const MAX_EXPANSION: u64 = 1000;
/// The largest window of Zstandard, as a power of two: 128 MiB, what `zstd` itself takes unasked.
const ZSTD_WINDOW_LOG: u32 = 27;
/// What xz may take for its dictionary: `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

/// A compressed file that cannot be read. Carried inside an [`io::Error`], to be told from a store that fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum BytesError {
    /// It ends before it should.
    #[error("the {kind} data end too early, after {} of text; the file is cut off", shown(*read))]
    Truncated {
        /// How it is compressed.
        kind: &'static str,
        /// Decompressed bytes until then.
        read: u64,
    },
    /// It is not what it should be.
    #[error("the {kind} data are damaged, or no {kind} data, after {} of text: {cause}", shown(*read))]
    Corrupt {
        /// How it is compressed.
        kind: &'static str,
        /// Decompressed bytes until then.
        read: u64,
        /// In the decompressor's words.
        cause: String,
    },
    /// It expands beyond all that data do.
    #[error(
        "the {kind} data expand more than {MAX_EXPANSION} times, after {} of text out of {}; this is no honest extract",
        shown(*read),
        shown(*compressed)
    )]
    Bomb {
        /// How it is compressed.
        kind: &'static str,
        /// Decompressed bytes until then.
        read: u64,
        /// Compressed bytes until then.
        compressed: u64,
    },
}

fn shown(bytes: u64) -> String {
    ByteSize(bytes).display().iec().to_string()
}

impl BytesError {
    /// The data's own fault in an error of reading, if it is one.
    pub(super) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }
}

/// How a file is compressed: as declared, or else as its name ends.
pub(super) fn compression(declared: Option<Compression>, file_name: &str) -> Compression {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    declared.unwrap_or(match ending.as_deref() {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        Some("bz2") => Compression::Bzip2,
        Some("xz") => Compression::Xz,
        _ => Compression::None,
    })
}

/// The text behind `file`.
///
/// # Errors
/// A decompressor that cannot be set up.
pub(super) fn decompressed(file: Box<dyn Read + Send>, compression: Compression) -> io::Result<Box<dyn Read + Send>> {
    let compressed = Arc::new(AtomicU64::new(0));
    let failed = Arc::new(AtomicBool::new(false));
    let source = Source { file, failed: Arc::clone(&failed) };
    let mut input = Counted { inner: BufReader::with_capacity(BUFFER_BYTES, source), count: Arc::clone(&compressed) };
    let (kind, inner): (_, Box<dyn Read + Send>) = match compression {
        Compression::None => return Ok(input.inner.into_inner().file),
        // A file of no bytes is an empty file, however it is named.
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

/// The stored file. Notes that it failed, so that its errors are not taken for damaged data.
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

/// Counts what the decompressor has taken, rather than what was read ahead for it.
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

/// A decompressor that is held to its bounds, and whose errors say whose fault they are.
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

fn data_error(error: BytesError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
#[path = "bytes_tests.rs"]
mod tests;
