//! Which columns of each table have personal values, and what may be published of them.
//!
//! Columns that sources declare as `personal: true` are followed through the optimised plan of every model
//! ([`crate::engine::lineage`]). A published table that everybody can read may have none of their values.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::extensions::Assembled;
use super::project::{Layer, Project};
use super::{Identity, Model};
use crate::config::{ModelFile, PipelineFile};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Carried, Relation, Rules, lineage};
use crate::identity::Output;
use crate::source::{EarlierTable, Source};

/// Functions whose result identifies nobody: numbers of values and of rows, positions, and whether a value is
/// of a kind. Every `_fault` of a normaliser too: its result is one of a few constant reasons.
const RELEASING: [&str; 15] = [
    "count",
    "approx_distinct",
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "regexp_like",
    "starts_with",
    "ends_with",
    "contains",
    "grouping",
    "isnan",
    "iszero",
];
/// Ending of the functions that say what is wrong with a value.
const FAULT: &str = "_fault";
/// Column of the identity's tables with the value that links records.
const VALUE: &str = "value";
/// Column that says whose row it is without a value of theirs.
const CUSTOMER_KEY: &str = "customer_key";
/// Column with the identifier of a source record.
const SOURCE_ID: &str = "source_id";

/// The columns of each table with personal values, and where these come from; `None` is a column that is personal
/// itself.
#[derive(Debug, Default)]
pub(super) struct Personal {
    tables: BTreeMap<String, BTreeMap<String, Option<Carried>>>,
}

impl Personal {
    /// What is personal before any model is planned.
    pub(super) fn new(
        sources: &IndexMap<String, Source>,
        earlier_tables: &IndexMap<String, EarlierTable>,
        file: &PipelineFile,
    ) -> Self {
        let mut personal = Self::default();
        for source in sources.values().filter(|source| !source.personal.is_empty()) {
            let columns = source.personal.iter().map(|column| (column.clone(), None));
            personal.tables.insert(source.table.clone(), columns.collect());
        }
        for (name, table) in earlier_tables {
            // What the last snapshot kept under restricted/ is no less personal in this run.
            let is_restricted = file.models.get(table.table.as_str()).is_some_and(|model| model.restricted);
            if is_restricted {
                let columns = table.columns.iter().filter(|column| column.name != CUSTOMER_KEY);
                personal.tables.insert(name.clone(), columns.map(|column| (column.name.clone(), None)).collect());
            }
        }
        for output in Output::ALL.into_iter().filter(|output| output.is_restricted()) {
            personal.tables.insert(output.table().to_owned(), BTreeMap::from([(VALUE.to_owned(), None)]));
        }
        personal
    }

    /// Adds the tables of the identity step. Identifiers of records are pseudonyms, unless they are personal themselves.
    pub(super) fn add_identity(&mut self, identity: &Identity) {
        // The golden record is as personal as the columns of the records that its attributes come from.
        for attribute in identity.layout.golden.iter().flat_map(|golden| &golden.attributes) {
            if self.has(&identity.records, &attribute.column) {
                let from = Carried::from(&identity.records, &attribute.column);
                let columns = self.tables.entry(Output::Golden.table().to_owned()).or_default();
                columns.insert(attribute.name.clone(), Some(from));
            }
        }
        if !self.has(&identity.records, SOURCE_ID) {
            return;
        }
        let from = || Some(Carried::from(&identity.records, SOURCE_ID));
        let schema = crate::identity::schema();
        let outputs = identity.outputs().into_iter();
        let outputs = outputs.filter_map(|output| Some((output.table(), output.schema(&identity.layout)?)));
        for (table, schema) in outputs.chain([(identity.table.as_str(), schema)]) {
            let ids = schema.fields().iter().filter(|field| field.name().ends_with(SOURCE_ID));
            let columns = self.tables.entry(table.to_owned()).or_default();
            columns.extend(ids.map(|field| (field.name().clone(), from())));
        }
    }

    /// Whether the identifiers of source records are personal, so that no message may name one.
    pub(super) fn hides_records(&self, identity: &Identity) -> bool {
        self.has(&identity.records, SOURCE_ID)
    }

    /// Adds the columns of a model.
    pub(super) fn add(&mut self, model: &Model) {
        let columns = model.personal.iter().map(|(column, carried)| (column.clone(), Some(carried.clone())));
        self.tables.insert(model.name.clone(), columns.collect());
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.tables.get(table).is_some_and(|columns| columns.contains_key(column))
    }

    /// The columns of a table that have personal values.
    pub(super) fn columns(&self, table: &str) -> Vec<String> {
        self.tables.get(table).into_iter().flatten().map(|(column, _)| column.clone()).collect()
    }

    /// The columns of an optimised query that have personal values, and from where.
    pub(super) fn of(&self, optimised: &Relation) -> BTreeMap<String, Carried> {
        let follows = |table: &str, column: &str| self.has(table, column);
        let releases = |function: &str| RELEASING.contains(&function) || function.ends_with(FAULT);
        let columns = lineage(optimised, &Rules { follows: &follows, releases: &releases });
        let fields = optimised.schema().fields().iter();
        fields.zip(columns).filter_map(|(field, carried)| Some((field.name().clone(), carried?))).collect()
    }

    /// The way of a value back to its source: `b.y (through upper), from c.z`.
    fn way(&self, carried: &Carried) -> String {
        let through = if carried.through.is_empty() {
            String::new()
        } else {
            format!(" (through {})", carried.through.join(", "))
        };
        let here = format!("{}.{}{through}", carried.table, carried.column);
        let before = self.tables.get(&carried.table).and_then(|columns| columns.get(&carried.column));
        match before.and_then(Option::as_ref) {
            Some(before) => format!("{here}, from {}", self.way(before)),
            None => here,
        }
    }

