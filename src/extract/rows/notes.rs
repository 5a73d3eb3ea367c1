//! What readers should know about cells that were loaded otherwise than they are written.

use std::fmt;

/// What happened to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Digits finer than a microsecond were cut off.
    FractionCut,
    /// It is outside the column's bounds or the years allowed, and was emptied.
    Emptied,
    /// A count since 1970 that is a day of early 1970: perhaps its unit is another, or it means an empty cell.
    EarlyCount,
    /// A year of two digits that was read as the earlier century, though the later one is not after the present day.
    EarlierCentury,
    /// A formula without a value: no program has computed it since it was written.
    NotComputed,
}

impl Note {
    /// Its name in run_results.json.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FractionCut => "fraction_cut",
            Self::Emptied => "emptied",
            Self::EarlyCount => "early_1970",
            Self::EarlierCentury => "earlier_century",
            Self::NotComputed => "not_computed",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FractionCut => "finer than a microsecond: the digits beyond were cut off",
            Self::Emptied => "outside the bounds: loaded as empty (out_of_range: null)",
            Self::EarlyCount => {
                "read as a day of 1970: is the count in another unit, or a word for an empty cell (null_words)?"
            }
            Self::EarlierCentury => {
                "read as a day of a hundred years ago, because the later one is after the as-of day: if it is not, \
                 declare two_digit_years: { pivot: … }"
            }
            Self::NotComputed => {
                "with a formula that no program has computed: loaded as empty; open the workbook in a spreadsheet program \
                 and save it, or export values"
            }
        })
    }
}

/// A cell with a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellNote {
    /// Index in the batch.
    pub(super) row: usize,
    /// Index among the declared columns.
    pub(super) column: usize,
    pub(super) note: Note,
}

/// The cells of one column with one note, in the units read so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteCount<P> {
    /// Index among the declared columns.
    pub column: usize,
    pub note: Note,
    /// Cells of rows without a fault, including duplicates.
    pub cells: u64,
    /// The place of the first.
    pub first: P,
    /// Its text in the file.
    pub text: String,
}

impl<P: Copy + Ord> NoteCount<P> {
    /// Adds other cells of the column with the same note.
    pub fn add(&mut self, other: Self) {
        self.cells += other.cells;
        if other.first < self.first {
            (self.first, self.text) = (other.first, other.text);
        }
    }

    /// Whether another count is of the same column and note.
    pub fn is_of<Q>(&self, other: &NoteCount<Q>) -> bool {
        self.column == other.column && self.note == other.note
    }
}
