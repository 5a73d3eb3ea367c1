//! From which columns the values of a query's columns come, over its optimised plan.
//!
//! Only values are followed. What decides which rows there are, or which branch of a `case` applies, passes none on:
//! filters, joins, groups, and orders. Two exceptions: a column that is equal to a value has this value, and a branch
//! that a boolean decides has this boolean. Every expression passes on what goes into it, known or not, except comparisons
//! and the functions that the caller names. So does every node of a plan that this walk does not know.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, DFSchemaRef, JoinType};
use datafusion::logical_expr::logical_plan::{Join, RecursiveQuery};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Aggregate, Distinct, Expr, ExprSchemable, LogicalPlan, Operator};

use super::Relation;
use super::equated::{Pair, add_equal_pairs};

/// The column of a table whose values a column has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The table that the query reads.
    pub table: String,
    /// Its column.
    pub column: String,
    /// The functions that the value went through, from the inside.
    pub through: Vec<String>,
}

impl Carried {
    /// The value of a column, as it is.
    pub fn from(table: impl Into<String>, column: impl Into<String>) -> Self {
        Self { table: table.into(), column: column.into(), through: Vec::new() }
    }

    /// After a function, or a part of a plan.
    fn through(mut self, name: &str) -> Self {
        self.through.push(name.to_owned());
        self
    }
}

/// What is followed, and what ends it.
pub struct Rules<'a> {
    /// Whether the values of a column of a table are followed.
    pub follows: &'a dyn Fn(&str, &str) -> bool,
    /// Whether the result of a function says nothing that must be followed.
    pub releases: &'a dyn Fn(&str) -> bool,
    /// Whether a column that is equal to such a value is followed too.
    pub passes_by_equality: &'a dyn Fn(&Carried) -> bool,
}

/// What is carried by each column of a plan's node.
type Columns = Vec<Option<Carried>>;

/// For each column of an optimised plan, the first column followed whose values it has.
pub fn lineage(relation: &Relation, rules: &Rules<'_>) -> Vec<Option<Carried>> {
    of_plan(relation, &Walk { rules, outer: None, work_table: None })
}

#[derive(Clone)]
struct Walk<'a> {
    rules: &'a Rules<'a>,
    /// What a subquery may have from the rows around it.
    outer: Option<Carried>,
    /// Name of the recursive query whose rows are read, and what any of its columns carries.
    work_table: Option<(String, Option<Carried>)>,
}

/// The columns that an expression can name.
struct Scope<'a> {
    schema: &'a DFSchema,
    columns: Columns,
    walk: &'a Walk<'a>,
}

fn any(columns: Columns) -> Option<Carried> {
    columns.into_iter().flatten().next()
}

fn of_plan(node: &LogicalPlan, walk: &Walk<'_>) -> Columns {
    let width = node.schema().fields().len();
    let columns = match node {
        LogicalPlan::TableScan(scan) => {
            let table = scan.table_name.table();
            let fields = scan.projected_schema.fields().iter();
            match walk.work_table.as_ref().filter(|(name, _)| name == table) {
                Some((_, carried)) => fields.map(|_| carried.clone()).collect(),
                None => {
                    let follows = |column: &str| (walk.rules.follows)(table, column);
                    fields.map(|field| follows(field.name()).then(|| Carried::from(table, field.name()))).collect()
                }
            }
        }
        LogicalPlan::Projection(projection) => Scope::over(&projection.input, walk).values(&projection.expr),
        LogicalPlan::Filter(filter) => {
            let mut scopes = [Scope::over(&filter.input, walk)];
            equate(&mut scopes, &[], &[&filter.predicate]);
            let [scope] = scopes;
            scope.columns
        }
        LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Distinct(Distinct::All(_)) => {
            node.inputs().first().map(|input| of_plan(input, walk)).unwrap_or_default()
        }
        LogicalPlan::Subquery(subquery) => of_plan(&subquery.subquery, walk),
        LogicalPlan::Distinct(Distinct::On(on)) => Scope::over(&on.input, walk).values(&on.select_expr),
        LogicalPlan::Window(window) => {
            let scope = Scope::over(&window.input, walk);
            let added = scope.values(&window.window_expr);
            scope.columns.into_iter().chain(added).collect()
        }
        LogicalPlan::Aggregate(aggregate) => of_aggregate(aggregate, walk),
        LogicalPlan::Join(join) => of_join(join, walk),
        LogicalPlan::Union(union) => {
            let mut columns = vec![None; width];
            for input in &union.inputs {
                for (column, carried) in columns.iter_mut().zip(of_plan(input, walk)) {
                    *column = column.take().or(carried);
                }
            }
            columns
        }
        LogicalPlan::Unnest(unnest) => {
            let input = of_plan(&unnest.input, walk);
            unnest.dependency_indices.iter().map(|index| input.get(*index).cloned().flatten()).collect()
        }
        LogicalPlan::EmptyRelation(_) => vec![None; width],
        LogicalPlan::RecursiveQuery(query) => vec![of_recursion(query, walk); width],
        _ => vec![of_unknown(node, walk); width],
    };
    if columns.len() == width { columns } else { vec![of_unknown(node, walk); width] }
}

