//! Corrections of rejected rows, kept in the warehouse and applied in every later run.
//!
//! `corrections/<source>/<run_id>.jsonl` holds one correction per line. Files are never changed: a later one overrides
//! an earlier one. A correction is found by the hash of the rejected record's bytes as delivered. Once the record is
//! delivered without the fault, or no longer delivered, its correction matches nothing and has no effect.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use arrow::compute::concat_batches;
use arrow::error::ArrowError;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::frame::{Fault, Reject, Rule};
use super::rows::{Amount, CorrectError, Corrector, Decoded, MatchCount, SeenRows};
use crate::source::Input;
use crate::store::Stored;

/// The correction of one rejected record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Hash of the rejected record's bytes, in hexadecimal.
    pub raw_hash: String,
    /// File and line where it was first rejected, for readers.
    pub place: String,
    /// What happens to the record.
    pub action: Action,
    /// For `replace`: the corrected text of each column.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, String>,
}

/// What a correction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The corrected values are read in its place.
    Replace,
    /// The row is left out on purpose: rejected, but not counted towards max_rejected.
    Drop,
}

impl Correction {
    /// Its values by column.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The corrections of one source, by the hash of the record. All are held in memory.
#[derive(Debug)]
pub(super) struct Corrections {
    by_hash: HashMap<u128, Correction>,
    /// The files they were read from.
    pub(super) inputs: Vec<Input>,
}

impl Corrections {
    /// Reads the corrections of a source from the files below `corrections`; `None` if there are none.
    pub(super) fn read(files: &[Stored], source: &str) -> Result<Option<Self>, CorrectionError> {
        let mut found = Self { by_hash: HashMap::new(), inputs: Vec::new() };
        // Order by name is order by time: each file is named after the run that wrote it.
        for file in files {
            // Drafts of a writer that was killed begin with a dot.
            let is_draft = file.file_name().starts_with('.') || !file.file_name().ends_with(".jsonl");
            let of_source = file.name().rsplit('/').nth(1) == Some(source);
            if of_source && !is_draft {
                found.read_file(file, source)?;
            }
        }
        Ok((!found.by_hash.is_empty()).then_some(found))
    }

    fn read_file(&mut self, stored: &Stored, source: &str) -> Result<(), CorrectionError> {
        let path = Path::new(stored.name());
        let file = stored.open().map_err(CorrectionError::io(path))?;
        self.inputs.push(Input {
            source: source.to_owned(),
            path: format!("corrections/{source}/{}", stored.file_name()),
            bytes: stored.bytes(),
            modified_at: stored.modified_at(),
            delivery_day: None,
            rows: None,
            entity_tag: stored.entity_tag().map(str::to_owned),
        });
        for (line, number) in BufReader::new(file).lines().zip(1..) {
            let line = line.map_err(CorrectionError::io(path))?;
            let wrong = |reason: String| CorrectionError::Line { path: path.to_owned(), line: number, reason };
            let correction: Correction = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
            let hash = u128::from_str_radix(&correction.raw_hash, 16);
            let hash = hash.map_err(|_| wrong(format!("`{}` is not a hash", correction.raw_hash)))?;
            self.by_hash.insert(hash, correction);
        }
        Ok(())
    }

