//! How a command can fail, and the exit code that shows an orchestrator how to react.

use thiserror::Error;

use crate::diagnostics::Problem;
use crate::engine::EngineError;
use crate::extract::{CorrectionError, ExtractError, QuarantineError};
use crate::identity::IdentityError;
use crate::infer::InferError;
use crate::publish::PublishError;
use crate::words::counted;

/// A failed command.
#[derive(Debug, Error)]
pub enum Failure {
    /// The pipeline, its SQL or the command line is wrong; no data was read.
    #[error("{}", listed(.0))]
    Usage(Vec<Problem>),
    /// An extract breaks its contract.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// Source records contradict each other.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// No source declaration could be inferred from the files.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A query failed on the data it read.
    #[error("{place}: {source}")]
    Query {
        /// The SQL file or table.
        place: String,
        /// The cause.
        source: EngineError,
    },
    /// Checks failed. Each was reported separately.
    #[error("{failed} of {total} checks failed; nothing was published")]
    Checks {
        /// How many failed.
        failed: usize,
        /// How many ran.
        total: usize,
        /// Where the staged rows are.
        staged: String,
    },
    /// The warehouse could not be written.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Rejected rows of an earlier run could not be read.
    #[error(transparent)]
    Quarantine(#[from] QuarantineError),
    /// Corrections could not be read or stored.
    #[error(transparent)]
    Corrections(#[from] CorrectionError),
    /// No row in the corrections file could be used.
    #[error("nothing was corrected: {} still invalid or not found", counted(*bad as u64, "row"))]
    NothingCorrected {
        /// How many were reported.
        bad: usize,
    },
    /// Standard output could not be written.
    #[error("could not write the output: {0}")]
    Output(#[from] std::io::Error),
    /// Nothing has changed since the last snapshot, and `--skip-unchanged` is set.
    #[error("nothing has changed since the last snapshot")]
    Unchanged,
    /// A signal asked the run to stop.
    #[error("stopped by {name}; nothing was published")]
    Stopped {
        /// Name of the signal.
        name: &'static str,
        /// Its number.
        signal: u8,
    },
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

impl Failure {
    /// An engine failure while computing `place`. The error of an extract is unwrapped.
    pub fn engine(error: EngineError, place: &str) -> Self {
        match error.scan_error::<ExtractError>() {
            Some(extract) => Self::Extract(extract.clone()),
            None => Self::Query { place: place.to_owned(), source: error },
        }
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Publish(error) if error.is_usage() => 2,
            Self::Extract(ExtractError::Address { .. }) => 2,
            Self::Extract(error) if error.is_infrastructure() => 3,
            Self::Infer(error) if error.is_infrastructure() => 3,
            Self::Infer(InferError::SeveralSources { .. }) => 2,
            Self::Query { source, .. } if source.is_infrastructure() => 3,
            Self::Extract(_) | Self::Infer(_) | Self::Identity(_) | Self::Query { .. } | Self::Checks { .. } => 1,
            Self::NothingCorrected { .. } => 1,
            Self::Quarantine(_) | Self::Corrections(_) => 3,
            // The tables published before do not match the ones to be published now: the data is at fault.
            Self::Publish(PublishError::OtherShape { .. }) => 1,
            Self::Publish(_) | Self::Output(_) => 3,
            Self::Unchanged => 99,
            Self::Stopped { signal, .. } => 128 + signal,
        }
    }

    /// What to do about it, where the message does not already say so.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Extract(error) => error.hint(),
            Self::Infer(error) => Some(error.hint().to_owned()),
            Self::Publish(error) => Some(error.hint()),
            Self::Query { source, .. } if source.is_memory() => {
                Some("give it more with --memory-limit, or fewer --threads".to_owned())
            }
            Self::Query { source, .. } if source.is_infrastructure() => Some(
                "check that the disk has space and the files can be read; the previous snapshot is unchanged"
                    .to_owned(),
            ),
            Self::Query { .. } => Some("the query read data it cannot process; nothing was published".to_owned()),
            Self::NothingCorrected { .. } => Some("fix the rows listed above; `lojal run` loads the rest".to_owned()),
            Self::Quarantine(_) | Self::Corrections(_) => {
                Some("check that the warehouse can be read and written, and that its files are complete".to_owned())
            }
            Self::Checks { staged, .. } => Some(format!("inspect the staged rows in {staged}")),
            Self::Usage(_) | Self::Identity(_) | Self::Output(_) | Self::Unchanged | Self::Stopped { .. } => None,
        }
    }
}
