//! Verifies the block: the extract reader reads the files with it, rejected rows are reported, and the reader judges
//! every line that the block leaves out.

use std::path::Path;

use super::draft::SourceDraft;
use super::error::InferError;
use super::group::Group;
use super::odd::{self, OddLine, Oddity};
use super::profile::Profile;
use super::reading::{Declared, Fault, NOT_SHOWN, Reading};
use super::request::InferRequest;
use super::sniffed::Sniffed;
use super::totals::TotalRow;
use crate::config::MaxRejected;
use crate::extract::{Judgement, Recheck};
use crate::source::Source;
use crate::words::{counted, few, printable, rows_shown};

/// The most reasons reported for a source.
const MOST_SHOWN: usize = 20;

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
    records_left_out(draft, group, profile);
    let declared = Declared::new(draft)?;
    let records = records_among(declared.source(), draft, group, profile, &request.project)?;
    if !records.is_empty() {
        return Ok(records);
    }
    let read = declared.read(&request.project, &request.scratch).await?;
    let records = rows_that_load(draft, &read, group, profile);
    if !records.is_empty() {
        return Ok(records);
    }
    totals_that_load(draft, &read, group, profile);
    complete(draft, &read, request.max_rejected);
    let is_faulty = |name: &String| read.faults.iter().any(|fault| fault.column == *name);
    draft.faulty = (0..draft.columns.len()).filter(|at| is_faulty(&draft.columns[*at].name)).collect();
    let found = profile.rows + profile.misfits;
    // A snapshot replaces earlier files, so that a run does not read them; here every file is.
    let in_all = match draft.delivery {
        None => read.count.rows.read,
        Some(_) => {
            let every_file = SourceDraft { delivery: None, ..draft.clone() };
            Declared::new(&every_file)?.read(&request.project, &request.scratch).await?.count.rows.read
        }
    };
    draft.lost = found.saturating_sub(in_all);
    if draft.lost > 0 {
        draft.undecided.push(format!(
            "{}: the files have {}, but with this block lojal reads {}: the others would be lost",
            draft.name,
            counted(found, "record"),
            rows_shown(in_all)
        ));
    }
    Ok(Vec::new())
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
    let has_text = |line: &&OddLine| !line.text.trim().is_empty();
    for line in profile.preamble.iter().chain(lines).filter(has_text) {
        let Some(file) = group.files.get(usize::from(line.file)).map(Sniffed::shown) else {
            continue;
        };
        let judged = reader.rejected(&file, &line.text)?;
        if judged.is_some_and(|judged| judged != Judgement::Loads) {
            continue;
        }
        if line.oddity == Oddity::Total && !line.trailing && !line.is_sum {
            records.push((line.file, line.line));
            continue;
        }
        let what = match line.oddity {
            Oddity::Total => "it begins with a word for a total, and is a sound row",
            Oddity::Header => "it looks like a header record, and is a sound row",
            _ => "it looks like a title, and is a sound row",
        };
        draft.undecided.push(format!(
            "{}: {file}:{}: {what}: {}\n  is it a row? If not, leave it out by ignore_lines, with a pattern that no row \
             matches, such as {}",
            draft.name,
            line.line,
            printable(&line.text),
            single_quoted(&odd::whole(&line.text))
        ));
    }
    Ok(records)
}

/// The same for rows of workbooks, of which no declaration leaves any out.
fn rows_that_load(draft: &mut SourceDraft, read: &Reading, group: &Group, profile: &Profile) -> Vec<(u16, u64)> {
    let mut records = Vec::new();
    for row in profile.no_rows.lines() {
        let Some(file) = group.files.get(usize::from(row.file)).map(Sniffed::shown) else { continue };
        if read.lines.contains(&(file.clone(), row.line)) {
            continue;
        }
        if row.oddity != Oddity::Header && !row.trailing && !row.is_sum {
            records.push((row.file, row.line));
            continue;
        }
        draft.undecided.push(format!(
            "{}: {file}, row {}: it looks like {}, and is a sound row: {}\n  is it a row? If not, take it out of the \
             workbook, or leave it out: ignore_lines: [{}]",
            draft.name,
            row.line,
            match row.oddity {
                Oddity::Total => "a total",
                Oddity::Header => "the header again",
                Oddity::Title => "a title or a note",
            },
            printable(&row.text),
            single_quoted(&odd::whole(&row.text))
        ));
    }
    if profile.no_rows.too_many {
        draft.undecided.push(format!(
            "{}: too many rows of the sheet are not records: is it a sheet of several tables?",
            draft.name
        ));
    }
    records
}

