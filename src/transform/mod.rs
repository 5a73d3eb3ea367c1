//! Runs the steps of a schedule in order: sources and models become views, kept tables or staged Parquet.
//!
//! The stage between extract and check. It decides nothing: `plan::schedule` has settled what each step becomes.

mod decisions;
mod unclear_requests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arrow::array::RecordBatch;
use futures::StreamExt;

use crate::config::ModelFile;
use crate::diagnostics::SourceText;
use crate::engine::{Charge, Engine, EngineError, MemoryFallback, Parameters, Query, Relation, Versions};
use crate::extract::{ExtractError, ExtractFault, Extracts, Means};
use crate::failure::Failure;
use crate::identity::{Facts, Findings, Golden, GoldenTable, Identities, IdentityError, Output, Resolution, Resolver};
use crate::invariant::BrokenInvariant;
use crate::plan::{Handling, Identity, Lookup, Model, Schedule, Step, StepKind};
use crate::printer::Printer;
use crate::publish::{StagedTable, Staging, TableWriter, Warehouse};
use crate::source::{EarlierTable, Source};
use crate::words::counted;

/// What is called when a step has ended, with its seconds and its rows (`None` if it was inlined into its reader) or why it
/// failed.
pub type StepWatcher<'a> = dyn Fn(&Step<'_>, f64, Result<Option<u64>, &Failure>) + Sync + 'a;

/// What a step has made of its table.
#[derive(Debug)]
enum StepOutcome {
    /// A view; its reader computes the rows.
    Inlined,
    /// Rows that later steps can read.
    Kept { rows: u64 },
    /// A table of the snapshot, which later steps can read too.
    Staged(StagedTable),
}

pub struct StepRunner<'a, 'plan> {
    pub schedule: &'a Schedule<'plan>,
    pub engine: &'a Engine,
    /// Where source rows come from.
    pub extracts: &'a Extracts,
    /// Where tables of the last snapshot are.
    pub warehouse: &'a Warehouse,
    /// Where published tables are written; `None` if the schedule publishes none.
    pub staging: Option<&'a Staging>,
    /// Values of `$name`.
    pub parameters: &'a Parameters,
    pub printer: &'a Printer,
    /// What the resolution of persons decided, for the steps that list it.
    pub resolved: Resolved,
    /// Decisions of analysts from after the as-of day do not count, since the run is for a day that somebody named.
    pub leaves_later_decisions_out: bool,
    /// Who wants to know of steps that have ended.
    pub watcher: Option<&'a StepWatcher<'a>>,
}

/// What the resolution of persons decided.
#[derive(Default)]
pub struct Resolved {
    /// The whole, and the memory that it occupies.
    held: Mutex<Option<(Resolution, Arc<Charge>)>>,
    said: Mutex<Said>,
}

/// Counts and notes of the resolution.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub facts: Option<Facts>,
    pub notes: Vec<String>,
}

