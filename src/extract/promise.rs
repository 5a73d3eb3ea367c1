//! Promises about a whole source, judged after its last row: number of rows, freshness, volume compared with earlier
//! deliveries, keys that do not repeat, values that another source contains.
//!
//! Each result names numbers, places and what to do. A broken promise stops the run or is a warning, as declared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::ExtractError;
use super::ledger::{FileStatus, SourceCount};
use super::scan::Scan;
use super::worker::Worker;
use crate::config::{Age, CheckSeverity, Share};
use crate::extract::csv::{Place, Watch};
use crate::source::ColumnType;
use crate::source::Input;
use crate::source::end_of_day;
use crate::words::{counted, rows_shown};

/// How many places a message lists.
const PLACES: usize = 3;
/// The message if the places are not in the delivered rows.
const CORRECTED: &str = "only in rows corrected with `lojal replay`; the corrections are files in corrections/SOURCE \
                         in the warehouse: remove the wrong one";
const REPEATED: &str = "ambiguous which row is right: fix the export, declare `delivery: { mode: upsert }` if rows are \
    versions, or set on_repeated_key to warn";
/// How many months a message lists.
const MONTHS: usize = 6;

/// The facts that promises are compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    /// The as-of day.
    pub(super) as_of: Option<NaiveDate>,
    /// The pipeline's zone.
    pub(super) zone: Tz,
    /// The source's files in the last snapshot.
    pub(super) earlier: Vec<Input>,
}

/// One promise and its result.
#[derive(Debug, Clone)]
pub struct Promise {
    /// Its name: source and kind.
    pub name: String,
    /// The effect of breaking it.
    pub severity: CheckSeverity,
    /// Whether it was kept.
    pub is_kept: bool,
    /// The finding, for messages.
    pub found: String,
    /// What to do if it was broken.
    pub advice: &'static str,
}

impl Promise {
    /// The finding and what to do about it.
    pub(super) fn warning(&self) -> String {
        format!("{}: {}", self.found, self.advice)
    }
}

/// Judges a source that has been read to its end.
///
/// # Errors
/// Files that cannot be read again for the places of repeated keys.
pub(super) fn judge(
    scan: &Arc<Scan>,
    count: &SourceCount,
    newest_event: Option<i64>,
) -> Result<Vec<Promise>, ExtractError> {
    let mut promises = Vec::new();
    if scan.source.optional && count.rows.read == 0 {
        return Ok(promises);
    }
    let mut add = |kind: &str, severity, is_kept, found: String, advice| {
        let found = format!("source {}: {found}", scan.source.name);
        promises.push(Promise { name: format!("{}_{kind}", scan.source.name), severity, is_kept, found, advice });
    };
    if let Some(least) = scan.source.min_rows {
        let found = format!("{} read, at least {} expected", counted(count.rows.read, "row"), rows_shown(least));
        add(
            "min_rows",
            CheckSeverity::Error,
            count.rows.read >= least,
            found,
            "check whether the export was cut short, or lower min_rows",
        );
    }
    if let Some((severity, is_kept, found)) = freshness(scan, count, newest_event) {
        add(
            "freshness",
            severity,
            is_kept,
            found,
            "check that the extract was delivered, and that the export is scheduled",
        );
    }
    if let Some((severity, is_kept, found)) = volume(scan, count) {
        add("volume", severity, is_kept, found, "check that the export is complete, or raise the limit in `volume`");
    }
    let Some(contract) = scan.plan.contract() else { return Ok(promises) };
    for (index, unique) in contract.uniques.iter().enumerate() {
        let names: Vec<&str> = unique
            .columns
            .iter()
            .filter_map(|column| scan.source.columns.get(*column))
            .map(|c| c.name.as_str())
            .collect();
        let rows = unique.rows_repeated();
        let mut found = format!("no two rows have the same {}", names.join(", "));
        if rows > 0 {
            let watch = Watch { unique: index, values: Arc::new(unique.repeated()) };
            let places = Worker::new(Arc::clone(scan), Vec::new()).places_of(&watch, PLACES)?;
            let shown = |(one, other): &(Place, Place)| format!("{} and {}", scan.place(*one), scan.place(*other));
            let listed: Vec<String> = places.iter().map(shown).collect();
            found = format!(
                "{} the {} of another row: {}",
                if rows == 1 { "1 row repeats".to_owned() } else { format!("{} repeat", counted(rows, "row")) },
                names.join(", "),
                if listed.is_empty() { CORRECTED.replace("SOURCE", &scan.source.name) } else { listed.join("; ") }
            );
        }
        let kind =
            if unique.columns == scan.source.key { "key".to_owned() } else { format!("unique_{}", names.join("_")) };
        add(&kind, scan.source.on_repeated_key, rows == 0, found, REPEATED);
    }
    for (column, values) in scan.repeated_latest() {
        let found = match values {
            0 => format!("no two latest rows have the same {column}"),
            values => format!("{} of {column} shared by the latest rows of several keys", counted(values, "value")),
        };
        add(&format!("unique_{column}"), scan.source.on_repeated_key, values == 0, found, REPEATED);
    }
    for reference in &contract.references {
        let (rows, first) = reference.kept();
        let name = scan.source.columns.get(reference.column).map(|c| c.name.as_str()).unwrap_or_default();
        let found = match first {
            None => format!("every {name} is in {}", reference.target),
            Some(place) => format!(
                "{} a {name} that is not in {}; the first: {}",
                if rows == 1 { "1 row has".to_owned() } else { format!("{} have", counted(rows, "row")) },
                reference.target,
                scan.place(place)
            ),
        };
        add(
            &format!("references_{name}"),
            CheckSeverity::Warn,
            rows == 0,
            found,
            "such rows are loaded; set on_missing: reject to reject them",
        );
    }
    if let Some(after) = scan.source.delivery.as_ref().and_then(|delivery| delivery.late_after) {
        let months: Vec<String> = contract.months().iter().map(|(year, month)| format!("{year}-{month:02}")).collect();
        let more = months.len().saturating_sub(MONTHS);
        let mut shown = months[..months.len().min(MONTHS)].join(", ");
        if more > 0 {
            shown.push_str(&format!(" and {more} more"));
        }
        let late = count.rows.late;
        let found = if late == 0 {
            format!("no row happened more than {after} before its delivery")
        } else {
            format!(
                "{} happened more than {after} before {} delivery and {} loaded; months that change: {shown}",
                counted(late, "row"),
                if late == 1 { "its" } else { "their" },
                if late == 1 { "is" } else { "are" },
            )
        };
        add("late", CheckSeverity::Warn, late == 0, found, "check the new figures of those months");
    }
    Ok(promises)
}

