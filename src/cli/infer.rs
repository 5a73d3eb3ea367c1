//! `lojal infer FILE…`: the `sources:` block of files that are not declared yet.

use std::path::PathBuf;

use clap::Args;

use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use crate::config::MaxRejected;
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::infer::{InferError, InferRequest, infer};
use crate::printer::Printer;
use crate::run::Request;

#[derive(Debug, Args)]
pub(super) struct Infer {
    /// Extracts: CSV and its relatives, JSON lines, JSON, workbooks or Parquet, compressed or not, and zip archives of
    /// them. Files with the same header form one source.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name of the source [default: derived from the file names]
    #[arg(long)]
    name: Option<String>,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The most rows that the block may reject, as a share (2%) or a number; the block then says so. More than that is
    /// an error [default: 1%, as for any source]
    #[arg(long, value_name = "SHARE")]
    max_rejected: Option<MaxRejected>,
    /// Write the block even where somebody must decide about rows first. The exit code remains 1
    #[arg(long)]
    draft: bool,
}

impl Command for Infer {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        with_workers(&request, write_block(&request, self, printer))
    }
}

async fn write_block(request: &Request, typed: &Infer, printer: &Printer) -> Result<(), Failure> {
    if let Some(name) = typed.name.as_ref().filter(|name| !crate::plan::is_table_name(name)) {
        let problem = Problem::new(format!("`{name}` cannot be a source name"));
        return Err(Failure::Usage(vec![problem.hint("use lower-case letters, digits and underscores")]));
    }
    let wanted = InferRequest {
        files: typed.files.clone(),
        name: typed.name.clone(),
        project: request.project.clone(),
        scratch: request.engine.scratch.clone(),
        max_rejected: typed.max_rejected,
    };
    match infer(&wanted, printer).await {
        Ok(block) => write(&block, typed),
        Err(error) => {
            if let (InferError::Undecided { draft, .. }, true) = (&error, typed.draft) {
                write(draft, typed)?;
            }
            Err(error.into())
        }
    }
}

fn write(block: &str, typed: &Infer) -> Result<(), Failure> {
    match &typed.output {
        Some(path) => Ok(std::fs::write(path, block)?),
        None => print(block.trim_end()),
    }
}
