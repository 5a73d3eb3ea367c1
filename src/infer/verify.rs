//! Verifies the block: the extract reader reads the files with it, rejected rows are reported, and the reader judges
//! every line that the block leaves out.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::draft::SourceDraft;
use super::error::InferError;
use super::group::Group;
use super::odd::{OddLine, Oddity};
use super::profile::Profile;
use super::request::InferRequest;
use super::yaml;
use crate::config::{self, MaxRejected};
use crate::diagnostics::SourceText;
use crate::extract::{Extracts, Means, OpenOptions, Recheck, SourceCount};
use crate::invariant::BrokenInvariant;
use crate::plan;
use crate::source::Source;
use crate::words::{counted, printable, rows_shown};

/// The most reasons reported for a source.
const MOST_SHOWN: usize = 20;
/// The rows named for each reason.
const ROWS_NAMED: usize = 3;

/// Reads the files with the block of `draft` and adds the results to it. Returns the lines, by file and number, that
/// look like totals and are records.
///
/// # Errors
/// A block that is not a valid pipeline, or files that cannot be read with it.
pub(super) async fn verify(
    draft: &mut SourceDraft,
    group: &Group,
    profile: &Profile,
    request: &InferRequest,
) -> Result<Vec<(u16, u64)>, InferError> {
    let block = yaml::block(std::slice::from_ref(draft));
    let text =
        format!("name: inferred\ndescription: Inferred from its files\ntime_zone: UTC\nbase_currency: EUR\n\n{block}");
    let text = SourceText::new("inferred.yml", text);
    let (file, texts) = config::parse(&text).map_err(InferError::Block)?;
    let mut checked = plan::sources_of(&file, &texts).map_err(InferError::Block)?;
    for source in checked.values_mut() {
        source.max_rejected = MaxRejected::PartsPerMillion(1_000_000);
        source.optional = true;
    }
    let Some(source) = checked.get(&draft.name) else {
        return Err(InferError::Invariant(BrokenInvariant::new("the block of a source declares the source")));
    };
    let records = records_among(source, draft, group, profile, &request.project)?;
    if !records.is_empty() {
        return Ok(records);
    }
    let folder = request.scratch.join(format!("lojal-infer-{}", uuid::Uuid::new_v4().simple()));
    let options = OpenOptions {
        project: &request.project,
        time_zone: chrono_tz::UTC,
        quarantine: folder.clone(),
        run_id: "infer",
        corrections: Vec::new(),
        all: &checked,
        earlier: &[],
    };
    let verified = async {
        let extracts = Extracts::open(&[source], None, &options)?;
        extracts.drain(&Means::new(1, None)).await?;
        let count = extracts.source_counts().into_iter().next().unwrap_or_default();
        let reasons = reasons(&folder.join(&draft.name), draft)?;
        complete(draft, &count, reasons, request.max_rejected);
        draft.rejects.extend(extracts.warnings.iter().cloned());
        let found = profile.rows + profile.misfits;
        if count.rows.read < found {
            draft.undecided.push(format!(
                "{}: the files have {}, but with this block lojal reads {}: the others would be lost",
                draft.name,
                counted(found, "record"),
                rows_shown(count.rows.read)
            ));
        }
        Ok(Vec::new())
    };
    let verified = verified.await;
    // Rejected rows may contain personal data, so they are removed.
    let _ = std::fs::remove_dir_all(&folder);
    verified
}

/// The lines among those to be ignored that the reader would load: inside a file, they are records; at its end, somebody
/// must decide.
fn records_among(
    source: &Source,
    draft: &mut SourceDraft,
    group: &Group,
    profile: &Profile,
    project: &Path,
) -> Result<Vec<(u16, u64)>, InferError> {
    let ignored = profile.odd.ignored().0;
    let lines: Vec<&OddLine> =
        ignored.iter().flat_map(|group| &group.lines).filter(|line| line.oddity != Oddity::Header).collect();
    if lines.is_empty() && profile.preamble.is_empty() {
        return Ok(Vec::new());
    }
    let Some(mut reader) = Recheck::open(project, source, chrono_tz::UTC)? else { return Ok(Vec::new()) };
    let mut records = Vec::new();
    for line in profile.preamble.iter().chain(lines) {
        let Some(file) = group.files.get(usize::from(line.file)).map(|file| file.path.display().to_string()) else {
            continue;
        };
        let faults = reader.rejected(&file, &line.text)?;
        if faults.is_some_and(|faults| !faults.is_empty()) {
            continue;
        }
        if line.oddity == Oddity::Total && !line.trailing {
            records.push((line.file, line.line));
            continue;
        }
        let what = match line.oddity {
            Oddity::Total => "it begins with a word for a total, and is a sound row",
            _ => "it looks like a title, and is a sound row",
        };
        draft.undecided.push(format!(
            "{}: {file}:{}: {what}: {}\n  is it a row? If not, leave it out by ignore_lines, with a pattern that no row matches",
            draft.name,
            line.line,
            printable(&line.text)
        ));
    }
    Ok(records)
}

