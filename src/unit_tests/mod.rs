//! Unit tests of SQL models: given rows go in, and the rows that come out are compared with the expected ones.
//!
//! A test runs its model through the same plan, engine and parameters as a run does, over tables that it writes itself:
//! no extract is read and no warehouse is touched. All mistakes of all tests are found before the first one runs.

mod case;
mod cells;
mod compare;
mod coverage;
mod diff;
mod execute;
mod grid;
mod rows;
mod text;

use std::collections::BTreeSet;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::Path;
use std::time::Instant;

use datafusion::common::runtime::SpawnedTask;
use futures::StreamExt;

use case::{Case, Resolver};
pub use coverage::Coverage;
pub use execute::Verdict;

use crate::config::UnitTestFile;
use crate::diagnostics::Problem;
use crate::engine::{Engine, EngineOptions};
use crate::failure::Failure;
use crate::invariant::BrokenInvariant;
use crate::plan::{Plan, Project, Selection, UnitTests};
use crate::publish::PrivateFolder;
use crate::run::Request;

/// Partitions of the queries of a test: more than one, so that they are planned as in a run.
const PARTITIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

/// How a test ended.
#[derive(Debug)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// The model under test.
    pub model: String,
    /// The pipeline.
    pub pipeline: String,
    /// Where it is written: file and line.
    pub place: String,
    /// How long it took.
    pub seconds: f64,
    /// Whether it passed.
    pub verdict: Verdict,
}

/// What running the tests yields, beside their results.
#[derive(Debug)]
pub struct Summary {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that did not.
    pub failed: usize,
    /// Tests of domains that are off.
    pub off: usize,
    /// Which models have tests.
    pub coverage: Coverage,
}

/// Runs the selected tests and reports each in the order in which they are written.
///
/// # Errors
/// All mistakes of the pipeline or its tests; infrastructure. A failed test is a result, not an error.
pub async fn run(
    request: &Request,
    with_base: bool,
    mut report: impl FnMut(&TestResult) -> Result<(), Failure>,
) -> Result<Summary, Failure> {
    let project = Project::read(&request.project, request.pipeline.as_deref()).map_err(Failure::Usage)?;
    let tests = project.unit_tests(with_base).map_err(Failure::Usage)?;
    let plan = plan(&project, &tests, request).await?;
    let cases = cases(&plan, &tests).map_err(Failure::Usage)?;
    let coverage = Coverage::of(&plan, &request.selection, &cases).map_err(Failure::Usage)?;
    let selected = selected(&plan, &request.selection, &cases).map_err(Failure::Usage)?;
    let off = tests.suites.iter().filter(|suite| !suite.is_on).map(|suite| suite.tests.len()).sum();
    let mut summary = Summary { passed: 0, failed: 0, off, coverage };
    let folder = PrivateFolder::create()?;
    let cases = cases.into_iter().filter(|case| selected.contains(&case.name)).enumerate();
    let runs = cases.map(|(number, case)| {
        let options = options(request, folder.folder(), number);
        // It starts as soon as there is room for it.
        async move {
            let run = SpawnedTask::spawn(async move {
                let started = Instant::now();
                let verdict = execute::verdict(&case, options).await;
                (case, verdict, started.elapsed().as_secs_f64())
            });
            let stopped = |error| Failure::from(BrokenInvariant::new(format!("a test was stopped: {error}")));
            run.join_unwind().await.map_err(stopped)
        }
    });
    let mut runs = futures::stream::iter(runs).buffered(request.engine.threads.get());
    let mut problems = Vec::new();
    while let Some(run) = runs.next().await {
        let (case, verdict, seconds) = run?;
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(Failure::Usage(found)) => {
                problems.extend(found);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        match verdict {
            Verdict::Passed => summary.passed += 1,
            Verdict::Failed(_) | Verdict::Broken(_) => summary.failed += 1,
        }
        report(&TestResult {
            name: case.name,
            model: case.model,
            pipeline: plan.name.clone(),
            place: format!("{}:{}", case.file.path.display(), case.line),
            seconds,
            verdict,
        })?;
    }
    if problems.is_empty() { Ok(summary) } else { Err(Failure::Usage(problems)) }
}

/// The plan of the pipeline, with the staging models that tests name even if nothing reads them.
async fn plan(project: &Project, tests: &UnitTests, request: &Request) -> Result<Plan, Failure> {
    let engine = Engine::open(request.engine.clone()).map_err(|error| Failure::engine(error, "engine"))?;
    let files = tests.suites.iter().filter(|suite| suite.is_on).flat_map(|suite| &suite.tests);
    let named =
        |test: &UnitTestFile| test.run.iter().chain([&test.model]).map(|name| name.value.clone()).collect::<Vec<_>>();
    let wanted: BTreeSet<String> = files.flat_map(named).collect();
    Plan::make_with(project, &request.vars, &wanted, &engine).await.map_err(Failure::Usage)
}

/// All tests of domains that are on, with every name resolved.
fn cases(plan: &Plan, tests: &UnitTests) -> Result<Vec<Case>, Vec<Problem>> {
    let mut cases = Vec::new();
    let mut problems = Vec::new();
    for suite in tests.suites.iter().filter(|suite| suite.is_on) {
        for file in &suite.tests {
            match (Resolver { plan, texts: &tests.texts, suite, file }).case() {
                Ok(case) => cases.push(case),
                Err(found) => problems.extend(found),
            }
        }
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems) }
}

/// The names of the tests that a selection means: by their own names, or by those of their models.
fn selected(plan: &Plan, selection: &Selection, cases: &[Case]) -> Result<BTreeSet<String>, Vec<Problem>> {
    let of_models = |words: &[String]| -> Result<BTreeSet<String>, Vec<Problem>> {
        let is_test = |word: &str| cases.iter().any(|case| case.name == word);
        let words = words.iter().flat_map(|list| list.split([',', ' '])).filter(|word| !word.is_empty());
        let (tests, models): (Vec<&str>, Vec<&str>) = words.partition(|word| is_test(word));
        let mut found: BTreeSet<String> = tests.into_iter().map(str::to_owned).collect();
        if !models.is_empty() {
            let select = models.into_iter().map(str::to_owned).collect();
            let models = plan.selected(&Selection { select, exclude: Vec::new() })?;
            found.extend(cases.iter().filter(|case| models.contains(&case.model)).map(|case| case.name.clone()));
        }
        Ok(found)
    };
    let mut names: BTreeSet<String> = match selection.select.is_empty() {
        true => cases.iter().map(|case| case.name.clone()).collect(),
        false => of_models(&selection.select)?,
    };
    let excluded = of_models(&selection.exclude)?;
    names.retain(|name| !excluded.contains(name));
    Ok(names)
}

/// Memory and scratch of one test.
fn options(request: &Request, folder: &Path, number: usize) -> EngineOptions {
    let at_once = u64::try_from(request.engine.threads.get()).unwrap_or(1);
    let memory = (request.engine.memory_limit.get() / at_once).max(1);
    EngineOptions {
        threads: PARTITIONS,
        memory_limit: NonZeroU64::new(memory).unwrap_or(request.engine.memory_limit),
        scratch: folder.join(format!("test-{number}")),
    }
}
