//! Threads for resampling: as many as the run has, independent of the machine.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::runtime::Handle;

/// The runtime's number of workers is `--threads`. Outside a runtime there is one thread.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = Handle::try_current().map_or(1, |handle| handle.metrics().num_workers());
    ThreadPoolBuilder::new().num_threads(threads).thread_name(|_| "importance".to_owned()).build().ok()
});

/// Runs `work` on the pool, or on this thread if no pool can be created.
pub(super) fn install<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match POOL.as_ref() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
