//! From the files as written to what will run: every name resolved, every query planned, every mistake found.
//!
//! Second stage of the flow. `Plan::make` reads no data: it plans each model against empty tables of the declared
//! types, so that an unknown table, column, function or parameter is reported at file:line:column before a run
//! begins. Laws about lookups and vars alone are proved at once. `Plan::schedule` then decides, for a selection,
//! which steps run and what each becomes.

mod acceptance;
mod built_in;
mod check;
mod check_rules;
mod checked;
mod checks;
mod contract;
mod earlier;
mod exports;
mod extensions;
mod graph;
mod identity;
mod ignored;
mod inlined;
mod language;
mod languages;
mod location;
mod lookups;
mod model;
mod models;
mod parameters;
mod parsed;
mod personal;
mod project;
mod publish_as;
mod relations;
mod schedule;
mod select;
mod settings;
mod shared_names;
mod source;
mod triggers;
mod unused;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use indexmap::IndexMap;

pub use acceptance::{Acceptance, accept_name};
pub(crate) use built_in::is_built_in;
pub use check::{Check, CheckKind};
pub use checked::Plan;
pub use identity::Identity;
pub use language::Language;
pub(crate) use location::resolve_location;
pub use lookups::{Lookup, LookupColumn, check_lookups};
pub use model::Model;
use parameters::is_reserved_var;
pub(crate) use project::is_table_name;
pub use project::{CheckText, Domain, Domains, Layer, ModelText, Project, Suite, UnitTests};
pub(crate) use schedule::names_the_day;
pub use schedule::{Handling, Schedule, ScheduleError, Step, StepKind};
pub use select::Selection;

use crate::config::{PipelineFile, Scalar, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::Engine;
pub use crate::extract::{REFERENCE_COUNTS, SOURCE_COUNTS};
use crate::source::Source;
use crate::store::{Address, secrets};

/// The gap that makes later rows doubtful, if the pipeline names none.
const AS_OF_GAP_DAYS: u32 = 31;

impl Plan {
    /// The source that queries read as this table.
    pub fn source_of(&self, table: &str) -> Option<&Source> {
        self.sources.values().find(|source| source.table == table)
    }

    /// Checks a project against itself. `overrides` are `--vars`.
    ///
    /// # Errors
    /// All mistakes found, in the order of stages: the pipeline file, the SQL, then the two against each other.
    pub async fn make(
        project: &Project,
        overrides: &[(String, Scalar)],
        engine: &Engine,
    ) -> Result<Self, Vec<Problem>> {
        Self::make_with(project, overrides, &BTreeSet::new(), engine).await
    }

    /// As [`Self::make`], with the staging models and sources among `wanted` even if nothing reads them.
    ///
    /// # Errors
    /// See [`Self::make`].
    pub async fn make_with(
        project: &Project,
        overrides: &[(String, Scalar)],
        wanted: &BTreeSet<String>,
        engine: &Engine,
    ) -> Result<Self, Vec<Problem>> {
        let (file, texts) = (&project.file, &project.texts);
        let mut problems = Vec::new();
        let time_zone = time_zone(file, texts, &mut problems);
        let vars = vars(project, overrides, &mut problems);
        let mut sources = sources(file, texts, &vars, time_zone, &mut problems);
        shared_names::settle(&mut sources, project, &mut problems);
        lookups::names_clash(file, project, &mut problems);
        let mut lookups = check_lookups(file, texts, time_zone).unwrap_or_else(|found| {
            problems.extend(found);
            IndexMap::new()
        });
        let earlier_tables = earlier::check(file, texts, &mut problems);
        problems.extend(publish_as::check(file, project));
        let parameters = parameters::of_run(&vars, time_zone, &file.base_currency, NaiveDate::default());
        triggers::names_clash(file, project, &mut problems);
        let triggers = triggers::check(file, texts, time_zone, &parameters, &mut problems);
        if file.publish.keep_snapshots.value == 0 {
            let problem = texts.place(&file.publish.keep_snapshots, 1, "no snapshot would be kept");
            problems.push(problem.hint("write 1 or more: the current snapshot counts"));
        }
        problems.extend(unused::entries(project, &vars, &sources));
        let (ignore_files, wrong) = ignored::patterns(file, texts);
        problems.extend(wrong);
        if !problems.is_empty() {
            return Err(problems);
        }
        let with_hits = triggers.as_ref().map(|triggers| {
            lookups.extend(triggers.lookups.clone());
            project.with_model(triggers.hits.clone())
        });
        let project = with_hits.as_ref().unwrap_or(project);
        for (name, lookup) in &lookups {
            let added = engine.add_small(name, lookup.schema(), vec![lookup.rows.clone()]);
            added.map_err(|error| vec![Problem::new(error.to_string())])?;
        }
        // Before the queries: a wrong setting is reported as such, and not as an error of the query that uses it.
        let settings = settings::Settings { project, file, overrides, lookups: &lookups };
        let mut warnings: Vec<Problem> = project.changed_base().into_iter().collect();
        warnings.extend(settings.prove(&parameters, engine).await?);
        let inputs = models::Inputs {
            sources: &sources,
            lookups: &lookups,
            earlier_tables: &earlier_tables,
            triggers: triggers.as_ref(),
            wanted,
        };
        let compiled = models::compile(project, file, &inputs, &parameters, engine).await?;
        let is_idle = |name: &String| compiled.unused.contains(name);
        let idle_sources = sources.values().filter(|source| is_idle(&source.name)).cloned().collect();
        sources.retain(|name, _| !is_idle(name));
        warnings.extend(compiled.warnings);
        let mut plan = Self {
            name: file.name.value.clone(),
            text: project.pipeline().clone(),
            texts: texts.clone(),
            domains: project.domains.clone(),
            time_zone,
            as_of_gap_days: file.as_of_gap_days.unwrap_or(AS_OF_GAP_DAYS),
            base_currency: file.base_currency.clone(),
            vars,
            sources,
            idle_sources,
            ignore_files,
            lookups,
            earlier_tables,
            identity: compiled.identity,
            models: compiled.models,
            checks: Vec::new(),
            exports: project.exports.iter().map(|text| (project::stem(&text.path), text.clone())).collect(),
            publish: file.publish.clone(),
            languages: Vec::new(),
            warnings,
            gaps: Vec::new(),
            personal: compiled.personal,
            reads: compiled.reads,
            order: compiled.order,
        };
        plan.checks = checks::compile(project, file, &plan, &parameters, engine).await?;
        exports::check(project, &plan, &parameters, engine).await?;
        let (languages, gaps) = languages::check(project, &plan)?;
        plan.languages = languages;
        plan.gaps = gaps;
        Ok(plan)
    }
}

fn time_zone(file: &PipelineFile, texts: &Texts, problems: &mut Vec<Problem>) -> Tz {
    file.time_zone.value.parse().unwrap_or_else(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = crate::diagnostics::nearest(&file.time_zone.value, names);
        let hint =
            near.map_or("use an IANA name such as Europe/Stockholm".to_owned(), |n| format!("did you mean `{n}`?"));
        let message = format!("`{}` is not a time zone", file.time_zone.value);
        problems.push(texts.at(&file.time_zone, message).hint(hint));
        Tz::UTC
    })
}

