//! What is asked: a query, and how many of its rows.

use std::collections::BTreeSet;

use super::tables::{LIVE, RESTRICTED, SNAPSHOT, Shown, Sight, Tables};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Query, quoted};
use crate::plan::Plan;

/// As many rows are held until the last of them is known. More are passed on as they come.
const MOST_HELD: usize = 100_000;

/// More rows than any table has, and fewer than the planner can count.
const ALL_ROWS: usize = 1 << 60;

/// A question to the tables of a pipeline.
#[derive(Debug)]
pub struct Question {
    /// Its SQL.
    pub(super) text: SourceText,
    /// The most rows of the answer.
    pub(super) limit: Option<usize>,
    /// The table that is shown, if it is about one.
    pub(super) shown: Option<Shown>,
}

impl Question {
    /// A query as typed.
    pub fn query(text: SourceText, limit: Option<usize>) -> Self {
        Self { text, limit: limit.map(|limit| limit.min(ALL_ROWS)), shown: None }
    }

    /// The first rows of one table: some of its columns, and only rows that meet a condition. `restricted/NAME` is the
    /// restricted table that is published as NAME.
    pub fn show(name: &str, sight: Sight, columns: &[String], condition: Option<&str>, limit: usize) -> Self {
        let columns = if columns.is_empty() {
            "*".to_owned()
        } else {
            columns.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
        };
        let below = name.strip_prefix(RESTRICTED).and_then(|rest| rest.strip_prefix(['/', '.']));
        let (name, is_restricted) = (below.unwrap_or(name), below.is_some());
        let table = match sight {
            _ if is_restricted => format!("{RESTRICTED}.{}", quoted(name)),
            Sight::Either => quoted(name),
            Sight::Snapshot => format!("{SNAPSHOT}.{}", quoted(name)),
            Sight::Live => format!("{LIVE}.{}", quoted(name)),
        };
        // In parentheses and on its own line: an error in it is shown there, and it cannot become anything but a
        // condition.
        let condition = condition.map(|condition| format!("\nwhere ({condition}\n)")).unwrap_or_default();
        let text = SourceText::new("show", format!("select {columns}\nfrom {table}{condition}"));
        Self {
            text,
            limit: Some(limit.min(ALL_ROWS)),
            shown: Some(Shown { name: name.to_owned(), sight, is_restricted }),
        }
    }

    /// The tables that it names.
    pub(super) fn names(&self) -> Result<BTreeSet<String>, Vec<Problem>> {
        let query = Query::unfilled(&self.text)?;
        let named = query.tables().iter().map(|table| table.name.clone());
        Ok(named.chain(self.shown.iter().map(|shown| shown.name.clone())).collect())
    }

    /// Whether all rows of the answer are held before the first is passed on.
    pub(super) fn is_held(&self) -> bool {
        self.shown.is_some() && self.limit.is_some_and(|limit| limit <= MOST_HELD)
    }

    /// Whether its rows need no more than the first rows of an extract.
    pub(super) fn needs_few(&self, plan: &Plan, tables: &Tables<'_>) -> bool {
        let is_live = |shown: &&Shown| shown.sight == Sight::Live || !tables.is_published(&shown.name);
        self.is_held() && self.shown.as_ref().filter(is_live).is_some_and(|shown| plan.is_row_by_row(&shown.name))
    }
}
