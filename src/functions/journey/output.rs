//! What `journey_step` returns: a struct for each event, with the journeys that end with it as a list.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Builder, LargeStringBuilder, ListArray, StringBuilder, StructArray, TimestampMicrosecondBuilder,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;

use super::events::Journey;
use super::rules::Rules;
use super::{NAME, instant};

/// What names a journey of a person.
fn name_fields() -> Vec<Field> {
    vec![
        Field::new("journey", DataType::Utf8, true),
        Field::new("journey_number", DataType::Int64, true),
        Field::new("started_at", instant(), true),
        Field::new("first_event", DataType::Utf8, true),
    ]
}

fn other_fields() -> Fields {
    name_fields().into()
}

fn ended_fields() -> Fields {
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    name_fields()
        .into_iter()
        .chain([
            Field::new("ended_at", instant(), true),
            Field::new("completed_at", instant(), true),
            number("touchpoints"),
            number("contacts"),
            number("two_way"),
            number("automatic"),
            number("steps"),
            Field::new("path", DataType::LargeUtf8, true),
            number("channel_count"),
            Field::new("channels", DataType::LargeUtf8, true),
            Field::new("outcome", DataType::Utf8, true),
            Field::new("next_order_at", instant(), true),
        ])
        .collect()
}

fn list_of(fields: Fields) -> DataType {
    DataType::new_list(DataType::Struct(fields), true)
}

pub(super) fn fields() -> Fields {
    name_fields()
        .into_iter()
        .chain([
            Field::new("journey_count", DataType::Int64, true),
            Field::new("other_journeys", list_of(other_fields()), true),
            Field::new("ended_journeys", list_of(ended_fields()), true),
        ])
        .collect()
}

/// Columns that name journeys.
struct Names {
    journey: StringBuilder,
    number: Int64Builder,
    started_at: TimestampMicrosecondBuilder,
    first_event: StringBuilder,
}

impl Names {
    fn with_capacity(rows: usize) -> Self {
        Self {
            journey: StringBuilder::with_capacity(rows, rows * 8),
            number: Int64Builder::with_capacity(rows),
            started_at: instants(rows),
            first_event: StringBuilder::with_capacity(rows, 0),
        }
    }

    fn push(&mut self, journey: Option<&Journey>, rules: &Rules) {
        self.journey.append_option(journey.and_then(|journey| rules.journeys.get(journey.rule)).map(|rule| &rule.name));
        self.number.append_option(journey.map(|journey| journey.number));
        self.started_at.append_option(journey.map(|journey| journey.started_at));
        self.first_event.append_option(journey.and_then(|journey| journey.first_event.as_deref()));
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.journey.finish()),
            Arc::new(self.number.finish()),
            Arc::new(self.started_at.finish()),
            Arc::new(self.first_event.finish()),
        ]
    }
}

/// Journeys that have ended.
struct Ended {
    names: Names,
    ended_at: TimestampMicrosecondBuilder,
    completed_at: TimestampMicrosecondBuilder,
    counts: [Int64Builder; 6],
    path: LargeStringBuilder,
    channels: LargeStringBuilder,
    outcome: StringBuilder,
    next_order_at: TimestampMicrosecondBuilder,
}

impl Ended {
    fn with_capacity(rows: usize) -> Self {
        Self {
            names: Names::with_capacity(rows),
            ended_at: instants(rows),
            completed_at: instants(rows),
            counts: std::array::from_fn(|_| Int64Builder::with_capacity(rows)),
            path: LargeStringBuilder::with_capacity(rows, rows * 16),
            channels: LargeStringBuilder::with_capacity(rows, rows * 8),
            outcome: StringBuilder::with_capacity(rows, rows * 8),
            next_order_at: instants(rows),
        }
    }

    fn push(&mut self, journey: &Journey, outcome: Option<&str>, next_order_at: Option<i64>, rules: &Rules) {
        self.names.push(Some(journey), rules);
        self.ended_at.append_value(journey.ended_at);
        self.completed_at.append_option(journey.completed_at);
        let counts = [
            journey.touchpoints,
            journey.contacts,
            journey.two_way,
            journey.automatic,
            journey.steps,
            journey.channels.len() as i64,
        ];
        self.counts.iter_mut().zip(counts).for_each(|(column, count)| column.append_value(count));
        if journey.path.is_empty() {
            self.path.append_value(rules.kinds.get(journey.kind).map_or("", |kind| &kind.step));
        } else {
            self.path.append_value(&journey.path);
        }
        let channel =
            |kind: &usize| rules.kinds.get(*kind).and_then(|kind| kind.channel.as_deref()).unwrap_or_default();
        match journey.channels.as_slice() {
            [] => self.channels.append_null(),
            [one] => self.channels.append_value(channel(one)),
            several => self.channels.append_value(several.iter().map(channel).collect::<Vec<_>>().join(", ")),
        }
        self.outcome.append_option(outcome);
        self.next_order_at.append_option(next_order_at);
    }

