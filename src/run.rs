//! The main job, from a typed pipeline to a published snapshot, on one screen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::config::Scalar;
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Engine, EngineOptions};
use crate::extract::{DayRules, Extracts, Means, OpenOptions, PromiseResult, Remark};
use crate::failure::Failure;
use crate::identity::KeySecret;
use crate::open_requests::requests_continue;
use crate::plan::{self, Acceptance, Handling, Plan, Project, Schedule, Selection, Step, StepKind};
use crate::printer::Printer;
use crate::publish::{self, Snapshot, SnapshotTable, Staging, Warehouse};
use crate::quality::{self, CheckResult, Staged, Unproved};
use crate::report::{self, Ending, RUN_RESULTS, RunFacts, RunLog, RunSummary};
use crate::source::Source;
use crate::transform::{Resolved, StagedTables, StepRunner};
use crate::words::{NAMES_SHOWN, counted, few, shell_quoted};

/// The columns of a table that leads from old customer keys to new ones.
const MAPPING: [&str; 2] = ["old_customer_key", "new_customer_key"];

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Request {
    /// Project folder.
    pub project: PathBuf,
    /// Pipeline by name or path.
    pub pipeline: Option<String>,
    pub vars: Vec<(String, Scalar)>,
    pub warehouse: Option<String>,
    pub as_of: Option<NaiveDate>,
    /// `--select` and `--exclude`.
    pub selection: Selection,
    /// Threads and memory.
    pub engine: EngineOptions,
    /// End with exit code 99 when nothing has changed.
    pub skip_unchanged: bool,
    /// Changes to take deliberately: names of failing checks, or of rows of them.
    pub accept: Vec<String>,
    /// Go on although the secret of the customer keys is another than that of the last snapshot.
    pub rekey: bool,
}

/// What a run achieved.
pub struct Outcome {
    /// For people.
    pub summary: String,
    /// The JSON object for orchestrators.
    pub last_line: Value,
}

/// What a run does, settled before any data is read.
struct Work<'plan> {
    plan: &'plan Plan,
    schedule: Schedule<'plan>,
    acceptances: Vec<Acceptance>,
}

/// Loads, transforms, checks and publishes. `log` gets what happens on the way.
///
/// # Errors
/// See [`Failure`]; readers of the warehouse then still see the previous snapshot.
pub async fn run(request: &Request, log: &RunLog, printer: &Printer) -> Result<Outcome, Failure> {
    printer.stage("plan", "");
    let plan = make_plan(request, printer).await?;
    log.plan(&plan);
    let work = Work {
        plan: &plan,
        schedule: plan.schedule(&request.selection)?,
        acceptances: plan.acceptances(&request.accept).map_err(Failure::Usage)?,
    };
    let mut staging = warehouse(request, &plan, printer)?.stage(&log.run_id)?;
    log.warehouse.get_or_init(|| staging.warehouse().clone());
    printer.hide(&staging.warehouse().stand_ins());
    keys_continue(request, &plan, &work.schedule, staging.warehouse(), printer)?;
    requests_continue(&request.project, &plan, &work.schedule, staging.warehouse())?;
    let outcome = publish_staged(request, &work, &mut staging, log, printer).await;
    if outcome.is_err()
        && let Err(error) = staging.send_quarantine().await
    {
        printer.warning(&format!("the rejected rows of this run are lost: {error}"));
    }
    if outcome.is_err() {
        let keep = plan.publish.keep_snapshots.value as usize;
        if let Err(error) = staging.warehouse().retire_failed(keep) {
            printer.warning(&format!("the rejected rows of older failed runs are still there: {error}"));
        }
    }
    outcome
}

/// Documents a run that did not publish, in the folder `failed/<run_id>` of its warehouse. Nothing is written if the run
/// ended before it could write there, or had nothing to do.
///
/// # Errors
/// A warehouse that cannot be written.
pub fn document_failure(log: &RunLog, failure: &Failure, printer: &Printer) -> Result<(), Failure> {
    let Some(warehouse) = log.warehouse.get() else { return Ok(()) };
    if matches!(failure, Failure::Unchanged) {
        return Ok(());
    }
    let results = log.results(&Ending::of(failure), printer.warnings()).to_text();
    let documents = [(RUN_RESULTS, Some(results)), ("manifest.json", log.manifest.get().cloned())];
    for (name, text) in documents {
        if let Some(text) = text {
            warehouse.put_document(&format!("failed/{}/{name}", log.run_id), &printer.masked(&text))?;
        }
    }
    Ok(())
}

