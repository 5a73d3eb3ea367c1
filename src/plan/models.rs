//! Compiles the SQL models: parse, order, plan each against the empty results of those before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use indexmap::IndexMap;

use super::extensions::Assembled;
use super::graph::{self, Reads};
use super::parsed::{Parsed, parse, without_extract};
use super::personal::{self, Personal};
use super::project::{Layer, Project};
use super::relations::{scans, unrepeatable};
use super::triggers::{TRIGGER_HITS, Triggers};
use super::{Identity, Lookup, Model, REFERENCE_COUNTS, SOURCE_COUNTS, contract, earlier, extensions, identity};
use crate::config::{ModelFile, PipelineFile, Texts};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::{Engine, Parameters, TableReference, is_row_by_row, schema_of};
use crate::identity::Output;
use crate::invariant::BrokenInvariant;
use crate::source::{EarlierTable, Source};

/// The result of compiling.
pub(super) struct Compiled {
    pub(super) identity: Option<Identity>,
    pub(super) models: IndexMap<String, Model>,
    pub(super) warnings: Vec<Problem>,
    pub(super) personal: Personal,
    pub(super) reads: Reads,
    pub(super) order: Vec<String>,
    /// Sources read only by staging models that nothing reads.
    pub(super) unused: BTreeSet<String>,
}

/// What models can read that is not made by SQL, and the triggers, which become a model.
pub(super) struct Inputs<'a> {
    pub(super) sources: &'a IndexMap<String, Source>,
    pub(super) lookups: &'a IndexMap<String, Lookup>,
    pub(super) earlier_tables: &'a IndexMap<String, EarlierTable>,
    pub(super) triggers: Option<&'a Triggers<'a>>,
    /// Tables to look at, which therefore count as read.
    pub(super) wanted: &'a BTreeSet<String>,
}

impl Inputs<'_> {
    fn names(&self) -> impl Iterator<Item = &String> {
        let sources = self.sources.values().map(|source| &source.table);
        sources.chain(self.lookups.keys()).chain(self.earlier_tables.keys())
    }

    fn source(&self, table: &str) -> Option<&Source> {
        self.sources.values().find(|source| source.table == table)
    }
}

