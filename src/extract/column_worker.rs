//! Workers that read some columns of a source besides its one reading: nothing is counted or kept.

use std::sync::{Arc, Mutex, PoisonError};

use super::error::ExtractError;
use super::feeder::{Feeder, Unit};
use super::frame::Wanted;
use super::opened::Opened;
use super::rows::{Referred, RowPlace, Tally};
use super::unit_decoder::UnitDecoder;

/// The place of a cell that cannot be read, and what is wrong with it.
pub(super) type Unreadable = (RowPlace, String);

/// Reads columns of the units that it takes.
pub(super) struct ColumnWorker {
    feeder: Arc<Mutex<Feeder>>,
    decoder: UnitDecoder,
}

impl ColumnWorker {
    /// One of several workers that share a feeder.
    pub(super) fn new(opened: Arc<Opened>, feeder: Arc<Mutex<Feeder>>) -> Self {
        Self { feeder, decoder: UnitDecoder::new(opened, Vec::new()) }
    }

    /// How the days of events and versions spread over the units that this worker takes, by column that dates a row.
    /// For each, also the first cell that cannot be read.
    pub(super) fn tally(&mut self) -> Result<Vec<(Tally, Option<Unreadable>)>, ExtractError> {
        let opened = Arc::clone(self.decoder.opened());
        let columns = opened.clocks();
        let mut tallies = vec![Tally::default(); columns.len()];
        let mut first: Vec<Option<Unreadable>> = vec![None; columns.len()];
        while let Some(unit) = self.next_unit()? {
            let (file, piece) = (unit.file, unit.piece);
            let pages = piece.pages(Wanted::Only(&columns), opened.layouts[file].width);
            let added =
                pages.and_then(|mut pages| self.decoder.of_file(file)?.tally(&columns, pages.as_mut(), &mut tallies));
            added.map_err(|error| opened.undecodable(file, &error))?;
            for (tally, first) in tallies.iter_mut().zip(&mut first) {
                let fault = tally.take_fault().map(|(line, fault)| ((file, line), fault));
                *first = fault.into_iter().chain(first.take()).min();
            }
        }
        Ok(tallies.into_iter().zip(first).collect())
    }

    /// Adds the values of one column, in the units that this worker takes, to those that others refer to.
    pub(super) fn values_of(&mut self, column: usize, into: &Mutex<Referred>) -> Result<(), ExtractError> {
        let opened = Arc::clone(self.decoder.opened());
        while let Some(unit) = self.next_unit()? {
            let (file, piece) = (unit.file, unit.piece);
            let found = piece.pages(Wanted::Only(&[column]), opened.layouts[file].width);
            let found = found.and_then(|mut pages| self.decoder.of_file(file)?.values_of(column, pages.as_mut()));
            let (hashes, sample) = found.map_err(|error| opened.undecodable(file, &error))?;
            into.lock().unwrap_or_else(PoisonError::into_inner).add(&hashes, sample);
        }
        Ok(())
    }

    fn next_unit(&self) -> Result<Option<Unit>, ExtractError> {
        self.feeder.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}