async fn publish_staged(
    request: &Request,
    work: &Work<'_>,
    staging: &mut Staging,
    log: &RunLog,
    printer: &Printer,
) -> Result<Outcome, Failure> {
    let facts = RunFacts { plan: work.plan, run_id: &log.run_id, steps: &work.schedule.steps };
    let manifest = log.manifest.get_or_init(|| report::manifest(&facts));

    printer.stage("extract", "");
    let (as_of, extracts, beyond) = open_extracts(request, work.plan, &work.schedule, staging, printer).await?;
    log.as_of.get_or_init(|| as_of);
    log.promises(work.plan, &beyond);
    extracts.warnings.iter().for_each(|remark| say(remark, log, printer));
    let read = Read { extracts: &extracts, as_of };
    let outcome = publish_read(request, work, &read, staging, (&facts, manifest), log, printer).await;
    if outcome.is_err() {
        log.sources(&extracts.source_counts());
    }
    outcome
}

/// The opened extracts.
struct Read<'a> {
    extracts: &'a Extracts,
    as_of: NaiveDate,
}

async fn publish_read(
    request: &Request,
    Work { plan, schedule, acceptances }: &Work<'_>,
    &Read { extracts, as_of }: &Read<'_>,
    staging: &mut Staging,
    (facts, manifest): (&RunFacts<'_>, &str),
    log: &RunLog,
    printer: &Printer,
) -> Result<Outcome, Failure> {
    let forgotten = staging.warehouse().forgotten()?;
    if staging.warehouse().has_open_erasure() {
        printer.warning(
            "an erasure was interrupted, so earlier snapshots and rejected rows may still name the person: complete it \
             with `lojal erase --resume`",
        );
    }
    let fingerprint = fingerprint(request, plan, extracts, &forgotten);
    if request.skip_unchanged && staging.warehouse().snapshot()?.is_some_and(|last| last.fingerprint == fingerprint) {
        return Err(Failure::Unchanged);
    }

    warn_of_a_past_day(plan, schedule, staging, as_of, printer)?;

    printer.stage("transform", &format!("as of {as_of}"));
    let engine = Engine::open(EngineOptions { scratch: staging.scratch(), ..request.engine.clone() })
        .map_err(|error| Failure::engine(error, "engine"))?;
    let parameters = match request.rekey {
        true => plan.parameters_to_rekey(as_of),
        false => plan.parameters(as_of),
    };
    let enter = |step: &Step<'_>, seconds: f64, outcome: Result<Option<u64>, &Failure>| {
        log.step(plan, step, seconds, outcome);
    };
    let runner = StepRunner {
        schedule,
        engine: &engine,
        extracts,
        warehouse: staging.warehouse(),
        staging: Some(&*staging),
        parameters: &parameters,
        printer,
        resolved: Resolved::default(),
        leaves_later_decisions_out: request.as_of.is_some(),
        watcher: Some(&enter),
    };
    let staged_tables = runner.run().await;
    let said = runner.resolved.said();
    said.notes.iter().for_each(|note| log.note(None, note));
    log.identity(said.facts.as_ref());
    let staged_tables = staged_tables?;
    extracts.drain(&Means::new(engine.threads(), Some(engine.charge("rows whose keys repeat")))).await?;
    extracts.remarks().iter().for_each(|remark| say(remark, log, printer));
    let counts = extracts.source_counts();
    log.sources(&counts);
    log.promises(plan, &extracts.promises());

    printer.stage("check", &format!("{} checks", schedule.checks.len()));
    let tombstones = staging.warehouse().tombstone_count()?;
    let staged = staged(plan, &staged_tables, extracts, log, as_of, (fingerprint, tombstones));
    let proved = quality::check(staged, &schedule.checks, acceptances, &engine, &parameters).await;
    let (checked, results) = proved.map_err(|unproved| unproved_check(unproved, schedule))?;
    log.checks(plan, &results);
    report_checks(&results, acceptances, staging, printer)?;
    let Some(checked) = checked else {
        staging.keep_staged_rows();
        return Err(failed_checks(&results, staging));
    };

    // The last point at which a signal stops the run before anything becomes visible.
    tokio::task::yield_now().await;
    printer.stage("publish", "");
    report_carried_over(schedule, staging, as_of, printer)?;
    let last_catalog = staging.warehouse().document("catalog.json")?;
    let last_catalog: Option<Value> = last_catalog.and_then(|text| serde_json::from_str(&text).ok());
    let documents = [
        (RUN_RESULTS, log.results(&Ending::success(), printer.warnings()).to_text()),
        ("manifest.json", manifest.to_owned()),
        ("catalog.json", report::catalog(facts, &staged_tables, last_catalog.as_ref())),
    ];
    let keep = usize::try_from(plan.publish.keep_snapshots.value).unwrap_or(usize::MAX);
    let published = publish::publish(checked, staging, &schedule.carried_over, &documents, keep).await?;
    if let Some(error) = &published.left_over {
        printer.warning(&format!("published, but an old snapshot was not removed: {error}"));
    }
    let summary = RunSummary {
        log,
        pipeline: &plan.name,
        as_of,
        published: &published,
        counts: &counts,
        checks: &results,
        warnings: printer.warnings().len(),
        quarantine: &staging.warehouse().shown_below(&format!("quarantine/{}", log.run_id)),
    };
    Ok(Outcome { summary: report::summary(&summary, &project_flag(request)), last_line: report::last_line(&summary) })
}

