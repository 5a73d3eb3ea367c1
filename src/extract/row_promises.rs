//! The promises about the rows of a source, from its declaration.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_empty_array};
use arrow::compute::concat;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::error::{ExtractError, ExtractFault};
use super::files::of_path;
use super::frame::{Origin, TextRecords};
use super::rows::{Decoder, Deleted, KeyColumns, Late, Layout, References, RowOptions, RowPromises, RowRules, Unique};
use crate::config::{DeliveryMode, OutOfRange};
use crate::local_time::{LocalTime, end_of_day};
use crate::source::{Column, ColumnType, Delivery, Source};

/// The promises of a source as of a day; without a day every row counts.
///
/// # Errors
/// `deleted` words that are not values of their column.
pub(super) fn promises_of(
    source: &Source,
    local_time: &Arc<LocalTime>,
    as_of: Option<NaiveDate>,
    zone: Tz,
) -> Result<RowPromises, ExtractError> {
    let mut promises = RowPromises::new(Arc::clone(local_time));
    let delivery = source.delivery.as_ref();
    promises.versioned = delivery.is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert);
    if let Some(delivery) = delivery {
        promises.day_column = delivery.date_column;
        promises.counts_days =
            delivery.date_column.is_some() && (source.volume.is_some() || source.freshness.is_some());
        promises.late = source
            .event_time
            .zip(delivery.late_after)
            .map(|(event, after)| Late { event, after: i64::try_from(after.0.as_micros()).unwrap_or(i64::MAX) });
        if let Some(column) = clock(source, delivery)
            && let Some(spec) = source.columns.get(column)
        {
            promises.limits.push((column, as_of.map_or(i64::MAX, |day| last_of(spec.ty, day, zone))));
        }
        promises.deleted = deleted(source, delivery, local_time)?;
    }
    // Versions of a row share the key and most of the values.
    if !promises.versioned {
        if source.has_versions() {
            let by_day =
                delivery.is_some_and(|delivery| delivery.date_in_name.is_some() || delivery.date_column.is_some());
            promises.versions = Some(KeyColumns { key: source.key.clone(), group: source.group(), by_day });
        } else if !source.key.is_empty() {
            promises.uniques.push(Unique::new(source.key.clone()));
        }
        let unique = source.columns.iter().enumerate().filter(|(_, spec)| spec.unique).map(|(index, _)| vec![index]);
        promises.uniques.extend(unique.filter(|columns| *columns != source.key).map(Unique::new));
    }
    promises.references = source
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, spec)| Some(References::new(index, spec.references.clone()?)))
        .collect();
    Ok(promises)
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
pub(super) fn last_of(ty: ColumnType, day: NaiveDate, zone: Tz) -> i64 {
    match ty {
        ColumnType::Date => i64::from(day.to_epoch_days()),
        _ => end_of_day(day, zone).timestamp_micros() - 1,
    }
}

fn deleted(source: &Source, delivery: &Delivery, local_time: &Arc<LocalTime>) -> Result<Option<Deleted>, ExtractError> {
    let Some((column, words)) = &delivery.deleted else { return Ok(None) };
    let Some(spec) = source.columns.get(*column) else { return Ok(None) };
    let wrong = |reason: String| {
        let reason = format!("deleted: {} of column {}: {reason}", words.join(", "), spec.name);
        of_path(source, ExtractFault::Content(reason))
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
        out_of_range: OutOfRange::default(),
        accepted_values: None,
        pattern: None,
        references: None,
        ..spec.clone()
    };
    let columns = vec![bare];
    let header = vec![spec.name.clone()];
    let layout = Layout::new(&header, &columns).map_err(|_| "the column does not exist".to_owned())?;
    let rules = RowRules::new(columns, RowOptions::new(Arc::clone(local_time)));
    let rules = rules.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    let mut decoder = Decoder::new(Arc::new(rules), Arc::new(layout), &[0]).map_err(|error| error.to_string())?;
    let mut records = TextRecords::new(1);
    for (word, line) in words.iter().zip(1..) {
        records.start_row();
        records.cell().extend_from_slice(word.as_bytes());
        records.end_cell();
        records.end_row(Origin { line, byte_offset: line, raw: 0..0 });
    }
    let decoded = decoder.decode(&mut records.finish(), None).map_err(|error| error.to_string())?;
    if let Some(reject) = decoded.rejects.first() {
        return Err(reject.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
    }
    let empty = new_empty_array(&spec.ty.data_type());
    let arrays = decoded.batches.iter().map(|batch| batch.column(0).as_ref());
    let arrays: Vec<&dyn arrow::array::Array> = std::iter::once(empty.as_ref()).chain(arrays).collect();
    concat(&arrays).map_err(|error| error.to_string())
}