fn complete(draft: &mut SourceDraft, count: &SourceCount, reasons: Vec<String>, accepted: Option<MaxRejected>) {
    let (read, rejected) = (count.rows.read, count.rows.rejected);
    let mut summary = vec![format!(
        "{} read by lojal with this block: {} loaded",
        counted(read, "row"),
        rows_shown(count.rows.loaded)
    )];
    if count.rows.duplicate > 0 {
        summary.push(format!("{} loaded once", counted(count.rows.duplicate, "duplicate row")));
    }
    if rejected == 0 {
        summary.push("none rejected".to_owned());
    }
    draft.rejects = vec![summary.join(", ")];
    if count.rows.duplicate > 0 {
        draft.rejects.push(
            "DECIDE: are rows that are the same in every column copies, which count once, or facts of their own? If they \
             are facts, declare a key, or deduplicate: false"
                .to_owned(),
        );
    }
    if rejected == 0 {
        return;
    }
    let usual = MaxRejected::default();
    draft.rejects.push(format!("{} will be rejected:", counted(rejected, "row")));
    draft.rejects.extend(reasons.iter().cloned());
    if usual.allows(rejected, read) {
        return;
    }
    match accepted.filter(|bound| bound.allows(rejected, read)) {
        Some(bound) => {
            draft.max_rejected = Some(match bound {
                MaxRejected::Rows(rows) => rows.to_string(),
                MaxRejected::PartsPerMillion(_) => bound.to_string().replace(' ', ""),
            });
            draft.rejects.push(format!("this exceeds the usual {usual}, hence max_rejected, which was asked for"));
        }
        None => {
            let bound = accepted.map_or_else(|| format!("the usual {usual}"), |bound| format!("the {bound} accepted"));
            draft.undecided.push(format!(
                "{}: {} of {} would be rejected, more than {bound}:\n{}",
                draft.name,
                rows_shown(rejected),
                counted(read, "row"),
                reasons.join("\n")
            ));
        }
    }
}

/// One line for each column and rule broken by rejected rows, with the first such rows.
fn reasons(folder: &Path, draft: &SourceDraft) -> Result<Vec<String>, InferError> {
    let mut found: BTreeMap<(String, String), (u64, Vec<String>)> = BTreeMap::new();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for path in files {
        let reader = File::open(&path).map_err(|source| InferError::Read { path: path.clone(), source })?;
        let read = |error: &dyn std::fmt::Display| InferError::Read {
            path: path.clone(),
            source: std::io::Error::other(error.to_string()),
        };
        let batches = ParquetRecordBatchReaderBuilder::try_new(reader)
            .and_then(|builder| builder.build())
            .map_err(|error| read(&error))?;
        for batch in batches {
            let batch = batch.map_err(|error| read(&error))?;
            let texts =
                |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>().cloned());
            let (Some(columns), Some(rules), Some(reasons), Some(names)) =
                (texts("column"), texts("rule"), texts("reason"), texts("file"))
            else {
                continue;
            };
            let lines = batch.column_by_name("line").and_then(|column| column.as_primitive_opt::<Int64Type>().cloned());
            for row in 0..batch.num_rows() {
                let column = if columns.is_null(row) { String::new() } else { columns.value(row).to_owned() };
                let personal = draft.columns.iter().any(|known| known.name == column && known.personal);
                let (count, named) = found.entry((column, rules.value(row).to_owned())).or_default();
                *count += 1;
                if named.len() < ROWS_NAMED {
                    let line = lines.as_ref().map_or(0, |lines| lines.value(row));
                    let reason = if personal { "a value that is not shown" } else { reasons.value(row) };
                    named.push(format!("{}:{line}: {}", names.value(row), printable(reason)));
                }
            }
        }
    }
    let lines = found.into_iter().map(|((column, rule), (count, named))| {
        let place = if column.is_empty() { rule } else { format!("{column}, {rule}") };
        format!("  {place}: {}, the first {}", rows_shown(count), named.join("; "))
    });
    Ok(lines.take(MOST_SHOWN).collect())
}
