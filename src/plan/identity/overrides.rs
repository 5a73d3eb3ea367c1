//! Checks the model with decisions of analysts, and writes the query that reads them.

use arrow::datatypes::DataType;

use super::columns::{has, needed, not_text};
use crate::config::{Located, Texts};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::quoted;
use crate::identity::{DECISION_TIME_COLUMNS, OVERRIDE_COLUMNS};
use crate::plan::Model;

/// Columns that are missing or of another type.
pub(super) fn fit(place: &Located<String>, model: &Model, texts: &Texts) -> Vec<Problem> {
    let [decided_at, _] = DECISION_TIME_COLUMNS;
    let mut problems = needed(&OVERRIDE_COLUMNS, place, model, texts);
    problems.extend(OVERRIDE_COLUMNS.iter().filter_map(|name| not_text(name, model)));
    if let Ok(field) = model.schema.field_with_name(decided_at)
        && !matches!(field.data_type(), DataType::Timestamp(..) | DataType::Date32 | DataType::Null)
    {
        let message = format!("`{decided_at}` of `{}` is {}, not a time", model.name, field.data_type());
        problems.push(Problem::new(message).in_file(&model.sql).hint("cast it to timestamp or date"));
    }
    problems
}

/// The query of the decisions, in the columns that the resolver takes.
pub(super) fn select(model: &Model) -> SourceText {
    let [decided_at, is_later] = DECISION_TIME_COLUMNS;
    let mut columns: Vec<String> = OVERRIDE_COLUMNS.map(quoted).to_vec();
    if has(&model.schema, decided_at) {
        let is_date =
            model.schema.field_with_name(decided_at).is_ok_and(|field| *field.data_type() == DataType::Date32);
        let after = if is_date { "> $as_of" } else { ">= $as_of_end" };
        let instant = "arrow_cast(decided_at, 'Timestamp(Microsecond, Some(\"UTC\"))')";
        columns.push(format!("cast({instant} as bigint) as {decided_at}"));
        columns.push(format!("coalesce(decided_at {after}, false) as {is_later}"));
    }
    SourceText::new("identity", format!("select {} from {}", columns.join(", "), quoted(&model.name)))
}
