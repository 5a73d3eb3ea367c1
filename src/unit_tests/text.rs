//! CSV or SQL that is written in a value of a YAML file, or in a file of its own: a problem in it points at its place in
//! the file that people edit.

use crate::config::{Located, Texts};
use crate::diagnostics::{Problem, SourceText};

/// A text with its place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) source: SourceText,
    /// The YAML file and the value in it that has the text.
    within: Option<(SourceText, Located<String>)>,
}

impl Text {
    /// A file of its own.
    pub(super) fn of_file(source: SourceText) -> Self {
        Self { source, within: None }
    }

    /// A value of a YAML file.
    pub(super) fn of_value(value: Located<String>, texts: &Texts) -> Self {
        let file = texts.file(value.file).clone();
        Self { source: SourceText::new(&*file.path, value.value.as_str()), within: Some((file, value)) }
    }

    /// A problem at a character of the text, counted from 0.
    pub(super) fn problem(&self, at: usize, length: usize, message: impl Into<String>) -> Problem {
        let problem = Problem::new(message);
        match &self.within {
            Some((file, value)) => {
                let (line, column) = value.place_of(&file.text, at);
                problem.at(file, line, column, length)
            }
            None => {
                let (mut line, mut column) = (1, 1);
                for letter in self.source.text.chars().take(at) {
                    (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
                }
                problem.at(&self.source, line, column, length)
            }
        }
    }

    /// A problem that was found in the text by itself, at its place in the file.
    pub(super) fn placed(&self, found: Problem) -> Problem {
        let Some((file, value)) = &self.within else { return found };
        let (line, column) = match found.line {
            0 => (value.line, value.column),
            line => {
                let before = self.source.text.get(..self.source.offset(line, found.column)).unwrap_or_default();
                value.place_of(&file.text, before.chars().count())
            }
        };
        Problem { source: Some(file.clone()), line, column, ..found }
    }
}
