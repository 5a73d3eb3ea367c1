//! The way from a question to its rows: everything is checked against empty tables first, then computed.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;
use futures::StreamExt;
use tokio::sync::Mutex;

use super::live::Workplace;
use super::question::Question;
use super::remarks;
use super::tables::{LIVE, NamedTable, RESTRICTED, SNAPSHOT, Sight, Tables};
use crate::diagnostics::Problem;
use crate::engine::{Engine, EngineError, EngineOptions, Parameters, Query, Relation, table_scans};
use crate::failure::Failure;
use crate::invariant::BrokenInvariant;
use crate::plan::{Plan, names_the_day};
use crate::printer::Printer;
use crate::publish::{PrivateFolder, Warehouse};
use crate::run::{Request, read_plan_to_look, warehouse};

/// Where the rows of an answer go.
pub trait RowSink {
    /// Whether it can hold these columns. It is asked before any row is read.
    ///
    /// # Errors
    /// What is wrong with them.
    fn accepts(&self, schema: &SchemaRef) -> Result<(), Problem>;

    /// Takes the columns, before any rows.
    ///
    /// # Errors
    /// An output that cannot be written.
    fn start(&mut self, schema: &SchemaRef) -> Result<(), Failure>;

    /// Takes rows.
    ///
    /// # Errors
    /// An output that cannot be written.
    fn rows(&mut self, rows: &RecordBatch) -> Result<(), Failure>;
}

/// Answers a question. Nothing is published.
///
/// # Errors
/// Mistakes in the pipeline or the query, extracts that cannot be read, queries that fail on their data.
pub async fn answer(
    request: &Request,
    question: &Question,
    printer: &Printer,
    sink: &mut dyn RowSink,
) -> Result<(), Failure> {
    let plan = read_plan_to_look(request, &question.names().map_err(Failure::Usage)?, printer).await?;
    printer.problems(&plan.warnings);
    answer_with(request, &plan, question, printer, sink).await
}

/// As [`answer`], with a plan that was made before.
pub(super) async fn answer_with(
    request: &Request,
    plan: &Plan,
    question: &Question,
    printer: &Printer,
    sink: &mut dyn RowSink,
) -> Result<(), Failure> {
    let warehouse = warehouse(request, plan, printer)?;
    let snapshot = warehouse.snapshot()?;
    let shown = warehouse.shown();
    let tables = Tables { plan, snapshot: snapshot.as_ref(), warehouse: &shown };
    let named = named(question, &tables)?;
    remarks::other_days(&named, &tables, request.as_of, printer);
    let folder = PrivateFolder::create()?;
    let workplace =
        Workplace { request, plan, warehouse: &warehouse, snapshot: snapshot.as_ref(), folder: &folder, printer };
    let needs_few = question.needs_few(plan, &tables);
    let desk = Desk { question, tables, named, engine: engine(request, &folder, needs_few)?, warehouse: &warehouse };
    let (reads, columns) = desk.check().await?;
    sink.accepts(&columns).map_err(|problem| Failure::Usage(vec![problem]))?;
    let as_of = desk.day(&workplace, &reads).await?;
    remarks::origins(&desk.named, &desk.tables, as_of, printer);
    let parameters = plan.parameters(as_of);
    if reads.is_empty() {
        desk.register().await?;
        let relation = desk.relation(&parameters, needs_few).await?;
        return desk.send(&relation, sink).await.and_then(|ended| ended);
    }
    let live = workplace.open(&reads, as_of, (needs_few, question.is_held())).await?;
    let runner = live.runner(&workplace, &desk.engine, &parameters);
    runner.run().await?;
    desk.register().await?;
    let relation = desk.relation(&parameters, needs_few).await?;
    let steps = live.schedule.steps.iter().map(|step| step.name).filter(|name| reads.contains_key(*name));
    let extracts = live.schedule.extracts_behind(&steps.collect::<Vec<_>>())?;
    match question.is_held() {
        // Only the end of an extract may show which of its rows count, and it is then read again.
        true => {
            let (schema, rows) = runner.repeated("show", &extracts, async || desk.held(&relation).await).await?;
            sink.start(&schema)?;
            rows.iter().try_for_each(|rows| sink.rows(rows))?;
        }
        false => {
            let sink = Mutex::new(sink);
            let sent = async || desk.send(&relation, &mut **sink.lock().await).await;
            runner.repeated("query", &extracts, sent).await??;
        }
    }
    live.extracts.settle()?;
    remarks::extracts(&live.extracts, printer);
    Ok(())
}

