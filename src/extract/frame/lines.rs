//! The lines of a file, of which only some are records: lines read = header + ignored + records.
//!
//! A line is what one record takes: a physical line, or several of them where a value contains line breaks. Blank lines,
//! comments, skipped lines, footers and records of another source's type are ignored lines.

use std::collections::BTreeMap;

/// What left a line out without a look at its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum LeftOut {
    /// `skip_lines`, or `first_row` of a sheet: it is before the first record.
    Skipped,
    /// `header_lines`: it is one of several header records.
    Header,
    /// `footer_lines`: it is after the last record.
    Footer,
    /// The pattern of this number in `ignore_lines`.
    Pattern(usize),
    /// `total_line`: it states what the file should contain.
    Total,
}

/// The total lines of a file, which should have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct TotalLines {
    /// How many.
    pub(in crate::extract) count: u64,
    /// The first two, with their numbers.
    pub(in crate::extract) first: Vec<(u64, String)>,
    /// The line of the last record; 0 if there is none, or where no total line is declared.
    pub(in crate::extract) last_record: u64,
}

impl TotalLines {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_unstable();
        self.first.truncate(2);
        self.last_record = self.last_record.max(other.last_record);
    }
}

/// A line that was left out and could have been a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct LeftOutLine {
    pub(in crate::extract) why: LeftOut,
    /// Its number in the file.
    pub(in crate::extract) line: u64,
    /// Its text without the line end.
    pub(in crate::extract) text: String,
    /// Of a row of a sheet: the texts of the declared columns, then of everything else.
    pub(in crate::extract) cells: Vec<String>,
}

/// Lines that were left out although they read as records that keep every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct SoundLines {
    /// How many, all for the same cause.
    pub(in crate::extract) count: u64,
    /// The first of them.
    pub(in crate::extract) first: LeftOutLine,
}

/// Lines of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Noted {
    /// How many.
    pub(in crate::extract) count: u64,
    /// The number of the first; 0 if there is none.
    pub(in crate::extract) first: u64,
}

impl Noted {
    /// Adds a line.
    pub(in crate::extract) fn note(&mut self, line: u64) {
        self.add(Self { count: 1, first: line });
    }

    fn add(&mut self, other: Self) {
        self.first = match (self.count, other.count) {
            (0, _) => other.first,
            (_, 0) => self.first,
            _ => self.first.min(other.first),
        };
        self.count += other.count;
    }
}

/// The lines of a file, or of a piece of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct FileLines {
    /// All lines. They are counted by their line ends, apart from the records.
    pub(in crate::extract) read: u64,
    /// Lines that name the columns.
    pub(in crate::extract) header: u64,
    /// Lines that are neither records nor header.
    pub(in crate::extract) ignored: u64,
    /// Ignored lines that nobody has looked at yet.
    pub(in crate::extract) left_out: Vec<LeftOutLine>,
    /// Those of them that read as records.
    pub(in crate::extract) sound: Vec<SoundLines>,
    /// The lines that each pattern matched.
    pub(in crate::extract) by_pattern: Vec<Noted>,
    /// Those that state what the file should contain.
    pub(in crate::extract) totals: TotalLines,
    /// Records of types that are not the source's.
    pub(in crate::extract) other_types: BTreeMap<String, u64>,
    /// Rows whose last fields are missing and count as empty.
    pub(in crate::extract) short: Noted,
    /// Rows with more, empty, fields at their end.
    pub(in crate::extract) trailing: Noted,
    /// Headers that come again.
    pub(in crate::extract) repeated_headers: Noted,
    /// Headers that come again with the names in another order, with their lines.
    pub(in crate::extract) other_headers: Vec<(u64, Vec<String>)>,
    /// Records that name the columns by their type, with the line of the first of each wording.
    pub(in crate::extract) headers: Vec<(u64, Vec<String>)>,
}

impl FileLines {
    /// Lines that are all records.
    pub(in crate::extract) fn of_records(records: u64) -> Self {
        Self { read: records, ..Self::default() }
    }

