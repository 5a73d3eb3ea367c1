//! What a run of a selection does, step by step: which tables it computes, and what becomes of each.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::ancestors;
use super::select::Node;
use super::{Check, CheckKind, Layer, Plan, SOURCE_COUNTS, Selection};
use crate::diagnostics::Problem;
use crate::source::Source;

/// What becomes of a step's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// Inlined into the one query that reads it.
    View,
    /// Computed once and kept for the queries that read it.
    Kept,
    /// Written to the snapshot, and read from there.
    Published,
}

/// What a step computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Reads an extract.
    Source,
    /// Registers a table written in the pipeline file.
    Lookup,
    /// Registers a table of the last snapshot.
    Earlier,
    /// Turns source records into persons.
    Identity,
    /// Counts the rows of the sources.
    SourceCounts,
    /// Runs a model's SQL.
    Model,
}

/// One step of a run.
#[derive(Debug, Clone)]
pub struct Step {
    /// Name of the table.
    pub name: String,
    /// What it computes.
    pub kind: StepKind,
    /// What becomes of its rows.
    pub handling: Handling,
    /// How many scans read it.
    pub readers: usize,
}

/// Steps in order, and the checks that can be proved with them.
#[derive(Debug)]
pub struct Schedule {
    /// Steps; everything a step reads comes before it.
    pub steps: Vec<Step>,
    /// Checks to run once all steps are done.
    pub checks: Vec<Check>,
    /// For each table that is kept: the last step that reads it; absent if a check reads it.
    pub last_reader: BTreeMap<String, String>,
    /// Tables that are published in a full run and carried over from the last snapshot in this one.
    pub carried_over: Vec<String>,
}

impl Plan {
    /// What a run of `selection` does.
    ///
    /// # Errors
    /// Names and tags that do not exist, or a selection of nothing that is published.
    pub fn schedule(&self, selection: &Selection) -> Result<Schedule, Vec<Problem>> {
        let selected = self.selected(selection)?;
        let all: BTreeSet<&str> = self.published().map(|(name, _)| name).collect();
        let published: BTreeSet<&str> = all.iter().copied().filter(|name| selected.contains(*name)).collect();
        if published.is_empty() {
            let problem = Problem::new("the selection holds no table that is published");
            return Err(vec![
                problem.hint(format!("published tables: {}", all.into_iter().collect::<Vec<_>>().join(", "))),
            ]);
        }
        let mut needed: BTreeSet<String> = published.iter().map(|name| (*name).to_owned()).collect();
        for name in &published {
            needed.extend(ancestors(&self.reads, name));
        }
        // The counts are complete only when every source was read.
        if needed.contains(SOURCE_COUNTS) {
            needed.extend(self.sources.keys().cloned());
        }
        let checks: Vec<Check> = self
            .checks
            .iter()
            .filter(|check| {
                provable(check, &published, |table| needed.contains(table) || self.lookups.contains_key(table))
            })
            .cloned()
            .collect();
        // A lookup costs nothing, so a check may be the only one to read it.
        let scanned = checks.iter().flat_map(|check| check.scans.keys());
        needed.extend(scanned.filter(|table| self.lookups.contains_key(*table)).cloned());
        let readers = self.readers(&needed, &checks);
        let steps: Vec<Step> = self
            .order
            .iter()
            .filter(|name| needed.contains(*name))
            .map(|name| self.step(name, &readers, &published))
            .collect();
        let last_reader = self.last_readers(&steps, &checks);
        let carried_over = all.into_iter().filter(|name| !published.contains(name)).map(str::to_owned).collect();
        Ok(Schedule { steps, checks, last_reader, carried_over })
    }

    fn nodes(&self) -> Vec<Node> {
        let mut nodes: Vec<Node> = self
            .models
            .values()
            .map(|model| Node {
                name: model.name.clone(),
                tags: model.properties.tags.clone(),
                domain: model.domain.clone(),
            })
            .collect();
        nodes.extend(self.identity.iter().map(|identity| Node {
            name: identity.table.clone(),
            tags: identity.properties.tags.clone(),
            domain: self.domains.of_table(&identity.table).map(str::to_owned),
        }));
        nodes
    }

