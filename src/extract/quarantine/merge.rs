//! Merges sorted runs of quarantined rows into one. Only one batch of each run is in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::error::QuarantineError;
use super::parts::{BATCH_ROWS, Parts, run_order};

/// Rows read from a run at a time.
const RUN_ROWS: usize = 256;

/// A run being read.
struct Run {
    reader: ParquetRecordBatchReader,
    /// The current batch, as an index into the batches held.
    batch: usize,
    row: usize,
}

/// Batches with rows that are still to be written.
type Held = Vec<RecordBatch>;

pub(super) fn merge(runs: &[PathBuf], parts: &mut Parts<'_>) -> Result<(), QuarantineError> {
    let mut held: Held = Vec::new();
    let mut heads = BinaryHeap::new();
    let mut open = Vec::with_capacity(runs.len());
    for path in runs {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.with_batch_size(RUN_ROWS).build()?;
        let mut run = Run { reader, batch: 0, row: 0 };
        if next_batch(&mut run, &mut held)? {
            heads.push(Reverse((place(&held, &run), open.len())));
        }
        open.push(run);
    }
    let mut picked: Vec<(usize, usize)> = Vec::with_capacity(BATCH_ROWS);
    while let Some(Reverse((_, number))) = heads.pop() {
        let run = &mut open[number];
        picked.push((run.batch, run.row));
        run.row += 1;
        let has_more = run.row < held[run.batch].num_rows() || next_batch(run, &mut held)?;
        if has_more {
            heads.push(Reverse((place(&held, &open[number]), number)));
        }
        if picked.len() == BATCH_ROWS {
            write(&mut picked, &held, parts)?;
            let live: Vec<usize> = heads.iter().map(|Reverse((_, number))| *number).collect();
            let kept = live.iter().map(|number| held[open[*number].batch].clone()).collect();
            live.iter().enumerate().for_each(|(at, number)| open[*number].batch = at);
            held = kept;
        }
    }
    write(&mut picked, &held, parts)
}

fn write(picked: &mut Vec<(usize, usize)>, held: &Held, parts: &mut Parts<'_>) -> Result<(), QuarantineError> {
    if !picked.is_empty() {
        let batches: Vec<&RecordBatch> = held.iter().collect();
        parts.write(&interleave_record_batch(&batches, picked)?)?;
        picked.clear();
    }
    Ok(())
}

/// Returns false at the end of the run.
fn next_batch(run: &mut Run, held: &mut Held) -> Result<bool, QuarantineError> {
    match run.reader.next() {
        Some(batch) => {
            (run.batch, run.row) = (held.len(), 0);
            held.push(batch?);
            Ok(true)
        }
        None => Ok(false),
    }
}

fn place(held: &Held, run: &Run) -> [i64; 3] {
    run_order(&held[run.batch]).map(|column| column.value(run.row))
}
