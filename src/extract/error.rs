//! What an extract can do wrong, told so that whoever delivers it can mend it.

use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::text::few;
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
    #[error("source {name}: {} lacks the column{} {}", path.display(), if missing.len() == 1 { "" } else { "s" }, few(missing))]
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
    #[error("source {name}: {} has the column {} more than once", path.display(), few(columns))]
    RepeatedColumns {
        /// The source.
        name: String,
        /// The file.
        path: PathBuf,
        /// The columns.
        columns: Vec<String>,
    },
    /// A column under several of its names in one header.
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
    /// Undeclared columns in a source that forbids them.
    #[error("source {name}: {} has columns that are not declared: {}", path.display(), few(columns))]
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
    /// More rejected rows than the source allows.
    #[error(
        "source {name}: {rejected} of {read} rows were rejected, at most {allowed} are allowed; the first: {first}"
    )]
    TooManyRejected {
        /// The source.
        name: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// The bound.
        allowed: String,
        /// Place and reason of one of them.
        first: String,
        /// The declared encoding, if most of them break it.
        encoding: Option<&'static str>,
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
                    let others = (!extra.is_empty()).then(|| format!("the file also has: {}", few(extra)));
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
            Self::AmbiguousColumn { .. } => Some(
                "which of them is meant cannot be known: take one out of the file, or out of the column's aliases"
                    .to_owned(),
            ),
            Self::Header { .. } => Some("see that the file is what `format` says, whole and not encrypted".to_owned()),
            Self::Empty { .. } => Some("see whether the export broke off, or mark the source optional".to_owned()),
            Self::TooManyRejected { quarantine, encoding: Some(encoding), .. } => Some(format!(
                "most of them are no {encoding}: set the encoding that the file has, such as `encoding: windows-1252`; \
                 all of them, with file, line and reason, are in {quarantine}"
            )),
            Self::TooManyRejected { quarantine, .. } => Some(format!(
                "all of them, with file, line and reason, are in {quarantine}; max_rejected sets the bound"
            )),
            Self::NoEvent => Some("give the day with --as-of".to_owned()),
            _ => None,
        }
    }
}
