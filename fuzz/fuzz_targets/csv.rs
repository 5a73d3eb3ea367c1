//! Reads any bytes as a CSV file of any dialect; `check.rs` lists the checks.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the rest of the crate, which uses them, is not included")]

#[path = "../check.rs"]
mod check;

/// The part of the configuration that the reader uses.
mod config {
    /// As in the crate.
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
