//! Checks a declared source: types, rules and the columns that its properties name.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};

use crate::config::{ExtraColumns, Format, Located, MaxRejected, PipelineFile, ResolvedText, SourceFile};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::extract::{ColumnSpec, ColumnType};

/// A checked source: what `extract` needs to read it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Table name.
    pub name: String,
    /// What one row is.
    pub description: String,
    /// File or glob, references filled in.
    pub path: ResolvedText,
    /// Format of its files.
    pub format: Format,
    /// Whether it may be absent or empty.
    pub optional: bool,
    /// The columns and their rules, in declared order.
    pub columns: Vec<ColumnSpec>,
    /// Arrow schema of the columns.
    pub schema: SchemaRef,
    /// Index of the column that says when a row happened.
    pub event_time: Option<usize>,
    /// Whether identical rows are loaded once.
    pub deduplicate: bool,
    /// Indexes of the columns whose product is the control total.
    pub amount: Vec<usize>,
    /// What undeclared columns do.
    pub extra_columns: ExtraColumns,
    /// How many rows may be rejected.
    pub max_rejected: MaxRejected,
}

/// Checks one source of the pipeline file.
pub(super) fn check(
    name: &Located<String>,
    typed: &SourceFile,
    file: &PipelineFile,
    text: &SourceText,
    path: Result<ResolvedText, String>,
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    let before = problems.len();
    if let Err(message) = &path {
        problems.push(at(text, &typed.path, message.clone()));
    }
    if let Format::Csv(csv) = &typed.format {
        for (what, sign) in [("delimiter", &csv.delimiter), ("quote", &csv.quote)] {
            if !sign.value.is_ascii() || matches!(sign.value, '\n' | '\r' | '\0') {
                problems.push(place(text, sign, 3, format!("the {what} must be one ASCII character on a line")));
            }
        }
        if csv.delimiter.value == csv.quote.value {
            problems.push(place(text, &csv.quote, 3, "delimiter and quote must differ".to_owned()));
        }
    }
    if typed.columns.is_empty() {
        problems.push(
            at(text, name, format!("source `{}` declares no column", name.value))
                .hint("list every column with its type"),
        );
    }
    let columns = columns(typed, text, problems);
    let names: Vec<&str> = typed.columns.keys().map(|key| key.value.as_str()).collect();
    let event_time = typed.event_time.as_ref().and_then(|wanted| {
        let found = column(wanted, &names, text, problems)?;
        let timely = columns.get(found).is_none_or(|spec| matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp));
        if !timely {
            problems.push(at(text, wanted, format!("event_time `{}` is neither date nor timestamp", wanted.value)));
        }
        timely.then_some(found)
    });
    let amount = typed.amount.iter().filter_map(|wanted| {
        let found = column(wanted, &names, text, problems)?;
        let numeric = columns.get(found).is_none_or(|spec| spec.ty.numeric_scale().is_some());
        if !numeric {
            problems.push(at(text, wanted, format!("amount `{}` is not a number", wanted.value)));
        }
        numeric.then_some(found)
    });
    let amount = amount.collect();
    let schema = Schema::new(columns.iter().map(ColumnSpec::field).collect::<Vec<_>>());
    let (Ok(path), true) = (path, problems.len() == before) else { return None };
    Some(Source {
        name: name.value.clone(),
        description: typed.description.clone(),
        path,
        format: typed.format.clone(),
        optional: typed.optional,
        columns,
        schema: Arc::new(schema),
        event_time,
        deduplicate: typed.deduplicate,
        amount,
        extra_columns: typed.extra_columns,
        max_rejected: typed.max_rejected.unwrap_or(file.max_rejected),
    })
}

fn columns(typed: &SourceFile, text: &SourceText, problems: &mut Vec<Problem>) -> Vec<ColumnSpec> {
    let mut specs = Vec::with_capacity(typed.columns.len());
    for (name, column) in &typed.columns {
        let ty = match column.data_type.value.parse::<ColumnType>() {
            Ok(ty) => ty,
            Err(_) => {
                let problem = at(text, &column.data_type, format!("`{}` is not a type", column.data_type.value));
                let types = ["string", "int", "decimal(12,2)", "date", "timestamp", "bool"];
                problems.push(problem.hint(match crate::diagnostics::nearest(&column.data_type.value, types) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "types: string, int, decimal(precision,scale), date, timestamp, bool".to_owned(),
                }));
                continue;
            }
        };
        let mut spec = ColumnSpec::new(name.value.clone(), ty);
        spec.required = column.required;
        spec.min = column.min.as_ref().map(|bound| bound.value.to_string());
        spec.max = column.max.as_ref().map(|bound| bound.value.to_string());
        let accepted = &column.accepted_values;
        spec.accepted_values = (!accepted.is_empty()).then(|| accepted.iter().map(ToString::to_string).collect());
        specs.push(spec);
    }
    specs
}

fn column(wanted: &Located<String>, names: &[&str], text: &SourceText, problems: &mut Vec<Problem>) -> Option<usize> {
    let found = names.iter().position(|name| *name == wanted.value);
    if found.is_none() {
        let problem = at(text, wanted, format!("`{}` is not a column of this source", wanted.value));
        problems.push(problem.hint(did_you_mean(&wanted.value, names)));
    }
    found
}

/// A problem at a text value of the pipeline file.
pub(super) fn at(text: &SourceText, value: &Located<String>, message: String) -> Problem {
    place(text, value, value.value.chars().count(), message)
}

/// A problem at any value of the pipeline file.
pub(super) fn place<T>(text: &SourceText, value: &Located<T>, length: usize, message: String) -> Problem {
    if value.line == 0 {
        return Problem::new(message).in_file(text);
    }
    Problem::new(message).at(text, value.line, value.column, length)
}
