//! Compiles the SQL models: parse, order, plan each against the empty results of those before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use indexmap::IndexMap;

use super::graph::{self, Reads};
use super::project::{Layer, ModelText, Project};
use super::triggers::{TRIGGER_HITS, Triggers};
use super::{EarlierTable, Identity, Lookup, Model, SOURCE_COUNTS, Source, earlier, problem, source, unknown};
use crate::config::{ModelFile, PipelineFile};
use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::{Engine, Parameters, Query, Relation};

/// What compiling yields.
pub(super) struct Compiled {
    pub(super) identity: Option<Identity>,
    pub(super) models: IndexMap<String, Model>,
    pub(super) warnings: Vec<Problem>,
    pub(super) reads: Reads,
    pub(super) order: Vec<String>,
}

/// What models can read that no SQL makes, and the triggers that are among the models.
pub(super) struct Inputs<'a> {
    pub(super) sources: &'a IndexMap<String, Source>,
    pub(super) lookups: &'a IndexMap<String, Lookup>,
    pub(super) earlier_tables: &'a IndexMap<String, EarlierTable>,
    pub(super) triggers: Option<&'a Triggers<'a>>,
}

impl Inputs<'_> {
    fn names(&self) -> impl Iterator<Item = &String> {
        self.sources.keys().chain(self.lookups.keys()).chain(self.earlier_tables.keys())
    }
}

struct Parsed<'a> {
    model: &'a ModelText,
    query: Query,
}

