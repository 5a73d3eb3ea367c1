//! Problems that a person must fix in a text file: a pipeline's YAML or a model's SQL.
//!
//! Used by `config` and `plan`. Every problem names file, line and column, shows the line and says what to do;
//! all problems of a file are gathered before any of them is reported.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

/// A text file that was read, kept so that a problem can show its lines.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path as the user would type it, relative to the project folder.
    pub path: Arc<Path>,
    /// The whole text.
    pub text: Arc<str>,
}

impl SourceText {
    /// Keeps `text` under the name `path`.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into().into(), text: text.into() }
    }

    /// Line, column and length of a function's name where it is first called in a SQL text.
    pub fn call_of(&self, function: &str) -> Option<(usize, usize, usize)> {
        let at = self.text.find(&format!("{function}("))?;
        let before = &self.text[..at];
        let starts_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        starts_word.then(|| {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            (line, column, function.chars().count())
        })
    }

    /// Line, column and length of the first mention of a word outside comments.
    pub fn word(&self, word: &str) -> Option<(usize, usize, usize)> {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        self.text.lines().enumerate().find_map(|(number, line)| {
            let code = line.split("--").next().unwrap_or_default().to_ascii_lowercase();
            let whole = |at: &usize| !code[..*at].ends_with(is_part) && !code[*at + word.len()..].starts_with(is_part);
            let at = code.match_indices(word).map(|(at, _)| at).find(whole)?;
            Some((number + 1, code[..at].chars().count() + 1, word.chars().count()))
        })
    }

    /// The byte offset of a 1-based line and column (in characters); the end of the text if they are beyond it.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = line_start(&self.text, line);
        let rest = self.text.get(start..).unwrap_or("");
        let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
        start + within.min(rest.find('\n').unwrap_or(rest.len()))
    }
}

fn line_start(text: &str, line: usize) -> usize {
    if line <= 1 {
        return 0;
    }
    text.match_indices('\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1)
}

/// Severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing can run.
    Error,
    /// The run continues.
    Warning,
}

/// One thing to fix, with its place.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Whether the run can continue.
    pub severity: Severity,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The file, if there is one.
    pub source: Option<SourceText>,
    /// 1-based line; 0 where only the file is known.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
    /// Length of the faulty text in characters, at least 1.
    pub length: usize,
}

impl Problem {
    /// A problem without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            hint: None,
            source: None,
            line: 0,
            column: 0,
            length: 1,
        }
    }

    /// Places the problem at a 1-based line and column.
    #[must_use]
    pub fn at(mut self, source: &SourceText, line: usize, column: usize, length: usize) -> Self {
        self.source = Some(source.clone());
        self.line = line;
        self.column = column;
        self.length = length.max(1);
        self
    }

    /// Names the file only.
    #[must_use]
    pub fn in_file(mut self, source: &SourceText) -> Self {
        self.source = Some(source.clone());
        self
    }

    /// The problem on one line: its place, if it has one, and what is wrong.
    pub fn headline(&self) -> String {
        match &self.source {
            None => self.message.clone(),
            Some(file) if self.line == 0 => format!("{}: {}", file.path.display(), self.message),
            Some(file) => format!("{}:{}:{}: {}", file.path.display(), self.line, self.column, self.message),
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what to do, if there is advice.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Says what to do, unless that was said already.
    #[must_use]
    pub fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = self.hint.or_else(|| Some(hint.into()));
        self
    }

    /// Makes it a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    fn place(&self) -> String {
        match &self.source {
            Some(file) if self.line > 0 => format!("{}:{}:{}: ", display(&file.path), self.line, self.column),
            Some(file) => format!("{}: ", display(&file.path)),
            None => String::new(),
        }
    }

    fn level(&self) -> Level<'static> {
        match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        }
    }
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = format!("{}{}", self.place(), self.message);
        let mut group = self.level().primary_title(title.as_str()).elements(std::iter::empty::<Element<'_>>());
        if let Some(file) = self.source.as_ref().filter(|_| self.line > 0) {
            let start = file.offset(self.line, self.column);
            let end = file.offset(self.line, self.column + self.length).max(start);
            group = group.element(
                Snippet::source(&*file.text)
                    .path(display(&file.path))
                    .annotation(AnnotationKind::Primary.span(start..end)),
            );
        }
        if let Some(hint) = &self.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        let report = [group];
        f.write_str(&Renderer::plain().decor_style(DecorStyle::Ascii).render(&report))
    }
}

/// The valid name nearest to `wrong`, if one is near enough.
pub fn nearest<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = wrong.to_lowercase();
    valid
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lowered, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().max(wrong.len()) / 4)
        .min()
        .map(|(_, name)| name)
}

/// "did you mean …?" where a near name exists, else the list of valid names.
pub fn did_you_mean(wrong: &str, valid: &[&str]) -> String {
    match nearest(wrong, valid.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if valid.is_empty() => "there are none to choose from".to_owned(),
        None => {
            let mut names = valid.to_vec();
            names.sort_unstable();
            let shown = names.len().min(20);
            let more = if names.len() > shown { format!(", and {} more", names.len() - shown) } else { String::new() };
            format!("known names: {}{more}", names[..shown].join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_line_and_hint() {
        let source = SourceText::new("pipelines/a.yml", "name: a\nsourcs: 1\n");
        let text = Problem::new("unknown key `sourcs`")
            .at(&source, 2, 1, 6)
            .hint(did_you_mean("sourcs", &["sources", "vars"]))
            .to_string();
        assert!(text.contains("pipelines/a.yml:2:1"), "{text}");
        assert!(text.contains("sourcs: 1"), "{text}");
        assert!(text.contains("did you mean `sources`?"), "{text}");
    }

    #[test]
    fn a_far_name_is_not_suggested() {
        assert_eq!(nearest("customer_key", ["amount", "customer_id"]), Some("customer_id"));
        assert_eq!(nearest("x", ["amount", "customer_id"]), None);
    }

    #[test]
    fn an_offset_counts_characters_not_bytes() {
        let source = SourceText::new("a", "åäö: x\nb");
        assert_eq!(source.offset(1, 4), 6);
        assert_eq!(source.offset(2, 1), 10);
        assert_eq!(source.offset(9, 1), 11);
    }
}
