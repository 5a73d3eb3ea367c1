//! Cuts a file of JSON lines into pieces of whole lines. This is the only sequential step, so it only looks for line
//! ends.

use std::io::{self, Read};
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::limits::{MAX_RECORD, PIECE, SHOWN};
use super::piece::JsonPiece;
use super::record::Shape;
use crate::extract::frame::{FormatError, Piece, Pieces};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Cuts a file.
pub(super) struct Lines {
    shape: Arc<Shape>,
    input: Box<dyn Read + Send>,
    pending: Vec<u8>,
    byte_offset: u64,
    line: u64,
    started: bool,
    ended: bool,
}

impl Lines {
    pub(super) fn new(input: Box<dyn Read + Send>, shape: Arc<Shape>) -> Self {
        Self { shape, input, pending: Vec::new(), byte_offset: 0, line: 1, started: false, ended: false }
    }

    /// The next lines; `None` at the end of the file.
    pub(super) fn next_lines(&mut self) -> io::Result<Option<JsonPiece>> {
        loop {
            let end = match memrchr(b'\n', &self.pending) {
                Some(last) if self.pending.len() >= PIECE || self.ended => Some(last + 1),
                _ if self.ended && self.pending.is_empty() => return Ok(None),
                _ if self.ended => Some(self.pending.len()),
                None if self.pending.len() > MAX_RECORD + 1 => return self.long_line().map(Some),
                _ => None,
            };
            match end {
                Some(end) => return Ok(Some(self.cut(end))),
                None => self.fill()?,
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let read = (&mut self.input).take(PIECE as u64).read_to_end(&mut self.pending)?;
        self.ended = read == 0;
        if !self.started {
            self.started = true;
            if self.pending.starts_with(BOM) {
                self.pending.drain(..BOM.len());
                self.byte_offset = BOM.len() as u64;
            }
        }
        Ok(())
    }

    fn cut(&mut self, end: usize) -> JsonPiece {
        let rest = self.pending.split_off(end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        let piece = JsonPiece {
            shape: Arc::clone(&self.shape),
            byte_offset: self.byte_offset,
            line: self.line,
            bytes,
            elements: None,
            too_long: false,
        };
        self.byte_offset += piece.bytes.len() as u64;
        self.line += memchr_iter(b'\n', &piece.bytes).count() as u64;
        piece
    }

    /// A line beyond the limit: only its start is kept.
    fn long_line(&mut self) -> io::Result<JsonPiece> {
        let mut piece = self.cut(self.pending.len());
        piece.bytes.truncate(SHOWN);
        piece.bytes.push(b'\n');
        loop {
            self.fill()?;
            if let Some(newline) = memchr(b'\n', &self.pending) {
                self.cut(newline + 1);
                break;
            }
            if self.ended {
                break;
            }
            self.cut(self.pending.len());
        }
        piece.too_long = true;
        Ok(piece)
    }
}

impl Pieces for Lines {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        Ok(self.next_lines()?.map(|piece| Box::new(piece) as _))
    }
}
