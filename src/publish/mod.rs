//! Snapshots on disk: staged out of sight, then all of a run's tables become current in one atomic step.
//!
//! Last stage that writes. A run writes below staging/<run_id>; when every check has passed the folder is renamed
//! into snapshots/, and the symlink `current` is swapped. Readers see the previous snapshot, whole, until that swap.

mod earlier;
mod error;
mod files;
mod lock;
mod snapshot;
mod switch;
mod table;
mod warehouse;

pub use earlier::EarlierRows;
pub use error::PublishError;
pub use snapshot::{Input, Snapshot, SnapshotFile, SnapshotTable};
pub use switch::{Published, publish};
pub use table::{StagedTable, TableWriter};
pub use warehouse::{Staging, Warehouse};
