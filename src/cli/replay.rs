//! `lojal replay`: loads rejected rows after a fix, in a file or in the declaration, and runs the main job again.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::command::Command;
use super::last_line::LastLine;
use super::rejects::{RunRejects, rejects_of, source_of};
use super::run::{accepted_names, main_job};
use super::runtime::with_workers;
use crate::diagnostics::Problem;
use crate::extract::{
    Action, Correction, Finding, Fix, Judgement, QuarantineError, Recheck, corrected_hashes, quarantined, read_fixes,
    store_corrections,
};
use crate::failure::Failure;
use crate::plan::Plan;
use crate::printer::Printer;
use crate::publish::Warehouse;
use crate::report::RunLog;
use crate::run::{Request, read_plan, run_id, warehouse};
use crate::words::counted;

/// Most rows that are reported one by one.
const REPORTED: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Fixed files that `lojal rejects --output` wrote. Without any, the unchanged rows are validated against the
    /// current pipeline.
    #[arg(value_name = "FIXES")]
    fixes: Vec<PathBuf>,
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
    /// Run that rejected the rows: its ID, or latest. The main job runs as of its day.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    run: String,
    /// Use only rows of this source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// As-of day of the run that follows [default: that of the run that rejected the rows]
    #[arg(long, value_name = "DATE", env = "LOJAL_AS_OF")]
    as_of: Option<NaiveDate>,
    /// Publish although this check, or this row of it, fails, as with `lojal run`; repeatable.
    #[arg(long, value_name = "NAME")]
    accept: Vec<String>,
    #[command(flatten)]
    last_line: LastLine,
}

impl Command for Replay {
    fn last_line(&self) -> Option<&LastLine> {
        Some(&self.last_line)
    }

    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let accept = accepted_names(&self.accept);
        let request = Request { pipeline: self.pipeline.clone(), as_of: self.as_of, accept, ..request };
        with_workers(&request, main_job(&request, printer, async |log| prepare(&request, self, log, printer).await))
    }
}

/// Does the work before the run, and returns the request for the run.
async fn prepare(request: &Request, replay: &Replay, log: &RunLog, printer: &Printer) -> Result<Request, Failure> {
    let plan = read_plan(request, printer).await?;
    log.pipeline.get_or_init(|| plan.name.clone());
    let warehouse = warehouse(request, &plan, printer)?;
    let Some(found) = rejects_of(&warehouse, &replay.run, replay.source.as_deref())? else {
        let problem = Problem::new("there are no rejected rows to replay");
        return Err(Failure::Usage(vec![problem.hint("`lojal run` loads what was delivered")]));
    };
    if replay.fixes.is_empty() {
        rejudge(request, &plan, &found, printer)?;
    } else {
        correct(request, &plan, &warehouse, replay, &found, printer)?;
    }
    let as_of = found.sources.values().map(|parts| quarantined(parts.get(..1).unwrap_or_default(), nothing));
    let as_of = as_of.collect::<Result<Vec<_>, _>>()?.into_iter().find_map(|facts| facts.as_of);
    Ok(Request { as_of: request.as_of.or(as_of), ..request.clone() })
}

fn nothing(_: crate::extract::QuarantinedRow) -> Result<(), QuarantineError> {
    Ok(())
}

/// Reports how many of the rejected rows would load under the current declarations.
fn rejudge(request: &Request, plan: &Plan, found: &RunRejects, printer: &Printer) -> Result<(), Failure> {
    for (name, parts) in &found.sources {
        let source = source_of(plan, name)?;
        let Some(mut recheck) = Recheck::open(&request.project, source, plan.time_zone)? else {
            printer.info(&format!("source {name}: only the run can judge its rejected rows, as it is not CSV"));
            continue;
        };
        let (mut rows, mut good, mut left_out, mut unknown) = (0_u64, 0_u64, 0_u64, 0_u64);
        let mut causes: BTreeMap<String, u64> = BTreeMap::new();
        quarantined(parts, |row| {
            if row.fault != 1 {
                return Ok::<(), Failure>(());
            }
            rows += 1;
            // Bytes that were not text then may be text now, but the quarantine does not contain them.
            let is_lossy = row.raw_is_cut || row.rule == "encoding" || row.raw.contains('\u{FFFD}');
            let judged = if is_lossy { None } else { recheck.rejected(&row.file, &row.raw)? };
            match judged {
                None => unknown += 1,
                Some(Judgement::Loads) => good += 1,
                Some(Judgement::LeftOut) => left_out += 1,
                Some(Judgement::Rejected(findings)) => {
                    *causes.entry(findings.first().map_or_else(String::new, cause)).or_default() += 1;
                }
            }
            Ok(())
        })?;
        let mut report = format!("source {name}: {good} of {} would load now", counted(rows, "rejected row"));
        for (cause, rows) in causes {
            report.push_str(&format!("\n  {cause}: {} still rejected", counted(rows, "row")));
        }
        if left_out > 0 {
            report.push_str(&format!("\n  {} would be left out, as of another record type", counted(left_out, "row")));
        }
        if unknown > 0 {
            report.push_str(&format!("\n  {} can be judged only by the run", counted(unknown, "row")));
        }
        printer.info(&report);
    }
    Ok(())
}