impl Resolved {
    /// Counts and notes of the resolution so far.
    pub fn said(&self) -> Said {
        locked(&self.said).clone()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The tables written below staging, by name.
pub type StagedTables = BTreeMap<String, StagedTable>;

impl<'plan> StepRunner<'_, 'plan> {
    /// # Errors
    /// The first step that fails, with the SQL file or the extract at fault.
    pub async fn run(&self) -> Result<StagedTables, Failure> {
        let mut staged = StagedTables::new();
        let total = self.schedule.steps.iter().filter(|step| step.handling != Handling::View).count();
        let mut number = 0;
        for step in &self.schedule.steps {
            let started = Instant::now();
            if step.handling != Handling::View {
                number += 1;
                self.printer.step_started(number, total, step.name, step.kind.label());
            }
            let outcome = self.within_memory(step).await;
            let seconds = started.elapsed().as_secs_f64();
            let watch = |outcome: Result<Option<u64>, &Failure>| {
                self.watcher.iter().for_each(|watcher| watcher(step, seconds, outcome));
            };
            let outcome = outcome.inspect_err(|failure| watch(Err(failure)))?;
            let rows = match outcome {
                StepOutcome::Inlined => None,
                StepOutcome::Kept { rows } => Some(rows),
                StepOutcome::Staged(table) => {
                    let rows = table.rows;
                    staged.insert(table.name.clone(), table);
                    Some(rows)
                }
            };
            if let Some(rows) = rows {
                self.printer.step_done(step.name, rows, seconds);
            }
            watch(Ok(rows));
            self.extracts.settle()?;
            for table in &step.frees {
                self.engine.remove(table).map_err(|error| Failure::engine(error, table))?;
            }
        }
        Ok(staged)
    }

    async fn within_memory(&self, step: &Step<'_>) -> Result<StepOutcome, Failure> {
        self.repeated(step.name, &step.extracts, async || self.step(step).await).await
    }

    /// Does work that reads `extracts` through views. If memory runs out, tries again with plans that need less; if only
    /// the end of an extract showed which of its rows count, tries again knowing them.
    ///
    /// # Errors
    /// The error of the work, once there is nothing left to try.
    pub async fn repeated<T>(
        &self,
        place: &str,
        extracts: &[&Source],
        work: impl AsyncFn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut fallback = MemoryFallback::Off;
        loop {
            self.engine.set_memory_fallback(fallback);
            let outcome = work().await;
            self.engine.set_memory_fallback(MemoryFallback::Off);
            match (outcome, fallback.next_level()) {
                // Keys came again with other values: now that they are known, the sources are read again.
                (Err(Failure::Extract(ExtractError { source: Some(name), fault, .. })), _)
                    if matches!(*fault, ExtractFault::KeysRepeat) =>
                {
                    self.extracts.resolve_keys(&name, &self.means()).await?;
                    for extract in extracts {
                        self.extracts.restart(&extract.name)?;
                    }
                }
                (Err(Failure::Query { source, .. }), Some(next)) if source.is_memory() => {
                    self.printer.info(&format!("  {place}: not enough memory ({source}); trying again with less"));
                    for extract in extracts {
                        self.extracts.restart(&extract.name)?;
                    }
                    fallback = next;
                }
                (outcome, _) => return outcome,
            }
        }
    }

    /// What comparing the rows of repeated keys may use.
    fn means(&self) -> Means {
        Means::new(self.engine.threads(), Some(self.engine.charge("rows whose keys repeat")))
    }

    async fn step(&self, step: &Step<'_>) -> Result<StepOutcome, Failure> {
        match step.kind {
            StepKind::Source(source) => self.source(step, source).await,
            StepKind::Lookup(lookup) => self.lookup(step, lookup),
            StepKind::Earlier(table) => self.earlier(step, table).await,
            StepKind::SourceCounts => self.counts(step, Extracts::counts).await,
            StepKind::ReferenceCounts => self.counts(step, Extracts::reference_counts).await,
            StepKind::Identity(identity) => self.identity(step, identity).await,
            StepKind::Resolved(output) => self.resolution(step, output),
            StepKind::Model(model) => self.model(step, model).await,
        }
    }

    async fn source(&self, step: &Step<'_>, source: &Source) -> Result<StepOutcome, Failure> {
        let failed = |error| self.failure_of(step, error);
        let table = self.extracts.table(&source.name)?;
        match step.handling {
            Handling::View => {
                self.engine.add_table(step.name, table).map_err(failed)?;
                Ok(StepOutcome::Inlined)
            }
            Handling::Kept if source.is_upsert() => {
                let versions = versions_of(source)?;
                let (rows, latest) = self.engine.keep_latest(step.name, table, &versions).await.map_err(failed)?;
                self.extracts.enter_latest(&source.name, &latest)?;
                Ok(StepOutcome::Kept { rows })
            }
            Handling::Kept => {
                let rows = self.engine.keep_table(step.name, table).await.map_err(failed)?;
                Ok(StepOutcome::Kept { rows })
            }
            Handling::Published => Err(cannot_be(step)),
        }
    }

    fn lookup(&self, step: &Step<'_>, lookup: &Lookup) -> Result<StepOutcome, Failure> {
        let added = self.engine.add_small(step.name, lookup.schema(), vec![lookup.rows.clone()]);
        added.map_err(|error| self.failure_of(step, error))?;
        Ok(StepOutcome::Kept { rows: lookup.rows.num_rows() as u64 })
    }

    /// A table of the snapshot that was current when the run took the lock. Nobody else can have replaced it since.
    async fn earlier(&self, step: &Step<'_>, wanted: &EarlierTable) -> Result<StepOutcome, Failure> {
        let failed = |error| self.failure_of(step, error);
        match self.warehouse.earlier_table(wanted).await? {
            Some(found) => {
                let folder = format!("{}/", found.folder.display());
                self.engine.add_parquet(step.name, &folder, wanted.schema()).await.map_err(failed)?;
                Ok(StepOutcome::Kept { rows: found.rows })
            }
            None => {
                self.engine.add_empty(step.name, wanted.schema()).map_err(failed)?;
                Ok(StepOutcome::Kept { rows: 0 })
            }
        }
    }

    async fn counts(
        &self,
        step: &Step<'_>,
        count: fn(&Extracts) -> Result<RecordBatch, ExtractError>,
    ) -> Result<StepOutcome, Failure> {
        self.extracts.drain(&self.means()).await?;
        let counts = count(self.extracts)?;
        let rows = counts.num_rows() as u64;
        let added = self.engine.add_small(step.name, counts.schema(), vec![counts]);
        added.map_err(|error| self.failure_of(step, error))?;
        Ok(StepOutcome::Kept { rows })
    }

    async fn model(&self, step: &Step<'_>, model: &Model) -> Result<StepOutcome, Failure> {
        let failed = |error| self.failure_of(step, error);
        let query = model.query(self.parameters).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(failed)?;
        match step.handling {
            Handling::View => {
                self.engine.add_view(step.name, relation).map_err(failed)?;
                Ok(StepOutcome::Inlined)
            }
            Handling::Kept => {
                let rows = self.engine.keep(step.name, &relation).await.map_err(failed)?;
                Ok(StepOutcome::Kept { rows })
            }
            Handling::Published => {
                let sorted = self.engine.sorted(relation, &model.key()).map_err(failed)?;
                let table = self.write(step, &sorted, &model.properties).await?;
                self.staged(step, table).await
            }
        }
    }

    fn failure_of(&self, step: &Step<'_>, error: EngineError) -> Failure {
        let StepKind::Model(model) = step.kind else { return Failure::engine(error, step.name) };
        let mut texts = vec![&model.sql];
        texts.extend(self.schedule.inlined_sql(step.reads.iter().copied()));
        Failure::of_sql(error, &model.sql.path.display().to_string(), &texts)
    }

    fn staging(&self, step: &Step<'_>) -> Result<&Staging, Failure> {
        self.staging.ok_or_else(|| cannot_be(step))
    }

    async fn write(
        &self,
        step: &Step<'_>,
        relation: &Relation,
        properties: &ModelFile,
    ) -> Result<StagedTable, Failure> {
        let failed = |error| self.failure_of(step, error);
        let mut stream = self.engine.stream(relation).await.map_err(failed)?;
        let folder = self.staging(step)?.table_folder(properties.published_name(step.name), properties.restricted)?;
        let mut writer = TableWriter::new(step.name, folder, &stream.schema(), properties)?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| failed(error.into()))?;
            writer.write(&batch)?;
        }
        Ok(writer.finish()?)
    }

    async fn identity(&self, step: &Step<'_>, identity: &Identity) -> Result<StepOutcome, Failure> {
        let failed = |error| self.failure_of(step, error);
        let (identities, resolution, charge) = self.resolve(step, identity).await?;
        // Held until the identities are written; longer if a later step lists what was decided.
        let _held = self.hold(step, resolution, charge);
        match step.handling {
            Handling::View => Err(cannot_be(step)),
            Handling::Kept => {
                let rows = identities.record_count() as u64;
                let batches = identities.collect::<Result<Vec<_>, _>>()?;
                self.engine.add_held(step.name, crate::identity::schema(), batches).map_err(failed)?;
                Ok(StepOutcome::Kept { rows })
            }
            Handling::Published => {
                let folder = self.staging(step)?.table_folder(step.name, identity.properties.restricted)?;
                let schema = crate::identity::schema();
                let mut writer = TableWriter::new(step.name, folder, &schema, &identity.properties)?;
                for batch in identities {
                    writer.write(&batch?)?;
                }
                self.staged(step, writer.finish()?).await
            }
        }
    }

    /// Keeps what was decided for the steps that list it; returns it if there are none.
    fn hold(&self, step: &Step<'_>, resolution: Resolution, charge: Charge) -> Option<(Resolution, Arc<Charge>)> {
        let held = Some((resolution, Arc::new(charge)));
        if !self.lists_after(step) {
            return held;
        }
        *locked(&self.resolved.held) = held;
        None
    }

    /// Whether a step after this one lists what was decided.
    fn lists_after(&self, step: &Step<'_>) -> bool {
        let after = self.schedule.steps.iter().skip_while(|other| other.name != step.name).skip(1);
        after.into_iter().any(|other| matches!(other.kind, StepKind::Resolved(_)))
    }

    /// A table of what was decided.
    fn resolution(&self, step: &Step<'_>, output: Output) -> Result<StepOutcome, Failure> {
        let mut held = locked(&self.resolved.held);
        let broken = |what: &str| BrokenInvariant::new(format!("`{}` {what}", step.name));
        let Some((resolution, charge)) = held.as_ref() else {
            return Err(broken("comes before the persons are resolved").into());
        };
        if let (Some(table), Some(golden)) = (output.golden(), resolution.golden()) {
            self.stream_golden(step, table, golden, charge)?;
            if !self.lists_after(step) {
                // What the golden record does not need goes.
                charge.resize(golden.memory_size()).map_err(|error| self.failure_of(step, error))?;
                *held = None;
            }
            return Ok(StepOutcome::Inlined);
        }
        let schema = output.schema(resolution.layout()).ok_or_else(|| broken("is not made by this pipeline"))?;
        let batches = resolution.output(output)?;
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        self.engine.add_held(step.name, schema, batches).map_err(|error| self.failure_of(step, error))?;
        if !self.lists_after(step) {
            *held = None;
        }
        Ok(StepOutcome::Kept { rows })
    }

    /// Registers a table of the golden record. Its rows are computed as they are read.
    fn stream_golden(
        &self,
        step: &Step<'_>,
        table: GoldenTable,
        golden: &Arc<Golden>,
        charge: &Arc<Charge>,
    ) -> Result<(), Failure> {
        let (golden, charge) = (Arc::clone(golden), Arc::clone(charge));
        let schema = golden.schema(table);
        let batches = move |number| {
            // Charged as long as the table is there.
            let _charge = &charge;
            golden.batch(table, number).map(|batch| batch.map_err(|error| Box::new(error).into()))
        };
        self.engine
            .add_streamed(step.name, schema, table.order(), Arc::new(batches))
            .map_err(|error| self.failure_of(step, error))
    }

    /// The persons behind all source records, what was decided about them, and the memory that they occupy.
    async fn resolve(&self, step: &Step<'_>, identity: &Identity) -> Result<(Identities, Resolution, Charge), Failure> {
        let failed = |error| self.failure_of(step, error);
        let pairs = self.engine.charge("pairs of scored matching");
        let mut resolver = Resolver::new(identity.layout.clone())?
            .with_secret(identity.secret.as_ref())
            .within(Box::new(move |bytes| pairs.resize(bytes).map_err(Into::into)));
        let charge = self.engine.charge("source records of identity");
        let records = self.planned(step, &identity.select).await?;
        let mut stream = self.engine.stream(&records).await.map_err(failed)?;
        while let Some(batch) = stream.next().await {
            resolver.push(&batch.map_err(|error| failed(error.into()))?)?;
            charge.resize(resolver.memory_size()).map_err(failed)?;
        }
        if self.leaves_later_decisions_out {
            resolver.leave_later_decisions_out();
        }
        if identity.overrides.is_some() {
            let decisions = self.planned(step, &identity.select_overrides).await?;
            let mut stream = self.engine.stream(&decisions).await.map_err(failed)?;
            while let Some(batch) = stream.next().await {
                let pushed = resolver.push_overrides(&batch.map_err(|error| failed(error.into()))?);
                pushed.map_err(|error| self.with_places(error))?;
            }
        }
        if let Some(tombstones) = self.warehouse.tombstones(identity.tombstone_secrets())? {
            resolver.set_tombstones(tombstones);
        }
        if identity.erasures.is_some() {
            let requests = self.planned(step, &identity.select_erasures).await?;
            let mut stream = self.engine.stream(&requests).await.map_err(failed)?;
            while let Some(batch) = stream.next().await {
                resolver.push_erasures(&batch.map_err(|error| failed(error.into()))?)?;
            }
        }
        let resolved = tokio::task::spawn_blocking(move || resolver.finish()).await;
        let stopped = |error| BrokenInvariant::new(format!("the resolution of {} stopped: {error}", step.name));
        let (identities, resolution) = resolved.map_err(stopped)?.map_err(|error| self.with_places(error))?;
        self.say(identity, &identities, &resolution);
        unclear_requests::warn((self.schedule, self.extracts), (identity, &resolution), self.printer)?;
        for source in resolution.golden().into_iter().flat_map(|golden| golden.unknown_sources()) {
            self.printer.warning(&format!("trusted_sources of golden_record lists `{source}`, which has no records"));
        }
        for found in resolution.golden().into_iter().flat_map(|golden| golden.emptied()) {
            let values = counted(found.values, "value");
            let first = match identity.hides_records {
                true => found.first.0.clone(),
                false => format!("{}:{}", found.first.0, found.first.1),
            };
            self.printer.warning(&format!(
                "golden_record: {values} of `{}` such as n/a, unknown or a listed placeholder count as empty, the first in {first}",
                found.attribute
            ));
        }
        Ok((identities, resolution, charge))
    }

    /// Says what the rules and decisions did not take as it is.
    fn say(&self, identity: &Identity, identities: &Identities, resolution: &Resolution) {
        let is_listed = |output: Output| {
            self.schedule.steps.iter().any(|step| matches!(step.kind, StepKind::Resolved(found) if found == output))
        };
        let mut said = Said { facts: Some(crate::identity::facts(identities, resolution)), notes: Vec::new() };
        let now = chrono::Utc::now().timestamp_micros();
        for finding in Findings::new(resolution, !identity.has_personal_ids, now).all() {
            let places = finding.decision.as_ref().map(|ids| self.places(ids)).unwrap_or_default();
            let place = if places.is_empty() { String::new() } else { format!(" ({})", places.join(" and ")) };
            let text = finding.text + &place;
            if finding.is_note || finding.lists.is_some_and(is_listed) {
                self.printer.info(&text);
                said.notes.push(text);
            } else {
                self.printer.warning(&text);
            }
        }
        *locked(&self.resolved.said) = said;
    }

    fn places(&self, ids: &[String; 2]) -> Vec<String> {
        let sources = self.schedule.steps.iter().filter_map(|step| match step.kind {
            StepKind::Source(source) => Some(source),
            _ => None,
        });
        decisions::places(sources, self.extracts, ids)
    }

    fn with_places(&self, mut error: IdentityError) -> IdentityError {
        if let Some((ids, places)) = error.decisions_at_fault() {
            *places = self.places(&ids);
        }
        error
    }

    async fn planned(&self, step: &Step<'_>, sql: &SourceText) -> Result<Relation, Failure> {
        let query = Query::parse(sql, self.parameters).map_err(Failure::Usage)?;
        self.engine.plan(&query).await.map_err(|error| self.failure_of(step, error))
    }

    /// Registers a staged table for later models and checks.
    async fn staged(&self, step: &Step<'_>, table: StagedTable) -> Result<StepOutcome, Failure> {
        let folder = format!("{}/", table.folder.display());
        let added = self.engine.add_parquet(step.name, &folder, Arc::clone(&table.schema)).await;
        added.map_err(|error| self.failure_of(step, error))?;
        Ok(StepOutcome::Staged(table))
    }
}

/// What makes the rows of an upserted source versions of each other.
fn versions_of(source: &Source) -> Result<Versions<'_>, BrokenInvariant> {
    let name = |index: usize| match source.columns.get(index) {
        Some(column) => Ok(column.name.as_str()),
        None => Err(BrokenInvariant::new(format!("source {} has no column number {index}", source.name))),
    };
    Ok(Versions {
        key: source.key.iter().map(|index| name(*index)).collect::<Result<_, _>>()?,
        version: source.delivery.as_ref().and_then(|delivery| delivery.version).map(name).transpose()?,
        amount: source.amount.iter().map(|index| name(*index)).collect::<Result<_, _>>()?,
        unique: source.columns.iter().filter(|column| column.unique).map(|column| column.name.as_str()).collect(),
    })
}

fn cannot_be(step: &Step<'_>) -> Failure {
    let found = format!("the {} `{}` is handled as {:?}", step.kind.label(), step.name, step.handling);
    BrokenInvariant::new(found).into()
}
