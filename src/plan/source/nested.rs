//! Checks columns of lists and structs: most rules are for single values.

use crate::config::{ColumnFile, Located, SourceFile, Texts};
use crate::diagnostics::Problem;

/// Reports rules that no list or struct can be held to.
pub(super) fn check(
    name: &Located<String>,
    column: &ColumnFile,
    source: &SourceFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let deleted =
        source.delivery.iter().filter_map(|delivery| delivery.deleted.as_ref()).map(|deleted| &deleted.column);
    let found = [
        ("unique", column.unique),
        ("accepted_values", !column.accepted_values.is_empty()),
        ("references", column.references.is_some()),
        ("key", source.key.iter().any(|key| key.value == name.value)),
        ("deleted", deleted.into_iter().any(|column| column.value == name.value)),
    ];
    for (rule, _) in found.into_iter().filter(|(_, is_there)| *is_there) {
        let message = format!("{rule}: `{}` is {}, and not a single value", name.value, column.data_type.value);
        let hint = "use a column of one value, or read each element as a row (format: records, with [])";
        problems.push(texts.at(&column.data_type, message).hint(hint));
    }
}
