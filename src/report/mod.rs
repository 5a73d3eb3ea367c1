//! What a run reports: progress and messages on stderr, the last JSON line on stdout, documents in the snapshot.

mod documents;
mod printer;
mod summary;

pub use documents::{RunFacts, catalog, manifest, run_results};
pub use printer::{LogFormat, Printer, PrinterOptions};
pub use summary::{last_line, summary};
