//! Workers that collect the rows of keys that came again with other values: nothing is counted or kept.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{ExtractError, ExtractFault};
use super::feeder::{Feeder, Unit};
use super::opened::Opened;
use super::rows::{Corrector, Noted, Version, VersionMode};
use super::unit_decoder::UnitDecoder;
use crate::engine::Charge;

/// What may be used to compare the rows of keys that repeat.
#[derive(Clone)]
pub struct Means {
    /// How many files are read at a time.
    pub threads: usize,
    /// The account of the memory that the rows need; without one there is no limit.
    pub charge: Option<Arc<Charge>>,
    rows: Arc<Mutex<usize>>,
}

impl Means {
    /// Nothing is used yet.
    pub fn new(threads: usize, charge: Option<Charge>) -> Self {
        Self { threads, charge: charge.map(Arc::new), rows: Arc::default() }
    }

    /// Charges more rows; false if they do not fit.
    fn charge(&self, rows: usize) -> bool {
        let mut all = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        *all += rows;
        // The rows, and their outcomes.
        let bytes = *all * (2 * mem::size_of::<Version>());
        self.charge.as_ref().is_none_or(|charge| charge.resize(bytes).is_ok())
    }

    /// Returns the memory: what is still held is charged by those who hold it.
    pub(super) fn release(&self) {
        *self.rows.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        self.charge(0);
    }
}

/// Collects rows of the units that it takes.
pub(super) struct VersionWorker {
    opened: Arc<Opened>,
    feeder: Arc<Mutex<Feeder>>,
    decoder: UnitDecoder,
    corrector: Corrector,
    means: Means,
}

impl VersionWorker {
    /// One of several workers that share a feeder.
    pub(super) fn new(opened: Arc<Opened>, feeder: Arc<Mutex<Feeder>>, noted: &Arc<Noted>, means: &Means) -> Self {
        let mut corrector = Corrector::new(&opened.rules, opened.format.signs(), &[]);
        corrector.set_versions(VersionMode::Collect(Arc::clone(noted)));
        let mut decoder = UnitDecoder::new(Arc::clone(&opened), Vec::new());
        decoder.set_versions(VersionMode::Collect(Arc::clone(noted)));
        Self { opened, feeder, decoder, corrector, means: means.clone() }
    }

    /// The rows of noted keys in the units that this worker takes, corrected ones included.
    pub(super) fn versions(&mut self) -> Result<Vec<Version>, ExtractError> {
        let mut versions = Vec::new();
        while let Some(unit) = self.next_unit()? {
            let file = unit.file;
            let mut decoded = self.decoder.decode(unit, None).map_err(|error| self.opened.undecodable(file, &error))?;
            if let Some(corrections) = self.opened.corrections.as_ref().filter(|_| !decoded.rejects.is_empty()) {
                self.corrector.set_file(self.opened.origin_of(file));
                let applied = corrections.apply(&mut decoded, &mut self.corrector, None);
                applied.map_err(|error| self.opened.undecodable(file, &error))?;
            }
            if !self.means.charge(decoded.versions.len()) {
                let rows = *self.means.rows.lock().unwrap_or_else(PoisonError::into_inner) as u64;
                return Err(ExtractError::of(&self.opened.source, ExtractFault::TooManyVersions { rows }));
            }
            versions.append(&mut decoded.versions);
        }
        Ok(versions)
    }

    fn next_unit(&self) -> Result<Option<Unit>, ExtractError> {
        self.feeder.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}
