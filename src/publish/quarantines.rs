//! How long rejected rows are kept: those of a published run as long as its snapshot ([`super::switch`]), those of failed
//! runs as many runs back as snapshots are kept.

use super::folders::remove_folder;
use super::{PublishError, Warehouse};
use crate::store::{RemoteFault, wait};

impl Warehouse {
    /// Removes the rejected rows of runs that failed since the last snapshot, except those of the `keep` newest.
    ///
    /// # Errors
    /// A store that cannot be listed or written.
    pub fn retire_failed(&self, keep: usize) -> Result<(), PublishError> {
        let Some(remote) = self.remote() else {
            let folder = self.quarantines();
            if !folder.exists() {
                return Ok(());
            }
            let entries = std::fs::read_dir(&folder).map_err(PublishError::io("list", &folder))?;
            let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            let last = self.snapshot()?.map(|snapshot| snapshot.run_id);
            return retired(names, last.as_deref(), keep).iter().try_for_each(|name| remove_folder(&folder.join(name)));
        };
        // Read again: another run may have published since this one began, and its rejected rows stay.
        let last = remote.read_current()?.snapshot.map(|snapshot| snapshot.run_id);
        let store = remote.store.clone();
        let work = async move {
            for name in retired(store.folders_in("quarantine").await?, last.as_deref(), keep) {
                store.remove_below(&format!("quarantine/{name}")).await?;
            }
            Ok(())
        };
        let done: Result<(), RemoteFault> = wait(work).map_err(remote.failed("remove", "quarantine"))?;
        done.map_err(remote.failed("remove", "quarantine"))
    }
}

/// Of the runs with rejected rows, those after the last snapshot beyond the `keep` newest. Run ids sort by time.
fn retired(mut names: Vec<String>, last: Option<&str>, keep: usize) -> Vec<String> {
    names.retain(|name| last.is_none_or(|last| name.as_str() > last));
    names.sort_unstable_by(|a, b| b.cmp(a));
    names.split_off(keep.min(names.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_failed_runs_stay() {
        let names = || ["3", "1", "4", "2"].map(str::to_owned).to_vec();
        assert_eq!(retired(names(), Some("1"), 2), ["2"], "what was published is not of a failed run");
        assert_eq!(retired(names(), None, 2), ["2", "1"]);
        assert!(retired(names(), None, 7).is_empty());
    }
}
