//! Checks `publish_as`: a public and a restricted table that are published under one name.

use super::project::{Layer, Project};
use crate::config::PipelineFile;
use crate::diagnostics::{Problem, did_you_mean};

/// The mistakes in `publish_as`.
pub(super) fn check(file: &PipelineFile, project: &Project) -> Vec<Problem> {
    let texts = &project.texts;
    let is_mart = |name: &str| project.models.iter().any(|text| text.name == name && text.layer == Layer::Marts);
    let marts: Vec<&str> =
        project.models.iter().filter(|text| text.layer == Layer::Marts).map(|text| text.name.as_str()).collect();
    let is_restricted = |name: &str| file.models.get(name).is_some_and(|model| model.restricted);
    let mut problems = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for (name, model) in &file.models {
        let Some(other) = &model.publish_as else { continue };
        if !is_mart(&name.value) {
            let problem = texts.at(other, format!("`{}` is not a mart, and is not published", name.value));
            problems.push(problem.hint("take `publish_as` out"));
        } else if !is_mart(&other.value) || other.value == name.value {
            let problem = texts.at(other, format!("there is no other mart `{}`", other.value));
            problems.push(problem.hint(did_you_mean(&other.value, &marts)));
        } else if model.restricted == is_restricted(&other.value) {
            let both = if model.restricted { "restricted" } else { "public" };
            let message =
                format!("`{}` and `{}` are both {both}: they would lie in one folder", name.value, other.value);
            problems
                .push(texts.at(other, message).hint("mark one of them `restricted: true`, or take `publish_as` out"));
        } else if file.models.get(other.value.as_str()).is_some_and(|model| model.publish_as.is_some()) {
            let problem = texts.at(other, format!("`{}` is published under another name itself", other.value));
            problems.push(problem.hint("name a table that keeps its name"));
        } else if taken.contains(&other.value.as_str()) {
            let problem = texts.at(other, format!("another table is published as `{}` already", other.value));
            problems.push(problem.hint("a name is shared by one public and one restricted table"));
        } else {
            taken.push(&other.value);
        }
    }
    problems
}
