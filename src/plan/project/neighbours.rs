//! Several pipelines of one folder share `sql/`. Each takes the files that are its own, and leaves those of the
//! others.
//!
//! A file directly in a folder of `sql/` belongs to another pipeline if only that one declares its model or check, or
//! if it needs a source, lookup, var or table that this pipeline does not have and another one has. Everything else
//! belongs to every pipeline, so that a misspelt name stays a mistake.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::domains::Domains;
use super::files::{Root, heads, stem, whole};
use super::sql::{CheckText, Layer, ModelText, Sql, vars_in};
use crate::config::{Node, PipelineFile, Texts, Value};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::Query;
use crate::plan::is_built_in;

/// What another pipeline has, by the names in its files.
#[derive(Debug, Default)]
struct Neighbour {
    name: String,
    models: BTreeSet<String>,
    checks: BTreeSet<String>,
    /// Sources, lookups, tables of the last snapshot, and the identity table.
    tables: BTreeSet<String>,
    vars: BTreeSet<String>,
    /// The domains that are on; `None`: all.
    domains: Option<BTreeSet<String>>,
}

impl Neighbour {
    /// Reads a pipeline and those that it extends as trees. One that cannot be read has nothing.
    fn read(root: &Root, name: &str) -> Self {
        let mut found = Self { name: name.to_owned(), ..Self::default() };
        for head in heads(root, Some(name), &mut Texts::default()).into_iter().flatten() {
            found.models.extend(keys(&head.tree, "models"));
            found.checks.extend(keys(&head.tree, "checks"));
            found.vars.extend(keys(&head.tree, "vars"));
            for block in ["sources", "lookups", "earlier_tables"] {
                found.tables.extend(keys(&head.tree, block));
            }
            let identity = head.tree.get("identity").and_then(|identity| identity.get("table"));
            found.tables.extend(identity.and_then(Node::text).map(str::to_owned));
            if let Some(domains) = head.tree.get("domains") {
                let names = domains.items().iter().filter_map(Node::text).map(str::to_owned);
                let entries = domains.entries().iter().map(|(key, _)| key.text.clone());
                found.domains.get_or_insert_default().extend(names.chain(entries));
            }
        }
        found
    }

    fn is_on(&self, domain: &str) -> bool {
        self.domains.as_ref().is_none_or(|domains| domains.contains(domain))
    }
}

/// The names in a block that are not removed there.
fn keys(tree: &Node, block: &str) -> Vec<String> {
    let entries = tree.get(block).map(Node::entries).unwrap_or_default();
    entries.iter().filter(|(_, node)| !matches!(node.value, Value::Null)).map(|(key, _)| key.text.clone()).collect()
}

/// What a SQL text needs.
struct Needs {
    tables: Vec<String>,
    vars: Vec<String>,
}

impl Needs {
    /// `None` for a text that is not a query: that is reported where it is compiled.
    fn of(text: &SourceText) -> Option<Self> {
        let query = Query::unfilled(text).ok()?;
        let vars = vars_in(text).into_iter().map(|(name, ..)| name);
        Some(Self { tables: query.tables().iter().map(|table| table.name.clone()).collect(), vars: vars.collect() })
    }
}

/// Takes the files of other pipelines out of the SQL of a project. `removed` are the sources that it does without on
/// purpose, and `chain` its pipeline with those that it extends. Returns the names of the models.
///
/// # Errors
/// Files that no pipeline has everything for.
pub(super) fn part(
    sql: &mut Sql,
    file: &PipelineFile,
    domains: &Domains,
    removed: &BTreeSet<String>,
    (roots, chain): (&[Root], &[PathBuf]),
) -> Result<BTreeSet<String>, Vec<Problem>> {
    let files = roots.iter().flat_map(|root| root.pipelines().into_iter().map(move |path| (root, path)));
    let others = files.filter(|(_, path)| !chain.contains(&whole(path)));
    let neighbours: Vec<Neighbour> = others.map(|(root, path)| Neighbour::read(root, &stem(&path))).collect();
    if neighbours.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut parting =
        Parting { models: &sql.models, file, domains, removed, neighbours: &neighbours, out: BTreeSet::new() };
    let models: Vec<(&ModelText, Needs)> =
        parting.shared().filter_map(|model| Some((model, Needs::of(&model.source)?))).collect();
    parting.out =
        parting.shared().filter(|model| parting.is_of_another(model)).map(|model| model.name.clone()).collect();
    loop {
        let more = models.iter().filter(|(model, needs)| {
            !parting.out.contains(&model.name) && !parting.is_declared(model) && parting.lacks(needs)
        });
        let more: Vec<String> = more.map(|(model, _)| model.name.clone()).collect();
        if more.is_empty() {
            break;
        }
        parting.out.extend(more);
    }
    let is_out = |text: &SourceText| Needs::of(text).is_some_and(|needs| parting.lacks(&needs));
    let is_check_out = |check: &CheckText| {
        let is_theirs = neighbours.iter().any(|other| other.checks.contains(&check.name));
        let is_declared = file.checks.contains_key(check.name.as_str());
        check.domain.is_none() && !is_declared && (is_theirs || is_out(&check.source))
    };
    let checks: Vec<bool> = sql.checks.iter().map(is_check_out).collect();
    let exports: Vec<bool> = sql.exports.iter().map(is_out).collect();
    let left = models.iter().filter(|(model, _)| parting.out.contains(&model.name) && !parting.is_of_another(model));
    let left = left.map(|(model, needs)| (&model.source, needs));
    let problems: Vec<Problem> = left.filter_map(|(text, needs)| parting.homeless(text, needs)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let out = parting.out;
    let mut is_out = checks.into_iter();
    sql.checks.retain(|_| !is_out.next().unwrap_or(false));
    let mut is_out = exports.into_iter();
    sql.exports.retain(|_| !is_out.next().unwrap_or(false));
    sql.models.retain(|model| !out.contains(&model.name));
    Ok(out)
}

struct Parting<'a> {
    models: &'a [ModelText],
    file: &'a PipelineFile,
    domains: &'a Domains,
    removed: &'a BTreeSet<String>,
    neighbours: &'a [Neighbour],
    /// Models of other pipelines.
    out: BTreeSet<String>,
}

