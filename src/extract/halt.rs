//! `on_bad_row: fail`: reading stops at the first bad row, which is the same row with any number of threads.
//!
//! Units of work are handed out in file order. Once a worker has met a bad row, no more units are handed out, and those
//! already handed out are finished: the earliest bad row is among them, in any order of decoding.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Whether units of a source are still handed out, and how many are being decoded.
#[derive(Debug, Default)]
pub(super) struct Halt {
    state: Mutex<State>,
    idle: Condvar,
}

#[derive(Debug, Default)]
struct State {
    in_work: usize,
    is_halted: bool,
}

/// A unit that is being decoded.
#[derive(Debug)]
pub(super) struct InWork(Arc<Halt>);

impl Drop for InWork {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.in_work -= 1;
        if state.in_work == 0 {
            self.0.idle.notify_all();
        }
    }
}

impl Halt {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Call it before a unit is taken. `None` means that no more units are handed out.
    pub(super) fn begin(self: &Arc<Self>) -> Option<InWork> {
        let mut state = self.lock();
        if state.is_halted {
            return None;
        }
        state.in_work += 1;
        Some(InWork(Arc::clone(self)))
    }

    /// Stops handing out units.
    pub(super) fn halt(&self) {
        self.lock().is_halted = true;
    }

    /// Waits until no unit is being decoded. A stream that was dropped may still be in the middle of one.
    pub(super) fn wait_until_idle(&self) {
        let idle = self.idle.wait_while(self.lock(), |state| state.in_work > 0);
        drop(idle.unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether no unit is being decoded.
    pub(super) fn is_idle(&self) -> bool {
        self.lock().in_work == 0
    }

    /// Whether reading was stopped. If so, waits until all units handed out are decoded.
    pub(super) fn has_halted(&self) -> bool {
        let state = self.lock();
        if !state.is_halted {
            return false;
        }
        let idle = self.idle.wait_while(state, |state| state.in_work > 0);
        drop(idle.unwrap_or_else(PoisonError::into_inner));
        true
    }
}
