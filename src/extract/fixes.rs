//! The fixes file, in which people correct rejected rows: `lojal rejects --output` writes it, `lojal replay` reads it.
//!
//! It is a CSV file with the source's own delimiter and quote, in UTF-8 with a byte order mark, so that spreadsheets
//! open it. Its first columns belong to lojal (`lojal_source`, `lojal_place`, `lojal_hash`, `lojal_action`,
//! `lojal_reason`); the others are the extract's. Surplus fields of a row are in `lojal_extra_1` and so on: move each
//! to its column. A row is left out if all of its columns are empty or its `lojal_action` is `drop`.

use std::collections::HashSet;
use std::io::Write;

use indexmap::{IndexMap, IndexSet};

use super::correction::{Action, Correction};
use super::quarantine::{QuarantineError, QuarantinedRow};
use super::recheck::Recheck;

/// Columns that belong to lojal and not to the extract.
const OWN: [&str; 5] = ["lojal_source", "lojal_place", "lojal_hash", "lojal_action", "lojal_reason"];
/// Prefix of the columns for surplus fields.
const EXTRA: &str = "lojal_extra_";
/// Prefix of the hash, so that no spreadsheet reads it as a number.
const HASH_MARK: &str = "x";

/// A fixes file that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FixesError {
    /// It cannot be written.
    #[error("could not be written: {0}")]
    Write(std::io::Error),
    /// The rejected rows cannot be read.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    /// It is not a fixes file.
    #[error("{0}")]
    Shape(String),
}

impl From<csv::Error> for FixesError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// A rejected row with all of its faults.
#[derive(Debug, Clone)]
pub struct RejectedRow {
    /// Its first fault, with the facts that all faults share.
    pub first: QuarantinedRow,
    /// All rules that it breaks.
    pub rules: Vec<String>,
    /// Every fault in words.
    pub reason: String,
}

impl RejectedRow {
    /// Collects the faults of each row, which arrive one by one, and passes complete rows on.
    pub fn gather<E>(
        held: &mut Option<Self>,
        fault: QuarantinedRow,
        mut each: impl FnMut(Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let text =
            fault.column.as_ref().map_or_else(|| fault.reason.clone(), |name| format!("{name}: {}", fault.reason));
        match held.as_mut().filter(|_| fault.fault > 1) {
            Some(row) => {
                row.rules.push(fault.rule);
                row.reason = format!("{}; {text}", row.reason);
            }
            None => {
                let row = Self { rules: vec![fault.rule.clone()], reason: text, first: fault };
                if let Some(row) = held.replace(row) {
                    each(row)?;
                }
            }
        }
        Ok(())
    }
}

/// The columns of a fixes file, collected row by row before it is written.
#[derive(Debug, Default)]
pub struct FixesColumns {
    columns: IndexSet<String>,
    extra: usize,
}

impl FixesColumns {
    /// Adds columns for a row. False if the row cannot be corrected in such a file: its text was cut, or its file is
    /// gone.
    pub fn include(&mut self, row: &QuarantinedRow, recheck: &Recheck) -> bool {
        let Some(columns) = recheck.columns(&row.file).filter(|_| !row.raw_is_cut) else { return false };
        self.columns.extend(columns.iter().cloned());
        self.extra = self.extra.max(recheck.fields(&row.raw).len().saturating_sub(columns.len()));
        true
    }
}

/// Writes a fixes file.
pub struct FixesWriter<'a, W: Write> {
    out: csv::Writer<W>,
    source: &'a str,
    recheck: &'a Recheck,
    columns: FixesColumns,
    written: HashSet<String>,
}

impl<'a, W: Write> FixesWriter<'a, W> {
    /// Starts the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn new(mut out: W, source: &'a str, recheck: &'a Recheck, columns: FixesColumns) -> Result<Self, FixesError> {
        out.write_all("\u{FEFF}".as_bytes()).map_err(FixesError::Write)?;
        let (delimiter, quote) = recheck.signs();
        let mut out = csv::WriterBuilder::new().delimiter(delimiter).quote(quote).from_writer(out);
        let extra = (1..=columns.extra).map(|number| format!("{EXTRA}{number}"));
        let own = OWN.iter().map(|name| (*name).to_owned());
        out.write_record(own.chain(columns.columns.iter().cloned()).chain(extra))?;
        Ok(Self { out, source, recheck, columns, written: HashSet::new() })
    }

    /// Writes a row, unless one with the same text was written already: a single correction applies to both.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&mut self, row: &RejectedRow) -> Result<(), FixesError> {
        let first = &row.first;
        let Some(columns) = self.recheck.columns(&first.file).filter(|_| !first.raw_is_cut) else { return Ok(()) };
        if !self.written.insert(first.raw_hash.clone()) {
            return Ok(());
        }
        let fields = self.recheck.fields(&first.raw);
        let places = columns.iter().map(|name| self.columns.columns.get_index_of(name));
        let mut cells = vec![""; self.columns.columns.len() + self.columns.extra];
        let extra = (self.columns.columns.len()..).map(Some);
        for (field, place) in fields.iter().zip(places.chain(extra)) {
            if let Some(cell) = place.and_then(|place| cells.get_mut(place)) {
                *cell = field;
            }
        }
        let (place, hash) = (first.place(), format!("{HASH_MARK}{}", first.raw_hash));
        let own = [self.source, &place, &hash, "", &row.reason];
        Ok(self.out.write_record(own.into_iter().chain(cells))?)
    }

    /// Ends the file. Returns its number of rows.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(mut self) -> Result<usize, FixesError> {
        self.out.flush().map_err(FixesError::Write)?;
        Ok(self.written.len())
    }
}

