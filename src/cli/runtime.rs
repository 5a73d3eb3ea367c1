//! The asynchronous runtimes. A verb that needs one builds it, no larger than its work.

use crate::failure::Failure;
use crate::run::Request;

/// Workers run plans, which are nested less deeply than they are made, and there may be many of them.
const WORKER_STACK_BYTES: usize = 32 << 20;

/// Does work that reads or writes data, with a worker for each thread of the request.
pub(super) fn with_workers(request: &Request, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(request.engine.threads.get()).thread_stack_size(WORKER_STACK_BYTES);
    to_the_end(builder, work)
}

/// Does work that reads no data, on this thread alone. Planning is asynchronous, but there is nothing to share out.
pub(super) fn without_workers(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    to_the_end(tokio::runtime::Builder::new_current_thread(), work)
}

fn to_the_end(
    mut builder: tokio::runtime::Builder,
    work: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let runtime = builder.enable_all().build()?;
    let outcome = runtime.block_on(work);
    // A reader interrupted by a signal may be deep in a file; the process does not wait for it.
    runtime.shutdown_background();
    outcome
}
