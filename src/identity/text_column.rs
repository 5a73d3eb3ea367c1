//! One text column of all source records, addressed by row number across its Arrow arrays.
//!
//! The arrays stay as they arrived, in chunks of one size. Nothing is copied into separate strings.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};

use super::error::IdentityError;

const CHUNK_BITS: u32 = 13;
/// Rows in every chunk except the last.
pub(super) const CHUNK_ROWS: usize = 1 << CHUNK_BITS;

/// A column in chunks of [`CHUNK_ROWS`].
#[derive(Debug, Default)]
pub(super) struct TextColumn {
    chunks: Vec<StringArray>,
}

impl TextColumn {
    /// Appends the next chunk.
    pub(super) fn push(&mut self, array: &ArrayRef) -> Result<(), IdentityError> {
        let chunk = array.as_string_opt::<i32>().ok_or_else(|| IdentityError::WrongType {
            what: "the collected records",
            column: "(collected)".to_owned(),
            found: array.data_type().clone(),
            wanted: "varchar",
        })?;
        self.chunks.push(chunk.clone());
        Ok(())
    }

    /// The text of a row; empty if null.
    #[inline]
    pub(super) fn text(&self, row: u32) -> &str {
        let row = row as usize;
        // The text of a null is empty in every array that Arrow's own kernels build.
        self.chunks[row >> CHUNK_BITS].value(row & (CHUNK_ROWS - 1))
    }

    /// The key of a row, if it is neither null nor empty.
    #[inline]
    pub(super) fn key(&self, row: u32) -> Option<&str> {
        let index = row as usize;
        if self.chunks[index >> CHUNK_BITS].is_null(index & (CHUNK_ROWS - 1)) {
            return None;
        }
        Some(self.text(row)).filter(|text| !text.is_empty())
    }

    /// Rows that may have a key.
    pub(super) fn valid_count(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len() - chunk.null_count()).sum()
    }

    /// Bytes of the arrays.
    pub(super) fn memory_size(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.get_array_memory_size()).sum()
    }
}
