//! Runs the steps of a schedule in order: sources and models become views, kept tables or staged Parquet.
//!
//! The stage between extract and check. It decides nothing: `plan::schedule` has settled what each step becomes.

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDate;
use futures::StreamExt;

use crate::config::ModelFile;
use crate::engine::{Engine, EngineError, Parameters, Query, Relation, Thrift, Versions};
use crate::extract::Extracts;
use crate::failure::Failure;
use crate::identity::Resolver;
use crate::plan::{Handling, Plan, SOURCE_COUNTS, Schedule, Step, StepKind};
use crate::printer::Printer;
use crate::publish::{StagedTable, Staging, TableWriter};

/// The result of a step.
#[derive(Debug, Clone)]
pub struct StepResult {
    /// The step.
    pub step: Step,
    /// Rows it returned; `None` if it was inlined into its reader.
    pub rows: Option<u64>,
    /// Seconds it took.
    pub seconds: f64,
}

/// Everything the steps of a run work with.
pub struct Workshop<'a> {
    /// The checked pipeline.
    pub plan: &'a Plan,
    /// What to run.
    pub schedule: &'a Schedule,
    /// Where queries run.
    pub engine: &'a Engine,
    /// Where source rows come from.
    pub extracts: &'a Extracts,
    /// Where published tables are written.
    pub staging: &'a Staging,
    /// The as-of day.
    pub as_of: NaiveDate,
    /// Values of `$name`.
    pub parameters: Parameters,
    /// Where progress is reported.
    pub printer: &'a Printer,
}

/// What the steps produced.
#[derive(Debug)]
pub struct Transformed {
    /// Tables written below staging, by name.
    pub staged: BTreeMap<String, StagedTable>,
    /// Every step, in order.
    pub steps: Vec<StepResult>,
}

