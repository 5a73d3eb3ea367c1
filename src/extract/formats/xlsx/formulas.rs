//! Cells of a sheet with a formula that no program has computed. Libraries write formulas without their values; such a cell
//! looks like an empty one.

use std::collections::HashSet;
use std::io::{BufReader, Read};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use crate::extract::stored_reader::StoredReader;
use crate::store::Stored;

/// Bytes read at a time.
const BLOCK: usize = 64 << 10;

/// Finds them when the first cell without a value is met: most sheets have none.
pub(super) struct Uncomputed {
    stored: Stored,
    sheet: String,
    found: Option<HashSet<(u32, u32)>>,
}

impl Uncomputed {
    pub(super) fn new(stored: &Stored, sheet: &str) -> Self {
        Self { stored: stored.clone(), sheet: sheet.to_owned(), found: None }
    }

    /// Whether a cell without a value has a formula.
    #[cold]
    pub(super) fn holds(&mut self, row: u32, column: u32) -> Result<bool, String> {
        let found = match self.found.take() {
            Some(found) => found,
            None if self.has_formulas()? => self.search()?,
            None => HashSet::new(),
        };
        Ok(self.found.insert(found).contains(&(row, column)))
    }

    /// Whether any sheet has a formula: looking for one costs less than reading the cells again.
    fn has_formulas(&self) -> Result<bool, String> {
        let bytes = BufReader::new(StoredReader::new(&self.stored));
        let mut archive = ZipArchive::new(bytes).map_err(|error| unsound(&error))?;
        for number in 0..archive.len() {
            let part = archive.by_index(number).map_err(|error| unsound(&error))?;
            if part.name().map_err(|error| unsound(&error))?.contains("/worksheets/")
                && holds_formula(part).map_err(|error| unsound(&error))?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn search(&self) -> Result<HashSet<(u32, u32)>, String> {
        let bytes = BufReader::new(StoredReader::new(&self.stored));
        let mut book = Xlsx::new(bytes).map_err(|error| unsound(&error))?;
        let mut cells = book.worksheet_cells_reader(&self.sheet).map_err(|error| unsound(&error))?;
        let mut found = HashSet::new();
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| unsound(&error))? {
            if cell.formula.is_some() && cell.value == DataRef::Empty {
                found.insert(cell.pos);
            }
        }
        Ok(found)
    }
}

fn unsound(error: &dyn std::fmt::Display) -> String {
    format!("it is not a valid workbook: {error}")
}

/// Whether a part of a workbook holds the element of a formula.
fn holds_formula(mut part: impl Read) -> std::io::Result<bool> {
    let is_end = |byte: &u8| matches!(byte, b'>' | b' ' | b'/' | b'\n' | b'\r' | b'\t');
    let mut block = Vec::with_capacity(BLOCK + 2);
    loop {
        // An element may begin in one block and end in the next.
        let kept = block.len().min(2);
        block.drain(..block.len() - kept);
        if (&mut part).take(BLOCK as u64).read_to_end(&mut block)? == 0 {
            return Ok(false);
        }
        let has = memchr::memmem::find_iter(&block, b"<f").any(|at| block.get(at + 2).is_some_and(is_end))
            || memchr::memmem::find_iter(&block, b":f").any(|at| block.get(at + 2).is_some_and(is_end));
        if has {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_found_across_blocks() {
        let text = |before: usize, element: &str| format!("{}{element}A2*2", " ".repeat(before));
        for before in BLOCK - 4..BLOCK + 2 {
            for element in ["<f>", "<f t=\"shared\">", "<x:f>", "<f/>"] {
                assert!(holds_formula(text(before, element).as_bytes()).unwrap(), "{before} {element}");
            }
            assert!(!holds_formula(text(before, "<formula1>").as_bytes()).unwrap());
        }
        assert!(!holds_formula(&b""[..]).unwrap());
    }
}
