//! `lojal access`: everything that is held about one person, for the right of access.
//!
//! The rows of theirs in each table of the current snapshot, restricted ones included, with the meaning of the columns;
//! the rows that name them in the extracts, as delivered; and rejected rows. As JSON and as a workbook, which only their
//! owner can read.

mod delivered;
mod held;
mod workbook;

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::filter_record_batch;
use arrow::json::WriterBuilder;
use arrow::json::writer::JsonArray;
use serde_json::{Map, Value};

use crate::diagnostics::Problem;
use crate::erase::{Marks, Person, person_of};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::publish::{PublishError, Retained, Warehouse};
use crate::run::{Request, read_plan, warehouse};
use crate::words::counted;
use held::{Held, HeldTable};

/// What stands for the id of another person, and for what is theirs.
const OTHER_PERSON: &str = "another person";

/// Writes what is held about the person with a customer_key or source id to a file, or to two in a folder. `source` is
/// the system that holds the record, if several have such an id.
///
/// # Errors
/// A person whom the snapshot does not know, and files that cannot be written.
pub async fn access(
    request: &Request,
    (key, source): (&str, Option<&str>),
    output: &Path,
    printer: &Printer,
) -> Result<(), Failure> {
    let targets = targets(output)?;
    let plan = read_plan(request, printer).await?;
    let warehouse = warehouse(request, &plan, printer)?;
    let usage = |message: String, hint: &str| Failure::Usage(vec![Problem::new(message).hint(hint.to_owned())]);
    if warehouse.local_folder().is_none() {
        return Err(usage(
            format!("{} is in a remote store: lojal access reads local files only", warehouse.shown()),
            "copy the current snapshot here",
        ));
    }
    let current = warehouse.snapshot()?;
    let retained = warehouse.retained()?.into_iter();
    let Some(snapshot) = retained
        .into_iter()
        .find(|found| current.as_ref().is_some_and(|current| current.run_id == found.snapshot.run_id))
    else {
        return Err(usage(format!("{} has no snapshot", warehouse.shown()), "run `lojal run` first"));
    };
    let person = person_of(request, &plan, &snapshot, key, source).await?;
    let person = person.map_err(|problem| Failure::Usage(vec![problem]))?;
    let Some(person) = person else {
        return Err(usage(
            "the current snapshot knows nobody with this key".to_owned(),
            "give a customer_key, the id of a source record as it is written there, or source:id",
        ));
    };
    let mut held = held(&warehouse, &snapshot, &person)?;
    held.tables.extend(delivered::in_extracts(request, &plan, &snapshot, &person));
    held.tables.extend(delivered::rejected(request, &plan, &warehouse, &person)?);
    for target in &targets {
        let bytes = match target.extension().is_some_and(|ending| ending == "xlsx") {
            true => workbook::workbook(&held)?,
            false => format!("{:#}\n", serde_json::json!(held)).into_bytes(),
        };
        put(target, &bytes)?;
    }
    let rows: u64 = held.tables.iter().map(|table| table.rows.len() as u64).sum();
    let shown: Vec<String> = targets.iter().map(|target| target.display().to_string()).collect();
    printer.info(&format!(
        "{} of {} in {}",
        counted(rows, "row"),
        counted(held.tables.len() as u64, "table"),
        shown.join(" and ")
    ));
    Ok(())
}

/// The files to write: the one that is named, or both in a folder.
fn targets(output: &Path) -> Result<Vec<PathBuf>, Failure> {
    let targets = match output.extension().and_then(|ending| ending.to_str()) {
        Some("json" | "xlsx") => vec![output.to_owned()],
        Some(_) => {
            let problem = Problem::new(format!("{} is neither JSON nor a workbook", output.display()));
            return Err(Failure::Usage(vec![problem.hint("name a folder, or a file that ends in .json or .xlsx")]));
        }
        None => vec![output.join("access.json"), output.join("access.xlsx")],
    };
    match targets.iter().find(|target| target.exists()) {
        Some(target) => {
            let problem = Problem::new(format!("{} exists", target.display()));
            Err(Failure::Usage(vec![problem.hint("name another file or folder, or move this one away")]))
        }
        None => Ok(targets),
    }
}

