//! Guesses the encoding from a file's bytes. Only inference guesses: the block it writes declares the encoding.

use std::io::{self, Read};

use crate::config::Encoding;
use crate::extract::{TextEncoding, text_encoding};
use crate::words::counted;

/// Bytes of a UTF-16 file decoded at a time.
const BLOCK_BYTES: usize = 1 << 16;

/// Statistics of a whole file's bytes.
#[derive(Debug, Clone)]
pub(super) struct Bytes {
    /// Records with characters beyond ASCII that are valid UTF-8.
    pub(super) utf8: u64,
    /// Records that are not valid UTF-8.
    pub(super) invalid: u64,
    /// How often each byte occurs in records that are not valid UTF-8.
    high: [u64; 256],
    /// How often each byte could be a small letter there: next to an ASCII letter.
    small: [u64; 256],
    /// How often it could be a capital: before an ASCII letter, and not after a small one.
    capital: [u64; 256],
    /// Bytes A4 next to a digit, in the place of a euro sign.
    euro: u64,
    /// Bytes A6, A8, B4, B8 next to a letter, in the place of Š, š, Ž and ž.
    carons: u64,
}

impl Default for Bytes {
    fn default() -> Self {
        Self { utf8: 0, invalid: 0, high: [0; 256], small: [0; 256], capital: [0; 256], euro: 0, carons: 0 }
    }
}

/// An encoding and the evidence for it.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) encoding: Encoding,
    /// The evidence as text; empty for plain ASCII.
    pub(super) evidence: String,
}

impl Bytes {
    /// Adds one record.
    pub(super) fn take(&mut self, record: &[u8]) {
        if record.is_ascii() {
            return;
        }
        if std::str::from_utf8(record).is_ok() {
            self.utf8 += 1;
            return;
        }
        self.invalid += 1;
        for (at, byte) in record.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
            self.high[usize::from(*byte)] += 1;
            let before = at.checked_sub(1).and_then(|at| record.get(at));
            let beside = [before, record.get(at + 1)];
            let near = |wanted: fn(&u8) -> bool| beside.iter().flatten().any(|byte| wanted(byte));
            self.small[usize::from(*byte)] += u64::from(near(u8::is_ascii_alphabetic));
            let begins = record.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
            let is_inside = before.is_some_and(u8::is_ascii_lowercase);
            self.capital[usize::from(*byte)] += u64::from(begins && !is_inside);
            match byte {
                0xA4 => self.euro += u64::from(near(u8::is_ascii_digit) || near(|byte| *byte == b' ')),
                0xA6 | 0xA8 | 0xB4 | 0xB8 => self.carons += u64::from(near(u8::is_ascii_alphabetic)),
                _ => {}
            }
        }
    }

    /// An old encoding whose letters stand next to letters, more often than those of windows-1252.
    fn old(&self, not_utf8: &str) -> Option<Choice> {
        let count = |[small, capital]: [&[usize]; 2]| {
            let of = |bytes: &[usize], seen: &[u64; 256]| bytes.iter().map(|byte| seen[*byte]).sum::<u64>();
            of(small, &self.small) + of(capital, &self.capital)
        };
        // Quotes and dashes of windows-1252 stand next to letters too.
        let signs: u64 = SIGNS.iter().map(|byte| self.high[*byte]).sum();
        let (windows, dos, mac) = (count(WINDOWS) + signs, count(DOS), count(MAC));
        let (encoding, evidence) = match () {
            () if dos > windows && dos > mac => {
                (Encoding::Cp850, "cp850: {}; its letters are those of DOS; `encoding: cp437` is an older form of it")
            }
            () if mac > windows && mac > dos => (Encoding::Macintosh, "macintosh: {}; its letters are those of Mac OS"),
            () => return None,
        };
        Some(Choice { encoding, evidence: evidence.replace("{}", not_utf8) })
    }

    /// The encoding that fits best.
    pub(super) fn choose(&self) -> Choice {
        let choice = |encoding, evidence| Choice { encoding, evidence };
        if self.invalid == 0 {
            let evidence = match self.utf8 {
                0 => String::new(),
                some => format!("utf-8: all {} with characters beyond ASCII are valid", counted(some, "record")),
            };
            return choice(Encoding::Utf8, evidence);
        }
        if self.utf8 > self.invalid * 10 {
            let (valid, invalid) = (counted(self.utf8, "record"), counted(self.invalid, "record"));
            return choice(
                Encoding::Utf8,
                format!(
                    "utf-8: {valid} with characters beyond ASCII are valid, {invalid} are not and will be rejected"
                ),
            );
        }
        let controls: u64 = self.high[0x80..0xA0].iter().sum();
        let unassigned: u64 = [0x81, 0x8D, 0x8F, 0x90, 0x9D].iter().map(|byte| self.high[*byte]).sum();
        let not_utf8 = format!(
            "{} not valid UTF-8",
            if self.invalid == 1 {
                "1 record is".to_owned()
            } else {
                format!("{} are", counted(self.invalid, "record"))
            }
        );
        if let Some(choice) = self.old(&not_utf8) {
            return choice;
        }
        if controls > unassigned {
            return choice(
                Encoding::Windows1252,
                format!(
                    "windows-1252: {not_utf8}; {} in 80-9F, which are printable only in windows-1252",
                    counted(controls, "byte")
                ),
            );
        }
        if self.euro > 0 || self.carons > 0 {
            let sign = if self.euro > 0 {
                "byte A4 occurs next to numbers: the euro sign of iso-8859-15"
            } else {
                "bytes A6, A8, B4 or B8 occur next to letters: Š, š, Ž, ž of iso-8859-15"
            };
            return choice(Encoding::Iso8859_15, format!("iso-8859-15: {not_utf8}; {sign}"));
        }
        choice(
            Encoding::Windows1252,
            format!(
                "windows-1252: {not_utf8}; iso-8859-1 would read these bytes the same, but windows-1252 \
                 also has the euro sign"
            ),
        )
    }
}

