//! What a run finds out as it goes. The log outlives the run, so that one that fails or is stopped is documented too.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::documents::unique_id;
use super::results::{Arguments, Metadata, Released, ResultStatus, RunResult, RunResults, RunStatus, Said};
use crate::config::CheckSeverity;
use crate::extract::{PromiseResult, SourceCount};
use crate::failure::Failure;
use crate::identity::Facts;
use crate::plan::{Handling, Plan, Step};
use crate::printer::Warning;
use crate::publish::Warehouse;
use crate::quality::CheckResult;

/// The log of one run.
#[derive(Debug)]
pub struct RunLog {
    pub run_id: String,
    pub started_at: DateTime<Utc>,
    started: Instant,
    /// The pipeline's name, once it is read.
    pub pipeline: OnceLock<String>,
    /// The as-of day, once it is known.
    pub as_of: OnceLock<NaiveDate>,
    /// Where a failed run is documented; set once the run may write there.
    pub warehouse: OnceLock<Warehouse>,
    /// manifest.json, once the steps are settled.
    pub manifest: OnceLock<String>,
    found: Mutex<Found>,
}

#[derive(Debug, Default)]
struct Found {
    results: Vec<RunResult>,
    sources: Vec<Value>,
    released: Vec<Released>,
    notes: Vec<Said>,
    identity: Option<Value>,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Ending {
    pub status: RunStatus,
    pub exit_code: u8,
    /// Why it failed, in one line.
    pub error: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Ending {
    /// A run that published.
    pub fn success() -> Self {
        Self { status: RunStatus::Success, exit_code: 0, error: None, hint: None }
    }

    /// A run that did not.
    pub fn of(failure: &Failure) -> Self {
        let status = match failure {
            Failure::Unchanged => RunStatus::Skipped,
            Failure::Stopped { .. } => RunStatus::Stopped,
            _ => RunStatus::Failed,
        };
        Self { status, exit_code: failure.exit_code(), error: Some(failure.headline()), hint: failure.hint() }
    }
}

impl RunLog {
    /// The log of a run that starts now.
    pub fn start(run_id: String, started_at: DateTime<Utc>) -> Self {
        Self {
            run_id,
            started_at,
            started: Instant::now(),
            pipeline: OnceLock::new(),
            as_of: OnceLock::new(),
            warehouse: OnceLock::new(),
            manifest: OnceLock::new(),
            found: Mutex::default(),
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the columns that the pipeline lets out.
    pub fn plan(&self, plan: &Plan) {
        self.pipeline.get_or_init(|| plan.name.clone());
        let released = plan.released().map(|(model, column, reason)| Released {
            model: model.to_owned(),
            column: column.to_owned(),
            reason: reason.to_owned(),
        });
        self.found().released = released.collect();
    }

    /// Enters a step that has ended: its rows, or why it failed.
    pub fn step(&self, plan: &Plan, step: &Step<'_>, seconds: f64, outcome: Result<Option<u64>, &Failure>) {
        if step.handling == Handling::View && outcome.is_ok() {
            return;
        }
        let rows = json!({ "rows_affected": outcome.ok().flatten() });
        let result = RunResult {
            unique_id: unique_id(plan, step.name),
            status: if outcome.is_ok() { ResultStatus::Success } else { ResultStatus::Error },
            execution_time: seconds,
            failures: None,
            message: outcome.err().map(Failure::headline),
            adapter_response: object(rows),
        };
        self.found().results.push(result);
    }

    /// Enters the promises about sources.
    pub fn promises(&self, plan: &Plan, promises: &[PromiseResult]) {
        let results = promises.iter().map(|promise| RunResult {
            unique_id: format!("test.{}.{}", plan.name, promise.name),
            status: if promise.is_kept { ResultStatus::Pass } else { ResultStatus::Warn },
            execution_time: 0.0,
            failures: Some(u64::from(!promise.is_kept)),
            message: Some(promise.found.clone()),
            adapter_response: Map::new(),
        });
        self.found().results.extend(results);
    }

    /// Enters the checks.
    pub fn checks(&self, plan: &Plan, checks: &[CheckResult]) {
        let results = checks.iter().map(|check| RunResult {
            unique_id: format!("test.{}.{}", plan.name, check.name),
            status: match (check.passed(), check.severity) {
                (true, _) if !check.accepted.is_empty() => ResultStatus::Accepted,
                (true, _) => ResultStatus::Pass,
                (false, CheckSeverity::Warn) => ResultStatus::Warn,
                (false, CheckSeverity::Error) => ResultStatus::Fail,
            },
            execution_time: check.seconds,
            failures: Some(check.failures),
            message: Some(check.promise.clone()),
            adapter_response: match check.accepted.is_empty() {
                true => Map::new(),
                false => object(json!({ "accepted": check.accepted })),
            },
        });
        self.found().results.extend(results);
    }

    /// Enters the rows of the sources that were read to their end, in place of what was entered before.
    pub fn sources(&self, counts: &[SourceCount]) {
        self.found().sources = counts.iter().map(SourceCount::to_json).collect();
    }

    /// Enters the counts of the persons.
    pub fn identity(&self, facts: Option<&Facts>) {
        self.found().identity = facts.map(|facts| json!(facts));
    }

    /// Enters something worth knowing that needs no warning.
    pub fn note(&self, source: Option<&str>, message: &str) {
        self.found().notes.push(Said { source: source.map(str::to_owned), message: message.to_owned() });
    }

    /// The document about the run so far.
    pub fn results(&self, ending: &Ending, warnings: Vec<Warning>) -> RunResults {
        let found = self.found();
        let warnings = warnings.into_iter().map(|warning| Said { source: warning.source, message: warning.message });
        RunResults {
            metadata: Metadata {
                dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json".to_owned(),
                generated_at: Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true),
                invocation_id: self.run_id.clone(),
                adapter_type: "datafusion".to_owned(),
                project_name: self.pipeline.get().cloned(),
                lojal_version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            args: Arguments { as_of: self.as_of.get().copied() },
            status: ending.status,
            exit_code: ending.exit_code,
            error: ending.error.clone(),
            hint: ending.hint.clone(),
            started_at: self.started_at,
            elapsed_time: self.seconds(),
            results: found.results.clone(),
            sources: found.sources.clone(),
            identity: found.identity.clone(),
            released: found.released.clone(),
            warnings: warnings.collect(),
            notes: found.notes.clone(),
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