fn say(remark: &Remark, log: &RunLog, printer: &Printer) {
    if remark.is_warning {
        printer.warning_about(remark.source.as_deref(), &remark.text);
    } else {
        log.note(remark.source.as_deref(), &remark.text);
        printer.info(&remark.text);
    }
}

/// Reads and checks the pipeline; reports all its mistakes together.
///
/// # Errors
/// [`Failure::Usage`] with every mistake.
pub async fn make_plan(request: &Request, printer: &Printer) -> Result<Plan, Failure> {
    let plan = read_plan(request, printer).await?;
    printer.problems(&plan.warnings);
    Ok(plan)
}

/// The plan as [`make_plan`] makes it, without its warnings: the next caller reports them.
///
/// # Errors
/// [`Failure::Usage`] with every mistake.
pub async fn read_plan(request: &Request, printer: &Printer) -> Result<Plan, Failure> {
    read_plan_to_look(request, &BTreeSet::new(), printer).await
}

/// The plan as [`read_plan`] makes it, with the staging models and sources among `wanted` even if nothing reads them. If
/// the pipeline has mistakes and none of them is behind these tables, the plan of what is behind them.
///
/// # Errors
/// [`Failure::Usage`] with every mistake.
pub async fn read_plan_to_look(
    request: &Request,
    wanted: &BTreeSet<String>,
    printer: &Printer,
) -> Result<Plan, Failure> {
    let project = Project::read(&request.project, request.pipeline.as_deref()).map_err(Failure::Usage)?;
    let make = async |project: &Project| {
        let engine = Engine::open(request.engine.clone()).map_err(|error| Failure::engine(error, "engine"))?;
        Plan::make_with(project, &request.vars, wanted, &engine).await.map_err(Failure::Usage)
    };
    let whole = make(&project).await;
    let behind = if wanted.is_empty() || whole.is_ok() { None } else { project.behind(wanted) };
    let plan = match (whole, behind) {
        (Err(Failure::Usage(mistakes)), Some(behind)) => {
            let Ok(plan) = make(&behind).await else { return Err(Failure::Usage(mistakes)) };
            let mistakes = counted(mistakes.len() as u64, "mistake");
            printer.warning(&format!("the pipeline has {mistakes} elsewhere: `lojal check` shows them"));
            plan
        }
        (whole, _) => whole?,
    };
    plan.sources.values().for_each(|source| printer.hide(&source.path.hidden));
    plan.identity.iter().for_each(|identity| printer.hide(&identity.hidden));
    Ok(plan)
}