/// What goes into a node whose columns are not known one by one.
fn of_unknown(node: &LogicalPlan, walk: &Walk<'_>) -> Option<Carried> {
    let scope = |input: &LogicalPlan| any(of_plan(input, walk));
    let carried = node.inputs().into_iter().find_map(scope).or_else(|| walk.outer.clone());
    carried.map(|carried| carried.through(node.display().to_string().split([':', ' ']).next().unwrap_or("a query")))
}

fn of_aggregate(aggregate: &Aggregate, walk: &Walk<'_>) -> Columns {
    let scope = Scope::over(&aggregate.input, walk);
    let width = aggregate.schema.fields().len();
    let Ok(groups) = grouping_set_to_exprlist(&aggregate.group_expr) else { return Vec::new() };
    let mut columns: Columns = groups.into_iter().map(|expression| scope.value(expression)).collect();
    // Grouping sets have a column that says which of them a row is of.
    columns.resize(width.saturating_sub(aggregate.aggr_expr.len()), None);
    columns.extend(scope.values(&aggregate.aggr_expr));
    columns
}

fn of_join(join: &Join, walk: &Walk<'_>) -> Columns {
    let mut scopes = [Scope::over(&join.left, walk), Scope::over(&join.right, walk)];
    let keeps_others =
        matches!(join.join_type, JoinType::LeftAnti | JoinType::RightAnti | JoinType::LeftMark | JoinType::RightMark);
    if !keeps_others {
        equate(&mut scopes, &join.on, &join.filter.iter().collect::<Vec<_>>());
    }
    let [left, right] = scopes.map(|scope| scope.columns);
    match join.join_type {
        JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => left.into_iter().chain(right).collect(),
        JoinType::LeftSemi | JoinType::LeftAnti => left,
        JoinType::RightSemi | JoinType::RightAnti => right,
        JoinType::LeftMark => left.into_iter().chain([None]).collect(),
        JoinType::RightMark => right.into_iter().chain([None]).collect(),
    }
}

