//! Reads any bytes as a file of CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lojal::fuzzing::csv(input));
