//! `lojal rejects`: the rejected rows of a run by cause, or as a file in which to fix them.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::num::NonZeroUsize;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use clap::Args;

use super::arguments::Target;
use super::command::Command;
use super::output::{Shape, print, shaped};
use super::runtime::with_workers;
use crate::diagnostics::{Problem, did_you_mean};
use crate::extract::{
    FixesColumns, FixesError, FixesWriter, MovedRows, QuarantineError, QuarantinedRow, Recheck, RejectedRow,
    quarantined,
};
use crate::failure::Failure;
use crate::identifying::may_identify;
use crate::plan::Plan;
use crate::printer::Printer;
use crate::publish::Warehouse;
use crate::run::{Request, make_plan, warehouse};
use crate::source::Source;
use crate::store::Stored;
use crate::words::counted;

/// The rejected rows of one run: the files of each source, by source name.
pub(super) struct RunRejects {
    pub(super) run_id: String,
    pub(super) sources: BTreeMap<String, Vec<Stored>>,
}

#[derive(Debug, Args)]
pub(super) struct Rejects {
    #[command(flatten)]
    target: Target,
    /// Run that rejected the rows: its ID, or latest.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    run: String,
    /// Use only rows of this source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Use only rows that break this rule, such as required or type.
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Format of the summary.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    format: Shape,
    /// Maximum number of examples of each cause.
    #[arg(long, value_name = "N", default_value = "1")]
    examples: NonZeroUsize,
    /// Quote the cells of personal columns too, and what looks like an e-mail address, a phone or personal number.
    #[arg(long)]
    show_values: bool,
    /// Instead of a summary, write the rows of one source to this file, to fix and pass to `lojal replay`. The file
    /// contains all columns, personal ones too, and is readable only by its owner.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Command for Rejects {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.target.pipeline.clone(), ..request };
        with_workers(&request, report(&request, self, printer))
    }
}

async fn report(request: &Request, rejects: &Rejects, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let warehouse = warehouse(request, &plan, printer)?;
    if let Some(name) = &rejects.source {
        source_of(&plan, name)?;
    }
    if let Some(path) = rejects.output.as_ref().filter(|path| path.exists()) {
        let problem = Problem::new(format!("{} exists, and any fixes in it would be lost", path.display()));
        return Err(Failure::Usage(vec![problem.hint("name another file, or move this one away")]));
    }
    let Some(mut found) = rejects_of(&warehouse, &rejects.run, rejects.source.as_deref())? else {
        printer.info("no rows were rejected");
        return Ok(());
    };
    if let Some(path) = &rejects.output {
        return write_fixes(request, &plan, rejects, &found, path, printer);
    }
    let mut causes = Vec::new();
    for (source, parts) in std::mem::take(&mut found.sources) {
        causes.extend(summed_up(&plan, rejects, source, &parts)?);
    }
    let Some(first) = causes.first() else {
        printer.info(&format!("no rejected row of run {} matches", found.run_id));
        return Ok(());
    };
    let as_of = first.as_of.map(|day| format!(" as of {day}")).unwrap_or_default();
    printer.info(&format!("rejected rows of run {}{as_of}", found.run_id));
    let batch = table(&causes).map_err(|error| Failure::engine(error.into(), "rejects"))?;
    print(&shaped(&[batch], rejects.format)?)?;
    if rejects.format == Shape::Table {
        printer
            .info("to fix them: `lojal rejects --source NAME --output fixes.csv`, edit it, `lojal replay fixes.csv`");
    }
    Ok(())
}

/// The rejected rows of the requested run; `None` if it rejected none.
pub(super) fn rejects_of(
    warehouse: &Warehouse,
    run: &str,
    source: Option<&str>,
) -> Result<Option<RunRejects>, Failure> {
    let mut runs: BTreeMap<String, BTreeMap<String, Vec<Stored>>> = BTreeMap::new();
    for file in warehouse.files_below("quarantine")? {
        let mut parts = file.name().rsplit('/').skip(1).map(str::to_owned);
        // Rejected rows are in quarantine/<run>/<source>/. Files elsewhere are of the warehouse's owner.
        let (Some(of_source), Some(run)) = (parts.next(), parts.next()) else { continue };
        if file.file_name().ends_with(".parquet") && source.is_none_or(|wanted| wanted == of_source) {
            runs.entry(run).or_default().entry(of_source).or_default().push(file);
        }
    }
    if run == "latest" {
        // Run ids sort by time.
        return Ok(runs.pop_last().map(|(run_id, sources)| RunRejects { run_id, sources }));
    }
    let known: Vec<&str> = runs.keys().map(String::as_str).collect();
    let hint = if known.is_empty() { "no run has rejected rows".to_owned() } else { did_you_mean(run, &known) };
    match runs.remove_entry(run) {
        Some((run_id, sources)) => Ok(Some(RunRejects { run_id, sources })),
        None => {
            let problem = Problem::new(format!("run {run} has no rejected rows"));
            Err(Failure::Usage(vec![problem.hint(hint)]))
        }
    }
}

