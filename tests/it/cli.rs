//! The command line apart from the main job: the output of each verb, the flags, and their environment variables.

use serde_json::Value;

use super::support::{Copy, lojal, matches_snapshot, outcome, repository, small_run};

fn small(arguments: &[&str]) -> super::support::Outcome {
    small_run().0.lojal(arguments)
}

// Help

#[test]
fn help_shows_verbs_flags_and_exit_codes() {
    matches_snapshot!("help", outcome(lojal(repository()).arg("--help")).exits(0));
    matches_snapshot!("help_run", outcome(lojal(repository()).args(["run", "--help"])).exits(0));
}

#[test]
fn no_arguments_is_a_usage_error_that_shows_help() {
    let ended = outcome(&mut lojal(repository())).exits(2);
    assert!(ended.stderr.contains("Usage: lojal"), "{ended}");
}

#[test]
fn wrong_words_are_usage_errors() {
    matches_snapshot!("unknown_verb", outcome(lojal(repository()).arg("rnu")).exits(2));
    matches_snapshot!("unknown_flag", outcome(lojal(repository()).args(["run", "--asof", "2025-01-01"])).exits(2));
    matches_snapshot!("no_threads", outcome(lojal(repository()).args(["run", "--threads", "0"])).exits(2));
    matches_snapshot!("unknown_size", outcome(lojal(repository()).args(["run", "--memory-limit", "much"])).exits(2));
}

#[test]
fn the_version_is_printed() {
    let ended = outcome(lojal(repository()).arg("--version")).exits(0);
    assert_eq!(ended.stdout.trim(), concat!("lojal ", env!("CARGO_PKG_VERSION")));
}

// schema, ls, plan

#[test]
fn the_committed_schema_matches_the_types() {
    let printed = outcome(lojal(repository()).arg("schema")).exits(0).stdout;
    let committed = std::fs::read_to_string(repository().join("pipelines/pipeline.schema.json")).unwrap();
    assert_eq!(printed, committed, "regenerate it: lojal schema > pipelines/pipeline.schema.json");
    serde_json::from_str::<Value>(&printed).unwrap();
}

#[test]
fn ls_names_everything() {
    matches_snapshot!("ls", small(&["ls"]).exits(0));
}

#[test]
fn plan_explains_each_step() {
    matches_snapshot!("plan", small(&["plan"]).exits(0));
}

#[test]
fn plan_explains_a_selection() {
    matches_snapshot!(
        "plan_selection",
        small(&["plan", "--select", "+person_sales", "--exclude", "member_identities"]).exits(0)
    );
    matches_snapshot!("plan_downstream", small(&["plan", "--select", "int_person_orders+"]).exits(0));
    matches_snapshot!("plan_tag", small(&["plan", "--select", "tag:sales"]).exits(0));
    matches_snapshot!("plan_unknown_tag", small(&["plan", "--select", "tag:sale"]).exits(2));
}

#[test]
fn the_default_pipeline_is_consistent_and_can_be_listed() {
    outcome(lojal(repository()).args(["check", "customer_lifecycle"])).exits(0);
    let listed = outcome(lojal(repository()).arg("ls")).exits(0).stdout;
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("customers ") && line.contains(" mart ") && line.contains(" customers ")),
        "{listed}"
    );
}

// show

#[test]
fn show_prints_rows_for_reading() {
    matches_snapshot!("show_table", small(&["show", "person_sales"]).exits(0));
    matches_snapshot!("show_limit", small(&["show", "daily_sales", "--limit", "2"]).exits(0));
    matches_snapshot!(
        "show_columns_where",
        small(&["show", "daily_sales", "--columns", "day,orders", "--where", "orders > 1 and visits = 0"]).exits(0)
    );
    matches_snapshot!("show_restricted", small(&["show", "person_contacts"]).exits(0));
    matches_snapshot!("show_no_row", small(&["show", "daily_sales", "--where", "orders > 100"]).exits(0));
}

#[test]
fn show_prints_csv_and_json_for_programs() {
    matches_snapshot!("show_csv", small(&["show", "person_sales", "--format", "csv"]).exits(0));
    let json = small(&["show", "person_sales", "--format", "json"]).exits(0);
    matches_snapshot!("show_json", json);
    for line in json.stdout.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    assert_eq!(json.stdout.lines().count(), 5);
    let empty = small(&["show", "daily_sales", "--where", "orders > 100", "--format", "csv"]).exits(0);
    assert_eq!(empty.stdout.trim(), "day,orders,revenue,visits", "a header even without rows");
}

#[test]
fn show_reports_what_it_does_not_find() {
    matches_snapshot!("show_unknown_table", small(&["show", "person_sale"]).exits(2));
    matches_snapshot!("show_unknown_column", small(&["show", "person_sales", "--columns", "order"]).exits(2));
    matches_snapshot!("show_faulty_condition", small(&["show", "person_sales", "--where", "orders >"]).exits(2));
    matches_snapshot!(
        "show_unknown_column_in_condition",
        small(&["show", "person_sales", "--where", "order_count > 1"]).exits(2)
    );
    matches_snapshot!(
        "show_nothing_published",
        Copy::of_small().lojal(&["show", "person_sales", "--published"]).exits(2)
    );
}

