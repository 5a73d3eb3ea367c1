//! Everything that can be wrong with an extract, reported so that whoever delivers it can fix it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::error::ArrowError;
use chrono::NaiveDate;

use super::correction::CorrectionError;
use super::ledger::RowCounts;
use super::total_fault::TotalFault;
use crate::diagnostics::nearest;
use crate::identifying::shown_or_withheld;
use crate::invariant::BrokenInvariant;
use crate::source::Source;
use crate::store::{AddressError, RemoteFault};
use crate::words::{NAMES_SHOWN, counted, few, printable};

/// An extract that breaks its contract, or cannot be read: the source, the place and the fault.
#[derive(Debug, Clone)]
pub struct ExtractError {
    /// The source; `None` if no single source is at fault.
    pub source: Option<String>,
    /// The file, or the path of all files, safe to show.
    pub place: Option<PathBuf>,
    /// What is wrong.
    pub fault: Box<ExtractFault>,
}

/// What is wrong with an extract.
#[derive(Debug, Clone)]
pub enum ExtractFault {
    /// No file matches the path of a source that is not optional. Other files in the folder are suggestions.
    Missing {
        /// Their names.
        nearby: Vec<String>,
    },
    /// The path is not a valid glob, and why.
    Pattern(String),
    /// File names without the delivery day, or with more than one.
    Undated {
        /// The date format.
        form: String,
        /// The files, and the days in their names.
        files: Vec<(String, Vec<NaiveDate>)>,
    },
    /// There is no delivery on or before the as-of day.
    NoDelivery {
        /// The as-of day.
        as_of: Option<NaiveDate>,
        /// The earliest days with a delivery.
        days: Vec<NaiveDate>,
    },
    /// The URL does not name a location.
    Address(AddressError),
    /// A file cannot be read.
    Unreadable(Arc<std::io::Error>),
    /// The columns of a file cannot be read, and why.
    Header(String),
    /// Files with other columns than the declared ones.
    OtherColumns(Vec<HeaderDiff>),
    /// Columns that appear more than once in a header.
    RepeatedColumns(Vec<String>),
    /// A column under several of its names in the same header.
    AmbiguousColumn {
        /// The column as declared.
        column: String,
        /// The names in the header.
        names: Vec<String>,
    },
    /// A list of records that no object of a file has.
    NoRecordList(String),
    /// No rows in a source that is not optional.
    Empty,
    /// A bad row in a source that allows none.
    BadRow {
        /// Place, column and reason.
        first: String,
        /// Where the row is.
        quarantine: String,
    },
    /// Corrections that cannot be read.
    Corrections(Arc<CorrectionError>),
    /// Rows that were not counted exactly once.
    Unbalanced(RowCounts),
    /// More rejected rows than the source allows.
    TooManyRejected {
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// The limit.
        allowed: String,
        /// The most frequent causes with their counts; place and reason of the first row.
        found: String,
        /// The declared encoding, if most of the rows break it.
        encoding: Option<&'static str>,
        /// The folder with all of the rows.
        quarantine: String,
    },
    /// Promises about a whole source that it breaks: each finding names its source.
    Broken {
        /// The findings.
        found: Vec<String>,
        /// What to do about them.
        advice: Vec<&'static str>,
    },
    /// A line that was left out by its number although it is a record that keeps every rule.
    LostRecord {
        /// The key that leaves it out.
        declared: String,
        /// The line, safe to show.
        text: String,
        /// How many such lines the file has.
        count: u64,
    },
    /// A file with more lines to ignore than it may have.
    TooManyIgnored {
        /// The pattern that they match.
        pattern: String,
        /// The most that a file may have.
        max: u64,
        /// How many it has.
        found: u64,
    },
    /// A file whose total line is missing, misplaced or wrong.
    TotalLine(TotalFault),
    /// A header record within a file that names other columns than the first one.
    OtherHeader {
        /// The line of the first one; none for the header at the start of the file.
        first: Option<u64>,
        /// Names of the first one only.
        missing: String,
        /// Names of this one only.
        added: String,
    },
    /// A file that changed while it was read, and how.
    Changed(String),
    /// A file that is not of its format, and why.
    Content(String),
    /// No row of any source has an event time that can be read, and no as-of day was given.
    NoEvent {
        /// For each column that dates rows and has cells that cannot be read, how many, and the first.
        unreadable: Vec<String>,
    },
    /// Too many rows lie far beyond all others, or after the present day, to be mistakes for certain.
    DoubtfulDay {
        /// The newest day of the other rows.
        after: Option<NaiveDate>,
        /// For each column that dates rows, the first one beyond.
        beyond: Vec<String>,
        /// How many lie beyond.
        rows: u64,
        /// How many have a day.
        all: u64,
    },
    /// Two files each have rows of a group and no key in common: whether the second replaces the first is unknown.
    SplitGroup {
        /// The columns that the rows of a group share.
        columns: Vec<String>,
        /// A row in each file.
        places: [String; 2],
    },
    /// More rows whose keys repeat than memory holds.
    TooManyVersions {
        /// The rows met so far.
        rows: u64,
    },
    /// Keys came again with other values: the source is read again, now that these keys are known. No run ends with it.
    KeysRepeat,
    /// A source was opened twice; each is read once.
    ReadTwice,
    /// A bug.
    Invariant(BrokenInvariant),
}

