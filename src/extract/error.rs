//! Everything that can be wrong with an extract, reported so that whoever delivers it can fix it.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use thiserror::Error;

use super::CorrectionError;
use super::csv::TextEncoding;
use super::ledger::RowCounts;
use super::promise::Promise;
use crate::diagnostics::nearest;
use crate::store::{AddressError, RemoteFault};
use crate::words::{NAMES_SHOWN, few, printable};

/// An extract that breaks its contract, or cannot be read.
#[derive(Debug, Clone, Error)]
pub enum ExtractError {
    /// No file matches the path of a source that is not optional.
    #[error("source {name}: no file matches {pattern}")]
    Missing {
        /// The source.
        name: String,
        /// Its path, safe to show.
        pattern: String,
        /// Other files in the folder, as suggestions.
        nearby: Vec<String>,
    },
    /// The path is not a valid glob.
    #[error("source {name}: {pattern} is not a valid path: {reason}")]
    Pattern {
        /// The source.
        name: String,
        /// Its path.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
    /// File names without the delivery day, or with more than one.
    #[error("source {name}: cannot determine the delivery day (date_in_name: {form}) of {}", undated(files))]
    Undated {
        /// The source.
        name: String,
        /// The date format.
        form: String,
        /// The files, and the days in their names.
        files: Vec<(String, Vec<NaiveDate>)>,
    },
    /// There is no delivery on or before the as-of day.
    #[error("source {name}: no delivery by {}; there are deliveries of {}", as_of.map_or_else(|| "any day".to_owned(), |day| day.to_string()), listed(days))]
    NoDelivery {
        /// The source.
        name: String,
        /// The as-of day.
        as_of: Option<NaiveDate>,
        /// The earliest days with a delivery.
        days: Vec<NaiveDate>,
    },
    /// The URL does not name a location.
    #[error("source {name}: {error}")]
    Address {
        /// The source.
        name: String,
        /// What is wrong with it.
        error: AddressError,
    },
    /// A file cannot be read.
    #[error("source {name}: could not read {}: {cause}", path.display())]
    Unreadable {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: Arc<std::io::Error>,
    },
    /// The first record is not a header.
    #[error("source {name}: the header of {} cannot be read: {reason}", path.display())]
    Header {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Files with other columns than the declared ones.
    #[error("source {name}: {} from the declared columns{}", match files.as_slice() { [file] => format!("{} differs", file.path.display()), files => format!("{} files differ", files.len()) }, diffs(files))]
    OtherColumns {
        /// The source.
        name: String,
        /// The files.
        files: Vec<HeaderDiff>,
    },
    /// Columns that appear more than once in a header.
    #[error("source {name}: {} has the column {} more than once", path.display(), few(columns))]
    RepeatedColumns {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The columns.
        columns: Vec<String>,
    },
    /// A column under several of its names in the same header.
    #[error("source {name}: {} has the column {column} under several of its names: {}", path.display(), few(names))]
    AmbiguousColumn {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The column as declared.
        column: String,
        /// The names in the header.
        names: Vec<String>,
    },
    /// No rows in a source that is not optional.
    #[error("source {name}: {pattern} contains no rows")]
    Empty {
        /// The source.
        name: String,
        /// Its path.
        pattern: String,
    },
    /// A bad row in a source that allows none.
    #[error("source {name}: {first}; on_bad_row: fail ends the run at the first bad row")]
    BadRow {
        /// The source.
        name: String,
        /// Place, column and reason.
        first: String,
        /// Where the row is.
        quarantine: String,
    },
    /// Corrections that cannot be read.
    #[error("source {name}: its corrections cannot be read: {cause}")]
    Corrections {
        /// The source.
        name: String,
        /// The cause.
        cause: Arc<CorrectionError>,
    },
    /// Rows that were not counted exactly once.
    #[error("source {name}: the rows of {path} are not accounted for: {} read, {} loaded, {} rejected, {} duplicate", rows.read, rows.loaded, rows.rejected, rows.duplicate)]
    Unbalanced {
        /// The source.
        name: String,
        /// The file.
        path: String,
        /// Its rows.
        rows: Box<RowCounts>,
    },
    /// More rejected rows than the source allows.
    #[error("source {name}: {rejected} of {read} rows were rejected, at most {allowed} are allowed; {found}")]
    TooManyRejected {
        /// The source.
        name: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// The limit.
        allowed: String,
        /// The most frequent causes with their counts; place and reason of the first row.
        found: String,
        /// The declared encoding, if most of the rows break it.
        encoding: Option<TextEncoding>,
        /// The folder with all of the rows.
        quarantine: String,
    },
    /// Promises about a whole source that it breaks.
    #[error("{}", promises.iter().map(|promise| promise.found.as_str()).collect::<Vec<_>>().join("\n"))]
    Broken {
        /// The findings, each with its source.
        promises: Vec<Promise>,
    },
    /// Parquet that cannot be decoded, or rejected rows that cannot be written.
    #[error("source {name}: {}: {reason}", path.display())]
    Format {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No row of any source has an event time, and no as-of day was given.
    #[error("no extract contains an event, so there is no newest day to use as the as-of day")]
    NoEvent,
    /// A source was opened twice; each is read once.
    #[error("source {name} was opened twice in one run")]
    ReadTwice {
        /// The source.
        name: String,
    },
}

/// How a file's header differs from the declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderDiff {
    /// The file.
    pub path: PathBuf,
    /// Declared but not in the file.
    pub missing: Vec<String>,
    /// In the file but not declared.
    pub added: Vec<String>,
}

impl HeaderDiff {
    /// The missing column that an added one may be, renamed.
    fn renamed(&self, added: &str) -> Option<&str> {
        nearest(added, self.missing.iter().map(String::as_str))
    }

    /// The hint if the file has another delimiter than declared, so that its header is one column.
    fn other_delimiter(&self) -> Option<String> {
        let [only] = self.added.as_slice() else { return None };
        let sign = [';', ',', '\t', '|']
            .into_iter()
            .find(|sign| only.matches(*sign).count() + 1 >= self.missing.len().max(2))?;
        Some(format!("the header is one column, `{only}`: set format: {{ csv: {{ delimiter: {sign:?} }} }}"))
    }
}

fn diffs(files: &[HeaderDiff]) -> String {
    let mut text = String::new();
    for file in files.iter().take(NAMES_SHOWN) {
        text.push_str(&format!("\n  {}", file.path.display()));
        let names = |list: &[String]| list.iter().take(NAMES_SHOWN).map(|name| printable(name)).collect::<Vec<_>>();
        let (missing, added) = (names(&file.missing), names(&file.added));
        let widest = missing.iter().chain(&added).map(|name| name.chars().count()).max().unwrap_or(0);
        for name in &missing {
            text.push_str(&format!("\n  - {name:widest$}  declared, not in the file"));
        }
        text.push_str(&and_more('-', file.missing.len()));
        for (name, shown) in file.added.iter().zip(&added) {
            let renamed = file.renamed(name).map(|old| format!(" (`{old}` renamed?)")).unwrap_or_default();
            text.push_str(&format!("\n  + {shown:widest$}  in the file, not declared{renamed}"));
        }
        text.push_str(&and_more('+', file.added.len()));
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
        match self {
            Self::Corrections { .. } => true,
            Self::Unreadable { cause, .. } => {
                cause.kind() != std::io::ErrorKind::NotFound || RemoteFault::inside(cause).is_some()
            }
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { nearby, .. } if nearby.is_empty() => {
                Some("check that the extract was delivered, or set its folder with --vars".to_owned())
            }
            Self::Missing { nearby, .. } => Some(format!("the folder contains: {}", nearby.join(", "))),
            Self::OtherColumns { files, .. } => files.iter().find_map(HeaderDiff::other_delimiter).or_else(|| {
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
            Self::Broken { promises } => {
                let mut advice: Vec<&str> = promises.iter().map(|promise| promise.advice).collect();
                advice.dedup();
                Some(advice.join("; "))
            }
            Self::RepeatedColumns { .. } => Some("ambiguous: rename one of them in the file".to_owned()),
            Self::AmbiguousColumn { .. } => {
                Some("ambiguous: remove one of them from the file, or its name from the column's aliases".to_owned())
            }
            Self::Header { .. } => {
                Some("check that the file has the declared `format`, complete and not encrypted".to_owned())
            }
            Self::Empty { .. } => {
                Some("check whether the export was cut short, or mark the source optional".to_owned())
            }
            Self::TooManyRejected { quarantine, encoding: Some(encoding), .. } => Some(format!(
                "most of the rows are not {}: declare the file's actual encoding, such as `encoding: windows-1252`; \
                 all rejected rows, with file, line and reason, are in {quarantine}",
                encoding.as_str()
            )),
            Self::TooManyRejected { quarantine, .. } => Some(format!(
                "all of them, with file, line and reason, are in {quarantine}; `lojal rejects` summarizes them, \
                 max_rejected sets the limit"
            )),
            Self::BadRow { quarantine, .. } => Some(format!(
                "the row is in {quarantine}; fix the extract, correct the row with `lojal replay`, or set \
                 on_bad_row: quarantine"
            )),
            Self::Corrections { .. } => {
                Some("fix the file or move it away; `lojal replay` writes the corrections again".to_owned())
            }
            Self::Unbalanced { .. } => Some("this is a bug in lojal: please report it with the file".to_owned()),
            Self::Undated { files, .. } => Some(if files.iter().all(|(_, days)| days.is_empty()) {
                "set date_in_name to the date format of the names, or let `path` match only the deliveries".to_owned()
            } else {
                "add the text around the right day to the format, such as until_%Y%m%d".to_owned()
            }),
            Self::NoDelivery { .. } => {
                let advice = "check that the delivery was made, run with a later --as-of, or mark the source optional";
                Some(advice.to_owned())
            }
            Self::Unreadable { cause, .. } => RemoteFault::inside(cause).map(RemoteFault::hint),
            Self::NoEvent => Some("set the day with --as-of".to_owned()),
            _ => None,
        }
    }
}