type Judged = Option<(CheckSeverity, bool, String)>;

fn freshness(scan: &Scan, count: &SourceCount, newest_event: Option<i64>) -> Judged {
    let freshness = scan.source.freshness.as_ref()?;
    let as_of = scan.basis.as_of?;
    let end = end_of_day(as_of, scan.basis.zone);
    let (what, newest) = match scan.source.event_time.and_then(|index| scan.source.columns.get(index)) {
        Some(spec) => ("newest row", newest_event.and_then(|at| instant(spec.ty, at, scan.basis.zone))),
        None => ("newest delivery", newest_delivery(scan, count, as_of).map(|day| end_of_day(day, scan.basis.zone))),
    };
    let age = newest.map(|newest| (end - newest).to_std().unwrap_or_default());
    let older = |limit: &Option<crate::config::Located<Age>>| {
        limit.as_ref().is_some_and(|limit| age.is_none_or(|age| age > limit.value.0))
    };
    let (error, warn) = (older(&freshness.error_after), older(&freshness.warn_after));
    let limit = if error {
        &freshness.error_after
    } else {
        freshness.warn_after.as_ref().map_or(&freshness.error_after, |_| &freshness.warn_after)
    };
    let limit = limit.as_ref().map(|limit| limit.value.to_string()).unwrap_or_default();
    let found = match age {
        None => {
            format!("no {what} by {as_of}, and it may be at most {limit} old: check that the extract was delivered")
        }
        Some(age) if error || warn => {
            format!("the {what} is {} old at the end of {as_of}, at most {limit} is allowed", in_hours(age))
        }
        Some(age) => format!("the {what} is {} old at the end of {as_of}", in_hours(age)),
    };
    let severity = if error || freshness.warn_after.is_none() { CheckSeverity::Error } else { CheckSeverity::Warn };
    Some((severity, !error && !warn, found))
}

fn instant(ty: ColumnType, at: i64, zone: Tz) -> Option<DateTime<Utc>> {
    match ty {
        ColumnType::Date => NaiveDate::from_epoch_days(i32::try_from(at).ok()?).map(|day| end_of_day(day, zone)),
        _ => DateTime::from_timestamp_micros(at),
    }
}

