//! Text that names persons: rejected rows and corrections, which go, and extracts, which only their owner can change.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{Array, BooleanArray};

use super::cells::texts;
use super::certificate::Certificate;
use super::files::{Delivered, each_line};
use super::layouts::Layouts;
use super::search::Search;
use crate::failure::Failure;
use crate::publish::{PublishError, Warehouse, take_out};

const EXTRACT_HOLDS: &str = "the extract still has rows that name the person: delete them there";
const UNREAD_HOLDS: &str = "a file that no source reads has lines that name the person: delete them there";
const COLUMNS_UNKNOWN: &str = "short ids and ids of digits were looked for as ids of this source only: the file of some \
                               rejected rows is gone, or its source is not in the pipeline, so their columns are not known";
const NOT_TEXT: &str = "not searched: it is compressed, a workbook or not on this machine";

/// Takes rejected rows and corrections of the persons out of the warehouse.
pub(super) fn in_warehouse(
    warehouse: &Warehouse,
    (search, layouts): (&Search<'_>, &mut Layouts<'_>),
    is_dry: bool,
    certificate: &mut Certificate,
) -> Result<(), Failure> {
    let Some(root) = warehouse.local_folder().filter(|_| !search.is_empty()) else { return Ok(()) };
    let hashes = RefCell::new(BTreeSet::new());
    for path in files(&root.join("quarantine"), "parquet") {
        let (run_id, source) = (folder_name(&path, 2), folder_name(&path, 1));
        let layout = layouts.of(&source);
        let unplaced = Cell::new(0_u64);
        let gone = take_out(&path, is_dry, |batch| {
            let Some(columns) = texts(batch, &["raw", "reason", "file", "raw_hash"]) else {
                return Ok(BooleanArray::from(vec![false; batch.num_rows()]));
            };
            let [raw, reason, file, hash] = [0, 1, 2, 3].map(|at: usize| &columns[at]);
            let is_theirs = |row: usize| {
                let raw = if raw.is_valid(row) { raw.value(row) } else { "" };
                let known = layout.and_then(|layout| Some((layout, layout.columns(file.value(row))?)));
                let is_found = match known {
                    Some((layout, names)) => search.finds_record(&source, names, &layout.fields(raw), raw),
                    None => {
                        unplaced.set(unplaced.get() + 1);
                        search.finds(&source, raw)
                    }
                };
                let is_theirs = is_found || (reason.is_valid(row) && search.finds(&source, reason.value(row)));
                if is_theirs {
                    hashes.borrow_mut().insert(hash.value(row).to_owned());
                }
                is_theirs
            };
            Ok((0..batch.num_rows()).map(|row| Some(is_theirs(row))).collect())
        })?;
        certificate.removed(&run_id, &format!("quarantine of {source}"), gone);
        if unplaced.get() > 0 && search.has_unclear_ids() {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            certificate.left(&shown, &[], COLUMNS_UNKNOWN);
        }
    }
    let hashes = hashes.into_inner();
    for path in files(&root.join("corrections"), "jsonl") {
        let source = folder_name(&path, 1);
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        // A row that was dropped on purpose has no values, but the hash of the rejected row.
        let is_theirs = |line: &str| search.finds(&source, line) || hashes.iter().any(|hash| line.contains(hash));
        let (theirs, others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| is_theirs(line));
        if !theirs.is_empty() && !is_dry {
            let draft = path.with_extension("draft");
            let mode = fs::metadata(&path).map_err(failed("read", &path))?.permissions();
            let mut file = fs::File::create(&draft).map_err(failed("write", &draft))?;
            fs::set_permissions(&draft, mode).map_err(failed("write", &draft))?;
            others.iter().try_for_each(|line| writeln!(file, "{line}")).map_err(failed("write", &draft))?;
            file.sync_all().and_then(|()| fs::rename(&draft, &path)).map_err(failed("write", &path))?;
        }
        let run_id = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        certificate.removed(&run_id, &format!("corrections of {source}"), theirs.len() as u64);
    }
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { action, path, source }
}

/// Names the extracts that still name the persons, and the files that cannot be searched.
pub(super) fn in_extracts(
    files: &[Delivered],
    (search, layouts): (&Search<'_>, &mut Layouts<'_>),
    certificate: &mut Certificate,
) {
    if search.is_empty() {
        return;
    }
    for file in files {
        let source = file.source.as_deref().unwrap_or_default();
        let layout = layouts.of(source);
        let known = layout.and_then(|layout| Some((layout, layout.columns(&file.shown)?)));
        let is_theirs = |line: &str| match known {
            Some((layout, names)) => search.finds_record(source, names, &layout.fields(line), line),
            None => search.finds(source, line),
        };
        let mut lines = Vec::new();
        let read = each_line(&file.path, |number, line| lines.extend(Some(number).filter(|_| is_theirs(line))));
        match read {
            Some(()) if lines.is_empty() => {}
            Some(()) if file.source.is_none() => certificate.left(&file.shown, &lines, UNREAD_HOLDS),
            Some(()) => certificate.left(&file.shown, &lines, EXTRACT_HOLDS),
            None => certificate.left(&file.shown, &[], NOT_TEXT),
        }
    }
}

/// The files of a folder and its folders that end so, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let walked = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = walked.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.is_file() && path.extension().is_some_and(|found| found == ending)).collect()
}

/// The name of the folder so many steps above a file.
fn folder_name(path: &Path, steps: usize) -> String {
    let folder = path.ancestors().nth(steps).and_then(Path::file_name);
    folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