impl Workshop<'_> {
    /// Runs every step.
    ///
    /// # Errors
    /// The first step that fails, with the SQL file or the extract at fault.
    pub async fn run(&self) -> Result<Transformed, Failure> {
        let mut done = Transformed { staged: BTreeMap::new(), steps: Vec::with_capacity(self.schedule.steps.len()) };
        let total = self.schedule.steps.iter().filter(|step| step.handling != Handling::View).count();
        let mut number = 0;
        for step in &self.schedule.steps {
            let started = Instant::now();
            if step.handling != Handling::View {
                number += 1;
                self.printer.step_started(number, total, &step.name, self.plan.describe_kind(&step.name));
            }
            let (rows, staged) = self.try_step(step).await?;
            let seconds = started.elapsed().as_secs_f64();
            if let Some(rows) = rows {
                self.printer.step_done(&step.name, rows, seconds);
            }
            done.staged.extend(staged.map(|table| (table.name.clone(), table)));
            done.steps.push(StepResult { step: step.clone(), rows, seconds });
            self.extracts.settle().await?;
            self.put_away(&step.name)?;
        }
        Ok(done)
    }

    /// Runs a step. If memory runs out, tries again with more thrift.
    async fn try_step(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let mut tries = Thrift::ALL.into_iter().peekable();
        loop {
            let Some(thrift) = tries.next() else { return Ok((None, None)) };
            self.engine.set_thrift(thrift);
            let outcome = self.step(step).await;
            self.engine.set_thrift(Thrift::Usual);
            match (outcome, tries.peek()) {
                (Err(Failure::Query { source, .. }), Some(_)) if source.is_memory() => {
                    self.printer
                        .info(&format!("  {}: not enough memory ({source}); trying again with less", step.name));
                    for source in self.sources_read_by(&step.name) {
                        self.extracts.restart(&source)?;
                    }
                }
                (outcome, _) => return outcome,
            }
        }
    }

    /// The sources that a step scans through views.
    fn sources_read_by(&self, name: &str) -> Vec<String> {
        let mut open = vec![name.to_owned()];
        let mut found: Vec<String> =
            self.plan.sources.get(name).map(|source| source.name.clone()).into_iter().collect();
        while let Some(next) = open.pop() {
            for read in self.plan.reads(&next) {
                let step = self.schedule.steps.iter().find(|step| step.name == read);
                if let Some(step) = step.filter(|step| step.handling == Handling::View) {
                    open.push(read.to_owned());
                    found.extend((step.kind == StepKind::Source).then(|| read.to_owned()));
                }
            }
        }
        found
    }

    async fn step(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        match step.kind {
            StepKind::Source => self.source(step).await,
            StepKind::Lookup => {
                let Some(lookup) = self.plan.lookups.get(&step.name) else { return Ok((None, None)) };
                let added = self.engine.add_small(&step.name, lookup.schema(), vec![lookup.rows.clone()]);
                added.map_err(|error| self.blame(step, error))?;
                Ok((Some(lookup.rows.num_rows() as u64), None))
            }
            StepKind::Earlier => self.earlier(step).await,
            StepKind::SourceCounts => {
                self.extracts.drain().await?;
                let counts = self.extracts.counts()?;
                let rows = counts.num_rows() as u64;
                let added = self.engine.add_small(SOURCE_COUNTS, counts.schema(), vec![counts]);
                added.map_err(|error| self.blame(step, error))?;
                Ok((Some(rows), None))
            }
            StepKind::Identity => self.identity(step).await,
            StepKind::Model => self.model(step).await,
        }
    }

    /// A table of the snapshot that was current when the run took the lock. Nobody else can have replaced it since.
    async fn earlier(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let Some(wanted) = self.plan.earlier_tables.get(&step.name) else { return Ok((None, None)) };
        let blame = |error: EngineError| self.blame(step, error);
        match self.staging.warehouse().earlier_table(wanted).await? {
            Some(found) => {
                let folder = format!("{}/", found.folder.display());
                self.engine.add_parquet(&step.name, &folder, wanted.schema()).await.map_err(blame)?;
                Ok((Some(found.rows), None))
            }
            None => {
                self.engine.add_empty(&step.name, wanted.schema()).map_err(blame)?;
                Ok((Some(0), None))
            }
        }
    }

    async fn source(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let table = self.extracts.table(&step.name)?;
        if step.handling == Handling::View {
            self.engine.add_table(&step.name, table).map_err(|error| self.blame(step, error))?;
            return Ok((None, None));
        }
        if let Some(source) = self.plan.sources.get(&step.name).filter(|source| source.is_upsert()) {
            let name = |index: &usize| source.columns.get(*index).map(|spec| spec.name.as_str());
            let of = Versions {
                key: source.key.iter().filter_map(name).collect(),
                version: source.delivery.as_ref().and_then(|delivery| name(&delivery.version?)),
                unique: source.columns.iter().filter(|spec| spec.unique).map(|spec| spec.name.as_str()).collect(),
            };
            let kept = self.engine.keep_latest(&step.name, table, &of).await;
            let (rows, latest) = kept.map_err(|error| self.blame(step, error))?;
            self.extracts.enter_latest(&step.name, &latest);
            return Ok((Some(rows), None));
        }
        let rows = self.engine.keep_table(&step.name, table).await.map_err(|error| self.blame(step, error))?;
        Ok((Some(rows), None))
    }

    async fn model(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let Some(model) = self.plan.models.get(&step.name) else { return Ok((None, None)) };
        let query = Query::parse(&model.sql, &self.parameters).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(|error| self.blame(step, error))?;
        match step.handling {
            Handling::View => {
                self.engine.add_view(&step.name, relation).map_err(|error| self.blame(step, error))?;
                Ok((None, None))
            }
            Handling::Kept => {
                let rows = self.engine.keep(&step.name, &relation).await.map_err(|error| self.blame(step, error))?;
                Ok((Some(rows), None))
            }
            Handling::Published => {
                let sorted = self.engine.sorted(relation, &model.key()).map_err(|error| self.blame(step, error))?;
                let table = self.write(step, &sorted, &model.properties).await?;
                self.in_reach(step, table).await
            }
        }
    }

    async fn write(&self, step: &Step, relation: &Relation, properties: &ModelFile) -> Result<StagedTable, Failure> {
        let mut stream = self.engine.stream(relation).await.map_err(|error| self.blame(step, error))?;
        let folder = self.staging.table_folder(&step.name, properties.restricted)?;
        let mut writer = TableWriter::new(&step.name, folder, &stream.schema(), properties)?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| self.blame(step, error.into()))?;
            writer.write(&batch)?;
        }
        Ok(writer.finish()?)
    }

    async fn identity(&self, step: &Step) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let Some(identity) = &self.plan.identity else { return Ok((None, None)) };
        let blame = |error: EngineError| self.blame(step, error);
        let columns = ["source", "source_id"].into_iter().chain(identity.keys.values().map(String::as_str));
        let columns: Vec<String> = columns.map(crate::engine::quoted).collect();
        let sql = format!("select {} from {}", columns.join(", "), crate::engine::quoted(&identity.records));
        let text = crate::diagnostics::SourceText::new("identity", sql);
        let query = Query::parse(&text, &self.parameters).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(blame)?;
        let mut stream = self.engine.stream(&relation).await.map_err(blame)?;
        let mut resolver = Resolver::new(identity.keys.keys().cloned().collect())?;
        let charge = self.engine.charge("source records of identity");
        while let Some(batch) = stream.next().await {
            resolver.push(&batch.map_err(|error| blame(error.into()))?)?;
            charge.resize(resolver.memory_size()).map_err(blame)?;
        }
        let resolved = tokio::task::spawn_blocking(move || resolver.finish()).await;
        let identities = resolved.map_err(std::io::Error::other)??;
        if step.handling != Handling::Published {
            let rows = identities.record_count() as u64;
            let batches = identities.collect::<Result<Vec<_>, _>>()?;
            self.engine.add_held(&step.name, crate::identity::schema(), batches).map_err(blame)?;
            return Ok((Some(rows), None));
        }
        let folder = self.staging.table_folder(&step.name, identity.properties.restricted)?;
        let mut writer = TableWriter::new(&step.name, folder, &crate::identity::schema(), &identity.properties)?;
        for batch in identities {
            writer.write(&batch?)?;
        }
        let table = writer.finish()?;
        self.in_reach(step, table).await
    }

    /// Registers a staged table for later models and checks.
    async fn in_reach(&self, step: &Step, table: StagedTable) -> Result<(Option<u64>, Option<StagedTable>), Failure> {
        let folder = format!("{}/", table.folder.display());
        let schema = std::sync::Arc::clone(&table.schema);
        self.engine.add_parquet(&step.name, &folder, schema).await.map_err(|error| self.blame(step, error))?;
        Ok((Some(table.rows), Some(table)))
    }

    /// Frees the kept tables that no later step reads.
    fn put_away(&self, done: &str) -> Result<(), Failure> {
        let over = self.schedule.last_reader.iter().filter(|(_, reader)| *reader == done).map(|(table, _)| table);
        for table in over {
            let kept = self.schedule.steps.iter().any(|step| step.name == *table && step.handling == Handling::Kept);
            if kept {
                self.engine.remove(table).map_err(|error| Failure::engine(error, table))?;
            }
        }
        Ok(())
    }

    fn blame(&self, step: &Step, error: EngineError) -> Failure {
        match self.plan.models.get(&step.name) {
            Some(model) => Failure::engine(error, &model.sql.path.display().to_string()),
            None => Failure::engine(error, &step.name),
        }
    }
}