fn in_hours(age: Duration) -> String {
    let (days, hours) = (age.as_secs() / 86_400, age.as_secs() % 86_400 / 3600);
    match (days, hours) {
        (0, hours) => counted(hours, "hour"),
        (days, 0) => counted(days, "day"),
        (days, hours) => format!("{} {}", counted(days, "day"), counted(hours, "hour")),
    }
}

/// Rows of each delivery in this run; files without a day count as one delivery.
fn deliveries(scan: &Scan, count: &SourceCount) -> BTreeMap<Option<NaiveDate>, u64> {
    let by_day = scan.plan.contract().map(|contract| contract.rows_by_day()).unwrap_or_default();
    if !by_day.is_empty() {
        return by_day.into_iter().map(|(day, rows)| (Some(day), rows)).collect();
    }
    let mut rows = BTreeMap::new();
    for file in count.by_file.iter().filter(|file| file.status == FileStatus::Read) {
        *rows.entry(file.delivery_day).or_default() += file.rows.read;
    }
    rows
}

fn newest_delivery(scan: &Scan, count: &SourceCount, as_of: NaiveDate) -> Option<NaiveDate> {
    deliveries(scan, count).into_keys().flatten().filter(|day| *day <= as_of).max()
}

fn volume(scan: &Scan, count: &SourceCount) -> Judged {
    let volume = scan.source.volume.as_ref()?;
    let mut earlier: BTreeMap<Option<NaiveDate>, u64> = BTreeMap::new();
    for input in &scan.basis.earlier {
        if let Some(rows) = input.rows {
            *earlier.entry(input.delivery_day).or_default() += rows;
        }
    }
    let now = deliveries(scan, count);
    let known =
        now.iter().filter(|(day, _)| day.is_none() || scan.basis.as_of.is_none_or(|as_of| **day <= Some(as_of)));
    let (day, rows) = known.max_by_key(|(day, _)| **day)?;
    earlier.extend(now.iter().map(|(day, rows)| (*day, *rows)).filter(|(day, _)| day.is_some()));
    let mut before: Vec<u64> =
        earlier.iter().filter(|(other, _)| day.is_none() || *other < day).map(|(_, rows)| *rows).collect();
    before.sort_unstable();
    let named = day.map_or_else(|| "the extract".to_owned(), |day| format!("the delivery of {day}"));
    let severity = if volume.warn_change.is_none() { CheckSeverity::Error } else { CheckSeverity::Warn };
    let Some(twice) = twice_the_median(&before) else {
        return Some((
            severity,
            true,
            format!("{named} has {}; there is no earlier one to compare with", counted(*rows, "row")),
        ));
    };
    let change = (u128::from(rows.saturating_mul(2).abs_diff(twice)) * 1_000_000)
        .checked_div(u128::from(twice))
        .map_or(if *rows == 0 { 0 } else { u64::MAX }, |share| u64::try_from(share).unwrap_or(u64::MAX));
    let error = volume.error_change.as_ref().filter(|limit| change > limit.value.0);
    let warn = volume.warn_change.as_ref().filter(|limit| change > limit.value.0);
    let found = format!(
        "{named} has {}, the median of {} is {}",
        counted(*rows, "row"),
        counted(before.len() as u64, "earlier one"),
        if twice.is_multiple_of(2) { rows_shown(twice / 2) } else { format!("{}.5", rows_shown(twice / 2)) },
    );
    Some(match error.or(warn) {
        None => (severity, true, found),
        Some(limit) => (
            if error.is_some() { CheckSeverity::Error } else { CheckSeverity::Warn },
            false,
            format!(
                "{found}: a change of {}, at most {} is allowed",
                if change == u64::MAX {
                    "more than all".to_owned()
                } else {
                    Share(change / 10_000 * 10_000).to_string()
                },
                limit.value
            ),
        ),
    })
}

fn twice_the_median(sorted: &[u64]) -> Option<u64> {
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => sorted.get(half).map(|middle| middle * 2),
        _ => Some(sorted.get(half - 1)? + sorted.get(half)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(twice_the_median(&[]), None);
        assert_eq!(twice_the_median(&[7]), Some(14));
        assert_eq!(twice_the_median(&[1, 4]), Some(5));
        assert_eq!(twice_the_median(&[1, 4, 100]), Some(8));
    }
}
