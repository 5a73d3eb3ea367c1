//! Reads a CSV file, or similar text, into a profile: every record of it, not a sample.

use std::io::{self, Read};

use super::database::END;
use super::dialect::{Layout, after_lines};
use super::encoding::push_utf8;
use super::odd::{OddLine, Oddity, is_total};
use super::profile::Profile;
use super::split::Split;

/// What every cell of the last header record of a survey program has.
const IMPORT_ID: &str = "ImportId";
/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// Reads `content` (UTF-8 or one byte per character) to its end. `places` maps the file's columns to those of the
/// profile.
pub(super) fn scan(
    content: &mut dyn Read,
    layout: &Layout,
    places: &[usize],
    file: u16,
    profile: &mut Profile,
) -> io::Result<()> {
    let mut text: Vec<u8> = Vec::new();
    let (mut ended, mut first) = (false, true);
    let mut reader = Reader {
        layout,
        places,
        file,
        profile,
        fields: Vec::new(),
        raw: Vec::new(),
        headers: layout.header.as_ref().map_or(0, |header| header.records),
        lines: Lines::default(),
        after_misfit: false,
    };
    while !ended {
        let before = text.len();
        content.take(BLOCK_BYTES as u64).read_to_end(&mut text)?;
        ended = text.len() == before;
        reader.profile.bytes_read += (text.len() - before) as u64;
        let mut start = 0;
        if first {
            first = false;
            let mark = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            start = text.len() - after_lines(&text[mark..], layout.skip_lines as usize).len();
            reader.preamble(&text[mark..start]);
        }
        let at = reader.block(&text, start, ended);
        reader.lines.forget(&text[..at]);
        text.drain(..at);
    }
    reader.profile.odd.end_file(file, reader.after_misfit);
    reader.profile.totals.end_file();
    Ok(())
}

struct Reader<'a> {
    layout: &'a Layout,
    places: &'a [usize],
    file: u16,
    profile: &'a mut Profile,
    fields: Vec<(usize, usize)>,
    raw: Vec<u8>,
    /// Header records still to come.
    headers: u32,
    lines: Lines,
    /// Whether the last record did not fit.
    after_misfit: bool,
}

