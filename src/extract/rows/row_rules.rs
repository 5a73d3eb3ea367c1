//! Everything the row side needs to know about a source, checked once: column types, rules as values, the event time,
//! the control total.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use chrono::{NaiveDate, Utc};

use super::{
    column_rules::{ColumnRules, Days},
    promises::RowPromises,
    rule_error::RuleError,
};
use crate::local_time::LocalTime;
use crate::source::{AsOfBound, Column, ColumnType, version_fields};

/// The options of a source, apart from its columns.
#[derive(Clone, Debug)]
pub struct RowOptions {
    /// The zone of timestamps in columns without a zone of their own.
    pub local_time: Arc<LocalTime>,
    /// The declared column (date or timestamp) with the event time.
    pub event_time: Option<usize>,
    /// The last event time that is delivered, in the column's own unit: days, or microseconds UTC.
    pub event_limit: Option<i64>,
    /// The as-of day, which bounds and years of two digits refer to; `None`: the present day.
    pub as_of: Option<NaiveDate>,
    /// The promises about rows beyond their own cells.
    pub promises: Option<Arc<RowPromises>>,
    /// The declared numeric columns whose product is summed up for the control total.
    pub amount: Vec<usize>,
    /// For each sum that total lines state, the numeric columns whose product is summed up.
    pub totals: Vec<Vec<usize>>,
    /// Whether a column with a declared form also accepts the plain form: a number with a decimal point, true or false,
    /// a date or time in ISO 8601. This is for formats with values of their own, such as JSON and xlsx. A cell with
    /// different values in the two forms is rejected.
    pub plain_forms: bool,
    /// The most rows in a batch.
    pub batch_size: usize,
}

impl RowOptions {
    /// Batches of 8192 rows, no event time and no control total.
    pub fn new(local_time: Arc<LocalTime>) -> Self {
        Self {
            local_time,
            event_time: None,
            event_limit: None,
            as_of: None,
            promises: None,
            amount: Vec::new(),
            totals: Vec::new(),
            plain_forms: false,
            batch_size: 8192,
        }
    }
}

/// A source's columns and options, checked.
#[derive(Clone, Debug)]
pub struct RowRules {
    pub(in crate::extract) columns: Vec<Column>,
    /// The columns' names, for the faults of rejected rows.
    pub(in crate::extract) names: Vec<Arc<str>>,
    pub(super) rules: Vec<ColumnRules>,
    pub(in crate::extract) options: RowOptions,
    schema: SchemaRef,
}

impl RowRules {
    /// Checks a declaration. Returns everything that is wrong with it.
    pub fn new(mut columns: Vec<Column>, options: RowOptions) -> Result<Self, Vec<RuleError>> {
        let mut errors = Vec::new();
        let today = Utc::now().with_timezone(&options.local_time.zone()).date_naive();
        let days = Days { as_of: options.as_of.unwrap_or(today), today };
        let mut rules = Vec::with_capacity(columns.len());
        for spec in &columns {
            match ColumnRules::new(spec, options.plain_forms, &options.local_time, days) {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        // From here on, bounds are only shown: with the day that they mean.
        for bound in columns.iter_mut().flat_map(|spec| [&mut spec.min, &mut spec.max]).flatten() {
            if let Some(meant) = AsOfBound::parse(bound) {
                *bound = format!("{} ({})", meant.day(days.as_of), bound.trim());
            }
        }
        for index in options.event_time.iter().chain(&options.amount).chain(options.totals.iter().flatten()) {
            if *index >= columns.len() {
                errors.push(RuleError::NoSuchColumn { index: *index });
            }
        }
        if let Some(spec) = options.event_time.and_then(|i| columns.get(i))
            && !matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp)
        {
            errors.push(RuleError::EventTime { column: spec.name.clone(), ty: spec.ty });
        }
        for spec in options.amount.iter().chain(options.totals.iter().flatten()).filter_map(|i| columns.get(*i)) {
            if spec.ty.numeric_scale().is_none() {
                errors.push(RuleError::Amount { column: spec.name.clone(), ty: spec.ty });
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let versioned = options.promises.as_ref().is_some_and(|promises| promises.versioned);
        let mut fields: Vec<Field> = columns.iter().map(Column::field).collect();
        if versioned {
            // A row that marks its key as deleted may leave required cells empty; no model reads it.
            fields = fields.into_iter().map(|field| field.with_nullable(true)).chain(version_fields()).collect();
        }
        let schema = Arc::new(Schema::new(fields));
        let names = columns.iter().map(|spec| spec.name.as_str().into()).collect();
        Ok(Self { columns, names, rules, options, schema })
    }

    /// The declared columns as Arrow fields, followed, for versions of rows, by [`VERSION_COLUMNS`].
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The declared columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The paths of some members of structs in a column, by their numbers.
    pub fn members(&self, column: usize, numbers: impl Iterator<Item = usize>) -> Vec<String> {
        let Some(ColumnRules::Nested(rules)) = self.rules.get(column) else { return Vec::new() };
        numbers.filter_map(|number| rules.members.get(number).cloned()).collect()
    }

    /// The promises about rows beyond their own cells.
    pub fn promises(&self) -> Option<&Arc<RowPromises>> {
        self.options.promises.as_ref()
    }

    /// Digits after the decimal point of the control total.
    pub fn amount_scale(&self) -> u32 {
        self.scale_of(&self.options.amount)
    }

    /// Digits after the decimal point of the product of columns.
    pub fn scale_of(&self, columns: &[usize]) -> u32 {
        let scale = |i: &usize| self.columns.get(*i).and_then(|c| c.ty.numeric_scale()).unwrap_or(0);
        columns.iter().map(|i| u32::from(scale(i).unsigned_abs())).sum()
    }
}