fn held(warehouse: &Warehouse, snapshot: &Retained, person: &Person) -> Result<Held, Failure> {
    let marks = Marks::new(snapshot, std::slice::from_ref(person))?;
    let catalog = warehouse.document("catalog.json")?.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let mut tables = Vec::new();
    for name in snapshot.snapshot.tables.keys() {
        let mut rows = Vec::new();
        snapshot.read(name, |batch| {
            let theirs = filter_record_batch(batch, &marks.of(batch))
                .map_err(|error| unwritable(name, std::io::Error::other(error)))?;
            if theirs.num_rows() > 0 {
                let found = json_rows(&theirs).map_err(|error| unwritable(name, std::io::Error::other(error)))?;
                rows.extend(found.into_iter().map(|row| without_others(row, person)));
            }
            Ok(())
        })?;
        if !rows.is_empty() {
            let (description, columns) = described(catalog.as_ref(), name);
            tables.push(HeldTable { kind: "table", name: name.clone(), description, columns, rows });
        }
    }
    let customer_keys: Vec<String> = marks.keys().iter().cloned().collect();
    Ok(Held {
        customer_keys,
        run_id: snapshot.snapshot.run_id.clone(),
        as_of: snapshot.snapshot.as_of,
        issued_at: chrono::Utc::now(),
        tables,
    })
}

/// A row about two records, without what is another person's.
fn without_others(mut row: Map<String, Value>, person: &Person) -> Map<String, Value> {
    let text = |row: &Map<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut has_other = false;
    for (source, id) in [("source", "source_id"), ("other_source", "other_source_id")] {
        let (Some(source), Some(found)) = (text(&row, source), text(&row, id)) else { continue };
        if !person.records.contains(&(source, found)) {
            has_other = true;
            row.insert(id.to_owned(), Value::from(OTHER_PERSON));
        }
    }
    // A row to review may be about more records than the two that it names.
    let is_of_several = has_other || row.contains_key("review_id");
    for name in ["value", "names"].into_iter().filter(|_| is_of_several) {
        if text(&row, name).is_some_and(|value| !person.has_value(&value)) {
            row.insert(name.to_owned(), Value::from(OTHER_PERSON));
        }
    }
    row
}

fn unwritable(table: &str, source: std::io::Error) -> PublishError {
    PublishError::Io { action: "read", path: PathBuf::from(table), source }
}

fn json_rows(batch: &RecordBatch) -> Result<Vec<Map<String, Value>>, Box<dyn std::error::Error + Send + Sync>> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    Ok(serde_json::from_slice(&writer.into_inner())?)
}

/// What the catalog says about a table and its columns.
fn described(catalog: Option<&Value>, table: &str) -> (String, Map<String, Value>) {
    let nodes = catalog.and_then(|catalog| catalog.get("nodes")?.as_object());
    let node = nodes
        .into_iter()
        .flat_map(Map::values)
        .find(|node| node.pointer("/metadata/name").and_then(Value::as_str) == Some(table));
    let Some(node) = node else { return Default::default() };
    let comment = node.pointer("/metadata/comment").and_then(Value::as_str).unwrap_or_default().to_owned();
    let columns = node.get("columns").and_then(Value::as_object).into_iter().flatten();
    let meaning =
        |(name, column): (&String, &Value)| (name.clone(), column.get("comment").cloned().unwrap_or_default());
    (comment, columns.map(meaning).collect())
}

/// Writes a file that only its owner can read, whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    let draft = path.with_extension(format!("draft{}", std::process::id()));
    let written =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&draft, path)
        });
    written.map_err(|error| {
        // The draft may not exist.
        let _ = std::fs::remove_file(&draft);
        Failure::Output(error)
    })
}