/// Lines before the header, or before the first record, that look like records of another width.
fn records_left_out(draft: &mut SourceDraft, group: &Group, profile: &Profile) {
    let Some(first) = profile.left_out.first() else { return };
    let file = group.files.get(usize::from(first.file)).map(Sniffed::shown).unwrap_or_default();
    draft.undecided.push(format!(
        "{}: {file}:{}: {} before the first record that has the usual number of fields {} left out, but {} like a header \
         or records: {}\n  have the file exported with as many fields in the header as in every row, or declare the \
         source by hand (trailing_delimiters, missing_fields, quote)",
        draft.name,
        first.line,
        counted(profile.left_out.len() as u64, "line"),
        if profile.left_out.len() == 1 { "is" } else { "are" },
        if profile.left_out.len() == 1 { "looks" } else { "look" },
        printable(&first.text)
    ));
}

/// Rows that look like totals and load: one question, with the patterns that leave them out.
fn totals_that_load(draft: &mut SourceDraft, read: &Reading, group: &Group, profile: &Profile) {
    let place = |file: u16| group.files.get(usize::from(file)).map(Sniffed::shown).unwrap_or_default();
    let loads = |row: &&TotalRow| !read.lines.contains(&(place(row.file), row.line));
    let rows: Vec<&TotalRow> = profile.totals.rows().iter().filter(loads).collect();
    let Some(first) = rows.first() else { return };
    let mut patterns: Vec<String> = rows.iter().map(|row| single_quoted(&odd::whole(&row.text))).collect();
    patterns.dedup();
    let more = match rows.len() - 1 {
        0 => String::new(),
        more => format!(" (and {} like it)", counted(more as u64, "row")),
    };
    draft.undecided.push(format!(
        "{}: {}:{}: {}, and would load as a row{more}: {}\n  is it a row? If not, leave it out: ignore_lines: [{}]",
        draft.name,
        place(first.file),
        first.line,
        first.why,
        printable(&first.text),
        few(&patterns)
    ));
}

/// A text in single quotes, as YAML has it.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn complete(draft: &mut SourceDraft, found: &Reading, accepted: Option<MaxRejected>) {
    let count = &found.count;
    let (read, rejected) = (count.rows.read, count.rows.rejected);
    let reasons = reasons(&found.faults, draft);
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
            "DECIDE: are rows that come again, the same in every column, copies, which count once, or further facts? If \
             they are facts, declare deduplicate: false (under a key, equal rows are one)"
                .to_owned(),
        );
    }
    if rejected == 0 {
        draft.rejects.extend(found.warnings.iter().cloned());
        return;
    }
    let usual = MaxRejected::default();
    draft.rejects.push(format!("{} will be rejected:", counted(rejected, "row")));
    draft.rejects.extend(reasons.iter().cloned());
    draft.rejects.extend(found.warnings.iter().cloned());
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
fn reasons(faults: &[Fault], draft: &SourceDraft) -> Vec<String> {
    let line = |fault: &Fault| {
        let is_personal = draft.columns.iter().any(|known| known.name == fault.column && known.personal);
        let place =
            if fault.column.is_empty() { fault.rule.clone() } else { format!("{}, {}", fault.column, fault.rule) };
        let first = fault.first.iter().map(|(at, reason)| {
            let reason = if is_personal { NOT_SHOWN } else { reason };
            format!("{at}: {}", printable(reason))
        });
        format!("  {place}: {}, the first {}", rows_shown(fault.rows), first.collect::<Vec<_>>().join("; "))
    };
    faults.iter().take(MOST_SHOWN).map(line).collect()
}
