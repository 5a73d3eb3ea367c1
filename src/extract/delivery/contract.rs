//! Builds a source's contract from its declaration in the pipeline.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_empty_array};
use arrow::compute::concat;
use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::config::DeliveryMode;
use crate::extract::ExtractError;
use crate::extract::csv::{
    Chunker, Contract, Decoder, Deleted, Dialect, Late, Layout, LocalTime, Plan, PlanOptions, References, Unique,
};
use crate::source::{Column, ColumnType};
use crate::source::{Delivery, Source, end_of_day};

/// The contract of a source as of a day; without a day every row counts.
///
/// # Errors
/// `deleted` words that are not values of their column.
pub(in crate::extract) fn contract_of(
    source: &Source,
    local_time: &Arc<LocalTime>,
    as_of: Option<NaiveDate>,
    zone: Tz,
) -> Result<Contract, ExtractError> {
    let mut contract = Contract::new(Arc::clone(local_time), zone);
    let delivery = source.delivery.as_ref();
    contract.versioned = delivery.is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert);
    if let Some(delivery) = delivery {
        contract.day_column = delivery.date_column;
        contract.counts_days =
            delivery.date_column.is_some() && (source.volume.is_some() || source.freshness.is_some());
        contract.late = source
            .event_time
            .zip(delivery.late_after)
            .map(|(event, after)| Late { event, after: i64::try_from(after.0.as_micros()).unwrap_or(i64::MAX) });
        if let Some(column) = clock(source, delivery)
            && let Some(spec) = source.columns.get(column)
        {
            contract.limits.push((column, as_of.map_or(i64::MAX, |day| last_of(spec.ty, day, zone))));
        }
        contract.deleted = deleted(source, delivery, local_time)?;
    }
    // Versions of a row share the key and most of the values.
    if !contract.versioned {
        contract.uniques.extend((!source.key.is_empty()).then(|| Unique::new(source.key.clone())));
        let unique = source.columns.iter().enumerate().filter(|(_, spec)| spec.unique).map(|(index, _)| vec![index]);
        contract.uniques.extend(unique.filter(|columns| *columns != source.key).map(Unique::new));
    }
    contract.references = source
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, spec)| {
            let to = spec.references.as_ref()?;
            Some(References::new(index, format!("{}.{}", to.source, to.column), to.on_missing))
        })
        .collect();
    Ok(contract)
}

/// The column, other than the event time, that dates a row.
fn clock(source: &Source, delivery: &Delivery) -> Option<usize> {
    let is_dated = |index: &usize| {
        source.columns.get(*index).is_some_and(|spec| matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp))
    };
    match delivery.mode {
        DeliveryMode::Upsert => delivery.version.filter(is_dated).or(delivery.date_column),
        DeliveryMode::Append if source.event_time.is_none() => delivery.date_column,
        DeliveryMode::Append | DeliveryMode::Snapshot => None,
    }
}

/// The last value of a date or timestamp column on or before a day.
pub(in crate::extract) fn last_of(ty: ColumnType, day: NaiveDate, zone: Tz) -> i64 {
    match ty {
        ColumnType::Date => i64::from(day.to_epoch_days()),
        _ => end_of_day(day, zone).timestamp_micros() - 1,
    }
}

fn deleted(source: &Source, delivery: &Delivery, local_time: &Arc<LocalTime>) -> Result<Option<Deleted>, ExtractError> {
    let Some((column, words)) = &delivery.deleted else { return Ok(None) };
    let Some(spec) = source.columns.get(*column) else { return Ok(None) };
    let wrong = |reason: String| ExtractError::Format {
        name: source.name.clone(),
        path: source.path.shown.clone().into(),
        reason: format!("deleted: {} of column {}: {reason}", words.join(", "), spec.name),
    };
    let values = read_words(spec, words, local_time).map_err(wrong)?;
    let judged = source.key.iter().copied().chain(delivery.version).chain(delivery.date_column).chain([*column]);
    Ok(Some(Deleted { column: *column, values, judged: judged.collect() }))
}

/// Words parsed as cells of a column, by the decoder itself, so that they mean the same as in a file.
fn read_words(spec: &Column, words: &[String], local_time: &Arc<LocalTime>) -> Result<ArrayRef, String> {
    let bare = Column {
        required: true,
        min: None,
        max: None,
        accepted_values: None,
        pattern: None,
        references: None,
        ..spec.clone()
    };
    let columns = vec![bare];
    let header = vec![spec.name.clone()];
    let layout = Layout::new(&header, &columns).map_err(|_| "the column does not exist".to_owned())?;
    let plan = Plan::new(columns, PlanOptions::new(Arc::clone(local_time)));
    let plan = plan.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let mut decoder = Decoder::new(Arc::new(plan), Arc::new(layout), &[0]).map_err(|error| error.to_string())?;
    let cells = words.iter().map(|word| format!("\"{}\"\n", word.replace('"', "\"\"")));
    let mut chunker = Chunker::new(Dialect::default());
    let text = format!("word\n{}", cells.collect::<String>());
    let mut chunks = chunker.push(text.as_bytes());
    chunks.extend(chunker.finish());
    let mut arrays = vec![new_empty_array(&spec.ty.data_type())];
    for chunk in chunks {
        let decoded = decoder.decode(&chunk, None).map_err(|error| error.to_string())?;
        if let Some(reject) = decoded.rejects.first() {
            return Err(reject.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        }
        arrays.extend(decoded.batches.iter().map(|batch| Arc::clone(batch.column(0))));
    }
    let arrays: Vec<&dyn arrow::array::Array> = arrays.iter().map(AsRef::as_ref).collect();
    concat(&arrays).map_err(|error| error.to_string())
}