/// Gives each column of the scopes that a condition equates with a followed value what that value carries.
fn equate(scopes: &mut [Scope<'_>], on: &[(Expr, Expr)], conditions: &[&Expr]) {
    if scopes.iter().all(Scope::is_clean) {
        return;
    }
    let mut pairs: Vec<Pair<'_>> = on.iter().map(|(left, right)| (left, right)).collect();
    for condition in conditions {
        add_equal_pairs(condition, &mut pairs);
    }
    // One column may get its value from another one that gets it here.
    while pairs.iter().any(|(one, other)| give(scopes, one, other) | give(scopes, other, one)) {}
}

/// Whether a column of `to` gets something that it did not have.
fn give(scopes: &mut [Scope<'_>], from: &Expr, to: &Expr) -> bool {
    let carried = scopes.iter().filter(|scope| scope.has_columns_of(from)).find_map(|scope| scope.value(from));
    let Some(carried) = carried.filter(|carried| scopes.iter().all(|scope| scope.passes_by_equality(carried))) else {
        return false;
    };
    let mut given = false;
    for column in to.column_refs() {
        given |= scopes.iter_mut().any(|scope| scope.give(column, &carried));
    }
    given
}

/// What any column of a recursive query carries.
fn of_recursion(query: &RecursiveQuery, walk: &Walk<'_>) -> Option<Carried> {
    let first = any(of_plan(&query.static_term, walk));
    first.or_else(|| {
        // With clean rows to begin with, the rows of a clean step are clean.
        let within = Walk { work_table: Some((query.name.clone(), None)), ..walk.clone() };
        any(of_plan(&query.recursive_term, &within))
    })
}

impl<'a> Scope<'a> {
    fn over(input: &'a Arc<LogicalPlan>, walk: &'a Walk<'a>) -> Self {
        let schema: &DFSchemaRef = input.schema();
        Self { schema, columns: of_plan(input, walk), walk }
    }

    /// Whether none of its columns carries anything.
    fn is_clean(&self) -> bool {
        self.columns.iter().all(Option::is_none) && self.walk.outer.is_none()
    }

    /// Whether it has all columns that an expression names.
    fn has_columns_of(&self, expression: &Expr) -> bool {
        expression.column_refs().into_iter().all(|column| self.schema.index_of_column(column).is_ok())
    }

    fn passes_by_equality(&self, carried: &Carried) -> bool {
        (self.walk.rules.passes_by_equality)(carried)
    }

    /// Lets a column carry what it is equal to. Returns whether it is a column of this scope that carried nothing.
    fn give(&mut self, column: &Column, carried: &Carried) -> bool {
        let place = self.schema.index_of_column(column).ok().and_then(|index| self.columns.get_mut(index));
        let Some(place) = place.filter(|place| place.is_none()) else { return false };
        *place = Some(carried.clone().through("an equal value"));
        true
    }

    fn values(&self, expressions: &[Expr]) -> Columns {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }

    /// What the value of an expression carries.
    fn value(&self, expression: &Expr) -> Option<Carried> {
        match expression {
            Expr::Column(column) => match self.schema.index_of_column(column) {
                Ok(index) => self.columns.get(index).cloned().flatten(),
                Err(_) => any(self.columns.clone()).map(|carried| carried.through(column.name())),
            },
            Expr::OuterReferenceColumn(..) => self.walk.outer.clone(),
            Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::Exists(_) => None,
            Expr::BinaryExpr(binary) if is_comparison(binary.op) => self.compared(&[&binary.left, &binary.right]),
            Expr::Like(like) | Expr::SimilarTo(like) => self.compared(&[&like.expr, &like.pattern]),
            Expr::Between(between) => self.compared(&[&between.expr, &between.low, &between.high]),
            Expr::InList(list) => {
                self.compared(&[&*list.expr]).or_else(|| list.list.iter().find_map(|item| self.compared(&[item])))
            }
            Expr::InSubquery(within) => self.compared(&[&within.expr]),
            Expr::SetComparison(set) => self.compared(&[&set.expr]),
            Expr::Case(case) => {
                let results = case.when_then_expr.iter().map(|(_, then)| then).chain(&case.else_expr);
                let decided = || {
                    let mut conditions = case.when_then_expr.iter().map(|(when, _)| when);
                    match &case.expr {
                        Some(compared) => conditions.find_map(|when| self.compared(&[compared, when])),
                        None => conditions.find_map(|when| self.value(when)),
                    }
                };
                results.into_iter().find_map(|result| self.value(result)).or_else(decided)
            }
            Expr::ScalarSubquery(subquery) => {
                let outer = subquery.outer_ref_columns.iter().find_map(|column| match column {
                    Expr::OuterReferenceColumn(_, column) => self.value(&Expr::Column(column.clone())),
                    other => self.value(other),
                });
                let walk = Walk { outer: outer.or_else(|| self.walk.outer.clone()), ..self.walk.clone() };
                any(of_plan(&subquery.subquery, &walk))
            }
            Expr::ScalarFunction(call) => self.called(call.func.name(), &call.args),
            Expr::AggregateFunction(call) => self.called(call.func.name(), &call.params.args),
            Expr::WindowFunction(call) => self.called(call.fun.name(), &call.params.args),
            other => {
                let mut found = None;
                let walked = other.apply_children(|child| {
                    found = self.value(child);
                    Ok(if found.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
                });
                debug_assert!(walked.is_ok(), "the visitor never fails");
                found
            }
        }
    }

    /// The result of a comparison is a fact about values and none of them. A comparison of a boolean is that boolean.
    fn compared(&self, operands: &[&Expr]) -> Option<Carried> {
        let is_boolean = |operand: &Expr| !matches!(operand.get_type(self.schema), Ok(ty) if ty != DataType::Boolean);
        operands.iter().find_map(|operand| {
            if is_boolean(operand) {
                return self.value(operand);
            }
            // A number made of a boolean is that boolean too.
            let columns = operand.column_refs().into_iter().map(|column| Expr::Column(column.clone()));
            columns.filter(|column| is_boolean(column)).find_map(|column| self.value(&column))
        })
    }

    fn called(&self, function: &str, arguments: &[Expr]) -> Option<Carried> {
        if (self.walk.rules.releases)(function) {
            return None;
        }
        arguments.iter().find_map(|argument| self.value(argument)).map(|carried| carried.through(function))
    }
}

fn is_comparison(operator: Operator) -> bool {
    use Operator::{
        Eq, Gt, GtEq, ILikeMatch, IsDistinctFrom, IsNotDistinctFrom, LikeMatch, Lt, LtEq, NotEq, NotILikeMatch,
        NotLikeMatch, RegexIMatch, RegexMatch, RegexNotIMatch, RegexNotMatch,
    };
    matches!(
        operator,
        Eq | NotEq
            | Lt
            | LtEq
            | Gt
            | GtEq
            | IsDistinctFrom
            | IsNotDistinctFrom
            | RegexMatch
            | RegexIMatch
            | RegexNotMatch
            | RegexNotIMatch
            | LikeMatch
            | ILikeMatch
            | NotLikeMatch
            | NotILikeMatch
    )
}

#[cfg(test)]
#[path = "lineage_tests.rs"]
mod tests;
