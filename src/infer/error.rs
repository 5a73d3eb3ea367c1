//! Why no declaration could be inferred from files.

use std::io::ErrorKind;
use std::path::PathBuf;

use thiserror::Error;

use crate::diagnostics::Problem;
use crate::extract::ExtractError;
use crate::invariant::BrokenInvariant;

/// A block that could not be inferred.
#[derive(Debug, Error)]
pub enum InferError {
    /// A file cannot be read.
    #[error("could not read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// A file has no columns.
    #[error("{}: no columns were found: {reason}", path.display())]
    NoColumns { path: PathBuf, reason: String },
    /// One name was given for several sources.
    #[error("the files belong to {count} sources, but one name was given: {}", sources.join(", "))]
    SeveralSources {
        /// The number of sources.
        count: usize,
        sources: Vec<String>,
    },
    /// The block would lose rows, or the files leave open what is right.
    #[error("{}", .open.join("\n"))]
    Undecided {
        /// What is open, each with the rows that it concerns.
        open: Vec<String>,
        /// The block as far as it goes.
        draft: String,
    },
    /// The inferred block is not valid.
    #[error("the inferred block is not valid:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
    Block(Vec<Problem>),
    /// lojal contradicts itself.
    #[error(transparent)]
    Invariant(#[from] BrokenInvariant),
    /// The files cannot be read with the inferred block.
    #[error("the files cannot be read with the inferred block: {0}")]
    Reading(#[from] ExtractError),
}

impl InferError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the path is right and names a readable file",
            Self::NoColumns { .. } => "use a file with records: CSV, JSON lines, JSON, a workbook or Parquet",
            Self::SeveralSources { .. } => "omit --name, or pass the files of one source at a time",
            Self::Undecided { .. } => {
                "no block was written: fix the files or their export, or print the draft (--draft), correct what it says \
                 about these rows, and try it with `lojal run`; --max-rejected accepts the loss of rejected rows"
            }
            Self::Reading(_) => {
                "the path of the block may match more files than were given, or a file is damaged: infer it alone, or \
                 declare the source by hand"
            }
            Self::Block(_) | Self::Invariant(_) => "declare the source by hand, and please report the kind of file",
        }
    }

    /// Whether the fault is in the store and not in the data.
    pub fn is_infrastructure(&self) -> bool {
        match self {
            Self::Read { source, .. } => !matches!(
                source.kind(),
                ErrorKind::NotFound
                    | ErrorKind::InvalidInput
                    | ErrorKind::InvalidData
                    | ErrorKind::UnexpectedEof
                    | ErrorKind::Other
            ),
            Self::Reading(error) => error.is_infrastructure(),
            Self::Invariant(_) => true,
            _ => false,
        }
    }
}
