//! `lojal show NAME`: the first rows of a published table, or of any source, lookup or model as it would be computed
//! now.

use chrono::NaiveDate;
use clap::Args;

use super::command::Command;
use super::rows::{RowOutput, RowWriter};
use super::runtime::with_workers;
use super::signals::StopSignals;
use crate::diagnostics::{Problem, did_you_mean};
use crate::failure::Failure;
use crate::look::{Question, Sight, answer};
use crate::printer::Printer;
use crate::publish::{Snapshot, SnapshotTable, Warehouse};
use crate::run::Request;
use crate::words::counted;

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Name of a published table, or of a source, a lookup or a model.
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
    #[command(flatten)]
    output: RowOutput,
    /// Show the published table, and nothing else [default: the published table if there is one]
    #[arg(long, conflicts_with_all = ["live", "as_of"])]
    published: bool,
    /// Compute the table from the extracts, even if one is published.
    #[arg(long)]
    live: bool,
    /// Compute the table from the extracts as of this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

fn trimmed(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}

impl Command for Show {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), as_of: self.as_of, ..request };
        let sight = match (self.published, self.live || self.as_of.is_some()) {
            (true, _) => Sight::Snapshot,
            (false, true) => Sight::Live,
            (false, false) => Sight::Either,
        };
        let question = Question::show(&self.table, sight, &self.columns, self.condition.as_deref(), self.limit);
        with_workers(&request, ask(&request, &question, self.output.open(None)?, printer))
    }
}

/// Writes the answer to a question, unless a signal comes first.
pub(super) async fn ask(
    request: &Request,
    question: &Question,
    mut writer: RowWriter,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut signals = StopSignals::listen()?;
    tokio::select! {
        biased;
        (name, signal) = signals.stop() => return Err(Failure::Stopped { name, signal }),
        answered = answer(request, question, printer, &mut writer) => answered?,
    }
    if let Some(most) = writer.finish()? {
        let most = counted(most as u64, "row");
        printer.warning(&format!("the first {most} of more: --limit or another --format gives the others"));
    }
    Ok(())
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
