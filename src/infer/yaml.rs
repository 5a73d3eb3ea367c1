//! Drafts -> YAML text with comments. serde cannot write comments, and they contain the evidence.

use std::fmt::Write;

use super::draft::{ColumnDraft, CsvDraft, EscapeDraft, FormatDraft, SourceDraft, Values, XlsxDraft};
use crate::config::{Compression, NamesFrom};

/// Comments are wrapped at this many characters.
const LINE: usize = 110;

pub(super) fn block(sources: &[SourceDraft]) -> String {
    let mut out = String::from("sources:\n");
    for (at, source) in sources.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        write_source(&mut out, source);
    }
    out
}

fn write_source(out: &mut String, source: &SourceDraft) {
    source.comments.iter().for_each(|text| comment(out, 2, text));
    source.rejects.iter().for_each(|text| comment(out, 2, text));
    line(out, 2, &format!("{}:", source.name));
    line(out, 4, "description: \"\"   # what one row is");
    line(out, 4, &format!("path: {}", scalar(&source.path)));
    if let Some(format) = format_of(&source.format) {
        line(out, 4, &format!("format: {format}"));
    }
    match (&source.members, source.compression) {
        (Some(members), _) => line(out, 4, &format!("compression: {{ zip: {{ members: {} }} }}", scalar(members))),
        (None, Some(compression)) => line(out, 4, &format!("compression: {}", compression_name(compression))),
        (None, None) => {}
    }
    let values = values_of(&source.values);
    if !values.is_empty() {
        line(out, 4, &format!("values: {{ {} }}", values.join(", ")));
    }
    if let Some((column, why)) = &source.event_time {
        comment(out, 4, why);
        line(out, 4, &format!("event_time: {column}"));
    }
    if !source.key_comment.is_empty() {
        comment(out, 4, &source.key_comment);
    }
    if !source.key.is_empty() {
        line(out, 4, &format!("key: [{}]", source.key.join(", ")));
    }
    if let Some(delivery) = &source.delivery {
        comment(out, 4, &delivery.comment);
        let form = scalar(&delivery.date_in_name);
        line(out, 4, &format!("delivery: {{ mode: {}, date_in_name: {form} }}", delivery.mode));
    }
    if let Some(bound) = &source.max_rejected {
        line(out, 4, &format!("max_rejected: {bound}"));
    }
    line(out, 4, "columns:");
    source.columns.iter().for_each(|column| write_column(out, column));
}

fn write_column(out: &mut String, column: &ColumnDraft) {
    column.comments.iter().for_each(|text| comment(out, 6, text));
    let ty = column.ty.to_string();
    let mut parts = vec![format!("type: {}", if ty.contains([',', '{', '"']) { scalar(&ty) } else { ty })];
    if !column.aliases.is_empty() {
        parts.push(format!("aliases: {}", list(&column.aliases)));
    }
    for (set, key) in [(column.personal, "personal"), (column.required, "required"), (column.optional, "optional")] {
        if set {
            parts.push(format!("{key}: true"));
        }
    }
    let values = values_of(&column.values);
    if !values.is_empty() {
        parts.push(format!("values: {{ {} }}", values.join(", ")));
    }
    line(out, 6, &format!("{}: {{ {} }}", key_name(&column.name), parts.join(", ")));
}

/// Quotes a name that YAML would read as another kind of value.
fn key_name(name: &str) -> String {
    scalar(name)
}

fn format_of(format: &FormatDraft) -> Option<String> {
    Some(match format {
        FormatDraft::Csv(csv) => {
            let keys = csv_keys(csv);
            if keys.is_empty() {
                return None;
            }
            format!("{{ csv: {{ {} }} }}", keys.join(", "))
        }
        FormatDraft::JsonLines => "{ json_lines: {} }".to_owned(),
        FormatDraft::Json { records: None } => "{ json: {} }".to_owned(),
        FormatDraft::Json { records: Some(path) } => format!("{{ json: {{ records: {} }} }}", scalar(path)),
        FormatDraft::Parquet => "{ parquet: {} }".to_owned(),
        FormatDraft::Xlsx(xlsx) => format!("{{ xlsx: {{ {} }} }}", xlsx_keys(xlsx).join(", ")),
    })
}

