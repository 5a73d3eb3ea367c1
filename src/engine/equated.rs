//! What a join or a filter makes equal: a column that is equal to a followed value has that value too.
//!
//! A join of a list of all postal codes to a personal column brings out the personal column under the name of the list.

use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, Operator};

pub(super) type Pair<'a> = (&'a Expr, &'a Expr);

/// Adds the pairs of expressions that a condition makes equal, in any of its branches.
pub(super) fn add_equal_pairs<'a>(condition: &'a Expr, pairs: &mut Vec<Pair<'a>>) {
    let mut bounds: Vec<Pair<'a>> = Vec::new();
    collect_within(condition, pairs, &mut bounds);
    for (low, high) in &bounds {
        if bounds.contains(&(*high, *low)) {
            pairs.push((*low, *high));
        }
    }
}

fn collect_within<'a>(condition: &'a Expr, pairs: &mut Vec<Pair<'a>>, bounds: &mut Vec<Pair<'a>>) {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (left, right): Pair<'a> = (left.as_ref(), right.as_ref());
            match op {
                Operator::And | Operator::Or => {
                    collect_within(left, pairs, bounds);
                    collect_within(right, pairs, bounds);
                }
                Operator::Eq | Operator::IsNotDistinctFrom => pairs.push((left, right)),
                Operator::LtEq => bounds.push((left, right)),
                Operator::GtEq => bounds.push((right, left)),
                _ => {}
            }
        }
        Expr::Between(Between { expr, negated: false, low, high }) => {
            bounds.push((low.as_ref(), expr.as_ref()));
            bounds.push((expr.as_ref(), high.as_ref()));
        }
        // Without wildcards it is equality.
        Expr::Like(like) if !like.negated => pairs.push((like.expr.as_ref(), like.pattern.as_ref())),
        Expr::InList(InList { expr, list, negated: false }) => {
            pairs.extend(list.iter().map(|item| (expr.as_ref(), item)));
        }
        Expr::IsTrue(inner) => collect_within(inner, pairs, bounds),
        _ => {}
    }
}