fn cause(finding: &Finding) -> String {
    let column = finding.column.as_ref().map(|column| format!("{column} ")).unwrap_or_default();
    format!("{column}{}", finding.rule)
}

/// Judges corrected rows and stores the valid ones; the invalid ones are reported.
fn correct(
    request: &Request,
    plan: &Plan,
    warehouse: &Warehouse,
    replay: &Replay,
    found: &RunRejects,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut by_source: BTreeMap<String, Vec<(&Path, Fix)>> = BTreeMap::new();
    for path in &replay.fixes {
        let unfit = |reason: String| {
            let problem = Problem::new(format!("{}: {reason}", path.display()));
            Failure::Usage(vec![problem.hint("`lojal rejects --source NAME --output FILE` writes a file to edit")])
        };
        let bytes = std::fs::read(path).map_err(|error| unfit(error.to_string()))?;
        for fix in read_fixes(&bytes).map_err(|error| unfit(error.to_string()))? {
            by_source.entry(fix.source.clone()).or_default().push((path, fix));
        }
    }
    let (mut stored, mut bad) = (0_u64, Vec::new());
    let run_id = run_id(chrono::Utc::now());
    for (name, fixes) in by_source {
        if replay.source.as_ref().is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let source = source_of(plan, &name)?;
        let Some(mut recheck) = Recheck::open(&request.project, source, plan.time_zone)? else {
            let problem =
                Problem::new(format!("rejected rows of source {name} cannot be fixed in a file: it is not CSV"));
            return Err(Failure::Usage(vec![problem.hint("fix its declaration, or have it delivered again")]));
        };
        let known = known_hashes(warehouse, found, &name)?;
        let mut good: Vec<Correction> = Vec::new();
        for (path, fix) in fixes {
            let place = format!("{}:{} ({})", path.display(), fix.line, fix.correction.place);
            if !known.contains(&fix.correction.raw_hash) {
                bad.push(format!("{place}: run {} did not reject such a row; --run selects another run", found.run_id));
                continue;
            }
            let findings = match fix.correction.action {
                Action::Drop => Vec::new(),
                Action::Replace => recheck.corrected(fix.correction.cells())?,
            };
            if findings.is_empty() {
                good.push(fix.correction);
            } else {
                let reasons: Vec<String> = findings.into_iter().map(|finding| finding.message).collect();
                bad.push(format!("{place}: {}", reasons.join("; ")));
            }
        }
        if !good.is_empty() {
            let file = store_corrections(|name, draft| warehouse.put_file(name, draft), &name, &run_id, &good)?;
            let dropped = good.iter().filter(|correction| correction.action == Action::Drop).count() as u64;
            let of_them = if dropped > 0 { format!(", {dropped} of them drop the row") } else { String::new() };
            printer.info(&format!(
                "source {name}: {} stored in {file}{of_them}",
                counted(good.len() as u64, "correction")
            ));
            stored += good.len() as u64;
        }
    }
    let more = bad.len().saturating_sub(REPORTED);
    bad.iter().take(REPORTED).for_each(|text| printer.warning(&format!("still invalid, not stored: {text}")));
    if more > 0 {
        printer.warning(&format!("still invalid, not stored: {} more", counted(more as u64, "row")));
    }
    if stored == 0 {
        return Err(Failure::NothingCorrected { bad: bad.len() });
    }
    Ok(())
}

/// The rows that may be corrected: those the run rejected, and those corrected before.
fn known_hashes(warehouse: &Warehouse, found: &RunRejects, source: &str) -> Result<HashSet<String>, Failure> {
    let corrected = corrected_hashes(&warehouse.files_below("corrections")?, source)?;
    let mut known: HashSet<String> = corrected.into_iter().collect();
    quarantined(found.sources.get(source).map_or(&[], Vec::as_slice), |row| {
        if !row.raw_is_cut {
            known.insert(row.raw_hash);
        }
        Ok::<(), QuarantineError>(())
    })?;
    Ok(known)
}