fn xlsx_keys(xlsx: &XlsxDraft) -> Vec<String> {
    let mut keys = vec![format!("sheet: {}", scalar(&xlsx.sheet))];
    if !xlsx.header {
        keys.push("header: false".to_owned());
    }
    keys.extend(xlsx.header_row.map(|row| format!("header_row: {row}")));
    if let Some((lines, from)) = xlsx.header_lines {
        keys.push(format!("header_lines: {lines}"));
        keys.extend(names_from(from).map(|from| format!("names_from: {from}")));
    }
    keys.extend(xlsx.first_row.map(|row| format!("first_row: {row}")));
    keys
}

fn csv_keys(csv: &CsvDraft) -> Vec<String> {
    let usual = CsvDraft::default();
    let sign = |sign: char| scalar(&sign.to_string());
    let mut keys = Vec::new();
    if csv.delimiter != usual.delimiter {
        keys.push(format!("delimiter: {}", sign(csv.delimiter)));
    }
    let is_of_database = matches!(csv.escape, Some(EscapeDraft::Database(_)));
    let usual_quote = usual.quote.filter(|_| !is_of_database);
    if csv.quote != usual_quote {
        keys.push(format!("quote: {}", csv.quote.map_or("null".to_owned(), sign)));
    }
    keys.extend(csv.escape.map(|escape| match escape {
        EscapeDraft::Sign(escape) => format!("escape: {}", sign(escape)),
        EscapeDraft::Database(name) => format!("escape: {{ {name}: {{}} }}"),
    }));
    keys.extend(csv.line_ends.map(|ends| format!("line_ends: {ends}")));
    keys.extend(csv.comment.map(|comment| format!("comment: {}", sign(comment))));
    if !csv.header {
        keys.push("header: false".to_owned());
    }
    if csv.skip_lines > 0 {
        keys.push(format!("skip_lines: {}", csv.skip_lines));
    }
    if let Some((records, from)) = csv.header_lines {
        keys.push(format!("header_lines: {records}"));
        keys.extend(names_from(from).map(|from| format!("names_from: {from}")));
    }
    if !csv.ignore_lines.is_empty() {
        let patterns: Vec<String> =
            csv.ignore_lines.iter().map(|pattern| format!("{{ pattern: {} }}", scalar(pattern))).collect();
        keys.push(format!("ignore_lines: [{}]", patterns.join(", ")));
    }
    if let Some((types, ignored)) = &csv.record_type {
        let header = types.header.as_ref().map(|header| format!(", header: {}", scalar(header)));
        let (value, header) = (scalar(&types.value), header.unwrap_or_default());
        keys.push(format!("record_type: {{ column: 1, value: {value}{header}, ignore: {} }}", list(ignored)));
    }
    if csv.missing_fields {
        keys.push("missing_fields: null".to_owned());
    }
    if csv.trailing_delimiters {
        keys.push("trailing_delimiters: true".to_owned());
    }
    if csv.encoding != usual.encoding {
        keys.push(format!("encoding: {}", csv.encoding));
    }
    if csv.newlines_in_values {
        keys.push("newlines_in_values: true".to_owned());
    }
    keys
}

fn names_from(from: NamesFrom) -> Option<&'static str> {
    match from {
        NamesFrom::First => None,
        NamesFrom::Last => Some("last"),
        NamesFrom::All => Some("all"),
    }
}