impl ExtractError {
    /// A fault of a source.
    pub(super) fn of(source: &Source, fault: ExtractFault) -> Self {
        Self { source: Some(source.name.clone()), place: None, fault: Box::new(fault) }
    }

    /// The same fault at a place.
    #[must_use]
    pub(super) fn at(self, place: impl Into<PathBuf>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// Rows of a file that cannot be decoded.
    pub(super) fn undecodable(source: &Source, place: impl Into<PathBuf>, error: &ArrowError) -> Self {
        let broken = BrokenInvariant::inside(error);
        let fault = broken.map_or_else(|| ExtractFault::Content(error.to_string()), ExtractFault::Invariant);
        Self::of(source, fault).at(place)
    }
}

impl std::error::Error for ExtractError {}

impl fmt::Display for ExtractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = self.source.as_ref().filter(|_| !matches!(*self.fault, ExtractFault::Broken { .. })) {
            write!(f, "source {source}: ")?;
        }
        let place = self.place.as_ref().map(|place| place.display().to_string()).unwrap_or_default();
        match &*self.fault {
            ExtractFault::Missing { .. } => write!(f, "no file matches {place}"),
            ExtractFault::Pattern(reason) => write!(f, "{place} is not a valid path: {reason}"),
            ExtractFault::Undated { form, files } => {
                write!(f, "cannot determine the delivery day (date_in_name: {form}) of {}", undated(files))
            }
            ExtractFault::NoDelivery { as_of, days } => {
                let by = as_of.map_or_else(|| "any day".to_owned(), |day| day.to_string());
                write!(f, "no delivery by {by}; there are deliveries of {}", listed(days))
            }
            ExtractFault::Address(error) => write!(f, "{error}"),
            ExtractFault::Unreadable(cause) => write!(f, "could not read {place}: {cause}"),
            ExtractFault::Header(reason) => write!(f, "the header of {place} cannot be read: {reason}"),
            ExtractFault::OtherColumns(files) => {
                let which = match files.as_slice() {
                    [file] => format!("{} differs", file.path.display()),
                    files => format!("{} files differ", files.len()),
                };
                write!(f, "{which} from the declared columns{}", diffs(files))
            }
            ExtractFault::RepeatedColumns(columns) => {
                write!(f, "{place} has the column {} more than once", few(columns))
            }
            ExtractFault::AmbiguousColumn { column, names } => {
                write!(f, "{place} has the column {column} under several of its names: {}", few(names))
            }
            ExtractFault::NoRecordList(list) => write!(f, "{place}: no object of it has the list `{list}` of records"),
            ExtractFault::Empty => write!(f, "{place} contains no rows"),
            ExtractFault::BadRow { first, .. } => {
                write!(f, "{first}; on_bad_row: fail ends the run at the first bad row")
            }
            ExtractFault::Corrections(cause) => write!(f, "its corrections cannot be read: {cause}"),
            ExtractFault::Unbalanced(rows) => write!(
                f,
                "the rows of {place} are not accounted for: {} read, {} loaded, {} rejected, {} duplicate; of {} lines \
                 {} header and {} ignored",
                rows.read,
                rows.loaded,
                rows.rejected,
                rows.duplicate,
                rows.lines_read,
                rows.lines_header,
                rows.lines_ignored
            ),
            ExtractFault::LostRecord { declared, text, count } => {
                let others = match count {
                    1 => String::new(),
                    count => format!(" (and {} more in this file)", count - 1),
                };
                write!(f, "{place} is a row that keeps every rule, and `{declared}` would leave it out{others}: {text}")
            }
            ExtractFault::TooManyIgnored { pattern, max, found } => write!(
                f,
                "{} of the file match the pattern '{pattern}' of ignore_lines, and max is {max}; the first: {place}",
                counted(*found, "line")
            ),
            ExtractFault::TotalLine(fault @ TotalFault::Differs { .. }) => write!(f, "{place}: {fault}"),
            ExtractFault::TotalLine(fault) => write!(f, "{place} {fault}"),
            ExtractFault::OtherHeader { first: None, .. } => write!(
                f,
                "{place} names the columns of the file in another order, so that the rows below it would be misread (were \
                 files joined?)"
            ),
            ExtractFault::OtherHeader { first: Some(first), missing, added } => write!(
                f,
                "{place} names other columns than line {first}, so that the rows below it would be misread; only in line \
                 {first}: {}; only here: {}",
                if missing.is_empty() { "none" } else { missing },
                if added.is_empty() { "none (their order differs)" } else { added }
            ),
            ExtractFault::TooManyRejected { rejected, read, allowed, found, .. } => {
                write!(f, "{rejected} of {read} rows were rejected, at most {allowed} are allowed; {found}")
            }
            ExtractFault::Broken { found, .. } => f.write_str(&found.join("\n")),
            ExtractFault::Changed(change) => write!(f, "{place} changed while it was read: {change}"),
            ExtractFault::Content(reason) => write!(f, "{place}: {reason}"),
            ExtractFault::NoEvent { unreadable } if !unreadable.is_empty() => write!(
                f,
                "no event time can be read, so there is no newest day to use as the as-of day:\n  {}",
                unreadable.join("\n  ")
            ),
            ExtractFault::NoEvent { .. } => {
                f.write_str("no extract contains an event, so there is no newest day to use as the as-of day")
            }
            ExtractFault::DoubtfulDay { after, beyond, rows, all } => {
                let others = after.map_or_else(|| "there are none".to_owned(), |day| format!("they end on {day}"));
                let first = beyond.join("; ");
                write!(
                    f,
                    "the as-of day is unclear: {rows} of {} in the future or far beyond the others ({others}): {first}",
                    counted(*all, "date")
                )
            }
            ExtractFault::SplitGroup { columns, places: [one, other] } => {
                let columns = columns.join(", ");
                write!(
                    f,
                    "rows with the same {columns} are in two files, and none of their keys agree: {one} and {other}"
                )
            }
            ExtractFault::TooManyVersions { rows } => {
                write!(
                    f,
                    "comparing {} whose keys repeat needs more memory than the limit allows",
                    counted(*rows, "row")
                )
            }
            ExtractFault::KeysRepeat => f.write_str("its keys repeat"),
            ExtractFault::ReadTwice => f.write_str("it was opened twice in one run"),
            ExtractFault::Invariant(broken) => write!(f, "{broken}"),
        }
    }
}

