//! `lojal infer FILE…`: the `sources:` block of files that are not declared yet.

use std::path::PathBuf;

use clap::Args;

use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::infer::{InferRequest, infer};
use crate::printer::Printer;
use crate::run::Request;

#[derive(Debug, Args)]
pub(super) struct Infer {
    /// Extracts: CSV and its relatives, JSON lines, JSON, xlsx or Parquet, compressed or not. Files with the same header
    /// form one source.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name of the source [default: derived from the file names]
    #[arg(long)]
    name: Option<String>,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
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
    };
    let block = infer(&wanted, printer).await?;
    match &typed.output {
        Some(path) => Ok(std::fs::write(path, block)?),
        None => print(block.trim_end()),
    }
}
