//! `lojal test`: runs the unit tests of SQL models.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::arguments::Target;
use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;
use crate::unit_tests::{self, Coverage, Summary, TestResult, Verdict};
use crate::words::{counted, seconds_shown};

#[derive(Debug, Args)]
pub(super) struct Test {
    #[command(flatten)]
    target: Target,
    /// How the results are written.
    #[arg(long, value_enum, default_value_t = Form::Text, value_name = "FORM")]
    output: Form,
    /// List the models that no unit test runs.
    #[arg(long)]
    coverage: bool,
    /// Run the unit tests of the pipelines that this one extends too.
    #[arg(long)]
    with_base: bool,
}

/// A form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line for each test, with the rows that differ.
    Text,
    /// One JSON object, with dbt's names where it has one.
    Json,
}

impl Command for Test {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.target.pipeline.clone(), ..request };
        with_workers(&request, self.test(&request, printer))
    }
}

impl Test {
    async fn test(&self, request: &Request, printer: &Printer) -> Result<(), Failure> {
        let in_colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
        let mut results = Vec::new();
        let started = std::time::Instant::now();
        let summary = unit_tests::run(request, self.with_base, |result| {
            match self.output {
                Form::Text => print(&line(result, in_colour))?,
                Form::Json => results.push(as_json(result)),
            }
            Ok(())
        })
        .await?;
        let total = summary.passed + summary.failed;
        if total == 0 {
            printer.warning("no unit test was run: none is written for these models");
        }
        match self.output {
            Form::Text => print(&self.closing(&summary, started.elapsed().as_secs_f64()))?,
            Form::Json => print(
                &json!({
                    "results": results,
                    "passed": summary.passed,
                    "failed": summary.failed,
                    "off": summary.off,
                    "elapsed_time": started.elapsed().as_secs_f64(),
                    "coverage": coverage_as_json(&summary.coverage),
                })
                .to_string(),
            )?,
        }
        match summary.failed {
            0 => Ok(()),
            failed => Err(Failure::UnitTests { failed, total }),
        }
    }

    /// The last lines: how many passed, and which models have tests.
    fn closing(&self, Summary { passed, failed, off, coverage }: &Summary, seconds: f64) -> String {
        let tests = counted((passed + failed) as u64, "unit test");
        let mut lines = vec![format!("{tests}: {passed} passed, {failed} failed, in {}", seconds_shown(seconds))];
        if *off > 0 {
            lines.push(format!("{} of domains that are off did not run", counted(*off as u64, "unit test")));
        }
        let covered = coverage.tested.len() + coverage.within.len();
        lines.push(format!(
            "coverage: unit tests run {covered} of {}, {} of them {} a test of their own",
            counted(coverage.models() as u64, "model"),
            coverage.tested.len(),
            if coverage.tested.len() == 1 { "has" } else { "have" },
        ));
        if self.coverage {
            let list = |title: &str, names: &[String]| match names {
                [] => format!("{title}: none"),
                names => format!("{title}:\n  {}", names.join("\n  ")),
            };
            lines.push(list("models that no unit test runs", &coverage.uncovered));
            lines.push(list("models that only run in tests of others", &coverage.within));
        }
        lines.join("\n")
    }
}

/// The line of a test, and what is wrong.
fn line(result: &TestResult, in_colour: bool) -> String {
    let TestResult { name, place, seconds, .. } = result;
    let word = |word: &str, colour: u8| match in_colour {
        true => format!("\u{1b}[{colour}m{word}\u{1b}[0m"),
        false => word.to_owned(),
    };
    match &result.verdict {
        Verdict::Passed => format!("{}  {name}  {}", word("pass", 32), seconds_shown(*seconds)),
        Verdict::Failed(diff) => {
            let (counts, table) = (diff.counts(), diff.table(in_colour));
            format!("{}  {name}  ({place})\n  `{}`: {counts}\n{}", word("FAIL", 31), result.model, table.trim_end())
        }
        Verdict::Broken(message) => format!("{}  {name}  ({place})\n  {message}", word("FAIL", 31)),
    }
}

/// A result with the names that dbt gives it.
fn as_json(result: &TestResult) -> Value {
    let (status, failures, message, differences) = match &result.verdict {
        Verdict::Passed => ("pass", 0, Value::Null, Value::Null),
        Verdict::Failed(diff) => ("fail", 1, json!(diff.counts()), diff.as_json()),
        Verdict::Broken(message) => ("error", 1, json!(message), Value::Null),
    };
    json!({
        "unique_id": format!("unit_test.{}.{}.{}", result.pipeline, result.model, result.name),
        "name": result.name,
        "model": result.model,
        "place": result.place,
        "status": status,
        "failures": failures,
        "execution_time": result.seconds,
        "message": message,
        "differences": differences,
    })
}

fn coverage_as_json(coverage: &Coverage) -> Value {
    json!({
        "models": coverage.models(),
        "tested": coverage.tested,
        "within_other_tests": coverage.within,
        "uncovered": coverage.uncovered,
    })
}
