//! Character encodings: text of any declared encoding -> UTF-8, with positions still counted in the file's own bytes.
//!
//! An invalid character becomes a byte that never occurs in UTF-8, so that the row is rejected like any other with
//! invalid text.

use std::borrow::Cow;
use std::sync::LazyLock;

use encoding_rs::{ISO_8859_15, MACINTOSH, WINDOWS_1252};

use memchr::memchr_iter;

use crate::config::Encoding;
use crate::extract::frame::{Note, NoteKind};

/// The declared encoding of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextEncoding {
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252; five of its bytes are undefined.
    Windows1252,
    /// ISO 8859-1: every byte is its own code point.
    Iso8859_1,
    Iso8859_15,
    /// Mac OS Roman.
    Macintosh,
    /// Code page 437 of DOS.
    Cp437,
    /// Code page 850 of DOS.
    Cp850,
}

/// The characters of bytes 80 to FF in code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩\
                     ≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
/// The characters of bytes 80 to FF in code page 850.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\
                     \u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

static OF_CP437: LazyLock<Vec<char>> = LazyLock::new(|| CP437.chars().collect());
static OF_CP850: LazyLock<Vec<char>> = LazyLock::new(|| CP850.chars().collect());

/// How many bytes a character occupies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) enum Width {
    /// As many as in UTF-8.
    Bytes,
    /// One byte.
    One,
    /// Two or four bytes.
    Utf16,
}

/// Replaces an invalid character.
const NO_CHARACTER: u8 = 0xFF;
/// Replaces an odd byte at the end of UTF-16.
const HALF_UNIT: u8 = 0xFE;

impl Width {
    /// The number of bytes that `text` occupies in the file. The results for two parts add up, wherever the text is
    /// cut.
    pub(in crate::extract) fn measure(self, text: &[u8]) -> u64 {
        match self {
            Self::Bytes => text.len() as u64,
            Self::One => text.iter().map(|byte| u64::from(byte & 0xC0 != 0x80)).sum(),
            Self::Utf16 => text.iter().map(|byte| in_utf16(*byte)).sum(),
        }
    }
}

fn in_utf16(byte: u8) -> u64 {
    match byte {
        0x80..=0xBF => 0,
        0xF0..=0xF7 => 4,
        HALF_UNIT => 1,
        _ => 2,
    }
}

