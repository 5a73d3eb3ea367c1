//! Checks where the records of JSON files are, and the columns that belong to the objects around a record.

use crate::config::{JsonFormat, JsonLinesFormat, Located, SourceFile, Texts};
use crate::diagnostics::Problem;
use crate::source::{RecordPath, parent_steps};

const FORMS: &str = "write keys with dots, and `[]` after each list: data.orders, orders[].lines[]";

pub(super) fn check_lines(format: &JsonLinesFormat, source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(written) = &format.records else {
        return check_names(source, 0, "a line is a record, and nothing is around it", texts, problems);
    };
    match written.value.parse::<RecordPath>() {
        Ok(path) if path.lists.iter().all(|keys| !keys.is_empty()) => {
            check_names(source, path.parents(), &around(&path), texts, problems);
        }
        Ok(_) => {
            let message = format!("`{}`: a line is an object, and not a list", written.value);
            problems.push(texts.at(written, message).hint("begin with the key of the list, such as lines[]"));
        }
        Err(wrong) => problems.push(texts.at(written, wrong.to_string()).hint(FORMS)),
    }
}

pub(super) fn check_document(format: &JsonFormat, source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(written) = &format.records else {
        return check_names(
            source,
            0,
            "the document is the array of records, and nothing is around it",
            texts,
            problems,
        );
    };
    match written.value.parse::<RecordPath>() {
        Ok(path) => check_names(source, path.parents(), &around(&path), texts, problems),
        Err(wrong) => problems.push(texts.at(written, wrong.to_string()).hint(FORMS)),
    }
}

fn around(path: &RecordPath) -> String {
    let shown = path.shown(path.lists.len().saturating_sub(1));
    match path.parents() {
        0 => format!("no object is around an element of `{shown}`"),
        1 => format!("one object is around an element of `{shown}`"),
        several => format!("{several} objects are around an element of `{shown}`"),
    }
}

/// No name may belong to an object further outwards than there are any.
fn check_names(source: &SourceFile, parents: usize, around: &str, texts: &Texts, problems: &mut Vec<Problem>) {
    let names = source.columns.iter().flat_map(|(name, column)| std::iter::once(name).chain(&column.aliases));
    let wrong = |name: &&Located<String>| {
        let (steps, rest) = parent_steps(&name.value);
        steps > parents || (steps > 0 && rest.is_empty())
    };
    for name in names.filter(wrong) {
        let message = format!("`{}` is a field of no object: {around}", name.value);
        problems.push(
            texts
                .at(name, message)
                .hint("`^.id` is the field `id` of the object that holds the list; see format: records"),
        );
    }
}
