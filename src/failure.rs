//! How a command can fail, and the exit code that shows an orchestrator how to react.

use thiserror::Error;

use crate::diagnostics::{Problem, SourceText};
use crate::engine::{EngineError, Suspect, suspects};
use crate::extract::{CorrectionError, ExtractError, ExtractFault, QuarantineError};
use crate::identity::IdentityError;
use crate::infer::InferError;
use crate::invariant::{BrokenInvariant, REPORT_IT};
use crate::plan::ScheduleError;
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
    Extract(ExtractError),
    /// Source records contradict each other.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// No source declaration could be inferred from the files.
    #[error(transparent)]
    Infer(#[from] InferError),
    /// A query failed on the data it read.
    #[error("{place}: {source}")]
    Query {
        /// The SQL file or table, with the line if only one can be meant.
        place: String,
        source: EngineError,
        /// How to find the rows, whose values the error does not show.
        rows: Option<String>,
    },
    /// Checks failed. Each was reported separately.
    #[error("{failed} of {total} checks failed; nothing was published")]
    Checks {
        failed: usize,
        total: usize,
        /// Where the staged rows are.
        staged: String,
    },
    /// Unit tests failed. Each was reported separately.
    #[error("{failed} of {} failed", counted(*total as u64, "unit test"))]
    UnitTests { failed: usize, total: usize },
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
    /// An erasure found none of the persons.
    #[error("nobody was erased: {} not found; nothing was changed", counted(*persons as u64, "person"))]
    NobodyErased {
        /// How many were sought.
        persons: usize,
    },
    /// lojal contradicts itself.
    #[error(transparent)]
    Internal(#[from] BrokenInvariant),
    /// Standard output could not be written.
    #[error("could not write the output: {0}")]
    Output(#[from] std::io::Error),
    /// Nothing has changed since the last snapshot, and `--skip-unchanged` is set.
    #[error("nothing has changed since the last snapshot")]
    Unchanged,
    /// A signal asked the run to stop.
    #[error("stopped by {name}; nothing was published")]
    Stopped { name: &'static str, signal: u8 },
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Self {
        match *error.fault {
            ExtractFault::Invariant(broken) => Self::Internal(broken),
            _ => Self::Extract(error),
        }
    }
}

impl From<ScheduleError> for Failure {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Selection(problems) => Self::Usage(problems),
            ScheduleError::Internal(broken) => Self::Internal(broken),
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

/// How many casts a message names.
const SUSPECTS: usize = 5;

/// How to find the rows that a cast cannot convert.
fn how_to_find(suspects: &[Suspect]) -> Option<String> {
    let first = suspects.first()?;
    let others = match suspects {
        [_] => String::new(),
        several => {
            let named = several.iter().take(SUSPECTS).map(|suspect| format!("{} in {}", suspect.cast, suspect.place));
            let more = several.len().saturating_sub(SUSPECTS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("it is one of {}{more}; ", named.collect::<Vec<_>>().join(", "))
        }
    };
    let find = suspects.iter().find_map(|suspect| suspect.rows.as_deref()).map_or_else(
        || format!("write try_{} to get null instead, and count these rows in a check", first.cast),
        |rows| format!("`lojal query \"{rows}\"` shows the rows; try_cast in the model gives null instead"),
    );
    Some(format!("the value is not shown, because it may be personal: {others}{find}; nothing was published"))
}

impl Failure {
    /// An engine failure while computing `place`. The error of an extract is unwrapped.
    pub fn engine(error: EngineError, place: &str) -> Self {
        if let Some(extract) = error.scan_error::<ExtractError>() {
            return Self::from(extract.clone());
        }
        match error {
            EngineError::Internal(broken) => Self::Internal(broken),
            source => Self::Query { place: place.to_owned(), source, rows: None },
        }
    }

    /// An engine failure while computing `place` from SQL.
    pub fn of_sql(error: EngineError, place: &str, texts: &[&SourceText]) -> Self {
        let suspects = suspects(&error, texts);
        let source = match Self::engine(error, place) {
            Self::Query { source, .. } => source,
            other => return other,
        };
        let rows = how_to_find(&suspects);
        match suspects.as_slice() {
            [only] => Self::Query { place: format!("{place}: {} in {}", only.cast, only.place), source, rows },
            _ => Self::Query { place: place.to_owned(), source, rows },
        }
    }

    /// Why it failed, on one line.
    pub fn headline(&self) -> String {
        let text = match self {
            Self::Usage(problems) => {
                let first = problems.first().map(Problem::headline).unwrap_or_default();
                match problems.len().saturating_sub(1) {
                    0 => first,
                    more => format!("{first} (and {})", counted(more as u64, "more mistake")),
                }
            }
            _ => self.to_string(),
        };
        text.lines().next().unwrap_or_default().to_owned()
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Publish(error) if error.is_usage() => 2,
            Self::Extract(error) if matches!(*error.fault, ExtractFault::Address(_)) => 2,
            Self::Extract(error) if error.is_infrastructure() => 3,
            Self::Infer(error) if error.is_infrastructure() => 3,
            Self::Infer(InferError::SeveralSources { .. }) => 2,
            Self::Query { source, .. } if source.is_infrastructure() => 3,
            Self::Identity(IdentityError::NoMemory { .. }) => 3,
            Self::Extract(_) | Self::Infer(_) | Self::Identity(_) | Self::Query { .. } | Self::Checks { .. } => 1,
            Self::NothingCorrected { .. } | Self::UnitTests { .. } | Self::NobodyErased { .. } => 1,
            Self::Quarantine(_) | Self::Corrections(_) => 3,
            // The tables published before do not match the ones to be published now: the data is at fault.
            Self::Publish(PublishError::OtherShape { .. }) => 1,
            // As for a crash: neither the data nor the pipeline is at fault.
            Self::Publish(_) | Self::Output(_) | Self::Internal(_) => 3,
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
            Self::Query { rows: Some(rows), .. } => Some(rows.clone()),
            Self::Query { .. } => Some("the query read data it cannot process; nothing was published".to_owned()),
            Self::NothingCorrected { .. } => Some("fix the rows listed above; `lojal run` loads the rest".to_owned()),
            Self::NobodyErased { .. } => Some(
                "check how the id is written, add --source NAME, or give an e-mail address or phone number".to_owned(),
            ),
            Self::Quarantine(_) | Self::Corrections(_) => {
                Some("check that the warehouse can be read and written, and that its files are complete".to_owned())
            }
            Self::Internal(_) => Some(REPORT_IT.to_owned()),
            Self::Checks { staged, .. } => Some(format!("inspect the staged rows in {staged}")),
            Self::UnitTests { .. } => {
                Some("the tables above show what came out; correct the SQL, or what is expected".to_owned())
            }
            Self::Usage(_) | Self::Identity(_) | Self::Output(_) | Self::Unchanged | Self::Stopped { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_invariant_asks_for_a_report() {
        let broken = BrokenInvariant::new("`orders` is in the order and the plan does not declare it");
        let failures = [
            Failure::from(broken.clone()),
            Failure::from(ScheduleError::Internal(broken.clone())),
            Failure::engine(EngineError::Internal(broken), "sql/staging/orders.sql"),
        ];
        for failure in failures {
            assert_eq!(
                failure.to_string(),
                "internal error: `orders` is in the order and the plan does not declare it"
            );
            assert_eq!(failure.exit_code(), 3);
            assert!(failure.hint().is_some_and(|hint| hint.contains("please report it")));
        }
    }
}
