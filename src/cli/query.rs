//! `lojal query SQL`: rows of one query over sources, models and the current snapshot, for people or programs.

use std::io::Read;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::command::Command;
use super::rows::{RowFormat, RowOutput};
use super::runtime::with_workers;
use super::show::ask;
use crate::diagnostics::{Problem, SourceText};
use crate::failure::Failure;
use crate::look::Question;
use crate::printer::Printer;
use crate::run::Request;

/// The rows of a table for people, unless another number is asked for: its widths are known only once all are held.
const TABLE_ROWS: usize = 1000;
/// A longer text is not a query.
const MOST_BYTES: u64 = 4 << 20;

#[derive(Debug, Args)]
pub(super) struct Query {
    /// The SQL: one `select`; `-` reads it from stdin.
    #[arg(value_name = "SQL", required_unless_present = "file", conflicts_with = "file")]
    sql: Option<String>,
    /// Read the SQL from this file.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Maximum number of rows [default: 1000 for a table, all for other formats]
    #[arg(long)]
    limit: Option<usize>,
    #[command(flatten)]
    output: RowOutput,
    /// Compute from the extracts as of this day [default: the day that a run would take, if the query depends on it]
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Pipeline whose tables to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

impl Command for Query {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), as_of: self.as_of, ..request };
        let most = (self.limit.is_none() && self.output.format == RowFormat::Table).then_some(TABLE_ROWS);
        // One more row shows whether there are more.
        let limit = self.limit.or(most.map(|most| most + 1));
        let question = Question::query(self.text()?, limit);
        with_workers(&request, ask(&request, &question, self.output.open(most)?, printer))
    }
}

impl Query {
    fn text(&self) -> Result<SourceText, Failure> {
        match (&self.file, self.sql.as_deref()) {
            (Some(path), _) => {
                let text = std::fs::File::open(path).and_then(read);
                let text = text.map_err(|error| unreadable(&path.display().to_string(), &error))?;
                Ok(SourceText::new(path.clone(), text))
            }
            (None, Some("-")) => {
                let text = read(std::io::stdin()).map_err(|error| unreadable("stdin", &error))?;
                Ok(SourceText::new("stdin", text))
            }
            (None, sql) => Ok(SourceText::new("query", sql.unwrap_or_default())),
        }
    }
}

fn read(from: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    let bytes = from.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    match bytes as u64 > MOST_BYTES {
        true => Err(std::io::Error::other(format!("more than {MOST_BYTES} bytes are too many for a query"))),
        false => Ok(text),
    }
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::Usage(vec![Problem::new(format!("{name}: {error}"))])
}
