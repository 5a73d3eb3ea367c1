//! Rejected rows, written as Parquet with their origin and every fault.
//!
//! One row per fault: a record with two bad cells gives two rows, numbered from 1, with the same raw text. The rows of
//! a source are ordered by file, place in the file, and fault. Neither the rows nor the boundaries between output files
//! depend on the number of threads: rejects are collected in memory, written to disk as sorted runs when there are
//! many, and merged when the source is closed.

mod error;
mod merge;
mod origin;
mod parts;
mod read;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::frame::{Reject, Rule};
use super::moved::RowFaults;
use crate::words::counted;
pub use error::QuarantineError;
pub(super) use origin::Origin;
use parts::{Parts, Row, write_run};
pub use read::{QuarantinedRow, quarantined};

/// Rejected text held in memory before it is written out.
const BUFFER_BYTES: usize = 16 << 20;
/// Causes that an error lists.
const CAUSES_SHOWN: usize = 3;

/// Rejected rows of one source.
#[derive(Debug)]
pub(super) struct Quarantine {
    origin: Arc<Origin>,
    rows: Vec<(usize, Reject)>,
    bytes: usize,
    runs: Vec<PathBuf>,
    first: Option<(usize, Reject)>,
    causes: BTreeMap<(Rule, Option<Arc<str>>), Cause>,
}

/// Faults of one rule in one column.
#[derive(Debug)]
pub(super) struct Cause {
    /// How many.
    pub(super) faults: u64,
    /// File and byte of the first, which is the same in any order of reading.
    first: (usize, u64),
    /// Its line.
    pub(super) line: u64,
    /// What is wrong with it; it may quote the cell.
    pub(super) reason: String,
    /// All faults of the row.
    pub(super) of_row: RowFaults,
}

impl Cause {
    fn new(file: usize, reject: &Reject, reason: &str) -> Self {
        let first = (file, reject.byte_offset);
        Self { faults: 0, first, line: reject.line, reason: reason.to_owned(), of_row: reject.row_faults() }
    }

    /// The file of the first.
    pub(super) fn file(&self) -> usize {
        self.first.0
    }
}

/// Rejects to be moved from memory to disk. The caller writes them without holding a lock.
#[must_use]
pub(super) struct Full {
    rows: Vec<(usize, Reject)>,
    path: PathBuf,
    origin: Arc<Origin>,
}

impl Full {
    /// Writes the rejects as a sorted run.
    pub(super) fn write(mut self) -> Result<(), QuarantineError> {
        make_closed_folder(&self.origin.folder)?;
        write_run(&self.origin, &self.path, &sorted(&mut self.rows))
    }
}

impl Quarantine {
    pub(super) fn new(origin: Origin) -> Self {
        Self {
            origin: Arc::new(origin),
            rows: Vec::new(),
            bytes: 0,
            runs: Vec::new(),
            first: None,
            causes: BTreeMap::new(),
        }
    }

    /// The output folder.
    pub(super) fn folder(&self) -> &Path {
        &self.origin.folder
    }

