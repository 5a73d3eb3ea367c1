//! Everything a decoder needs to know about a source, checked once: column types, rules as values, the event time, the
//! control total.

use std::{error, fmt, sync::Arc};

use arrow::datatypes::{Field, Schema, SchemaRef};

use super::{contract::Contract, dialect::Dialect, rules::ColumnRules, zone::LocalTime};
use crate::source::{Column, ColumnType, version_fields};

/// The options of a source, apart from its columns.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// The dialect of its files.
    pub dialect: Dialect,
    /// The zone of timestamps in columns without a zone of their own.
    pub local_time: Arc<LocalTime>,
    /// The declared column (date or timestamp) with the event time.
    pub event_time: Option<usize>,
    /// The last event time that is delivered, in the column's own unit: days, or microseconds UTC.
    pub event_limit: Option<i64>,
    /// The promises about rows beyond their own cells.
    pub contract: Option<Arc<Contract>>,
    /// The declared numeric columns whose product is summed up for the control total.
    pub amount: Vec<usize>,
    /// Whether a column with a declared form also accepts the plain form: a number with a decimal point, true or false,
    /// a date or time in ISO 8601. This is for formats with values of their own, such as JSON and xlsx. A cell with
    /// different values in the two forms is rejected.
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
            contract: None,
            amount: Vec::new(),
            plain_forms: false,
            batch_size: 8192,
        }
    }
}

/// An invalid declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// A limit or accepted value is not a value of its column.
    Value {
        /// The column.
        column: String,
        /// The value as written.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Limits on a column whose values have no order.
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
    /// The control total uses a column that is not a number.
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
    /// Signs must differ and must not be line ends or NUL. All but the delimiter must be ASCII.
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
            Self::Dialect => f.write_str("delimiter, quote, escape and comment must differ and must not be line ends"),
        }
    }
}

impl error::Error for PlanError {}

/// A source's columns and options, checked.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) columns: Vec<Column>,
    /// The columns' names, for the faults of rejected rows.
    pub(super) names: Vec<Arc<str>>,
    pub(super) rules: Vec<ColumnRules>,
    pub(super) options: PlanOptions,
    schema: SchemaRef,
}

impl Plan {
    /// Checks a declaration. Returns everything that is wrong with it.
    pub fn new(columns: Vec<Column>, options: PlanOptions) -> Result<Self, Vec<PlanError>> {
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
        let versioned = options.contract.as_ref().is_some_and(|contract| contract.versioned);
        let mut fields: Vec<Field> = columns.iter().map(Column::field).collect();
        if versioned {
            // A row that marks its key as deleted may leave required cells empty; no model reads it.
            fields = fields.into_iter().map(|field| field.with_nullable(true)).chain(version_fields()).collect();
        }
        let schema = Arc::new(Schema::new(fields));
        let names = columns.iter().map(|spec| spec.name.as_str().into()).collect();
        Ok(Self { columns, names, rules, options, schema })
    }

    /// The same plan for text that is already UTF-8.
    pub fn of_text(&self) -> Self {
        let mut plan = self.clone();
        plan.options.dialect.encoding = super::encoding::TextEncoding::Utf8;
        plan
    }

    /// The declared columns as Arrow fields, followed, for versions of rows, by [`VERSION_COLUMNS`].
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The declared columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The promises about rows beyond their own cells.
    pub fn contract(&self) -> Option<&Arc<Contract>> {
        self.options.contract.as_ref()
    }

    /// The dialect of the files.
    pub fn dialect(&self) -> &Dialect {
        &self.options.dialect
    }

    /// Digits after the decimal point of the control total.
    pub fn amount_scale(&self) -> u32 {
        let scale = |i: &usize| self.columns.get(*i).and_then(|c| c.ty.numeric_scale()).unwrap_or(0);
        self.options.amount.iter().map(|i| u32::from(scale(i).unsigned_abs())).sum()
    }
}
