//! Reads JSON documents as a stream and cuts the array of records into pieces of whole elements. Several documents may
//! follow each other, such as the pages that an API returned.
//!
//! The scanner follows strings and brackets; the decoder checks the inside of an element. Outside the elements the
//! document must be valid to its end: nothing after a syntax error can be trusted.

use std::io::Read;
use std::sync::Arc;

use memchr::{memchr_iter, memchr2};

use super::limits::{BLOCK, MAX_PARENT, MAX_RECORD, SHOWN};
use super::piece::{Element, JsonPiece, Records};
use super::record::{Shape, step};
use crate::extract::frame::{FormatError, Piece, Pieces, Sizes};
use crate::extract::json::{MAX_DEPTH, Value};
use crate::source::RecordPath;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Finds the elements of one file.
pub(super) struct Document {
    shape: Arc<Shape>,
    input: Box<dyn Read + Send>,
    sizes: Sizes,
    path: Vec<String>,
    /// Whether lists are written with `[]`: then a document may be an array of the objects that hold the first list.
    is_explicit: bool,
    /// The first of the path's lists that is inside an element of the present document.
    list: usize,
    block: Vec<u8>,
    at: usize,
    /// Facts about the block's start: bytes before it, line ends before it, start of its line.
    base: u64,
    line: u64,
    line_start: u64,
    /// Line ends in the block up to a position in it. Positions are asked for in order.
    counted: (usize, u64),
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// After a document.
    Next,
    First,
    Between,
    Ended,
}

impl Document {
    /// A reader of the records at `path`.
    pub(super) fn new(input: Box<dyn Read + Send>, path: &RecordPath, shape: Arc<Shape>) -> Self {
        Self {
            shape,
            input,
            sizes: Sizes { block: BLOCK, ..Sizes::default() },
            path: path.lists.first().cloned().unwrap_or_default(),
            is_explicit: path.is_explicit,
            list: 1,
            block: Vec::new(),
            at: 0,
            base: 0,
            line: 1,
            line_start: 0,
            counted: (0, 0),
            state: State::Start,
        }
    }

    /// The same, in pieces of another size.
    pub(super) fn in_sizes(self, sizes: Sizes) -> Self {
        Self { sizes, ..self }
    }

    /// The next elements; `None` at the proper end of the document.
    pub(super) fn next_elements(&mut self) -> Result<Option<JsonPiece>, FormatError> {
        let mut elements = Vec::new();
        let mut bytes = Vec::new();
        while self.state != State::Ended && bytes.len() < self.sizes.piece {
            if matches!(self.state, State::Start | State::Next) {
                if self.state == State::Next && !self.has_next()? {
                    self.state = State::Ended;
                    continue;
                }
                if self.is_one_object()? {
                    self.list = 0;
                    let document = self.element(&mut bytes)?;
                    // As a reject it would count as one row, and hold many.
                    if document.too_long {
                        return Err(FormatError::Content(format!(
                            "line {}: the document is longer than {MAX_PARENT} bytes, and is held as a whole for columns \
                             that are fields of it (^.)",
                            document.line
                        )));
                    }
                    self.check_document(&document, &bytes)?;
                    elements.push(document);
                    self.state = State::Next;
                    continue;
                }
                self.find_array()?;
                self.state = State::First;
            }
            match self.next_byte_after_space()? {
                Some(b']') => {
                    self.at += 1;
                    self.finish()?;
                    self.state = State::Next;
                    continue;
                }
                Some(b',') if self.state == State::Between => {
                    self.at += 1;
                    self.next_byte_after_space()?;
                }
                _ if self.state == State::Between => {
                    return Err(self.broken("expected a comma or the end of the array"));
                }
                _ => {}
            }
            self.state = State::Between;
            elements.push(self.element(&mut bytes)?);
        }
        let is_empty = elements.is_empty();
        let piece = JsonPiece { shape: Arc::clone(&self.shape), records: Records::Elements(bytes, elements) };
        Ok((!is_empty).then_some(piece))
    }

    /// Whether the next document is one object that holds records together with fields that they need.
    fn is_one_object(&mut self) -> Result<bool, FormatError> {
        self.skip_bom()?;
        Ok(self.shape.uses_outermost() && !self.path.is_empty() && self.next_byte_after_space()? == Some(b'{'))
    }

