//! Hands out the pieces of a source's files, one after the other, in the order of the files.

use std::fmt;
use std::sync::Arc;

use super::error::ExtractError;
use super::files::unfit;
use super::frame::{Piece, Pieces};
use super::opened::Opened;

/// How far the files have been read.
pub(super) struct Feeder {
    opened: Arc<Opened>,
    next_file: usize,
    open: Option<(usize, Box<dyn Pieces>)>,
    has_ended: bool,
    /// A file could not be read: nothing more is handed out, and the source has not ended.
    has_failed: bool,
}

/// A piece of a file, which one worker decodes in one step.
pub(super) struct Unit {
    /// Number of its file.
    pub(super) file: usize,
    pub(super) piece: Box<dyn Piece>,
}

impl fmt::Debug for Feeder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeder")
            .field("next_file", &self.next_file)
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}

impl Feeder {
    /// At the start of the first file.
    pub(super) fn new(opened: Arc<Opened>) -> Self {
        Self { opened, next_file: 0, open: None, has_ended: false, has_failed: false }
    }

    /// Whether the last unit has been handed out.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The next unit; `None` when every file has been read, or after an error.
    pub(super) fn next(&mut self) -> Result<Option<Unit>, ExtractError> {
        if self.has_failed {
            return Ok(None);
        }
        let next = self.next_unit();
        self.has_failed = next.is_err();
        next
    }

    fn next_unit(&mut self) -> Result<Option<Unit>, ExtractError> {
        loop {
            if let Some((file, pieces)) = &mut self.open {
                let opened = &self.opened;
                let piece = pieces.next_piece().map_err(|error| unfit(&opened.source, &opened.files[*file], error))?;
                if let Some(piece) = piece {
                    return Ok(Some(Unit { file: *file, piece }));
                }
                self.open = None;
            }
            let Some(file) = self.opened.files.get(self.next_file) else {
                self.has_ended = true;
                return Ok(None);
            };
            let pieces = self.opened.format.open(file);
            let pieces = pieces.map_err(|error| unfit(&self.opened.source, file, error))?;
            self.open = Some((self.next_file, pieces));
            self.next_file += 1;
        }
    }
}
