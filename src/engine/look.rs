//! Queries over tables of several schemas, and what some of their rows need.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::MemorySchemaProvider;
use datafusion::common::plan_datafusion_err;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::{Engine, EngineError, Relation};

impl Engine {
    /// Adds a schema, whose tables are written `schema.table`.
    ///
    /// # Errors
    /// When DataFusion refuses.
    pub fn add_schema(&self, name: &str) -> Result<(), EngineError> {
        let options = self.context.state().config_options().catalog.clone();
        let catalog = self.context.catalog(&options.default_catalog);
        let catalog = catalog.ok_or_else(|| plan_datafusion_err!("there is no catalog {}", options.default_catalog))?;
        catalog.register_schema(name, Arc::new(MemorySchemaProvider::new()))?;
        Ok(())
    }

    /// Registers a table under a second name.
    ///
    /// # Errors
    /// A table that does not exist, or a name that is taken.
    pub async fn add_again(&self, name: &str, second: &str) -> Result<(), EngineError> {
        let table = self.context.table_provider(name).await?;
        self.add_table(second, table)
    }

    /// The relation cut off after some rows.
    ///
    /// # Errors
    /// When DataFusion refuses.
    pub fn limited(&self, relation: Relation, rows: usize) -> Result<Relation, EngineError> {
        Ok(LogicalPlanBuilder::from(relation).limit(0, Some(rows))?.build()?)
    }
}

/// How often a plan scans each table, by its name with the schema that the query writes.
pub fn table_scans(relation: &Relation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let visited = relation.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            *counts.entry(scan.table_name.to_string()).or_insert(0) += 1;
        }
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    counts
}

/// Whether each row of a relation comes from one row that it reads. Only then do some of its rows need no more than
/// some of the rows that it reads.
pub fn is_row_by_row(relation: &Relation) -> bool {
    let reads_others = |node: &LogicalPlan| {
        let mut found = false;
        node.apply_expressions(|expression| {
            found |= expression.exists(|part| {
                Ok(matches!(
                    part,
                    Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)
                ))
            })?;
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok::<bool, DataFusionError>(found)
    };
    let is_simple = |node: &LogicalPlan| {
        matches!(
            node,
            LogicalPlan::Projection(_)
                | LogicalPlan::Filter(_)
                | LogicalPlan::SubqueryAlias(_)
                | LogicalPlan::TableScan(_)
                | LogicalPlan::Unnest(_)
        )
    };
    let found = relation.exists(|node| Ok(!is_simple(node) || reads_others(node)?));
    found.is_ok_and(|found| !found)
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU64, NonZeroUsize};

    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;
    use crate::diagnostics::SourceText;
    use crate::engine::{EngineOptions, Parameters, Query};

    #[tokio::test]
    async fn rows_that_need_others_are_not_row_by_row() {
        let scratch = tempfile::tempdir().unwrap();
        let options = EngineOptions {
            threads: NonZeroUsize::MIN,
            memory_limit: NonZeroU64::new(64 << 20).unwrap(),
            scratch: scratch.path().to_owned(),
        };
        let engine = Engine::open(options).unwrap();
        let query = |sql: &str| Query::parse(&SourceText::new("q", sql), &Parameters::default()).unwrap();
        let numbers = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
        let fields = vec![Field::new("a", DataType::Int64, true), Field::new("b", numbers, true)];
        engine.add_empty("t", Arc::new(Schema::new(fields))).unwrap();
        for (sql, expected) in [
            ("select a + 1 as c from t where a > 0", true),
            ("with s as (select t.a from t) select s.a from s", true),
            ("select unnest(b) as c from t", true),
            ("select sum(a) as c from t", false),
            ("select distinct a from t", false),
            ("select a from t order by a", false),
            ("select a from t limit 1", false),
            ("select row_number() over (order by a) as c from t", false),
            ("select x.a from t x join t y on x.a = y.a", false),
            ("select a from t union all select a from t", false),
            ("select a from t where a in (select max(a) from t)", false),
            ("select a, (select max(a) from t) as c from t", false),
            ("select a from t where exists (select 1 from t)", false),
        ] {
            assert_eq!(is_row_by_row(&engine.plan(&query(sql)).await.unwrap()), expected, "{sql}");
        }
    }
}
