//! lojal turns a company's CRM, transaction and survey extracts into one coherent picture of its customers.
//!
//! The modules are in the order in which data passes through them, and each uses only those before it
//! (`.ci/arrows.py` checks this). `local_time` is where the time of a zone and UTC meet, `bundle` is the default project
//! inside the binary. `config` parses a pipeline file and `source` holds what is declared about extracts. `store` finds
//! the files, `engine` runs queries with the SQL functions of `functions`, `extract` reads extracts, and `identity` turns
//! source records into persons. `plan` knows them all: it checks the pipeline against the SQL before
//! any row is read. `infer` writes declarations for extracts that have none yet. `quality` proves checks, `publish`
//! stages tables and makes them visible, `transform` runs the steps of a plan, and `report` describes the run.
//! `run::run` is the whole flow on one screen, `look` answers questions about tables without publishing any, `erase` takes
//! persons out of a warehouse, `access` shows what is held about one, `unit_tests` runs models over given rows, and
//! `cli` has a verb for each part of it.

// Each module uses only those above it; rustfmt would sort them. `cli` is public for main.rs; `config`, `plan` and what
// they show are public because some of their fields are only there for the JSON Schemas and for readers.
pub(crate) mod invisible;
pub(crate) mod words;
pub(crate) mod identifying;
pub mod diagnostics;
pub mod invariant;
pub mod local_time;
pub(crate) mod bundle;
pub mod config;
pub(crate) mod printer;
pub mod source;
pub(crate) mod store;
pub(crate) mod functions;
pub mod engine;
pub(crate) mod extract;
pub(crate) mod identity;
pub mod plan;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub(crate) mod infer;
pub(crate) mod quality;
pub(crate) mod publish;
pub(crate) mod failure;
pub(crate) mod transform;
pub(crate) mod report;
pub(crate) mod open_requests;
pub(crate) mod run;
pub(crate) mod look;
pub(crate) mod erase;
pub(crate) mod access;
pub(crate) mod unit_tests;
pub mod cli;
