//! lojal turns a company's CRM, transaction and survey extracts into one coherent picture of its customers.
//!
//! The modules are in the order in which data passes through them, and each uses only those before it
//! (`.ci/arrows.py` checks this). `config` parses a pipeline file and `source` holds what is declared about extracts.
//! `store` finds the files, `engine` runs queries with the SQL functions of `functions`, `extract` reads extracts, and
//! `identity` turns source records into persons. `plan` knows them all: it checks the pipeline against the SQL before
//! any row is read. `infer` writes declarations for extracts that have none yet. `quality` proves checks, `publish`
//! stages tables and makes them visible, `transform` runs the steps of a plan, and `report` describes the run.
//! [`run::run`] is the whole flow on one screen, and `cli` has a verb for each part of it.

// Each module uses only those above it; rustfmt would sort them.
pub mod words;
pub mod diagnostics;
pub mod config;
pub mod printer;
pub mod source;
pub mod store;
pub mod functions;
pub mod engine;
pub mod extract;
pub mod identity;
pub mod plan;
pub mod infer;
pub mod quality;
pub mod publish;
pub mod failure;
pub mod transform;
pub mod report;
pub mod run;
pub mod cli;