/// Compiles every model of the project.
pub(super) async fn compile(
    project: &Project,
    file: &PipelineFile,
    inputs: &Inputs<'_>,
    parameters: &Parameters,
    engine: &Engine,
) -> Result<Compiled, Vec<Problem>> {
    let parsed = parse(project, parameters)?;
    names_clash(&parsed, inputs.sources)?;
    let identity = identity(file, project, &parsed)?;
    let reads = reads(&parsed, inputs, identity.as_ref(), parameters)?;
    let order = graph::order(&reads, SOURCE_COUNTS).map_err(|cycle| vec![cycle_problem(&cycle, &parsed)])?;
    let properties = properties(file, &parsed, identity.as_ref(), project)?;
    let mut problems = Vec::new();
    let mut models = IndexMap::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    for name in &order {
        let added = if let Some(source) = inputs.sources.get(name) {
            engine.add_empty(name, Arc::clone(&source.schema))
        } else if let Some(table) = inputs.earlier_tables.get(name) {
            engine.add_empty(name, table.schema())
        } else if inputs.lookups.contains_key(name) {
            // It is in reach already, with its rows.
            Ok(())
        } else if name == SOURCE_COUNTS {
            engine.add_empty(name, crate::extract::counts_schema())
        } else if identity.as_ref().is_some_and(|identity| identity.table == *name) {
            engine.add_empty(name, crate::identity::schema())
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
            let Some(parsed) = parsed.iter().find(|parsed| parsed.model.name == *name) else { continue };
            match plan_one(parsed, properties.get(name.as_str()), engine).await {
                Ok(model) => {
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
    let mut warnings = Vec::new();
    problems.extend(open_readers(&parsed, &models));
    for model in models.values() {
        agree(model, file, project, &mut problems, &mut warnings);
    }
    earlier::agree(file, inputs.earlier_tables, &models, &project.pipeline, &mut problems);
    if let Some(identity) = &identity {
        records_fit(identity, file, project, &models, &mut problems);
    }
    if problems.is_empty() { Ok(Compiled { identity, models, warnings, reads, order }) } else { Err(problems) }
}

/// Models that read direct identifiers and are not restricted themselves: what they make is published for everybody, or
/// read by a model that is.
fn open_readers(parsed: &[Parsed<'_>], models: &IndexMap<String, Model>) -> Vec<Problem> {
    let is_restricted = |name: &str| models.get(name).is_some_and(|model| model.properties.restricted);
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

fn parse<'a>(project: &'a Project, parameters: &Parameters) -> Result<Vec<Parsed<'a>>, Vec<Problem>> {
    let mut parsed = Vec::with_capacity(project.models.len());
    let mut problems = Vec::new();
    for model in &project.models {
        match Query::parse(&model.source, parameters) {
            Ok(query) => parsed.push(Parsed { model, query }),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(parsed) } else { Err(problems) }
}

fn identity(file: &PipelineFile, project: &Project, parsed: &[Parsed<'_>]) -> Result<Option<Identity>, Vec<Problem>> {
    let Some(typed) = &file.identity else { return Ok(None) };
    let names: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let text = &project.pipeline;
    let mut problems = Vec::new();
    if !names.contains(&typed.records.value.as_str()) {
        problems.push(unknown(text, &typed.records, "model", &names));
    }
    if names.contains(&typed.table.value.as_str()) || file.sources.contains_key(typed.table.value.as_str()) {
        let message = format!("`{}` is also the name of a model or source", typed.table.value);
        problems.push(source::at(text, &typed.table, message).hint("the identity table is made by lojal: rename one"));
    }
    if typed.keys.is_empty() {
        problems.push(source::at(text, &typed.table, "identity needs at least one key".to_owned()));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut properties = file.models.get(typed.table.value.as_str()).cloned().unwrap_or_default();
    if properties.key.is_empty() {
        properties.key = ["source", "source_id"].map(|name| crate::config::Located::nowhere(name.to_owned())).to_vec();
    }
    Ok(Some(Identity {
        table: typed.table.value.clone(),
        records: typed.records.value.clone(),
        keys: typed.keys.iter().map(|(label, column)| (label.value.clone(), column.value.clone())).collect(),
        properties,
    }))
}

fn reads(
    parsed: &[Parsed<'_>],
    inputs: &Inputs<'_>,
    identity: Option<&Identity>,
    parameters: &Parameters,
) -> Result<Reads, Vec<Problem>> {
    let mut known: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let models = known.clone();
    known.extend(inputs.names().map(String::as_str));
    known.extend(identity.map(|identity| identity.table.as_str()));
    known.push(SOURCE_COUNTS);
    let mut reads = Reads::new();
    let mut problems = Vec::new();
    if let Some(triggers) = inputs.triggers {
        problems.extend(triggers.unknown_tables(&models, &known, parameters));
    }
    for name in inputs.names() {
        reads.insert(name.clone(), BTreeSet::new());
    }
    reads.insert(SOURCE_COUNTS.to_owned(), BTreeSet::new());
    if let Some(identity) = identity {
        reads.insert(identity.table.clone(), BTreeSet::from([identity.records.clone()]));
    }
    for Parsed { model, query } in parsed {
        for table in query.tables() {
            // What triggers read has been looked at, at its place in the pipeline file.
            if !known.contains(&table.name.as_str()) && model.name != TRIGGER_HITS {
                let problem = Problem::new(format!("there is no table `{}`", table.name));
                let problem = problem.at(&model.source, table.line, table.column, table.name.chars().count());
                problems.push(problem.hint(did_you_mean(&table.name, &known)));
            }
        }
        reads.insert(model.name.clone(), query.tables().iter().map(|table| table.name.clone()).collect());
    }
    if problems.is_empty() { Ok(reads) } else { Err(problems) }
}

/// A model and a source of one name could not both be read.
fn names_clash(parsed: &[Parsed<'_>], sources: &IndexMap<String, Source>) -> Result<(), Vec<Problem>> {
    let clashes = parsed.iter().filter(|parsed| sources.contains_key(&parsed.model.name)).map(|parsed| {
        let message = format!("`{}` is the name of a source", parsed.model.name);
        let problem = Problem::new(message).at(&parsed.model.source, 1, 1, 1);
        problem.hint(format!("rename the file, for instance to stg_{}.sql", parsed.model.name))
    });
    let problems: Vec<Problem> = clashes.collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn cycle_problem(cycle: &[String], parsed: &[Parsed<'_>]) -> Problem {
    let problem = Problem::new(format!("models read each other in a circle: {}", cycle.join(" -> ")))
        .hint("take one of these references out, or move what both need into a model of its own");
    let Some(first) = parsed.iter().find(|parsed| cycle.contains(&parsed.model.name)) else { return problem };
    let reference = first.query.tables().iter().find(|table| cycle.contains(&table.name));
    match reference {
        Some(table) => problem.at(&first.model.source, table.line, table.column, table.name.chars().count()),
        None => problem.in_file(&first.model.source),
    }
}

fn properties<'a>(
    file: &'a PipelineFile,
    parsed: &[Parsed<'_>],
    identity: Option<&Identity>,
    project: &Project,
) -> Result<BTreeMap<&'a str, &'a ModelFile>, Vec<Problem>> {
    let names: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let mut properties = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, model) in &file.models {
        let is_identity = identity.is_some_and(|identity| identity.table == name.value);
        if !is_identity && !names.contains(&name.value.as_str()) {
            problems.push(unknown(&project.pipeline, name, "SQL file for the model", &names));
        }
        properties.insert(name.value.as_str(), model);
    }
    if problems.is_empty() { Ok(properties) } else { Err(problems) }
}

async fn plan_one(parsed: &Parsed<'_>, properties: Option<&&ModelFile>, engine: &Engine) -> Result<Model, Problem> {
    let sql = &parsed.model.source;
    let relation = engine.plan(&parsed.query).await.map_err(|error| problem(error, sql))?;
    let schema = engine.verify(&relation).map_err(|error| problem(error, sql))?;
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
        sql: sql.clone(),
        properties: properties.map(|found| (*found).clone()).unwrap_or_default(),
        schema: without_qualifiers(&schema),
        scans: scans(&relation),
    })
}

/// A function in the plan whose value is not settled by its arguments, such as now() or random().
pub(super) fn unrepeatable(relation: &Relation) -> Option<String> {
    const CLOCKS: [&str; 5] = ["now", "current_timestamp", "current_date", "current_time", "today"];
    let mut found = None;
    let visited = relation.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                if let Expr::ScalarFunction(call) = part {
                    let is_volatile = call.func.signature().volatility == Volatility::Volatile;
                    if is_volatile || CLOCKS.contains(&call.func.name()) {
                        found = Some(call.func.name().to_owned());
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    found
}

fn without_qualifiers(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| Field::new(field.name(), field.data_type().clone(), field.is_nullable()))
        .collect();
    Arc::new(Schema::new(fields))
}

/// How often a plan scans each table; a common table expression used twice counts twice, as it runs twice.
pub(super) fn scans(relation: &Relation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let visited = relation.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            *counts.entry(scan.table_name.table().to_owned()).or_insert(0) += 1;
        }
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    counts
}

/// What the pipeline file says of a model against what its SQL yields.
fn agree(
    model: &Model,
    file: &PipelineFile,
    project: &Project,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) {
    let text = &project.pipeline;
    let columns: Vec<&str> = model.schema.fields().iter().map(|field| field.name().as_str()).collect();
    let named = model.properties.columns.keys().chain(&model.properties.key);
    for name in named.filter(|name| !columns.contains(&name.value.as_str())) {
        problems.push(unknown(text, name, &format!("column of `{}` named", model.name), &columns));
    }
    if model.layer != Layer::Marts {
        return;
    }
    if model.properties.key.is_empty() {
        let place = file.models.keys().find(|key| key.value == model.name);
        let message = format!("the mart `{}` has no key", model.name);
        let problem = place.map_or_else(
            || Problem::new(message.clone()).in_file(&model.sql),
            |key| source::at(text, key, message.clone()),
        );
        problems.push(problem.hint(format!("add `key: [...]` for it under models in {}", text.path.display())));
    }
    let undescribed: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|name| model.properties.columns.get(*name).is_none_or(|column| column.description.is_empty()))
        .collect();
    if !undescribed.is_empty() {
        let message = format!("columns of the mart `{}` have no description: {}", model.name, undescribed.join(", "));
        warnings.push(Problem::new(message).in_file(text).warning());
    }
}

/// The source records that identity reads must be text: source, source_id and the keys.
fn records_fit(
    identity: &Identity,
    file: &PipelineFile,
    project: &Project,
    models: &IndexMap<String, Model>,
    problems: &mut Vec<Problem>,
) {
    let (Some(typed), Some(records)) = (&file.identity, models.get(&identity.records)) else { return };
    let columns: Vec<&str> = records.schema.fields().iter().map(|field| field.name().as_str()).collect();
    for name in ["source", "source_id"] {
        if !columns.contains(&name) {
            let message = format!("the model `{}` lacks the column `{name}`, which identity needs", records.name);
            problems.push(source::at(&project.pipeline, &typed.records, message));
        }
    }
    for key in typed.keys.values().filter(|key| !columns.contains(&key.value.as_str())) {
        problems.push(unknown(&project.pipeline, key, &format!("column of `{}` named", records.name), &columns));
    }
    let wanted = ["source", "source_id"].into_iter().chain(typed.keys.values().map(|key| key.value.as_str()));
    for name in wanted {
        if let Ok(field) = records.schema.field_with_name(name)
            && field.data_type() != &DataType::Utf8
        {
            let message = format!("`{name}` of `{}` is {}, identity needs text", records.name, field.data_type());
            problems
                .push(Problem::new(message).in_file(&records.sql).hint(format!("cast({name} as varchar) as {name}")));
        }
    }
}