impl TextEncoding {
    /// The name as declared.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Iso8859_1 => "iso-8859-1",
            Self::Iso8859_15 => "iso-8859-15",
            Self::Macintosh => "macintosh",
            Self::Cp437 => "cp437",
            Self::Cp850 => "cp850",
        }
    }

    /// Whether each character is one byte.
    pub(in crate::extract) fn is_single_byte(self) -> bool {
        self.width() == Width::One
    }

    /// Whether the encoding contains a character.
    pub fn has(self, character: char) -> bool {
        let mut utf8 = [0; 4];
        let text = character.encode_utf8(&mut utf8);
        match self {
            Self::Windows1252 => !WINDOWS_1252.encode(text).2 && !matches!(character, '\u{80}'..='\u{9F}'),
            Self::Iso8859_15 => !ISO_8859_15.encode(text).2,
            Self::Iso8859_1 => u32::from(character) < 256,
            Self::Macintosh => !MACINTOSH.encode(text).2,
            Self::Cp437 => character.is_ascii() || OF_CP437.contains(&character),
            Self::Cp850 => character.is_ascii() || OF_CP850.contains(&character),
            Self::Utf8 | Self::Utf16 | Self::Utf16Le | Self::Utf16Be => true,
        }
    }

    pub(in crate::extract) fn width(self) -> Width {
        match self {
            Self::Utf8 => Width::Bytes,
            Self::Utf16 | Self::Utf16Le | Self::Utf16Be => Width::Utf16,
            Self::Windows1252 | Self::Iso8859_1 | Self::Iso8859_15 | Self::Macintosh | Self::Cp437 | Self::Cp850 => {
                Width::One
            }
        }
    }

    /// A sign in text of a single-byte encoding that it has another one. `line` is that of its first byte.
    pub(in crate::extract) fn doubt(self, text: &[u8], line: u64) -> Option<Note> {
        let first = encoding_rs::Encoding::ascii_valid_up_to(text);
        if first == text.len() {
            return None;
        }
        let is_control = |byte: &u8| matches!(byte, 0x80..=0x9F);
        let has_controls = matches!(self, Self::Iso8859_1 | Self::Iso8859_15);
        let (kind, count, at) = match text.iter().position(is_control).filter(|_| has_controls) {
            _ if simdutf8::basic::from_utf8(text).is_ok() => {
                (NoteKind::LooksLikeUtf8, text.iter().filter(|byte| **byte >= 0xC0).count(), first)
            }
            Some(at) => (NoteKind::ControlCharacters, text.iter().filter(|byte| is_control(byte)).count(), at),
            None => return None,
        };
        let before = memchr_iter(b'\n', text.get(..at).unwrap_or_default()).count() as u64;
        Some(Note { kind, count: count as u64, line: line + before })
    }

    /// Text of a single-byte encoding as UTF-8.
    pub(crate) fn recode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let as_bytes = |text| match text {
            Cow::Borrowed(text) => Cow::Borrowed(str::as_bytes(text)),
            Cow::Owned(text) => Cow::Owned(String::into_bytes(text)),
        };
        match self {
            Self::Iso8859_1 => as_bytes(encoding_rs::mem::decode_latin1(bytes)),
            Self::Iso8859_15 => as_bytes(ISO_8859_15.decode_without_bom_handling(bytes).0),
            Self::Windows1252 if bytes.iter().any(|byte| is_undefined_1252(*byte)) => {
                let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
                for piece in bytes.split_inclusive(|byte| is_undefined_1252(*byte)) {
                    let (text, undefined) = match piece.split_last() {
                        Some((last, text)) if is_undefined_1252(*last) => (text, true),
                        _ => (piece, false),
                    };
                    out.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(text).0.as_bytes());
                    out.extend(undefined.then_some(NO_CHARACTER));
                }
                Cow::Owned(out)
            }
            Self::Windows1252 => as_bytes(WINDOWS_1252.decode_without_bom_handling(bytes).0),
            Self::Macintosh => as_bytes(MACINTOSH.decode_without_bom_handling(bytes).0),
            Self::Cp437 => by_table(&OF_CP437, bytes),
            Self::Cp850 => by_table(&OF_CP850, bytes),
            Self::Utf8 | Self::Utf16 | Self::Utf16Le | Self::Utf16Be => Cow::Borrowed(bytes),
        }
    }
}

/// A declared encoding, in the reader's type.
pub(crate) fn text_encoding(declared: Encoding) -> TextEncoding {
    match declared {
        Encoding::Utf8 => TextEncoding::Utf8,
        Encoding::Utf16 => TextEncoding::Utf16,
        Encoding::Utf16Le => TextEncoding::Utf16Le,
        Encoding::Utf16Be => TextEncoding::Utf16Be,
        Encoding::Windows1252 => TextEncoding::Windows1252,
        Encoding::Iso8859_1 => TextEncoding::Iso8859_1,
        Encoding::Iso8859_15 => TextEncoding::Iso8859_15,
        Encoding::Macintosh => TextEncoding::Macintosh,
        Encoding::Cp437 => TextEncoding::Cp437,
        Encoding::Cp850 => TextEncoding::Cp850,
    }
}

/// Text whose bytes beyond ASCII are these characters.
fn by_table<'a>(table: &[char], bytes: &'a [u8]) -> Cow<'a, [u8]> {
    if bytes.is_ascii() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
    let mut utf8 = [0; 4];
    for byte in bytes {
        match byte.checked_sub(0x80).and_then(|at| table.get(usize::from(at))) {
            Some(character) => out.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes()),
            None => out.push(*byte),
        }
    }
    Cow::Owned(out)
}

