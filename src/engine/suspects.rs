//! Where in SQL the value is converted that an error does not quote, and the query that shows its rows.

use std::ops::ControlFlow;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{CastKind, DataType, Expr, Spanned, Visit, Visitor};

use super::{EngineError, Query};
use crate::diagnostics::SourceText;
use crate::identifying::shown_or_withheld;

/// A cast that may have failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// `sql/marts/m.sql:4:12`, where the converted value stands.
    pub place: String,
    /// The cast as SQL.
    pub cast: String,
    /// A query for the rows whose value cannot be converted; `None` if the value comes from no table directly.
    pub rows: Option<String>,
}

/// The casts in `texts` to the type that a failed cast has in its error.
pub fn suspects(error: &EngineError, texts: &[&SourceText]) -> Vec<Suspect> {
    let Some(target) = target_of(error) else { return Vec::new() };
    let mut found = Vec::new();
    for text in texts {
        let Ok(query) = Query::unfilled(text) else { continue };
        let Statement::Statement(statement) = query.statement() else { continue };
        let mut casts = Casts { target: &target, text, query: &query, found: &mut found };
        _ = statement.visit(&mut casts);
    }
    found
}

/// The first word of an Arrow type that a value could not be converted to.
fn target_of(error: &EngineError) -> Option<String> {
    let EngineError::DataFusion(error) = error else { return None };
    let DataFusionError::ArrowError(cause, _) = error.find_root() else { return None };
    let text = cause.to_string();
    if text.contains("Error parsing timestamp") {
        return Some("Timestamp".to_owned());
    }
    // The type is at the end, so that no value can stand in its place.
    let (_, after) = text.rsplit_once(" to value of ").or_else(|| text.split_once("Cannot cast to "))?;
    Some(after.chars().take_while(char::is_ascii_alphanumeric).collect())
}

struct Casts<'a> {
    target: &'a str,
    text: &'a SourceText,
    query: &'a Query,
    found: &'a mut Vec<Suspect>,
}

impl Visitor for Casts<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if let Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, .. } = expression
            && arrow_name(data_type).is_some_and(|name| self.target.starts_with(name))
        {
            let start = expr.span().start;
            let place = format!("{}:{}:{}", self.text.path.display(), start.line, start.column);
            let sql_type = data_type.to_string().to_lowercase();
            let cast = format!("cast({expr} as {sql_type})");
            let rows = self.table_of(expr).map(|table| {
                format!("select * from {table} where {expr} is not null and try_cast({expr} as {sql_type}) is null")
            });
            self.found.push(Suspect { place, cast: shown_or_withheld(&cast).to_owned(), rows });
        }
        ControlFlow::Continue(())
    }
}

impl Casts<'_> {
    /// The table of a column that is written with the name of a table.
    fn table_of(&self, expression: &Expr) -> Option<String> {
        let Expr::CompoundIdentifier(parts) = expression else { return None };
        let [table, _] = parts.as_slice() else { return None };
        let is_read = self.query.tables().iter().any(|read| read.name == table.value && read.schema.is_none());
        is_read.then(|| table.to_string())
    }
}

/// How Arrow calls a type, without unit and digits.
fn arrow_name(data_type: &DataType) -> Option<&'static str> {
    let text = data_type.to_string().to_lowercase();
    let word = text.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
    Some(match word {
        "tinyint" => "Int8",
        "smallint" | "int2" => "Int16",
        "int" | "integer" | "int4" => "Int32",
        "bigint" | "int8" => "Int64",
        "float" | "real" | "float4" => "Float32",
        "double" | "float8" => "Float64",
        "decimal" | "numeric" | "dec" => "Decimal",
        "date" => "Date",
        "time" => "Time64",
        "timestamp" | "timestamptz" | "datetime" => "Timestamp",
        "boolean" | "bool" => "Boolean",
        "interval" => "Interval",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use arrow::error::ArrowError;

    use super::*;

    #[test]
    fn casts_to_the_type_are_found_with_a_query_for_their_rows() {
        let sql = "select t.a, cast(t.b as int) as b, t.c::bigint as c, try_cast(t.d as int) as d,\n  \
                   cast(upper(t.e) as integer) as e from t";
        let text = SourceText::new("m.sql", sql);
        let error = |text: &str| EngineError::from(ArrowError::CastError(text.to_owned()));
        let found = suspects(&error("Cannot cast string ' to value of Int64 type' to value of Int32 type"), &[&text]);
        let places: Vec<&str> = found.iter().map(|suspect| suspect.place.as_str()).collect();
        assert_eq!(places, ["m.sql:1:18", "m.sql:2:8"], "{found:?}");
        let rows = "select * from t where t.b is not null and try_cast(t.b as int) is null";
        assert_eq!(found[0].rows.as_deref(), Some(rows));
        assert_eq!(
            found[1],
            Suspect { cast: "cast(upper(t.e) as integer)".to_owned(), rows: None, ..found[1].clone() }
        );
        assert_eq!(suspects(&error("Cannot cast string 'x' to value of Int64 type"), &[&text]).len(), 1);
        assert!(suspects(&EngineError::from(ArrowError::DivideByZero), &[&text]).is_empty());
    }
}