/// Compiles every model of the project.
pub(super) async fn compile(
    project: &Project,
    file: &PipelineFile,
    inputs: &Inputs<'_>,
    parameters: &Parameters,
    engine: &Engine,
) -> Result<Compiled, Vec<Problem>> {
    let mut parsed = parse(project, inputs.sources, parameters)?;
    without_extract(&mut parsed, project, parameters)?;
    let assembled = extensions::assemble(&mut parsed, file, project, parameters)?;
    let (mut identity, mut warnings) = identity::check(file, project, &parsed)?;
    let unused = unused_staging(&mut parsed, inputs, identity.as_ref());
    let reads = reads(&parsed, inputs, identity.as_ref(), parameters, project)?;
    across_domains(&parsed, project, &assembled)?;
    let order = graph::order(&reads, &[SOURCE_COUNTS, REFERENCE_COUNTS])
        .map_err(|cycle| vec![cycle_problem(&cycle, &parsed)])?;
    let mut properties = properties(file, &parsed, identity.as_ref(), project, &unused)?;
    assembled.describe(&mut properties);
    let mut problems = Vec::new();
    let mut models = IndexMap::new();
    let mut personal = Personal::new(inputs.sources, inputs.earlier_tables, file);
    let mut carried = BTreeMap::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    for name in &order {
        let added = if let Some(source) = inputs.source(name) {
            engine.add_empty(name, Arc::clone(&source.schema))
        } else if let Some(table) = inputs.earlier_tables.get(name) {
            engine.add_empty(name, table.schema())
        } else if inputs.lookups.contains_key(name) {
            // It is registered already, with its rows.
            Ok(())
        } else if name == SOURCE_COUNTS {
            engine.add_empty(name, crate::extract::counts_schema())
        } else if name == REFERENCE_COUNTS {
            engine.add_empty(name, crate::extract::references_schema())
        } else if let Some(identity) = identity.as_mut().filter(|identity| identity.table == *name) {
            identity.hides_records = personal.hides_records(identity);
            problems.extend(identity.fit_golden(file, models.get(&identity.records), &project.texts));
            personal.add_identity(identity);
            engine.add_empty(name, crate::identity::schema())
        } else if let Some(schema) = identity.as_ref().and_then(|identity| identity.output_schema(name)) {
            engine.add_empty(name, schema)
        } else {
            if reads.get(name).into_iter().flatten().any(|other| failed.contains(other.as_str())) {
                failed.insert(name);
                continue;
            }
            if let Some(triggers) = inputs.triggers.filter(|_| name == TRIGGER_HITS) {
                let found = triggers.plan(&models, parameters, engine).await;
                if !found.is_empty() {
                    problems.extend(found);
                    failed.insert(name);
                    continue;
                }
            }
            let Some(at) = parsed.iter().position(|parsed| parsed.model.name == *name) else {
                let broken = BrokenInvariant::new(format!("`{name}` is in the order and is not a model"));
                return Err(vec![broken.into()]);
            };
            let own = properties.get(name.as_str());
            match plan_complete(&mut parsed[at], own, parameters, engine, &personal).await {
                Ok(mut model) => {
                    carried.insert(name.clone(), model.personal.clone());
                    let released: Vec<&str> = personal::released(&model.properties).map(|(column, _)| column).collect();
                    model.personal.retain(|column, _| !released.contains(&column.as_str()));
                    personal.add(&model);
                    // Readers of a model with a broken contract would only repeat the mistake.
                    let mut broken = contract::broken(&model, project, &reads);
                    broken.extend(undescribed(&model, project));
                    if !broken.is_empty() {
                        problems.extend(broken);
                        failed.insert(name);
                        continue;
                    }
                    let added = engine.add_empty(name, Arc::clone(&model.schema));
                    models.insert(name.clone(), model);
                    added
                }
                Err(problem) => {
                    problems.push(problem);
                    failed.insert(name);
                    continue;
                }
            }
        };
        if let Err(error) = added {
            problems.push(Problem::new(error.to_string()));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    problems.extend(open_readers(&parsed, &models));
    let (unfounded, idle) = personal::releases(file, &carried, &assembled, project);
    problems.extend(unfounded);
    warnings.extend(idle);
    if problems.is_empty() {
        problems.extend(personal.published(&models, &assembled, project));
        problems.extend(identity.as_ref().and_then(|identity| personal.published_identity(identity, project)));
    }
    for model in models.values() {
        agree(model, file, project, &mut problems, &mut warnings);
    }
    earlier::agree(file, inputs.earlier_tables, &models, &project.texts, &mut problems);
    if let Some(identity) = &mut identity {
        problems.extend(identity::fits(identity, file, project, inputs.lookups, &models, parameters, engine).await);
    }
    if problems.is_empty() {
        Ok(Compiled { identity, models, warnings, personal, reads, order, unused })
    } else {
        Err(problems)
    }
}

/// Models that read direct identifiers and are not restricted themselves: their output is published for everybody, or
/// read by a model that is.
fn open_readers(parsed: &[Parsed], models: &IndexMap<String, Model>) -> Vec<Problem> {
    let is_restricted = |name: &str| {
        models.get(name).is_some_and(|model| model.properties.restricted)
            || Output::named(name).is_some_and(Output::is_restricted)
    };
    let mut problems = Vec::new();
    for Parsed { model, query } in parsed.iter().filter(|parsed| !is_restricted(&parsed.model.name)) {
        for table in query.tables().iter().filter(|table| is_restricted(&table.name)) {
            let message = format!("`{}` holds direct identifiers, and `{}` is not restricted", table.name, model.name);
            let hint = "read what is needed from another model, or mark this one `restricted: true`";
            let length = table.name.chars().count();
            problems.push(Problem::new(message).at(&model.source, table.line, table.column, length).hint(hint));
        }
    }
    problems
}

fn reads(
    parsed: &[Parsed],
    inputs: &Inputs<'_>,
    identity: Option<&Identity>,
    parameters: &Parameters,
    project: &Project,
) -> Result<Reads, Vec<Problem>> {
    let mut known: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let models = known.clone();
    known.extend(inputs.names().map(String::as_str));
    known.extend(identity.map(|identity| identity.table.as_str()));
    known.extend([SOURCE_COUNTS, REFERENCE_COUNTS]);
    known.extend(identity.into_iter().flat_map(Identity::outputs).map(|output| output.table()));
    let mut reads = Reads::new();
    let mut problems = Vec::new();
    if let Some(triggers) = inputs.triggers {
        problems.extend(triggers.unknown_tables(&models, &known, parameters));
    }
    for name in inputs.names() {
        reads.insert(name.clone(), BTreeSet::new());
    }
    for counts in [SOURCE_COUNTS, REFERENCE_COUNTS] {
        reads.insert(counts.to_owned(), BTreeSet::new());
    }
    if let Some(identity) = identity {
        reads.insert(identity.table.clone(), identity.reads().cloned().collect());
        for output in identity.outputs() {
            reads.insert(output.table().to_owned(), BTreeSet::from([identity.table.clone()]));
        }
    }
    for Parsed { model, query } in parsed {
        for table in query.tables() {
            // The tables that triggers read were checked before, at their place in the pipeline file.
            if !known.contains(&table.name.as_str()) && model.name != TRIGGER_HITS {
                let problem = Problem::new(format!("there is no table `{}`", table.name));
                let problem = problem.at(&model.source, table.line, table.column, table.name.chars().count());
                problems.push(problem.hint(match project.domains.off_table(&table.name) {
                    _ if project.elsewhere.contains(&table.name) => {
                        "it belongs to another pipeline of this folder".to_owned()
                    }
                    Some(domain) => format!("it belongs to the domain `{domain}`, which is off: add it to `domains`"),
                    None => did_you_mean(&table.name, &known),
                }));
            }
        }
        reads.insert(model.name.clone(), query.tables().iter().map(|table| table.name.clone()).collect());
    }
    if problems.is_empty() { Ok(reads) } else { Err(problems) }
}

fn cycle_problem(cycle: &[String], parsed: &[Parsed]) -> Problem {
    let problem = Problem::new(format!("models read each other in a cycle: {}", cycle.join(" -> ")))
        .hint("remove one of these references, or move what both need into a separate model");
    let Some(first) = parsed.iter().find(|parsed| cycle.contains(&parsed.model.name)) else { return problem };
    let reference = first.query.tables().iter().find(|table| cycle.contains(&table.name));
    match reference {
        Some(table) => problem.at(&first.model.source, table.line, table.column, table.name.chars().count()),
        None => problem.in_file(&first.model.source),
    }
}

fn properties(
    file: &PipelineFile,
    parsed: &[Parsed],
    identity: Option<&Identity>,
    project: &Project,
    unused: &BTreeSet<String>,
) -> Result<BTreeMap<String, ModelFile>, Vec<Problem>> {
    let names: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let mut properties = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, model) in &file.models {
        let is_identity = identity.is_some_and(|identity| identity.table == name.value);
        let is_unused = project.models.iter().any(|text| text.name == name.value && text.layer == Layer::Staging)
            || project.elsewhere.contains(&name.value);
        if !is_identity && !is_unused && !names.contains(&name.value.as_str()) {
            problems.push(project.texts.unknown(name, "SQL file for the model", &names));
        }
        properties.insert(name.value.clone(), model.clone());
    }
    debug_assert!(unused.iter().all(|name| !names.contains(&name.as_str())), "an unused source is not a model");
    if problems.is_empty() { Ok(properties) } else { Err(problems) }
}

/// Columns that a model which extends a table yields and does not describe, or describes and does not yield.
fn undescribed(model: &Model, project: &Project) -> Vec<Problem> {
    let Some(extends) = &model.properties.extends else { return Vec::new() };
    let columns: Vec<&str> = model.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let missing = model.properties.columns.keys().filter(|name| !columns.contains(&name.value.as_str()));
    let missing =
        missing.map(|name| project.texts.unknown(name, &format!("column of `{}` named", model.name), &columns));
    let extra = columns.iter().filter(|name| !model.properties.columns.contains_key(**name)).map(|name| {
        let message = format!("the column `{name}` of `{}` is not described", model.name);
        let hint = format!("describe it under `columns`: only then does `{}` get it", extends.value);
        Problem::new(message).in_file(&model.sql).hint(hint)
    });
    missing.chain(extra).collect()
}

/// Removes the staging models that nothing reads, such as those of domains that are off; returns the sources that
/// only they read.
fn unused_staging(parsed: &mut Vec<Parsed>, inputs: &Inputs<'_>, identity: Option<&Identity>) -> BTreeSet<String> {
    let names = |parsed: &Parsed| parsed.query.tables().iter().map(|table| table.name.clone()).collect::<Vec<_>>();
    let mut read: BTreeSet<String> =
        parsed.iter().filter(|parsed| parsed.model.layer != Layer::Staging).flat_map(names).collect();
    read.extend(identity.into_iter().flat_map(Identity::reads).cloned());
    read.extend(inputs.wanted.iter().cloned());
    // A staging model may read another one.
    loop {
        let of_staging: Vec<String> = parsed
            .iter()
            .filter(|parsed| parsed.model.layer == Layer::Staging && read.contains(&parsed.model.name))
            .flat_map(names)
            .filter(|name| !read.contains(name))
            .collect();
        if of_staging.is_empty() {
            break;
        }
        read.extend(of_staging);
    }
    let is_unused = |parsed: &Parsed| parsed.model.layer == Layer::Staging && !read.contains(&parsed.model.name);
    let of_unused: BTreeSet<String> = parsed.iter().filter(|parsed| is_unused(parsed)).flat_map(names).collect();
    // Without any other model nothing is unused: the project is still being written.
    if parsed.iter().all(|parsed| parsed.model.layer == Layer::Staging) {
        return BTreeSet::new();
    }
    parsed.retain(|parsed| !is_unused(parsed));
    let is_unread = |source: &&Source| of_unused.contains(&source.table) && !read.contains(&source.table);
    inputs.sources.values().filter(is_unread).map(|source| source.name.clone()).collect()
}

/// Models that read a table of a domain that their own does not need.
fn across_domains(parsed: &[Parsed], project: &Project, assembled: &Assembled) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for Parsed { model, query } in parsed.iter().filter(|parsed| !assembled.contains(&parsed.model.name)) {
        let Some(domain) = model.domain.as_deref() else { continue };
        problems.extend(foreign(query.tables(), &model.source, domain, project));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Tables and vars of a SQL text that belong to a domain that its own does not need.
pub(super) fn foreign(tables: &[TableReference], text: &SourceText, domain: &str, project: &Project) -> Vec<Problem> {
    let domains = &project.domains;
    let needed = |other: &str| format!("add `{other}: …` with the reason to `needs` in sql/{domain}/{domain}.yml");
    let mut problems = Vec::new();
    for table in tables {
        if let Some(other) = domains.of_table(&table.name).filter(|other| !domains.may_use(domain, other)) {
            let message =
                format!("the domain `{domain}` reads `{}` of the domain `{other}` and does not need it", table.name);
            let length = table.name.chars().count();
            problems.push(Problem::new(message).at(text, table.line, table.column, length).hint(needed(other)));
        }
    }
    for (var, line, column) in project.vars_in(text) {
        if let Some(other) = domains.of_var(&var).filter(|other| !domains.may_use(domain, other)) {
            let message =
                format!("the domain `{domain}` uses the var `{var}` of the domain `{other}` and does not need it");
            problems.push(Problem::new(message).at(text, line, column, var.len() + 1).hint(needed(other)));
        }
    }
    problems
}

/// Plans a model, with nulls for the optional columns of its contract that it lacks.
async fn plan_complete(
    parsed: &mut Parsed,
    properties: Option<&ModelFile>,
    parameters: &Parameters,
    engine: &Engine,
    personal: &Personal,
) -> Result<Model, Problem> {
    let model = plan_one(parsed, properties, engine, personal).await?;
    let missing = properties.map(|properties| contract::optional_missing(&model, properties)).unwrap_or_default();
    let misspelt = properties.map(|properties| contract::misspelt(&model, properties)).unwrap_or_default();
    if let Some(problem) = misspelt.into_iter().next() {
        return Err(problem);
    }
    if missing.is_empty() {
        return Ok(model);
    }
    let source = contract::completed(&parsed.model, &missing);
    parsed.model.source = source;
    parsed.query = parsed.model.query(parameters).map_err(|mut found| found.swap_remove(0))?;
    plan_one(parsed, properties, engine, personal).await
}

async fn plan_one(
    parsed: &Parsed,
    properties: Option<&ModelFile>,
    engine: &Engine,
    personal: &Personal,
) -> Result<Model, Problem> {
    let sql = &parsed.model.source;
    let relation = engine.plan(&parsed.query).await.map_err(|error| error.into_problem(sql))?;
    let optimised = engine.optimised(&relation).map_err(|error| error.into_problem(sql))?;
    let schema = schema_of(&optimised);
    if let Some(name) = unrepeatable(&relation) {
        let problem = Problem::new(format!("{name}() gives another value in every run"));
        let problem = match sql.call_of(&name) {
            Some((line, column, length)) => problem.at(sql, line, column, length),
            None => problem.in_file(sql),
        };
        return Err(problem.hint("the same extracts must give the same tables: take $as_of or $as_of_end for the time"));
    }
    let mut names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let problem = Problem::new(format!("the column `{}` comes out twice", twice[0])).in_file(sql);
        return Err(problem.hint("name each column of the final select once, with `as`"));
    }
    Ok(Model {
        name: parsed.model.name.clone(),
        layer: parsed.model.layer,
        domain: parsed.model.domain.clone(),
        sql: sql.clone(),
        renamed: parsed.model.renamed.clone(),
        properties: properties.cloned().unwrap_or_default(),
        schema: without_qualifiers(&schema),
        personal: personal.of(&optimised),
        scans: scans(&relation),
        is_row_by_row: is_row_by_row(&relation),
    })
}

fn without_qualifiers(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| Field::new(field.name(), field.data_type().clone(), field.is_nullable()))
        .collect();
    Arc::new(Schema::new(fields))
}

