//! A check of a plan.

use std::collections::BTreeMap;

use crate::config::{CheckSeverity, Located};
use crate::diagnostics::SourceText;

/// A check, ready to run.
#[derive(Debug, Clone)]
pub struct Check {
    /// Unique name, e.g. `not_null_customers_customer_key`.
    pub name: String,
    /// The domain whose SQL file it is.
    pub domain: Option<String>,
    /// The table it checks; `None` for a law over several.
    pub table: Option<String>,
    /// What a failure does.
    pub severity: CheckSeverity,
    /// What it promises, for the reader.
    pub promise: String,
    /// How it is proved.
    pub kind: CheckKind,
    /// How often its query scans each table.
    pub scans: BTreeMap<String, usize>,
    /// The only columns of a failing row that may be shown, if the table contains direct identifiers.
    pub shown_columns: Option<Vec<String>>,
    /// Columns of a failing row that are not shown, because they have personal values.
    pub hidden: Vec<String>,
    /// The column and the values it may have, of a check of accepted values.
    pub accepted: Option<(String, Vec<String>)>,
    /// The text column of its result that names a failing row for `--accept`; `None` if it cannot be accepted.
    pub accept_by: Option<Located<String>>,
    /// Where it is in a YAML file; `None` for a SQL file.
    pub place: Option<Located<()>>,
}

/// How a check is proved.
#[derive(Debug, Clone)]
pub enum CheckKind {
    /// A SQL condition that is true for a row that fails.
    FailingRow(String),
    /// A query whose rows are failures.
    FailingRows(SourceText),
    /// Bounds on the number of rows.
    RowCount {
        /// Fewest.
        min: Option<u64>,
        /// Most.
        max: Option<u64>,
    },
    /// Key columns: no null, no key twice. Proved while the sorted table is written.
    Key(Vec<String>),
}
