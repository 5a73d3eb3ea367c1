//! People read plain English: no text in the repository has a word or phrase of the list below.
//!
//! The test reads Markdown, YAML, Python, shell and TOML files, the comments and quoted texts of Rust and SQL files, and
//! the names of files and folders under tests/. It does not read this file, which has to spell the words out.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use regex::Regex;

use super::support::{entries, repository};

/// What not to write, as a regular expression, and what to write instead. A space is any gap between two words.
const AVOIDED: &[(&str, &str)] = &[
    ("told|tells?|telling", "report, show, say, distinguish"),
    ("reckon(?:s|ed|ing)?", "compute"),
    ("mend(?:s|ed|ing)?", "fix, correct"),
    ("anew", "again"),
    ("in vain", "unreachable, unused, without effect"),
    ("whatever", "any, regardless of"),
    ("lest", "so that … not"),
    ("holds? good|held good", "applies"),
    ("nobody known", "unmatched, unidentified"),
    ("as the base has it", "inherited from the base"),
    ("stands? in (?:the )?place of", "replaces"),
    ("left out: (?:the|all|half|what|stdout)|may be left out", "[default: …], optional"),
    ("cannot be known|can be known to be", "ambiguous, unknown"),
    (r"(?:is|are|was|were) no \w+", "is not a …"),
];

/// `there is no X` is right, and so is a comparison: `is no longer`.
const COMPARISONS: &[&str] =
    &["longer", "more", "less", "larger", "smaller", "greater", "better", "worse", "earlier", "later", "different"];

/// Published values that keep their wording.
const PUBLISHED: &[&str] = &["not told apart"];

/// What is between two words of a phrase: space, the end of a line, the sign of a comment.
const GAP: &str = r"(?:[\s\\]|--|//[/!]?|#)+";

/// Files and folders to read.
const READ: &[&str] = &[
    ".ci",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "README.md",
    "benches",
    "docs",
    "examples",
    "fuzz",
    "pipelines",
    "sample_data",
    "sql",
    "src",
    "tests",
];

/// Files and folders among them to skip: output of tools, data, other languages, and this list.
const SKIPPED: &[&str] =
    &["__pycache__", "target", "warehouse", "pipelines/languages", "tests/data", "tests/it/plain_english.rs"];

#[test]
fn people_read_plain_english() {
    let reader = Reader::new();
    let (mut found, mut files) = (String::new(), 0);
    for name in READ {
        reader.read(&repository().join(name), &mut found, &mut files);
    }
    assert!(files > 300, "only {files} files were read");
    assert!(found.is_empty(), "write plain English (the list is in tests/it/plain_english.rs):\n{found}");
}

/// The list, ready to search.
struct Reader {
    /// One alternative per entry of the list, each a group.
    avoided: Regex,
    /// The name of an argument in a text with formatting.
    argument: Regex,
}

impl Reader {
    fn new() -> Self {
        let alternatives: Vec<String> = AVOIDED.iter().map(|(pattern, _)| format!("({pattern})")).collect();
        let pattern = format!(r"(?i)\b(?:{})(?:\b|\s|$)", alternatives.join("|")).replace(' ', GAP);
        Self { avoided: Regex::new(&pattern).unwrap(), argument: Regex::new(r"\{\w+").unwrap() }
    }

    /// Reads a file, or a folder with everything below it, and notes what should not be there.
    fn read(&self, path: &Path, found: &mut String, files: &mut usize) {
        let name = path.strip_prefix(repository()).unwrap().to_string_lossy().into_owned();
        if SKIPPED.iter().any(|skipped| Path::new(&name).ends_with(skipped)) {
            return;
        }
        if name.starts_with("tests/") {
            let own = path.file_name().unwrap().to_string_lossy().replace(|c: char| !c.is_alphanumeric(), " ");
            for (_, hit, advice) in self.hits(&own) {
                writeln!(found, "{name} (its name): `{hit}`: {advice}").unwrap();
            }
        }
        if path.is_dir() {
            return entries(path).iter().for_each(|entry| self.read(entry, found, files));
        }
        let Some(mut text) = self.prose_of(path, &name) else { return };
        *files += 1;
        if name.starts_with("sql/drivers/") {
            PUBLISHED.iter().for_each(|value| text = text.replace(value, ""));
        }
        for (line, hit, advice) in self.hits(&text) {
            writeln!(found, "{name}:{line}: `{hit}`: {advice}").unwrap();
        }
    }

