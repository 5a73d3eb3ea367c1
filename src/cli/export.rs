//! `lojal export TRIGGER`: writes the contact list of one trigger, for the tool that carries out the action.
//!
//! sql/exports/contact_list.sql builds the list from published tables: treated customers only, as of the snapshot's
//! day. The list holds direct identifiers, so only its owner can read the file.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::json::writer::LineDelimited;
use clap::{Args, ValueEnum};

use super::command::Command;
use super::runtime::with_workers;
use super::show::{current, table_folder, wanted};
use crate::diagnostics::Problem;
use crate::engine::{Engine, EngineError, Query};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Request, make_plan, warehouse};
use crate::words::counted;

/// The query that builds a list.
const CONTACT_LIST: &str = "contact_list";

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Name of the trigger.
    trigger: String,
    /// Format of the list.
    #[arg(long, value_enum, default_value_t = ListShape::Csv)]
    format: ListShape,
    /// File to write, readable only by its owner [default: stdout]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListShape {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

impl Command for Export {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), ..request };
        with_workers(&request, export(&request, self, printer))
    }
}

async fn export(request: &Request, export: &Export, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let unknown = |message: String, hint: String| Failure::Usage(vec![Problem::new(message).hint(hint)]);
    match plan.has_trigger(&export.trigger) {
        Some(Ok(())) => {}
        Some(Err(hint)) => return Err(unknown(format!("unknown trigger `{}`", export.trigger), hint)),
        None => {
            let message = format!("{} has no triggers", plan.text.path.display());
            return Err(unknown(message, "add the block `triggers`, and run".to_owned()));
        }
    }
    let Some(text) = plan.exports.get(CONTACT_LIST) else {
        let message = format!("the project has no query sql/exports/{CONTACT_LIST}.sql");
        return Err(unknown(message, "write one that reads activations and customer_contacts".to_owned()));
    };
    let warehouse = warehouse(request, &plan, printer)?;
    let snapshot = current(&warehouse)?;
    let as_of = wanted(&snapshot, "activations")?.as_of;
    let query = Query::parse(text, &plan.export_parameters(as_of, &export.trigger)).map_err(Failure::Usage)?;
    let engine = Engine::open(request.engine.clone()).map_err(|error| Failure::engine(error, "engine"))?;
    let failed = |error: EngineError| Failure::engine(error, CONTACT_LIST);
    let names: BTreeSet<&str> = query.tables().iter().map(|table| table.name.as_str()).collect();
    for name in names {
        match plan.lookups.get(name) {
            Some(lookup) => engine.add_small(name, lookup.schema(), vec![lookup.rows.clone()]).map_err(failed)?,
            None => {
                wanted(&snapshot, name)?;
                let folder = table_folder(&warehouse, &snapshot, name).await?;
                engine.add_parquet_as_found(name, &folder).await.map_err(failed)?;
            }
        }
    }
    let relation = engine.plan(&query).await.map_err(|error| Failure::Usage(vec![error.into_problem(text)]))?;
    let schema = engine.verify(&relation).map_err(failed)?;
    let mut rows = engine.collect_small(&relation).await.map_err(failed)?;
    let customers = rows.iter().map(|batch| batch.num_rows() as u64).sum();
    if rows.is_empty() {
        // A list without customers still has a header.
        rows.push(RecordBatch::new_empty(schema));
    }
    let list = shaped(&rows, export.format).map_err(|error| Failure::engine(error.into(), CONTACT_LIST))?;
    match &export.output {
        Some(path) => write_for_owner(path, &list)?,
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(&list)?;
            out.flush()?;
        }
    }
    printer.info(&format!("{}: {} as of {}", export.trigger, counted(customers, "customer"), as_of));
    Ok(())
}

fn shaped(rows: &[RecordBatch], shape: ListShape) -> Result<Vec<u8>, ArrowError> {
    let mut out = Vec::new();
    match shape {
        ListShape::Csv => {
            let mut writer = arrow::csv::Writer::new(&mut out);
            for batch in rows {
                writer.write(&without_formulas(batch)?)?;
            }
        }
        ListShape::Json => {
            let builder = arrow::json::WriterBuilder::new().with_explicit_nulls(true);
            let mut writer = builder.build::<_, LineDelimited>(&mut out);
            rows.iter().try_for_each(|batch| writer.write(batch))?;
            writer.finish()?;
        }
    }
    Ok(out)
}

/// Texts that a spreadsheet would treat as a formula get a leading apostrophe: customers wrote some of these texts.
fn without_formulas(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>().iter();
            Arc::new(texts.map(|text| text.map(harmless)).collect::<StringArray>()) as ArrayRef
        }
        _ => Arc::clone(column),
    });
    RecordBatch::try_new(batch.schema(), columns.collect())
}

fn harmless(text: &str) -> String {
    let is_formula = match text.chars().next() {
        Some('=' | '@' | '\t' | '\r' | '\n') => true,
        // A phone number stays unchanged, including its plus sign.
        Some('+' | '-') => text.chars().any(|letter| !matches!(letter, '0'..='9' | '+' | '-' | ' ' | '(' | ')')),
        _ => false,
    };
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// Writes a file atomically that only its owner can read.
fn write_for_owner(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    });
    written.map_err(|error| {
        // The draft may not exist.
        let _ = std::fs::remove_file(&draft);
        Failure::Output(std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_possible_formula_becomes_text() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("+cmd|' /C calc'!A0"), "'+cmd|' /C calc'!A0");
        assert_eq!(harmless("-2+3+A1"), "'-2+3+A1");
        assert_eq!(harmless("\tx"), "'\tx");
    }

    #[test]
    fn names_addresses_and_phone_numbers_stay_as_they_are() {
        for text in ["Åsa", "asa@example.org", "+46 (0)70-123 45 67", "-", ""] {
            assert_eq!(harmless(text), text);
        }
    }
}
