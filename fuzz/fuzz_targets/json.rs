//! Reads any bytes as a file of JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lojal::fuzzing::json(input));