/// Names of a file that are compared with the missing ones.
const NAMES_COMPARED: usize = 1000;
/// The usual signs between columns.
const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];

/// How a file's header differs from the declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderDiff {
    /// The file.
    pub path: PathBuf,
    /// Declared but not in the file.
    pub missing: Vec<String>,
    /// In the file but not declared.
    pub added: Vec<String>,
    /// How many declared columns it has.
    pub known: usize,
    /// Whether its names are a line that may be one of data instead.
    pub is_line: bool,
}

impl HeaderDiff {
    /// Whether its names are names. If most of the declared ones are missing, its first line may be a row of data, which is
    /// not shown.
    fn is_header(&self) -> bool {
        let is_near = |name: &String| self.renamed(name).is_some_and(|known| known.chars().count() > 2);
        let is_known = |name: &str| self.missing.iter().any(|missing| missing == name.trim_matches(['"', ' ']));
        let near = self.added.iter().take(NAMES_COMPARED).filter(|name| is_near(name)).count().min(self.missing.len());
        let joined = match self.added.as_slice() {
            [only] => only.split(DELIMITERS).filter(|name| is_known(name)).count(),
            _ => 0,
        };
        let found = self.known + near.max(joined);
        !self.is_line || found > 0 && found * 2 >= self.known + self.missing.len()
    }