/// Small letters and capitals of Western Europe in windows-1252, in DOS and in Mac OS.
const WINDOWS: [&[usize]; 2] = [&[0xE4, 0xE5, 0xE6, 0xE9, 0xF6, 0xF8], &[0xC4, 0xC5, 0xC6, 0xD6, 0xD8]];
const DOS: [&[usize]; 2] = [&[0x82, 0x84, 0x86, 0x91, 0x94, 0x9B], &[0x8E, 0x8F, 0x99]];
const MAC: [&[usize]; 2] = [&[0x8A, 0x8C, 0x8E, 0x9A, 0xBE, 0xBF], &[0x80, 0x81, 0x85]];
/// Quotes, apostrophes and dashes of windows-1252.
const SIGNS: [usize; 4] = [0x92, 0x93, 0x96, 0x97];

/// An old encoding of Mac OS or DOS, if a file's start shows one.
pub(super) fn old_encoding(head: &[u8]) -> Option<Choice> {
    let mut bytes = Bytes::default();
    head.split(|byte| matches!(byte, b'\n' | b'\r')).for_each(|line| bytes.take(line));
    let choice = bytes.choose();
    matches!(choice.encoding, Encoding::Macintosh | Encoding::Cp437 | Encoding::Cp850).then_some(choice)
}

/// The encoding's name in YAML.
pub(super) fn name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16 => "utf-16",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
        Encoding::Windows1252 => "windows-1252",
        Encoding::Iso8859_1 => "iso-8859-1",
        Encoding::Iso8859_15 => "iso-8859-15",
        Encoding::Macintosh => "macintosh",
        Encoding::Cp437 => "cp437",
        Encoding::Cp850 => "cp850",
    }
}

/// UTF-16 if a file's first bytes show it, with the evidence.
pub(super) fn utf16(head: &[u8]) -> Option<Choice> {
    let choice = |encoding, evidence: &str| Some(Choice { encoding, evidence: evidence.to_owned() });
    match head {
        [0xFF, 0xFE, ..] => return choice(Encoding::Utf16, "utf-16: it starts with the byte order mark FF FE"),
        [0xFE, 0xFF, ..] => return choice(Encoding::Utf16, "utf-16: it starts with the byte order mark FE FF"),
        _ => {}
    }
    let sample = &head[..head.len().min(4096) & !1];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    match () {
        () if pairs < 4 => None,
        () if odd * 10 > pairs * 7 && even * 10 < pairs => {
            choice(Encoding::Utf16Le, "utf-16le: every other byte is zero, the second of each pair")
        }
        () if even * 10 > pairs * 7 && odd * 10 < pairs => {
            choice(Encoding::Utf16Be, "utf-16be: every other byte is zero, the first of each pair")
        }
        () => None,
    }
}

