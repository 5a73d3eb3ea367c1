//! The states of a source in a run: opened, being read, closed. It is read once, unless memory ran out or keys came
//! again with other values: then the reading begins again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::{ExtractError, ExtractFault};
use super::opened::Opened;
use super::reading::{Closed, Reading};
use super::rows::Resolution;
use crate::invariant::BrokenInvariant;

/// A source of the run.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) opened: Arc<Opened>,
    state: Mutex<State>,
    /// Which rows of repeated keys count, once a reading has met such keys.
    resolution: Mutex<Option<Arc<Resolution>>>,
}

#[derive(Debug)]
enum State {
    Opened,
    Reading(Arc<Reading>),
    Closed(Arc<Closed>),
}

impl Scan {
    pub(super) fn new(opened: Opened) -> Self {
        Self { opened: Arc::new(opened), state: Mutex::new(State::Opened), resolution: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resolution(&self) -> MutexGuard<'_, Option<Arc<Resolution>>> {
        self.resolution.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Settles which rows of repeated keys the next reading loads.
    pub(super) fn resolve(&self, resolution: Resolution) {
        *self.resolution() = Some(Arc::new(resolution));
    }

    /// Begins to read the source.
    ///
    /// # Errors
    /// It has been read already.
    pub(super) fn begin(&self) -> Result<Arc<Reading>, ExtractError> {
        let mut state = self.state();
        match *state {
            State::Opened => {
                let reading = Arc::new(Reading::new(Arc::clone(&self.opened), self.resolution().clone()));
                *state = State::Reading(Arc::clone(&reading));
                Ok(reading)
            }
            State::Reading(_) | State::Closed(_) => Err(ExtractError::of(&self.opened.source, ExtractFault::ReadTwice)),
        }
    }

    /// Lets the source be read again, as if it had not been read.
    ///
    /// # Errors
    /// Rejected rows that cannot be removed.
    pub(super) fn restart(&self) -> Result<(), ExtractError> {
        let mut state = self.state();
        match &*state {
            State::Opened => {}
            State::Reading(reading) => reading.discard()?,
            State::Closed(_) => {
                let broken = BrokenInvariant::new("a source is read again before it is closed");
                return Err(ExtractError::of(&self.opened.source, ExtractFault::Invariant(broken)));
            }
        }
        *state = State::Opened;
        Ok(())
    }

    /// The reading that is going on; begins one if the source has not been read. `None` once it is closed.
    pub(super) fn unfinished(&self) -> Result<Option<Arc<Reading>>, ExtractError> {
        let state = self.state();
        match &*state {
            // The end of a reading that met repeated keys is an error, which its reader may not have asked for.
            State::Reading(reading) => {
                let is_open = !reading.has_ended() || reading.repeated_keys().is_some();
                Ok(is_open.then(|| Arc::clone(reading)))
            }
            State::Closed(_) => Ok(None),
            State::Opened => {
                drop(state);
                self.begin().map(Some)
            }
        }
    }

    /// The reading that is going on, if one is.
    pub(super) fn reading(&self) -> Option<Arc<Reading>> {
        match &*self.state() {
            State::Reading(reading) => Some(Arc::clone(reading)),
            State::Opened | State::Closed(_) => None,
        }
    }

    /// Closes the source if its last row has passed.
    ///
    /// # Errors
    /// A source that exceeds its limits.
    pub(super) fn settle(&self) -> Result<(), ExtractError> {
        let Some(reading) = self.reading().filter(|reading| reading.has_ended()) else { return Ok(()) };
        let closed = Arc::new(reading.close()?);
        *self.state() = State::Closed(closed);
        Ok(())
    }

    /// The result, once the source is closed.
    pub(super) fn closed(&self) -> Option<Arc<Closed>> {
        match &*self.state() {
            State::Closed(closed) => Some(Arc::clone(closed)),
            State::Opened | State::Reading(_) => None,
        }
    }
}
