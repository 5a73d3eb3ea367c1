//! Any bytes as a CSV file of any dialect; see `check.rs` for what must hold.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the rest of the crate, which uses the others, is not here")]

#[path = "../check.rs"]
mod check;

/// What the reader takes from the configuration.
mod config {
    /// See the crate's own.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub enum OnMissing {
        /// Keep.
        #[default]
        Keep,
        /// Reject.
        Reject,
    }
}

#[path = "../extract.rs"]
mod extract;

libfuzzer_sys::fuzz_target!(|input: &[u8]| check::check(input));