    /// The same with as many more lines.
    #[must_use]
    pub(in crate::extract) fn and_read(self, lines: u64) -> Self {
        Self { read: self.read + lines, ..self }
    }

    /// Ignores a line, and keeps its text so that it can be judged.
    pub(in crate::extract) fn leave_out(&mut self, why: LeftOut, line: u64, text: &[u8]) {
        self.ignored += 1;
        if let LeftOut::Pattern(number) = why {
            self.by_pattern.resize(self.by_pattern.len().max(number + 1), Noted::default());
            self.by_pattern[number].note(line);
        }
        let text = String::from_utf8_lossy(text).into_owned();
        if why == LeftOut::Total {
            let first = vec![(line, text.clone())];
            self.totals.add(TotalLines { count: 1, first, last_record: 0 });
        }
        self.left_out.push(LeftOutLine { why, line, text, cells: Vec::new() });
    }

    /// The same for a row of a sheet; without cells it cannot be a record. A header row is counted as such already.
    pub(in crate::extract) fn leave_out_row(&mut self, why: LeftOut, line: u64, text: String, cells: Vec<String>) {
        match why {
            LeftOut::Header => {}
            _ => self.ignored += 1,
        }
        if let LeftOut::Pattern(number) = why {
            self.by_pattern.resize(self.by_pattern.len().max(number + 1), Noted::default());
            self.by_pattern[number].note(line);
        }
        if !cells.is_empty() {
            self.left_out.push(LeftOutLine { why, line, text, cells });
        }
    }

    /// Keeps the text of a header record so that it can be judged: a file may have fewer of them than others.
    pub(in crate::extract) fn doubt_header(&mut self, line: u64, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        self.left_out.push(LeftOutLine { why: LeftOut::Header, line, text, cells: Vec::new() });
    }

    /// Ignores a record of another type.
    pub(in crate::extract) fn leave_to_others(&mut self, kind: &[u8]) {
        self.ignored += 1;
        *self.other_types.entry(String::from_utf8_lossy(kind).into_owned()).or_default() += 1;
    }

    /// Counts a record that names the columns by its type.
    pub(in crate::extract) fn enter_header(&mut self, line: u64, names: Vec<String>) {
        self.header += 1;
        match self.headers.iter_mut().find(|(_, known)| *known == names) {
            Some((first, _)) => *first = line.min(*first),
            None => self.headers.push((line, names)),
        }
    }

    /// Counts a header that comes again.
    pub(in crate::extract) fn enter_repeated_header(&mut self, line: u64) {
        self.header += 1;
        self.repeated_headers.note(line);
    }

    /// Adds the lines of another piece of the file.
    pub(in crate::extract) fn add(&mut self, other: Self) {
        self.read += other.read;
        self.header += other.header;
        self.ignored += other.ignored;
        self.left_out.extend(other.left_out);
        for found in other.sound {
            match self.sound.iter_mut().find(|known| known.first.why == found.first.why) {
                Some(known) => {
                    known.count += found.count;
                    if found.first.line < known.first.line {
                        known.first = found.first;
                    }
                }
                None => self.sound.push(found),
            }
        }
        self.by_pattern.resize(self.by_pattern.len().max(other.by_pattern.len()), Noted::default());
        self.by_pattern.iter_mut().zip(other.by_pattern).for_each(|(known, found)| known.add(found));
        self.totals.add(other.totals);
        for (kind, count) in other.other_types {
            *self.other_types.entry(kind).or_default() += count;
        }
        self.short.add(other.short);
        self.trailing.add(other.trailing);
        self.repeated_headers.add(other.repeated_headers);
        self.other_headers.extend(other.other_headers);
        self.other_headers.sort();
        self.other_headers.truncate(1);
        for (line, names) in other.headers {
            match self.headers.iter_mut().find(|(_, known)| *known == names) {
                Some((first, _)) => *first = line.min(*first),
                None => self.headers.push((line, names)),
            }
        }
    }
}
