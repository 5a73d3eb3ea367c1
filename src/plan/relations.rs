//! What a planned query shows: the tables that it scans, and functions that no run can repeat.

use std::collections::BTreeMap;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, Volatility};

use crate::engine::{Relation, table_scans};

/// A function in the plan whose value does not depend on its arguments alone, such as now() or random().
pub(super) fn unrepeatable(relation: &Relation) -> Option<String> {
    const CLOCKS: [&str; 5] = ["now", "current_timestamp", "current_date", "current_time", "today"];
    let mut found = None;
    let visited = relation.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                if let Expr::ScalarFunction(call) = part {
                    let is_volatile = call.func.signature().volatility == Volatility::Volatile;
                    if is_volatile || CLOCKS.contains(&call.func.name()) {
                        found = Some(call.func.name().to_owned());
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    found
}

/// How often a plan scans each table; a common table expression used twice counts twice, as it runs twice.
pub(super) fn scans(relation: &Relation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (name, scans) in table_scans(relation) {
        let table = name.rsplit('.').next().unwrap_or_default();
        *counts.entry(table.to_owned()).or_insert(0) += scans;
    }
    counts
}