    /// Removes the files that were written: another reading begins, which writes to the same folder.
    pub(super) fn discard(&mut self) -> std::io::Result<()> {
        self.runs.clear();
        match fs::remove_dir_all(&self.origin.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The first rejected row, by file and place.
    pub(super) fn first(&self) -> Option<&(usize, Reject)> {
        self.first.as_ref()
    }

    /// Takes rejects of file number `file`.
    pub(super) fn add(&mut self, file: usize, rejects: Vec<Reject>) -> Option<Full> {
        for reject in rejects {
            // Rows left out on purpose are not an example of a fault.
            let is_fault = reject.faults.iter().any(|fault| fault.rule != Rule::Dropped);
            let is_first =
                self.first.as_ref().is_none_or(|(at, first)| (file, reject.byte_offset) < (*at, first.byte_offset));
            if is_fault && is_first {
                self.first = Some((file, reject.clone()));
            }
            for fault in &reject.faults {
                let cause = self.causes.entry((fault.rule, fault.column.clone()));
                let cause = cause.or_insert_with(|| Cause::new(file, &reject, &fault.reason));
                let faults = cause.faults + 1;
                if (file, reject.byte_offset) < cause.first {
                    *cause = Cause::new(file, &reject, &fault.reason);
                }
                cause.faults = faults;
                self.bytes += fault.reason.len() + 64;
            }
            self.bytes += reject.raw.len() + 128;
            self.rows.push((file, reject));
        }
        if self.bytes < BUFFER_BYTES {
            return None;
        }
        self.bytes = 0;
        let path = self.next_run();
        Some(Full { rows: std::mem::take(&mut self.rows), path, origin: Arc::clone(&self.origin) })
    }

    /// Removes all rows but the first.
    pub(super) fn keep_first(&mut self) {
        self.remove_runs();
        self.rows = self.first.iter().cloned().collect();
    }

    /// Removes the sorted runs. One that remains is a hidden file in a closed folder, which nothing reads.
    fn remove_runs(&mut self) {
        for run in self.runs.drain(..) {
            let _ = fs::remove_file(run);
        }
    }

    /// Writes all rows in order. `rows_read`, if known, is stored with them, for the share of rejected rows.
    pub(super) fn write(&mut self, rows_read: Option<u64>) -> Result<(), QuarantineError> {
        if self.rows.is_empty() && self.runs.is_empty() {
            return Ok(());
        }
        make_closed_folder(&self.origin.folder)?;
        let origin = Arc::clone(&self.origin);
        let mut parts = Parts::new(&origin, rows_read);
        let mut rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if self.runs.is_empty() {
            parts.write_rows(&sorted(&mut rows))?;
            return parts.close();
        }
        // The last row may have filled the buffer: then all of them are in the runs.
        if !rows.is_empty() {
            let last = self.next_run();
            write_run(&origin, &last, &sorted(&mut rows))?;
        }
        drop(rows);
        merge::merge(&self.runs, &mut parts)?;
        parts.close()?;
        self.remove_runs();
        Ok(())
    }

    /// The file of one more run.
    fn next_run(&mut self) -> PathBuf {
        let path = self.origin.folder.join(format!(".run-{:05}", self.runs.len()));
        self.runs.push(path.clone());
        path
    }

    /// Every cause, the most frequent first.
    pub(super) fn by_cause(&self) -> Vec<(Rule, Option<&str>, &Cause)> {
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|(key, cause)| (std::cmp::Reverse(cause.faults), (*key).clone()));
        causes.into_iter().map(|((rule, column), cause)| (*rule, column.as_deref(), cause)).collect()
    }

    /// The most frequent causes with their numbers of faults.
    pub(super) fn causes(&self) -> String {
        let causes: Vec<_> = self.by_cause().into_iter().filter(|(rule, ..)| *rule != Rule::Dropped).collect();
        let more = causes.len().saturating_sub(CAUSES_SHOWN);
        let shown = causes.iter().take(CAUSES_SHOWN).map(|(rule, column, cause)| {
            let column = column.map(|column| format!("{column} ")).unwrap_or_default();
            format!("{column}{rule} {}", crate::words::rows_shown(cause.faults))
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        if more == 0 { shown } else { format!("{shown} and {}", counted(more as u64, "other cause")) }
    }
}

impl Drop for Quarantine {
    /// The runs of a source that was not read to its end have no use.
    fn drop(&mut self) {
        self.remove_runs();
    }
}

/// Every fault as a row, in order.
fn sorted(rows: &mut [(usize, Reject)]) -> Vec<Row<'_>> {
    rows.sort_by_key(|(file, reject)| (*file, reject.byte_offset));
    let faults = rows.iter().flat_map(|(file, reject)| {
        reject.faults.iter().zip(1..).map(move |(fault, number)| Row { file: *file, reject, number, fault })
    });
    faults.collect()
}

/// Raw rows may contain direct identifiers: only the owner can open the folder of all runs, the run's and the source's.
fn make_closed_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    if let Some(warehouse) = folder.parent().and_then(Path::parent).and_then(Path::parent) {
        builder.create(warehouse)?;
    }
    builder.mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;
    use crate::extract::frame::Fault;

    fn in_folder(folder: PathBuf) -> Quarantine {
        Quarantine::new(Origin {
            run_id: "r".to_owned(),
            source: "loans".to_owned(),
            as_of: None,
            files: vec![PathBuf::from("extracts/loans.csv")],
            folder,
        })
    }

    fn large(line: u64) -> Reject {
        let fault = Fault { column: None, rule: Rule::FieldCount, reason: "expected 2 fields, found 1".to_owned() };
        Reject::new(line, line * 10, vec![fault], &[b'x'; 1 << 20], 2 << 20)
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_last_row_may_fill_the_buffer() {
        for rows in [15, 16, 17, 32] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join("run").join("loans");
            let mut quarantine = in_folder(folder.clone());
            for line in 1..=rows {
                if let Some(full) = quarantine.add(0, vec![large(line)]) {
                    full.write().unwrap();
                }
            }
            assert_eq!((quarantine.rows.len() as u64, quarantine.runs.len() as u64), (rows % 16, rows / 16));
            quarantine.write(Some(rows)).unwrap();
            assert_eq!(files(&folder), ["part-00000.parquet"], "{rows}");
            let part = File::open(folder.join("part-00000.parquet")).unwrap();
            let read = ParquetRecordBatchReaderBuilder::try_new(part).unwrap().build().unwrap();
            assert_eq!(read.map(|batch| batch.unwrap().num_rows() as u64).sum::<u64>(), rows);
        }
    }

    #[test]
    fn the_runs_of_a_source_that_was_not_read_to_its_end_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("run").join("loans");
        let mut quarantine = in_folder(folder.clone());
        let full = (1..=16).find_map(|line| quarantine.add(0, vec![large(line)])).unwrap();
        full.write().unwrap();
        assert_eq!(files(&folder), [".run-00000"]);
        drop(quarantine);
        assert!(files(&folder).is_empty());
    }

    #[test]
    fn the_first_row_of_a_cause_is_the_same_in_any_order() {
        let reject = |line: u64| {
            let fault = |column: &str| Fault {
                column: Some(column.into()),
                rule: Rule::Type,
                reason: format!("the reason of line {line}"),
            };
            Reject::new(line, line * 10, vec![fault("fee"), fault("lent_on")], b"raw", 100)
        };
        let rows = [(1, 2), (0, 9), (0, 4), (2, 1)];
        for start in 0..rows.len() {
            let mut quarantine = in_folder(PathBuf::new());
            for (file, line) in rows.iter().cycle().skip(start).take(rows.len()) {
                assert!(quarantine.add(*file, vec![reject(*line)]).is_none());
            }
            for (rule, column, cause) in quarantine.by_cause() {
                assert_eq!((rule, cause.faults, cause.file(), cause.line), (Rule::Type, 4, 0, 4), "{column:?}");
                assert_eq!(cause.reason, "the reason of line 4");
            }
            assert_eq!(quarantine.by_cause().len(), 2);
        }
    }
}
