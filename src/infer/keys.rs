//! Finds columns, single or in pairs, that identify rows: exactly, as long as the values of all candidates fit in
//! memory.

use hashbrown::HashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The most values kept for all candidates of a source together; about 24 bytes each.
const MOST_VALUES: usize = 4_000_000;
/// How many of the first columns are tried in pairs.
const PAIRED: usize = 5;
/// The most columns that are tried alone.
const MOST_SINGLE: usize = 200;

/// The state of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// So far, different rows of a file have different values.
    Holds,
    /// A value repeated or was missing.
    Broken,
    /// There were more values than fit in memory.
    Unchecked,
}

/// Columns that may identify a row.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) columns: Vec<usize>,
    /// Whether they still may.
    pub(super) state: State,
    /// Values seen: hash -> hash of the row, number of its file.
    seen: HashMap<u64, (u32, u16)>,
    /// For each file, the number of rows with a value of an earlier file.
    pub(super) repeated: Vec<u64>,
    /// Rows that are equal to another one of their file in every column.
    pub(super) equal: u64,
}

/// All candidates of a source.
#[derive(Debug, Default)]
pub(super) struct Keys {
    candidates: Vec<Candidate>,
    columns: usize,
    held: usize,
}

impl Keys {
    /// Adds a row of file number `file`.
    pub(super) fn take(&mut self, file: u16, cells: &[Vec<u8>]) {
        if self.columns < cells.len() {
            self.grow(cells.len());
        }
        if self.candidates.iter().all(|candidate| candidate.state != State::Holds) {
            return;
        }
        let mut row_hash = 0;
        for cell in cells {
            row_hash = xxh3_64_with_seed(cell, row_hash);
        }
        #[expect(clippy::cast_possible_truncation, reason = "half a hash is a hash")]
        let row_hash = row_hash as u32;
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.state == State::Holds) {
            let missing = candidate.columns.iter().any(|column| cells[*column].is_empty());
            let hash = match candidate.columns.as_slice() {
                [one] => xxh3_64(&cells[*one]),
                several => several.iter().fold(0, |hash, column| xxh3_64_with_seed(&cells[*column], hash + 1)),
            };
            let state = if missing { State::Broken } else { candidate.enter(hash, row_hash, file, &mut self.held) };
            candidate.state = state;
            if state != State::Holds {
                self.held -= candidate.seen.len();
                candidate.seen = HashMap::new();
            }
        }
    }

    fn grow(&mut self, columns: usize) {
        let candidate =
            |columns| Candidate { columns, state: State::Holds, seen: HashMap::new(), repeated: Vec::new(), equal: 0 };
        let late = self.columns > 0;
        for column in self.columns..columns.min(MOST_SINGLE) {
            let mut new = vec![candidate(vec![column])];
            if column < PAIRED {
                new.extend((0..column).map(|first| candidate(vec![first, column])));
            }
            // Earlier rows lack the new column.
            new.iter_mut().filter(|_| late).for_each(|candidate| candidate.state = State::Broken);
            self.candidates.extend(new);
        }
        self.columns = columns;
    }

    /// The candidates, single columns before pairs.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        let size = |wanted: usize| self.candidates.iter().filter(move |candidate| candidate.columns.len() == wanted);
        size(1).chain(size(2))
    }
}

impl Candidate {
    fn enter(&mut self, hash: u64, row: u32, file: u16, held: &mut usize) -> State {
        if self.repeated.len() <= usize::from(file) {
            self.repeated.resize(usize::from(file) + 1, 0);
        }
        match self.seen.get_mut(&hash) {
            Some((_, seen_in)) if *seen_in != file => {
                *seen_in = file;
                self.repeated[usize::from(file)] += 1;
                State::Holds
            }
            Some((seen, _)) => {
                if *seen == row {
                    self.equal += 1;
                    State::Holds
                } else {
                    State::Broken
                }
            }
            None if *held >= MOST_VALUES => State::Unchecked,
            None => {
                self.seen.insert(hash, (row, file));
                *held += 1;
                State::Holds
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[[&str; 3]]) -> Vec<Vec<usize>> {
        let mut keys = Keys::default();
        for row in rows {
            keys.take(0, &row.map(|cell| cell.as_bytes().to_vec()));
        }
        let holding = keys.candidates().filter(|candidate| candidate.state == State::Holds);
        holding.map(|candidate| candidate.columns.clone()).collect()
    }

    #[test]
    fn a_key_may_have_two_columns_and_rows_may_be_duplicated() {
        let rows = [["1", "1", "a"], ["1", "2", "a"], ["2", "1", "a"], ["2", "1", "a"]];
        assert_eq!(found(&rows), [vec![0, 1]]);
        assert_eq!(found(&[["1", "x", "a"], ["2", "x", "b"], ["3", "x", ""]])[0], vec![0]);
    }
}
