//! Extracts from web servers: exact URLs, with and without ranges, with a password, and servers that fail.

use super::servers::{Manner, Web, without_settings};
use super::support::{Copy, Outcome, outcome, small_run};

/// The small project with its members on a web server.
fn run(manner: Manner, user: &str, file: &str) -> (Copy, Outcome) {
    let copy = Copy::of_small();
    let server = Web::start(&copy.path().join("extracts"), manner);
    let url = format!("http://{user}127.0.0.1:{}/{file}", server.port);
    copy.edit("pipelines/shop.yml", "$extracts/members*.csv", &url);
    let mut command = without_settings(copy.command(&["run", "--quiet"]));
    let outcome = outcome(command.env("LOJAL_STORE_RETRY", "3s"));
    assert!(!outcome.to_string().contains("hunter2"), "{outcome}");
    (copy, outcome)
}

#[test]
fn a_file_is_read_however_the_server_sends_it() {
    let (local, _) = small_run();
    for (manner, user, file) in [
        (Manner::Good, "", "members.csv"),
        (Manner::NoRanges, "", "members.csv"),
        (Manner::Flaky, "", "members.csv"),
        (Manner::Closed, "me:hunter2@", "members.csv?token=hunter2"),
    ] {
        let (copy, run) = run(manner, user, file);
        assert_eq!(run.code, Some(0), "{manner:?}: {run}");
        for table in local.warehouse().tables() {
            // Files are identified by name and size, which are the same.
            assert_eq!(copy.warehouse().table(&table), local.warehouse().table(&table), "{manner:?} {table}");
        }
        for document in ["snapshot.json", "manifest.json", "run_results.json", "catalog.json"] {
            let text = copy.read(&format!("warehouse/current/{document}"));
            assert!(!text.contains("hunter2"), "{document}");
        }
    }
}

#[test]
fn missing_files_and_failing_servers_are_reported() {
    let (_, missing) = run(Manner::Good, "me:hunter2@", "member.csv?token=hunter2");
    assert_eq!(missing.code, Some(1), "{missing}");
    assert!(missing.stderr.contains("no file matches http://127.0.0.1"), "{missing}");
    let (_, closed) = run(Manner::Closed, "me:wrong-hunter2@", "members.csv");
    assert_eq!(closed.code, Some(3), "{closed}");
    assert!(closed.stderr.contains("401 Unauthorized"), "{closed}");
    let (_, broken) = run(Manner::Broken, "", "members.csv");
    assert_eq!(broken.code, Some(3), "{broken}");
    assert!(broken.stderr.contains("500 Internal Server Error"), "{broken}");
    let (_, glob) = run(Manner::Good, "", "members*.csv");
    assert!(glob.stderr.contains("a web server cannot list its files"), "{glob}");
}