fn is_undefined_1252(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)
}

/// Converts a stream of blocks to UTF-8. A block may end inside a character.
#[derive(Debug)]
pub(in crate::extract) struct Recoder {
    encoding: TextEncoding,
    /// Bytes of a character that is still incomplete.
    rest: Vec<u8>,
}

impl Recoder {
    pub(in crate::extract) fn new(encoding: TextEncoding) -> Self {
        Self { encoding, rest: Vec::new() }
    }

    /// The next block as UTF-8; `end` marks the last one.
    pub(in crate::extract) fn push(&mut self, block: &[u8], end: bool) -> Vec<u8> {
        if self.encoding.is_single_byte() {
            return self.encoding.recode(block).into_owned();
        }
        self.rest.extend_from_slice(block);
        if self.encoding == TextEncoding::Utf16 {
            match self.rest.as_slice() {
                [0xFF, 0xFE, ..] => self.encoding = TextEncoding::Utf16Le,
                [_, _, ..] => self.encoding = TextEncoding::Utf16Be,
                _ if !end => return Vec::new(),
                _ => {}
            }
        }
        let pairs = self.rest.as_chunks::<2>().0;
        let read = match self.encoding {
            TextEncoding::Utf16Le => u16::from_le_bytes,
            _ => u16::from_be_bytes,
        };
        let mut units: Vec<u16> = pairs.iter().map(|pair| read(*pair)).collect();
        if !end && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
        }
        let used = units.len() * 2;
        let mut out = Vec::with_capacity(units.len() + units.len() / 8);
        let mut utf8 = [0; 4];
        for character in char::decode_utf16(units) {
            match character {
                Ok(ascii) if ascii.is_ascii() => out.push(ascii as u8),
                Ok(character) => out.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes()),
                Err(_) => out.push(NO_CHARACTER),
            }
        }
        self.rest.drain(..used);
        if end && !self.rest.is_empty() {
            out.push(HALF_UNIT);
            self.rest.clear();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, encoding: TextEncoding) -> Vec<u8> {
        let bytes = if encoding == TextEncoding::Utf16Le { u16::to_le_bytes } else { u16::to_be_bytes };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn blocks_of_any_size_give_the_same_utf_16() {
        let text = "\u{FEFF}a,å\r\n€,😀\n";
        for encoding in [TextEncoding::Utf16Le, TextEncoding::Utf16Be] {
            let bytes = utf16(text, encoding);
            for block in 1..bytes.len() {
                for declared in [encoding, TextEncoding::Utf16] {
                    let mut recoder = Recoder::new(declared);
                    let mut out: Vec<u8> = bytes.chunks(block).flat_map(|block| recoder.push(block, false)).collect();
                    out.extend(recoder.push(&[], true));
                    assert_eq!(String::from_utf8(out).unwrap(), text);
                }
            }
            assert_eq!(Width::Utf16.measure(text.as_bytes()), bytes.len() as u64);
        }
    }

    #[test]
    fn half_characters_of_utf_16_are_bytes_that_utf_8_never_has() {
        let mut recoder = Recoder::new(TextEncoding::Utf16Le);
        let mut out = recoder.push(&[b'a', 0, 0x00, 0xD8], false);
        out.extend(recoder.push(&[b'b', 0, 0x00, 0xDC, b'c'], true));
        assert_eq!(out, [b'a', NO_CHARACTER, b'b', NO_CHARACTER, HALF_UNIT]);
        assert_eq!(Width::Utf16.measure(&out), 9);
    }

    #[test]
    fn single_bytes_follow_their_standards() {
        let all: Vec<u8> = (0..=255).collect();
        let latin = TextEncoding::Iso8859_1.recode(&all);
        let expected: String = (0..256_u32).filter_map(char::from_u32).collect();
        assert_eq!(latin, expected.as_bytes());
        let euro = |encoding: TextEncoding, byte: u8| encoding.recode(&[byte]).into_owned();
        assert_eq!(euro(TextEncoding::Iso8859_15, 0xA4), "€".as_bytes());
        assert_eq!(euro(TextEncoding::Windows1252, 0x80), "€".as_bytes());
        assert_eq!(euro(TextEncoding::Iso8859_1, 0x80), "\u{80}".as_bytes());
        let windows = TextEncoding::Windows1252.recode(&all);
        assert_eq!(windows.iter().filter(|byte| **byte == NO_CHARACTER).count(), 5);
        for encoding in [TextEncoding::Iso8859_1, TextEncoding::Iso8859_15, TextEncoding::Windows1252] {
            assert_eq!(Width::One.measure(&encoding.recode(&all)), 256);
        }
    }

    #[test]
    fn old_code_pages_are_those_of_another_implementation() {
        // One line per encoding: the characters of bytes 80 to FF, as Python's codecs have them.
        let fixture = include_str!("code_pages.txt");
        let all: Vec<u8> = (0..=255).collect();
        let ascii: String = (0..128_u8).map(char::from).collect();
        for (line, encoding) in fixture.lines().zip([TextEncoding::Cp437, TextEncoding::Cp850, TextEncoding::Macintosh])
        {
            let (name, codes) = line.split_once(' ').unwrap();
            assert_eq!(name, encoding.as_str());
            let characters = codes.split(' ').map(|code| u32::from_str_radix(code, 16).unwrap());
            let expected: String = ascii.chars().chain(characters.filter_map(char::from_u32)).collect();
            assert_eq!(expected.chars().count(), 256);
            assert_eq!(String::from_utf8(encoding.recode(&all).into_owned()).unwrap(), expected, "{name}");
            for (byte, character) in all.iter().zip(expected.chars()) {
                assert_eq!(encoding.recode(&[*byte]).as_ref(), character.to_string().as_bytes());
                assert!(encoding.has(character), "{name} {character:?}");
            }
            assert_eq!(encoding.width().measure(expected.as_bytes()), 256);
        }
    }

    #[test]
    fn text_that_is_probably_of_another_encoding_is_noted() {
        let doubt = |encoding: TextEncoding, text: &[u8]| {
            encoding.doubt(text, 7).map(|note| (note.kind, note.count, note.line))
        };
        let dos = b"1;Asa\n2;\x8Fsa \x99berg\n";
        assert_eq!(doubt(TextEncoding::Iso8859_1, dos), Some((NoteKind::ControlCharacters, 2, 8)));
        assert_eq!(doubt(TextEncoding::Cp850, dos), None);
        assert_eq!(doubt(TextEncoding::Windows1252, "a\nb\nå ö\n".as_bytes()), Some((NoteKind::LooksLikeUtf8, 2, 9)));
        assert_eq!(doubt(TextEncoding::Iso8859_15, "Å".as_bytes()), Some((NoteKind::LooksLikeUtf8, 1, 7)));
        assert_eq!(doubt(TextEncoding::Windows1252, b"\xC5sa \xD6berg"), None);
        assert_eq!(doubt(TextEncoding::Iso8859_1, b"plain"), None);
    }

    #[test]
    fn an_encoding_knows_its_characters() {
        assert!(TextEncoding::Iso8859_1.has('§') && !TextEncoding::Iso8859_1.has('€'));
        assert!(TextEncoding::Iso8859_15.has('€') && !TextEncoding::Iso8859_15.has('¤'));
        assert!(TextEncoding::Windows1252.has('€') && !TextEncoding::Windows1252.has('\u{81}'));
        assert!(TextEncoding::Macintosh.has('∞') && !TextEncoding::Macintosh.has('Ł'));
        assert!(TextEncoding::Cp850.has('ø') && !TextEncoding::Cp437.has('ø') && !TextEncoding::Cp850.has('€'));
        assert!(TextEncoding::Utf16.has('😀'));
    }
}
