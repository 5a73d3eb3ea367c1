//! A request to be forgotten in the course of daily runs: what earlier days believed must not bring the person back, nor
//! stop the run.

use super::support::{Copy, texts};

#[test]
fn a_request_takes_effect_on_the_next_day() {
    let copy = Copy::of_repository();
    let run = |day: &str| copy.lojal(&["run", "--as-of", day, "--quiet"]).exits(0);
    run("2025-12-30");
    let known = || texts(&copy.warehouse().table("customer_identities"), "source_id");
    assert!(known().iter().any(|id| id == "C00000001"));
    copy.write(
        "sample_data/erasure_requests.csv",
        "customer_id,email,phone,requested_at\nC00000001,,,2025-12-30 09:00:00\n",
    );
    run("2025-12-31");
    assert!(!known().iter().any(|id| id == "C00000001"));
    let contacts = texts(&copy.warehouse().table("customer_contacts"), "email");
    assert!(contacts.len() > 100 && !contacts.iter().any(|email| email.starts_with("stellan.bostrom@example.org")));
}