    /// What is said of a line that is not shown.
    fn not_shown(&self) -> String {
        format!(
            "its header has {}, of which {} {} declared: it may be a row of data, and is not shown",
            counted((self.known + self.added.len()) as u64, "cell"),
            self.known,
            if self.known == 1 { "is" } else { "are" }
        )
    }

    /// The missing column that an added one may be, renamed.
    fn renamed(&self, added: &str) -> Option<&str> {
        nearest(added, self.missing.iter().map(String::as_str))
    }

    /// The hint if the file has another delimiter than declared, so that its header is one column.
    fn other_delimiter(&self) -> Option<String> {
        let [only] = self.added.as_slice() else { return None };
        let sign = DELIMITERS.into_iter().find(|sign| only.matches(*sign).count() + 1 >= self.missing.len().max(2))?;
        let only = if self.is_header() { format!(", `{}`", printable(shown_or_withheld(only))) } else { String::new() };
        Some(format!("the header is one column{only}: set format: {{ csv: {{ delimiter: {sign:?} }} }}"))
    }
}

fn diffs(files: &[HeaderDiff]) -> String {
    let mut text = String::new();
    for file in files.iter().take(NAMES_SHOWN) {
        text.push_str(&format!("\n  {}", file.path.display()));
        let names = |list: &[String]| -> Vec<String> {
            list.iter().take(NAMES_SHOWN).map(|name| printable(shown_or_withheld(name))).collect()
        };
        let is_header = file.is_header();
        let (missing, added) = (names(&file.missing), if is_header { names(&file.added) } else { Vec::new() });
        let widest = missing.iter().chain(&added).map(|name| name.chars().count()).max().unwrap_or(0);
        for name in &missing {
            text.push_str(&format!("\n  - {name:widest$}  declared, not in the file"));
        }
        text.push_str(&and_more('-', file.missing.len()));
        for (name, shown) in file.added.iter().zip(&added) {
            let renamed = file.renamed(name).map(|old| format!(" (`{old}` renamed?)")).unwrap_or_default();
            text.push_str(&format!("\n  + {shown:widest$}  in the file, not declared{renamed}"));
        }
        match is_header {
            true => text.push_str(&and_more('+', file.added.len())),
            false => text.push_str(&format!("\n  {}", file.not_shown())),
        }
    }
    text.push_str(&and_more(' ', files.len()));
    text
}

fn and_more(sign: char, all: usize) -> String {
    if all > NAMES_SHOWN { format!("\n  {sign} and {} more", all - NAMES_SHOWN) } else { String::new() }
}

