//! The CSV format, and what it shares with other formats of text.

#[path = "../src/extract/formats/csv/mod.rs"]
pub mod csv;
#[path = "../src/extract/formats/text/mod.rs"]
pub mod text;