/// The id of the secret of the customer keys.
fn key_id(plan: &Plan) -> Option<&str> {
    plan.identity.as_ref()?.secret.as_ref().map(KeySecret::id)
}

/// Refuses keys made with another secret than those of the last snapshot: every customer would be a new one, and nothing
/// that was remembered would be theirs.
fn keys_continue(
    request: &Request,
    plan: &Plan,
    schedule: &Schedule<'_>,
    warehouse: &Warehouse,
    printer: &Printer,
) -> Result<(), Failure> {
    let refused = |message: String, hint: &str| Err(Failure::Usage(vec![Problem::new(message).hint(hint)]));
    let Some(last) = warehouse.snapshot()? else {
        if request.rekey {
            printer.warning("--rekey was not needed: nothing is published yet");
        }
        return Ok(());
    };
    let (before, now) = (last.identity_key_id.as_deref(), key_id(plan));
    let words = |id: Option<&str>| id.map_or("no secret".to_owned(), |id| format!("the secret with the key id {id}"));
    if before == now {
        if request.rekey {
            printer.warning(&format!("--rekey was not needed: the last snapshot's keys are of {} too", words(now)));
        }
        return Ok(());
    }
    if !request.rekey {
        let message = format!(
            "the customer keys of the last snapshot were made with {}, and now there is {}: every customer_key would \
             change",
            words(before),
            words(now)
        );
        let hint = "restore the secret of `identity.key_secret`; if the change is meant, run once with --rekey, which \
                    writes the old and the new keys to the restricted table customer_identity_changes";
        return refused(message, hint);
    }
    if !schedule.carried_over.is_empty() {
        let message = "--rekey needs a run of all tables: those that are carried over would keep the old keys";
        return refused(message.to_owned(), "take --select and --exclude out");
    }
    let holds_mapping = |step: &Step<'_>| match step.kind {
        StepKind::Model(model) => {
            let has = |name: &str| model.schema.field_with_name(name).is_ok();
            step.handling == Handling::Published && model.properties.restricted && MAPPING.into_iter().all(has)
        }
        _ => false,
    };
    if !schedule.steps.iter().any(holds_mapping) {
        let message =
            "--rekey would lose the old keys: this run publishes no table that holds them beside the new ones";
        let hint = format!(
            "publish a restricted table with the columns {}, as customer_identity_changes of the default pipeline does",
            MAPPING.join(" and ")
        );
        return refused(message.to_owned(), &hint);
    }
    Ok(())
}

/// The warehouse that a request or its pipeline names.
///
/// # Errors
/// A store that is not supported, or an environment variable that is not set.
pub fn warehouse(request: &Request, plan: &Plan, printer: &Printer) -> Result<Warehouse, Failure> {
    let typed = request.warehouse.as_deref().unwrap_or(&plan.publish.warehouse.value);
    let resolved = plan::resolve_location(typed, &|name| plan.vars.get(name), &|name| std::env::var(name).ok());
    let resolved = resolved.map_err(|message| Failure::Usage(vec![Problem::new(message)]))?;
    printer.hide(&resolved.hidden);
    Ok(Warehouse::at(&resolved.value, &request.project)?)
}

