//! Columns of text whose cells may have a form that lojal reads: possible declarations are tried on some cells, by the
//! reader itself. What a run can read is so declared, and no other code judges forms.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::amounts::amounts;
use super::decide;
use super::draft::{ColumnDraft, CsvDraft, Form, FormatDraft, SourceDraft};
use super::error::InferError;
use super::moments::moments;
use super::profile::Profile;
use super::reading::Declared;
use super::sql_name::sql_names;

/// What was found for cells under a name: if files are read again, most columns have the same.
pub(super) type Known = HashMap<(String, Vec<String>), Option<Form>>;

/// The forms that columns of text have, by the column's index; not those of `refused` columns.
///
/// # Errors
/// The trial files cannot be written or read.
pub(super) async fn forms(
    profile: &Profile,
    refused: &HashSet<usize>,
    known: &mut Known,
    scratch: &Path,
) -> Result<BTreeMap<usize, Form>, InferError> {
    let mut found = BTreeMap::new();
    let names = sql_names(&profile.names);
    for (at, name) in names.iter().enumerate() {
        if profile.stated[at].is_some() || refused.contains(&at) {
            continue;
        }
        let cells = decide::cells_to_try(name, &profile.columns[at]);
        if cells.is_empty() {
            continue;
        }
        let key = (name.clone(), cells);
        let form = match known.get(&key) {
            Some(form) => form.clone(),
            None => {
                let possible = moments(name, &key.1).into_iter().chain(amounts(&key.1)).collect();
                let form = first_fitting(&key.1, possible, scratch).await?;
                known.insert(key, form.clone());
                form
            }
        };
        found.extend(form.map(|form| (at, form)));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, cells: &[&str]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let possible: Vec<Form> = moments(name, &cells).into_iter().chain(amounts(&cells)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let form = runtime.block_on(first_fitting(&cells, possible, folder.path())).unwrap();
        form.map_or_else(String::new, |form| {
            let values = form.values;
            [vec![form.ty.to_string()], values.date_formats, values.timestamp_formats, vec![values.months.join(" ")]]
                .concat()
                .join(" ")
                .trim()
                .to_owned()
        })
    }

    #[test]
    fn times_are_found_by_the_reader() {
        for (cells, wanted) in [
            (["2025-03-01T24:00:00", "2025-W10-1"], "timestamp iso_8601"),
            (["3 maj 2025", "14 okt. 2025"], "date %d %b %Y sv"),
            (["3 maj 2025 kl. 09:30", "14 okt. 2025 kl. 10:05"], "timestamp %d %b %Y kl. %H:%M sv"),
            (
                ["2025-03-01T13:45:12+01:00[Europe/Stockholm]", "2025-03-02T13:45:12+01:00[Europe/Stockholm]"],
                "timestamp iso_8601",
            ),
            (["2025-03-01 12:45:12 UTC", "2025-03-02 12:45:12 UTC"], "timestamp iso_8601"),
            (["3 May 2025", "14 Oct 2025"], "date %d %b %Y"),
            (["03-okt-25", "04-maj-24"], "date %d-%b-%y sv"),
            (
                ["Sat, 01 Mar 2025 12:45:12 GMT", "Sun, 02 Mar 2025 12:45:12 +0100"],
                "timestamp %a, %d %b %Y %H:%M:%S %z",
            ),
            (["/Date(1741084512123)/", "/Date(1741084512000)/"], "timestamp /Date(epoch_milliseconds)/"),
            (["1741084512123", "1741084512000"], "timestamp epoch_milliseconds"),
            (["hus 123", "dörr 456"], ""),
            (["3 krokodiler 2025", "4 hundar 2025"], ""),
        ] {
            assert_eq!(found("created_at", &cells), wanted, "{cells:?}");
        }
    }
}
