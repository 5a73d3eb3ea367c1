//! Opens a workbook within limits: the unpacked size of each part is known before the part is loaded.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use calamine::{Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::config::XlsxFormat;
use crate::store::Stored;

/// The limit for the unpacked size of all parts, in bytes.
const MAX_UNPACKED: u64 = 512 << 20;
/// The most parts of a workbook.
const MAX_PARTS: usize = 10_000;
/// The limit for the ratio of unpacked to packed size of a part; deflate itself reaches about 1030.
const MAX_RATIO: u64 = 500;
/// Parts below this size are harmless at any ratio.
const SMALL: u64 = 16 << 20;
/// Bytes per read from the store.
const BLOCK: usize = 256 << 10;

/// An open workbook.
pub(super) type Workbook = Xlsx<BufReader<StoredReader>>;

/// A stored file with random access.
pub(super) struct StoredReader {
    stored: Stored,
    at: u64,
    block: Bytes,
    block_start: u64,
}

impl StoredReader {
    fn new(stored: &Stored) -> Self {
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

/// Opens a workbook and finds its sheet. Returns the workbook and the sheet's name.
pub(super) fn open(format: &XlsxFormat, stored: &Stored) -> Result<(Workbook, String), String> {
    check_kind(stored)?;
    check_parts(stored)?;
    let workbook = Xlsx::new(BufReader::new(StoredReader::new(stored)));
    let workbook: Workbook = workbook.map_err(|error| reason(&error))?;
    let sheets = workbook.sheet_names();
    let sheet = match &format.sheet {
        Some(wanted) => sheets.iter().find(|name| **name == wanted.value),
        None => sheets.first(),
    };
    let Some(sheet) = sheet.cloned() else {
        let wanted = format.sheet.as_ref().map(|sheet| sheet.value.as_str()).unwrap_or_default();
        return Err(format!("it has no sheet `{wanted}`; its sheets are: {}", sheets.join(", ")));
    };
    Ok((workbook, sheet))
}

/// The reason for a failure, for messages.
pub(super) fn reason(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "it is encrypted: save it without a password".to_owned(),
        other => format!("it is not a valid .xlsx workbook: {other}"),
    }
}

/// Recognizes other kinds of files by their first bytes.
fn check_kind(stored: &Stored) -> Result<(), String> {
    let size = usize::try_from(stored.bytes()).unwrap_or(8).min(8);
    let start = stored.read_range(0, size).map_err(|error| error.to_string())?;
    match *start {
        [b'P', b'K', ..] => Ok(()),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            // Old workbooks and encrypted new ones have the same container format.
            match Xlsx::new(BufReader::new(StoredReader::new(stored))) {
                Err(XlsxError::Password) => Err(reason(&XlsxError::Password)),
                _ => Err("it is an old .xls workbook: save it as .xlsx".to_owned()),
            }
        }
        [] => Err("it is empty".to_owned()),
        _ => Err("it is not an .xlsx workbook; a workbook must not be compressed again".to_owned()),
    }
}

/// Checks the limits: by the sizes the archive states and, for the parts that are loaded whole, by their real sizes.
fn check_parts(stored: &Stored) -> Result<(), String> {
    let unsound = |error: zip::result::ZipError| format!("it is not a valid .xlsx workbook: {error}");
    let mut archive = ZipArchive::new(BufReader::new(StoredReader::new(stored))).map_err(unsound)?;
    if archive.len() > MAX_PARTS {
        return Err(format!("it has {} parts, at most {MAX_PARTS} are read", archive.len()));
    }
    let mut unpacked = 0_u64;
    let mut held = Vec::new();
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).map_err(unsound)?;
        let (size, packed) = (part.size(), part.compressed_size());
        let name = part.name().map_err(unsound)?;
        unpacked = unpacked.saturating_add(size);
        if size > SMALL && size / packed.max(1) > MAX_RATIO {
            let times = size / packed.max(1);
            return Err(format!("its part {name} unpacks to {times} times its size: no genuine sheet does"));
        }
        if !name.contains("/worksheets/") && !name.contains("/media/") {
            held.push((number, size));
        }
    }
    if unpacked > MAX_UNPACKED {
        return Err(format!("it unpacks to {unpacked} bytes, at most {MAX_UNPACKED} are read: export it as CSV"));
    }
    // Sheets are streamed. The other parts are read whole, and the archive may state a wrong size.
    for (number, size) in held {
        let part = archive.by_index(number).map_err(unsound)?;
        let is_strings = part.name().map_err(unsound)?.ends_with("sharedStrings.xml");
        let mut part = part.take(size + 1);
        if is_strings {
            check_string_count(&mut part, size)?;
        }
        let read = io::copy(&mut part, &mut io::sink())
            .map_err(|error| format!("it is not a valid .xlsx workbook: {error}"))?;
        if read > size {
            return Err("one of its parts is larger than the archive states".to_owned());
        }
    }
    Ok(())
}

/// The list of texts states its length, for which the reader allocates: it must not exceed the list's bytes.
fn check_string_count(part: &mut impl Read, size: u64) -> Result<(), String> {
    let mut start = Vec::new();
    part.take(4096).read_to_end(&mut start).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&start);
    let count = text.split_once("uniqueCount=").map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let digits: String = count.unwrap_or("0").chars().take_while(char::is_ascii_digit).collect();
    match digits.parse::<u64>() {
        Ok(count) if count <= size => Ok(()),
        _ => Err("its list of texts states more texts than its size allows".to_owned()),
    }
}
