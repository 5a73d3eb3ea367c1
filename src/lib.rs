//! lojal turns a company's CRM, transaction and survey extracts into one coherent picture of its customers.
//!
//! The modules are in the order in which data passes through them: `config` parses a pipeline file, `source` holds what
//! is declared about extracts, `plan` checks it all
//! against the SQL, `store` finds its files, `engine` runs its queries, `extract` reads extracts, `identity` turns
//! source records into persons, `transform` runs models, `quality` checks the results, `publish` makes them visible,
//! and `report` describes the run. [`run::run`] is the whole flow on one screen. `infer` is separate: it writes
//! declarations for extracts that have none yet.

// In the order of the data flow; rustfmt would sort them.
pub mod cli;
pub mod config;
pub mod source;
pub mod plan;
pub mod store;
pub mod engine;
pub mod functions;
pub mod extract;
pub mod identity;
pub mod transform;
pub mod quality;
pub mod publish;
pub mod report;
pub mod run;
pub mod infer;

pub mod diagnostics;
pub mod failure;
pub mod invariant;
pub mod words;