    /// A document that is held as a whole must have the list, as one that is streamed must.
    fn check_document(&self, document: &Element, bytes: &[u8]) -> Result<(), FormatError> {
        let line = document.line;
        let text = bytes.get(document.range.clone()).unwrap_or_default();
        let found = step(Value { text, escaped: false }, &self.path).map_err(|error| {
            let reason = format!("{} (byte {} of it)", error.what, error.at);
            FormatError::Content(format!("the document at line {line}: {reason}; nothing after it can be trusted"))
        })?;
        match found.and_then(|value| value.text.first()) {
            Some(b'[') => Ok(()),
            found => {
                let what = if found.is_some() { "no list in" } else { "no" };
                Err(FormatError::Content(format!(
                    "the document at line {line} has {what} `{}`: see format: {{ json: {{ records }} }}",
                    self.path.join(".")
                )))
            }
        }
    }

    fn skip_bom(&mut self) -> Result<(), FormatError> {
        self.next_byte_after_space()?;
        // A mark may lie across two blocks.
        while self.block.len() - self.at < BOM.len() {
            let more = (&mut self.input).take(BOM.len() as u64).read_to_end(&mut self.block)?;
            if more == 0 {
                break;
            }
        }
        if self.block[self.at..].starts_with(BOM) {
            self.at += BOM.len();
        }
        Ok(())
    }

    /// Whether another document follows.
    fn has_next(&mut self) -> Result<bool, FormatError> {
        self.skip_bom()?;
        match self.next_byte_after_space()? {
            None => Ok(false),
            Some(b'{' | b'[') => Ok(true),
            Some(_) => Err(self.broken("the document continues after its end")),
        }
    }

    fn find_array(&mut self) -> Result<(), FormatError> {
        let first = self.next_byte_after_space()?;
        let start = self.line_at();
        self.list = 1;
        if first == Some(b'[') && self.is_explicit && !self.path.is_empty() {
            self.list = 0;
            self.at += 1;
            return Ok(());
        }
        for depth in 0..self.path.len() {
            if self.next_byte_after_space()? != Some(b'{') {
                let mut message = format!("expected an object with the key `{}`", self.path[depth]);
                if depth == 0 && first == Some(b'[') {
                    message.push_str(&format!(
                        ", and this is an array: if its objects have that key, declare `records: {}[]`",
                        self.path.join(".")
                    ));
                }
                return Err(self.broken(&message));
            }
            self.at += 1;
            if !self.seek_key(depth, true)? {
                let known = self.path[..=depth].join(".");
                let document = if start > 1 { format!("the document at line {start}") } else { "it".to_owned() };
                return Err(FormatError::Content(format!(
                    "{document} has no `{known}`: see format: {{ json: {{ records }} }}"
                )));
            }
        }
        match self.next_byte_after_space()? {
            Some(b'[') => self.at += 1,
            Some(b'{') if self.path.is_empty() => {
                return Err(FormatError::Content(
                    "it is an object, not an array: set the array's path with format: { json: { records: … } }, or \
                     read it as json_lines if each line is an object"
                        .to_owned(),
                ));
            }
            _ => return Err(self.broken("expected an array of records")),
        }
        Ok(())
    }

