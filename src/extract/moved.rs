//! Rows whose cells stand in the wrong columns: a delimiter is missing, or one too many. A column that is not personal
//! then has a name or an address, and no message may quote it.

use std::collections::HashSet;

use crate::identifying::may_identify;

/// Columns of a wrong type that show that cells have moved, in a source with personal columns.
const MISTYPED: usize = 2;
/// The most such rows whose places are kept.
const MOST_PLACES: usize = 100_000;

/// What the faults of one row say about its cells.
#[derive(Debug, Clone, Default)]
pub struct RowFaults {
    identifies: bool,
    mistyped: usize,
}

impl RowFaults {
    /// Takes a fault: the broken rule, and the reason, which may quote the cell.
    pub fn take(&mut self, rule: &str, reason: &str) {
        self.identifies |= may_identify(reason);
        self.mistyped += usize::from(rule == "type");
    }

    /// Whether no cell of the row may be quoted.
    pub fn have_moved(&self, has_personal: bool) -> bool {
        self.identifies || has_personal && self.mistyped >= MISTYPED
    }
}

/// The rows with moved cells among faults that come row by row.
#[derive(Debug, Default)]
pub struct MovedRows {
    has_personal: bool,
    place: String,
    faults: RowFaults,
    moved: HashSet<String>,
}

impl MovedRows {
    /// For a source that has personal columns, or not.
    pub fn of(has_personal: bool) -> Self {
        Self { has_personal, ..Self::default() }
    }

    /// Takes a fault of the row at a place.
    pub fn take(&mut self, place: &str, rule: &str, reason: &str) {
        if self.place != place {
            (self.place, self.faults) = (place.to_owned(), RowFaults::default());
        }
        self.faults.take(rule, reason);
        if self.faults.have_moved(self.has_personal) && self.moved.len() < MOST_PLACES && !self.has(place) {
            self.moved.insert(place.to_owned());
        }
    }

    /// Whether the cells of the row at a place have moved. All faults were taken before.
    pub fn has(&self, place: &str) -> bool {
        self.moved.contains(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cell_that_identifies_or_two_of_a_wrong_type_show_that_cells_have_moved() {
        let found = |has_personal| {
            let mut rows = MovedRows::of(has_personal);
            rows.take("a.csv:2", "type", "'Maja' is not a number");
            rows.take("a.csv:2", "type", "'070-174 08 03' is not a date");
            rows.take("a.csv:3", "type", "'89 kr' is not a number");
            rows.take("a.csv:4", "type", "'Maja' is not a number");
            rows.take("a.csv:4", "type", "'Lund' is not a date");
            ["a.csv:2", "a.csv:3", "a.csv:4"].map(|place| rows.has(place))
        };
        assert_eq!((found(false), found(true)), ([true, false, false], [true, false, true]));
    }
}
