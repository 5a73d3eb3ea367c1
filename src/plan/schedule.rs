//! What a run of a selection does, step by step: which tables it computes, and what becomes of each.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::ancestors;
use super::select::Node;
use super::{Check, CheckKind, Identity, Lookup, Model, Plan, REFERENCE_COUNTS, SOURCE_COUNTS, Selection};
use crate::diagnostics::Problem;
use crate::identity::Output;
use crate::invariant::BrokenInvariant;
use crate::source::{EarlierTable, Source};

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

/// What a step computes, with the declaration that it is computed from.
#[derive(Debug, Clone, Copy)]
pub enum StepKind<'plan> {
    /// Reads an extract.
    Source(&'plan Source),
    /// Registers a table written in the pipeline file.
    Lookup(&'plan Lookup),
    /// Registers a table of the last snapshot.
    Earlier(&'plan EarlierTable),
    /// Turns source records into persons.
    Identity(&'plan Identity),
    /// Lists what the resolution of persons decided.
    Resolved(Output),
    /// Counts the rows of the sources.
    SourceCounts,
    /// Counts what became of references.
    ReferenceCounts,
    /// Runs a model's SQL.
    Model(&'plan Model),
}

impl StepKind<'_> {
    /// The model's layer, or what another kind of step is called, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Lookup(_) => "lookup",
            Self::Earlier(_) => "earlier",
            Self::Identity(_) => "identity",
            Self::Resolved(_) | Self::SourceCounts | Self::ReferenceCounts => "built-in",
            Self::Model(model) => model.layer.label(),
        }
    }
}

/// One step of a run.
#[derive(Debug, Clone)]
pub struct Step<'plan> {
    /// Name of the table.
    pub name: &'plan str,
    /// What it computes.
    pub kind: StepKind<'plan>,
    /// What becomes of its rows.
    pub handling: Handling,
    /// How many scans read it.
    pub readers: usize,
    /// The tables that it reads directly.
    pub reads: Vec<&'plan str>,
    /// The extracts that its own query reads: itself, if it is a source, and those that it reads through views.
    pub extracts: Vec<&'plan Source>,
    /// Kept tables that neither a later step nor a check reads.
    pub frees: Vec<&'plan str>,
}

/// Steps in order, and the checks that can be proved with them.
#[derive(Debug)]
pub struct Schedule<'plan> {
    /// Steps; everything a step reads comes before it.
    pub steps: Vec<Step<'plan>>,
    /// Checks to run once all steps are done.
    pub checks: Vec<Check>,
    /// Tables that are published in a full run and carried over from the last snapshot in this one.
    pub carried_over: Vec<String>,
}

/// Why a selection cannot be scheduled.
#[derive(Debug)]
pub enum ScheduleError {
    /// The selection is wrong.
    Selection(Vec<Problem>),
    /// The plan contradicts itself.
    Internal(BrokenInvariant),
}

impl From<Vec<Problem>> for ScheduleError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Selection(problems)
    }
}

impl From<BrokenInvariant> for ScheduleError {
    fn from(broken: BrokenInvariant) -> Self {
        Self::Internal(broken)
    }
}

