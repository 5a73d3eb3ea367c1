//! Snapshots on disk: staged out of sight, then all tables of a run become current in one atomic step.
//!
//! The last stage that writes. A run writes below staging/<run_id>. When every check has passed, the folder is renamed
//! into snapshots/ and the symlink `current` is swapped. Until then, readers see the complete previous snapshot.
//! A warehouse in a remote store is staged in a local folder by the same code, uploaded to snapshots/, and made current
//! by a conditional write of the object `current.json`.

mod earlier;
mod erasures;
mod error;
mod files;
mod folders;
mod lock;
mod private_folder;
mod quarantines;
mod remote;
mod remote_switch;
mod retained;
mod rewrite;
mod snapshot;
mod switch;
mod table;
mod tombstone_key;
mod warehouse;

pub use erasures::PENDING as PENDING_ERASURE;
pub use error::PublishError;
pub use private_folder::PrivateFolder;
pub use rewrite::{Retained, take_out};
pub use snapshot::{Snapshot, SnapshotFile, SnapshotTable};
pub use switch::{Published, publish};
pub use table::{StagedTable, TableWriter};
pub use warehouse::{Staging, Warehouse};
