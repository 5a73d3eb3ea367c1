//! What a decoder needs to know about a source, checked once: column types with their rules as values, the event time,
//! the control total.

use std::{error, fmt, sync::Arc};

use arrow::datatypes::{Schema, SchemaRef};

use super::{
    chunk::Dialect,
    parse::{BoolCell, CellParser, DateCell, DecimalCell, IntCell, TimestampCell, trim},
    reject::{Rule, quoted_cell},
    zone::LocalTime,
};
use crate::extract::column::{ColumnSpec, ColumnType};

/// What there is to choose about a source, besides its columns.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// How its files are written.
    pub dialect: Dialect,
    /// The zone that timestamps are written in.
    pub local_time: Arc<LocalTime>,
    /// The declared column (date or timestamp) that tells when a row happened.
    pub event_time: Option<usize>,
    /// The last event time that is delivered, in the column's own unit: days, or microseconds UTC.
    pub event_limit: Option<i64>,
    /// The declared numeric columns whose product is summed up as the control total.
    pub amount: Vec<usize>,
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

/// A column's rules as values.
#[derive(Clone, Debug)]
pub(super) struct Limits<V> {
    min: Option<V>,
    max: Option<V>,
    accepted: Option<Vec<V>>,
}

impl<V: PartialOrd + Copy> Limits<V> {
    /// Whether there are any.
    pub(super) fn exist(&self) -> bool {
        self.min.is_some() || self.max.is_some() || self.accepted.is_some()
    }

    /// The rule that a value breaks.
    #[inline]
    pub(super) fn broken_by(&self, value: V) -> Option<Rule> {
        if self.min.is_some_and(|min| value < min) || self.max.is_some_and(|max| value > max) {
            return Some(Rule::Range);
        }
        let accepted = self.accepted.as_ref().is_none_or(|list| list.contains(&value));
        (!accepted).then_some(Rule::AcceptedValues)
    }

    fn is_below(&self, value: V) -> bool {
        self.min.is_some_and(|min| value < min)
    }

    fn read<P: CellParser<Value = V>>(spec: &ColumnSpec, parser: &P) -> Result<Self, PlanError> {
        let value = |text: &String| {
            parser.slow(trim(text.as_bytes())).map_err(|reason| PlanError::Value {
                column: spec.name.clone(),
                value: text.clone(),
                reason,
            })
        };
        Ok(Self {
            min: spec.min.as_ref().map(value).transpose()?,
            max: spec.max.as_ref().map(value).transpose()?,
            accepted: spec.accepted_values.as_ref().map(|list| list.iter().map(value).collect()).transpose()?,
        })
    }
}

/// How the cells of a column are read and judged.
#[derive(Clone, Debug)]
pub(super) enum ColumnRules {
    String(Option<Vec<Vec<u8>>>),
    Int(Limits<i64>),
    Decimal(DecimalCell, Limits<i128>),
    Date(Limits<i32>),
    Timestamp(Arc<LocalTime>, Limits<i64>),
    Bool(Limits<bool>),
}

impl ColumnRules {
    fn new(spec: &ColumnSpec, local_time: &Arc<LocalTime>) -> Result<Self, PlanError> {
        let unordered = matches!(spec.ty, ColumnType::String | ColumnType::Bool);
        if unordered && (spec.min.is_some() || spec.max.is_some()) {
            return Err(PlanError::NoOrder { column: spec.name.clone(), ty: spec.ty });
        }
        Ok(match spec.ty {
            ColumnType::String => Self::String(
                spec.accepted_values.as_ref().map(|list| list.iter().map(|v| v.clone().into_bytes()).collect()),
            ),
            ColumnType::Int => Self::Int(Limits::read(spec, &IntCell)?),
            ColumnType::Decimal { precision, scale } => {
                let parser = DecimalCell { precision, scale: scale.unsigned_abs() };
                Self::Decimal(parser, Limits::read(spec, &parser)?)
            }
            ColumnType::Date => Self::Date(Limits::read(spec, &DateCell)?),
            ColumnType::Timestamp => {
                let limits = Limits::read(spec, &TimestampCell { zone: local_time })?;
                Self::Timestamp(Arc::clone(local_time), limits)
            }
            ColumnType::Bool => Self::Bool(Limits::read(spec, &BoolCell)?),
        })
    }

    /// What is wrong with a cell that breaks a rule, to follow the column's name.
    pub(super) fn explain(&self, spec: &ColumnSpec, rule: Rule, cell: &[u8]) -> String {
        let shown = quoted_cell(cell);
        match rule {
            Rule::Required => "is empty but required".to_owned(),
            Rule::Encoding if cell.contains(&0) => format!("{shown} holds a NUL byte"),
            Rule::Encoding => format!("{shown} is not valid UTF-8"),
            Rule::AcceptedValues => {
                let values = spec.accepted_values.as_deref().unwrap_or_default();
                let more = if values.len() > 10 { ", …" } else { "" };
                format!("{shown} is not one of {}{more}", values[..values.len().min(10)].join(", "))
            }
            _ => {
                let cell = trim(cell);
                let (wrong, below) = match self {
                    Self::String(_) => (None, false),
                    Self::Int(limits) => judge(&IntCell, limits, cell),
                    Self::Decimal(parser, limits) => judge(parser, limits, cell),
                    Self::Date(limits) => judge(&DateCell, limits, cell),
                    Self::Timestamp(zone, limits) => judge(&TimestampCell { zone }, limits, cell),
                    Self::Bool(limits) => judge(&BoolCell, limits, cell),
                };
                match wrong {
                    Some(wrong) => format!("{shown} {wrong}"),
                    None if below => {
                        format!("{shown} is below the minimum {}", spec.min.as_deref().unwrap_or_default())
                    }
                    None => format!("{shown} is above the maximum {}", spec.max.as_deref().unwrap_or_default()),
                }
            }
        }
    }
}

fn judge<P: CellParser>(parser: &P, limits: &Limits<P::Value>, cell: &[u8]) -> (Option<String>, bool) {
    match parser.slow(cell) {
        Ok(value) => (None, limits.is_below(value)),
        Err(wrong) => (Some(wrong), false),
    }
}

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
            match ColumnRules::new(spec, &options.local_time) {
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

    /// The zone that timestamps are written in.
    pub fn local_time(&self) -> &Arc<LocalTime> {
        &self.options.local_time
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
