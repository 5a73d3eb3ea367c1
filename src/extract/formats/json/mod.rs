//! JSON lines and JSON documents. A file is cut into pieces of whole records; on any thread, the declared columns are
//! found in each record by name or path.

mod document;
mod limits;
mod lines;
mod piece;
mod record;
mod syntax;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;

use crate::config::JsonFormat;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, Format, FormatError, Pieces};
use crate::source::Column;

use document::Document;
use lines::JsonLines;
use record::Shape;

/// The files of a source.
#[derive(Debug)]
pub(super) struct Json {
    shape: Arc<Shape>,
    layout: JsonLayout,
}

/// How records follow each other in a file.
#[derive(Debug)]
enum JsonLayout {
    /// One in each line.
    Lines,
    /// In an array, at this dotted path or at the top.
    Document(Option<String>),
}

impl Json {
    /// Files with a record in each line.
    pub(super) fn lines(columns: &[Column]) -> Self {
        Self { shape: Arc::new(Shape::new(columns)), layout: JsonLayout::Lines }
    }

    /// Files that are documents.
    pub(super) fn document(declared: &JsonFormat, columns: &[Column]) -> Self {
        let path = declared.records.as_ref().map(|path| path.value.clone());
        Self { shape: Arc::new(Shape::new(columns)), layout: JsonLayout::Document(path) }
    }
}

impl Format for Json {
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let mut start = Vec::new();
        file.open()?.take(4).read_to_end(&mut start)?;
        match check_encoding(&start) {
            Ok(()) => Ok(FileColumns::InRecords),
            Err(reason) => Err(FormatError::Header(reason.to_owned())),
        }
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let (input, shape) = (file.open()?, Arc::clone(&self.shape));
        Ok(match &self.layout {
            JsonLayout::Lines => Box::new(JsonLines::new(input, shape)),
            JsonLayout::Document(path) => Box::new(Document::new(input, path.as_deref(), shape)),
        })
    }

    fn has_own_values(&self) -> bool {
        true
    }
}

/// Refuses text that is visibly not UTF-8 in its first bytes.
fn check_encoding(start: &[u8]) -> Result<(), &'static str> {
    match start {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'{' | b'[', ..] | [b'{' | b'[', 0, ..] => {
            Err("it is UTF-16, but JSON is read as UTF-8: export it again as UTF-8")
        }
        _ => Ok(()),
    }
}
