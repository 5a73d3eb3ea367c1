//! Reads any bytes as cells of a workbook, or as a workbook.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lojal::fuzzing::workbook_cell(input));
