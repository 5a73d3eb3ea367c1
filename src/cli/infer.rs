//! `lojal infer FILE…`: the `sources:` block of files that are not declared yet.

use super::arguments::Infer;
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::infer::{InferRequest, infer};
use crate::printer::Printer;
use crate::run::Request;

pub(super) async fn execute(request: &Request, typed: &Infer, printer: &Printer) -> Result<(), Failure> {
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
        None => super::print(block.trim_end()),
    }
}
