//! The members of a zip archive, each read as a file of its own. Nothing is written to disk, so that no name of a member
//! can reach beyond the archive.
//!
//! The directory at the archive's end says where each member lies. A member is unpacked as a stream from there, with the
//! limits of other compressed files, and its length and checksum are compared with the directory.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use glob::Pattern;
use zip::{CompressionMethod, ZipArchive};

use super::bytes::{BytesError, compression, data_error, decompressed, inflated};
use super::stored_reader::StoredReader;
use crate::config::Compression;
use crate::store::{Stored, escaped, is_left_by_program};
use crate::words::{few, printable};

/// The most members of an archive.
const MAX_MEMBERS: usize = 10_000;

/// A member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Bytes of its text.
    pub(super) bytes: u64,
    start: u64,
    packed: u64,
    checksum: u32,
    is_deflated: bool,
}

/// An archive that cannot be read.
#[derive(Debug)]
pub(crate) enum ArchiveError {
    Io(io::Error),
    /// What is wrong with its content.
    Content(String),
}

/// The members of an archive.
#[derive(Debug)]
pub(crate) struct Members {
    /// Those whose names match, in the order of their names.
    pub(crate) found: Vec<Member>,
    /// The names of the others, without those that an operating system adds by itself.
    pub(crate) others: Vec<String>,
}

/// The members of an archive, of which those whose names match are read.
///
/// # Errors
/// Archives that are damaged, encrypted or packed in another way; names that are not safe to show; no member that matches.
pub(crate) fn members(stored: &Stored, pattern: Option<&str>) -> Result<Members, ArchiveError> {
    if stored.bytes() == 0 {
        return Err(ArchiveError::Content("it is empty, and not a zip archive".to_owned()));
    }
    let pattern = pattern.map(Pattern::new).transpose();
    let pattern = pattern.map_err(|error| ArchiveError::Content(format!("`members` is not a glob: {}", error.msg)))?;
    let mut archive = ZipArchive::new(BufReader::new(StoredReader::new(stored))).map_err(unsound)?;
    if archive.len() > MAX_MEMBERS {
        let many = format!("the zip archive has {} members, at most {MAX_MEMBERS} are read", archive.len());
        return Err(ArchiveError::Content(many));
    }
    let mut found = Vec::new();
    let mut others = Vec::new();
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).map_err(unsound)?;
        if part.is_dir() {
            continue;
        }
        let name = name_of(part.name_raw(), part.name().ok().as_deref())?;
        let is_wanted = pattern.as_ref().map_or_else(|| !is_system(&name), |pattern| pattern.matches(&name));
        if !is_wanted {
            others.push(name);
            continue;
        }
        let wrong = |what: String| ArchiveError::Content(format!("its member `{}` {what}", printable(&name)));
        if part.encrypted() {
            return Err(wrong("is encrypted: have it delivered without a password".to_owned()));
        }
        if compression(None, &name) == Compression::Zip {
            return Err(wrong("is a zip archive itself: unpack the outer one".to_owned()));
        }
        if part.is_symlink() {
            return Err(wrong("is a link and not a file".to_owned()));
        }
        let is_deflated = match part.compression() {
            CompressionMethod::Stored => false,
            CompressionMethod::Deflated => true,
            other => return Err(wrong(format!("is packed with {other}: pack it with deflate, the usual method"))),
        };
        let start = part.data_start().ok_or_else(|| wrong("has no place in the archive".to_owned()))?;
        let (bytes, packed, checksum) = (part.size(), part.compressed_size(), part.crc32());
        found.push(Member { name: name.clone(), bytes, start, packed, checksum, is_deflated });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        let twice = format!("it has two members with the name `{}`", printable(&pair[0].name));
        return Err(ArchiveError::Content(twice));
    }
    // Members that share their bytes unpack to more than any archive of this size can hold.
    if found.iter().fold(0_u64, |sum, member| sum.saturating_add(member.packed)) > stored.bytes() {
        return Err(ArchiveError::Content("its members overlap: no genuine archive does that".to_owned()));
    }
    if found.is_empty() {
        others.sort();
        return Err(ArchiveError::Content(match (pattern, others.is_empty()) {
            (Some(pattern), false) => {
                format!("no member of the zip archive matches `{pattern}`; its members are: {}", few(&others))
            }
            _ => "the zip archive has no members".to_owned(),
        }));
    }
    others.retain(|name| !is_system(name));
    Ok(Members { found, others })
}

impl From<ArchiveError> for io::Error {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Io(cause) => cause,
            ArchiveError::Content(what) => Self::new(io::ErrorKind::InvalidData, what),
        }
    }
}

fn unsound(error: zip::result::ZipError) -> ArchiveError {
    match error {
        zip::result::ZipError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => ArchiveError::Io(cause),
        other => ArchiveError::Content(format!("it is not a valid zip archive, or it is cut off: {other}")),
    }
}

/// The name of a member, if it is text and a place inside the archive.
fn name_of(raw: &[u8], name: Option<&str>) -> Result<String, ArchiveError> {
    let shown = || escaped(&String::from_utf8_lossy(raw));
    let Some(name) = name else {
        return Err(ArchiveError::Content(format!("the name of its member `{}` is not text", shown())));
    };
    let leaves = name.split(['/', '\\']).any(|part| part == "..") || name.starts_with(['/', '\\']);
    if leaves || name.contains('\0') || name.is_empty() {
        let message = format!("the name of its member `{}` is not a place inside the archive", shown());
        return Err(ArchiveError::Content(message));
    }
    Ok(name.to_owned())
}

/// Whether an operating system put a member there by itself.
fn is_system(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("__MACOSX/") || is_left_by_program(last)
}

impl Member {
    /// Its text from the start.
    pub(crate) fn open(&self, stored: &Stored) -> io::Result<Box<dyn Read + Send>> {
        let mut file = StoredReader::new(stored);
        file.seek(SeekFrom::Start(self.start))?;
        let packed = Box::new(file.take(self.packed));
        let text = if self.is_deflated { inflated(packed)? } else { packed };
        let member = Box::new(Checked { text, read: 0, bytes: self.bytes, found: Crc::new(), checksum: self.checksum });
        // A member may be compressed by itself, as orders.csv.gz.
        decompressed(member, compression(None, &self.name))
    }
}

/// A member's text, compared with the archive's directory at its end.
struct Checked {
    text: Box<dyn Read + Send>,
    read: u64,
    bytes: u64,
    found: Crc,
    checksum: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.text.read(buffer)?;
        self.found.update(buffer.get(..size).unwrap_or_default());
        self.read += size as u64;
        let wrong =
            |cause: &str| data_error(BytesError::Corrupt { kind: "zip", read: self.read, cause: cause.to_owned() });
        if self.read > self.bytes {
            return Err(wrong("there is more text than the archive states"));
        }
        if size == 0 && !buffer.is_empty() {
            if self.read < self.bytes {
                return Err(data_error(BytesError::Truncated { kind: "zip", read: self.read }));
            }
            if self.found.sum() != self.checksum {
                return Err(wrong("its checksum is another one"));
            }
        }
        Ok(size)
    }
}