impl Reader<'_> {
    /// Notes the lines before the header or the first record.
    fn preamble(&mut self, text: &[u8]) {
        let titles = (self.layout.skip_lines - self.layout.skipped_header) as usize;
        for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n').take(titles)) {
            let found = self.odd_line(line, number, Oddity::Title);
            let list = if self.layout.is_like_a_record(line) {
                &mut self.profile.left_out
            } else {
                &mut self.profile.preamble
            };
            list.push(found);
        }
    }

    /// Reads the records of a block. Returns how far it came.
    fn block(&mut self, text: &[u8], mut at: usize, ended: bool) -> usize {
        loop {
            match self.layout.dialect.split(text, at, ended, &mut self.fields) {
                Split::More => return at,
                Split::Nothing { next } => at = next,
                Split::Unclosed { end, next } => {
                    if self.headers > 0 {
                        self.headers -= 1;
                    } else {
                        self.misfit(text, at, end);
                    }
                    at = next;
                }
                Split::Record { end, next, breaks } => {
                    if self.headers > 0 {
                        self.headers -= 1;
                        self.profile.bytes.take(&text[at..end]);
                        self.profile.broken_lines.0 += u64::from(breaks > 0);
                        let header = self.odd_line(&text[at..end], self.lines.number(&text[..at]), Oddity::Header);
                        self.profile.odd.headers.push(header.text.clone());
                        // Nobody takes the ids of a survey program for a row.
                        if self.layout.header.as_ref().is_some_and(|header| header.records > 1)
                            && !header.text.contains(IMPORT_ID)
                        {
                            self.profile.preamble.push(header);
                        }
                    } else {
                        self.record(text, at, end, breaks);
                    }
                    at = next;
                }
            }
        }
    }

    fn record(&mut self, text: &[u8], start: usize, end: usize, breaks: usize) {
        self.profile.bytes.take(&text[start..end]);
        if self.layout.dialect.database.is_some() && text[start..end] == *END {
            return;
        }
        // The end of a file of DOS.
        let is_of_end = |byte: &u8| *byte == 0x1A || byte.is_ascii_whitespace();
        if text[start..end].first() == Some(&0x1A) && text[start..].iter().all(is_of_end) {
            return;
        }
        if self.is_of_other_type(text) {
            return;
        }
        let fits = self.layout.fits(text, &self.fields);
        let broken = &mut self.profile.broken_lines;
        match (breaks > 0, fits) {
            (true, true) => broken.0 += 1,
            (true, false) => broken.1 += 1,
            _ => {}
        }
        if let Some(oddity) = self.oddity(text, start, end, fits) {
            return self.odd(text, start, end, oddity);
        }
        if !fits {
            return self.misfit(text, start, end);
        }
        self.after_misfit = false;
        self.profile.odd.record_follows(self.file);
        self.fill(text);
        self.profile.short_rows += u64::from(self.fields.len() < self.layout.width);
        let lines = &self.lines;
        self.profile.end_line(self.file, || (lines.number(&text[..start]), shown(&text[start..end])));
    }

    /// Writes the fields to the cells of the profile.
    fn fill(&mut self, text: &[u8]) {
        for ((from, to), place) in self.fields.iter().zip(self.places) {
            self.layout.dialect.unquote(&text[*from..*to], &mut self.raw);
            push_utf8(&self.raw, self.profile.cell(*place));
        }
    }

    /// Why a record is none of the table's.
    fn oddity(&self, text: &[u8], start: usize, end: usize, fits: bool) -> Option<Oddity> {
        let filled = || self.fields.iter().filter(|(from, to)| to > from).count();
        let fields = self.fields.len();
        if is_total(&text[start..end]) && filled() < self.layout.width.max(2) {
            let at = (self.file, self.lines.number(&text[..start]));
            return (!self.profile.exempt.contains(&at)).then_some(Oddity::Total);
        }
        if fits {
            return self.is_header(text).then_some(Oddity::Header);
        }
        // A record that was cut off is not a title: it has most of its fields.
        let is_short = fields < self.layout.width && (fields * 2 <= self.layout.width || filled() <= 1);
        (is_short && !self.layout.has_values(text, &self.fields)).then_some(Oddity::Title)
    }

    fn is_header(&self, text: &[u8]) -> bool {
        let Some(header) = &self.layout.header else { return false };
        // Most records differ in the length of the first cell already.
        let cell = |field: &(usize, usize)| {
            let mut raw = Vec::new();
            self.layout.dialect.unquote(&text[field.0..field.1], &mut raw);
            as_text(&raw).trim_matches(['\u{feff}', ' ']).to_owned()
        };
        header.names.len() == self.fields.len()
            && header
                .names
                .iter()
                .zip(&self.fields)
                .all(|(name, field)| field.1 - field.0 >= name.chars().count() && cell(field) == *name)
    }

    fn odd(&mut self, text: &[u8], start: usize, end: usize, oddity: Oddity) {
        let mut line = self.odd_line(&text[start..end], self.lines.number(&text[..start]), oddity);
        if oddity == Oddity::Total {
            self.fill(text);
            line.is_sum = self.profile.is_sum();
        }
        self.profile.odd.add(line);
    }

    fn odd_line(&self, text: &[u8], line: u64, oddity: Oddity) -> OddLine {
        OddLine { file: self.file, line, text: shown(text), oddity, trailing: true, is_sum: false }
    }

    /// Counts a record of another type than the table's.
    fn is_of_other_type(&mut self, text: &[u8]) -> bool {
        let (Some(types), Some((from, to))) = (&self.layout.types, self.fields.first()) else { return false };
        self.layout.dialect.unquote(&text[*from..*to], &mut self.raw);
        let found = as_text(&self.raw);
        if found == types.value {
            return false;
        }
        if types.header.as_ref() == Some(&found) {
            self.profile.type_headers += 1;
        } else {
            *self.profile.other_types.entry(found).or_default() += 1;
        }
        true
    }

    fn misfit(&mut self, text: &[u8], start: usize, end: usize) {
        if is_total(&text[start..end]) {
            return self.odd(text, start, end, Oddity::Total);
        }
        self.profile.misfits += 1;
        self.after_misfit = true;
        self.profile.odd.record_follows(self.file);
    }
}

/// A line as a pattern sees it.
fn shown(line: &[u8]) -> String {
    as_text(line).trim_start_matches('\u{feff}').trim_end_matches('\r').to_owned()
}

fn as_text(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    push_utf8(bytes, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Counts lines: only as far as a number is asked for.
#[derive(Default)]
struct Lines {
    /// Lines in text that is no longer held.
    before: u64,
}

impl Lines {
    /// The number of the line that follows `text`.
    fn number(&self, text: &[u8]) -> u64 {
        self.before + memchr::memchr_iter(b'\n', text).count() as u64 + 1
    }

    fn forget(&mut self, text: &[u8]) {
        self.before += memchr::memchr_iter(b'\n', text).count() as u64;
    }
}
