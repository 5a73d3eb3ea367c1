//! What a run reports when it ends: the summary, the last JSON line on stdout, the documents in the snapshot.

mod documents;
mod summary;

pub use documents::{RunFacts, catalog, manifest, run_results};
pub use summary::{last_line, summary};
