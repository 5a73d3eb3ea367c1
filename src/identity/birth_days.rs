//! Birth dates that so many records have that they cannot be theirs: the first choice of a form, the date of a
//! migration. They cannot be a key, and say nothing for or against a link.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};

use super::error::IdentityError;
use super::layout::Layout;
use super::records::{NONE, Records};
use super::rejects::rejects_schema;

/// A day that fewer records have is nothing unusual.
const LEAST_RECORDS: u32 = 30;
/// A day is unusual if one in so many records with a birth date has it. By chance it is one in 20,000.
const ONE_IN: u64 = 50;
/// Why such a day cannot be a key.
const REASON: &str = "a day that too many records have";
/// Between the keys in the name of a column that joins several.
const JOINT: char = '+';

/// By record whether its birth date is one that too many have; empty if there are none. Such days are taken out of
/// `birth_dates`, the numbers of the dates by record.
pub(super) fn shared(birth_dates: &mut [u32]) -> Vec<bool> {
    let days = birth_dates.iter().filter(|day| **day != NONE).max().map_or(0, |day| *day as usize + 1);
    let mut records = vec![0_u32; days];
    birth_dates.iter().filter(|day| **day != NONE).for_each(|day| records[*day as usize] += 1);
    let known: u64 = records.iter().map(|records| u64::from(*records)).sum();
    let is_shared = |records: u32| records >= LEAST_RECORDS && u64::from(records) * ONE_IN >= known;
    let is_any_other = records.iter().any(|records| *records > 0 && !is_shared(*records));
    if !is_any_other || !records.iter().any(|records| is_shared(*records)) {
        return Vec::new();
    }
    let mut found = vec![false; birth_dates.len()];
    for (day, is_found) in birth_dates.iter_mut().zip(&mut found).filter(|(day, _)| **day != NONE) {
        if is_shared(records[*day as usize]) {
            (*day, *is_found) = (NONE, true);
        }
    }
    found
}

/// Whether a column of the layout is the birth date, or is joined from it and other keys.
pub(super) fn is_part_of(layout: &Layout, column: usize) -> bool {
    let name = layout.birth_date.and_then(|number| layout.columns.get(number));
    let joined = layout.columns.get(column);
    name.zip(joined).is_some_and(|(name, joined)| joined.split(JOINT).any(|part| part == name))
}

/// The rows that list such dates.
pub(super) fn rejected(layout: &Layout, records: &Records, shared: &[bool]) -> Result<Vec<RecordBatch>, IdentityError> {
    let Some((column, key)) = layout.birth_date.and_then(|column| Some((column, layout.columns.get(column)?))) else {
        return Ok(Vec::new());
    };
    if shared.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<u32> =
        records.by_id.iter().copied().filter(|record| shared.get(*record as usize) == Some(&true)).collect();
    let text = |of: &dyn Fn(u32) -> Option<String>| -> ArrayRef {
        Arc::new(found.iter().map(|record| of(*record)).collect::<StringArray>())
    };
    let columns = vec![
        text(&|record| Some(records.source(record).to_owned())),
        text(&|record| Some(records.source_id(record).to_owned())),
        text(&|_| Some(key.clone())),
        text(&|record| records.value(column, record).map(str::to_owned)),
        text(&|_| Some(REASON.to_owned())),
    ];
    let batch = RecordBatch::try_new(rejects_schema(), columns);
    batch
        .map(|batch| vec![batch])
        .map_err(|source| IdentityError::Arrow { doing: "listing birth dates that too many records have", source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_one_in_fifty_has_is_no_birth_date() {
        let mut days: Vec<u32> = (0..970).map(|record| 1 + record % 300).collect();
        days.extend([0; 30]);
        days.push(NONE);
        let found = shared(&mut days);
        assert_eq!(found.iter().filter(|found| **found).count(), 30);
        assert!(days[970..].iter().all(|day| *day == NONE) && !found[1000]);
        assert!(days[..970].iter().all(|day| *day != NONE));
    }

    #[test]
    fn few_records_and_small_shares_are_nothing_unusual() {
        let mut few: Vec<u32> = (0..40).map(|record| if record < 29 { 0 } else { record }).collect();
        assert_eq!(shared(&mut few), Vec::<bool>::new());
        let mut small: Vec<u32> = (0..10_000).map(|record| if record < 100 { 0 } else { record }).collect();
        assert_eq!(shared(&mut small), Vec::<bool>::new());
        // If every date is one that many have, the records are of few persons, and each is theirs.
        let mut all: Vec<u32> = (0..90).map(|record| record % 3).collect();
        assert_eq!(shared(&mut all), Vec::<bool>::new());
        assert_eq!(shared(&mut []), Vec::<bool>::new());
    }
}