/// One thread reads the files in their order, so that the first rows are those of the first file.
fn engine(request: &Request, folder: &PrivateFolder, needs_few: bool) -> Result<Engine, Failure> {
    let threads = if needs_few { NonZeroUsize::MIN } else { request.engine.threads };
    let options = EngineOptions { threads, scratch: folder.folder().join("scratch"), ..request.engine.clone() };
    let engine = Engine::open(options).map_err(engine_failed)?;
    for schema in [SNAPSHOT, LIVE, RESTRICTED] {
        engine.add_schema(schema).map_err(engine_failed)?;
    }
    Ok(engine)
}

fn engine_failed(error: EngineError) -> Failure {
    Failure::engine(error, "engine")
}

/// The tables that the question names.
fn named(question: &Question, tables: &Tables<'_>) -> Result<Vec<NamedTable>, Failure> {
    if let Some(shown) = &question.shown {
        tables.shown(shown).map_err(|problem| Failure::Usage(vec![problem]))?;
    }
    let query = Query::unfilled(&question.text).map_err(Failure::Usage)?;
    let restricted = question.shown.as_ref().map_or(Sight::Either, |shown| shown.sight);
    let mut problems: Vec<Problem> = Vec::new();
    let mut named = Vec::new();
    for reference in query.tables() {
        match tables.find(reference, restricted) {
            Ok(table) => named.push(table),
            Err(problem) => {
                let length = reference.name.chars().count();
                problems.push(problem.at(&question.text, reference.line, reference.column, length));
            }
        }
    }
    if problems.is_empty() { Ok(named) } else { Err(Failure::Usage(problems)) }
}

/// A question with the tables that it names, and the engine that answers it.
struct Desk<'a> {
    question: &'a Question,
    tables: Tables<'a>,
    named: Vec<NamedTable>,
    engine: Engine,
    warehouse: &'a Warehouse,
}