/// A row of a fixes file.
#[derive(Debug, Clone)]
pub struct Fix {
    /// Its line in the fixes file.
    pub line: u64,
    pub source: String,
    /// The correction, by the hash of the record.
    pub correction: Correction,
}

/// Reads a fixes file with any delimiter that a spreadsheet may have used.
///
/// # Errors
/// A file that is not a fixes file, with what to do about it.
pub fn read_fixes(bytes: &[u8]) -> Result<Vec<Fix>, FixesError> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| FixesError::Shape("is not UTF-8: save it as `CSV UTF-8`".to_owned()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let begins = text.strip_prefix('"').unwrap_or(text).strip_prefix(OWN[0]);
    let sign = begins.and_then(|rest| rest.strip_prefix('"').unwrap_or(rest).bytes().next());
    let Some(delimiter) = sign.filter(|sign| sign.is_ascii_punctuation() || *sign == b'\t') else {
        let reason = format!("does not start with the column {}: edit a file from `lojal rejects --output`", OWN[0]);
        return Err(FixesError::Shape(reason));
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|error| shape(&error))?.iter().map(str::to_owned).collect();
    if let Some(lost) = OWN[..4].iter().find(|name| !header.iter().any(|column| column == **name)) {
        return Err(FixesError::Shape(format!("lacks the column {lost}, which identifies the rows")));
    }
    let records = reader.records().map(|record| fix(&header, &record.map_err(|error| shape(&error))?));
    records.filter_map(Result::transpose).collect()
}

fn shape(error: &csv::Error) -> FixesError {
    FixesError::Shape(format!("is not a CSV file: {error}"))
}

fn fix(header: &[String], record: &csv::StringRecord) -> Result<Option<Fix>, FixesError> {
    let line = record.position().map_or(0, csv::Position::line);
    let wrong = |reason: String| FixesError::Shape(format!("line {line} {reason}"));
    if record.iter().all(str::is_empty) {
        return Ok(None);
    }
    if record.iter().skip(header.len()).any(|field| !field.is_empty()) {
        return Err(wrong(format!("has {} fields, the header {}", record.len(), header.len())));
    }
    let own = |name: &str| {
        let at = header.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).unwrap_or_default().trim()
    };
    let hash = own("lojal_hash").strip_prefix(HASH_MARK).unwrap_or_default();
    if hash.len() != 32 || u128::from_str_radix(hash, 16).is_err() {
        return Err(wrong(format!("has the lojal_hash `{}`, which lojal did not write", own("lojal_hash"))));
    }
    let mut values = IndexMap::new();
    for (at, name) in header.iter().enumerate() {
        let value = record.get(at).unwrap_or_default();
        if name.starts_with(EXTRA) {
            if !value.is_empty() {
                return Err(wrong(format!("still has a field in {name}: move it to its column, or clear it")));
            }
        } else if !OWN.contains(&name.as_str()) {
            values.insert(name.clone(), value.to_owned());
        }
    }
    let is_empty = values.values().all(|value: &String| value.trim().is_empty());
    let action = match own("lojal_action") {
        "" if is_empty => Action::Drop,
        "" => Action::Replace,
        "drop" => Action::Drop,
        other => return Err(wrong(format!("has the lojal_action `{other}`: leave it empty, or write drop"))),
    };
    if action == Action::Drop {
        values.clear();
    }
    let correction = Correction { raw_hash: hash.to_owned(), place: own("lojal_place").to_owned(), action, values };
    Ok(Some(Fix { line, source: own("lojal_source").to_owned(), correction }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "x0123456789abcdef0123456789abcdef";

    fn read(rows: &str) -> Result<Vec<Fix>, String> {
        let text = format!("lojal_source,lojal_place,lojal_hash,lojal_action,lojal_reason,a,b,lojal_extra_1\n{rows}");
        read_fixes(text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn any_delimiter_is_read_back() {
        for delimiter in [",", ";", "\t", "|"] {
            let header = ["lojal_source", "lojal_place", "lojal_hash", "lojal_action", "a", "b"].join(delimiter);
            let row = ["orders", "o.csv:3", HASH, "", "1", "\"x,;\n\"\"y\"\"\""].join(delimiter);
            let fixes = read_fixes(format!("\u{FEFF}{header}\r\n{row}\r\n").as_bytes()).unwrap();
            let cells: Vec<_> = fixes[0].correction.cells().collect();
            assert_eq!(cells, [("a", "1"), ("b", "x,;\n\"y\"")]);
            assert_eq!(fixes[0].correction.raw_hash, HASH[1..]);
        }
    }

    #[test]
    fn empty_records_and_the_action_drop_leave_a_row_out() {
        let fixes = read(&format!("o,p,{HASH},,why,,,\no,p,{HASH},drop,why,1,2,\n,,,,,,,\n")).unwrap();
        assert_eq!(fixes.len(), 2);
        assert!(fixes.iter().all(|fix| fix.correction.action == Action::Drop && fix.correction.values.is_empty()));
    }

    #[test]
    fn unclear_fixes_are_refused_with_their_reason() {
        let said = |rows: &str| read(rows).unwrap_err();
        assert!(said(&format!("o,p,{HASH},,why,1,2,3\n")).contains("lojal_extra_1"));
        assert!(said("o,p,1.2E+31,,why,1,2,\n").contains("1.2E+31"));
        assert!(said(&format!("o,p,{HASH},delete,why,1,2,\n")).contains("delete"));
        assert!(said(&format!("o,p,{HASH},,why,1,2,,5\n")).contains("9 fields"));
        assert!(read_fixes(b"a,b\n1,2\n").unwrap_err().to_string().contains("lojal_source"));
        assert!(read_fixes(b"lojal_source;\xe5\n").unwrap_err().to_string().contains("UTF-8"));
    }
}
