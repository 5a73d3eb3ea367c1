//! Words for true, for false, and for an empty cell.

use super::{
    super::parse::{CellParser, trim},
    choice,
};
use crate::source::ValueForm;

const TRUE: [&str; 4] = ["true", "t", "yes", "1"];
const FALSE: [&str; 4] = ["false", "f", "no", "0"];

/// Words that mean an empty cell, in exact case.
#[derive(Clone, Debug, Default)]
pub(in crate::extract::rows) struct NullWords(Vec<Box<[u8]>>);

impl NullWords {
    pub(in crate::extract::rows) fn new(words: impl Iterator<Item = Vec<u8>>) -> Self {
        Self(words.filter(|word| !word.is_empty()).map(Into::into).collect())
    }

    /// For cells that are compared without the spaces around them.
    pub(in crate::extract::rows) fn trimmed(words: &[String]) -> Self {
        let words = words.iter().map(|word| trim(word.as_bytes())).filter(|word| !word.is_empty());
        Self(words.map(Into::into).collect())
    }

    pub(in crate::extract::rows) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(in crate::extract::rows) fn hold(&self, cell: &[u8]) -> bool {
        self.0.iter().any(|word| **word == *cell)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|word| &**word)
    }
}

/// `bool` in declared words, in upper or lower case.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedBool {
    /// The words in their most frequent spellings.
    usual: Vec<(Box<[u8]>, bool)>,
    /// The words in lower case.
    lower: Vec<(String, bool)>,
    shown: String,
}

impl FormedBool {
    /// `None` if the column has no words of its own. With `plain`, true and false are accepted too.
    pub(in crate::extract::rows) fn new(form: &ValueForm, plain: bool) -> Option<Self> {
        if form.true_words.is_none() && form.false_words.is_none() {
            return None;
        }
        let words = |declared: &Option<Vec<String>>, usual: [&str; 4]| {
            declared.clone().unwrap_or_else(|| usual.map(String::from).to_vec())
        };
        let (yes, no) = (words(&form.true_words, TRUE), words(&form.false_words, FALSE));
        let shown = format!("{}; {}", choice(&yes), choice(&no));
        let mut lower: Vec<(String, bool)> = yes
            .iter()
            .map(|word| (word.to_lowercase(), true))
            .chain(no.iter().map(|w| (w.to_lowercase(), false)))
            .collect();
        let mut usual: Vec<(Box<[u8]>, bool)> = Vec::new();
        for (written, value) in yes.iter().map(|word| (word, true)).chain(no.iter().map(|word| (word, false))) {
            for word in [written.clone(), written.to_lowercase(), written.to_uppercase(), capitalised(written)] {
                let word: Box<[u8]> = word.into_bytes().into();
                if usual.iter().all(|(known, _)| *known != word) {
                    usual.push((word, value));
                }
            }
        }
        if plain {
            for (word, value) in [("true", true), ("false", false)] {
                if lower.iter().all(|(known, _)| known != word) {
                    lower.push((word.to_owned(), value));
                    usual.push((word.as_bytes().into(), value));
                }
            }
        }
        Some(Self { usual, lower, shown })
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

impl CellParser for FormedBool {
    type Value = bool;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<bool> {
        let cell = &text[start..end];
        self.usual.iter().find(|(word, _)| **word == *cell).map(|(_, value)| *value)
    }

    fn slow(&self, cell: &[u8]) -> Result<bool, String> {
        let word = std::str::from_utf8(cell).map(str::to_lowercase).unwrap_or_default();
        match self.lower.iter().find(|(known, _)| *known == word) {
            Some((_, value)) => Ok(*value),
            None => Err(format!("is neither true nor false ({})", self.shown)),
        }
    }
}
