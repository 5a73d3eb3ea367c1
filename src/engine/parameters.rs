//! Fills `$name` parameters of a query into the parsed SQL as typed literals.
//!
//! They are replaced in the syntax tree, not in the text, so a value can never become SQL. DataFusion sees literals,
//! which it types and folds better than placeholders.

use std::ops::ControlFlow;

use chrono::{DateTime, NaiveDate, Utc};
use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, TimezoneInfo, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::Span;
use indexmap::IndexMap;

use crate::config::Scalar;
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameter {
    /// A pipeline var.
    Scalar(Scalar),
    /// A date.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// Parameters by name, without the dollar sign.
pub type Parameters = IndexMap<String, Parameter>;

impl Parameter {
    fn literal(&self) -> Expr {
        match self {
            Self::Scalar(Scalar::Bool(value)) => Expr::Value(bare(Value::Boolean(*value))),
            Self::Scalar(Scalar::Int(value)) => cast(text(&value.to_string()), DataType::BigInt(None)),
            Self::Scalar(Scalar::Decimal(value)) => cast(text(value), decimal_type(value)),
            Self::Scalar(Scalar::Text(value)) => text(value),
            Self::Date(value) => cast(text(&value.format("%Y-%m-%d").to_string()), DataType::Date),
            Self::Instant(value) => cast(
                text(&value.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()),
                DataType::Timestamp(Some(6), TimezoneInfo::WithTimeZone),
            ),
        }
    }
}

fn bare(value: Value) -> ValueWithSpan {
    ValueWithSpan { value, span: Span::empty() }
}

fn text(value: &str) -> Expr {
    Expr::Value(bare(Value::SingleQuotedString(value.to_owned())))
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, array: false, format: None }
}

fn decimal_type(value: &str) -> DataType {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let scale = value.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    DataType::Decimal(ExactNumberInfo::PrecisionAndScale(
        u64::try_from(digits.max(1)).unwrap_or(38),
        i64::try_from(scale).unwrap_or(0),
    ))
}

/// Replaces each `$name` below `node` and collects the unknown names.
pub(super) fn substitute<N: VisitMut>(node: &mut N, parameters: &Parameters, source: &SourceText) -> Vec<Problem> {
    let mut visitor = Substitution { parameters, source, problems: Vec::new() };
    let _ = node.visit(&mut visitor);
    visitor.problems
}

struct Substitution<'a> {
    parameters: &'a Parameters,
    source: &'a SourceText,
    problems: Vec<Problem>,
}

impl VisitorMut for Substitution<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Value(ValueWithSpan { value: Value::Placeholder(name), span }) = &expr else {
            return ControlFlow::Continue(());
        };
        let bare_name = name.trim_start_matches('$');
        match self.parameters.get(bare_name) {
            Some(parameter) => *expr = parameter.literal(),
            None => {
                let known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
                let line = usize::try_from(span.start.line).unwrap_or(0);
                let column = usize::try_from(span.start.column).unwrap_or(0);
                self.problems.push(
                    Problem::new(format!("unknown parameter `{name}`"))
                        .at(self.source, line, column, name.chars().count())
                        .hint(did_you_mean(bare_name, &known)),
                );
            }
        }
        ControlFlow::Continue(())
    }
}