    /// The models and the identity table of a selection.
    ///
    /// # Errors
    /// Names, tags and domains that do not exist.
    pub fn selected(&self, selection: &Selection) -> Result<BTreeSet<String>, Vec<Problem>> {
        selection.resolve(&self.reads, &self.nodes())
    }

    fn step(&self, name: &str, readers: &BTreeMap<String, usize>, published: &BTreeSet<&str>) -> Step {
        let readers = readers.get(name).copied().unwrap_or(0);
        let kind = self.kind(name);
        let handling = match kind {
            _ if published.contains(name) => Handling::Published,
            StepKind::Lookup | StepKind::Earlier | StepKind::Identity | StepKind::SourceCounts => Handling::Kept,
            // The latest version of each row is determined once.
            StepKind::Source if self.sources.get(name).is_some_and(Source::is_upsert) => Handling::Kept,
            StepKind::Source | StepKind::Model if readers > 1 => Handling::Kept,
            StepKind::Source | StepKind::Model => Handling::View,
        };
        Step { name: name.to_owned(), kind, handling, readers }
    }

    fn kind(&self, name: &str) -> StepKind {
        if self.sources.contains_key(name) {
            StepKind::Source
        } else if self.lookups.contains_key(name) {
            StepKind::Lookup
        } else if self.earlier_tables.contains_key(name) {
            StepKind::Earlier
        } else if name == SOURCE_COUNTS {
            StepKind::SourceCounts
        } else if self.models.contains_key(name) {
            StepKind::Model
        } else {
            StepKind::Identity
        }
    }

    fn readers(&self, needed: &BTreeSet<String>, checks: &[Check]) -> BTreeMap<String, usize> {
        let mut readers: BTreeMap<String, usize> = BTreeMap::new();
        let models = self.models.values().filter(|model| needed.contains(&model.name)).map(|model| &model.scans);
        for scans in models.chain(checks.iter().map(|check| &check.scans)) {
            for (name, count) in scans {
                *readers.entry(name.clone()).or_default() += count;
            }
        }
        if let Some(identity) = self.identity.as_ref().filter(|identity| needed.contains(&identity.table)) {
            *readers.entry(identity.records.clone()).or_default() += 1;
        }
        readers
    }

    /// The last step that runs a query over each kept table, directly or through views.
    fn last_readers(&self, steps: &[Step], checks: &[Check]) -> BTreeMap<String, String> {
        let views: BTreeSet<&str> =
            steps.iter().filter(|step| step.handling == Handling::View).map(|step| step.name.as_str()).collect();
        let mut last = BTreeMap::new();
        for step in steps.iter().filter(|step| step.handling != Handling::View) {
            for read in self.stored_inputs(&step.name, &views) {
                last.insert(read, step.name.clone());
            }
        }
        for check in checks {
            for name in check.scans.keys() {
                if views.contains(name.as_str()) {
                    for read in self.stored_inputs(name, &views) {
                        last.remove(&read);
                    }
                } else {
                    last.remove(name);
                }
            }
        }
        last
    }

    fn stored_inputs(&self, name: &str, views: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut stored = BTreeSet::new();
        let mut open = vec![name.to_owned()];
        while let Some(next) = open.pop() {
            for read in self.reads(&next) {
                if views.contains(read) {
                    open.push(read.to_owned());
                } else {
                    stored.insert(read.to_owned());
                }
            }
        }
        stored
    }

    /// The layer's name, or that of another kind of step, for people.
    pub fn describe_kind(&self, name: &str) -> &'static str {
        match self.kind(name) {
            StepKind::Source => "source",
            StepKind::Lookup => "lookup",
            StepKind::Earlier => "earlier",
            StepKind::Identity => "identity",
            StepKind::SourceCounts => "built-in",
            StepKind::Model => match self.models.get(name).map(|model| model.layer) {
                Some(Layer::Staging) => "staging",
                Some(Layer::Intermediate) => "intermediate",
                Some(Layer::Marts) | None => "mart",
            },
        }
    }
}

fn provable(check: &Check, published: &BTreeSet<&str>, is_there: impl Fn(&str) -> bool) -> bool {
    let table_runs = check.table.as_ref().is_none_or(|table| match check.kind {
        CheckKind::Key(_) => published.contains(table.as_str()),
        _ => is_there(table),
    });
    table_runs && check.scans.keys().all(|table| is_there(table))
}
