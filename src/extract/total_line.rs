//! Compares what the total line of a file states with what was read from the file.
//!
//! Rows are all records of the file: loaded, rejected, duplicates and superseded ones. A sum is that of all records whose
//! cells for it can be read, with the values of corrections; rejected rows are part of it as far as that goes.

use regex::bytes::Regex;

use super::decimal::Decimal;
use super::error::{ExtractError, ExtractFault};
use super::frame::FileLines;
use super::ledger::RowCounts;
use super::opened::Opened;
use super::rows::{Amount, stated_number};
use super::total_fault::TotalFault;
use crate::config::CheckSeverity;
use crate::source::{TotalLine, TotalSum, ValueForm};
use crate::words::{counted, printable, rows_shown};

/// What was read from a file.
#[derive(Clone, Copy)]
pub(super) struct FileRead<'a> {
    pub(super) rows: &'a RowCounts,
    pub(super) lines: &'a FileLines,
    /// The sums that a total line states.
    pub(super) sums: &'a [Amount],
}

/// What the files of a source say about themselves.
#[derive(Default)]
pub(super) struct Totals {
    /// The first mistake that ends the run.
    pub(super) mistake: Option<ExtractError>,
    /// Differences and missing lines that are allowed.
    pub(super) remarks: Vec<String>,
}

/// Compares the total lines of all files.
pub(super) fn compare<'a>(opened: &Opened, files: impl Iterator<Item = FileRead<'a>>) -> Totals {
    let mut totals = Totals::default();
    let Some(total) = &opened.source.total_line else { return totals };
    let (mut lacking, mut differing) = (Vec::new(), Vec::new());
    for (file, read) in files.enumerate() {
        let Some((line, fault)) = fault_of(opened, total, &read) else { continue };
        let place = if line == 0 { opened.shown(file).display().to_string() } else { opened.place((file, line)) };
        match &fault {
            TotalFault::Missing { .. } if !total.required => lacking.push(place),
            TotalFault::Differs { .. } if total.on_difference == CheckSeverity::Warn => {
                differing.push(format!("{place}: {fault}"));
            }
            _ if totals.mistake.is_none() => {
                let error = ExtractError::of(&opened.source, ExtractFault::TotalLine(fault)).at(place);
                totals.mistake = Some(error);
            }
            _ => {}
        }
    }
    let name = &opened.source.name;
    if let Some(first) = lacking.first() {
        let files = counted(lacking.len() as u64, "file");
        totals.remarks.push(format!(
            "source {name}: {files} without a total line, so that nothing shows whether all rows are there; the first: \
             {first}"
        ));
    }
    if let Some(first) = differing.first() {
        let files = counted(differing.len() as u64, "file");
        totals.remarks.push(format!("source {name}: {files} with other totals than stated; the first: {first}"));
    }
    totals
}

/// What is wrong with a file, and the line of it; 0 for the file itself.
fn fault_of(opened: &Opened, total: &TotalLine, read: &FileRead<'_>) -> Option<(u64, TotalFault)> {
    let found = &read.lines.totals;
    let (line, text) = match found.first.as_slice() {
        [] => return Some((0, TotalFault::Missing { pattern: total.pattern.clone() })),
        [(first, _), (again, _), ..] => {
            return Some((*again, TotalFault::Again { first: *first, count: found.count }));
        }
        [(line, text)] => (*line, text.trim_start_matches('\u{feff}')),
    };
    if found.last_record > line {
        return Some((line, TotalFault::NotLast { record: found.last_record }));
    }
    let differences = differences(opened, total, text, read);
    let fault = TotalFault::Differs { found: differences, rejected: read.rows.rejected };
    matches!(&fault, TotalFault::Differs { found, .. } if !found.is_empty()).then_some((line, fault))
}

/// Everything that the line states otherwise.
fn differences(opened: &Opened, total: &TotalLine, text: &str, read: &FileRead<'_>) -> Vec<String> {
    let groups = Regex::new(&total.pattern).ok();
    let groups = groups.as_ref().and_then(|pattern| pattern.captures(text.as_bytes()));
    let stated = |group: &str| {
        let found = groups.as_ref().and_then(|groups| groups.name(group)).map(|found| found.as_bytes());
        found.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    };
    let rows = total.rows.as_ref().and_then(|group| {
        let text = stated(group);
        match stated_number(text, form_of_rows(opened, total), 0) {
            Ok(rows) if rows == i128::from(read.rows.read) => None,
            Ok(rows) => {
                let found = rows_shown(read.rows.read);
                Some(format!(
                    "{} rows are stated, found {found}",
                    u64::try_from(rows).map_or(rows.to_string(), rows_shown)
                ))
            }
            Err(reason) => Some(unreadable("the number of rows", text, &reason)),
        }
    });
    let sums = total.sums.iter().enumerate().filter_map(|(number, sum)| {
        let found = read.sums.get(number).copied().unwrap_or_default();
        other_sum(opened, sum, stated(&sum.group), found)
    });
    rows.into_iter().chain(sums).collect()
}

fn unreadable(what: &str, text: &str, reason: &str) -> String {
    match text.trim().is_empty() {
        true => format!("{what} is not stated"),
        false => format!("{what} cannot be read: '{}' {reason}", printable(text)),
    }
}

/// How a sum differs from the one that is stated.
fn other_sum(opened: &Opened, sum: &TotalSum, text: &str, found: Amount) -> Option<String> {
    let names: Vec<&str> = sum.columns.iter().map(|column| opened.column_name(*column)).collect();
    let what = format!("the sum of {}", names.join(" x "));
    let scale = opened.rules.scale_of(&sum.columns);
    let is_open = !names.iter().any(|name| opened.source.personal.iter().any(|personal| personal == name));
    let stated = match stated_number(text, form_of(opened, &sum.columns), u8::try_from(scale).unwrap_or(u8::MAX)) {
        Ok(stated) if stated == found.value && !found.saturated => return None,
        _ if !is_open => return Some(format!("{what} is another one (the column is personal)")),
        Ok(stated) => stated,
        Err(reason) => return Some(unreadable(&what, text, &reason)),
    };
    let shown = |amount: Amount| {
        Decimal::new(amount, scale).map_or("more digits than a sum can have".to_owned(), |sum| sum.to_string())
    };
    Some(format!("{what} is stated as {}, found {}", shown(Amount { value: stated, saturated: false }), shown(found)))
}

/// How the cells of a sum are written: those with the most digits, if it is a product.
fn form_of<'a>(opened: &'a Opened, columns: &[usize]) -> &'a ValueForm {
    static PLAIN: std::sync::LazyLock<ValueForm> = std::sync::LazyLock::new(ValueForm::default);
    let columns = columns.iter().filter_map(|column| opened.source.columns.get(*column));
    let numbers = columns.filter_map(|column| Some((column.ty.numeric_scale()?, &column.form)));
    numbers.max_by_key(|(scale, _)| *scale).map_or(&PLAIN, |(_, form)| form)
}

/// How the number of rows is written: like the sums, or else like any number of the source.
fn form_of_rows<'a>(opened: &'a Opened, total: &TotalLine) -> &'a ValueForm {
    match total.sums.first() {
        Some(sum) => form_of(opened, &sum.columns),
        None => form_of(opened, &(0..opened.source.columns.len()).collect::<Vec<_>>()),
    }
}