#[test]
fn show_succeeds_when_its_reader_closes_early() {
    // `lojal show … | head -1` succeeds.
    let script = "set -o pipefail; \"$0\" show daily_sales --format csv | head -1";
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_lojal")]).current_dir(small_run().0.path());
    assert_eq!(outcome(&mut shell).exits(0).stdout, "day,orders,revenue,visits\n");
}

// Messages

#[test]
fn json_logs_are_one_object_per_line() {
    let copy = Copy::of_small();
    copy.append("extracts/orders.csv", "21,bad,row\n");
    let ended = copy.lojal(&["run", "--log-format", "json"]).exits(0);
    let lines: Vec<Value> =
        ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    for line in &lines {
        for key in ["time", "level", "event", "message"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
    }
    let stages: Vec<&str> =
        lines.iter().filter(|line| line["event"] == "stage").filter_map(|line| line["stage"].as_str()).collect();
    assert_eq!(stages, ["plan", "extract", "transform", "check", "publish"]);
    assert!(lines.iter().any(|line| line["level"] == "warning"));
    let done = lines.iter().find(|line| line["event"] == "step_done" && line["step"] == "person_sales");
    let done = done.expect("the end of a step");
    assert_eq!(done["rows"], 5);
    assert!(
        done["message"].as_str().unwrap().trim_start() == done["message"].as_str().unwrap(),
        "no indentation: {done}"
    );
}

#[test]
fn json_logs_report_mistakes_with_their_position() {
    let copy = Copy::of_small();
    copy.edit("pipelines/shop.yml", "event_time: joined_on", "event_tme: joined_on");
    let ended = copy.lojal(&["check", "--log-format", "json"]).exits(2);
    let problem: Value = serde_json::from_str(ended.stderr.trim()).unwrap();
    assert_eq!((problem["file"].as_str(), problem["line"].as_u64()), (Some("pipelines/shop.yml"), Some(19)));
    assert_eq!((problem["level"].as_str(), problem["column"].as_u64()), (Some("error"), Some(5)));
}

#[test]
fn json_logs_report_failures_with_their_hint() {
    let copy = Copy::of_small();
    copy.remove("extracts/orders.csv");
    let ended = copy.lojal(&["run", "--log-format", "json", "--quiet"]).exits(1);
    let failure: Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(failure["level"], "error");
    assert!(failure["hint"].as_str().is_some_and(|hint| hint.contains("members.csv")), "{failure}");
}

#[test]
fn quiet_leaves_only_warnings_and_errors_and_the_last_line() {
    let ended = Copy::of_small().lojal(&["run", "--quiet"]).exits(0);
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.last_line()["status"], "success");
}

// Environment

#[test]
fn each_flag_has_an_environment_variable() {
    let copy = Copy::of_small();
    let mut run = lojal(repository());
    run.arg("run")
        .env("LOJAL_PROJECT_DIR", copy.path())
        .env("LOJAL_WAREHOUSE", "elsewhere")
        .env("LOJAL_AS_OF", "2025-02-10")
        .env("LOJAL_VARS", "large_order=60;exchange_rate_eur=10.00")
        .env("LOJAL_SELECT", "person_sales")
        .env("LOJAL_THREADS", "1")
        .env("LOJAL_MEMORY_LIMIT", "1GiB")
        .env("LOJAL_LOG_FORMAT", "json")
        .env("LOJAL_QUIET", "true")
        .env("LOJAL_NO_PROGRESS", "true");
    let ended = outcome(&mut run).exits(0);
    assert_eq!(ended.last_line()["as_of"], "2025-02-10");
    for line in ended.stderr.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_ne!(line["level"], "info", "LOJAL_QUIET");
    }
    let warehouse = super::support::Warehouse(copy.path().join("elsewhere"));
    assert_eq!(warehouse.tables(), ["person_sales"]);
    let large: i64 = super::support::integers(&warehouse.table("person_sales"), "large_orders").iter().sum();
    assert_eq!(large, 14, "LOJAL_VARS");
    let mut again = lojal(repository());
    again.args(["run", "--select", "person_sales", "--vars", "large_order=60", "--as-of", "2025-02-10", "--quiet"]);
    again.env("LOJAL_PROJECT_DIR", copy.path()).env("LOJAL_WAREHOUSE", "elsewhere").env("LOJAL_SKIP_UNCHANGED", "true");
    outcome(&mut again).exits(0);
    outcome(&mut again).exits(99);
}

#[test]
fn a_flag_overrides_its_variable() {
    let (copy, _) = small_run();
    let mut show = copy.command(&["show", "daily_sales", "--warehouse", "warehouse", "--limit", "1"]);
    outcome(show.env("LOJAL_WAREHOUSE", "nowhere")).exits(0);
}

#[test]
fn a_warehouse_may_be_a_file_url_outside_the_project() {
    let (copy, elsewhere) = (Copy::of_small(), tempfile::tempdir().unwrap());
    let url = format!("file://{}/shop", elsewhere.path().display());
    copy.lojal(&["run", "--quiet", "--warehouse", &url]).exits(0);
    super::support::Warehouse(elsewhere.path().join("shop")).is_whole();
    copy.lojal(&["show", "person_sales", "--warehouse", &url]).exits(0);
}
