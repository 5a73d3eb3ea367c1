//! A test with every name in it resolved: what runs, what each table has, and what must come out.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::NaiveDate;

use super::grid::Grid;
use super::rows::{Block, Reader, Rows, Written, batch, nullable};
use crate::config::{GivenFile, Located, Scalar, Texts, UnitTestFile};
use crate::diagnostics::{Problem, SourceText, did_you_mean};
use crate::engine::{Parameter, Parameters, Query};
use crate::plan::{CheckKind, Plan, Suite};

/// A model or check that runs.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) query: Query,
    pub(super) sql: SourceText,
}

/// A table with its rows.
#[derive(Debug)]
pub(super) enum Table {
    /// Rows that are known already; none where the table is empty.
    Rows { name: String, rows: RecordBatch },
    /// Rows of a query, as columns of a table or, for a helper of later queries, as they are.
    Query { name: String, schema: Option<SchemaRef>, written: Box<Written> },
}

/// What must come out.
#[derive(Debug)]
pub(super) enum Expected {
    Grid(Grid),
    Query(Box<Written>),
}

/// A test that can run.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) model: String,
    pub(super) runs: Vec<String>,
    pub(super) file: SourceText,
    pub(super) line: usize,
    pub(super) texts: Texts,
    pub(super) tables: Vec<Table>,
    pub(super) steps: Vec<Step>,
    /// The query whose rows are compared, if they are not those of the model.
    pub(super) query: Option<Written>,
    pub(super) expected: Expected,
    pub(super) expect: ExpectRules,
    /// The key of the model, if it has one.
    pub(super) key: Vec<String>,
}

/// How rows are compared, as it is written.
#[derive(Debug)]
pub(super) struct ExpectRules {
    pub(super) ordered: bool,
    pub(super) tolerance: Option<Located<f64>>,
    pub(super) tolerances: Vec<(Located<String>, f64)>,
}

/// What a test needs to know of the pipeline.
pub(super) struct Resolver<'a> {
    pub(super) plan: &'a Plan,
    pub(super) texts: &'a Texts,
    pub(super) suite: &'a Suite,
    pub(super) file: &'a UnitTestFile,
}

