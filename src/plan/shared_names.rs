//! Sources and models of the same name: an extract of products and the published table of them may both be `products`.
//!
//! The source then has another table in the engine, which its staging models read under the source's name.

use indexmap::IndexMap;

use super::project::{Layer, Project};
use crate::diagnostics::Problem;
use crate::source::Source;

/// Gives each source whose name a model has a table of its own.
///
/// A staging model cannot have a source's name: it is what reads the source under that name.
pub(super) fn settle(sources: &mut IndexMap<String, Source>, project: &Project, problems: &mut Vec<Problem>) {
    let names: Vec<String> = sources.keys().cloned().collect();
    for source in sources.values_mut() {
        let Some(model) = project.models.iter().find(|model| model.name == source.name) else { continue };
        if model.layer == Layer::Staging {
            let problem = Problem::new(format!("`{}` is the name of a source", model.name)).at(&model.source, 1, 1, 1);
            problems.push(problem.hint(format!("rename the file, for instance to stg_{}.sql", model.name)));
            continue;
        }
        source.table = format!("{}_source", source.name);
        let is_model = project.models.iter().any(|model| model.name == source.table);
        if is_model || names.contains(&source.table) {
            let message = format!("`{}` is the name of a source and of a model", source.name);
            let problem = Problem::new(message).at(&model.source, 1, 1, 1);
            problems.push(problem.hint(format!(
                "both are possible, but not together with a third table `{}`: rename one of them",
                source.table
            )));
        }
    }
}
