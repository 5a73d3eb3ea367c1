//! Messages quote no cell, and say where it is instead. What cannot be published, or cannot run, is refused by `check`.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Copy, entries};

const PIPELINE: &str = "pipelines/shop.yml";

/// Adds a restricted or public model with the columns `id` and `x`.
fn add_mart(copy: &Copy, name: &str, sql: &str, properties: &str) {
    copy.write(&format!("sql/marts/{name}.sql"), format!("-- Grain: one row per member.\n\n{sql}\n"));
    let model = format!(
        "models:\n  {name}:\n    description: Made up.\n    key: [id]\n{properties}    columns:\n      id: {{ \
         description: Member }}\n      x: {{ description: Made up }}\n"
    );
    copy.edit(PIPELINE, "\nmodels:\n", &format!("\n{model}"));
}

const RESTRICTED: &str = "    restricted: true\n";

fn shop() -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "email: { type: string, desc", "email: { type: string, personal: true, desc");
    copy
}

/// Files in a folder that everybody may read, with their texts.
fn documents(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in entries(folder) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir() && !entry.is_symlink() && !["restricted", "quarantine", "staging"].contains(&name.as_str()) {
            found.extend(documents(&entry));
        } else if name.ends_with(".json") {
            found.push((entry.clone(), fs::read_to_string(&entry).unwrap()));
        }
    }
    found
}

#[test]
fn a_failed_conversion_names_its_place_and_no_value() {
    let copy = shop();
    let sql = "select\n    stg_members.member_id as id,\n    cast(stg_members.email as bigint) as x\nfrom stg_members";
    add_mart(&copy, "numbers", sql, RESTRICTED);
    for format in ["text", "json"] {
        let run = copy.lojal(&["run", "--log-format", format]).exits(1);
        assert!(!format!("{run}").to_lowercase().contains("anna"), "{run}");
        assert!(run.stderr.contains("sql/marts/numbers.sql:5:10"), "{run}");
        assert!(run.stderr.contains("Cannot cast string '…' to value of Int64 type"), "{run}");
        let rows = "select * from stg_members where stg_members.email is not null and try_cast(stg_members.email as \
                    bigint) is null";
        assert!(run.stderr.contains(rows), "{run}");
    }
    let written = documents(&copy.path().join("warehouse"));
    assert!(!written.is_empty());
    for (path, text) in written {
        assert!(!text.to_lowercase().contains("anna@"), "{}", path.display());
    }
    // The query of the hint runs.
    let query = "select count(*) as n from stg_members where try_cast(stg_members.email as bigint) is null";
    copy.lojal(&["query", query]).exits(0);
    for query in ["select cast(email as int) as x from members", "select to_timestamp(email) as x from stg_members"] {
        let asked = copy.lojal(&["query", query]).exits(1);
        assert!(asked.stderr.contains("'…'") && !asked.stderr.contains("anna"), "{asked}");
    }
}

#[test]
fn a_failed_conversion_in_a_check_names_the_check() {
    let copy = shop();
    copy.write("sql/checks/none.sql", "select cast(stg_members.email as date) as d\nfrom stg_members\n");
    copy.edit(PIPELINE, "\nchecks:\n", "\nchecks:\n  none: { description: Nothing }\n");
    let run = copy.lojal(&["run"]).exits(1);
    assert!(run.stderr.contains("check none: cast(stg_members.email as date) in sql/checks/none.sql:1:13"), "{run}");
    assert!(!format!("{run}").to_lowercase().contains("anna"), "{run}");
}

#[test]
fn identifiers_beside_keys_are_restricted() {
    let copy = shop();
    let sql = "select member_identities.source_id as id, member_identities.customer_key as x from member_identities";
    add_mart(&copy, "who", sql, "");
    copy.write(
        "sql/checks/none.sql",
        "select member_identities.customer_key, concat('members:', member_identities.source_id) as record\nfrom \
         member_identities\n",
    );
    copy.edit(PIPELINE, "\nchecks:\n", "\nchecks:\n  none: { description: Nothing }\n");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("its column `id` has personal values: member_identities.source_id"), "{stderr}");
    copy.edit(PIPELINE, "    description: Made up.\n", "    description: Made up.\n    restricted: true\n");
    let run = copy.lojal(&["run"]).exits(1);
    assert!(run.stderr.contains("not shown, because they have personal values: record\n"), "{run}");
    assert!(!run.stderr.contains("members:M"), "{run}");
    // Identifiers that stand alone stay public.
    copy.edit(PIPELINE, "  none: { description: Nothing }\n", "");
    copy.remove("sql/checks/none.sql");
    add_mart(&copy, "alone", "select stg_members.member_id as id, count(*) as x from stg_members group by 1", "");
    copy.lojal(&["run"]).exits(0);
}

#[test]
fn a_subquery_that_cannot_run_is_a_mistake_of_check() {
    let copy = shop();
    let sql = "select\n    members.member_id as id,\n    exists (select 1 from members as b where b.email = members.email) \
               as x\nfrom members";
    add_mart(&copy, "twins", sql, RESTRICTED);
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("sql/marts/twins.sql:5:5: `exists (select …)` cannot be run here"), "{stderr}");
    assert!(stderr.contains("join the table instead"), "{stderr}");
}

#[test]
fn infer_quotes_no_cell_of_a_row_whose_cells_have_moved() {
    let copy = Copy::of_nothing();
    let mut rows = "id,email,paid,day,note\n".to_owned();
    for number in 0..120 {
        rows.push_str(&format!("{number},p{number}@example.org,{number},2025-01-02,\n"));
    }
    rows.push_str("ylva@example.org,7,Karlsdotter,070-174 08 03,x\n");
    copy.write("people.csv", rows);
    let found = copy.lojal(&["infer", "people.csv"]);
    let text = format!("{found}");
    assert!(text.contains("people.csv:122"), "{text}");
    for value in ["ylva", "Karlsdotter", "070-174"] {
        assert!(!text.contains(value), "{value}: {text}");
    }
}