/// A source of the plan, for a name that was typed or found.
pub(super) fn source_of<'a>(plan: &'a Plan, name: &str) -> Result<&'a Source, Failure> {
    plan.sources.get(name).ok_or_else(|| {
        let names: Vec<&str> = plan.sources.keys().map(String::as_str).collect();
        let problem = Problem::new(format!("the pipeline has no source `{name}`"));
        Failure::Usage(vec![problem.hint(did_you_mean(name, &names))])
    })
}

/// Rows that break one rule in one column.
struct Cause {
    source: String,
    column: Option<String>,
    rule: String,
    rows: u64,
    rows_read: Option<u64>,
    as_of: Option<chrono::NaiveDate>,
    examples: Vec<Example>,
}

/// Place and reason.
type Example = (String, String);

/// The causes of a source's rejected rows, the most frequent first.
fn summed_up(plan: &Plan, rejects: &Rejects, source: String, parts: &[Stored]) -> Result<Vec<Cause>, Failure> {
    let personal = plan.sources.get(&source).map(|source| source.personal.as_slice());
    let mut causes: BTreeMap<(Option<String>, String), Cause> = BTreeMap::new();
    let mut moved = MovedRows::of(personal.is_none_or(|columns| !columns.is_empty()));
    let facts = quarantined(parts, |row| {
        moved.take(&row.place(), &row.rule, &row.reason);
        if rejects.rule.as_ref().is_some_and(|rule| *rule != row.rule) {
            return Ok::<(), QuarantineError>(());
        }
        let key = (row.column.clone(), row.rule.clone());
        let cause = causes.entry(key).or_insert_with(|| Cause {
            source: source.clone(),
            column: row.column.clone(),
            rule: row.rule.clone(),
            rows: 0,
            rows_read: None,
            as_of: None,
            examples: Vec::new(),
        });
        cause.rows += 1;
        if cause.examples.len() < rejects.examples.get() {
            // If the source is no longer in the pipeline, all its columns count as personal.
            let hidden = match &row.column {
                Some(column) => personal.is_none_or(|all| all.contains(column)),
                None => row.rule == "record_type" && personal.is_none_or(|all| !all.is_empty()),
            };
            let hidden = hidden || may_identify(&row.reason);
            let reason = if hidden && !rejects.show_values { HIDDEN.to_owned() } else { row.reason.clone() };
            cause.examples.push((row.place(), reason));
        }
        Ok(())
    })?;
    let mut causes: Vec<Cause> = causes.into_values().collect();
    let is_moved = |cause: &Cause, place: &str| !SAME_FOR_ALL.contains(&cause.rule.as_str()) && moved.has(place);
    for cause in causes.iter_mut().filter(|_| !rejects.show_values) {
        let hidden: Vec<bool> = cause.examples.iter().map(|(place, _)| is_moved(cause, place)).collect();
        let examples = cause.examples.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden);
        examples.for_each(|((_, reason), _)| HIDDEN.clone_into(reason));
    }
    causes.iter_mut().for_each(|cause| (cause.rows_read, cause.as_of) = (facts.rows_read, facts.as_of));
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.rows));
    Ok(causes)
}

/// Rules whose reasons quote no cell.
const SAME_FOR_ALL: [&str; 3] = ["required", "json", "field_count"];
/// Shown instead of a reason that quotes a personal cell.
const HIDDEN: &str = "(personal: --show-values)";

