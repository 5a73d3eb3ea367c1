//! What a decoder needs to know about a source, checked once: column types with their rules as values, the event time,
//! the control total.

use std::{error, fmt, sync::Arc};

use arrow::datatypes::{Schema, SchemaRef};

use super::{
    chunk::Dialect,
    rules::ColumnRules,
    zone::LocalTime,
};
use crate::extract::column::{ColumnSpec, ColumnType};

/// What there is to choose about a source, besides its columns.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// How its files are written.
    pub dialect: Dialect,
    /// The zone that timestamps are written in, where the column names no other.
    pub local_time: Arc<LocalTime>,
    /// The declared column (date or timestamp) that tells when a row happened.
    pub event_time: Option<usize>,
    /// The last event time that is delivered, in the column's own unit: days, or microseconds UTC.
    pub event_limit: Option<i64>,
    /// The declared numeric columns whose product is summed up as the control total.
    pub amount: Vec<usize>,
    /// Whether a cell may also be written the plain way in a column with a declared form: a number with a decimal point,
    /// true or false, a date or time of ISO 8601. For files whose format has values of its own, such as JSON and xlsx.
    /// A cell that is one value in the declared form and another one in the plain form is rejected.
    pub plain_forms: bool,
    /// The most rows in a batch.
    pub batch_size: usize,
}

impl PlanOptions {
    /// The usual dialect, batches of 8192 rows, no event time and no control total.
    pub fn new(local_time: Arc<LocalTime>) -> Self {
        Self {
            dialect: Dialect::default(),
            local_time,
            event_time: None,
            event_limit: None,
            amount: Vec::new(),
            plain_forms: false,
            batch_size: 8192,
        }
    }
}

/// A declaration that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// A bound or accepted value is no value of its column.
    Value {
        /// The column.
        column: String,
        /// The value as written.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Bounds on a column whose values have no order.
    NoOrder {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
    },
    /// The event time is neither a date nor a timestamp.
    EventTime {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
    },
    /// The control total has a column that is no number.
    Amount {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
    },
    /// A column number beyond the declared columns.
    NoSuchColumn {
        /// The number.
        index: usize,
    },
    /// Signs must differ, be no line end and not NUL; all but the delimiter must be ASCII.
    Dialect,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { column, value, reason } => write!(f, "rule of column '{column}': '{value}' {reason}"),
            Self::NoOrder { column, ty } => write!(f, "column '{column}' is a {ty}, which has no minimum or maximum"),
            Self::EventTime { column, ty } => {
                write!(f, "event time '{column}' is a {ty}; it must be a date or a timestamp")
            }
            Self::Amount { column, ty } => {
                write!(f, "amount column '{column}' is a {ty}; it must be an int or a decimal")
            }
            Self::NoSuchColumn { index } => write!(f, "there is no column number {index}"),
            Self::Dialect => f.write_str("delimiter, quote, escape and comment must differ and be no line ends"),
        }
    }
}

impl error::Error for PlanError {}

/// A source's columns and options, checked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) columns: Vec<ColumnSpec>,
    pub(super) rules: Vec<ColumnRules>,
    pub(super) options: PlanOptions,
    schema: SchemaRef,
}

impl Plan {
    /// Checks a declaration; returns everything that is wrong with it.
    pub fn new(columns: Vec<ColumnSpec>, options: PlanOptions) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let mut rules = Vec::with_capacity(columns.len());
        for spec in &columns {
            match ColumnRules::new(spec, &options) {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        for index in options.event_time.iter().chain(&options.amount) {
            if *index >= columns.len() {
                errors.push(PlanError::NoSuchColumn { index: *index });
            }
        }
        if let Some(spec) = options.event_time.and_then(|i| columns.get(i))
            && !matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp)
        {
            errors.push(PlanError::EventTime { column: spec.name.clone(), ty: spec.ty });
        }
        for spec in options.amount.iter().filter_map(|i| columns.get(*i)) {
            if spec.ty.numeric_scale().is_none() {
                errors.push(PlanError::Amount { column: spec.name.clone(), ty: spec.ty });
            }
        }
        if !options.dialect.is_sound() {
            errors.push(PlanError::Dialect);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let schema = Arc::new(Schema::new(columns.iter().map(ColumnSpec::field).collect::<Vec<_>>()));
        Ok(Self { columns, rules, options, schema })
    }

    /// The declared columns as Arrow fields.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The declared columns.
    pub fn columns(&self) -> &[ColumnSpec] {
        &self.columns
    }

    /// How the files are written.
    pub fn dialect(&self) -> &Dialect {
        &self.options.dialect
    }

    /// The zone that timestamps are written in, where the column names no other.
    pub fn local_time(&self) -> &Arc<LocalTime> {
        &self.options.local_time
    }

    /// The zone that the timestamps of a declared column are written in.
    pub fn zone_of(&self, column: usize) -> &Arc<LocalTime> {
        match self.rules.get(column) {
            Some(ColumnRules::Timestamp(typed)) => &typed.plain.0,
            _ => &self.options.local_time,
        }
    }

    /// The last event time that is delivered, in the event column's own unit.
    pub fn event_limit(&self) -> Option<i64> {
        self.options.event_limit
    }

    /// Digits after the point of the control total.
    pub fn amount_scale(&self) -> u32 {
        let scale = |i: &usize| self.columns.get(*i).and_then(|c| c.ty.numeric_scale()).unwrap_or(0);
        self.options.amount.iter().map(|i| u32::from(scale(i).unsigned_abs())).sum()
    }
}
