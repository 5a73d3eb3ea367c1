//! The part of a project behind some tables: their models and what those read, without checks, exports and languages.
//! It can be planned while another part of the project still has mistakes.

use std::collections::BTreeSet;

use super::sql::ModelText;
use crate::config::{IdentityFile, PipelineFile};
use crate::engine::Query;
use crate::identity::Output;
use crate::plan::triggers::TABLES;

/// The tables behind `wanted`, and those that add columns to one of them; `None` if all of the project is behind them.
pub(super) fn tables_behind(
    wanted: &BTreeSet<String>,
    models: &[ModelText],
    file: &PipelineFile,
) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut open: Vec<String> = wanted.iter().cloned().collect();
    while let Some(name) = open.pop() {
        if TABLES.contains(&name.as_str()) {
            // Triggers read any model.
            return None;
        }
        if !found.insert(name.clone()) {
            continue;
        }
        for model in models.iter().filter(|model| model.name == name) {
            let query = Query::unfilled(&model.source).ok()?;
            open.extend(query.tables().iter().map(|table| table.name.clone()));
        }
        let of_identity = |it: &&IdentityFile| it.table.value == name || Output::named(&name).is_some();
        for identity in file.identity.iter().filter(of_identity) {
            open.extend(
                std::iter::once(&identity.records)
                    .chain(&identity.overrides)
                    .chain(&identity.erasures)
                    .map(|model| model.value.clone()),
            );
            found.insert(identity.table.value.clone());
        }
        let adds = file.models.iter().filter(|(_, model)| model.extends.as_ref().is_some_and(|to| to.value == name));
        open.extend(adds.map(|(model, _)| model.value.clone()));
    }
    Some(found)
}

/// What a project says about these tables, without what is proved of them.
pub(super) fn only(mut file: PipelineFile, tables: &BTreeSet<String>) -> PipelineFile {
    file.models.retain(|name, _| tables.contains(&name.value));
    for model in file.models.values_mut() {
        model.checks.clear();
        model.columns.values_mut().for_each(|column| column.checks.clear());
    }
    file.earlier_tables.retain(|name, _| tables.contains(&name.value));
    file.identity = file.identity.filter(|identity| tables.contains(&identity.table.value));
    file.checks.clear();
    file.triggers = None;
    file.publish.languages.clear();
    file
}
