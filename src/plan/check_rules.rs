//! Turns a check of the pipeline file into the rule that it proves, in words and in SQL.

use super::CheckKind;
use crate::config::{CheckSeverity, ColumnCheck, ModelCheck, Scalar};
use crate::diagnostics::SourceText;
use crate::engine::quoted;

/// What a check demands of a table.
pub(super) struct CheckRule {
    /// Unique name of the check.
    pub(super) name: String,
    /// What a failure does.
    pub(super) severity: CheckSeverity,
    /// In words.
    pub(super) words: String,
    /// How it is proved.
    pub(super) kind: CheckKind,
    /// The column and the values it may have, of a check of accepted values.
    pub(super) accepted: Option<(String, Vec<String>)>,
}

/// The rule of a check on a column. `listed` are the accepted values that a lookup has.
pub(super) fn of_column(table: &str, column: &str, check: &ColumnCheck, listed: &[Scalar]) -> CheckRule {
    let cell = quoted(column);
    let (name, severity, words, kind) = match check {
        ColumnCheck::NotNull(options) => {
            ("not_null", options.severity, "is never null".to_owned(), CheckKind::FailingRow(format!("{cell} is null")))
        }
        ColumnCheck::Unique(options) => {
            let sql = format!(
                "select {cell}, count(*) as rows from {} where {cell} is not null group by {cell} having count(*) > 1",
                quoted(table)
            );
            ("unique", options.severity, "has no value twice".to_owned(), failing_rows("unique", table, column, sql))
        }
        ColumnCheck::AcceptedValues(accepted) => {
            let values: Vec<String> = accepted.values.iter().chain(listed).map(literal).collect();
            let shown: Vec<String> = accepted.values.iter().chain(listed).map(ToString::to_string).collect();
            let condition = format!("{cell} not in ({})", values.join(", "));
            let words = format!("is one of {}", shown.join(", "));
            ("accepted_values", accepted.severity, words, CheckKind::FailingRow(condition))
        }
        ColumnCheck::Range(range) => {
            let low = range.min.as_ref().map(|min| format!("{cell} < {}", literal(min)));
            let high = range.max.as_ref().map(|max| format!("{cell} > {}", literal(max)));
            let conditions: Vec<String> = low.into_iter().chain(high).collect();
            let condition = if conditions.is_empty() { "false".to_owned() } else { conditions.join(" or ") };
            let words = format!("is {}", bounds(range.min.as_ref(), range.max.as_ref()));
            ("range", range.severity, words, CheckKind::FailingRow(condition))
        }
        ColumnCheck::Relationships(to) => {
            let sql = format!(
                "select {0}.{cell} from {0} left anti join {1} on {0}.{cell} = {1}.{2} where {0}.{cell} is not null",
                quoted(table),
                quoted(&to.table.value),
                quoted(&to.column.value)
            );
            let words = format!("exists in {}.{}", to.table.value, to.column.value);
            ("relationships", to.severity, words, failing_rows("relationships", table, column, sql))
        }
    };
    let accepted = match check {
        ColumnCheck::AcceptedValues(accepted) => {
            let values = accepted.values.iter().chain(listed).map(ToString::to_string);
            Some((column.to_owned(), values.collect()))
        }
        _ => None,
    };
    let words = format!("{table}.{column} {words}");
    CheckRule { name: format!("{name}_{table}_{column}"), severity, words, kind, accepted }
}

/// What a check on a whole table promises.
pub(super) fn of_model(table: &str, check: &ModelCheck) -> CheckRule {
    match check {
        ModelCheck::RowCount(limits) => CheckRule {
            name: format!("row_count_{table}"),
            severity: limits.severity,
            words: format!("the number of rows of {table} is {}", bounds(limits.min, limits.max)),
            kind: CheckKind::RowCount { min: limits.min, max: limits.max },
            accepted: None,
        },
        ModelCheck::Expression(expression) => CheckRule {
            name: format!("{}_{table}", expression.name.value),
            severity: expression.severity,
            words: format!("{table}: {}", expression.sql.value),
            kind: CheckKind::FailingRow(format!("not coalesce(({}), false)", expression.sql.value)),
            accepted: None,
        },
    }
}

fn failing_rows(name: &str, table: &str, column: &str, sql: String) -> CheckKind {
    CheckKind::FailingRows(SourceText::new(format!("check {name}_{table}_{column}"), sql))
}

fn bounds<T: std::fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "anything".to_owned(),
    }
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}
