//! Waits for SIGINT or SIGTERM.
//!
//! A separate thread listens for them, because the workers may be deep in a query.

use std::sync::mpsc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// A signal's name and number.
type Stop = (&'static str, u8);

/// The signals that ask the process to stop. It listens from the moment it is created.
pub(super) struct StopSignals {
    arrived: oneshot::Receiver<Stop>,
}

impl StopSignals {
    /// Starts to listen.
    pub(super) fn listen() -> std::io::Result<Self> {
        let (sender, arrived) = oneshot::channel();
        let (ready, listening) = mpsc::channel();
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(wait(&ready, sender)),
                // The receiver is gone only if `listen` has given up.
                Err(error) => drop(ready.send(Err(error))),
            }
        })?;
        listening.recv().map_err(std::io::Error::other)??;
        Ok(Self { arrived })
    }

    /// Waits for a signal.
    pub(super) async fn stop(&mut self) -> Stop {
        match (&mut self.arrived).await {
            Ok(stop) => stop,
            // The thread ended without a signal, so none can follow.
            Err(_) => std::future::pending().await,
        }
    }
}

async fn wait(ready: &mpsc::Sender<std::io::Result<()>>, sender: oneshot::Sender<Stop>) {
    let handlers =
        signal(SignalKind::interrupt()).and_then(|interrupt| Ok((interrupt, signal(SignalKind::terminate())?)));
    match handlers {
        Ok((mut interrupt, mut terminate)) => {
            // If the run has ended meanwhile, nobody receives this.
            let _ = ready.send(Ok(()));
            let stop = tokio::select! {
                _ = interrupt.recv() => ("SIGINT", 2),
                _ = terminate.recv() => ("SIGTERM", 15),
            };
            let _ = sender.send(stop);
        }
        Err(error) => drop(ready.send(Err(error))),
    }
}
