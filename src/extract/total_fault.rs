//! What can be wrong with the line of a file that states its totals, and what to do about it.

use std::fmt;

use crate::words::counted;

/// A file whose total line is missing, misplaced or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TotalFault {
    /// The file has none.
    Missing {
        /// The pattern that no line matches.
        pattern: String,
    },
    /// It comes again.
    Again {
        /// The line of the first one.
        first: u64,
        /// How many there are.
        count: u64,
    },
    /// A record follows it.
    NotLast {
        /// The line of the last record.
        record: u64,
    },
    /// It states something else than the file has, or nothing that can be read.
    Differs {
        /// What was stated and found.
        found: Vec<String>,
        /// How many records of the file were rejected.
        rejected: u64,
    },
}

impl fmt::Display for TotalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { pattern } => write!(f, "has no total line: no line matches '{pattern}'; it may be cut off"),
            Self::Again { first, count } => {
                write!(f, "is a total line again: the file has {count} of them, the first in line {first}")
            }
            Self::NotLast { record } => write!(f, "is the total line, and a record follows it in line {record}"),
            Self::Differs { found, rejected } => {
                write!(f, "the total line differs from what was read from the file: {}", found.join("; "))?;
                match rejected {
                    0 => Ok(()),
                    rejected => write!(
                        f,
                        " ({} of the file {} rejected: it counts as a row, and in a sum only if its cells can be read)",
                        counted(*rejected, "record"),
                        if *rejected == 1 { "was" } else { "were" }
                    ),
                }
            }
        }
    }
}

impl TotalFault {
    /// What to do about it.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => {
                "have the file delivered again; if files may lack the line, set `required: false` (skip_lines and \
                 footer_lines take lines away before the pattern is looked for)"
            }
            Self::Again { .. } => {
                "were files joined? deliver them one by one; if the pattern matches other lines too, make it narrower"
            }
            Self::NotLast { .. } => {
                "were files joined? deliver them one by one; leave remarks below the total out by ignore_lines"
            }
            Self::Differs { rejected: 0, .. } => {
                "have the file delivered again; if the total is wrong and the rows are right, set `on_difference: warn`"
            }
            Self::Differs { .. } => {
                "correct the rejected rows with `lojal replay`; if they may be missing, set `on_difference: warn`"
            }
        }
        .to_owned()
    }
}