    fn finish(&mut self) -> Vec<ArrayRef> {
        let [touchpoints, contacts, two_way, automatic, steps, channel_count] =
            self.counts.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let mut columns = self.names.finish();
        columns.extend([
            Arc::new(self.ended_at.finish()) as ArrayRef,
            Arc::new(self.completed_at.finish()),
            touchpoints,
            contacts,
            two_way,
            automatic,
            steps,
            Arc::new(self.path.finish()),
            channel_count,
            Arc::new(self.channels.finish()),
            Arc::new(self.outcome.finish()),
            Arc::new(self.next_order_at.finish()),
        ]);
        columns
    }
}

/// The struct's columns as they grow.
pub(super) struct Output {
    names: Names,
    journey_count: Int64Builder,
    others: Names,
    /// Where the others of each row end.
    others_to: Vec<i32>,
    ended: Ended,
    ended_count: i32,
    ended_to: Vec<i32>,
}

impl Output {
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self {
            names: Names::with_capacity(rows),
            journey_count: Int64Builder::with_capacity(rows),
            others: Names::with_capacity(0),
            others_to: vec![0],
            ended: Ended::with_capacity(rows),
            ended_count: 0,
            ended_to: vec![0],
        }
    }

    /// Rows of persons of whom nothing is known.
    pub(super) fn skip(&mut self, rows: usize) {
        self.names.journey.append_nulls(rows);
        self.names.number.append_nulls(rows);
        self.names.started_at.append_nulls(rows);
        self.names.first_event.append_nulls(rows);
        self.journey_count.append_value_n(0, rows);
        let (others, ended) = (self.others_to.last().copied(), self.ended_to.last().copied());
        self.others_to.extend(std::iter::repeat_n(others.unwrap_or(0), rows));
        self.ended_to.extend(std::iter::repeat_n(ended.unwrap_or(0), rows));
    }

    /// The journeys of the next row, by name.
    pub(super) fn step<'j>(&mut self, mut journeys: impl Iterator<Item = &'j Journey>, rules: &Rules) {
        let first = journeys.next();
        self.names.push(first, rules);
        let mut others = 0;
        for other in journeys {
            self.others.push(Some(other), rules);
            others += 1;
        }
        self.journey_count.append_value(i64::from(first.is_some()) + i64::from(others));
        self.others_to.push(self.others_to.last().copied().unwrap_or(0) + others);
    }

    /// The journeys that end with that row, with their outcome and the next order.
    pub(super) fn ended<'j>(
        &mut self,
        journeys: impl Iterator<Item = (&'j Journey, Option<&'j str>, Option<i64>)>,
        rules: &Rules,
    ) {
        for (journey, outcome, next_order_at) in journeys {
            self.ended.push(journey, outcome, next_order_at, rules);
            self.ended_count += 1;
        }
        self.ended_to.push(self.ended_count);
    }

    pub(super) fn finish(mut self) -> Result<ArrayRef> {
        let others = list(other_fields(), self.others.finish(), self.others_to)?;
        let ended = list(ended_fields(), self.ended.finish(), self.ended_to)?;
        let mut columns = self.names.finish();
        columns.extend([Arc::new(self.journey_count.finish()) as ArrayRef, others, ended]);
        Ok(Arc::new(StructArray::try_new(fields(), columns, None)?))
    }
}

/// Lists of structs; an empty one is null.
fn list(fields: Fields, columns: Vec<ArrayRef>, ends: Vec<i32>) -> Result<ArrayRef> {
    let nulls: NullBuffer = ends.windows(2).map(|pair| matches!(pair, [from, to] if from < to)).collect();
    let item = Arc::new(Field::new_list_field(DataType::Struct(fields.clone()), true));
    let rows = Arc::new(StructArray::try_new(fields, columns, None)?);
    if ends.is_empty() {
        return Err(exec_datafusion_err!("{NAME}: a list without offsets"));
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    Ok(Arc::new(ListArray::try_new(item, offsets, rows, Some(nulls))?))
}

fn instants(rows: usize) -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::with_capacity(rows).with_data_type(instant())
}
