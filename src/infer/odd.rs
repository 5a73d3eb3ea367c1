//! Lines of a text file that are not records of its table: totals, titles, repeated headers. They are known by their own
//! text and not by their place, so that no record is taken for one of them.

use std::collections::BTreeMap;

/// The most such lines that are kept.
const MOST_LINES: usize = 2000;
/// A line that is not repeated is ignored only at the end of a file; titles inside it occur at least this often.
const REPEATS: usize = 2;
/// Characters kept of a line.
const MOST_TEXT: usize = 4000;
/// A shorter beginning says too little about a line.
const LEAST_LETTERS: usize = 3;

/// Why a line is not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// The header once more.
    Header,
    /// It begins with a word for a total, and has empty cells.
    Total,
    /// It has far fewer fields than a record.
    Title,
}

/// A line that is not a record.
#[derive(Debug, Clone)]
pub(super) struct OddLine {
    pub(super) file: u16,
    /// Its number in the file, from 1.
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) oddity: Oddity,
    /// Whether no record follows.
    pub(super) trailing: bool,
    /// Whether it has sums of the rows above.
    pub(super) is_sum: bool,
}

/// All of them, of all files of a source.
#[derive(Debug, Default)]
pub(super) struct OddLines {
    lines: Vec<OddLine>,
    /// Header records of the files, which no pattern may match.
    pub(super) headers: Vec<String>,
    /// Whether patterns describe whole lines, since shorter ones matched records.
    pub(super) exact: bool,
    /// Whether there were more than are kept.
    pub(super) too_many: bool,
}

/// Lines that one pattern leaves out.
#[derive(Debug)]
pub(super) struct Ignored {
    pub(super) pattern: String,
    pub(super) lines: Vec<OddLine>,
}

impl OddLines {
    pub(super) fn add(&mut self, mut line: OddLine) {
        if let Some((cut, _)) = line.text.char_indices().nth(MOST_TEXT) {
            line.text.truncate(cut);
        }
        if self.lines.len() < MOST_LINES { self.lines.push(line) } else { self.too_many = true }
    }

    /// All lines that are kept.
    pub(super) fn lines(&self) -> &[OddLine] {
        &self.lines
    }

    /// A record follows in the file: its lines so far are inside it.
    pub(super) fn record_follows(&mut self, file: u16) {
        let lines = self.lines.iter_mut().rev().take_while(|line| line.trailing && line.file == file);
        lines.for_each(|line| line.trailing = false);
    }

    /// At the end of a file: its last lines stay trailing, but for a fragment of a record that precedes them.
    pub(super) fn end_file(&mut self, file: u16, after_misfit: bool) {
        let lines = self.lines.iter_mut().rev().take_while(|line| line.trailing && line.file == file);
        lines.filter(|line| after_misfit && line.oddity == Oddity::Title).for_each(|line| line.trailing = false);
    }

    /// The patterns for all lines that can be ignored, and the number of lines that cannot.
    pub(super) fn ignored(&self) -> (Vec<Ignored>, u64) {
        let mut groups: BTreeMap<(Oddity, String), Vec<OddLine>> = BTreeMap::new();
        for line in &self.lines {
            let short = pattern(line, self.exact);
            let is_header = |pattern: &str| {
                regex::Regex::new(pattern)
                    .is_ok_and(|pattern| self.headers.iter().any(|header| pattern.is_match(header)))
            };
            let is_safe = line.oddity == Oddity::Header || self.exact || !is_header(&short);
            let pattern = if is_safe { short } else { pattern(line, true) };
            groups.entry((line.oddity, pattern)).or_default().push(line.clone());
        }
        let (mut ignored, mut others) = (Vec::new(), 0);
        for ((oddity, pattern), lines) in groups {
            let is_title = lines.len() >= REPEATS && letters(&lines[0].text) >= LEAST_LETTERS;
            let sure = oddity != Oddity::Title || is_title || lines.iter().all(|line| line.trailing);
            if sure { ignored.push(Ignored { pattern, lines }) } else { others += lines.len() as u64 }
        }
        (ignored, others)
    }
}

/// A regular expression for a line and others like it: its first words, or all of it (`exact`) but for numbers.
fn pattern(line: &OddLine, exact: bool) -> String {
    let text = line.text.trim_end();
    let words: String = match line.oddity {
        Oddity::Header => return format!("^{}$", regex::escape(text)),
        Oddity::Total => {
            let start = text.find(char::is_alphabetic).unwrap_or(0);
            let end = text[start..].find(|letter: char| !letter.is_alphabetic()).map_or(text.len(), |at| start + at);
            text[..end].to_owned()
        }
        Oddity::Title => {
            text.chars().take_while(|letter| letter.is_alphabetic() || " \"'*-_#=.:".contains(*letter)).collect()
        }
    };
    if !exact && letters(&words) >= LEAST_LETTERS {
        return format!("^{}", regex::escape(words.trim_end()));
    }
    whole(text)
}

