//! Cells that are read as another text than the file has, by the kind of the change: each one is counted, and the first
//! one named.

/// Why a cell is read as another text, or deserves a word although it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FixKind {
    /// An id is written in another way than it is read.
    Id,
    /// A number has more digits than `round` keeps.
    Rounded,
    /// A spreadsheet's wrapping, such as `="00123"`, was taken off.
    Unwrapped,
    /// White space and characters that nobody sees were taken from its ends.
    Trimmed,
    /// NUL bytes in it were left out, and halves of surrogate pairs replaced.
    Repaired,
    /// The text looks wrapped, and the column does not declare it. Seen in samples only.
    LooksWrapped,
    /// The text looks like a number that a spreadsheet has rounded. Seen in samples only.
    LooksRounded,
    /// The text has quotes around it, behind a blank. Seen in samples only.
    LooksQuoted,
}

impl FixKind {
    /// Whether the cell is read as another text.
    pub(super) fn changes_text(self) -> bool {
        matches!(self, Self::Id | Self::Rounded | Self::Unwrapped | Self::Trimmed | Self::Repaired)
    }
}

/// A cell that is read as another text than the file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CellFix {
    /// Index in the batch.
    pub(super) row: usize,
    /// Index among the declared columns.
    pub(super) column: usize,
    pub(super) kind: FixKind,
    /// The text that the cell means.
    pub(super) text: Box<[u8]>,
}

/// The changed cells of one column and kind in the units read so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixCount<P> {
    /// Index among the declared columns.
    pub column: usize,
    pub kind: FixKind,
    /// Changed cells of rows without a fault, including duplicates: which copy of a row is loaded may differ from run
    /// to run, and this number does not.
    pub cells: u64,
    /// The place of the first.
    pub first: P,
    /// Its text in the file.
    pub from: String,
    /// The text that was read.
    pub to: String,
}

impl<P: Copy + Ord> FixCount<P> {
    /// Adds other cells of the column and kind.
    pub fn add(&mut self, other: Self) {
        self.cells += other.cells;
        if other.first < self.first {
            (self.first, self.from, self.to) = (other.first, other.from, other.to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_changed_cell_does_not_depend_on_the_order() {
        let count = |first: u64| FixCount {
            column: 0,
            kind: FixKind::Id,
            cells: 2,
            first,
            from: first.to_string(),
            to: String::new(),
        };
        let (mut one, mut other) = (count(3), count(2));
        one.add(count(2));
        other.add(count(3));
        assert_eq!(one, other);
        assert_eq!((one.cells, one.first), (4, 2));
    }
}