impl Plan {
    /// What a run of `selection` does.
    ///
    /// # Errors
    /// Names and tags that do not exist, a selection of nothing that is published, or a plan that contradicts itself.
    pub fn schedule(&self, selection: &Selection) -> Result<Schedule<'_>, ScheduleError> {
        let selected = self.selected(selection)?;
        let all: BTreeSet<&str> = self.published().map(|(name, _)| name).collect();
        let published: BTreeSet<&str> = all.iter().copied().filter(|name| selected.contains(*name)).collect();
        if published.is_empty() {
            let problem = Problem::new("the selection holds no table that is published");
            let hint = format!("published tables: {}", all.into_iter().collect::<Vec<_>>().join(", "));
            return Err(vec![problem.hint(hint)].into());
        }
        let mut needed: BTreeSet<String> = published.iter().map(|name| (*name).to_owned()).collect();
        for name in &published {
            needed.extend(ancestors(&self.reads, name));
        }
        self.add_counted(&mut needed);
        needed.extend(self.only_for_checks(&needed));
        // A lookup or an earlier table costs nothing, so a check may be the only one to read it.
        let costs_nothing = |table: &str| self.lookups.contains_key(table) || self.earlier_tables.contains_key(table);
        let is_there = |table: &str| needed.contains(table) || costs_nothing(table);
        let checks: Vec<Check> =
            self.checks.iter().filter(|check| provable(check, &published, is_there)).cloned().collect();
        let scanned = checks.iter().flat_map(|check| check.scans.keys());
        needed.extend(scanned.filter(|table| costs_nothing(table)).cloned());
        let readers = self.readers(&needed, &checks);
        let mut steps = self.steps(&needed, &readers, &published)?;
        follow_reads(&mut steps, checks.iter().flat_map(|check| check.scans.keys()).map(String::as_str))?;
        let carried_over = all.into_iter().filter(|name| !published.contains(name)).map(str::to_owned).collect();
        Ok(Schedule { steps, checks, carried_over })
    }

    /// What it takes to compute tables without publishing any: each of `wanted` is read so many times once all steps
    /// are done. With `whole_sources`, each source is read to its end before anything reads it, so that its rows are
    /// final.
    ///
    /// # Errors
    /// A name that the plan does not declare, or a plan that contradicts itself.
    pub fn schedule_to_look(
        &self,
        wanted: &BTreeMap<String, usize>,
        whole_sources: bool,
    ) -> Result<Schedule<'_>, BrokenInvariant> {
        let mut needed: BTreeSet<String> = wanted.keys().cloned().collect();
        wanted.keys().for_each(|name| needed.extend(ancestors(&self.reads, name)));
        self.add_counted(&mut needed);
        let mut readers = self.readers(&needed, &[]);
        for (name, count) in self.order.iter().filter_map(|name| Some((name, wanted.get(name)?))) {
            *readers.entry(name).or_default() += count;
        }
        let mut steps = self.steps(&needed, &readers, &BTreeSet::new())?;
        for step in steps.iter_mut().filter(|step| whole_sources && matches!(step.kind, StepKind::Source(_))) {
            step.handling = Handling::Kept;
        }
        follow_reads(&mut steps, wanted.keys().map(String::as_str))?;
        Ok(Schedule { steps, checks: Vec::new(), carried_over: Vec::new() })
    }

    /// Whether each row of a table comes from one row of one extract, so that some rows need no more than some of the
    /// extract.
    pub fn is_row_by_row(&self, name: &str) -> bool {
        if let Some(source) = self.source_of(name) {
            return !source.is_upsert();
        }
        if let Some(model) = self.models.get(name) {
            let reads_once = model.scans.len() <= 1 && model.scans.values().all(|scans| *scans == 1);
            return model.is_row_by_row && reads_once && model.scans.keys().all(|name| self.is_row_by_row(name));
        }
        self.lookups.contains_key(name) || self.earlier_tables.contains_key(name)
    }

    /// Whether some of these tables, or what they read, depends on the as-of day in its own SQL.
    pub fn depends_on_day<'a>(&self, names: impl Iterator<Item = &'a String>) -> bool {
        let mut all: BTreeSet<String> = BTreeSet::new();
        for name in names {
            all.extend(ancestors(&self.reads, name));
            all.insert(name.clone());
        }
        all.iter().filter_map(|name| self.models.get(name)).any(|model| names_the_day(&model.sql.text))
    }

    /// The counts are complete only when every source was read.
    fn add_counted(&self, needed: &mut BTreeSet<String>) {
        if needed.contains(SOURCE_COUNTS) || needed.contains(REFERENCE_COUNTS) {
            needed.extend(self.sources.values().map(|source| source.table.clone()));
        }
    }

    fn steps<'plan>(
        &'plan self,
        needed: &BTreeSet<String>,
        readers: &BTreeMap<&str, usize>,
        published: &BTreeSet<&str>,
    ) -> Result<Vec<Step<'plan>>, BrokenInvariant> {
        let ordered = self.order.iter().filter(|name| needed.contains(*name));
        let steps = ordered.map(|name| self.step(name, readers, published)).collect::<Result<Vec<_>, _>>()?;
        match needed.iter().find(|name| steps.iter().all(|step| step.name != **name)) {
            Some(name) => Err(BrokenInvariant::new(format!("`{name}` is needed and has no place in the order"))),
            None => Ok(steps),
        }
    }

    /// Models that nothing but checks reads, if everything that they read is computed anyway, and the lookups and earlier
    /// tables that they read.
    fn only_for_checks(&self, needed: &BTreeSet<String>) -> BTreeSet<String> {
        let published: BTreeSet<&str> = self.published().map(|(name, _)| name).collect();
        let read: BTreeSet<String> = published.iter().flat_map(|name| ancestors(&self.reads, name)).collect();
        let is_apart = |name: &str| self.models.contains_key(name) && !read.contains(name) && !published.contains(name);
        let costs_nothing = |name: &str| self.lookups.contains_key(name) || self.earlier_tables.contains_key(name);
        let mut found = BTreeSet::new();
        let scanned = self.checks.iter().flat_map(|check| check.scans.keys());
        for name in scanned.filter(|name| is_apart(name)) {
            let behind = ancestors(&self.reads, name);
            if behind.iter().all(|name| needed.contains(name) || is_apart(name) || costs_nothing(name)) {
                found.extend(behind);
                found.insert(name.clone());
            }
        }
        found
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

    fn step<'plan>(
        &'plan self,
        name: &'plan str,
        readers: &BTreeMap<&str, usize>,
        published: &BTreeSet<&str>,
    ) -> Result<Step<'plan>, BrokenInvariant> {
        let readers = readers.get(name).copied().unwrap_or(0);
        let kind = self.kind(name)?;
        let handling = match kind {
            _ if published.contains(name) => Handling::Published,
            StepKind::Lookup(_)
            | StepKind::Earlier(_)
            | StepKind::Identity(_)
            | StepKind::Resolved(_)
            | StepKind::SourceCounts
            | StepKind::ReferenceCounts => Handling::Kept,
            // The latest version of each row is determined once.
            StepKind::Source(source) if source.is_upsert() => Handling::Kept,
            StepKind::Source(_) | StepKind::Model(_) if readers > 1 => Handling::Kept,
            StepKind::Source(_) | StepKind::Model(_) => Handling::View,
        };
        let reads = self.reads(name).collect();
        Ok(Step { name, kind, handling, readers, reads, extracts: Vec::new(), frees: Vec::new() })
    }

    fn kind(&self, name: &str) -> Result<StepKind<'_>, BrokenInvariant> {
        let source = || self.source_of(name).map(StepKind::Source);
        let lookup = || self.lookups.get(name).map(StepKind::Lookup);
        let earlier = || self.earlier_tables.get(name).map(StepKind::Earlier);
        let counts = || match name {
            SOURCE_COUNTS => Some(StepKind::SourceCounts),
            REFERENCE_COUNTS => Some(StepKind::ReferenceCounts),
            _ => self.identity.as_ref().and_then(|_| Output::named(name)).map(StepKind::Resolved),
        };
        let model = || self.models.get(name).map(StepKind::Model);
        let identity = || self.identity.as_ref().filter(|identity| identity.table == name).map(StepKind::Identity);
        let found = source().or_else(lookup).or_else(earlier).or_else(counts).or_else(model).or_else(identity);
        found.ok_or_else(|| BrokenInvariant::new(format!("`{name}` is in the order and the plan does not declare it")))
    }

    fn readers<'a>(&'a self, needed: &BTreeSet<String>, checks: &'a [Check]) -> BTreeMap<&'a str, usize> {
        let mut readers: BTreeMap<&str, usize> = BTreeMap::new();
        let models = self.models.values().filter(|model| needed.contains(&model.name)).map(|model| &model.scans);
        for scans in models.chain(checks.iter().map(|check| &check.scans)) {
            for (name, count) in scans {
                *readers.entry(name).or_default() += count;
            }
        }
        if let Some(identity) = self.identity.as_ref().filter(|identity| needed.contains(&identity.table)) {
            identity.reads().for_each(|model| *readers.entry(model).or_default() += 1);
        }
        readers
    }
}

