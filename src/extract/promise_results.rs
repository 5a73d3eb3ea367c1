//! Judges the promises of a whole source after its last row: number of rows, freshness, volume compared with earlier
//! deliveries, keys that do not repeat, values that another source contains.
//!
//! Each result names numbers, places and what to do. A broken promise stops the run or is a warning, as declared.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::corrected_ids::CorrectedIds;
use super::error::ExtractError;
use super::ledger::{FileStatus, SourceCount};
use super::opened::Opened;
use super::places::places_of;
use super::replaced::{Replacements, versions};
use super::rows::{RowPlace, RowPromises, Watch, Watching, shown_id};
use super::verdict::Verdict;

use crate::config::{Age, CheckSeverity, FreshnessFile, Located, Share, VolumeFile};
use crate::local_time::end_of_day;
use crate::source::{ColumnType, Promise, Reference};
use crate::words::{counted, rows_shown};

/// How many places a message lists.
const PLACES: usize = 3;
/// The message if the places are not in the delivered rows.
const CORRECTED: &str = "only in rows corrected with `lojal replay`; the corrections are files in corrections/SOURCE \
                         in the warehouse: remove the wrong one";
const REPEATED_KEY: &str = "ambiguous which row is right: fix the export, or leave out on_repeated_key, so that the \
    later row replaces the earlier one";
const REPEATED: &str = "ambiguous which row is right: fix the export, or set on_repeated_key to warn";
const MISSING_KEPT: &str = "such rows are loaded; set on_missing: reject to reject them";
const JOIN_BROKEN: &str = "check that both extracts are complete and write the value in the same way; if so many may be \
    missing, lower error_below of the reference";
/// How many months a message lists.
const MONTHS: usize = 6;

#[derive(Debug, Clone)]
pub struct PromiseResult {
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

impl PromiseResult {
    /// Rows far beyond all others, which the as-of day was not taken from.
    pub fn of_day(rows: &str, as_of: NaiveDate) -> Self {
        Self {
            name: "as_of_day".to_owned(),
            severity: CheckSeverity::Warn,
            is_kept: false,
            found: format!("{rows}, which does not set the as-of day ({as_of}); --as-of sets another"),
            advice: "correct the row, or set the day with --as-of",
        }
    }

