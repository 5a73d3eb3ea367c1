//! What an extract can do wrong, told so that whoever delivers it can mend it.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::CorrectionError;
use super::ledger::RowCounts;
use crate::diagnostics::nearest;

/// An extract that breaks its contract, or cannot be read.
#[derive(Debug, Clone, Error)]
pub enum ExtractError {
    /// No file matches the path of a source that is not optional.
    #[error("source {name}: no file matches {pattern}")]
    Missing {
        /// The source.
        name: String,
        /// Its path, as it may be shown.
        pattern: String,
        /// The folder's files, to choose from.
        nearby: Vec<String>,
    },
    /// The path is no valid glob.
    #[error("source {name}: {pattern} is not a valid path: {reason}")]
    Pattern {
        /// The source.
        name: String,
        /// Its path.
        pattern: String,
        /// What is wrong.
        reason: String,
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
    /// The first record is no header.
    #[error("source {name}: the header of {} cannot be read: {reason}", path.display())]
    Header {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Declared columns that a file does not have.
    #[error("source {name}: {} lacks the column{} {}", path.display(), if missing.len() == 1 { "" } else { "s" }, missing.join(", "))]
    MissingColumns {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// Declared and not there.
        missing: Vec<String>,
        /// There and not declared.
        extra: Vec<String>,
    },
    /// Columns that stand twice in a header.
    #[error("source {name}: {} has the column {} more than once", path.display(), columns.join(", "))]
    RepeatedColumns {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The columns.
        columns: Vec<String>,
    },
    /// Undeclared columns in a source that forbids them.
    #[error("source {name}: {} has columns that are not declared: {}", path.display(), columns.join(", "))]
    ExtraColumns {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The columns.
        columns: Vec<String>,
    },
    /// Files without a single row, in a source that is not optional.
    #[error("source {name}: {pattern} holds no row")]
    Empty {
        /// The source.
        name: String,
        /// Its path.
        pattern: String,
    },
    /// A bad row in a source that takes none.
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
    /// Rows that became nothing, or more than one thing.
    #[error("source {name}: the rows of {path} are not accounted for: {} read, {} loaded, {} rejected, {} duplicate", rows.read, rows.loaded, rows.rejected, rows.duplicate)]
    Unbalanced {
        /// The source.
        name: String,
        /// The file.
        path: String,
        /// Its rows.
        rows: RowCounts,
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
        /// The bound.
        allowed: String,
        /// The commonest causes with their numbers; place and reason of the first row.
        found: String,
        /// Where they all are.
        quarantine: String,
    },
    /// Parquet that cannot be decoded, or rows that cannot be set aside.
    #[error("source {name}: {}: {reason}", path.display())]
    Format {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No row of any source says when it happened, and no as-of day was given.
    #[error("no extract holds an event, so there is no newest day to take as the as-of day")]
    NoEvent,
    /// A source was asked for twice; each is read once.
    #[error("source {name} was opened twice in one run")]
    ReadTwice {
        /// The source.
        name: String,
    },
}

impl ExtractError {
    /// Whether the store is to blame and not the data.
    pub fn is_infrastructure(&self) -> bool {
        match self {
            Self::Corrections { .. } => true,
            Self::Unreadable { cause, .. } => cause.kind() != std::io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { nearby, .. } if nearby.is_empty() => {
                Some("see that the extract was delivered, or set its folder with --vars".to_owned())
            }
            Self::Missing { nearby, .. } => Some(format!("the folder holds: {}", nearby.join(", "))),
            Self::MissingColumns { missing, extra, .. } => {
                let renamed: Vec<String> = missing
                    .iter()
                    .filter_map(|name| {
                        nearest(name, extra.iter().map(String::as_str))
                            .map(|near| format!("`{near}` may be `{name}` renamed"))
                    })
                    .collect();
                let [only] = extra.as_slice() else {
                    let others = (!extra.is_empty()).then(|| format!("the file also has: {}", extra.join(", ")));
                    return if renamed.is_empty() { others } else { Some(renamed.join("; ")) };
                };
                let delimiter = [';', ',', '\t', '|']
                    .into_iter()
                    .find(|sign| only.matches(*sign).count() + 1 >= missing.len().max(2));
                Some(match delimiter {
                    Some(sign) => {
                        format!("the header is one column, `{only}`: set format: {{ csv: {{ delimiter: {sign:?} }} }}")
                    }
                    None if renamed.is_empty() => format!("the file also has: {only}"),
                    None => renamed.join("; "),
                })
            }
            Self::ExtraColumns { .. } => Some("declare them, or set extra_columns to warn or ignore".to_owned()),
            Self::RepeatedColumns { .. } => {
                Some("which of them is meant cannot be known: rename one in the file".to_owned())
            }
            Self::Header { .. } => Some("see that the file is what `format` says, whole and not encrypted".to_owned()),
            Self::Empty { .. } => Some("see whether the export broke off, or mark the source optional".to_owned()),
            Self::TooManyRejected { quarantine, .. } => Some(format!(
                "all of them, with file, line and reason, are in {quarantine}; `lojal rejects` sums them up, max_rejected sets the bound"
            )),
            Self::BadRow { quarantine, .. } => Some(format!(
                "the row is in {quarantine}; mend the extract, correct the row with `lojal replay`, or set \
                 on_bad_row: quarantine"
            )),
            Self::Corrections { .. } => {
                Some("mend or move away the file; `lojal replay` writes corrections anew".to_owned())
            }
            Self::Unbalanced { .. } => {
                Some("this is a fault of lojal itself: please report it with the file".to_owned())
            }
            Self::NoEvent => Some("give the day with --as-of".to_owned()),
            _ => None,
        }
    }
}
