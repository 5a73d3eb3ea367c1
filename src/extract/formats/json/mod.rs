//! JSON lines and JSON documents. A file is cut into pieces of whole records, or of whole objects that hold records; on
//! any thread, the declared columns are found in each record by name or path.

mod children;
mod document;
mod limits;
mod lines;
mod piece;
mod record;
#[cfg(test)]
mod spelling_tests;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;

use crate::config::{JsonFormat, JsonLinesFormat, Located};
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, Format, FormatError, Pieces, Sizes};
use crate::extract::rows::RuleError;
use crate::source::{Column, RecordPath};

use document::Document;
use limits::BLOCK;
use lines::JsonLines;
use record::Shape;

/// The files of a source.
#[derive(Clone, Debug)]
pub(super) struct Json {
    shape: Arc<Shape>,
    layout: JsonLayout,
    sizes: Sizes,
}

/// How records follow each other in a file.
#[derive(Clone, Debug)]
enum JsonLayout {
    /// One in each line, or in the lists of each line.
    Lines,
    /// In an array of a document, or in lists inside its elements.
    Document(RecordPath),
}

impl Json {
    /// Files with a record in each line.
    pub(super) fn lines(declared: &JsonLinesFormat, columns: &[Column]) -> Result<Self, RuleError> {
        let path = declared.records.as_ref().map(parsed).transpose()?;
        if path.as_ref().is_some_and(|path| path.lists.iter().any(Vec::is_empty)) {
            return Err(wrong_path(&declared.records));
        }
        let shape = Arc::new(Shape::new(columns, path.as_ref()));
        Ok(Self { shape, layout: JsonLayout::Lines, sizes: Sizes::default() })
    }

    /// Files that are documents.
    pub(super) fn document(declared: &JsonFormat, columns: &[Column]) -> Result<Self, RuleError> {
        let path = declared.records.as_ref().map(parsed).transpose()?;
        // Without a path the document is the array.
        let path = path.unwrap_or_else(|| RecordPath { lists: vec![Vec::new()], is_explicit: false });
        let (shape, sizes) = (Arc::new(Shape::new(columns, Some(&path))), Sizes { block: BLOCK, ..Sizes::default() });
        Ok(Self { shape, layout: JsonLayout::Document(path), sizes })
    }
}

fn parsed(written: &Located<String>) -> Result<RecordPath, RuleError> {
    written.value.parse().map_err(|_| RuleError::Records { path: written.value.clone() })
}

fn wrong_path(written: &Option<Located<String>>) -> RuleError {
    RuleError::Records { path: written.as_ref().map(|path| path.value.clone()).unwrap_or_default() }
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
            JsonLayout::Lines => Box::new(JsonLines::new(input, shape).in_sizes(self.sizes)),
            JsonLayout::Document(path) => Box::new(Document::new(input, path, shape).in_sizes(self.sizes)),
        })
    }

    fn has_own_values(&self) -> bool {
        true
    }

    #[cfg(any(test, fuzzing))]
    fn in_sizes(&self, sizes: Sizes, _longest: usize) -> Option<Arc<dyn Format>> {
        Some(Arc::new(Self { sizes, ..self.clone() }))
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