/// Checks the properties of a model against the columns of its SQL.
fn agree(
    model: &Model,
    file: &PipelineFile,
    project: &Project,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) {
    let texts = &project.texts;
    let columns: Vec<&str> = model.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let named = model.properties.columns.keys().chain(&model.properties.key);
    for name in named.filter(|name| !columns.contains(&name.value.as_str())) {
        problems.push(texts.unknown(name, &format!("column of `{}` named", model.name), &columns));
    }
    if model.layer != Layer::Marts {
        return;
    }
    if model.properties.extends.is_none() {
        problems.extend(unknown_weights(model, texts, &columns));
    }
    if model.properties.key.is_empty() {
        let place = file.models.keys().find(|key| key.value == model.name);
        let message = format!("the mart `{}` has no key", model.name);
        let problem = place
            .map_or_else(|| Problem::new(message.clone()).in_file(&model.sql), |key| texts.at(key, message.clone()));
        let file = place.map_or(project.pipeline(), |key| texts.file(key.file));
        problems.push(problem.hint(format!("add `key: [...]` for it under models in {}", file.path.display())));
    }
    let undescribed: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|name| model.properties.columns.get(*name).is_none_or(|column| column.description.is_empty()))
        .collect();
    if !undescribed.is_empty() {
        let message = format!("columns of the mart `{}` have no description: {}", model.name, undescribed.join(", "));
        let place = file.models.keys().find(|key| key.value == model.name);
        let problem =
            place.map_or_else(|| Problem::new(&message).in_file(project.pipeline()), |key| texts.at(key, &message));
        warnings.push(problem.hint("describe each under `columns`").warning());
    }
}

/// Columns that an additivity names and the table does not have.
fn unknown_weights(model: &Model, texts: &Texts, columns: &[&str]) -> Vec<Problem> {
    let declared = model.properties.columns.values().filter_map(|column| column.additivity.as_ref());
    let unknown = declared.filter_map(|additivity| {
        let column = additivity.value.columns().iter().find(|column| !columns.contains(&column.as_str()))?;
        let text = additivity.value.to_string();
        let message = format!("`{text}`: `{}` has no column `{column}`", model.name);
        Some(texts.place(additivity, text.chars().count(), message).hint(did_you_mean(column, columns)))
    });
    unknown.collect()
}
