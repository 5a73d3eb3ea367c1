//! `lojal show TABLE`: rows of a published table, to read or for another program.

use arrow::array::RecordBatch;
use clap::Args;

use super::command::Command;
use super::output::{Shape, print, shaped};
use super::runtime::with_workers;
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::{Engine, EngineError, Parameters, Query};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::publish::{Snapshot, SnapshotTable, Warehouse};
use crate::run::{Request, make_plan, warehouse};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Name of the table.
    table: String,
    /// Maximum number of rows.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Show only these columns.
    #[arg(long, value_delimiter = ',', value_parser = trimmed)]
    columns: Vec<String>,
    /// Show only rows that meet this SQL condition.
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Format of the rows.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    format: Shape,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

fn trimmed(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}

impl Command for Show {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), ..request };
        with_workers(&request, show(&request, self, printer))
    }
}

async fn show(request: &Request, show: &Show, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let warehouse = warehouse(request, &plan, printer)?;
    let snapshot = current(&warehouse)?;
    wanted(&snapshot, &show.table)?;
    let engine = Engine::open(request.engine.clone()).map_err(|error| Failure::engine(error, "engine"))?;
    let batches = rows(&engine, &warehouse, &snapshot, show).await?;
    print(&shaped(&batches, show.format)?)
}

pub(super) fn current(warehouse: &Warehouse) -> Result<Snapshot, Failure> {
    warehouse.snapshot()?.ok_or_else(|| {
        let problem = Problem::new(format!("nothing is published in {}", warehouse.shown()));
        Failure::Usage(vec![problem.hint("`lojal run` publishes; --warehouse selects another warehouse")])
    })
}

pub(super) fn wanted<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a SnapshotTable, Failure> {
    snapshot.tables.get(name).ok_or_else(|| {
        let names: Vec<&str> = snapshot.tables.keys().map(String::as_str).collect();
        let problem = Problem::new(format!("table `{name}` is not published"));
        Failure::Usage(vec![problem.hint(did_you_mean(name, &names))])
    })
}

/// Folder of a table in the current snapshot, in the form the engine expects.
pub(super) async fn table_folder(warehouse: &Warehouse, snapshot: &Snapshot, name: &str) -> Result<String, Failure> {
    Ok(format!("{}/", warehouse.table_folder(snapshot, name).await?.display()))
}

async fn rows(
    engine: &Engine,
    warehouse: &Warehouse,
    snapshot: &Snapshot,
    show: &Show,
) -> Result<Vec<RecordBatch>, Failure> {
    let folder = table_folder(warehouse, snapshot, &show.table).await?;
    let failed = |error: EngineError| Failure::engine(error, &show.table);
    engine.add_parquet_as_found(&show.table, &folder).await.map_err(failed)?;
    let columns = if show.columns.is_empty() {
        "*".to_owned()
    } else {
        show.columns.iter().map(|name| crate::engine::quoted(name)).collect::<Vec<_>>().join(", ")
    };
    // In parentheses and on its own line: an error in it is shown there, and it cannot become anything but a condition.
    let condition = show.condition.as_ref().map(|condition| format!("\nwhere ({condition}\n)")).unwrap_or_default();
    let table = crate::engine::quoted(&show.table);
    let text = SourceText::new("show", format!("select {columns}\nfrom {table}{condition}\nlimit {}", show.limit));
    let query = Query::parse(&text, &Parameters::new()).map_err(Failure::Usage)?;
    let relation = engine.plan(&query).await.map_err(|error| Failure::Usage(vec![error.into_problem(&text)]))?;
    let schema = engine.verify(&relation).map_err(|error| Failure::Usage(vec![error.into_problem(&text)]))?;
    let rows = engine.collect_small(&relation).await.map_err(failed)?;
    // Without rows there is still a header.
    Ok(if rows.is_empty() { vec![RecordBatch::new_empty(schema)] } else { rows })
}
