//! docs/functions.md, made from the documentation of the functions themselves.
//!
//! The test fails where the committed page differs. To write it again: `UPDATE_DOCS=1 cargo test --lib functions_reference`.

use std::path::Path;

use datafusion::logical_expr::{DocSection, Documentation};

use super::{all_udafs, all_udfs, all_udwfs, topic};

const PAGE: &str = "docs/functions.md";
const WIDTH: usize = 120;
const INTRODUCTION: &str = "\
# SQL functions

Functions that lojal adds to DataFusion's own; every model can call them. `docs/statistics.md` and `docs/value.md` explain
the methods behind them.

This page is generated from the functions' documentation in `src/functions`. To write it again:
`UPDATE_DOCS=1 cargo test --lib functions_reference`.
";

/// A function, what kind it is and its documentation.
struct Entry {
    name: String,
    kind: &'static str,
    documentation: Documentation,
}

fn entries() -> Vec<Entry> {
    let entry = |name: &str, kind, documentation: Option<&Documentation>| Entry {
        name: name.to_owned(),
        kind,
        documentation: documentation.unwrap_or_else(|| panic!("{name} has no documentation")).clone(),
    };
    let aggregates = all_udafs();
    let scalars = all_udfs();
    let windows = all_udwfs();
    let aggregates = aggregates.iter().map(|function| entry(function.name(), "Aggregate", function.documentation()));
    let scalars = scalars.iter().map(|function| entry(function.name(), "Scalar function", function.documentation()));
    let windows = windows.iter().map(|function| entry(function.name(), "Window function", function.documentation()));
    aggregates.chain(scalars).chain(windows).collect()
}

/// The sections in which functions are, in the order of the page.
fn sections(entries: &[Entry]) -> Vec<DocSection> {
    let place = |section: &DocSection| {
        let known = topic::ALL.iter().position(|topic| topic.label == section.label);
        (known.unwrap_or(topic::ALL.len()), section.label)
    };
    let mut sections: Vec<DocSection> = entries.iter().map(|entry| entry.documentation.doc_section.clone()).collect();
    sections.sort_by_key(place);
    sections.dedup_by_key(|section| section.label);
    sections
}

fn page() -> String {
    let entries = entries();
    let mut page = INTRODUCTION.to_owned();
    for section in sections(&entries) {
        let inside = || entries.iter().filter(|entry| entry.documentation.doc_section.label == section.label);
        page += &format!("\n## {}\n\n", section.label);
        if let Some(description) = section.description {
            page += &format!("{}\n", wrapped(description));
        }
        inside().for_each(|entry| page += &rendered(entry));
    }
    page
}

fn rendered(entry: &Entry) -> String {
    let Entry { name, kind, documentation } = entry;
    let other = documentation.alternative_syntax.iter().flatten();
    let syntax: Vec<&str> = std::iter::once(&documentation.syntax_example).chain(other).map(String::as_str).collect();
    let mut text = format!("\n### `{name}`\n\n{kind}. {}\n", wrapped_after(kind, &documentation.description));
    text += &format!("\n```sql\n{}\n```\n", syntax.join("\n"));
    if let Some(arguments) = &documentation.arguments {
        text += "\n| argument | meaning |\n| --- | --- |\n";
        for (argument, what) in arguments {
            text += &format!("| `{argument}` | {} |\n", what.replace('|', "\\|"));
        }
    }
    if let Some(example) = &documentation.sql_example {
        text += &format!("\nExample:\n\n```sql\n{}\n```\n", wrapped(example));
    }
    if let Some(related) = &documentation.related_udfs {
        let links: Vec<String> = related.iter().map(|function| link(function)).collect();
        text += &format!("\nSee also: {}.\n", links.join(", "));
    }
    text
}

/// A link to a function on this page; DataFusion's own have none.
fn link(function: &str) -> String {
    let is_ours = entries().iter().any(|entry| entry.name == function);
    if is_ours { format!("[`{function}`](#{function})") } else { format!("`{function}`") }
}

/// The text of a first paragraph that has `before` and a full stop on its first line.
fn wrapped_after(before: &str, text: &str) -> String {
    let whole = wrapped(&format!("{before}. {text}"));
    whole[before.len() + 2..].to_owned()
}

/// Lines of at most [`WIDTH`] characters, where words are no longer. Paragraphs and items of lists stay apart.
fn wrapped(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut wrapped = String::new();
        let mut width = 0;
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                wrapped += &format!("\n{indent}");
                width = indent.len();
            } else if width > 0 {
                wrapped.push(' ');
                width += 1;
            }
            wrapped += word;
            width += length;
        }
        wrapped
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn functions_reference_is_generated_from_the_functions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("write the page");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "{PAGE} differs from the functions' documentation: run UPDATE_DOCS=1 cargo test --lib functions_reference"
    );
}

#[test]
fn every_argument_in_the_syntax_is_explained() {
    for Entry { name, documentation, .. } in entries() {
        let syntaxes =
            std::iter::once(&documentation.syntax_example).chain(documentation.alternative_syntax.iter().flatten());
        let explained: Vec<&str> = documentation.arguments.iter().flatten().map(|(name, _)| name.as_str()).collect();
        for syntax in syntaxes {
            let inside = syntax.split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("arguments").0;
            let arguments = inside.split(',').map(|argument| argument.trim_matches([' ', '[', ']']));
            for argument in arguments.filter(|argument| !argument.starts_with('\'') && !argument.is_empty()) {
                assert!(explained.contains(&argument), "{name}: {argument} is not explained");
            }
        }
    }
}
