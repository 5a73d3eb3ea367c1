//! Which columns hold ids, and how these are read: the same way in a column and in all that refer to it.

use crate::config::{ColumnFile, IdFile, LeadingZeros, PipelineFile, Texts};
use crate::diagnostics::Problem;
use crate::source::{ColumnType, IdForm};

/// How many columns a chain of references may have. A longer one is a circle, whose columns have no form of their own.
const LONGEST_CHAIN: usize = 8;

/// A column of a source, as typed.
pub(super) struct Typed<'a> {
    /// The source's name.
    pub(super) source: &'a str,
    /// The column's name.
    pub(super) name: &'a str,
    pub(super) column: &'a ColumnFile,
}

/// How the ids of a column are read; `None` if it holds none, or has them exactly as written.
pub(super) fn form(
    typed: &Typed<'_>,
    ty: ColumnType,
    is_key: bool,
    file: &PipelineFile,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<IdForm> {
    let column = typed.column;
    if let Some(own) = &column.id {
        unfit(typed, own, ty, texts, problems);
    }
    let target = target_of(column, file);
    if let (Some(own), Some(target)) = (&column.id, target)
        && form_of(Some(own)) != declared(target, file, 0)
        && let Some(reference) = &column.references
    {
        let to = &reference.to;
        let message = format!("the ids of `{}` are read in another way than those of `{}`", typed.name, to.value);
        problems.push(texts.at(to, message).hint(format!("declare `id` at `{}` only: it applies to both", to.value)));
    }
    let is_text = matches!(ty, ColumnType::String | ColumnType::Int);
    let is_id = column.id.is_some() || is_key || column.references.is_some() || is_referred(typed, file);
    if is_text && is_id { declared(column, file, 0) } else { None }
}

/// The form that a column declares or takes from the column that it refers to.
fn declared(column: &ColumnFile, file: &PipelineFile, depth: usize) -> Option<IdForm> {
    match target_of(column, file).filter(|_| depth < LONGEST_CHAIN) {
        Some(target) if column.id.is_none() => declared(target, file, depth + 1),
        _ => form_of(column.id.as_ref()),
    }
}

fn form_of(typed: Option<&IdFile>) -> Option<IdForm> {
    let Some(typed) = typed else { return Some(IdForm::default()) };
    (!typed.as_written).then(|| IdForm {
        drops_zeros: typed.leading_zeros == LeadingZeros::Drop,
        digits: typed.digits.as_ref().map(|digits| digits.value),
        letters: typed.letters,
    })
}

fn target_of<'a>(column: &ColumnFile, file: &'a PipelineFile) -> Option<&'a ColumnFile> {
    let (source, name) = column.references.as_ref()?.to.value.split_once('.')?;
    file.sources.get(source)?.columns.get(name)
}

fn is_referred(typed: &Typed<'_>, file: &PipelineFile) -> bool {
    let wanted = format!("{}.{}", typed.source, typed.name);
    let columns = file.sources.values().flat_map(|source| source.columns.values());
    columns.filter_map(|column| column.references.as_ref()).any(|reference| reference.to.value == wanted)
}

/// Reports keys that do not apply to the column's type, or that exclude each other.
fn unfit(typed: &Typed<'_>, own: &IdFile, ty: ColumnType, texts: &Texts, problems: &mut Vec<Problem>) {
    let at = |message: String| texts.at(&typed.column.data_type, message);
    let is_plain = form_of(Some(own)).is_none_or(|form| form == IdForm::default());
    match ty {
        ColumnType::String => {}
        ColumnType::Int if is_plain => {}
        ColumnType::Int => {
            let message = format!("`{}` is int: its ids have neither zeros in front nor letters", typed.name);
            problems.push(at(message).hint("remove leading_zeros, digits and letters, or declare it as string"));
        }
        _ => {
            let message = format!("`{}` is {ty}, and ids are string or int", typed.name);
            problems.push(at(message).hint("remove `id`, or declare the column as string"));
        }
    }
    let only_written = IdFile { as_written: false, ..own.clone() };
    if own.as_written && form_of(Some(&only_written)) != Some(IdForm::default()) {
        let message = format!("the ids of `{}` are read as written and changed as well", typed.name);
        problems.push(at(message).hint("keep as_written, or the other keys"));
    }
    if let Some(digits) = &own.digits
        && (digits.value == 0 || digits.value > 38)
    {
        let problem = texts.place(digits, digits.length, format!("an id cannot have {} digits", digits.value));
        problems.push(problem.hint("give the number of digits that ids have, from 1 to 38"));
    }
    if let (Some(digits), LeadingZeros::Drop) = (&own.digits, own.leading_zeros) {
        let problem = texts.place(digits, digits.length, "zeros in front are added and dropped");
        problems.push(problem.hint("keep digits, or `leading_zeros: drop`"));
    }
}
