//! The parts of the reader that the fuzzer drives one by one.

pub(in crate::extract) use super::chunker::Chunker;
pub(in crate::extract) use super::dialect::Dialect;
pub(in crate::extract) use super::header::parse_header;
pub(in crate::extract) use super::pages::CsvPages;
pub(in crate::extract) use crate::extract::formats::text::{TextEncoding, check_head};
