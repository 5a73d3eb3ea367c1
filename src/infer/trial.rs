//! Columns of text whose cells may have a form that lojal reads: possible declarations are tried on some cells, by the
//! reader itself. What a run can read is so declared, and no other code judges forms.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use super::amounts::amounts;
use super::decide;
use super::draft::{ColumnDraft, CsvDraft, Form, FormatDraft, SourceDraft};
use super::error::InferError;
use super::profile::Profile;
use super::reading::Declared;
use super::sql_name::sql_names;

/// With fewer cells, a form may be a coincidence.
const LEAST_CELLS: usize = 2;

/// The forms that columns of text have, by the column's index; not those of `refused` columns.
///
/// # Errors
/// The trial files cannot be written or read.
pub(super) async fn forms(
    profile: &Profile,
    refused: &HashSet<usize>,
    scratch: &Path,
) -> Result<BTreeMap<usize, Form>, InferError> {
    let mut found = BTreeMap::new();
    let names = sql_names(&profile.names);
    for (at, name) in names.iter().enumerate() {
        if profile.stated[at].is_some() || refused.contains(&at) {
            continue;
        }
        let cells = decide::cells_to_try(name, &profile.columns[at]);
        if cells.len() < LEAST_CELLS {
            continue;
        }
        let possible = amounts(&cells);
        if let Some(form) = first_fitting(&cells, possible, scratch).await? {
            found.insert(at, form);
        }
    }
    Ok(found)
}

/// The first of the possible forms that the reader reads all cells with.
async fn first_fitting(cells: &[String], possible: Vec<Form>, scratch: &Path) -> Result<Option<Form>, InferError> {
    if possible.is_empty() {
        return Ok(None);
    }
    let folder = scratch.join(format!("lojal-trial-{}", uuid::Uuid::new_v4().simple()));
    let tried = try_all(cells, &possible, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    let faulty = tried?;
    Ok(possible.into_iter().enumerate().find(|(at, _)| !faulty.contains(&column_name(*at))).map(|(_, form)| form))
}

/// Reads the cells once, each with every form, as a column of its own. Returns the columns with faults.
async fn try_all(cells: &[String], possible: &[Form], folder: &Path) -> Result<HashSet<String>, InferError> {
    let path = folder.join("cells.csv");
    let failed = |source| InferError::Read { path: path.clone(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let columns: Vec<ColumnDraft> = possible
        .iter()
        .enumerate()
        .map(|(at, form)| ColumnDraft {
            name: column_name(at),
            aliases: Vec::new(),
            ty: form.ty,
            required: false,
            optional: false,
            personal: false,
            values: form.values.clone(),
            comments: Vec::new(),
        })
        .collect();
    let row = |cell: &str| vec![format!("\"{}\"", cell.replace('"', "\"\"")); columns.len()].join(",");
    let text: String = cells.iter().map(|cell| row(cell) + "\n").collect();
    std::fs::write(&path, text).map_err(failed)?;
    let draft = SourceDraft {
        name: "trial".to_owned(),
        path: path.display().to_string(),
        format: FormatDraft::Csv(CsvDraft { header: false, ..CsvDraft::default() }),
        columns,
        ..SourceDraft::default()
    };
    let read = Declared::new(&draft)?.read(folder, folder).await?;
    Ok(read.faults.into_iter().map(|fault| fault.column).collect())
}

fn column_name(at: usize) -> String {
    format!("form_{at}")
}
