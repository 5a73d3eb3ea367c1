//! A page: the cells of some rows, where they lie.
//!
//! A cell of text is a range of the page's bytes and is read in place, perhaps with quotes around it. A format that has
//! typed columns of its own hands over whole arrays instead.

use arrow::array::ArrayRef;
use arrow::error::ArrowError;
use memchr::{memchr, memchr_iter};

use super::quoted::unquote;

/// The quotes in the cells of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Quotes {
    /// None at all: every cell is its own text.
    #[default]
    None,
    /// Only around whole fields, and none doubled.
    Plain,
    Any,
}

/// Cell boundaries, row after row: the row's start, then for each cell the position after its end plus one. Cell `c` of
/// a row is `row[c] .. row[c + 1] - 1`.
#[derive(Debug, Default)]
pub(in crate::extract) struct RowTable {
    pub(in crate::extract) borders: Vec<u32>,
    /// Boundaries in use.
    pub(in crate::extract) used: usize,
    /// Boundaries of a row: its cells and one more.
    pub(in crate::extract) stride: usize,
    /// The quotes in the cells of these rows.
    pub(in crate::extract) quotes: Quotes,
}

impl RowTable {
    /// The rows. Each has one entry more than its number of cells.
    pub(in crate::extract) fn rows(&self) -> std::slice::ChunksExact<'_, u32> {
        self.borders[..self.used].chunks_exact(self.stride.max(1))
    }

    /// The number of rows.
    pub(in crate::extract) fn len(&self) -> usize {
        self.used / self.stride.max(1)
    }

    /// Removes all rows; new ones have `width` cells.
    pub(in crate::extract) fn clear(&mut self, width: usize) {
        (self.used, self.stride, self.quotes) = (0, width + 1, Quotes::None);
    }

    /// Removes the rows that `keep` refuses.
    pub(in crate::extract) fn retain(&mut self, mut keep: impl FnMut(&[u32]) -> bool) {
        let (stride, mut kept) = (self.stride, 0);
        for row in 0..self.len() {
            let bounds = row * stride..(row + 1) * stride;
            if keep(&self.borders[bounds.clone()]) {
                if kept != bounds.start {
                    self.borders.copy_within(bounds, kept);
                }
                kept += stride;
            }
        }
        self.used = kept;
    }

    /// Adds a boundary.
    #[inline]
    pub(in crate::extract) fn push(&mut self, border: usize) {
        if self.used == self.borders.len() {
            self.borders.push(0);
        }
        self.borders[self.used] = border as u32;
        self.used += 1;
    }

    /// The boundaries of rows `from..to`.
    pub(in crate::extract) fn between(&self, from: usize, to: usize) -> &[u32] {
        let used = self.borders.get(..self.used).unwrap_or_default();
        used.get(from * self.stride..to * self.stride).unwrap_or_default()
    }

    /// The boundaries of one row.
    pub(in crate::extract) fn row(&self, row: usize) -> &[u32] {
        self.between(row, row + 1)
    }
}

/// The delimiter and quote of a row's canonical text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Signs {
    /// Between two cells.
    pub(in crate::extract) delimiter: u8,
    /// Around cells that contain a sign.
    pub(in crate::extract) quote: u8,
}

/// Rows of text.
#[derive(Clone, Copy, Debug)]
pub(in crate::extract) struct TextPage<'a> {
    /// The bytes that the boundaries refer to.
    pub(in crate::extract) data: &'a [u8],
    /// Boundaries, as in [`RowTable`].
    pub(in crate::extract) borders: &'a [u32],
    /// Boundaries of a row.
    pub(in crate::extract) stride: usize,
    /// The quotes in the cells.
    pub(in crate::extract) quotes: Quotes,
    /// The quote around cells, if there are any.
    pub(in crate::extract) quote: u8,
    /// The signs of the rows' canonical text.
    pub(in crate::extract) signs: Signs,
    /// Whether a cell without quotes may contain one of the signs.
    pub(in crate::extract) holds_signs: bool,
    /// Positions of invalid UTF-8 and NUL bytes in `data`, in order.
    pub(in crate::extract) unclean: &'a [usize],
    /// Where cells begin that are not null words even if they equal one, in order: they were written with an escape.
    pub(in crate::extract) literals: &'a [usize],
    /// Where cells begin that hold a formula without a value, in order. They are empty.
    pub(in crate::extract) uncomputed: &'a [usize],
}

impl<'a> TextPage<'a> {
    /// The rows. Each has one entry more than its number of cells.
    #[inline]
    pub(in crate::extract) fn rows(&self) -> std::slice::ChunksExact<'a, u32> {
        self.borders.chunks_exact(self.stride.max(1))
    }

    /// The text of a cell. `scratch` holds it if quotes had to be removed.
    #[inline]
    pub(in crate::extract) fn text<'b>(&self, cell: &'b [u8], scratch: &'b mut Vec<u8>) -> &'b [u8] {
        match self.quotes {
            Quotes::None => cell,
            Quotes::Plain | Quotes::Any => unquote(cell, self.quote, scratch),
        }
    }

    /// Whether the cell that begins at `start` is not a null word, even if it equals one.
    pub(in crate::extract) fn is_literal(&self, start: usize) -> bool {
        self.literals.binary_search(&start).is_ok()
    }

    /// A cell as it lies there.
    pub(in crate::extract) fn cell(&self, row: usize, place: usize) -> &'a [u8] {
        let at = row * self.stride + place;
        let bounds = self.borders.get(at..at + 2).unwrap_or(&[0, 1]);
        self.data.get(bounds[0] as usize..bounds[1] as usize - 1).unwrap_or_default()
    }
}

/// A column of a page.
#[derive(Debug)]
pub(in crate::extract) enum Cells<'a> {
    /// Cell number `place` of each row.
    Text(TextPage<'a>, usize),
    /// Values of the declared type.
    Array(&'a ArrayRef),
    /// The file does not have the column.
    Absent,
}

/// Some rows.
pub(in crate::extract) enum Page<'a> {
    /// Rows of text, with the file's columns in the order that [`FileColumns`](super::FileColumns) states.
    Text(TextPage<'a>),
    /// The declared columns one by one.
    Arrays(&'a dyn ArrayPage),
}

/// Rows of a format with typed columns.
pub(in crate::extract) trait ArrayPage {
    /// A declared column.
    fn cells(&self, column: usize) -> Cells<'_>;

    /// Appends the text of a cell, for messages.
    fn show(&self, column: usize, row: usize, out: &mut Vec<u8>) -> Result<(), ArrowError>;

    /// The hash of a row's undeclared cells.
    fn undeclared(&self, row: usize) -> u128;
}

/// Positions of the first byte of each invalid UTF-8 sequence, and of NUL bytes, in order.
pub(in crate::extract) fn unclean_places(data: &[u8]) -> Vec<usize> {
    if memchr(0, data).is_none() && simdutf8::basic::from_utf8(data).is_ok() {
        return Vec::new();
    }
    let mut places: Vec<usize> = memchr_iter(0, data).collect();
    let mut at = 0;
    while let Some(Err(error)) = data.get(at..).map(simdutf8::compat::from_utf8) {
        places.push(at + error.valid_up_to());
        at += error.valid_up_to() + error.error_len().unwrap_or(data.len());
    }
    places.sort_unstable();
    places
}
