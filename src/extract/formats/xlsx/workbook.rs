//! Opens a workbook within limits, and chooses its sheet: the unpacked size of each part is known before the part is
//! loaded.

use std::io::{self, BufReader, Read, Write};

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xlsx, XlsxError};
use memchr::memmem;
use zip::ZipArchive;

use super::book::{Book, Kind, xlsx_reason};
use crate::config::XlsxFormat;
use crate::extract::stored_reader::StoredReader;
use crate::store::Stored;
use crate::words::{few, printable};

/// The limit for the unpacked size of all parts, in bytes.
const MAX_UNPACKED: u64 = 512 << 20;
/// The most parts of a workbook.
const MAX_PARTS: usize = 10_000;
/// The limit for the ratio of unpacked to packed size of a part; deflate itself reaches about 1030.
const MAX_RATIO: u64 = 500;
/// Parts below this size are harmless at any ratio.
const SMALL: u64 = 16 << 20;
/// The largest .xls, which is not packed: 65,536 rows of 256 columns are seldom more.
const MAX_XLS: u64 = 128 << 20;

/// The most entries of the list of texts, which the reader holds as a text each.
const MAX_TEXTS: u64 = 5_000_000;

/// An open workbook, and the sheet to read.
pub(super) struct Opened {
    pub(super) book: Book,
    pub(super) sheet: String,
    /// What was passed over to find the sheet, if it is not named.
    pub(super) remark: Option<String>,
}

/// Opens a workbook and finds its sheet.
pub(super) fn open(format: &XlsxFormat, stored: &Stored) -> Result<Opened, String> {
    let book = book(stored)?;
    let (sheet, remark) = match &format.sheet {
        Some(wanted) => (named(book.sheets(), &wanted.value)?, None),
        None => first_visible(book.sheets())?,
    };
    Ok(Opened { book, sheet, remark })
}

/// An open workbook of any kind, if it is within the limits.
pub(super) fn book(stored: &Stored) -> Result<Book, String> {
    Book::open(kind_of(stored)?, stored)
}

fn named(sheets: &[Sheet], wanted: &str) -> Result<String, String> {
    let found = sheets.iter().find(|sheet| sheet.name == wanted).map(|sheet| sheet.name.clone());
    found.ok_or_else(|| format!("it has no sheet `{wanted}`; its sheets are: {}", listed(sheets.iter())))
}

/// The first sheet that people see, and what it is that they do not see or that comes after it.
fn first_visible(sheets: &[Sheet]) -> Result<(String, Option<String>), String> {
    let tables = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let Some(first) = tables().find(|sheet| sheet.visible == SheetVisible::Visible) else {
        return Err(match tables().next() {
            None => "it has no sheet with cells".to_owned(),
            Some(_) => {
                format!("all of its sheets are hidden: {}; name the one to read under `sheet`", listed(tables()))
            }
        });
    };
    let others: Vec<&Sheet> = tables().filter(|sheet| sheet.name != first.name).collect();
    let remark = (!others.is_empty()).then(|| {
        let others = listed(others.into_iter());
        format!("its first visible sheet, `{}`, is read and not {others}; `sheet` names another one", first.name)
    });
    Ok((first.name.clone(), remark))
}

/// Names of sheets, for messages.
fn listed<'a>(sheets: impl Iterator<Item = &'a Sheet>) -> String {
    let shown = |sheet: &Sheet| {
        let hidden = match sheet.visible {
            SheetVisible::Visible => "",
            SheetVisible::Hidden => " (hidden)",
            SheetVisible::VeryHidden => " (hidden by a program)",
        };
        format!("`{}`{hidden}", printable(&sheet.name))
    };
    few(&sheets.map(shown).collect::<Vec<_>>())
}

/// The kind of a workbook, by its content; its parts are within the limits.
pub(super) fn kind_of(stored: &Stored) -> Result<Kind, String> {
    let size = usize::try_from(stored.bytes()).unwrap_or(8).min(8);
    let start = stored.read_range(0, size).map_err(|error| error.to_string())?;
    match *start {
        [b'P', b'K', ..] => check_parts(stored),
        // Old workbooks and encrypted new ones have the same container format.
        [0xD0, 0xCF, 0x11, 0xE0, ..] => match Xlsx::new(BufReader::new(StoredReader::new(stored))) {
            Err(XlsxError::Password) => Err(xlsx_reason(&XlsxError::Password)),
            _ if stored.bytes() > MAX_XLS => {
                Err(format!("it is an .xls workbook of {} bytes, at most {MAX_XLS} are read", stored.bytes()))
            }
            _ => Ok(Kind::Xls),
        },
        [] => Err("it is empty".to_owned()),
        _ => {
            Err("it is not an .xlsx, .xlsb, .xls or .ods workbook; a workbook must not be compressed again".to_owned())
        }
    }
}

/// Checks the limits: by the sizes the archive states and, for the parts that are loaded whole, by their real sizes.
fn check_parts(stored: &Stored) -> Result<Kind, String> {
    let unsound = |error: zip::result::ZipError| format!("it is not a valid workbook: {error}");
    let mut archive = ZipArchive::new(BufReader::new(StoredReader::new(stored))).map_err(unsound)?;
    if archive.len() > MAX_PARTS {
        return Err(format!("it has {} parts, at most {MAX_PARTS} are read", archive.len()));
    }
    let mut unpacked = 0_u64;
    let mut held = Vec::new();
    let mut kind = Kind::Xlsx;
    for number in 0..archive.len() {
        let part = archive.by_index_raw(number).map_err(unsound)?;
        let (size, packed) = (part.size(), part.compressed_size());
        let name = part.name().map_err(unsound)?;
        match &*name {
            "xl/workbook.bin" => kind = Kind::Xlsb,
            // Only .ods begins so; its content is one part.
            "mimetype" => kind = Kind::Ods,
            _ => {}
        }
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
        let mut texts = Texts::default();
        let read = io::copy(&mut part, &mut texts).map_err(|error| format!("it is not a valid workbook: {error}"))?;
        if is_strings && texts.ends / 2 > MAX_TEXTS {
            return Err(format!("its list of texts has more than {MAX_TEXTS} entries: export it as CSV"));
        }
        if read > size {
            return Err("one of its parts is larger than the archive states".to_owned());
        }
    }
    Ok(kind)
}

/// Counts the ends of the tags around entries of the list of texts (`<si>` and `</si>`, perhaps with a prefix).
#[derive(Default)]
struct Texts {
    ends: u64,
    /// The last bytes, which may begin the end of a tag.
    last: Vec<u8>,
}

impl Write for Texts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const END: &[u8] = b"si>";
        let border = [self.last.as_slice(), &bytes[..bytes.len().min(END.len() - 1)]].concat();
        self.ends += (memmem::find_iter(&border, END).count() + memmem::find_iter(bytes, END).count()) as u64;
        self.last = [self.last.as_slice(), bytes].concat();
        self.last.drain(..self.last.len().saturating_sub(END.len() - 1));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_counted_in_blocks_of_any_size() {
        let list = b"<sst><si><t>a</t></si><x:si><t>b</t></x:si><si/></sst>";
        for size in 1..list.len() {
            let mut texts = Texts::default();
            list.chunks(size).for_each(|block| texts.write_all(block).unwrap());
            assert_eq!(texts.ends, 4, "{size}");
        }
    }
}
