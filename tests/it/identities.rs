//! How customer keys change from run to run in one warehouse.

use super::support::{Copy, texts};

const CRM: &str = "sample_data/crm_customers.csv";

#[test]
fn a_record_that_moved_to_another_person_is_reported() {
    let copy = Copy::of_repository();
    let run = |as_of: &str| {
        let tables = ["--select", "customer_identities", "--select", "customer_identity_changes"];
        copy.lojal(&[&["run", "--quiet", "--as-of", as_of][..], &tables].concat()).exits(0);
        let changes = copy.warehouse().table("customer_identity_changes");
        let columns = ["source_id", "old_customer_key", "new_customer_key", "reason"].map(|name| texts(&changes, name));
        let rows = (0..changes.num_rows()).map(|row| columns.each_ref().map(|column| column[row].clone()));
        // Answers move with the person whom they name.
        rows.filter(|[id, ..]| id.starts_with('C')).collect::<Vec<_>>()
    };
    assert!(run("2025-12-30").is_empty(), "before the first run no customer was known");
    let keys = {
        let identities = copy.warehouse().table("customer_identities");
        let (ids, keys) = (texts(&identities, "source_id"), texts(&identities, "customer_key"));
        move |id: &str| keys[ids.iter().position(|found| found == id).unwrap()].clone()
    };
    assert!(run("2025-12-31").is_empty(), "the same records are the same persons");

    let apart = copy.read(CRM);
    // One address and one birth date: two birth dates with two names would keep them apart.
    let together = apart.replace("tilde.noren@example.org", "stellan.bostrom@example.org");
    copy.write(CRM, together.replace("Tilde,Norén,1974-10-22", "Tilde,Norén,1989-07-12"));
    let merged = ["C00000002".to_owned(), keys("C00000002"), keys("C00000001"), "merged".to_owned()];
    assert_eq!(run("2026-01-01"), std::slice::from_ref(&merged));
    assert_eq!(run("2026-01-01"), std::slice::from_ref(&merged), "running a day again gives the same result");

    copy.write(CRM, apart);
    let split = ["C00000002".to_owned(), keys("C00000001"), keys("C00000002"), "split".to_owned()];
    assert_eq!(run("2026-01-02"), [merged, split], "and the earlier change is kept");
}