fn values_of(values: &Values) -> Vec<String> {
    let mut keys = Vec::new();
    let mut texts = |key: &str, list_of: &[String]| {
        if !list_of.is_empty() {
            keys.push(format!("{key}: {}", list(list_of)));
        }
    };
    texts("null_words", &values.null_words);
    texts("decimal_sign", &values.decimal_sign.map(String::from).into_iter().collect::<Vec<_>>());
    texts("thousands_signs", &values.thousands_signs.iter().map(|sign| sign.to_string()).collect::<Vec<_>>());
    texts("currency_signs", &values.currency_signs);
    texts("date_formats", &values.date_formats);
    texts("timestamp_formats", &values.timestamp_formats);
    texts("true_words", &values.true_words);
    texts("false_words", &values.false_words);
    texts("zero_words", &values.zero_words);
    for key in &mut keys {
        // The one key with a sign and not a list.
        if let Some(sign) = key.strip_prefix("decimal_sign: [").and_then(|rest| rest.strip_suffix(']')) {
            *key = format!("decimal_sign: {sign}");
        }
    }
    keys.extend(values.two_digit_years.as_ref().map(|rule| format!("two_digit_years: {rule}")));
    if !values.months.is_empty() {
        keys.push(format!("months: [{}]", values.months.join(", ")));
    }
    if !values.negative.is_empty() {
        keys.push(format!("negative: [{}]", values.negative.join(", ")));
    }
    keys.extend(values.round.map(|digits| format!("round: {digits}")));
    keys.extend(values.time_zone.map(|zone| format!("time_zone: {zone}")));
    keys
}

fn compression_name(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "none",
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
        Compression::Bzip2 => "bzip2",
        Compression::Xz => "xz",
        Compression::Zip => "zip",
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| scalar(text)).collect::<Vec<_>>().join(", "))
}

/// A text as a YAML scalar that is read back as the same text, inside brackets too.
pub(super) fn scalar(text: &str) -> String {
    const WORDS: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let begins = text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '/' | '$'));
    let plain = text
        .chars()
        .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '/' | '$' | '.' | '-' | ' ' | '*'));
    if begins && plain && !text.ends_with(' ') && !WORDS.contains(&text.to_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut out = String::from('"');
    for letter in text.chars() {
        let _ = match letter {
            '"' => write!(out, "\\\""),
            '\\' => write!(out, "\\\\"),
            '\t' => write!(out, "\\t"),
            '\n' => write!(out, "\\n"),
            '\u{a0}' | '\u{202f}' | '\u{feff}' => write!(out, "\\u{:04X}", u32::from(letter)),
            letter if letter.is_control() => write!(out, "\\u{:04X}", u32::from(letter)),
            letter => write!(out, "{letter}"),
        };
    }
    out.push('"');
    out
}

fn line(out: &mut String, indent: usize, text: &str) {
    let _ = writeln!(out, "{:indent$}{text}", "");
}

/// A comment, wrapped into lines; control characters that would break the block are replaced.
fn comment(out: &mut String, indent: usize, text: &str) {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut row = String::new();
    let lead = if text.starts_with("  ") { "#   " } else { "# " };
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !row.is_empty() && indent + row.chars().count() + word.chars().count() > LINE {
            line(out, indent, &row);
            row.clear();
        }
        row.push_str(if row.is_empty() { lead } else { " " });
        row.push_str(word);
    }
    line(out, indent, &row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_read_back_as_the_same_text() {
        for text in [
            "a", "-", "#x", "null", "No", "12", "1.5", "a: b", "å,", "\u{a0}", "\t", "\\", "\"", "'", "", " x",
            "%d.%m.%Y", "*", "kr.", "~", "[a]",
        ] {
            let yaml = format!("{{ a: [{}] }}", scalar(text));
            let read: std::collections::BTreeMap<String, Vec<crate::config::Scalar>> =
                serde_yaml::from_str(&yaml).unwrap();
            assert_eq!(read["a"], [crate::config::Scalar::Text(text.to_owned())], "{yaml}");
        }
    }
}