    /// Replaces rejected rows by their corrections.
    pub(super) fn apply(
        &self,
        decoded: &mut Decoded,
        corrector: &mut Corrector,
        seen: Option<&dyn SeenRows>,
    ) -> Result<(), ArrowError> {
        let mut batches = Vec::new();
        for mut reject in std::mem::take(&mut decoded.rejects) {
            let correction = self.by_hash.get(&reject.raw_hash).filter(|_| !reject.raw_is_cut);
            match correction.map(|correction| (correction.action, correction)) {
                None => {}
                Some((Action::Drop, _)) => {
                    let reason = "left out by a correction".to_owned();
                    reject.faults = vec![Fault { column: None, rule: Rule::Dropped, reason }];
                    decoded.rows_dropped += 1;
                }
                Some((Action::Replace, correction)) => {
                    let found = corrector.decode(correction.cells(), reject.line, reject.byte_offset, seen);
                    match found.map(|found| (found.rejects.is_empty() && found.rows_read == 1, found)) {
                        Ok((true, found)) => {
                            decoded.sums.resize(found.sums.len().max(decoded.sums.len()), Amount::default());
                            let sums = decoded.sums.iter_mut().zip(&found.sums).zip(corrector.adds(&reject));
                            sums.filter(|(_, adds)| *adds).for_each(|((sum, found), _)| sum.add(*found));
                            enter(found, decoded, &mut batches);
                            continue;
                        }
                        Ok((false, found)) => reject.faults = still_wrong(&found, &reject),
                        Err(CorrectError::Columns(found)) => reject.faults.push(lacking(&found.missing)),
                        Err(CorrectError::Arrow(error)) => return Err(error),
                    }
                }
            }
            decoded.rejects.push(reject);
        }
        if let Some(first) = batches.first() {
            decoded.batches.push(concat_batches(&first.schema(), &batches)?);
        }
        Ok(())
    }
}

/// Counts a corrected row where the rejected one was counted.
fn enter(found: Decoded, decoded: &mut Decoded, batches: &mut Vec<arrow::array::RecordBatch>) {
    decoded.rows_rejected -= 1;
    decoded.rows_loaded += found.rows_loaded;
    decoded.rows_corrected += found.rows_loaded;
    decoded.duplicate.append(found.duplicate);
    decoded.repeated.append(found.repeated);
    decoded.alike.append(found.alike);
    decoded.rows_superseded += found.rows_superseded;
    decoded.rows_after_limit += found.rows_after_limit;
    decoded.amount_loaded.add(found.amount_loaded);
    decoded.amount_after.add(found.amount_after);
    decoded.versions.extend(found.versions);
    decoded.shown.extend(found.shown);
    decoded.max_event = decoded.max_event.max(found.max_event);
    decoded.references.resize_with(decoded.references.len().max(found.references.len()), MatchCount::default);
    for (count, found) in decoded.references.iter_mut().zip(found.references) {
        count.add(found, |line| line);
    }
    decoded.matched.add(found.matched);
    decoded.unmatched.add(found.unmatched);
    for fix in found.fixes {
        match decoded.fixes.iter_mut().find(|count| (count.column, count.kind) == (fix.column, fix.kind)) {
            Some(count) => count.add(fix),
            None => decoded.fixes.push(fix),
        }
    }
    for notes in found.cell_notes {
        match decoded.cell_notes.iter_mut().find(|count| count.is_of(&notes)) {
            Some(count) => count.add(notes),
            None => decoded.cell_notes.push(notes),
        }
    }
    batches.extend(found.batches);
}

/// The faults of a correction that no longer fits the source's declaration.
fn still_wrong(found: &Decoded, reject: &Reject) -> Vec<Fault> {
    let faults = found
        .rejects
        .iter()
        .flat_map(|reject| &reject.faults)
        .map(|fault| Fault { reason: format!("{} (in its correction)", fault.reason), ..fault.clone() });
    let faults: Vec<Fault> = faults.collect();
    if faults.is_empty() { reject.faults.clone() } else { faults }
}

fn lacking(columns: &[String]) -> Fault {
    let reason = format!("its correction lacks the columns {}", columns.join(", "));
    Fault { column: None, rule: Rule::FieldCount, reason }
}

/// Hashes, in hexadecimal, of the records that corrections of a source apply to; `files` are the warehouse's.
///
/// # Errors
/// Corrections that cannot be read.
pub fn corrected_hashes(files: &[Stored], source: &str) -> Result<Vec<String>, CorrectionError> {
    let found = Corrections::read(files, source)?;
    Ok(found.into_iter().flat_map(|found| found.by_hash.into_values()).map(|correction| correction.raw_hash).collect())
}

/// Stores corrections of a source, all or none of them, under the run that brought them. `put` stores a local file in
/// the warehouse under a name. Returns the file's name.
///
/// # Errors
/// Failed file operations, or a warehouse that cannot be written.
pub fn store_corrections<E: std::error::Error + Send + Sync + 'static>(
    put: impl FnOnce(&str, &Path) -> Result<(), E>,
    source: &str,
    run_id: &str,
    corrections: &[Correction],
) -> Result<String, CorrectionError> {
    let name = format!("corrections/{source}/{run_id}.jsonl");
    let draft = std::env::temp_dir().join(format!(".lojal-{run_id}.jsonl"));
    let write = || {
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        let mut out = BufWriter::new(file);
        for correction in corrections {
            serde_json::to_writer(&mut out, correction)?;
            out.write_all(b"\n")?;
        }
        out.into_inner()?.sync_all()
    };
    let written = write().map_err(CorrectionError::io(&draft));
    let stored = written.and_then(|()| put(&name, &draft).map_err(|error| CorrectionError::Store(Box::new(error))));
    // A draft that cannot be removed is never read.
    let _ = fs::remove_file(&draft);
    stored.map(|()| name)
}

/// Corrections that cannot be read or stored.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// A file operation failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The warehouse cannot be written.
    #[error("{0}")]
    Store(Box<dyn std::error::Error + Send + Sync>),
    /// A line is not a correction.
    #[error("{}:{line} is not a correction: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        line: u64,
        /// What is wrong.
        reason: String,
    },
}

impl CorrectionError {
    fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
