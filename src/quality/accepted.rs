//! Takes the failing rows that were accepted out of a check's result, by the text column that its YAML names.

use std::collections::BTreeSet;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::DataType;

use super::CheckResult;
use crate::diagnostics::did_you_mean;
use crate::engine::EngineError;
use crate::invariant::BrokenInvariant;
use crate::plan::{Acceptance, Check, accept_name};

/// The failing rows of a check, sorted into those that were accepted and the others.
pub(super) struct Sorted {
    /// How many rows were accepted.
    pub(super) taken: u64,
    /// The names of the accepted rows.
    pub(super) accepted: Vec<String>,
    /// The names by which the other rows can be accepted.
    pub(super) acceptable: Vec<String>,
    /// The first of the other rows.
    pub(super) examples: Vec<RecordBatch>,
}

/// Sorts the failing `rows`, which are in order; the result shows `most_shown` of those left at the most.
pub(super) fn sorted_out(
    check: &Check,
    column: &str,
    rows: &[RecordBatch],
    acceptances: &[Acceptance],
    most_shown: usize,
) -> Result<Sorted, EngineError> {
    let (mut accepted, mut acceptable) = (BTreeSet::new(), BTreeSet::new());
    let (mut taken, mut shown, mut examples) = (0, 0, Vec::new());
    for batch in rows {
        let names = names_of(check, column, batch)?;
        let names = names.as_string::<i32>();
        let mut is_left = Vec::with_capacity(batch.num_rows());
        for name in names {
            let is_accepted = acceptances.iter().any(|acceptance| acceptance.takes(&check.name, name));
            let full = accept_name(&check.name, name);
            if is_accepted {
                taken += 1;
                accepted.insert(full);
            } else {
                acceptable.insert(full);
            }
            shown += usize::from(!is_accepted);
            is_left.push(!is_accepted && shown <= most_shown);
        }
        let left = filter_record_batch(batch, &BooleanArray::from(is_left)).map_err(EngineError::from)?;
        examples.extend((left.num_rows() > 0).then_some(left));
    }
    let (accepted, acceptable) = (accepted.into_iter().collect(), acceptable.into_iter().collect());
    Ok(Sorted { taken, accepted, acceptable, examples })
}

fn names_of(check: &Check, column: &str, batch: &RecordBatch) -> Result<ArrayRef, EngineError> {
    let Some(names) = batch.column_by_name(column) else {
        let broken = BrokenInvariant::new(format!("the result of {} has no column {column}", check.name));
        return Err(EngineError::Internal(broken));
    };
    cast(names, &DataType::Utf8).map_err(EngineError::from)
}

/// An acceptance that took nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Unused {
    /// As it was written.
    pub name: String,
    /// Why it took nothing, and what may have been meant.
    pub reason: String,
}

/// The acceptances that took nothing.
pub fn unused(acceptances: &[Acceptance], results: &[CheckResult]) -> Vec<Unused> {
    let mut found = Vec::new();
    for acceptance in acceptances {
        let reason = match results.iter().find(|result| result.name == acceptance.check) {
            None => format!("this run does not prove {}", acceptance.check),
            Some(result) if is_used(acceptance, result) => continue,
            Some(result) if result.acceptable.is_empty() => "nothing of that name failed".to_owned(),
            Some(result) => {
                let names: Vec<&str> = result.acceptable.iter().map(String::as_str).collect();
                format!("nothing of that name failed; {}", did_you_mean(&acceptance.name(), &names))
            }
        };
        found.push(Unused { name: acceptance.name(), reason });
    }
    found
}

fn is_used(acceptance: &Acceptance, result: &CheckResult) -> bool {
    match acceptance.item {
        None => !result.accepted.is_empty(),
        Some(_) => result.accepted.contains(&acceptance.name()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};

    use super::*;
    use crate::config::{CheckSeverity, Located};
    use crate::plan::CheckKind;

    fn check() -> Check {
        Check {
            name: "volumes_hold".to_owned(),
            domain: None,
            table: None,
            severity: CheckSeverity::Error,
            promise: String::new(),
            kind: CheckKind::FailingRow("false".to_owned()),
            scans: BTreeMap::new(),
            shown_columns: None,
            hidden: Vec::new(),
            accepted: None,
            accept_by: Some(Located::nowhere("item".to_owned())),
            place: None,
        }
    }

    fn acceptance(item: Option<&str>) -> Acceptance {
        Acceptance { check: "volumes_hold".to_owned(), item: item.map(str::to_owned) }
    }

    fn sorted(acceptances: &[Acceptance]) -> Sorted {
        let items = StringArray::from(vec![Some("answers"), Some("orders"), Some("orders"), None]);
        let values = Int64Array::from(vec![1, 2, 3, 4]);
        let columns: Vec<(&str, ArrayRef)> = vec![("value", Arc::new(values)), ("item", Arc::new(items))];
        let rows = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        sorted_out(&check(), "item", &[rows], acceptances, 5).unwrap()
    }

    #[test]
    fn a_named_row_is_accepted_and_no_other() {
        let found = sorted(&[acceptance(Some("orders"))]);
        assert_eq!((found.taken, found.accepted), (2, vec!["volumes_hold:orders".to_owned()]));
        assert_eq!(
            found.acceptable,
            ["volumes_hold", "volumes_hold:answers"],
            "a row without a name, by the check alone"
        );
        assert_eq!(found.examples.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
    }

    #[test]
    fn the_check_alone_accepts_every_row() {
        let found = sorted(&[acceptance(None)]);
        assert_eq!((found.taken, found.acceptable.len(), found.examples.len()), (4, 0, 0));
    }

    #[test]
    fn what_took_nothing_is_named_with_what_may_have_been_meant() {
        let left = sorted(&[acceptance(Some("order"))]);
        let result = CheckResult {
            name: "volumes_hold".to_owned(),
            promise: String::new(),
            severity: CheckSeverity::Error,
            failures: 4,
            acceptable: left.acceptable,
            accepted: left.accepted,
            rows: None,
            examples: left.examples,
            hidden: Vec::new(),
            seconds: 0.0,
        };
        let other = Acceptance { check: "stages_hold".to_owned(), item: None };
        let found = unused(&[acceptance(Some("order")), other], &[result]);
        let reasons: Vec<&str> = found.iter().map(|unused| unused.reason.as_str()).collect();
        assert_eq!(
            reasons,
            ["nothing of that name failed; did you mean `volumes_hold:orders`?", "this run does not prove stages_hold"]
        );
    }
}