    /// The part of a file that people read as text; `None` for data.
    fn prose_of(&self, path: &Path, name: &str) -> Option<String> {
        let text = || fs::read_to_string(path).unwrap();
        match path.extension().unwrap_or_default().to_str()? {
            "md" | "yml" | "py" | "sh" | "toml" => Some(text()),
            "" if name == ".ci/run" => Some(text()),
            // `{told}` in a text names an argument.
            "rs" => Some(self.argument.replace_all(&prose(&text(), "//", '"'), "{").into_owned()),
            "sql" => Some(prose(&text(), "--", '\'')),
            _ => None,
        }
    }

    /// Line, text and advice of each hit.
    fn hits(&self, text: &str) -> Vec<(usize, String, &'static str)> {
        let mut hits = Vec::new();
        for captures in self.avoided.captures_iter(text) {
            let hit = captures.get(0).unwrap();
            let shown = hit.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            let group = (1..captures.len()).find(|group| captures.get(*group).is_some()).unwrap();
            let before = text[..hit.start()].trim_end_matches(|c: char| !c.is_alphanumeric());
            let is_there = before.to_lowercase().ends_with("there");
            let is_comparison = COMPARISONS.iter().any(|word| shown.to_lowercase().ends_with(word));
            let is_no = group == AVOIDED.len();
            if !is_no || !(is_there || is_comparison) {
                let line = 1 + text[..hit.start()].matches('\n').count();
                hits.push((line, shown, AVOIDED[group - 1].1));
            }
        }
        hits
    }
}

/// The comments and quoted texts of a program; everything else but the ends of lines becomes spaces.
fn prose(program: &str, comment: &str, quote: char) -> String {
    let is_rust = quote == '"';
    let mut out = String::with_capacity(program.len());
    let mut rest = program;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with(comment) {
            rest.find('\n')
        } else if is_rust && let Some(length) = raw_text(rest) {
            Some(length)
        } else if first == quote {
            quoted(rest, quote, is_rust)
        } else {
            // The character '"' opens nothing.
            let characters = ["'\"'", "'\\\"'"].into_iter().filter(|text| is_rust && rest.starts_with(text));
            let skipped = characters.map(str::len).next().unwrap_or(first.len_utf8());
            out.push(if first == '\n' { '\n' } else { ' ' });
            rest = &rest[skipped..];
            continue;
        };
        let (text, remaining) = rest.split_at(length.unwrap_or(rest.len()));
        out.push_str(text);
        rest = remaining;
    }
    out
}

/// Length of the quoted text that begins here, if it ends.
fn quoted(text: &str, quote: char, has_escapes: bool) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if has_escapes => is_escaped = true,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Length of the raw text, `r"…"` or `r#"…"#`, that begins here.
fn raw_text(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.chars().take_while(|c| *c == '#').count();
    let start = hashes + 2;
    text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()))
}

#[test]
fn only_comments_and_texts_of_programs_are_read() {
    let program = "let told = \"not told\"; // tells\nlet mend = '\"'; let x = r#\"an\"ew anew\"#;";
    let hits = Reader::new().hits(&prose(program, "//", '"'));
    let words: Vec<(usize, &str)> = hits.iter().map(|(line, hit, _)| (*line, hit.as_str())).collect();
    assert_eq!(words, [(1, "told"), (1, "tells"), (2, "anew")]);
}

#[test]
fn phrases_may_span_lines() {
    let lines = |text: &str| Reader::new().hits(text).into_iter().map(|(line, ..)| line).collect::<Vec<_>>();
    assert_eq!(lines("\n// nothing is in\n// vain"), [2]);
    assert_eq!(lines("-- a null\n-- is no\n-- value"), [2]);
}

#[test]
fn words_within_others_and_comparisons_are_allowed() {
    let text = "recommended, amend; there is no table; it is no longer read";
    assert!(Reader::new().hits(text).is_empty());
}

#[test]
fn lines_of_yaml_are_short() {
    let folders = ["pipelines", "pipelines/languages", "sql/staging", "examples/nordic_export/pipelines"];
    let domains = entries(&repository().join("sql"));
    let files =
        folders.iter().map(|folder| repository().join(folder)).chain(domains).flat_map(|folder| entries(&folder));
    let mut long = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "yml")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| line.chars().count() > 120);
        long.extend(lines.map(|(at, _)| format!("{}:{}", path.display(), at + 1)));
    }
    assert!(long.is_empty(), "lines of more than 120 characters: {long:#?}");
}