async fn open_extracts(
    request: &Request,
    plan: &Plan,
    schedule: &Schedule<'_>,
    staging: &Staging,
    printer: &Printer,
) -> Result<(NaiveDate, Extracts, Vec<PromiseResult>), Failure> {
    let sources = schedule.steps.iter().filter_map(|step| match step.kind {
        StepKind::Source(source) => Some(source),
        _ => None,
    });
    let sources: Vec<&Source> = sources.collect();
    let last = staging.warehouse().snapshot()?;
    let options = OpenOptions {
        project: &request.project,
        time_zone: plan.time_zone,
        quarantine: staging.warehouse().quarantine(staging.run_id()),
        all: &plan.sources,
        earlier: last.as_ref().map(|snapshot| snapshot.inputs.as_slice()).unwrap_or_default(),
        run_id: staging.run_id(),
        corrections: staging.warehouse().files_below("corrections")?,
    };
    let threads = request.engine.threads.get();
    let (as_of, beyond) = match request.as_of {
        Some(as_of) => (as_of, Vec::new()),
        None => {
            // The newest day is taken from all sources, or a selection would have another as-of day than a full run.
            let all: Vec<&Source> = plan.sources.values().collect();
            let today = Utc::now().with_timezone(&plan.time_zone).date_naive();
            let rules = DayRules { today, gap_days: plan.as_of_gap_days };
            let (as_of, beyond) = Extracts::open(&all, Some(today), &options)?.newest_day(threads, rules).await?;
            let beyond: Vec<_> = beyond.into_iter().map(|row| PromiseResult::of_day(&row, as_of)).collect();
            beyond.iter().for_each(|row| printer.warning(&row.found));
            (as_of, beyond)
        }
    };
    let mut extracts = Extracts::open(&sources, Some(as_of), &options)?;
    let declared = plan.sources.values().chain(&plan.idle_sources);
    let unread = extracts.unread_files(declared, &request.project, &plan.ignore_files)?;
    extracts.warnings.extend(unread);
    extracts.read_referenced(threads).await?;
    Ok((as_of, extracts, beyond))
}

/// A run's name: it sorts by time, and the random end separates runs of the same second.
pub fn run_id(started_at: DateTime<Utc>) -> String {
    let random = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", started_at.format("%Y%m%dT%H%M%S%3fZ"), &random[..6])
}

/// A run for a day before the last snapshot's publishes a snapshot that does not remember the days between.
fn warn_of_a_past_day(
    plan: &Plan,
    schedule: &Schedule<'_>,
    staging: &Staging,
    as_of: NaiveDate,
    printer: &Printer,
) -> Result<(), Failure> {
    let remembers = schedule.steps.iter().any(|step| matches!(step.kind, StepKind::Earlier(_)));
    let last = if remembers { staging.warehouse().snapshot()? } else { None };
    let forgotten = last.iter().flat_map(|last| {
        let tables = plan.earlier_tables.values().map(|earlier| earlier.table.as_str());
        tables.filter(|table| last.tables.get(*table).is_some_and(|table| table.as_of > as_of))
    });
    for table in forgotten {
        printer.warning(&format!(
            "{as_of} is before the day of the last snapshot: from now on {table} will not remember what came after; \
             look at past days in another --warehouse"
        ));
    }
    Ok(())
}

// What the last snapshot remembers is omitted: a run with the same inputs and day starts from what is older than that
// day, as the last run did, so it has nothing new.
fn fingerprint(request: &Request, plan: &Plan, extracts: &Extracts, forgotten: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    add(forgotten);
    plan.texts.files().for_each(|text| add(&text.text));
    plan.models.values().for_each(|model| add(&model.sql.text));
    plan.languages.iter().flat_map(|language| &language.texts).for_each(|text| add(&text.text));
    plan.checks.iter().for_each(|check| add(&format!("{:?}", check.kind)));
    add(&format!("{:?} {:?} {:?}", plan.vars, request.as_of, request.selection));
    add(key_id(plan).unwrap_or_default());
    for input in extracts.inputs() {
        add(&format!("{} {} {} {}", input.source, input.path, input.bytes, input.modified_at.to_rfc3339()));
        // Some web servers report no time.
        add(input.entity_tag.as_deref().unwrap_or_default());
    }
    hasher.finalize().to_hex().to_string()
}

fn staged(
    plan: &Plan,
    staged: &StagedTables,
    extracts: &Extracts,
    log: &RunLog,
    as_of: NaiveDate,
    (fingerprint, tombstones): (String, u64),
) -> Staged<Snapshot> {
    let tables = staged.values().map(|table| {
        let described = SnapshotTable {
            run_id: log.run_id.clone(),
            as_of,
            published_as: table.published_as.clone(),
            restricted: table.restricted,
            rows: table.rows,
            bytes: table.files.iter().map(|file| file.bytes).sum(),
            files: table.files.clone(),
        };
        (table.name.clone(), described)
    });
    let snapshot = Snapshot {
        version: Snapshot::VERSION,
        run_id: log.run_id.clone(),
        pipeline: plan.name.clone(),
        as_of,
        created_at: log.started_at,
        previous_run_id: None,
        fingerprint,
        identity_key_id: key_id(plan).map(str::to_owned),
        accepted: Vec::new(),
        tombstones,
        inputs: extracts.inputs_with_rows(),
        tables: tables.collect(),
    };
    let key_faults = staged.values().map(|table| (table.name.clone(), table.key_faults)).collect();
    Staged { snapshot, key_faults }
}

