//! lojal turns a company's CRM, transaction and survey extracts into one coherent picture of its customers.
//!
//! The modules stand in the order in which data pass them: a pipeline file is typed (`config`), checked against the
//! SQL (`plan`), its files are found where they are stored (`store`), an `engine` runs its queries, extracts are read
//! (`extract`), source records become persons (`identity`),
//! models run (`transform`), results are proved (`quality`), made visible (`publish`) and told of (`report`).
//! [`run::run`] tells the whole story. Beside that way, `infer` writes the declaration of extracts that nobody has declared
//! yet.

// rustfmt would sort these; their order is the data's way.
pub mod cli;
pub mod config;
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
