//! Reads a CSV file, or similar text, into a profile: every record of it, not a sample.

use std::io::{self, Read};

use super::dialect::Layout;
use super::encoding::push_utf8;
use super::profile::Profile;
use super::split::Split;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 1 << 20;
/// The end of a file that is held back, to check whether its last lines are a footer.
const TAIL_BYTES: usize = 1 << 16;
/// A footer has at most this many lines.
const MOST_FOOTER: usize = 5;

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
    let mut reader =
        Reader { layout, places, file, profile, fields: Vec::new(), raw: Vec::new(), header: layout.header.is_some() };
    while !ended {
        let before = text.len();
        content.take(BLOCK_BYTES as u64).read_to_end(&mut text)?;
        ended = text.len() == before;
        reader.profile.bytes_read += (text.len() - before) as u64;
        let mut start = 0;
        if first {
            first = false;
            start = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            start = text.len() - super::dialect::after_lines(&text[start..], layout.skip_lines as usize).len();
        }
        let at = reader.block(&text, start, ended);
        text.drain(..at);
    }
    Ok(())
}

struct Reader<'a> {
    layout: &'a Layout,
    places: &'a [usize],
    file: u16,
    profile: &'a mut Profile,
    fields: Vec<(usize, usize)>,
    raw: Vec<u8>,
    /// Whether the header is still to come.
    header: bool,
}

impl Reader<'_> {
    /// Reads the records of a block, except those near its end. Returns how far it came.
    fn block(&mut self, text: &[u8], mut at: usize, ended: bool) -> usize {
        let body = if ended { text.len() } else { text.len().saturating_sub(TAIL_BYTES) };
        let footer = if ended { self.footer(text, at) } else { usize::MAX };
        while at < body && at < footer {
            match self.layout.dialect.split(text, at, ended, &mut self.fields) {
                Split::More => break,
                Split::Nothing { next } => at = next,
                Split::Unclosed { next, .. } => {
                    self.profile.misfits += u64::from(!self.header);
                    self.header = false;
                    at = next;
                }
                Split::Record { end, next, breaks } => {
                    if std::mem::take(&mut self.header) {
                        self.profile.bytes.take(&text[at..end]);
                    } else {
                        self.record(text, at, end, breaks);
                    }
                    at = next;
                }
            }
        }
        at
    }

    fn record(&mut self, text: &[u8], start: usize, end: usize, breaks: usize) {
        self.profile.bytes.take(&text[start..end]);
        let fits = self.fields.len() == self.layout.width;
        let broken = &mut self.profile.broken_lines;
        match (breaks > 0, fits) {
            (true, true) => broken.0 += 1,
            (true, false) => broken.1 += 1,
            _ => {}
        }
        if !fits {
            self.profile.misfits += 1;
            return;
        }
        for ((from, to), place) in self.fields.iter().zip(self.places) {
            self.layout.dialect.unquote(&text[*from..*to], &mut self.raw);
            push_utf8(&self.raw, self.profile.cell(*place));
        }
        self.profile.end_row(self.file);
    }

    /// The start of a footer, such as totals, in the last lines; without one, the end of the text.
    fn footer(&mut self, text: &[u8], start: usize) -> usize {
        let (mut at, mut tail, mut fields) = (start, Vec::new(), Vec::new());
        loop {
            match self.layout.dialect.split(text, at, true, &mut fields) {
                Split::More => break,
                Split::Nothing { next } => at = next,
                Split::Unclosed { end, next } => {
                    tail.push((at, next, is_total(&text[at..end]), false));
                    at = next;
                }
                Split::Record { end, next, .. } => {
                    let fits = fields.len() == self.layout.width;
                    let filled = fields.iter().filter(|(from, to)| to > from).count();
                    // A record that was cut off is not a footer: it has most of its fields.
                    let foreign = !fits && (fields.len() * 2 <= self.layout.width || filled <= 1);
                    let total = is_total(&text[at..end]) && filled < fields.len().max(2);
                    tail.push((at, next, total, foreign));
                    at = next;
                }
            }
        }
        let lines = tail.iter().rev().take_while(|(_, _, total, foreign)| *total || *foreign).count();
        if lines == 0 || lines > MOST_FOOTER || lines == tail.len() {
            return usize::MAX;
        }
        let from = tail[tail.len() - lines].0;
        let breaks = memchr::memchr_iter(b'\n', &text[from..]).count() + usize::from(!text.ends_with(b"\n"));
        self.profile.footer_lines = self.profile.footer_lines.max(u32::try_from(breaks).unwrap_or(u32::MAX));
        from
    }
}

/// Whether a line starts with a word for a total.
fn is_total(line: &[u8]) -> bool {
    const WORDS: [&str; 12] =
        ["summa", "total", "totalt", "totals", "sum", "yhteens", "i alt", "antal", "count", "rows", "eof", "end of"];
    let line = String::from_utf8_lossy(&line[..line.len().min(40)]).to_lowercase();
    let line = line.trim_start_matches(['"', ' ', '#', '*', '-']);
    WORDS.iter().any(|word| {
        line.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) || word == &"yhteens")
    })
}
