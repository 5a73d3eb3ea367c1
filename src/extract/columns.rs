//! Compares the columns of files with the declaration: those of a header before any row is read, those of records
//! without a header after the last one.

use std::sync::Arc;

use super::error::{ExtractError, ExtractFault, HeaderDiff};
use super::extract_file::ExtractFile;
use super::files::{of_path, unfit};
use super::frame::{FileColumns, FileKeys, Format};
use super::opened::Opened;
use super::rows::{HeaderMatch, Layout, REST, as_declared};
use crate::config::{ExtraColumns, Format as DeclaredFormat};
use crate::identifying::shown_or_withheld;
use crate::source::{Column, Source};
use crate::words::{NAMES_SHOWN, counted, few, rows_shown};

/// The columns of a source's files.
pub(super) struct Layouts {
    /// The positions of the declared columns in the rows of each file.
    pub(super) layouts: Vec<Arc<Layout>>,
    /// Rows of all files, where these state them.
    pub(super) stated_rows: Option<usize>,
}

/// Compares every file's columns with the declared ones.
pub(super) fn layouts(
    source: &Source,
    format: &dyn Format,
    files: &[ExtractFile],
    warnings: &mut Vec<String>,
) -> Result<Layouts, ExtractError> {
    let own = Arc::new(declared_layout(source)?);
    let mut found = Layouts { layouts: Vec::with_capacity(files.len()), stated_rows: None };
    let mut diffs = Vec::new();
    // What is said of several files in the same words is said once.
    let mut noted: Vec<(String, &ExtractFile, u64)> = Vec::new();
    for file in files {
        let (names, layout) = match format.columns(file).map_err(|error| unfit(source, file, error))? {
            FileColumns::InRecords => {
                found.layouts.push(Arc::clone(&own));
                continue;
            }
            FileColumns::Named { names, rows, remarks } => {
                for remark in remarks {
                    match noted.iter_mut().find(|(other, ..)| *other == remark) {
                        Some((.., more)) => *more += 1,
                        None => noted.push((remark, file, 0)),
                    }
                }
                found.stated_rows = rows.map(|rows| found.stated_rows.unwrap_or(0) + rows).or(found.stated_rows);
                (declared_names(names, &source.columns), Some(&own))
            }
            FileColumns::InOrder(names) => (as_declared(&names, &source.columns), None),
            // Whether its source may have no rows is checked when the source is closed.
            FileColumns::Empty => {
                let shown = file.shown.display();
                warnings.push(format!("source {}: {shown} is empty and has no header", source.name));
                (source.columns.iter().map(|spec| spec.name.clone()).collect(), None)
            }
        };
        let matched = HeaderMatch::new(&names, &source.columns);
        if !matched.missing.is_empty() || source.extra_columns == ExtraColumns::Fail && !matched.extra.is_empty() {
            let known = source.columns.len() - matched.missing.len() - matched.absent.len();
            diffs.push(HeaderDiff {
                path: file.shown.clone(),
                missing: matched.missing,
                added: matched.extra,
                known,
                is_line: names_are_line(source),
            });
            continue;
        }
        compare(source, file, &matched, warnings)?;
        found.layouts.push(match layout {
            Some(layout) => Arc::clone(layout),
            None => Arc::new(Layout::new(&names, &source.columns).map_err(|_| lacking(source))?),
        });
    }
    warnings.extend(noted.into_iter().map(|(remark, file, more)| {
        let others = if more > 0 { format!(" and {}", counted(more, "other file")) } else { String::new() };
        format!("source {}: {}{others}: {remark}", source.name, file.shown.display())
    }));
    if diffs.is_empty() { Ok(found) } else { Err(ExtractError::of(source, ExtractFault::OtherColumns(diffs))) }
}

/// The layout of rows whose format finds the declared columns itself.
pub(super) fn declared_layout(source: &Source) -> Result<Layout, ExtractError> {
    let names: Vec<String> = source.columns.iter().map(|spec| spec.name.clone()).chain([REST.to_owned()]).collect();
    Layout::new(&names, &source.columns).map_err(|_| lacking(source))
}

fn lacking(source: &Source) -> ExtractError {
    let broken = crate::invariant::BrokenInvariant::new("a header that matches has every required column");
    of_path(source, ExtractFault::Invariant(broken))
}

/// The names of a header with aliases replaced by column names. A column under two names then appears twice.
fn declared_names(header: Vec<String>, columns: &[Column]) -> Vec<String> {
    let declared = |name: String| match columns.iter().find(|spec| spec.aliases.contains(&name)) {
        Some(spec) => spec.name.clone(),
        None => name,
    };
    header.into_iter().map(declared).collect()
}

