//! What is written in the `triggers` block, as tables that SQL reads like lookups.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use indexmap::IndexMap;

use super::names::{TRIGGER_CHANNELS, TRIGGER_OUTCOMES, TRIGGERS};
use crate::config::{Named, TriggerFile};
use crate::plan::{Lookup, LookupColumn};
use crate::source::ColumnType;

/// The three tables; `shares` are those of the control groups in the order of the block, in parts per million.
pub(super) fn tables(typed: &Named<TriggerFile>, shares: &[i64]) -> Result<IndexMap<String, Lookup>, ArrowError> {
    let mut all: Vec<(&str, &TriggerFile, i64)> =
        typed.iter().zip(shares).map(|((name, trigger), share)| (name.value.as_str(), trigger, *share)).collect();
    // Tables are sorted by their key.
    all.sort_by_key(|(name, ..)| *name);
    let tables = [settings(&all)?, channels(&all)?, outcomes(&all)?];
    Ok(tables.into_iter().map(|table| (table.name.clone(), table)).collect())
}

fn settings(all: &[(&str, &TriggerFile, i64)]) -> Result<Lookup, ArrowError> {
    let description = "One row per trigger of the pipeline: its rules.";
    let days = |of: fn(&TriggerFile) -> u32| ints(all.iter().map(|(_, trigger, _)| i64::from(of(trigger))));
    table(
        TRIGGERS,
        description,
        vec![
            text("trigger", "Name of the trigger", all.iter().map(|(name, ..)| *name)),
            text("description", "What has happened", all.iter().map(|(_, trigger, _)| trigger.description.trim())),
            text(
                "source_model",
                "Model that it looks at",
                all.iter().map(|(_, trigger, _)| trigger.from.value.as_str()),
            ),
            text("recommended_action", "The action", all.iter().map(|(_, trigger, _)| trigger.action.value.trim())),
            text("purpose", "service or marketing", all.iter().map(|(_, trigger, _)| trigger.purpose.word())),
            int("priority", "The lowest number wins", days(|trigger| trigger.priority.value)),
            int(
                "cooldown_days",
                "Days until it can act on a customer again",
                days(|trigger| trigger.cooldown_days.value),
            ),
            int("expires_days", "Days after which the action is too late", days(|trigger| trigger.expires_days.value)),
            int(
                "control_per_million",
                "Customers of a million who are left alone",
                ints(all.iter().map(|(.., share)| *share)),
            ),
        ],
    )
}

fn channels(all: &[(&str, &TriggerFile, i64)]) -> Result<Lookup, ArrowError> {
    let mut rows: Vec<(&str, &str, i64)> = Vec::new();
    for (name, trigger, _) in all {
        let numbered = (1..).zip(&trigger.channels);
        rows.extend(numbered.map(|(number, channel)| (*name, channel.value.as_str(), number)));
    }
    rows.sort_unstable();
    table(
        TRIGGER_CHANNELS,
        "One row per trigger and channel that its action may use.",
        vec![
            text("trigger", "Name of the trigger", rows.iter().map(|(name, ..)| *name)),
            text("channel", "The channel", rows.iter().map(|(_, channel, _)| *channel)),
            int("preference", "Its place in the list: 1 is preferred", ints(rows.iter().map(|(.., number)| *number))),
        ],
    )
}

fn outcomes(all: &[(&str, &TriggerFile, i64)]) -> Result<Lookup, ArrowError> {
    let mut rows: Vec<(&str, &str, i64)> = Vec::new();
    for (name, trigger, _) in all {
        for (outcome, windows) in &trigger.outcomes {
            rows.extend(windows.iter().map(|days| (*name, outcome.value.as_str(), i64::from(days.value))));
        }
    }
    rows.sort_unstable();
    table(
        TRIGGER_OUTCOMES,
        "One row per trigger, outcome and window in which it is measured.",
        vec![
            text("trigger", "Name of the trigger", rows.iter().map(|(name, ..)| *name)),
            text("outcome", "What is measured", rows.iter().map(|(_, outcome, _)| *outcome)),
            int("window_days", "Days after activation that count", ints(rows.iter().map(|(.., days)| *days))),
        ],
    )
}

/// A column with its cells.
type FilledColumn = (LookupColumn, ArrayRef);

fn text<'a>(name: &str, description: &str, values: impl Iterator<Item = &'a str>) -> FilledColumn {
    let column = LookupColumn { name: name.to_owned(), ty: ColumnType::String, description: description.to_owned() };
    (column, Arc::new(StringArray::from_iter_values(values)))
}

fn int(name: &str, description: &str, values: Int64Array) -> FilledColumn {
    let column = LookupColumn { name: name.to_owned(), ty: ColumnType::Int, description: description.to_owned() };
    (column, Arc::new(values))
}

fn ints(values: impl Iterator<Item = i64>) -> Int64Array {
    Int64Array::from_iter_values(values)
}

fn table(name: &str, description: &str, columns: Vec<FilledColumn>) -> Result<Lookup, ArrowError> {
    let fields = columns.iter().map(|(column, _)| Field::new(&column.name, column.ty.data_type(), false));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let (columns, arrays): (Vec<LookupColumn>, Vec<ArrayRef>) = columns.into_iter().unzip();
    Ok(Lookup {
        name: name.to_owned(),
        description: description.to_owned(),
        columns,
        rows: RecordBatch::try_new(schema, arrays)?,
    })
}