/// A UTF-16 stream as UTF-8.
pub(super) struct Utf16Reader<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Utf16Reader<R> {
    /// Reads `inner`, low byte first unless a byte order mark or the encoding says otherwise.
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf16Be => encoding_rs::UTF_16BE.new_decoder(),
            _ => encoding_rs::UTF_16LE.new_decoder(),
        };
        Self { inner, decoder, ready: Vec::new(), at: 0, ended: false }
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            let mut block = Vec::new();
            self.inner.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
            self.ended = block.is_empty();
            let most = self.decoder.max_utf8_buffer_length(block.len()).unwrap_or(BLOCK_BYTES * 4);
            self.ready.resize(most, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&block, &mut self.ready, self.ended);
            self.ready.truncate(written);
            self.at = 0;
        }
        let size = out.len().min(self.ready.len() - self.at);
        out[..size].copy_from_slice(&self.ready[self.at..self.at + size]);
        self.at += size;
        Ok(size)
    }
}

/// A stream in an encoding of single bytes as UTF-8.
pub(super) struct RecodedReader<R> {
    inner: R,
    encoding: TextEncoding,
    ready: Vec<u8>,
    at: usize,
}

impl<R: Read> RecodedReader<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        Self { inner, encoding: text_encoding(encoding), ready: Vec::new(), at: 0 }
    }
}

impl<R: Read> Read for RecodedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            let mut block = Vec::new();
            self.inner.by_ref().take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
            self.ready = self.encoding.recode(&block).into_owned();
            self.at = 0;
        }
        let size = out.len().min(self.ready.len() - self.at);
        out[..size].copy_from_slice(&self.ready[self.at..self.at + size]);
        self.at += size;
        Ok(size)
    }
}

/// Appends a text as UTF-8: unchanged if it is valid, otherwise read as windows-1252.
pub(super) fn push_utf8(text: &[u8], out: &mut Vec<u8>) {
    if text.is_ascii() || std::str::from_utf8(text).is_ok() {
        out.extend_from_slice(text);
    } else {
        out.extend_from_slice(encoding_rs::WINDOWS_1252.decode_without_bom_handling(text).0.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(records: &[&[u8]]) -> Encoding {
        let mut bytes = Bytes::default();
        records.iter().for_each(|record| bytes.take(record));
        bytes.choose().encoding
    }

    #[test]
    fn bytes_determine_an_encoding() {
        assert_eq!(chosen(&[b"abc"]), Encoding::Utf8);
        assert_eq!(chosen(&["Åsa".as_bytes()]), Encoding::Utf8);
        assert_eq!(chosen(&[b"\xC5sa"]), Encoding::Windows1252);
        assert_eq!(chosen(&[b"\x80 5"]), Encoding::Windows1252);
        assert_eq!(chosen(&[b"\xC5sa", b"5 \xA4"]), Encoding::Iso8859_15);
        assert_eq!(chosen(&[b"\x8Fsa \x99berg", b"Malm\x94"]), Encoding::Cp850);
        assert_eq!(chosen(&[b"\x81sa \x85berg", b"Malm\x9A"]), Encoding::Macintosh);
        assert_eq!(chosen(&[b"5 \x80", b"wait\x85", b"\x93word\x94", b"caf\xE9"]), Encoding::Windows1252);
    }

    #[test]
    fn utf_16_is_read_as_utf_8() {
        let bytes: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("Åsa;1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(utf16(&bytes).unwrap().encoding, Encoding::Utf16);
        assert_eq!(utf16(&bytes[2..]).unwrap().encoding, Encoding::Utf16Le);
        let mut text = String::new();
        Utf16Reader::new(bytes.as_slice(), Encoding::Utf16).read_to_string(&mut text).unwrap();
        assert_eq!(text, "Åsa;1\n");
    }
}