fn report_checks(
    results: &[CheckResult],
    acceptances: &[Acceptance],
    staging: &Staging,
    printer: &Printer,
) -> Result<(), Failure> {
    for unused in quality::unused(acceptances, results) {
        printer.warning(&format!("--accept {} was not needed: {}", unused.name, unused.reason));
    }
    for result in results.iter().filter(|result| !result.accepted.is_empty()) {
        printer.warning(&format!("accepted: {} ({})", few(&result.accepted), result.promise));
    }
    for result in results.iter().filter(|result| !result.passed()) {
        let mut text = format!("check {} failed: {} ({})", result.name, result.promise, result.found());
        if !result.examples.is_empty() {
            let shown = arrow::util::pretty::pretty_format_batches(&result.examples)
                .map_err(|error| Failure::engine(error.into(), &result.name))?;
            text = format!("{text}\n{shown}");
        }
        if !result.hidden.is_empty() {
            text = format!("{text}\nnot shown, because they have personal values: {}", result.hidden.join(", "));
        }
        if result.stops() {
            printer.error(&text, accept_hint(result, staging)?.as_deref());
        } else {
            printer.warning(&text);
        }
    }
    Ok(())
}

/// How to take the failing rows deliberately, and the run that they may be compared with.
fn accept_hint(result: &CheckResult, staging: &Staging) -> Result<Option<String>, Failure> {
    if result.acceptable.is_empty() {
        return Ok(None);
    }
    let last = staging.warehouse().snapshot()?;
    let last = last.map(|last| format!("; the last snapshot is of run {} as of {}", last.run_id, last.as_of));
    let all =
        if result.acceptable.len() > 1 { format!(", or all with --accept {}", result.name) } else { String::new() };
    let names = result.acceptable.iter().take(NAMES_SHOWN).map(|name| format!("--accept {}", shell_quoted(name)));
    let names = names.collect::<Vec<_>>().join(" ");
    Ok(Some(format!("if the change is right, run again with {names}{all}{}", last.unwrap_or_default())))
}

fn failed_checks(results: &[CheckResult], staging: &Staging) -> Failure {
    Failure::Checks {
        failed: results.iter().filter(|result| result.stops()).count(),
        total: results.len(),
        staged: staging.folder().display().to_string(),
    }
}

fn unproved_check(unproved: Unproved<'_>, schedule: &Schedule<'_>) -> Failure {
    let tables = unproved.check.scans.keys().map(String::as_str);
    let mut texts: Vec<&SourceText> = unproved.sql().into_iter().collect();
    texts.extend(schedule.inlined_sql(tables));
    Failure::of_sql(unproved.cause, &format!("check {}", unproved.check.name), &texts)
}

fn report_carried_over(
    schedule: &Schedule<'_>,
    staging: &Staging,
    as_of: NaiveDate,
    printer: &Printer,
) -> Result<(), Failure> {
    let Some(last) = staging.warehouse().snapshot()? else { return Ok(()) };
    let carried = schedule.carried_over.iter().filter_map(|name| Some((name, last.tables.get(name)?)));
    for (name, table) in carried.filter(|(_, table)| table.as_of != as_of) {
        printer.warning(&format!("table {name} was carried over and is as of {}, not {as_of}", table.as_of));
    }
    Ok(())
}

fn project_flag(request: &Request) -> String {
    let mut flags = String::new();
    if request.project != Path::new(".") {
        flags.push_str(&format!(" --project-dir {}", request.project.display()));
    }
    if let Some(warehouse) = &request.warehouse {
        flags.push_str(&format!(" --warehouse {warehouse}"));
    }
    flags
}