impl<'a> Parting<'a> {
    /// The models that are in no domain.
    fn shared(&self) -> impl Iterator<Item = &'a ModelText> + use<'a> {
        self.models.iter().filter(|model| model.domain.is_none())
    }

    /// Whether this pipeline declares a model. The contract of staging models is in a file that all pipelines share.
    fn is_declared(&self, model: &ModelText) -> bool {
        model.layer != Layer::Staging && self.file.models.contains_key(model.name.as_str())
    }

    /// Whether another pipeline declares a model, and this one does not.
    fn is_of_another(&self, model: &ModelText) -> bool {
        let is_theirs = self.neighbours.iter().any(|other| other.models.contains(&model.name));
        model.layer != Layer::Staging && is_theirs && !self.is_declared(model)
    }

    /// Whether something is missing here that another pipeline has.
    fn lacks(&self, needs: &Needs) -> bool {
        needs.tables.iter().any(|table| self.out.contains(table) || (!self.has(table) && self.is_theirs(table)))
            || needs.vars.iter().any(|var| {
                !self.file.vars.contains_key(var.as_str())
                    && self.neighbours.iter().any(|other| other.vars.contains(var))
            })
    }

    fn has(&self, table: &str) -> bool {
        let file = self.file;
        file.sources.contains_key(table)
            || self.removed.contains(table)
            || file.lookups.contains_key(table)
            || file.earlier_tables.contains_key(table)
            || file.identity.as_ref().is_some_and(|identity| identity.table.value == table)
            || self.models.iter().any(|model| model.name == table)
    }

    fn is_theirs(&self, table: &str) -> bool {
        let domain = self.domains.off_table(table);
        self.neighbours
            .iter()
            .any(|other| other.tables.contains(table) || domain.is_some_and(|domain| other.is_on(domain)))
    }

    /// The problem of a file if no pipeline has everything that it needs.
    fn homeless(&self, text: &SourceText, needs: &Needs) -> Option<Problem> {
        let is_model = |table: &str| self.shared().any(|model| model.name == table);
        let owned = |other: &Neighbour, domain: Option<&str>| domain.is_some_and(|domain| other.is_on(domain));
        let domains = self.domains;
        let lacks = |other: &Neighbour| {
            let has = |table: &&String| {
                other.tables.contains(*table)
                    || is_model(table)
                    || owned(other, domains.of_table(table))
                    || is_built_in(table)
            };
            let missing = needs.tables.iter().find(|table| !has(table)).map(|table| format!("`{table}`"));
            let knows = |var: &&String| {
                other.vars.contains(*var) || owned(other, domains.of_var(var)) || crate::plan::is_reserved_var(var)
            };
            missing.or_else(|| needs.vars.iter().find(|var| !knows(var)).map(|var| format!("`${var}`")))
        };
        let lacking: Vec<(&str, String)> =
            self.neighbours.iter().map(|other| Some((other.name.as_str(), lacks(other)?))).collect::<Option<_>>()?;
        let listed: Vec<String> = lacking.iter().map(|(name, what)| format!("`{name}` has no {what}")).collect();
        let message = format!("no other pipeline of this folder has everything that it reads: {}", listed.join(", "));
        let hint = "declare what is missing in one of them, or split the file";
        Some(Problem::new(message).in_file(text).hint(hint))
    }
}
