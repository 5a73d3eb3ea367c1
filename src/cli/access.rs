//! `lojal access`: everything that is held about one person.

use std::path::PathBuf;

use clap::Args;

use super::command::Command;
use super::runtime::with_workers;
use crate::access;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;

#[derive(Debug, Args)]
pub(super) struct Access {
    /// customer_key of the person, or the id of one of their source records, also as source:id.
    key: String,
    /// System that holds the record with this id, if several have such an id.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// File that ends in .json or .xlsx, or folder for both; readable only by its owner.
    #[arg(long, value_name = "PATH")]
    output: PathBuf,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

impl Command for Access {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), ..request };
        with_workers(&request, access::access(&request, (&self.key, self.source.as_deref()), &self.output, printer))
    }
}
