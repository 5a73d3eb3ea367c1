//! The SQL that runs as part of the query that reads it.

use std::collections::BTreeSet;

use super::{Handling, Schedule, StepKind};
use crate::diagnostics::SourceText;

impl<'plan> Schedule<'plan> {
    /// The SQL of the views among `tables`, and of the views that these read.
    pub fn inlined_sql<'a>(&self, tables: impl IntoIterator<Item = &'a str>) -> Vec<&'plan SourceText> {
        let mut wanted: BTreeSet<&str> = tables.into_iter().collect();
        let mut texts = Vec::new();
        // Everything that a step reads comes before it.
        for step in self.steps.iter().rev().filter(|step| step.handling == Handling::View) {
            if let StepKind::Model(model) = step.kind
                && wanted.contains(step.name)
            {
                wanted.extend(&step.reads);
                texts.push(&model.sql);
            }
        }
        texts
    }
}
