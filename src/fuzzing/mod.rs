//! The targets of the fuzzers in `fuzz/`: each takes any bytes and panics if lojal reads them wrongly.
//!
//! The first line of an input chooses a declaration: each of its bytes is one choice, a missing one means the first
//! alternative, and digits count from `0`. The rest is the file. A unit test replays `fuzz/corpus`.
#![allow(clippy::expect_used, reason = "a fuzzer shows a fault by a panic")]

mod choices;
mod columns;
mod csv;
mod declared;
mod json;
#[cfg(test)]
mod tests;
mod workbook_cell;

pub use csv::csv;
pub use json::json;
pub use workbook_cell::workbook_cell;