    /// The finding and what to do about it.
    pub(super) fn warning(&self) -> String {
        format!("{}: {}", self.found, self.advice)
    }
}

/// Judges a source that has been read to its end. `repeated_latest` are the values that the latest versions of several
/// keys share, by column; `replacements` the rows that newer ones replaced.
///
/// # Errors
/// Files that cannot be read again for the places of repeated keys.
pub(super) fn results(
    opened: &Arc<Opened>,
    count: &SourceCount,
    newest_event: Option<i64>,
    repeated_latest: &[(String, u64)],
    replacements: &Replacements,
) -> Result<Vec<PromiseResult>, ExtractError> {
    let mut results = Vec::new();
    if opened.source.optional && count.rows.read == 0 {
        return Ok(results);
    }
    for promise in opened.source.promises() {
        let verdict = match promise {
            Promise::MinRows(least) => Some(min_rows(least, count.rows.read)),
            Promise::Freshness(limits) => freshness(limits, opened, count, newest_event),
            Promise::Volume(limits) => volume(limits, opened, count),
            Promise::Key(columns) => unique("key", columns, opened, replacements)?,
            Promise::Versions(columns) => Some(versions(opened, columns, count.rows.superseded, replacements)),
            Promise::Unique(column) if opened.source.is_upsert() => unique_latest(column, opened, repeated_latest),
            Promise::Unique(column) => {
                unique(&format!("unique_{}", name_of(opened, column)), &[column], opened, replacements)?
            }
            Promise::References(column, reference) => references(column, reference, opened, count),
            Promise::OnTime(after) => opened.promises().map(|promises| late(after, count.rows.late, promises)),
        };
        results.extend(verdict.map(|verdict| verdict.of(&opened.source.name)));
    }
    results.extend(count.corrected_ids.iter().map(|ids| corrected(ids).of(&opened.source.name)));
    Ok(results)
}

impl Verdict {
    fn of(self, source: &str) -> PromiseResult {
        PromiseResult {
            name: format!("{source}_{}", self.kind),
            severity: self.severity,
            is_kept: self.is_kept,
            found: format!("source {source}: {}", self.found),
            advice: self.advice,
        }
    }
}

fn name_of(opened: &Opened, column: usize) -> &str {
    opened.column_name(column)
}

/// Ids that are written in another way than they are read.
fn corrected(ids: &CorrectedIds) -> Verdict {
    let texts = ids.texts.as_ref().map(|(from, to)| format!(" {from} is read as {to}")).unwrap_or_default();
    let found = format!(
        "{} of {} {} corrected; the first: {}{texts}",
        counted(ids.cells, "cell"),
        ids.column,
        if ids.cells == 1 { "was" } else { "were" },
        ids.first,
    );
    Verdict {
        kind: format!("ids_{}", ids.column),
        severity: CheckSeverity::Warn,
        is_kept: false,
        found,
        advice: "fix the export; if the texts are different ids, declare `id: { as_written: true }` on the column",
    }
}

fn min_rows(least: u64, read: u64) -> Verdict {
    Verdict {
        kind: "min_rows".to_owned(),
        severity: CheckSeverity::Error,
        is_kept: read >= least,
        found: format!("{} read, at least {} expected", counted(read, "row"), rows_shown(least)),
        advice: "check whether the export was cut short, or lower min_rows",
    }
}

fn unique(
    kind: &str,
    columns: &[usize],
    opened: &Arc<Opened>,
    replacements: &Replacements,
) -> Result<Option<Verdict>, ExtractError> {
    let uniques = opened.promises().map(|promises| promises.uniques.as_slice()).unwrap_or_default();
    let Some((index, unique)) = uniques.iter().enumerate().find(|(_, unique)| unique.columns == columns) else {
        return Ok(None);
    };
    let names: Vec<&str> = columns.iter().map(|column| name_of(opened, *column)).collect();
    let rows = unique.rows_repeated();
    let mut found = format!("no two rows have the same {}", names.join(", "));
    if rows > 0 {
        let watch = Watch { what: Watching::Unique(index), values: Arc::new(unique.repeated()) };
        let places = places_of(opened, watch, replacements.resolution.as_ref(), PLACES)?;
        let shown =
            |(one, other): &(RowPlace, RowPlace)| format!("{} and {}", opened.place(*one), opened.place(*other));
        let listed: Vec<String> = places.iter().map(shown).collect();
        found = format!(
            "{} the {} of another row: {}",
            if rows == 1 { "1 row repeats".to_owned() } else { format!("{} repeat", counted(rows, "row")) },
            names.join(", "),
            if listed.is_empty() { CORRECTED.replace("SOURCE", &opened.source.name) } else { listed.join("; ") }
        );
    }
    let severity = opened.source.repeated_severity();
    let advice = if kind == "key" { REPEATED_KEY } else { REPEATED };
    Ok(Some(Verdict { kind: kind.to_owned(), severity, is_kept: rows == 0, found, advice }))
}

fn unique_latest(column: usize, opened: &Opened, repeated: &[(String, u64)]) -> Option<Verdict> {
    let (column, values) = repeated.iter().find(|(name, _)| *name == name_of(opened, column))?;
    let found = match *values {
        0 => format!("no two latest rows have the same {column}"),
        values => format!("{} of {column} shared by the latest rows of several keys", counted(values, "value")),
    };
    let (kind, severity) = (format!("unique_{column}"), opened.source.repeated_severity());
    Some(Verdict { kind, severity, is_kept: *values == 0, found, advice: REPEATED })
}

/// Compares the share of values that the other source contains with what was declared.
fn references(column: usize, reference: &Reference, opened: &Opened, count: &SourceCount) -> Option<Verdict> {
    let (name, target) = (name_of(opened, column), reference.target());
    let count = count.references.iter().find(|count| count.column == name && count.target == target)?;
    let compared = count.compared();
    let below = |bound: Share| u128::from(count.matched) * 1_000_000 < u128::from(bound.0) * u128::from(compared);
    let verdict = |severity, is_kept, found, advice| {
        Some(Verdict { kind: format!("references_{name}"), severity, is_kept, found, advice })
    };
    let (error, warn) = (below(reference.error_below), below(reference.warn_below));
    if count.unmatched == 0 {
        let found = match (compared, count.unjudged) {
            (0, unjudged) if unjudged > 0 => format!("{name} was not compared: {} has no rows", reference.source),
            _ => format!("every {name} is in {target}"),
        };
        return verdict(CheckSeverity::Warn, true, found, MISSING_KEPT);
    }
    let bound = match (error, warn) {
        (true, _) => format!(", at least {} must", reference.error_below),
        (false, true) => format!(", at least {} should", reference.warn_below),
        (false, false) => String::new(),
    };
    // Rounded down to tenths, so that a share below a bound is never shown as the bound.
    let share = u64::try_from(u128::from(count.matched) * 1000 / u128::from(compared)).unwrap_or_default() * 1000;
    let first: Vec<String> = count
        .first
        .iter()
        .map(|(place, value)| match value {
            Some(value) => format!("{} at {place}", shown_id(value)),
            None => place.clone(),
        })
        .collect();
    let found = format!(
        "{} of {} a {name} that is not in {target} ({} match{bound}); the first: {}{}",
        rows_shown(count.unmatched),
        if compared == 1 { "1 row has".to_owned() } else { format!("{} have", counted(compared, "row")) },
        Share(share),
        first.join(", "),
        count.guess.map(|guess| format!("; {guess}")).unwrap_or_default(),
    );
    match error {
        true => verdict(CheckSeverity::Error, false, found, JOIN_BROKEN),
        false => verdict(CheckSeverity::Warn, !warn, found, MISSING_KEPT),
    }
}

fn late(after: Age, late: u64, promises: &RowPromises) -> Verdict {
    let months: Vec<String> = promises.months().iter().map(|(year, month)| format!("{year}-{month:02}")).collect();
    let more = months.len().saturating_sub(MONTHS);
    let mut shown = months[..months.len().min(MONTHS)].join(", ");
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
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
    Verdict {
        kind: "late".to_owned(),
        severity: CheckSeverity::Warn,
        is_kept: late == 0,
        found,
        advice: "check the new figures of those months",
    }
}

fn freshness(
    freshness: &FreshnessFile,
    opened: &Opened,
    count: &SourceCount,
    newest_event: Option<i64>,
) -> Option<Verdict> {
    let as_of = opened.basis.as_of?;
    let end = end_of_day(as_of, opened.basis.zone);
    let (what, newest) = match opened.source.event_time.and_then(|index| opened.source.columns.get(index)) {
        Some(spec) => ("newest row", newest_event.and_then(|at| instant(spec.ty, at, opened.basis.zone))),
        None => {
            ("newest delivery", newest_delivery(opened, count, as_of).map(|day| end_of_day(day, opened.basis.zone)))
        }
    };
    let age = newest.map(|newest| (end - newest).to_std().unwrap_or_default());
    let older =
        |limit: &Option<Located<Age>>| limit.as_ref().is_some_and(|limit| age.is_none_or(|age| age > limit.value.0));
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
    Some(Verdict {
        kind: "freshness".to_owned(),
        severity,
        is_kept: !error && !warn,
        found,
        advice: "check that the extract was delivered, and that the export is scheduled",
    })
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
fn deliveries(opened: &Opened, count: &SourceCount) -> BTreeMap<Option<NaiveDate>, u64> {
    let by_day = opened.promises().map(|promises| promises.rows_by_day()).unwrap_or_default();
    if !by_day.is_empty() {
        return by_day.into_iter().map(|(day, rows)| (Some(day), rows)).collect();
    }
    let mut rows = BTreeMap::new();
    for file in count.by_file.iter().filter(|file| file.status == FileStatus::Read) {
        *rows.entry(file.delivery_day).or_default() += file.rows.read;
    }
    rows
}

fn newest_delivery(opened: &Opened, count: &SourceCount, as_of: NaiveDate) -> Option<NaiveDate> {
    deliveries(opened, count).into_keys().flatten().filter(|day| *day <= as_of).max()
}

fn volume(volume: &VolumeFile, opened: &Opened, count: &SourceCount) -> Option<Verdict> {
    let verdict = |severity, is_kept, found| Verdict {
        kind: "volume".to_owned(),
        severity,
        is_kept,
        found,
        advice: "check that the export is complete, or raise the limit in `volume`",
    };
    let mut earlier: BTreeMap<Option<NaiveDate>, u64> = BTreeMap::new();
    for input in &opened.basis.earlier {
        if let Some(rows) = input.rows {
            *earlier.entry(input.delivery_day).or_default() += rows;
        }
    }
    let now = deliveries(opened, count);
    let known =
        now.iter().filter(|(day, _)| day.is_none() || opened.basis.as_of.is_none_or(|as_of| **day <= Some(as_of)));
    let (day, rows) = known.max_by_key(|(day, _)| **day)?;
    earlier.extend(now.iter().map(|(day, rows)| (*day, *rows)).filter(|(day, _)| day.is_some()));
    let mut before: Vec<u64> =
        earlier.iter().filter(|(other, _)| day.is_none() || *other < day).map(|(_, rows)| *rows).collect();
    before.sort_unstable();
    let named = day.map_or_else(|| "the extract".to_owned(), |day| format!("the delivery of {day}"));
    let severity = if volume.warn_change.is_none() { CheckSeverity::Error } else { CheckSeverity::Warn };
    let Some(twice) = twice_the_median(&before) else {
        let found = format!("{named} has {}; there is no earlier one to compare with", counted(*rows, "row"));
        return Some(verdict(severity, true, found));
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
        None => verdict(severity, true, found),
        Some(limit) => verdict(
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
