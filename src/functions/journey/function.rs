//! `journey_step` as DataFusion sees it: the way from the rows of a window partition to events, and from journeys back to
//! rows.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type, Schema, TimestampMicrosecondType};
use datafusion::common::{exec_datafusion_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{ExpressionArgs, PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, PartitionEvaluator, Signature, Volatility, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::events::Event;
use super::output::{self, Output};
use super::person::Person;
use super::rules::Rules;
use super::{NAME, instant};
use crate::functions::documentation;

/// What the events have; the lookups follow.
const COLUMNS: [&str; 9] = [
    "customer_no",
    "occurred_at",
    "event",
    "event_id",
    "touchpoint",
    "channel",
    "journey",
    "is_two_way",
    "is_automatic",
];
const LOOKUPS: [&str; 3] = ["rules", "touchpoints", "outcomes"];

/// The window function `journey_step`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JourneyStep {
    signature: Signature,
    documentation: Documentation,
}

impl Default for JourneyStep {
    fn default() -> Self {
        Self::new()
    }
}

impl JourneyStep {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::journey_step() }
    }
}

impl WindowUDFImpl for JourneyStep {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        if found.len() != COLUMNS.len() + LOOKUPS.len() {
            return plan_err!(
                "{NAME} takes {}, {}; found {} arguments",
                COLUMNS.join(", "),
                LOOKUPS.join(", "),
                found.len()
            );
        }
        let (number, text) = (DataType::Int64, DataType::Utf8);
        let columns = [&number, &instant(), &text, &number, &text, &text, &text, &number, &number].map(Clone::clone);
        Ok(columns.into_iter().chain(found.iter().skip(COLUMNS.len()).cloned()).collect())
    }

    /// The columns alone: the lookups are values, which would be repeated for every row.
    fn expressions(&self, arguments: ExpressionArgs) -> Vec<Arc<dyn PhysicalExpr>> {
        arguments.input_exprs().iter().take(COLUMNS.len()).cloned().collect()
    }

    fn partition_evaluator(&self, arguments: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Cutter { lookups: arguments.input_exprs().iter().skip(COLUMNS.len()).cloned().collect() }))
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(arguments.name(), DataType::Struct(output::fields()), true)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Cuts the events of one group of persons at a time.
#[derive(Debug)]
struct Cutter {
    lookups: Vec<Arc<dyn PhysicalExpr>>,
}

impl PartitionEvaluator for Cutter {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let lookups = self.lookups.iter().map(value_of).collect::<Result<Vec<_>>>()?;
        let mut rules = Rules::read(&lookups)?;
        let columns = Columns::of(values)?;
        let mut output = Output::with_capacity(rows);
        let mut person = Person::new(&rules);
        let mut row = 0;
        while row < rows {
            let customer = columns.customer_no.value(row);
            let end = (row..rows).find(|other| columns.customer_no.value(*other) != customer).unwrap_or(rows);
            if customer > 0 {
                person.begin();
                for row in row..end {
                    let event = columns.event(row, &mut rules)?;
                    person.add(&event, &rules);
                }
                person.finish(&rules, &mut output);
            } else {
                output.skip(end - row);
            }
            row = end;
        }
        output.finish()
    }
}

/// A lookup as one value: a literal, or the answer of a subquery.
fn value_of(lookup: &Arc<dyn PhysicalExpr>) -> Result<ArrayRef> {
    match lookup.evaluate(&RecordBatch::new_empty(Arc::new(Schema::empty())))? {
        ColumnarValue::Scalar(value) => value.to_array(),
        ColumnarValue::Array(_) => Err(exec_datafusion_err!(
            "{NAME}: {} must be one value for all rows: (select array_agg(...) from ...)",
            LOOKUPS.join(", ")
        )),
    }
}

/// The rows of a window partition.
struct Columns<'a> {
    customer_no: &'a Int64Array,
    occurred_at: &'a TimestampMicrosecondArray,
    event: &'a StringArray,
    event_id: &'a Int64Array,
    touchpoint: &'a StringArray,
    channel: &'a StringArray,
    journey: &'a StringArray,
    is_two_way: &'a Int64Array,
    is_automatic: &'a Int64Array,
}

impl<'a> Columns<'a> {
    fn of(values: &'a [ArrayRef]) -> Result<Self> {
        let [customer_no, occurred_at, event, event_id, touchpoint, channel, journey, is_two_way, is_automatic] =
            values
        else {
            return Err(exec_datafusion_err!("{NAME}: found {} columns", values.len()));
        };
        for (column, name) in values.iter().zip(COLUMNS).take(4) {
            if column.null_count() > 0 {
                return Err(exec_datafusion_err!("{NAME}: {name} is null"));
            }
        }
        Ok(Self {
            customer_no: customer_no.as_primitive::<Int64Type>(),
            occurred_at: occurred_at.as_primitive::<TimestampMicrosecondType>(),
            event: event.as_string(),
            event_id: event_id.as_primitive::<Int64Type>(),
            touchpoint: touchpoint.as_string(),
            channel: channel.as_string(),
            journey: journey.as_string(),
            is_two_way: is_two_way.as_primitive::<Int64Type>(),
            is_automatic: is_automatic.as_primitive::<Int64Type>(),
        })
    }

    fn event(&self, row: usize, rules: &mut Rules) -> Result<Event> {
        let text = |column: &'a StringArray| column.is_valid(row).then(|| column.value(row));
        let number = |column: &Int64Array| if column.is_valid(row) { column.value(row) } else { 0 };
        let (event, touchpoint) = (self.event.value(row), text(self.touchpoint));
        Ok(Event {
            at: self.occurred_at.value(row),
            id: self.event_id.value(row),
            kind: rules.kind(event, touchpoint, text(self.channel), text(self.journey))?,
            two_way: number(self.is_two_way),
            automatic: number(self.is_automatic),
        })
    }
}
