//! Opens a file: recognizes its kind by its first bytes, and decompresses its content.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::config::Compression;

/// The kind of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    JsonLines,
    Json,
    Parquet,
    Xlsx,
}

/// Bytes used to choose delimiter, quote and header.
const HEAD_BYTES: usize = 1 << 20;

/// A file's content as a stream, with its first bytes.
pub(super) struct Input {
    pub(super) kind: Kind,
    pub(super) compression: Compression,
    /// The first bytes of the content.
    pub(super) head: Vec<u8>,
    /// The content from its start.
    pub(super) content: Box<dyn Read + Send>,
}

/// Opens a file.
pub(super) fn open(path: &Path) -> io::Result<Input> {
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    Read::by_ref(&mut file).take(6).read_to_end(&mut magic)?;
    let compression = compression_of(&magic);
    let whole = Cursor::new(magic.clone()).chain(file);
    let mut content: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(whole),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(whole)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(whole)?),
        Compression::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(whole)),
        Compression::Xz => Box::new(liblzma::read::XzDecoder::new_multi_decoder(whole)),
        Compression::Zip => {
            return Err(io::Error::other("members of zip archives are not inferred: unpack the archive"));
        }
    };
    let mut head = Vec::new();
    content.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let kind = kind_of(&head, path);
    Ok(Input { kind, compression, content: Box::new(Cursor::new(head.clone()).chain(content)), head })
}

fn compression_of(magic: &[u8]) -> Compression {
    match magic {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compression::Bzip2,
        [0xFD, b'7', b'z', b'X', b'Z', 0] => Compression::Xz,
        _ => Compression::None,
    }
}

fn kind_of(head: &[u8], path: &Path) -> Kind {
    if head.starts_with(b"PAR1") {
        return Kind::Parquet;
    }
    if head.starts_with(b"PK\x03\x04") {
        return Kind::Xlsx;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).map_or(&[][..], |at| &text[at..]);
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_object = || serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first_line).is_ok();
    let named = |ending: &str| path.to_string_lossy().to_lowercase().contains(ending);
    match start.first() {
        Some(b'{') if is_object() && (start.len() > first_line.len() + 1 || named(".jsonl") || named(".ndjson")) => {
            Kind::JsonLines
        }
        Some(b'{') => Kind::Json,
        Some(b'[') if named(".json") || start[1..].trim_ascii_start().starts_with(b"{") => Kind::Json,
        _ => Kind::Text,
    }
}

/// The compression that the extension of a name stands for.
pub(super) fn compression_by_name(name: &str) -> Compression {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        Some("bz2") => Compression::Bzip2,
        Some("xz") => Compression::Xz,
        _ => Compression::None,
    }
}
