//! A panic is a bug, in lojal or in a library. It ends the command with one message instead of a backtrace, and with the
//! last line that orchestrators wait for.

use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use crate::failure::Failure;
use crate::invariant::BrokenInvariant;

/// The first panic of the process, in one line.
static FIRST: OnceLock<String> = OnceLock::new();

/// From now on, panics print nothing, and the first is kept. `RUST_BACKTRACE` still shows all of them.
pub(super) fn keep_quiet() {
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|wanted| wanted != "0") {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            FIRST.get_or_init(|| described(info));
            usual(info);
        }));
    } else {
        std::panic::set_hook(Box::new(|info| {
            FIRST.get_or_init(|| described(info));
        }));
    }
}

/// Whether there was one.
pub(super) fn any() -> bool {
    FIRST.get().is_some()
}

/// The failure of a command that panicked.
pub(super) fn failure() -> Failure {
    Failure::Internal(BrokenInvariant::new(FIRST.get().map_or("a panic", String::as_str)))
}

// The message of a panic may quote a value.
fn described(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload_as_str().unwrap_or("a panic without a message");
    let line = crate::words::shown_up_to(&crate::engine::without_data(text), 200);
    match info.location() {
        // A path below the folder in which it was built says nothing to a user.
        Some(place) => format!("{line} ({}:{})", file_name(place.file()), place.line()),
        None => line,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
