//! `lojal ls`: names, one per line, with kind and first sentence.

use crate::config::CheckSeverity;
use crate::failure::Failure;
use crate::report::Printer;
use crate::run::{Request, make_plan};

pub(super) async fn execute(request: &Request, printer: &Printer) -> Result<(), Failure> {
    let plan = make_plan(request, printer).await?;
    let mut rows: Vec<(&str, String, String)> = Vec::new();
    for source in plan.sources.values() {
        rows.push(("source", source.name.clone(), first_sentence(&source.description)));
    }
    for lookup in plan.lookups.values() {
        rows.push(("lookup", lookup.name.clone(), first_sentence(&lookup.description)));
    }
    for table in plan.earlier_tables.values() {
        rows.push(("earlier", table.name.clone(), first_sentence(&table.description)));
    }
    if let Some(identity) = &plan.identity {
        rows.push(("identity", identity.table.clone(), first_sentence(&identity.properties.description)));
    }
    let mut models: Vec<_> = plan.models.values().collect();
    models.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
    for model in models {
        rows.push((plan.describe_kind(&model.name), model.name.clone(), first_sentence(&model.properties.description)));
    }
    for check in &plan.checks {
        let kind = if check.severity == CheckSeverity::Error { "check" } else { "check (warn)" };
        rows.push((kind, check.name.clone(), first_sentence(&check.promise)));
    }
    let widest = rows.iter().map(|(_, name, _)| name.len()).max().unwrap_or(0);
    let lines =
        rows.iter().map(|(kind, name, text)| format!("{kind:<13} {name:<widest$}  {text}").trim_end().to_owned());
    super::print(&lines.collect::<Vec<_>>().join("\n"))
}

fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}