    /// Models whose published table would show personal values to everybody.
    pub(super) fn published(
        &self,
        models: &IndexMap<String, Model>,
        assembled: &Assembled,
        project: &Project,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let open = models.values().filter(|model| model.layer == Layer::Marts && !model.properties.restricted);
        for model in open {
            for (column, carried) in &model.personal {
                let message = format!(
                    "`{}` is published for everybody, and its column `{column}` has personal values: {}",
                    model.name,
                    self.way(carried)
                );
                // An assembled table has no SQL of its own: the mistake is in the model that the column comes from.
                let (sql, name) = match models.get(&carried.table).filter(|_| assembled.contains(&model.name)) {
                    Some(part) => (&part.sql, carried.column.as_str()),
                    None => (&model.sql, column.as_str()),
                };
                let problem = Problem::new(message);
                let problem = match place_of(name, &sql.text) {
                    Some((line, at)) => problem.at(sql, line, at, name.chars().count()),
                    None => problem.in_file(sql),
                };
                problems.push(problem.hint(advice(&model.name, column, project)));
            }
        }
        problems
    }

    /// The identity table, if it would show personal identifiers of records to everybody.
    pub(super) fn published_identity(&self, identity: &Identity, project: &Project) -> Option<Problem> {
        if identity.properties.restricted || !self.has(&identity.table, SOURCE_ID) {
            return None;
        }
        let way = self.way(&Carried::from(&identity.table, SOURCE_ID));
        let message =
            format!("`{}` is published for everybody, and its identifiers are personal: {way}", identity.table);
        let place = project.file.models.keys().find(|name| name.value == identity.table);
        let problem = place.map_or_else(
            || Problem::new(&message).in_file(project.pipeline()),
            |name| project.texts.at(name, &message),
        );
        Some(problem.hint("mark it `restricted: true` under models, or give records identifiers that are not personal"))
    }
}

fn advice(model: &str, column: &str, project: &Project) -> String {
    let file = project.file.models.keys().find(|name| name.value == model);
    let file = file.map_or(project.pipeline(), |name| project.texts.file(name.file));
    format!(
        "leave `{column}` out, mark the model `restricted: true`, or, if its values identify nobody, write \
         `released: <reason>` for the column in {}",
        file.path.display()
    )
}

/// What is wrong with the releases of models: one without a reason, and, as warnings, those that release nothing.
pub(super) fn releases(
    file: &PipelineFile,
    carried: &BTreeMap<String, BTreeMap<String, Carried>>,
    assembled: &Assembled,
    project: &Project,
) -> (Vec<Problem>, Vec<Problem>) {
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    for (name, model) in &file.models {
        for (column, reason) in released(model) {
            let texts = &project.texts;
            if reason.value.trim().is_empty() {
                let message = format!("the column `{}` of `{}` is released without a reason", column, name.value);
                problems.push(texts.place(reason, 1, message).hint("say why its values identify nobody"));
            }
            let Some(columns) = carried.get(&name.value) else { continue };
            if !columns.contains_key(column) && !assembled.contains(&name.value) {
                let message = format!("`released`: the column `{}` of `{}` has no personal values", column, name.value);
                let problem = texts.place(reason, reason.value.chars().count(), message);
                warnings.push(problem.hint("remove it, or it will hide what a later change brings in").warning());
            }
        }
    }
    (problems, warnings)
}

/// The columns of a model that the pipeline releases, with the reasons.
pub(super) fn released(model: &ModelFile) -> impl Iterator<Item = (&str, &crate::config::Located<String>)> {
    model.columns.iter().filter_map(|(name, column)| Some((name.value.as_str(), column.released.as_ref()?)))
}

/// Line and column of the last mention of a column outside comments: the final select is the last.
fn place_of(column: &str, sql: &str) -> Option<(usize, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let in_line = |line: &str| {
        let code = line.find("--").map_or(line, |at| &line[..at]);
        let mentions = code.rmatch_indices(column);
        let mut whole = mentions
            .filter(|(at, _)| !code[..*at].ends_with(is_word) && !code[at + column.len()..].starts_with(is_word));
        whole.next().map(|(at, _)| code[..at].chars().count() + 1)
    };
    let lines: Vec<&str> = sql.lines().collect();
    let found = lines.iter().enumerate().rev();
    found.filter_map(|(number, line)| Some((number + 1, in_line(line)?))).next()
}

/// Refuses a check whose rows are named by a personal value: the name is written where everybody can read it.
pub(super) fn named_by(
    check: &str,
    column: &str,
    sql: &SourceText,
    carried: &BTreeMap<String, Carried>,
) -> Option<Problem> {
    carried.get(column)?;
    let message = format!("`accept_by: {column}` of the check `{check}` names rows by a personal value");
    let problem = match place_of(column, &sql.text) {
        Some((line, at)) => Problem::new(message).at(sql, line, at, column.chars().count()),
        None => Problem::new(message).in_file(sql),
    };
    Some(problem.hint("the name is part of messages and of run_results.json: take a column such as a customer_key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_where_it_comes_out() {
        let sql =
            "with a as (\n    select t.mail from t\n)\nselect\n    a.id,\n    a.mail -- mail\nfrom a -- mail, emails\n";
        assert_eq!(place_of("mail", sql), Some((6, 7)));
        assert_eq!(place_of("ma", sql), None);
    }
}