impl<'plan> Schedule<'plan> {
    /// The extracts that a query over some of its tables reads through views.
    ///
    /// # Errors
    /// A table that no step computes.
    pub fn extracts_behind(&self, tables: &[&'plan str]) -> Result<Vec<&'plan Source>, BrokenInvariant> {
        Ok(reach(tables, &by_name(&self.steps))?.extracts)
    }
}

/// Whether a SQL text uses the as-of day outside its comments.
pub(crate) fn names_the_day(sql: &str) -> bool {
    sql.lines().any(|line| line.split("--").next().unwrap_or_default().contains("$as_of"))
}

/// What a query reads through views.
#[derive(Default)]
struct Reach<'plan> {
    extracts: Vec<&'plan Source>,
    kept: BTreeSet<&'plan str>,
}

/// Finds the extracts of each step, and after which step each kept table is no longer needed. `at_the_end` are the
/// tables that are read once all steps are done.
fn follow_reads<'plan, 'a>(
    steps: &mut [Step<'plan>],
    at_the_end: impl Iterator<Item = &'a str>,
) -> Result<(), BrokenInvariant> {
    let reached = {
        let by_name = by_name(steps);
        steps.iter().map(|step| reach(&step.reads, &by_name)).collect::<Result<Vec<_>, _>>()?
    };
    let mut last_reader: BTreeMap<&'plan str, usize> = BTreeMap::new();
    for (number, (step, reached)) in steps.iter_mut().zip(reached).enumerate() {
        step.extracts = reached.extracts;
        if let StepKind::Source(source) = step.kind {
            step.extracts.push(source);
        }
        // A view is read when its reader runs.
        if step.handling != Handling::View {
            last_reader.extend(reached.kept.into_iter().map(|table| (table, number)));
        }
    }
    let by_name = by_name(steps);
    for name in at_the_end {
        let step = by_name.get(name).ok_or_else(|| not_computed(name))?;
        for table in reach(&[step.name], &by_name)?.kept {
            last_reader.remove(table);
        }
    }
    for (table, number) in last_reader {
        steps[number].frees.push(table);
    }
    Ok(())
}

fn not_computed(name: &str) -> BrokenInvariant {
    BrokenInvariant::new(format!("a query reads `{name}`, and no step computes it"))
}

fn by_name<'a, 'plan>(steps: &'a [Step<'plan>]) -> BTreeMap<&'plan str, &'a Step<'plan>> {
    steps.iter().map(|step| (step.name, step)).collect()
}

