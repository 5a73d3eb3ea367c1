//! Workers: each takes units of a source until none is left, and decodes them on its own thread.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;

use super::error::{ExtractError, ExtractFault};
use super::feeder::Unit;
use super::left_out::LeftOutJudge;
use super::reading::Reading;
use super::rows::{Corrector, Decoded, VersionMode};
use super::unit_decoder::UnitDecoder;

/// One worker of a reading.
pub(super) struct Worker {
    reading: Arc<Reading>,
    decoder: UnitDecoder,
    corrector: Corrector,
    left_out: LeftOutJudge,
    ready: VecDeque<RecordBatch>,
}

impl Worker {
    pub(super) fn new(reading: Arc<Reading>, projection: Vec<usize>) -> Self {
        reading.joined();
        let opened = &reading.opened;
        let mut corrector = Corrector::new(&opened.rules, opened.format.signs(), &projection);
        let mut decoder = UnitDecoder::new(Arc::clone(opened), projection);
        if let Some(resolution) = &reading.resolution {
            decoder.set_versions(VersionMode::Apply(Arc::clone(resolution)));
            corrector.set_versions(VersionMode::Apply(Arc::clone(resolution)));
        }
        let left_out = LeftOutJudge::new(Arc::clone(opened));
        Self { reading, decoder, corrector, left_out, ready: VecDeque::new() }
    }

    /// The next rows, or `None` at the end of the source.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, ExtractError> {
        self.next_batch().map_err(|error| match *error.fault {
            ExtractFault::KeysRepeat => error,
            _ => self.reading.opened.blame(error),
        })
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>, ExtractError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            let Some((unit, in_work)) = self.reading.next()? else {
                self.reading.fail_on_bad_row()?;
                return self.reading.fail_on_repeated_keys().map(|()| None);
            };
            let file = unit.file;
            let decoded = self.decode(unit);
            let mut decoded = decoded.map_err(|error| self.reading.opened.undecodable(file, &error))?;
            self.reading.enter(file, &mut decoded)?;
            drop(in_work);
            self.ready.extend(decoded.batches.into_iter().filter(|batch| batch.num_rows() > 0));
        }
    }

    fn decode(&mut self, unit: Unit) -> Result<Decoded, ArrowError> {
        let file = unit.file;
        let seen = self.reading.seen();
        let mut decoded = self.decoder.decode(unit, seen)?;
        if !decoded.lines.left_out.is_empty() {
            self.left_out.judge(file, &mut decoded.lines)?;
        }
        let opened = &self.reading.opened;
        if let Some(corrections) = opened.corrections.as_ref().filter(|_| !decoded.rejects.is_empty()) {
            self.corrector.set_file(opened.origin_of(file));
            corrections.apply(&mut decoded, &mut self.corrector, seen)?;
        }
        Ok(decoded)
    }
}
