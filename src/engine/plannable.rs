//! Subqueries that can be planned and not run, found before any row is read.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, LogicalPlan};

/// A subquery that the optimiser could not turn into a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlated {
    /// `exists (…)`.
    Exists,
    /// `x in (select …)`.
    In,
    /// `x > any (select …)`.
    Compared,
    /// A subquery in `from` or in an expression that names columns of the query around it.
    Outer,
}

impl Correlated {
    /// How a text writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::In => "in",
            Self::Compared => "any",
            Self::Outer => "lateral",
        }
    }

    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Exists => "`exists (select …)`",
            Self::In => "`in (select …)`",
            Self::Compared => "a comparison with `any` or `all`",
            Self::Outer => "a subquery that names columns of the query around it",
        }
    }
}

/// The first subquery of an optimised plan that has no physical plan.
pub(super) fn correlated(optimised: &LogicalPlan) -> Option<Correlated> {
    let mut found = None;
    let walked = optimised.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                let here = match part {
                    Expr::Exists(_) => Some(Correlated::Exists),
                    Expr::InSubquery(_) => Some(Correlated::In),
                    Expr::SetComparison(_) => Some(Correlated::Compared),
                    Expr::OuterReferenceColumn(..) => Some(Correlated::Outer),
                    _ => None,
                };
                found = found.or(here);
                Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })
        })
    });
    debug_assert!(walked.is_ok(), "the visitor never fails");
    let is_lateral = || matches!(optimised.exists(|node| Ok(matches!(node, LogicalPlan::Subquery(_)))), Ok(true));
    found.or_else(|| is_lateral().then_some(Correlated::Outer))
}
