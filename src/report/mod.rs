//! What a run reports when it ends: the summary, the last JSON line on stdout, the documents in the snapshot or in the
//! folder of a failed run.

mod documents;
mod log;
mod results;
mod summary;

pub use documents::{RunFacts, catalog, manifest};
pub use log::{Ending, RunLog};
pub use results::{RUN_RESULTS, RunStatus};
pub use summary::{RunSummary, failed_line, last_line, summary};
