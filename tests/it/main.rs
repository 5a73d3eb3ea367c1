//! Integration tests of the real binary: the main job, laws that hold for any input, bad input, mistakes in
//! pipelines and SQL, publishing and being killed, the command line, and the SQL models one by one.
//!
//! One test binary on purpose: each binary links DataFusion again.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod mistakes;
mod servers;
mod support;

mod activation;
mod amounts;
mod bad_input;
mod cli;
mod comes_again;
mod config_errors;
mod extends;
mod fixed_width;
mod identities;
mod identity_rules;
mod contracts;
mod decisions;
mod deliveries;
mod dialects;
mod directions;
mod domains;
mod endings;
mod erasure;
mod erasure_daily;
mod erasure_kills;
mod erasure_persons;
mod guards;
mod hostile;
mod infer;
mod infer_formats;
mod infer_guesses;
mod infer_losses;
mod init;
mod keys;
mod keys_last;
mod killed;
mod languages;
mod laws;
mod lines;
mod looking;
mod messages;
mod lookups;
mod main_job;
mod moments;
mod months;
mod nested;
mod neighbours;
mod nordic;
mod parquet_extracts;
mod plain_english;
mod privacy;
mod published_names;
mod publishing;
mod records;
mod references;
mod repeats;
mod s3;
mod rejects;
mod replay;
mod scored;
mod sql_errors;
mod text_extracts;
mod tills;
mod triggers;
mod unit_tests;
mod value;
mod values;
mod web;
mod why;
mod written_otherwise;
mod zones;
