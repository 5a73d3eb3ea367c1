//! Names the rows of erasure requests that erase nobody, by file and line and never by value: somebody asked to be
//! forgotten and is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::{ExtractError, Extracts};
use crate::identity::{REQUEST_COLUMNS, Resolution, UnclearRequest};
use crate::plan::{Identity, Schedule, StepKind};
use crate::printer::Printer;
use crate::source::Source;
use crate::words::{counted, few};

/// The column by which an extract of requests is known among others.
const REQUESTED_AT: &str = "requested_at";

/// Warns of requests that erase nobody. Requests are few, so their extract is read once more for the lines.
pub(super) fn warn(
    (schedule, extracts): (&Schedule<'_>, &Extracts),
    (identity, resolution): (&Identity, &Resolution),
    printer: &Printer,
) -> Result<(), ExtractError> {
    let Some(model) = &identity.erasures else { return Ok(()) };
    let unclear = resolution.unclear_requests();
    if unclear.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = std::iter::once(REQUEST_COLUMNS[0])
        .chain(resolution.layout().requests.iter().map(|request| request.name.as_str()))
        .collect();
    let mut sources = sources_behind(schedule, model);
    if sources.len() > 1 {
        // Others, such as customers whom the model looks up, are not read again.
        sources.retain(|source| source.columns.iter().any(|column| column.name == REQUESTED_AT));
    }
    let mut places: BTreeMap<Vec<Option<String>>, Vec<String>> = BTreeMap::new();
    for source in &sources {
        // Of each name that the source has: its place among the names, and its column.
        let columns: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((at, source.columns.iter().position(|column| column.name == *name)?)))
            .collect();
        if columns.is_empty() {
            continue;
        }
        let wanted: Vec<usize> = columns.iter().map(|(_, column)| *column).collect();
        for (cells, place) in extracts.cells_of(&source.name, &wanted)? {
            let mut written = vec![None; names.len()];
            for ((at, _), cell) in columns.iter().zip(cells) {
                written[*at] = cell;
            }
            places.entry(compared(&written)).or_default().push(place);
        }
    }
    let source = sources.first().map(|source| source.name.as_str());
    let mut kinds: BTreeMap<(&str, &str), Vec<&UnclearRequest>> = BTreeMap::new();
    for request in &unclear {
        kinds.entry((request.outcome, request.given.as_str())).or_default().push(request);
    }
    for ((outcome, given), requests) in kinds {
        let written: BTreeSet<Vec<Option<String>>> =
            requests.iter().map(|request| compared(&request.written)).collect();
        let found: Vec<String> = written.iter().filter_map(|written| places.get(written)).flatten().cloned().collect();
        let count = counted(requests.len() as u64, "erasure request");
        let text = format!("{count} {}: {}; {}", fault(outcome, given), where_they_are(&found), advice(outcome, given));
        printer.warning_about(source, &text);
    }
    Ok(())
}

fn where_they_are(places: &[String]) -> String {
    match places {
        [] => "the model of requests changes what they give, so their lines are not known".to_owned(),
        places => few(places),
    }
}

fn fault(outcome: &str, given: &str) -> String {
    match outcome {
        "invalid" if given.is_empty() => "without anything that names a person".to_owned(),
        "invalid" => format!("with a value of {given} that is not valid"),
        "ambiguous" => format!("that may mean several persons by {given}"),
        "contradiction" => format!("whose values ({given}) are different persons'"),
        _ => format!("by {given} that nobody has"),
    }
}

fn advice(outcome: &str, given: &str) -> &'static str {
    match outcome {
        "invalid" if given.is_empty() => "nobody is erased: give customer_id, e-mail or phone, or delete the row",
        "invalid" => "nobody is erased: correct the value, or give the customer_id",
        "ambiguous" | "contradiction" => {
            "nobody is erased: find out who asked (identity_review), and give the customer_id alone"
        }
        _ => "nobody is erased: check how it is written; if the person was never a customer, that is right",
    }
}

/// As rows are compared: models may change case and outer blanks.
fn compared(written: &[Option<String>]) -> Vec<Option<String>> {
    let one = |cell: &Option<String>| {
        let text = cell.as_ref().map(|cell| cell.trim().to_lowercase());
        text.filter(|text| !text.is_empty())
    };
    written.iter().map(one).collect()
}

/// The sources from which a model has its rows, directly or through other models.
fn sources_behind<'plan>(schedule: &Schedule<'plan>, model: &str) -> Vec<&'plan Source> {
    let mut found = Vec::new();
    let (mut open, mut seen) = (vec![model.to_owned()], BTreeSet::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for step in &schedule.steps {
            match step.kind {
                StepKind::Model(model) if model.name == name => open.extend(model.scans.keys().cloned()),
                StepKind::Source(source) if source.table == name => found.push(source),
                _ => {}
            }
        }
    }
    found
}