fn reach<'plan>(from: &[&'plan str], steps: &BTreeMap<&str, &Step<'plan>>) -> Result<Reach<'plan>, BrokenInvariant> {
    let mut reached = Reach::default();
    let mut open = from.to_vec();
    while let Some(name) = open.pop() {
        let step = steps.get(name).ok_or_else(|| not_computed(name))?;
        match step.handling {
            Handling::View => {
                open.extend(&step.reads);
                if let StepKind::Source(source) = step.kind {
                    reached.extracts.push(source);
                }
            }
            Handling::Kept => {
                reached.kept.insert(name);
            }
            Handling::Published => {}
        }
    }
    Ok(reached)
}

fn provable(check: &Check, published: &BTreeSet<&str>, is_there: impl Fn(&str) -> bool) -> bool {
    let table_runs = check.table.as_ref().is_none_or(|table| match check.kind {
        CheckKind::Key(_) => published.contains(table.as_str()),
        _ => is_there(table),
    });
    table_runs && check.scans.keys().all(|table| is_there(table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CheckSeverity;

    fn step<'plan>(name: &'plan str, handling: Handling, reads: &[&'plan str]) -> Step<'plan> {
        let (kind, reads) = (StepKind::SourceCounts, reads.to_vec());
        Step { name, kind, handling, readers: 1, reads, extracts: Vec::new(), frees: Vec::new() }
    }

    fn check_of(table: &str) -> Check {
        Check {
            name: format!("check_{table}"),
            domain: None,
            table: Some(table.to_owned()),
            severity: CheckSeverity::Error,
            promise: String::new(),
            kind: CheckKind::FailingRow("false".to_owned()),
            scans: BTreeMap::from([(table.to_owned(), 1)]),
            shown_columns: None,
            hidden: Vec::new(),
            accepted: None,
            accept_by: None,
            place: None,
        }
    }

    /// The tables that each step frees.
    fn freed(checks: &[Check]) -> Vec<Vec<&'static str>> {
        let mut steps = [
            step("kept", Handling::Kept, &[]),
            step("view", Handling::View, &["kept"]),
            step("first", Handling::Published, &["kept"]),
            step("second", Handling::Published, &["view", "first"]),
            step("third", Handling::Published, &["second"]),
        ];
        let read = checks.iter().flat_map(|check| check.scans.keys()).map(String::as_str);
        follow_reads(&mut steps, read).unwrap();
        steps.map(|step| step.frees).to_vec()
    }

    #[test]
    fn a_kept_table_is_freed_after_its_last_reader() {
        assert_eq!(freed(&[]), [vec![], vec![], vec![], vec!["kept"], vec![]]);
        assert_eq!(freed(&[check_of("third")]), [vec![], vec![], vec![], vec!["kept"], vec![]]);
    }

    #[test]
    fn a_kept_table_that_a_check_reads_stays() {
        assert!(freed(&[check_of("view")]).concat().is_empty());
        assert!(freed(&[check_of("kept")]).concat().is_empty());
    }

    #[test]
    fn a_read_that_no_step_computes_is_a_broken_invariant() {
        let broken = follow_reads(&mut [step("orders", Handling::Published, &["lines"])], [].into_iter());
        let broken = broken.unwrap_err();
        assert_eq!(broken, BrokenInvariant::new("a query reads `lines`, and no step computes it"));
    }
}
