//! The files of a project as texts, and problems at places in them.

use std::sync::Arc;

use super::{FileId, Located};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// Every YAML file of a project, by [`FileId`].
#[derive(Debug, Clone, Default)]
pub struct Texts {
    files: Vec<Arc<SourceText>>,
}

impl Texts {
    /// The texts of a project with a single file.
    pub fn of(text: SourceText) -> (Self, FileId) {
        let mut texts = Self::default();
        let id = texts.add(text);
        (texts, id)
    }

    /// Adds a file.
    pub fn add(&mut self, text: SourceText) -> FileId {
        let id = FileId::new(self.files.len());
        self.files.push(Arc::new(text));
        id
    }

    /// The file of an identity.
    pub fn file(&self, id: FileId) -> &SourceText {
        static NOWHERE: std::sync::LazyLock<SourceText> = std::sync::LazyLock::new(|| SourceText::new("", ""));
        self.files.get(usize::from(id.number())).map_or_else(|| &*NOWHERE, |text| &**text)
    }

    /// All files, in the order in which they were read.
    pub fn files(&self) -> impl Iterator<Item = &SourceText> {
        self.files.iter().map(|text| &**text)
    }

    /// A problem at a value, underlined over `length` characters.
    pub fn place<T>(&self, value: &Located<T>, length: usize, message: impl Into<String>) -> Problem {
        let problem = Problem::new(message);
        match value.line {
            0 => problem,
            line => problem.at(self.file(value.file), line, value.column, length),
        }
    }

    /// A problem at a word.
    pub fn at(&self, word: &Located<String>, message: impl Into<String>) -> Problem {
        self.place(word, word.value.chars().count(), message)
    }

    /// A problem at a name that is not among `known`; `what` says what it should name.
    pub fn unknown(&self, name: &Located<String>, what: &str, known: &[&str]) -> Problem {
        self.at(name, format!("there is no {what} `{}`", name.value)).hint(did_you_mean(&name.value, known))
    }

    /// Where a value is written, for a sentence: `line 3 of pipelines/a.yml`.
    pub fn in_words<T>(&self, value: &Located<T>) -> String {
        format!("line {} of {}", value.line, self.file(value.file).path.display())
    }
}