    /// Skips members of an object up to the value of the key wanted at this depth. Without `wanted`, skips all of them
    /// and refuses a second value of that key.
    fn seek_key(&mut self, depth: usize, wanted: bool) -> Result<bool, FormatError> {
        let mut first = wanted;
        loop {
            match self.next_byte_after_space()? {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(false);
                }
                Some(b',') if !first => {
                    self.at += 1;
                    self.next_byte_after_space()?;
                }
                _ if !first => return Err(self.broken("expected a comma or the end of the object")),
                _ => {}
            }
            first = false;
            if self.peek()? != Some(b'"') {
                return Err(self.broken("expected a key in double quotes"));
            }
            let mut key = Vec::new();
            self.value(Some((&mut key, MAX_RECORD)))?;
            if self.next_byte_after_space()? != Some(b':') {
                return Err(self.broken("expected a colon after the key"));
            }
            self.at += 1;
            if key.get(1..key.len() - 1) == Some(self.path[depth].as_bytes()) {
                if wanted {
                    return Ok(true);
                }
                return Err(self.broken(&format!("the key `{}` appears twice", self.path[depth])));
            }
            self.next_byte_after_space()?;
            self.value(None)?;
        }
    }

    /// Moves from the end of the array to the end of the document.
    fn finish(&mut self) -> Result<(), FormatError> {
        if self.list > 0 {
            for depth in (0..self.path.len()).rev() {
                self.seek_key(depth, false)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, bytes: &mut Vec<u8>) -> Result<Element, FormatError> {
        let start = bytes.len();
        self.peek()?;
        let (line, byte_offset) = (self.line_at(), self.base + self.at as u64);
        let limit = if self.list < self.shape.lists.len() { MAX_PARENT } else { MAX_RECORD };
        let size = self.value(Some((bytes, limit)))?;
        let too_long = size > limit as u64;
        if too_long {
            bytes.truncate(start + SHOWN);
        }
        Ok(Element { range: start..bytes.len(), line, byte_offset, too_long, list: self.list })
    }

    /// Moves to the end of a value and returns its size. Little more of it is kept than the limit.
    fn value(&mut self, mut kept: Option<(&mut Vec<u8>, usize)>) -> Result<u64, FormatError> {
        let room = kept.as_ref().map_or(0, |(kept, limit)| kept.len() + limit + 1);
        let mut brackets: Vec<u8> = Vec::new();
        let mut in_string = false;
        let mut escaped = false;
        let mut size = 0;
        loop {
            if self.peek()?.is_none() {
                return Err(self.broken("the document ends too early"));
            }
            let start = self.at;
            let mut ended = false;
            let mut fault = None;
            while self.at < self.block.len() && !ended {
                if in_string {
                    if escaped {
                        (escaped, self.at) = (false, self.at + 1);
                        continue;
                    }
                    let Some(found) = memchr2(b'"', b'\\', &self.block[self.at..]) else {
                        self.at = self.block.len();
                        break;
                    };
                    escaped = self.block[self.at + found] == b'\\';
                    in_string = escaped;
                    self.at += found + 1;
                    ended = !in_string && brackets.is_empty();
                    continue;
                }
                let byte = self.block[self.at];
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' if brackets.len() > MAX_DEPTH => fault = Some("values are nested too deeply"),
                    b'{' => brackets.push(b'}'),
                    b'[' => brackets.push(b']'),
                    b'}' | b']' | b',' if brackets.is_empty() => {
                        // The end of a number or word, which has at least one byte.
                        if size + (self.at - start) as u64 == 0 {
                            fault = Some("expected a value");
                        }
                        ended = true;
                        break;
                    }
                    b'}' | b']' => {
                        if brackets.pop() != Some(byte) {
                            fault = Some("brackets do not match");
                        }
                        ended = brackets.is_empty();
                    }
                    _ => {}
                }
                if fault.is_some() {
                    break;
                }
                self.at += 1;
            }
            if let Some(fault) = fault {
                return Err(self.broken(fault));
            }
            size += (self.at - start) as u64;
            if let Some((kept, _)) = &mut kept {
                let fits = room.saturating_sub(kept.len()).min(self.at - start);
                kept.extend_from_slice(&self.block[start..start + fits]);
            }
            if ended {
                return Ok(size);
            }
        }
    }

    /// The line of the current byte.
    fn line_at(&mut self) -> u64 {
        let (upto, lines) = self.counted;
        let more = memchr_iter(b'\n', &self.block[upto..self.at]).count() as u64;
        self.counted = (self.at, lines + more);
        self.line + lines + more
    }

    fn broken(&mut self, what: &str) -> FormatError {
        let line = self.line_at();
        let start = memchr::memrchr(b'\n', &self.block[..self.at]);
        let start = start.map_or(self.line_start, |newline| self.base + newline as u64 + 1);
        let column = self.base + self.at as u64 - start + 1;
        FormatError::Content(format!("line {line}, column {column}: {what}; nothing after it can be trusted"))
    }

    /// The current byte; `None` at the end of the file.
    fn peek(&mut self) -> Result<Option<u8>, FormatError> {
        if self.at >= self.block.len() {
            self.line = self.line_at();
            if let Some(last) = memchr::memrchr(b'\n', &self.block) {
                self.line_start = self.base + last as u64 + 1;
            }
            self.base += self.block.len() as u64;
            self.block.clear();
            self.at = 0;
            (&mut self.input).take(self.sizes.block as u64).read_to_end(&mut self.block)?;
            self.counted = (0, 0);
        }
        Ok(self.block.get(self.at).copied())
    }

    fn next_byte_after_space(&mut self) -> Result<Option<u8>, FormatError> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Ok(Some(byte));
            }
            self.at += 1;
        }
        Ok(None)
    }
}

impl Pieces for Document {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        Ok(self.next_elements()?.map(|piece| Box::new(piece) as _))
    }
}
