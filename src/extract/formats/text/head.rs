//! The first bytes of a file: signs that it is not text in the declared encoding.

use std::{error, fmt};

use memchr::memchr;

use super::encoding::{Recoder, TextEncoding, Width};
use crate::config::LineEnds;

/// What a file is instead of text in the declared encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherKind {
    /// What it looks like.
    pub like: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

impl fmt::Display for OtherKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { like, advice } = self;
        write!(f, "the file {like}: {advice}")
    }
}

impl error::Error for OtherKind {}

/// Checks the first bytes of a file for lines that end otherwise than declared.
///
/// # Errors
/// Carriage returns alone, where a line feed should end each line.
pub fn check_line_ends(head: &[u8], encoding: TextEncoding, declared: LineEnds) -> Result<(), OtherKind> {
    if declared != LineEnds::Lf || memchr(b'\r', head).is_none() {
        return Ok(());
    }
    let text = match encoding.width() {
        Width::Utf16 => Recoder::new(encoding).push(head, true),
        Width::Bytes | Width::One => head.to_vec(),
    };
    let ends_amid = memchr(b'\r', &text).is_some_and(|at| at + 1 < text.len());
    match ends_amid && memchr(b'\n', &text).is_none() {
        true => Err(OtherKind {
            like: "has lines that end in a carriage return (CR) alone",
            advice: "set `line_ends: cr`, or `any` if its values contain line feeds",
        }),
        false => Ok(()),
    }
}

/// The single-byte encoding that a text looks like, by its Nordic and German letters.
pub fn likely_encoding(text: &[u8]) -> TextEncoding {
    // ÅÄÖÆØÜÉ and åäöæøüé in each encoding.
    const LETTERS: [(TextEncoding, &[u8]); 3] = [
        (TextEncoding::Windows1252, b"\xC5\xC4\xD6\xC6\xD8\xDC\xC9\xE5\xE4\xF6\xE6\xF8\xFC\xE9"),
        (TextEncoding::Cp850, b"\x8F\x8E\x99\x92\x9D\x9A\x90\x86\x84\x94\x91\x9B\x81\x82"),
        (TextEncoding::Macintosh, b"\x81\x80\x85\xAE\xAF\x86\x83\x8C\x8A\x9A\xBE\xBF\x9F\x8E"),
    ];
    let found = |letters: &[u8]| text.iter().filter(|byte| letters.contains(byte)).count();
    // Of equals, the first.
    let best = LETTERS.iter().rev().max_by_key(|(_, letters)| found(letters));
    best.map_or(TextEncoding::Windows1252, |(encoding, _)| *encoding)
}

/// Checks the first bytes of a file for signs that it is not text in the declared encoding.
///
/// # Errors
/// The kind of file that it looks like.
pub fn check_head(head: &[u8], encoding: TextEncoding) -> Result<(), OtherKind> {
    const OTHERS: [(&[u8], &str, &str); 6] = [
        (b"\x1F\x8B", "is compressed with gzip", "set `compression: gzip`, or end the file name in .gz"),
        (b"\x28\xB5\x2F\xFD", "is compressed with Zstandard", "set `compression: zstd`, or end the file name in .zst"),
        (b"\xFD7zXZ\0", "is compressed with xz", "set `compression: xz`, or end the file name in .xz"),
        (
            b"PK\x03\x04",
            "is a zip archive or a workbook",
            "set `format: { xlsx: {} }` if it is a workbook, and `compression: zip` if it is an archive",
        ),
        (b"PAR1", "is a Parquet file", "set `format: { parquet: {} }`"),
        (b"%PDF-", "is a PDF document", "ask for the data as CSV"),
    ];
    let looks_like = |like, advice| Err(OtherKind { like, advice });
    if let Some((_, like, advice)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return looks_like(like, advice);
    }
    if matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..]) {
        return looks_like("is compressed with bzip2", "set `compression: bzip2`, or end the file name in .bz2");
    }
    let marked = matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let utf16 = "set `encoding: utf-16`";
    match encoding {
        TextEncoding::Utf16 if !marked => {
            if head.len() < 2 || !head.contains(&0) {
                return looks_like("is not UTF-16", "declare its actual encoding, such as `encoding: utf-8`");
            }
            looks_like("has no byte order mark", "set `encoding: utf-16le` or `encoding: utf-16be`")
        }
        TextEncoding::Utf16Le if head.starts_with(b"\xFE\xFF") => looks_like("starts like utf-16be", utf16),
        TextEncoding::Utf16Be if head.starts_with(b"\xFF\xFE") => looks_like("starts like utf-16le", utf16),
        // In UTF-16, delimiters and line ends consist of a NUL byte and an ASCII byte.
        TextEncoding::Utf16Le | TextEncoding::Utf16Be if !head.is_empty() && !head.contains(&0) => {
            looks_like("is not UTF-16", "declare its actual encoding, such as `encoding: utf-8`")
        }
        TextEncoding::Utf16 | TextEncoding::Utf16Le | TextEncoding::Utf16Be => Ok(()),
        _ if encoding.is_single_byte() && head.starts_with(b"\xEF\xBB\xBF") => {
            looks_like("starts with the byte order mark of UTF-8", "set `encoding: utf-8`")
        }
        _ if marked => looks_like("starts with the byte order mark of UTF-16", utf16),
        _ => Ok(()),
    }
}
