//! A broken guarantee of lojal's own code. It is reported as such, never hidden behind a default.

use arrow::error::ArrowError;
use thiserror::Error;

use crate::diagnostics::Problem;

/// What a person does about it.
pub(crate) const REPORT_IT: &str =
    "this is a bug in lojal: please report it with this message and the files of the pipeline";

/// Something that lojal's own code rules out has happened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("internal error: {0}")]
pub struct BrokenInvariant(String);

impl BrokenInvariant {
    /// Describes what happened, in terms of the pipeline.
    pub fn new(found: impl Into<String>) -> Self {
        Self(found.into())
    }
}

/// For the checks of a plan, which report all that they find as problems.
impl From<BrokenInvariant> for Problem {
    fn from(broken: BrokenInvariant) -> Self {
        Self::new(broken.to_string()).hint(REPORT_IT)
    }
}

/// For code that Arrow calls.
impl From<BrokenInvariant> for ArrowError {
    fn from(broken: BrokenInvariant) -> Self {
        Self::ExternalError(Box::new(broken))
    }
}

impl BrokenInvariant {
    /// The broken invariant that an error carries.
    pub fn inside(error: &ArrowError) -> Option<Self> {
        match error {
            ArrowError::ExternalError(inner) => inner.downcast_ref::<Self>().cloned(),
            _ => None,
        }
    }
}