fn compare(
    source: &Source,
    file: &ExtractFile,
    found: &HeaderMatch,
    warnings: &mut Vec<String>,
) -> Result<(), ExtractError> {
    if !found.absent.is_empty() {
        warnings.push(absent(source, file, &few(&found.absent)));
    }
    let is_declared = |name: &&String| source.columns.iter().any(|spec| is_named(spec, name));
    let repeated: Vec<String> = found.duplicated.iter().filter(is_declared).cloned().collect();
    if !repeated.is_empty() {
        return Err(ExtractError::of(source, ExtractFault::RepeatedColumns(repeated)).at(&file.shown));
    }
    if let Some((column, names)) = found.ambiguous.first() {
        let fault = ExtractFault::AmbiguousColumn { column: column.clone(), names: names.clone() };
        return Err(ExtractError::of(source, fault).at(&file.shown));
    }
    if source.extra_columns == ExtraColumns::Warn && !found.extra.is_empty() {
        warnings.push(match found.absent.len() == source.columns.len() && names_are_line(source) {
            true => format!(
                "source {}: {} has none of the declared columns: its first line may be a row of data, and its {} are not \
                 shown and not read",
                source.name,
                file.shown.display(),
                counted(found.extra.len() as u64, "cell")
            ),
            false => undeclared(source, file, &found.extra),
        });
    }
    Ok(())
}

/// Whether the names of columns are a line of the file, which may be one of data instead.
fn names_are_line(source: &Source) -> bool {
    matches!(source.format, DeclaredFormat::Csv(_) | DeclaredFormat::Xlsx(_))
}

fn is_named(spec: &Column, name: &str) -> bool {
    spec.name == name || spec.aliases.iter().any(|alias| alias == name)
}

fn absent(source: &Source, file: &ExtractFile, columns: &str) -> String {
    format!(
        "source {}: {} lacks the optional columns {columns}: their cells count as empty",
        source.name,
        file.shown.display()
    )
}

fn undeclared(source: &Source, file: &ExtractFile, columns: &[String]) -> String {
    format!(
        "source {}: {} has undeclared columns, which are not read: {}",
        source.name,
        file.shown.display(),
        few_names(columns)
    )
}

/// The first of many names from a file.
fn few_names(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_SHOWN).map(|name| shown_or_withheld(name).to_owned());
    // The others are only counted.
    few(&shown.chain(names.iter().skip(NAMES_SHOWN).map(|_| String::new())).collect::<Vec<_>>())
}

/// Compares the columns that the records of each file had with the declaration. Returns what is odd and yet no error.
pub(super) fn compare_keys(opened: &Opened, keys: &[FileKeys]) -> Result<Vec<String>, ExtractError> {
    let source = &opened.source;
    let (mut remarks, mut diffs) = (Vec::new(), Vec::new());
    for (file, found) in opened.files.iter().zip(keys).filter(|(_, found)| found.records > 0) {
        let named = |name: &String| if name.is_empty() { "(no name)".to_owned() } else { name.clone() };
        let extra: Vec<String> = found.extra.iter().map(named).collect();
        let lacking = source.columns.iter().zip(&found.declared).filter(|(_, seen)| !**seen).map(|(spec, _)| spec);
        let (optional, missing): (Vec<_>, Vec<_>) = lacking.partition(|spec| spec.optional);
        let forbidden = source.extra_columns == ExtraColumns::Fail && !extra.is_empty();
        if !missing.is_empty() || forbidden {
            let missing = missing.iter().map(|spec| spec.name.clone()).collect();
            let known = found.declared.iter().filter(|seen| **seen).count();
            diffs.push(HeaderDiff { path: file.shown.clone(), missing, added: extra, known, is_line: false });
            continue;
        }
        if !optional.is_empty() {
            let names: Vec<&str> = optional.iter().map(|spec| spec.name.as_str()).collect();
            remarks.push(absent(source, file, &names.join(", ")));
        }
        if source.extra_columns == ExtraColumns::Warn && !extra.is_empty() {
            remarks.push(undeclared(source, file, &extra));
        }
    }
    if !diffs.is_empty() {
        return Err(ExtractError::of(source, ExtractFault::OtherColumns(diffs)));
    }
    remarks.extend(childless(opened, keys)?);
    Ok(remarks)
}

/// Objects whose list has no element, which no row shows, for each list. Fails if no object of a file has the list at all.
fn childless(opened: &Opened, keys: &[FileKeys]) -> Result<Vec<String>, ExtractError> {
    let source = &opened.source;
    let (mut remarks, lists) = (Vec::new(), keys.iter().map(|found| found.holders.len()).max().unwrap_or(0));
    for list in 0..lists {
        let (mut all, mut without, mut lacking, mut first) = (0, 0, 0, None);
        for (file, found) in opened.files.iter().zip(keys) {
            let Some(holders) = found.holders.get(list).filter(|holders| holders.all > 0) else { continue };
            if holders.lacking == holders.all {
                let fault = ExtractFault::NoRecordList(holders.list.to_string());
                return Err(ExtractError::of(source, fault).at(&file.shown));
            }
            all += holders.all;
            without += holders.childless;
            lacking += holders.lacking;
            let place = |line| (format!("{}:{line}", file.shown.display()), Arc::clone(&holders.list));
            first = first.or_else(|| holders.first_childless.map(place));
        }
        let those = if lacking > 0 { format!(" ({} of them lack it)", rows_shown(lacking)) } else { String::new() };
        remarks.extend(first.map(|(place, list)| {
            format!(
                "source {}: {} of {} have no element in their `{list}`{those}, so that no row comes of them; the first: \
                 {place}",
                source.name,
                rows_shown(without),
                counted(all, "object")
            )
        }));
    }
    Ok(remarks)
}