fn vars(project: &Project, overrides: &[(String, Scalar)], problems: &mut Vec<Problem>) -> IndexMap<String, Scalar> {
    let file = &project.file;
    let mut vars: IndexMap<String, Scalar> =
        file.vars.iter().map(|(name, value)| (name.value.clone(), value.clone())).collect();
    for name in parameters::RESERVED_VARS {
        if vars.contains_key(name) {
            problems
                .push(Problem::new(format!("the var `{name}` is set by lojal itself")).hint("give it another name"));
        }
    }
    for (name, value) in overrides {
        let known: Vec<&str> = file.vars.keys().map(|key| key.value.as_str()).collect();
        match vars.get_mut(name) {
            Some(var) => match (&*var, value) {
                // A text stays a text, even if it looks like a number: `--vars extracts=2025` names a folder.
                (Scalar::Text(_), value) => *var = Scalar::Text(value.to_string()),
                (Scalar::Decimal(_), Scalar::Int(_) | Scalar::Decimal(_))
                | (Scalar::Int(_), Scalar::Int(_))
                | (Scalar::Bool(_), Scalar::Bool(_)) => *var = value.clone(),
                (old, new) => problems.push(
                    Problem::new(format!("--vars {name}={new}: the pipeline's value is of another kind ({old})"))
                        .hint("keep whole numbers whole, and true or false as they are"),
                ),
            },
            None => problems.push(Problem::new(format!("--vars {name}: the pipeline has no such var")).hint(
                match project.domains.off_var(name) {
                    Some(domain) => format!("it belongs to the domain `{domain}`, which is off"),
                    None => did_you_mean(name, &known),
                },
            )),
        }
    }
    vars
}

fn sources(
    file: &PipelineFile,
    texts: &Texts,
    vars: &IndexMap<String, Scalar>,
    time_zone: Tz,
    problems: &mut Vec<Problem>,
) -> IndexMap<String, Source> {
    let mut sources = IndexMap::new();
    for (name, typed) in &file.sources {
        let path = resolve_location(&typed.path.value, &|var| vars.get(var), &|name| std::env::var(name).ok());
        if let Ok(path) = &path
            && let Err(error) = Address::parse(&path.value)
        {
            // The line is not shown if it contains a password.
            let place = if secrets(&typed.path.value).is_empty() {
                texts.at(&typed.path, error.to_string())
            } else {
                Problem::new(format!("source {}: {error}", name.value))
            };
            problems.push(place);
            continue;
        }
        let names: Vec<&str> = vars.keys().map(String::as_str).collect();
        if let Some(checked) = source::check(name, typed, file, texts, path, &names, problems) {
            source::check_rules(&checked, typed, time_zone, texts, problems);
            sources.insert(name.value.clone(), checked);
        }
    }
    sources
}

/// The checked sources of a pipeline file by themselves, without models.
///
/// # Errors
/// All mistakes found in them.
pub fn sources_of(file: &PipelineFile, texts: &Texts) -> Result<IndexMap<String, Source>, Vec<Problem>> {
    let mut problems = Vec::new();
    let time_zone = time_zone(file, texts, &mut problems);
    let vars = file.vars.iter().map(|(name, value)| (name.value.clone(), value.clone())).collect();
    let sources = sources(file, texts, &vars, time_zone, &mut problems);
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}
