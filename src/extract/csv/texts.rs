//! Texts that stand in no CSV file, such as those of a Parquet column, read and judged as the cells of a column.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray},
    error::ArrowError,
};

use super::{
    parse::{CellParser, trim},
    plan::Plan,
    reject::Rule,
    rules::{ColumnRules, TextRules, Typed},
};

/// A text that breaks a rule of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFault {
    /// Which of the texts, from 0.
    pub row: usize,
    /// The rule.
    pub rule: Rule,
    /// What is wrong, to follow the column's name.
    pub reason: String,
}

impl Plan {
    /// The texts of the declared column number `column` as its type, null where one is at fault, and the faults.
    ///
    /// # Errors
    /// There is no such column, or more text than an array holds.
    pub fn read_texts(&self, column: usize, texts: &[Option<&str>]) -> Result<(ArrayRef, Vec<TextFault>), ArrowError> {
        let (Some(rules), Some(spec)) = (self.rules.get(column), self.columns.get(column)) else {
            return Err(ArrowError::SchemaError(format!("there is no column number {column}")));
        };
        let mut faults = Vec::new();
        let mut told = |row: usize, text: &str, rule| {
            faults.push(TextFault { row, rule, reason: rules.explain(spec, rule, text.as_bytes()) });
        };
        let array: ArrayRef = match rules {
            ColumnRules::String(rules) => {
                let judge = |text| rules.judge_text(text, spec.required);
                Arc::new(StringArray::from_iter(judged(texts, judge, &mut told)))
            }
            ColumnRules::Int(typed) => Arc::new(Int64Array::from(typed.all(texts, spec.required, &mut told))),
            ColumnRules::Decimal(typed) => {
                let values = Decimal128Array::from(typed.all(texts, spec.required, &mut told));
                Arc::new(values.with_precision_and_scale(typed.plain.precision, typed.plain.scale as i8)?)
            }
            ColumnRules::Date(typed) => Arc::new(Date32Array::from(typed.all(texts, spec.required, &mut told))),
            ColumnRules::Timestamp(typed) => {
                let values = typed.all(texts, spec.required, &mut told);
                Arc::new(TimestampMicrosecondArray::from(values).with_timezone("UTC"))
            }
            ColumnRules::Bool(typed) => Arc::new(BooleanArray::from(typed.all(texts, spec.required, &mut told))),
        };
        Ok((array, faults))
    }
}

/// Judges each text; what is at fault is told, and null.
fn judged<'a, V>(
    texts: &[Option<&'a str>],
    judge: impl Fn(&'a str) -> Result<Option<V>, Rule>,
    told: &mut impl FnMut(usize, &str, Rule),
) -> Vec<Option<V>> {
    let mut values = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let text = text.unwrap_or_default();
        values.push(judge(text).unwrap_or_else(|rule| {
            told(row, text, rule);
            None
        }));
    }
    values
}

fn nothing<V>(required: bool) -> Result<Option<V>, Rule> {
    if required { Err(Rule::Required) } else { Ok(None) }
}

impl TextRules {
    fn judge_text<'a>(&self, text: &'a str, required: bool) -> Result<Option<&'a str>, Rule> {
        let bytes = text.as_bytes();
        if text.is_empty() || self.nulls.hold(bytes) {
            return nothing(required);
        }
        if bytes.contains(&0) {
            return Err(Rule::Encoding);
        }
        if self.accepted.as_ref().is_some_and(|list| list.iter().all(|value| value != bytes)) {
            return Err(Rule::AcceptedValues);
        }
        if self.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(bytes)) {
            return Err(Rule::Pattern);
        }
        Ok(Some(text))
    }
}

impl<P: CellParser> Typed<P> {
    fn all(
        &self,
        texts: &[Option<&str>],
        required: bool,
        told: &mut impl FnMut(usize, &str, Rule),
    ) -> Vec<Option<P::Value>> {
        judged(texts, |text| self.judge_text(text, required), told)
    }

    fn judge_text(&self, text: &str, required: bool) -> Result<Option<P::Value>, Rule> {
        let cell = trim(text.as_bytes());
        if cell.is_empty() || self.is_null(cell) {
            return nothing(required);
        }
        let value = self.slow(cell).map_err(|_| Rule::Type)?;
        self.limits.broken_by(value).map_or(Ok(Some(value)), Err)
    }
}