fn listed(days: &[NaiveDate]) -> String {
    days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn undated(files: &[(String, Vec<NaiveDate>)]) -> String {
    let named = |(path, days): &(String, Vec<NaiveDate>)| match days.as_slice() {
        [] => path.clone(),
        days => format!("{path} (it contains {})", listed(days)),
    };
    files.iter().map(named).collect::<Vec<_>>().join(", ")
}

impl ExtractError {
    /// Whether the fault is in the store and not in the data.
    pub fn is_infrastructure(&self) -> bool {
        match &*self.fault {
            ExtractFault::Corrections(_) | ExtractFault::TooManyVersions { .. } => true,
            ExtractFault::Unreadable(cause) => {
                cause.kind() != std::io::ErrorKind::NotFound || RemoteFault::inside(cause).is_some()
            }
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match &*self.fault {
            ExtractFault::Missing { nearby, .. } if nearby.is_empty() => {
                Some("check that the extract was delivered, or set its folder with --vars".to_owned())
            }
            ExtractFault::Missing { nearby, .. } => Some(format!("the folder contains: {}", nearby.join(", "))),
            ExtractFault::OtherColumns(files) => files.iter().find_map(HeaderDiff::other_delimiter).or_else(|| {
                if files.iter().any(|file| !file.is_header()) {
                    return Some(
                        "declare where the header is, or that there is none (`header: false`); if it has other names, add \
                         them to `aliases`"
                            .to_owned(),
                    );
                }
                let renamed = files.iter().any(|file| file.added.iter().any(|name| file.renamed(name).is_some()));
                let missing = files.iter().any(|file| !file.missing.is_empty());
                Some(
                    match (missing, renamed) {
                        (true, true) => "fix the export, or add the column's other name to `aliases`",
                        (true, false) => "fix the export, mark the columns `optional`, or remove their declarations",
                        (false, _) => "declare them, or set extra_columns to warn or ignore",
                    }
                    .to_owned(),
                )
            }),
            ExtractFault::LostRecord { .. } => Some(
                "the lines to leave out are not in every file: declare how they look, not how many they are, such as \
                 `ignore_lines: [{ pattern: '^TOTAL' }]`"
                    .to_owned(),
            ),
            ExtractFault::TooManyIgnored { .. } => {
                Some("check that the pattern matches no rows, and raise `max` if the lines are right".to_owned())
            }
            ExtractFault::TotalLine(fault) => Some(fault.hint()),
            ExtractFault::OtherHeader { .. } => {
                Some("deliver sections with different columns in different files, or as types of their own".to_owned())
            }
            ExtractFault::SplitGroup { .. } => Some(
                "ambiguous whether the second file replaces or continues the first: declare the day of the deliveries, \
                 such as `delivery: { mode: append, date_in_name: \"%Y%m%d\" }`: files of one day belong together"
                    .to_owned(),
            ),
            ExtractFault::TooManyVersions { .. } => Some(
                "give it more with --memory-limit, or declare `delivery: { mode: upsert }`, which sorts on disk"
                    .to_owned(),
            ),
            ExtractFault::Broken { advice, .. } => Some(advice.join("; ")),
            ExtractFault::RepeatedColumns(_) => Some("ambiguous: rename one of them in the file".to_owned()),
            ExtractFault::AmbiguousColumn { .. } => {
                Some("ambiguous: remove one of them from the file, or its name from the column's aliases".to_owned())
            }
            ExtractFault::Header(_) => {
                Some("check that the file has the declared `format`, complete and not encrypted".to_owned())
            }
            ExtractFault::NoRecordList(_) => {
                Some("check the path in format: records; an object without records has an empty list".to_owned())
            }
            ExtractFault::Empty => {
                Some("check whether the export was cut short, or mark the source optional".to_owned())
            }
            ExtractFault::TooManyRejected { quarantine, encoding: Some(encoding), .. } => Some(format!(
                "most of the rows are not {}: declare the file's actual encoding, such as windows-1252, macintosh or cp850; \
                 all rejected rows, with file, line and reason, are in {quarantine}",
                encoding
            )),
            ExtractFault::TooManyRejected { quarantine, .. } => Some(format!(
                "all of them, with file, line and reason, are in {quarantine}; `lojal rejects` summarizes them, \
                 max_rejected sets the limit"
            )),
            ExtractFault::BadRow { quarantine, .. } => Some(format!(
                "the row is in {quarantine}; fix the extract, correct the row with `lojal replay`, or set \
                 on_bad_row: quarantine"
            )),
            ExtractFault::Corrections(_) => {
                Some("fix the file or move it away; `lojal replay` writes the corrections again".to_owned())
            }
            ExtractFault::Unbalanced(_) | ExtractFault::Invariant(_) => {
                Some("this is a bug in lojal: please report it with the file".to_owned())
            }
            ExtractFault::Undated { files, .. } => Some(if files.iter().all(|(_, days)| days.is_empty()) {
                "set date_in_name to the date format of the names, or let `path` match only the deliveries".to_owned()
            } else {
                "add the text around the right day to the format, such as until_%Y%m%d".to_owned()
            }),
            ExtractFault::NoDelivery { .. } => {
                let advice = "check that the delivery was made, run with a later --as-of, or mark the source optional";
                Some(advice.to_owned())
            }
            ExtractFault::Unreadable(cause) => RemoteFault::inside(cause).map(RemoteFault::hint),
            ExtractFault::Changed(_) => Some(
                "run again when the delivery is complete; files that are written under another name and renamed when they \
                 are complete are never read half"
                    .to_owned(),
            ),
            ExtractFault::NoEvent { unreadable } if !unreadable.is_empty() => {
                Some("declare how these times are written, or set the day with --as-of".to_owned())
            }
            ExtractFault::NoEvent { .. } => Some("set the day with --as-of".to_owned()),
            ExtractFault::DoubtfulDay { .. } => Some(
                "set the day with --as-of (rows after it are counted and are in no table), or fix these rows; \
                 as_of_gap_days sets which gap is doubtful"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(missing: &[&str], added: &[&str], known: usize, is_line: bool) -> HeaderDiff {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        HeaderDiff { path: "a.csv".into(), missing: names(missing), added: names(added), known, is_line }
    }

    #[test]
    fn names_are_shown_if_most_of_them_are_declared() {
        let renamed = diff(&["customer_id"], &["customerid", "town"], 1, true);
        assert!(diffs(&[renamed]).contains("+ customerid   in the file, not declared (`customer_id` renamed?)"));
        assert!(diffs(&[diff(&["id"], &["Anna"], 3, true)]).contains("+ Anna"));
        assert!(diffs(&[diff(&["id"], &["anna@x.se"], 3, true)]).contains("+ (not shown: it may identify a person)"));
        assert!(diffs(&[diff(&["id", "town"], &["id;town"], 0, true)]).contains("+ id;town"));
        assert!(diffs(&[diff(&["id", "town"], &["key"], 0, false)]).contains("+ key"));
    }

    #[test]
    fn a_line_that_may_be_a_row_is_not_shown() {
        for (missing, added, known) in [
            (&["a", "b"][..], &["2", "Anna"][..], 0),
            (&["id", "name", "town"], &["7", "Anna", "Moss"], 0),
            (&["id", "name", "town"], &["7", "Anna"], 1),
            (&["id", "name"], &["7;Anna"], 0),
        ] {
            let diff = diff(missing, added, known, true);
            let shown = diffs(std::slice::from_ref(&diff));
            assert!(shown.contains("it may be a row of data") && !shown.contains("Anna"), "{shown}");
            assert!(!diff.other_delimiter().unwrap_or_default().contains("Anna"));
        }
    }
}
