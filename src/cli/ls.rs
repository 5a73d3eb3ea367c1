//! `lojal ls`: names, one per line, with domain, kind and first sentence.

use clap::Args;

use super::arguments::Target;
use super::command::Command;
use super::output::print;
use super::runtime::without_workers;
use crate::config::CheckSeverity;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::{Request, make_plan};

#[derive(Debug, Args)]
pub(super) struct Ls {
    #[command(flatten)]
    target: Target,
}

impl Command for Ls {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.target.pipeline.clone(), ..request };
        without_workers(list(&request, printer))
    }
}

async fn list(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for source in plan.sources.values() {
        rows.push(Row::new(None, "source", &source.name, &source.description));
    }
    for lookup in plan.lookups.values() {
        let owner = if plan.is_of_triggers(&lookup.name) { None } else { plan.domains.of_table(&lookup.name) };
        rows.push(Row::new(owner, "lookup", &lookup.name, &lookup.description));
    }
    for table in plan.earlier_tables.values() {
        rows.push(Row::new(plan.domains.of_table(&table.name), "earlier", &table.name, &table.description));
    }
    if let Some(identity) = &plan.identity {
        let description = &identity.properties.description;
        rows.push(Row::new(plan.domains.of_table(&identity.table), "identity", &identity.table, description));
    }
    let mut models: Vec<_> = plan.models.values().collect();
    models.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
    for model in models {
        rows.push(Row::new(model.domain.as_deref(), model.layer.label(), &model.name, &model.properties.description));
    }
    for check in &plan.checks {
        let kind = if check.severity == CheckSeverity::Error { "check" } else { "check (warn)" };
        let owner = check.domain.as_deref().or_else(|| {
            let table = check.table.as_deref()?;
            plan.models.get(table).map_or_else(|| plan.domains.of_table(table), |model| model.domain.as_deref())
        });
        rows.push(Row::new(owner, kind, &check.name, &check.promise));
    }
    let selection = &request.selection;
    if !selection.select.is_empty() || !selection.exclude.is_empty() {
        let selected = plan.selected(selection).map_err(Failure::Usage)?;
        let checked = |name: &str| plan.checks.iter().find(|check| check.name == name).and_then(|c| c.table.as_deref());
        rows.retain(|row| {
            selected.contains(&row.name) || checked(&row.name).is_some_and(|table| selected.contains(table))
        });
    }
    // By domain, in the order of the head file; what belongs to the pipeline itself comes first.
    rows.sort_by_key(|row| row.domain.map_or(0, |domain| plan.domains.rank(Some(domain)).saturating_add(1)));
    let widest = |of: fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (domains, names) = (widest(|row| row.domain.unwrap_or("-").len()), widest(|row| row.name.len()));
    let line = |row: &Row<'_>| {
        let Row { domain, kind, name, text } = row;
        let domain = domain.unwrap_or("-");
        format!("{domain:<domains$}  {kind:<13} {name:<names$}  {text}").trim_end().to_owned()
    };
    print(&rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// What is listed of one thing.
struct Row<'a> {
    domain: Option<&'a str>,
    kind: &'static str,
    name: String,
    text: String,
}

impl<'a> Row<'a> {
    fn new(domain: Option<&'a str>, kind: &'static str, name: &str, description: &str) -> Self {
        Self { domain, kind, name: name.to_owned(), text: first_sentence(description) }
    }
}

fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}