impl Desk<'_> {
    fn plan(&self) -> &Plan {
        self.tables.plan
    }

    /// Plans the query against the declared columns, so that a mistake is found before any row is read. Returns how
    /// often it reads each table that is computed from extracts, and its own columns.
    async fn check(&self) -> Result<(BTreeMap<String, usize>, SchemaRef), Failure> {
        for table in &self.named {
            if table.is_live {
                let schema = self.tables.live_schema(&table.name);
                let lost = || BrokenInvariant::new(format!("`{}` was found and has no columns", table.name));
                let schema = schema.ok_or_else(lost)?;
                self.engine.add_empty(&table.registered(), schema).map_err(engine_failed)?;
            } else {
                self.add_published(table).await?;
            }
        }
        let relation = self.relation(&self.plan().parameters(NaiveDate::default()), false).await?;
        let columns = self.verified(&relation)?;
        let scans = table_scans(&relation);
        let mut reads: BTreeMap<String, usize> = BTreeMap::new();
        for table in &self.named {
            let registered = table.registered();
            if table.is_live {
                // A table whose rows cannot matter may have been removed from the plan.
                *reads.entry(table.name.clone()).or_default() += scans.get(&registered).copied().unwrap_or(0).max(1);
            }
            self.engine.remove(&registered).map_err(engine_failed)?;
        }
        Ok((reads, columns))
    }

    async fn add_published(&self, table: &NamedTable) -> Result<(), Failure> {
        let snapshot = self.tables.snapshot;
        let lost = || BrokenInvariant::new(format!("`{}` was found in a snapshot, and there is none", table.name));
        let snapshot = snapshot.ok_or_else(lost)?;
        let folder = format!("{}/", self.warehouse.table_folder(snapshot, &table.name).await?.display());
        let added = self.engine.add_parquet_as_found(&table.registered(), &folder).await;
        added.map_err(|error| Failure::engine(error, &table.name))
    }

    /// Registers every table under the name that the query has for it, once the steps have computed those of the
    /// extracts.
    async fn register(&self) -> Result<(), Failure> {
        for table in self.named.iter().filter(|table| table.is_live && table.registered() != table.name) {
            self.engine.add_again(&table.name, &table.registered()).await.map_err(engine_failed)?;
        }
        for table in self.named.iter().filter(|table| !table.is_live) {
            // Steps may have computed a table of this name; the views that read it have it already.
            self.engine.remove(&table.registered()).map_err(engine_failed)?;
            self.add_published(table).await?;
        }
        Ok(())
    }

    /// The as-of day: the one asked for, or the one that a run would take if anything depends on it, or else today.
    async fn day(&self, workplace: &Workplace<'_>, reads: &BTreeMap<String, usize>) -> Result<NaiveDate, Failure> {
        let depends = names_the_day(&self.question.text.text) || self.plan().depends_on_day(reads.keys());
        match (workplace.request.as_of, self.tables.snapshot) {
            (Some(as_of), _) => Ok(as_of),
            (None, Some(snapshot)) if reads.is_empty() => Ok(snapshot.as_of),
            (None, _) if depends => workplace.newest_day().await,
            (None, _) => Ok(workplace.today()),
        }
    }

    fn failed(&self, error: EngineError) -> Failure {
        Failure::Usage(vec![error.into_problem(&self.question.text)])
    }

    fn verified(&self, relation: &Relation) -> Result<SchemaRef, Failure> {
        self.engine.verify(relation).map_err(|error| self.failed(error))
    }

    /// The query, its rows in a settled order where all of them are needed anyway, and no more than asked for.
    async fn relation(&self, parameters: &Parameters, needs_few: bool) -> Result<Relation, Failure> {
        let text = &self.question.text;
        let query = Query::parse(text, parameters).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(|error| self.failed(error))?;
        let Some(limit) = self.question.limit else { return Ok(relation) };
        let is_settled = needs_few || self.question.shown.is_none() || self.named.iter().all(|table| !table.is_live);
        let cut = match is_settled {
            true => self.engine.limited(relation, limit),
            false => self.sorted(relation, limit),
        };
        cut.map_err(|error| self.failed(error))
    }

    /// The first rows by the key of the shown table, or else by all columns.
    fn sorted(&self, relation: Relation, limit: usize) -> Result<Relation, EngineError> {
        let name = self.question.shown.as_ref().map(|shown| shown.name.as_str()).unwrap_or_default();
        let key = self.plan().models.get(name).map(|model| model.key()).unwrap_or_default();
        let schema = relation.schema().as_arrow();
        if !key.is_empty() && key.iter().all(|column| schema.column_with_name(column).is_some()) {
            let sorted = self.engine.sorted(relation, &key)?;
            return self.engine.limited(sorted, limit);
        }
        match schema.fields().iter().any(|field| field.data_type().is_nested()) {
            true => self.engine.limited(relation, limit),
            false => self.engine.first(relation, limit),
        }
    }

    /// All rows.
    async fn held(&self, relation: &Relation) -> Result<(SchemaRef, Vec<RecordBatch>), Failure> {
        let failed = |error: EngineError| Failure::engine(error, "show");
        let mut stream = self.engine.stream(relation).await.map_err(failed)?;
        let schema = stream.schema();
        let mut rows = Vec::new();
        while let Some(batch) = stream.next().await {
            rows.push(batch.map_err(|error| failed(error.into()))?);
        }
        Ok((schema, rows))
    }

    /// Passes the rows on as they come. An error after the first of them is final: it is the inner result.
    async fn send(&self, relation: &Relation, sink: &mut dyn RowSink) -> Result<Result<(), Failure>, Failure> {
        let failed = |error: EngineError| Failure::engine(error, "query");
        let mut stream = self.engine.stream(relation).await.map_err(failed)?;
        let schema = stream.schema();
        let mut next = match stream.next().await.transpose() {
            Ok(first) => first,
            Err(error) => return Err(failed(error.into())),
        };
        let sent = async {
            sink.start(&schema)?;
            while let Some(batch) = next {
                sink.rows(&batch)?;
                next = stream.next().await.transpose().map_err(|error| failed(error.into()))?;
            }
            Ok(())
        };
        Ok(sent.await)
    }
}