/// One row per cause and example.
fn table(causes: &[Cause]) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<(&Cause, &Example)> =
        causes.iter().flat_map(|cause| cause.examples.iter().map(move |example| (cause, example))).collect();
    let texts = |pick: fn(&(&Cause, &Example)) -> Option<String>| {
        Arc::new(rows.iter().map(pick).collect::<StringArray>()) as ArrayRef
    };
    let share = |cause: &Cause| {
        let read = cause.rows_read.filter(|read| *read > 0)?;
        #[expect(clippy::cast_precision_loss, reason = "a percentage to read")]
        let percent = cause.rows as f64 / read as f64 * 100.0;
        Some((percent * 1000.0).round() / 1000.0)
    };
    RecordBatch::try_from_iter_with_nullable([
        ("source", texts(|(cause, _)| Some(cause.source.clone())), false),
        ("column", texts(|(cause, _)| cause.column.clone()), true),
        ("rule", texts(|(cause, _)| Some(cause.rule.clone())), false),
        ("rows", Arc::new(rows.iter().map(|(cause, _)| i64::try_from(cause.rows).ok()).collect::<Int64Array>()), false),
        ("percent_of_read", Arc::new(rows.iter().map(|(cause, _)| share(cause)).collect::<Float64Array>()), true),
        ("example", texts(|(_, example)| Some(example.0.clone())), false),
        ("reason", texts(|(_, example)| Some(example.1.clone())), false),
    ])
}

fn write_fixes(
    request: &Request,
    plan: &Plan,
    rejects: &Rejects,
    found: &RunRejects,
    path: &Path,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut sources = found.sources.iter();
    let (Some((name, parts)), None) = (sources.next(), sources.next()) else {
        let names: Vec<&str> = found.sources.keys().map(String::as_str).collect();
        let problem = Problem::new("a file of fixes must cover exactly one source");
        return Err(Failure::Usage(vec![problem.hint(format!("give --source: {}", names.join(", ")))]));
    };
    let source = source_of(plan, name)?;
    let Some(recheck) = Recheck::open(&request.project, source, plan.time_zone)? else {
        let problem = Problem::new(format!("rejected rows of source {name} cannot be fixed in a file: it is not CSV"));
        return Err(Failure::Usage(vec![
            problem.hint("fix its declaration and run `lojal replay`, or have it delivered again"),
        ]));
    };
    let wanted = |row: &QuarantinedRow| match &rejects.rule {
        Some(rule) => row.rule == *rule,
        None => row.rule != "dropped_by_correction",
    };
    let (mut columns, mut left_out) = (FixesColumns::default(), 0_u64);
    quarantined(parts, |row| {
        if wanted(&row) && !columns.include(&row, &recheck) && row.fault == 1 {
            left_out += 1;
        }
        Ok::<(), QuarantineError>(())
    })?;
    let draft = path.with_extension(format!("draft{}", std::process::id()));
    let written = || -> Result<usize, FixesError> {
        let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
        let out = BufWriter::new(file.map_err(FixesError::Write)?);
        let mut writer = FixesWriter::new(out, name, &recheck, columns)?;
        let mut held: Option<RejectedRow> = None;
        let is_wanted = |row: &RejectedRow| match &rejects.rule {
            Some(rule) => row.rules.contains(rule),
            None => row.first.rule != "dropped_by_correction",
        };
        quarantined(parts, |fault| {
            RejectedRow::gather(&mut held, fault, |row| if is_wanted(&row) { writer.write(&row) } else { Ok(()) })
        })?;
        if let Some(row) = held.filter(is_wanted) {
            writer.write(&row)?;
        }
        let rows = writer.finish()?;
        std::fs::rename(&draft, path).map_err(FixesError::Write)?;
        Ok(rows)
    };
    let rows = written().map_err(|error| {
        // The draft may not exist.
        let _ = std::fs::remove_file(&draft);
        match error {
            FixesError::Write(error) => Failure::Output(std::io::Error::other(format!("{}: {error}", path.display()))),
            FixesError::Quarantine(error) => error.into(),
            FixesError::Shape(reason) => Failure::Output(std::io::Error::other(reason)),
        }
    })?;
    printer.info(&format!(
        "{}: {} of source {name} from run {}",
        path.display(),
        counted(rows as u64, "row"),
        found.run_id
    ));
    if left_out > 0 {
        printer.warning(&format!(
            "{} omitted: too long to be stored completely, or from a file that no longer exists",
            counted(left_out, "row")
        ));
    }
    Ok(())
}
