//! How a run ends, seen by an orchestrator: the last line, the result file, the documents of a failed run.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::support::{Copy, lojal, outcome};

const PIPELINE: &str = "pipelines/shop.yml";

fn result_file(copy: &Copy) -> Value {
    let text = copy.read("result.json");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn failing_check(copy: &Copy) {
    copy.edit(PIPELINE, "- row_count: { min: 1 }", "- row_count: { min: 100 }");
}

#[test]
fn every_end_is_in_the_result_file() {
    let copy = Copy::of_small();
    let run = |more: &[&str]| {
        let ended = copy.lojal(&[&["run", "--result-file", "result.json"], more].concat());
        assert_eq!(ended.last_line(), result_file(&copy), "{}", ended.stderr);
        let exit_code = ended.last_line()["exit_code"].as_i64();
        assert_eq!(exit_code, ended.code.map(i64::from));
        ended
    };
    run(&[]).exits(0);
    assert_eq!(run(&["--skip-unchanged"]).exits(99).last_line()["status"], "skipped");
    let typed = run(&["--no-such-flag"]).exits(2);
    assert_eq!(typed.last_line()["error"], "unexpected argument '--no-such-flag' found");
    assert_eq!(typed.last_line()["status"], "failed");
    run(&["--vars", "novalue"]).exits(2);
    failing_check(&copy);
    assert_eq!(run(&[]).exits(1).last_line()["failed_checks"], json!(["row_count_person_sales"]));
    copy.edit(PIPELINE, "\nsources:", "\nsorces:");
    let misspelt = run(&[]).exits(2);
    assert_eq!(misspelt.last_line()["error"], "pipelines/shop.yml:15:1: unknown key `sorces`");
}

#[test]
fn a_result_file_that_cannot_be_written_stops_the_run_before_it_works() {
    let copy = Copy::of_small();
    let ended = copy.lojal(&["run", "--result-file", "no/such/folder/result.json"]).exits(2);
    assert!(ended.stderr.contains("--result-file no/such/folder/result.json"), "{}", ended.stderr);
    assert!(!copy.path().join("warehouse").exists());
}

#[test]
fn the_last_line_comes_last_when_the_streams_are_one() {
    let copy = Copy::of_small();
    let merged = |arguments: &str| {
        let binary = lojal(copy.path()).get_program().to_owned();
        let script = format!("\"$0\" {arguments} 2>&1");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg(binary).current_dir(copy.path()).stdin(Stdio::null());
        let output = shell.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let last = |text: &str| serde_json::from_str::<Value>(text.lines().next_back().unwrap()).unwrap();
    assert_eq!(last(&merged("run"))["status"], "success");
    assert_eq!(last(&merged("run --no-such-flag"))["exit_code"], 2);
    failing_check(&copy);
    let failed = merged("run");
    assert_eq!(last(&failed)["exit_code"], 1, "{failed}");
    assert!(failed.contains("error: 1 of 10 checks failed"), "{failed}");
}

#[test]
fn usage_errors_are_json_when_asked_for() {
    let copy = Copy::of_small();
    for (arguments, variable) in
        [(vec!["check", "--nope", "--log-format", "json"], None), (vec!["check", "--nope"], Some("json"))]
    {
        let mut command = copy.command(&arguments);
        if let Some(format) = variable {
            command.env("LOJAL_LOG_FORMAT", format);
        }
        let ended = outcome(&mut command).exits(2);
        let line: Value = serde_json::from_str(ended.stderr.trim()).unwrap();
        assert_eq!(line["level"], "error");
        assert!(line["message"].as_str().unwrap().starts_with("unexpected argument '--nope'"), "{line}");
        assert_eq!(ended.stdout, "", "check ends without a line");
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let copy = Copy::of_small();
    let mut command = copy.command(&["run"]);
    for name in
        ["WAREHOUSE", "THREADS", "SELECT", "AS_OF", "MEMORY_LIMIT", "LOG_FORMAT", "RESULT_FILE", "QUIET", "VARS"]
    {
        command.env(format!("LOJAL_{name}"), "");
    }
    let ended = outcome(&mut command).exits(0);
    assert_eq!(ended.last_line()["snapshot"], "warehouse/current");
    assert_eq!(copy.warehouse().snapshots().len(), 1);
}

#[test]
fn a_failed_run_leaves_its_documents() {
    let copy = Copy::of_small();
    failing_check(&copy);
    let failed = copy.lojal(&["run"]).exits(1);
    let run_id = failed.last_line()["run_id"].as_str().unwrap().to_owned();
    let document = |name: &str| -> Value {
        serde_json::from_str(&copy.read(&format!("warehouse/failed/{run_id}/{name}"))).unwrap()
    };
    let results = document("run_results.json");
    assert_eq!((&results["status"], &results["exit_code"]), (&json!("failed"), &json!(1)));
    assert_eq!(results["metadata"]["invocation_id"], json!(run_id));
    assert_eq!(results["error"], failed.last_line()["error"]);
    let entries = results["results"].as_array().unwrap();
    let with = |status: &str| entries.iter().filter(|entry| entry["status"] == status).count();
    assert_eq!((with("fail"), with("pass")), (1, 9));
    assert!(with("success") > 5, "the steps that were done");
    assert_eq!(results["sources"].as_array().unwrap().len(), 3);
    assert!(document("manifest.json")["nodes"].get("model.shop.person_sales").is_some());
}

#[test]
fn a_step_that_fails_is_named_in_the_documents() {
    let copy = Copy::of_small();
    copy.edit(
        "sql/intermediate/int_person_orders.sql",
        "    stg_orders.revenue\n",
        "    stg_orders.revenue / (stg_orders.order_id - stg_orders.order_id) as revenue\n",
    );
    let failed = copy.lojal(&["run"]).exits(1);
    let run_id = failed.last_line()["run_id"].as_str().unwrap().to_owned();
    let text = copy.read(&format!("warehouse/failed/{run_id}/run_results.json"));
    let results: Value = serde_json::from_str(&text).unwrap();
    let broken = results["results"].as_array().unwrap().iter().find(|entry| entry["status"] == "error").unwrap();
    assert!(broken["message"].as_str().unwrap().to_lowercase().contains("divide by zero"), "{broken}");
}

#[test]
fn every_warning_stands_in_the_documents() {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "- row_count: { min: 1 }", "- row_count: { min: 100, severity: warn }");
    let ended = copy.lojal(&["run"]).exits(0);
    let printed = ended.stderr.lines().filter(|line| line.starts_with("warning: ")).count();
    assert_eq!(ended.last_line()["warnings"], json!(printed));
    let warnings = copy.warehouse().json("run_results.json")["warnings"].as_array().unwrap().len();
    assert_eq!((warnings, printed), (1, 1));
}
