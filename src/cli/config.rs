//! `lojal config`: the merged configuration, with the file that each part comes from.

use clap::Args;

use super::command::Command;
use super::output::print;
use crate::config::{FileId, Node, Place, Texts, Value};
use crate::diagnostics::{Problem, did_you_mean};
use crate::failure::Failure;
use crate::plan::Project;
use crate::printer::Printer;
use crate::run::Request;

/// Columns at which the origin of a line is written.
const ORIGIN_COLUMN: usize = 60;

#[derive(Debug, Args)]
pub(super) struct Config {
    /// Show only this part, such as `models.customers.columns` or `lookups.tier_thresholds`.
    part: Option<String>,
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

impl Command for Config {
    fn execute(&self, request: Request, _: &Printer) -> Result<(), Failure> {
        let project = Project::read(&request.project, self.pipeline.as_deref()).map_err(Failure::Usage)?;
        let mut lines = Vec::new();
        let shown = match &self.part {
            None => &project.tree,
            Some(path) => part(&project.tree, path).map_err(|problem| Failure::Usage(vec![problem]))?,
        };
        let texts = Texts::clone(&project.texts);
        block(shown, 0, None, &texts, &mut lines);
        print(&lines.join("\n"))
    }
}

/// The part of a tree at a path such as `models.customers.columns`.
fn part<'a>(tree: &'a Node, path: &str) -> Result<&'a Node, Problem> {
    let mut above = String::new();
    path.split('.').try_fold(tree, |node, key| {
        let parent = if above.is_empty() { "the pipeline".to_owned() } else { format!("`{above}`") };
        above = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
        node.get(key).ok_or_else(|| {
            let known: Vec<&str> = node.entries().iter().map(|(key, _)| key.text.as_str()).collect();
            Problem::new(format!("there is no `{key}` in {parent}")).hint(did_you_mean(key, &known))
        })
    })
}

/// Writes a mapping or list as YAML; where the file changes, the line says which and where.
fn block(node: &Node, indent: usize, file: Option<FileId>, texts: &Texts, lines: &mut Vec<String>) {
    let space = " ".repeat(indent);
    match &node.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let origin = (Some(key.place.file) != file && key.place.line > 0).then_some(key.place);
                if is_short(value) {
                    lines.push(line(format!("{space}{}: {}", scalar(&key.text), flow(value)), origin, texts));
                } else {
                    lines.push(line(format!("{space}{}:", scalar(&key.text)), origin, texts));
                    block(value, indent + 2, Some(key.place.file), texts, lines);
                }
            }
        }
        Value::List(items) => {
            for item in items {
                let origin = (Some(item.place.file) != file && item.place.line > 0).then_some(item.place);
                lines.push(line(format!("{space}- {}", flow(item)), origin, texts));
            }
        }
        _ => lines.push(format!("{space}{}", flow(node))),
    }
}

fn line(text: String, origin: Option<Place>, texts: &Texts) -> String {
    match origin {
        None => text,
        Some(place) => {
            let path = texts.file(place.file).path.display().to_string();
            format!("{text:<ORIGIN_COLUMN$}  # {path}:{}", place.line)
        }
    }
}

/// Whether a value is written on the line of its key.
fn is_short(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => entries.is_empty(),
        Value::List(items) => items.iter().all(|item| item.text().is_some()),
        _ => true,
    }
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Plain(_, text) => text.clone(),
        Value::Text(text) => scalar(text),
        Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let all: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", scalar(&key.text), flow(value))).collect();
            format!("{{ {} }}", all.join(", "))
        }
    }
}

/// A text as YAML reads it back: quoted unless it is clearly a word or a sentence without signs.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | '.' | '$' | '(' | ')');
    let begins_as_text = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$');
    let is_word = matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if begins_as_text && !is_word && !text.ends_with(' ') && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
