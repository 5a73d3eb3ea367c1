//! Opens a file, or a member of a zip archive: recognizes its kind by its first bytes, and decompresses its content.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::json_words::with_words;
use crate::config::Compression;
use crate::extract::zip_members;
use crate::store::Stored;

/// The kind of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    JsonLines,
    Json,
    Parquet,
    /// A workbook of any kind.
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

/// The names of the members of a zip archive, in order; `None` if the file is not one. Workbooks are none.
pub(super) fn members(path: &Path) -> io::Result<Option<Vec<String>>> {
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    if magic != b"PK\x03\x04" || is_workbook(path) {
        return Ok(None);
    }
    let found = zip_members(&stored(path)?, None)?.found;
    Ok(Some(found.into_iter().map(|member| member.name).collect()))
}

/// Whether a zip archive is a workbook, or damaged: then the reader of workbooks says so.
fn is_workbook(path: &Path) -> bool {
    let archive = File::open(path).ok().and_then(|file| zip::ZipArchive::new(BufReader::new(file)).ok());
    archive.is_none_or(|archive| {
        archive.file_names().any(|name| matches!(name.as_deref(), Ok("[Content_Types].xml" | "mimetype")))
    })
}

fn stored(path: &Path) -> io::Result<Stored> {
    Stored::local(Path::new(""), path)?.ok_or_else(|| io::Error::other("it is a folder"))
}

/// Opens a member of a zip archive.
fn open_member(path: &Path, name: &str) -> io::Result<Input> {
    let stored = stored(path)?;
    let member = zip_members(&stored, None)?.found.into_iter().find(|member| member.name == name);
    let member = member.ok_or_else(|| io::Error::other(format!("the archive has no member {name}")))?;
    let (content, head, kind) = with_head(member.open(&stored)?, Path::new(name))?;
    if matches!(kind, Kind::Parquet | Kind::Xlsx) {
        return Err(io::Error::other(format!(
            "its member {name} is a workbook or a Parquet file, which no run reads inside an archive: unpack it"
        )));
    }
    Ok(Input { kind, compression: Compression::Zip, head, content })
}

/// Opens a file, or the named member of an archive.
pub(super) fn open(path: &Path, member: Option<&str>) -> io::Result<Input> {
    if let Some(member) = member {
        return open_member(path, member);
    }
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    Read::by_ref(&mut file).take(6).read_to_end(&mut magic)?;
    let compression = compression_of(&magic);
    let whole = Cursor::new(magic.clone()).chain(file);
    let content: Box<dyn Read + Send> = match compression {
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(whole)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(whole)?),
        Compression::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(whole)),
        Compression::Xz => Box::new(liblzma::read::XzDecoder::new_multi_decoder(whole)),
        Compression::None | Compression::Zip => Box::new(whole),
    };
    let (content, head, kind) = with_head(content, path)?;
    Ok(Input { kind, compression, head, content })
}

/// Content from its start, its first bytes, and its kind by these.
type WithHead = (Box<dyn Read + Send>, Vec<u8>, Kind);

fn with_head(mut content: Box<dyn Read + Send>, path: &Path) -> io::Result<WithHead> {
    let mut head = Vec::new();
    content.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let kind = kind_of(&head, path);
    Ok((Box::new(Cursor::new(head.clone()).chain(content)), head, kind))
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
    // Old workbooks are not packed.
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        return Kind::Xlsx;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).map_or(&[][..], |at| &text[at..]);
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let parses = |line: &[u8]| serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line).is_ok();
    let is_object = || parses(first_line) || parses(&with_words(first_line));
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
        Some("zip") => Compression::Zip,
        _ => Compression::None,
    }
}