/// A regular expression for all of a line but for its numbers, which differ from line to line.
pub(super) fn whole(text: &str) -> String {
    let text = text.trim_end();
    let mut shape = String::new();
    for part in text.split_inclusive(|letter: char| letter.is_ascii_digit()) {
        let words = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
        if !words.is_empty() {
            shape.push_str(&regex::escape(words));
        }
        if words.len() < part.len() && !shape.ends_with("\\d+") {
            shape.push_str("\\d+");
        }
    }
    format!("^{shape}$")
}

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphabetic()).count()
}

/// Whether a line starts with a word for a total.
pub(super) fn is_total(line: &[u8]) -> bool {
    const WORDS: [&str; 12] =
        ["summa", "total", "totalt", "totals", "sum", "yhteens", "i alt", "antal", "count", "rows", "eof", "end of"];
    // Most lines begin with another letter.
    if !line.iter().take(4).any(|byte| b"sStTyYiIaAcCrReE".contains(byte)) {
        return false;
    }
    let line = String::from_utf8_lossy(&line[..line.len().min(40)]).to_lowercase();
    let line = line.trim_start_matches(['"', ' ', '#', '*', '-']);
    WORDS.iter().any(|word| {
        line.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) || word == &"yhteens")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(line: u64, text: &str, oddity: Oddity, trailing: bool) -> OddLine {
        OddLine { file: 0, line, text: text.to_owned(), oddity, trailing, is_sum: false }
    }

    fn patterns(lines: Vec<OddLine>) -> (Vec<(String, usize)>, u64) {
        let mut all = OddLines::default();
        lines.into_iter().for_each(|line| all.add(line));
        let (ignored, others) = all.ignored();
        (ignored.into_iter().map(|group| (group.pattern, group.lines.len())).collect(), others)
    }

    #[test]
    fn lines_that_begin_alike_share_a_pattern() {
        let lines = vec![
            odd(5, "TOTAL 2025-03-01;300,00", Oddity::Total, true),
            odd(9, "TOTAL 2025-03-03;100,00", Oddity::Total, false),
            odd(10, "Printed by till 4", Oddity::Title, true),
            odd(1, "(id);name", Oddity::Header, false),
        ];
        let (found, others) = patterns(lines);
        let wanted = [("^\\(id\\);name$", 1), ("^TOTAL", 2), ("^Printed by till", 1)];
        assert_eq!(found, wanted.map(|(pattern, count)| (pattern.to_owned(), count)));
        assert_eq!(others, 0);
    }

    #[test]
    fn a_pattern_never_matches_the_header() {
        let mut all = OddLines { headers: vec!["Antal;Artikel".to_owned()], ..OddLines::default() };
        all.add(odd(5, "Antal rader: 12", Oddity::Total, true));
        assert_eq!(all.ignored().0[0].pattern, "^Antal rader: \\d+$");
    }

    #[test]
    fn a_fragment_inside_a_file_is_not_ignored() {
        let (found, others) = patterns(vec![odd(5, "atan 5;500", Oddity::Title, false)]);
        assert_eq!((found, others), (Vec::new(), 1));
        let (found, _) = patterns(vec![odd(5, "-- 3 of 9 --", Oddity::Title, true)]);
        assert_eq!(found[0].0, "^\\-\\- \\d+ of \\d+ \\-\\-$");
    }

    #[test]
    fn a_line_is_trailing_until_a_record_follows() {
        let mut all = OddLines::default();
        all.add(odd(3, "Page", Oddity::Title, true));
        all.record_follows(0);
        all.add(odd(7, "5;half", Oddity::Title, true));
        all.end_file(0, true);
        assert_eq!(all.ignored().1, 2);
    }

    #[test]
    fn words_for_totals_stand_alone() {
        for line in ["Summa;5", "\"Total\",5", "TOTAL 2025;1", "Antal rader: 5", "# Total;1"] {
            assert!(is_total(line.as_bytes()), "{line}");
        }
        for line in ["Summary;5", "1;Total", "Sumatra;5", "Totally;1"] {
            assert!(!is_total(line.as_bytes()), "{line}");
        }
    }
}
