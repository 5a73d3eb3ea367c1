//! The merged configuration as lines of YAML, for `lojal config`.

use crate::config::{FileId, Node, Place, Value};

/// A line of YAML.
pub(super) struct Line {
    /// Its text.
    pub(super) text: String,
    /// Where it is written, if the line before is of another file.
    pub(super) origin: Option<Place>,
    /// The block that it is in, such as `models.customers.columns`.
    pub(super) block: String,
}

/// A mapping or list as lines.
pub(super) fn lines(node: &Node) -> Vec<Line> {
    let mut writer = Writer::default();
    writer.block(node, None);
    writer.lines
}

#[derive(Default)]
struct Writer {
    keys: Vec<String>,
    lines: Vec<Line>,
}

impl Writer {
    fn line(&mut self, text: &str, origin: Option<Place>) {
        let text = format!("{}{text}", "  ".repeat(self.keys.len()));
        self.lines.push(Line { text, origin, block: self.keys.join(".") });
    }

    /// Writes a mapping or list; where the file changes, the line says which and where.
    fn block(&mut self, node: &Node, file: Option<FileId>) {
        let origin = |place: Place| (Some(place.file) != file && place.line > 0).then_some(place);
        match &node.value {
            Value::Map(entries) => {
                for (key, value) in entries {
                    let name = scalar(&key.text);
                    if is_short(value) {
                        self.line(&format!("{name}: {}", flow(value)), origin(key.place));
                    } else {
                        self.line(&format!("{name}:"), origin(key.place));
                        self.keys.push(key.text.clone());
                        self.block(value, Some(key.place.file));
                        self.keys.pop();
                    }
                }
            }
            Value::List(items) => {
                items.iter().for_each(|item| self.line(&format!("- {}", flow(item)), origin(item.place)));
            }
            _ => self.line(&flow(node), None),
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
