//! run_results.json as a typed document: how a run ended, its steps and checks, its sources, its warnings. In dbt's
//! shape where dbt has a field for it. The verbs that look back at runs read it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The name of the document, in a snapshot and in the folder of a failed run.
pub const RUN_RESULTS: &str = "run_results.json";

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It published a snapshot.
    Success,
    /// Pipeline, data, a check or the infrastructure is at fault.
    Failed,
    /// A signal stopped it.
    Stopped,
    /// Nothing had changed.
    Skipped,
}

/// The document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunResults {
    pub metadata: Metadata,
    pub args: Arguments,
    pub status: RunStatus,
    /// The process's exit code.
    pub exit_code: u8,
    /// Why the run failed, in one line.
    pub error: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    pub started_at: DateTime<Utc>,
    /// Seconds from start to end; of a run that published, to the end of its checks.
    pub elapsed_time: f64,
    /// Steps, promises about sources and checks, in the order in which they ended.
    pub results: Vec<RunResult>,
    /// The rows of each source by outcome, and what was noticed in it.
    pub sources: Vec<Value>,
    /// Counts of records, persons, links, values that cannot be keys, conflicts and decisions; none if the run ended
    /// before it knew them, or knows no persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Value>,
    /// Personal columns that the pipeline lets out, with the reason.
    pub released: Vec<Released>,
    /// Every warning that was printed.
    pub warnings: Vec<Said>,
    /// What was declared to be right and is still worth knowing.
    pub notes: Vec<Said>,
}

/// What the document is of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Metadata {
    pub dbt_schema_version: String,
    pub generated_at: String,
    /// The run's id.
    pub invocation_id: String,
    pub adapter_type: String,
    /// The pipeline; `None` if the run ended before it was known.
    pub project_name: Option<String>,
    pub lojal_version: String,
}

/// What the run was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arguments {
    /// The as-of day; `None` if the run ended before it was known.
    pub as_of: Option<NaiveDate>,
}

/// How a step, promise or check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// A step that was done.
    Success,
    /// A step that failed.
    Error,
    /// A promise that holds.
    Pass,
    /// A broken promise that does not stop the run.
    Warn,
    /// A broken promise that does.
    Fail,
    /// A broken promise that `--accept` took.
    Accepted,
}

/// A step, promise or check.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunResult {
    /// Its kind, the pipeline and its name, joined by dots.
    pub unique_id: String,
    pub status: ResultStatus,
    /// Seconds; 0 if it was proved together with others.
    pub execution_time: f64,
    /// Rows that break the promise; `None` for a step.
    pub failures: Option<u64>,
    pub message: Option<String>,
    pub adapter_response: Map<String, Value>,
}

impl RunResults {
    /// The document as text.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", serde_json::json!(self))
    }

    /// Names of the checks that stopped the run.
    pub fn failed_checks(&self) -> Vec<&str> {
        self.results.iter().filter(|result| result.status == ResultStatus::Fail).map(RunResult::name).collect()
    }
}

impl RunResult {
    /// The name, without kind and pipeline.
    pub fn name(&self) -> &str {
        self.unique_id.splitn(3, '.').nth(2).unwrap_or(&self.unique_id)
    }
}

/// A personal column that the pipeline lets out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub model: String,
    pub column: String,
    pub reason: String,
}

/// A warning or note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The source that it is about, if it is about one.
    pub source: Option<String>,
    pub message: String,
}
