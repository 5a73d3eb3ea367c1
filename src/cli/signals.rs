//! SIGINT and SIGTERM, as one thing to wait for.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for a signal that asks the process to stop; its name and number.
pub(super) async fn stop() -> (&'static str, u8) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without handlers the signals keep their default action: the process ends at once.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => ("SIGINT", 2),
        _ = terminate.recv() => ("SIGTERM", 15),
    }
}
