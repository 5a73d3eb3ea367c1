//! Reads any bytes as a CSV file of any dialect; `check.rs` lists the checks.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the rest of the crate, which uses them, is not included")]

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

    /// A value without its place.
    #[derive(Debug, Clone)]
    pub struct Located<T> {
        /// The value.
        pub value: T,
    }

    /// As in the crate.
    #[derive(Debug, Clone, Copy)]
    pub enum Encoding {
        Utf8,
        Utf16,
        Utf16Le,
        Utf16Be,
        Windows1252,
        Iso8859_1,
        Iso8859_15,
    }

    /// As in the crate.
    #[derive(Debug, Clone)]
    pub struct CsvFormat {
        pub delimiter: Located<char>,
        pub quote: Option<Located<char>>,
        pub escape: Option<Located<char>>,
        pub comment: Option<Located<char>>,
        pub header: bool,
        pub skip_lines: u32,
        pub footer_lines: u32,
        pub encoding: Encoding,
        pub newlines_in_values: bool,
    }
}

/// A broken guarantee, which the fuzzer treats like any other error.
mod invariant {
    /// As in the crate.
    #[derive(Debug)]
    pub struct BrokenInvariant(String);

    impl BrokenInvariant {
        /// Describes what happened.
        pub fn new(found: impl Into<String>) -> Self {
            Self(found.into())
        }
    }

    impl From<BrokenInvariant> for arrow::error::ArrowError {
        fn from(broken: BrokenInvariant) -> Self {
            Self::ComputeError(broken.0)
        }
    }
}

#[path = "../../src/local_time.rs"]
mod local_time;

#[path = "../source.rs"]
mod source;

#[path = "../extract.rs"]
mod extract;

libfuzzer_sys::fuzz_target!(|input: &[u8]| extract::check::check(input));
