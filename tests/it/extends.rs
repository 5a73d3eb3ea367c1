//! Pipelines that extend another: what comes from which file, and mistakes in each file reported at their own position.

use super::mistakes::mistakes;
use super::support::{Copy, matches_snapshot};

const OWN: &str = "pipelines/own.yml";
const BASE: &str = "pipelines/shop.yml";

/// The small project with a second one in its folder `branch`, whose pipeline extends the small project's.
struct Branch(Copy);

impl Branch {
    fn of(own: &str) -> Self {
        let copy = Copy::of_small();
        for folder in ["branch/pipelines", "branch/sql/staging", "branch/sql/marts", "branch/extracts"] {
            std::fs::create_dir_all(copy.path().join(folder)).unwrap();
        }
        copy.write(&format!("branch/{OWN}"), format!("extends: ../../{BASE}\nname: own\n{own}"));
        Self(copy)
    }

    fn lojal(&self, verb: &str) -> super::support::Outcome {
        self.0.lojal(&[verb, "--project-dir", "branch"])
    }

    /// The output of `check`.
    fn mistakes(&self) -> super::support::Outcome {
        self.lojal("check").exits(2)
    }
}

#[test]
fn a_project_needs_only_what_differs() {
    let branch = Branch::of("");
    matches_snapshot!("only_what_differs", branch.lojal("check").exits(0));
    // The same extracts give the same tables, in a separate warehouse.
    branch.0.write("branch/extracts/members.csv", branch.0.read("extracts/members.csv"));
    branch.0.write("branch/extracts/orders.csv", branch.0.read("extracts/orders.csv"));
    branch.0.write("branch/extracts/visits.csv", branch.0.read("extracts/visits.csv"));
    branch.lojal("run").exits(0);
    branch.0.lojal(&["run"]).exits(0);
    let own = super::support::Warehouse(branch.0.path().join("branch/warehouse"));
    let base = branch.0.warehouse();
    assert_eq!(own.tables(), base.tables());
    for table in own.tables() {
        assert_eq!(own.table(&table), base.table(&table), "{table}");
    }
}

#[test]
fn a_sql_file_replaces_the_bases_file() {
    let branch = Branch::of("");
    let sql = branch.0.read("sql/staging/stg_orders.sql");
    branch.0.write("branch/sql/staging/stg_orders.sql", sql.replace("orders.", "orders.no_"));
    let errors = branch.mistakes().stderr;
    assert!(errors.contains("error: sql/staging/stg_orders.sql:"), "{errors}");
    // Paths of the base's own files are relative to the project's folder.
    let sql = branch.0.read("sql/marts/daily_sales.sql");
    branch.0.write("branch/sql/staging/stg_orders.sql", branch.0.read("sql/staging/stg_orders.sql"));
    branch.0.write("sql/marts/daily_sales.sql", format!("{sql} where nothing = 1"));
    let errors = branch.mistakes().stderr;
    assert!(errors.contains("error: ../sql/marts/daily_sales.sql:"), "{errors}");
}

#[test]
fn a_changed_base_makes_a_run_necessary() {
    let branch = Branch::of("vars: { extracts: ../extracts }\n");
    branch.lojal("run").exits(0);
    let skipped = |branch: &Branch| branch.0.lojal(&["run", "--skip-unchanged", "--project-dir", "branch"]).code;
    assert_eq!(skipped(&branch), Some(99));
    branch.0.append(BASE, "# changed\n");
    assert_eq!(skipped(&branch), Some(0));
    branch.0.append("sql/marts/daily_sales.sql", "-- changed\n");
    assert_eq!(skipped(&branch), Some(0));
}

#[test]
fn mistakes_in_both_files_are_reported_together() {
    let branch = Branch::of("time_zne: UTC\nvars: { extract: null }\n");
    branch.0.edit(BASE, "    event_time: joined_on", "    event_tme: joined_on");
    mistakes!(3, "mistakes_of_both_files", branch.mistakes());
}

#[test]
fn only_inherited_entries_can_be_removed() {
    let branch = Branch::of("vars: { extract: null }\nsources: { visit: null }\nchecks: { sales_conserved: null }\n");
    mistakes!(3, "removed_but_not_inherited", branch.mistakes());
}

#[test]
fn an_unknown_name_is_reported_in_the_file_that_contains_it() {
    let own = Branch::of("time_zone: Europe/Stokholm\n");
    mistakes!(1, "a_wrong_name_here", own.mistakes());
    let base = Branch::of("base_currency: NOK\n");
    base.0.edit(BASE, "Europe/Stockholm", "Europe/Stokholm");
    mistakes!(1, "a_wrong_name_in_the_base", base.mistakes());
}

#[test]
fn a_missing_base() {
    let branch = Branch::of("");
    branch.0.edit(&format!("branch/{OWN}"), "shop.yml", "shopp.yml");
    mistakes!(1, "a_missing_base", branch.mistakes());
}

#[test]
fn a_base_outside_pipelines() {
    let branch = Branch::of("");
    branch.0.write("shop.yml", branch.0.read(BASE));
    branch.0.edit(&format!("branch/{OWN}"), "pipelines/shop.yml", "shop.yml");
    mistakes!(1, "a_base_outside_pipelines", branch.mistakes());
}

#[test]
fn pipelines_that_extend_each_other() {
    let branch = Branch::of("");
    branch.0.write(BASE, format!("extends: ../branch/{OWN}\nname: shop\n"));
    mistakes!(1, "pipelines_that_extend_each_other", branch.mistakes());
}
