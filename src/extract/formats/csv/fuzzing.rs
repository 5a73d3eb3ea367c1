//! The parts of the reader that the fuzzer drives one by one.

pub(in crate::extract) use super::chunker::Chunker;
pub(in crate::extract) use super::dialect::Dialect;
pub(in crate::extract) use super::encoding::TextEncoding;
pub(in crate::extract) use super::header::{check_head, parse_header};
pub(in crate::extract) use super::pages::CsvPages;