impl Resolver<'_> {
    /// The test with every name resolved.
    ///
    /// # Errors
    /// All its mistakes that can be found before anything runs.
    pub(super) fn case(&self) -> Result<Case, Vec<Problem>> {
        let file = self.file;
        let parameters = self.parameters()?;
        let steps = self.steps(&parameters)?;
        let reader = Reader { suite: self.suite, texts: self.texts, parameters: &parameters };
        let mut problems = Vec::new();
        let query = file.expect.query.as_ref().map(|query| reader.value(query));
        let query = query.transpose().map_err(|found| problems.extend(found)).unwrap_or_default();
        let given: Vec<Option<Rows>> = file.given.iter().map(|given| rows(&reader, given, &mut problems)).collect();
        let expected = self.expected(&reader, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let reads = Reads::of(&steps, &given, query.as_ref(), expected.as_ref());
        let tables = self.tables(&steps, given, &reads, &mut problems);
        self.unknown_tables(&reads, &tables, query.as_ref(), &mut problems);
        self.idle_steps(&steps, &reads, &mut problems);
        let Some(expected) = expected.filter(|_| problems.is_empty()) else { return Err(problems) };
        let model = self.plan.models.get(&file.model.value);
        let is_of_model = query.is_none();
        let place = file.name.place();
        Ok(Case {
            name: file.name.value.clone(),
            model: file.model.value.clone(),
            runs: steps.iter().map(|step| step.name.clone()).collect(),
            file: self.texts.file(place.file).clone(),
            line: place.line,
            texts: self.texts.clone(),
            tables,
            steps,
            query,
            expected,
            expect: ExpectRules {
                ordered: file.expect.ordered,
                tolerance: file.expect.tolerance.clone(),
                tolerances: file.expect.tolerances.iter().map(|(name, by)| (name.clone(), by.value)).collect(),
            },
            key: model.filter(|_| is_of_model).map(|model| model.key()).unwrap_or_default(),
        })
    }

    /// The parameters of a run with what the test overrides. Without a day of its own, there is none.
    fn parameters(&self) -> Result<Parameters, Vec<Problem>> {
        let overrides = &self.file.overrides;
        let mut problems = Vec::new();
        let day = overrides.as_of.as_ref().map(|written| {
            NaiveDate::parse_from_str(&written.value, "%Y-%m-%d").map_err(|_| {
                let problem = self.texts.at(written, format!("`{}` is not a date", written.value));
                problems.push(problem.hint("write it as 2025-12-31"));
            })
        });
        let mut parameters = self.plan.parameters(day.and_then(Result::ok).unwrap_or_default());
        if overrides.as_of.is_none() {
            parameters.retain(|name, _| !matches!(name.as_str(), "as_of" | "as_of_end"));
        }
        let known: Vec<&str> = self.plan.vars.keys().map(String::as_str).collect();
        for (name, value) in &overrides.vars {
            let kind = |scalar: &Scalar| match scalar {
                Scalar::Bool(_) => 0,
                Scalar::Int(_) => 1,
                Scalar::Decimal(_) => 2,
                Scalar::Text(_) => 3,
            };
            match self.plan.vars.get(&name.value) {
                None => problems.push(self.texts.unknown(name, "var", &known)),
                Some(var) => {
                    let (before, after) = (kind(var), kind(&value.value));
                    let fits = before == after || (before, after) == (2, 1) || before == 3;
                    if !fits {
                        let message = format!("the pipeline's value of `{}` is of another kind ({var})", name.value);
                        let hint = "keep whole numbers whole, texts in quotes, and true or false as they are";
                        problems.push(self.texts.at(name, message).hint(hint));
                    }
                    let value = match var {
                        Scalar::Text(_) => Scalar::Text(value.value.to_string()),
                        _ => value.value.clone(),
                    };
                    parameters.insert(name.value.clone(), Parameter::Scalar(value));
                }
            }
        }
        if problems.is_empty() { Ok(parameters) } else { Err(problems) }
    }

    /// The models and checks that run, each after what it reads, the one under test last.
    fn steps(&self, parameters: &Parameters) -> Result<Vec<Step>, Vec<Problem>> {
        let file = self.file;
        let mut problems = Vec::new();
        let wanted: Vec<&Located<String>> = file.run.iter().chain([&file.model]).collect();
        let mut found: Vec<(usize, Step)> = Vec::new();
        for (number, name) in wanted.iter().enumerate() {
            if wanted[..number].iter().any(|other| other.value == name.value) {
                let message = format!("`{}` runs already", name.value);
                problems.push(self.texts.at(name, message).hint("name it once: `model` runs without being in `run`"));
                continue;
            }
            match self.step(name, parameters) {
                Ok(step) => found.push(step),
                Err(new) => problems.extend(new),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        found.sort_by_key(|(rank, _)| *rank);
        Ok(found.into_iter().map(|(_, step)| step).collect())
    }

    fn step(&self, name: &Located<String>, parameters: &Parameters) -> Result<(usize, Step), Vec<Problem>> {
        let plan = self.plan;
        let model =
            plan.models.get_full(&name.value).map(|(rank, _, model)| (rank, &model.sql, model.query(parameters)));
        let found = model.or_else(|| {
            let check = plan.checks.iter().position(|check| check.name == name.value)?;
            match &plan.checks.get(check)?.kind {
                CheckKind::FailingRows(sql) => Some((plan.models.len() + check, sql, Query::parse(sql, parameters))),
                _ => None,
            }
        });
        let Some((rank, sql, query)) = found else {
            let checks = plan.checks.iter().filter(|check| matches!(check.kind, CheckKind::FailingRows(_)));
            let known = plan.models.keys().map(String::as_str).chain(checks.map(|check| check.name.as_str()));
            let problem = self.texts.unknown(name, "model or SQL check", &known.collect::<Vec<_>>());
            return Err(vec![match plan.domains.off_table(&name.value) {
                Some(domain) => problem.hint(format!("it belongs to the domain `{domain}`, which is off")),
                None => problem,
            }]);
        };
        let needs_a_day = self.file.overrides.as_of.is_none() && reads_the_day(&sql.text);
        match query {
            Ok(query) => Ok((rank, Step { name: name.value.clone(), query, sql: sql.clone() })),
            Err(_) if needs_a_day => {
                let message = format!("`{}` reads the as-of day, and the test has none", name.value);
                let hint = "freeze it: `overrides: { as_of: 2025-12-31 }`";
                Err(vec![self.texts.at(name, message).hint(hint)])
            }
            Err(found) => Err(found),
        }
    }

    fn expected(&self, reader: &Reader<'_>, problems: &mut Vec<Problem>) -> Option<Expected> {
        let expect = &self.file.expect;
        let block = Block {
            place: &self.file.name,
            format: expect.format.as_ref(),
            rows: expect.rows.as_ref(),
            fixture: expect.fixture.as_ref(),
        };
        if let Some(tolerance) = expect.tolerance.iter().chain(expect.tolerances.values()).find(|by| by.value < 0.0) {
            problems.push(self.texts.place(tolerance, tolerance.length, "a tolerance is 0 or more"));
        }
        match reader.block(&block, true) {
            Ok(Rows::Grid(grid)) if grid.columns.is_empty() && !grid.rows.is_empty() => {
                let problem = self.texts.at(&self.file.name, "the expected rows have no column: any rows would pass");
                problems.push(problem.hint("write the columns that matter; `rows: []` means that no row comes out"));
                None
            }
            Ok(Rows::Grid(grid)) => Some(Expected::Grid(grid)),
            Ok(Rows::Query(written)) => Some(Expected::Query(Box::new(written))),
            Err(found) => {
                problems.extend(found);
                None
            }
        }
    }

    /// Every table that something reads and that is not the result of a step, given tables in their order.
    fn tables(
        &self,
        steps: &[Step],
        given: Vec<Option<Rows>>,
        reads: &Reads,
        problems: &mut Vec<Problem>,
    ) -> Vec<Table> {
        let mut tables = Vec::new();
        let mut named: BTreeSet<String> = BTreeSet::new();
        let runs = |table: &str| steps.iter().any(|step| step.name == table);
        for (file, rows) in self.file.given.iter().zip(given) {
            let input = &file.input;
            let table = self.table_of(input, reads, &runs);
            if runs(&table) {
                let message = format!("`{}` is given, and it runs in the test", input.value);
                problems.push(self.texts.at(input, message).hint("remove it here, or from `run`"));
                continue;
            }
            if !named.insert(table.clone()) {
                let message = format!("`{}` is given twice", input.value);
                problems.push(self.texts.at(input, message).hint("write all its rows in one place"));
                continue;
            }
            if !reads.all.contains_key(&table) {
                let known: Vec<&str> = reads.all.keys().map(String::as_str).filter(|table| !runs(table)).collect();
                let message = format!("nothing in the test reads `{}`", input.value);
                problems.push(self.texts.at(input, message).hint(did_you_mean(&input.value, &known)));
                continue;
            }
            let schema = self.plan.columns_of(&table).map(|schema| nullable(&schema));
            match (rows, schema) {
                (None, _) => {}
                (Some(Rows::Query(written)), schema) => {
                    tables.push(Table::Query { name: table, schema, written: Box::new(written) })
                }
                (Some(Rows::Grid(grid)), Some(schema)) => match batch(&grid, &schema, self.texts, &input.value) {
                    Ok(rows) => tables.push(Table::Rows { name: table, rows }),
                    Err(found) => problems.extend(found),
                },
                // It is in `reads`: a query of the test reads it, and no model.
                (Some(Rows::Grid(_)), None) => {
                    let message =
                        format!("`{}` is not a table of the pipeline, so that its columns have no types", input.value);
                    problems.push(self.texts.at(input, message).hint("write its rows as SQL: `format: sql`"));
                }
            }
        }
        let rest = reads.all.keys().filter(|table| !named.contains(*table) && !runs(table));
        for table in rest {
            if let Some(lookup) = self.plan.lookups.get(table) {
                tables.insert(0, Table::Rows { name: table.clone(), rows: lookup.rows.clone() });
            } else if let Some(schema) = self.plan.columns_of(table) {
                let rows = RecordBatch::new_empty(nullable(&schema));
                tables.insert(0, Table::Rows { name: table.clone(), rows });
            }
        }
        tables
    }

    /// The table that a name means. A source and a model may share one: then it is the one that the test reads.
    fn table_of(&self, input: &Located<String>, reads: &Reads, runs: &impl Fn(&str) -> bool) -> String {
        let of_source = self.plan.sources.get(&input.value).map(|source| source.table.clone());
        let is_read = |table: &str| reads.all.contains_key(table) && !runs(table);
        match of_source {
            Some(table) if !is_read(&input.value) && is_read(&table) => table,
            _ => input.value.clone(),
        }
    }

    /// Tables of the test's own queries that are not there.
    fn unknown_tables(&self, reads: &Reads, tables: &[Table], query: Option<&Written>, problems: &mut Vec<Problem>) {
        let mut there: Vec<&str> = reads.steps.iter().map(String::as_str).collect();
        let mut unknown = |written: &Written, there: &[&str]| {
            for table in written.query.tables().iter().filter(|table| !there.contains(&table.name.as_str())) {
                let message = format!("the test has no table `{}`", table.name);
                let length = table.name.chars().count();
                let found = Problem::new(message).at(&written.text.source, table.line, table.column, length);
                let hint = did_you_mean(&table.name, there);
                problems.push(written.text.placed(found).hint(hint));
            }
        };
        let mut before: Vec<&str> = Vec::new();
        for table in tables {
            match table {
                Table::Rows { name, .. } => before.push(name),
                Table::Query { name, written, .. } => {
                    unknown(written, &before);
                    before.push(name);
                }
            }
        }
        there.extend(before);
        query.into_iter().for_each(|written| unknown(written, &there));
    }

    /// Models in `run` whose rows nothing reads.
    fn idle_steps(&self, steps: &[Step], reads: &Reads, problems: &mut Vec<Problem>) {
        for name in &self.file.run {
            let is_read = reads.all.get(&name.value).is_some_and(|readers| readers.iter().any(|by| *by != name.value));
            if !is_read && steps.iter().any(|step| step.name == name.value) {
                let message = format!("nothing in the test reads `{}`", name.value);
                problems.push(self.texts.at(name, message).hint("remove it from `run`"));
            }
        }
    }
}

/// The rows that a `given` writes.
fn rows(reader: &Reader<'_>, given: &GivenFile, problems: &mut Vec<Problem>) -> Option<Rows> {
    let block = Block {
        place: &given.input,
        format: given.format.as_ref(),
        rows: given.rows.as_ref(),
        fixture: given.fixture.as_ref(),
    };
    let rows = reader.block(&block, false);
    rows.map_err(|found| problems.extend(found)).ok()
}

/// Which tables are read, and by what.
struct Reads {
    all: BTreeMap<String, BTreeSet<String>>,
    steps: Vec<String>,
}

impl Reads {
    fn of(steps: &[Step], given: &[Option<Rows>], query: Option<&Written>, expected: Option<&Expected>) -> Self {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut add = |query: &Query, reader: &str| {
            for table in query.tables() {
                all.entry(table.name.clone()).or_default().insert(reader.to_owned());
            }
        };
        steps.iter().for_each(|step| add(&step.query, &step.name));
        for rows in given.iter().flatten() {
            if let Rows::Query(written) = rows {
                add(&written.query, "");
            }
        }
        query.into_iter().for_each(|written| add(&written.query, ""));
        if let Some(Expected::Query(written)) = expected {
            add(&written.query, "");
        }
        Self { all, steps: steps.iter().map(|step| step.name.clone()).collect() }
    }
}

/// Whether a SQL text has the as-of day outside comments.
fn reads_the_day(sql: &str) -> bool {
    sql.lines().any(|line| line.split("--").next().unwrap_or_default().contains("$as_of"))
}
