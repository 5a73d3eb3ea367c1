//! A kept table in memory: its batches, what it owes the pool, and what the planner asks about it.
//!
//! DataFusion's own table in memory computes its statistics from all batches whenever a rule of the planner asks, which
//! is dozens of times per query: of tables with millions of rows that took a third of a query's time. Here they are
//! computed once.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{ColumnStatistics, Statistics, internal_datafusion_err};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::stream;

/// A table in memory together with what it owes the pool; dropping it pays back.
#[derive(Debug)]
pub(super) struct KeptTable {
    schema: SchemaRef,
    parts: Vec<Arc<Part>>,
    _reservations: Vec<Arc<MemoryReservation>>,
}

#[derive(Debug)]
struct Part {
    batches: Vec<RecordBatch>,
    rows: usize,
    /// Bytes and nulls, by column.
    columns: Vec<(usize, usize)>,
}

impl KeptTable {
    pub(super) fn new(
        schema: SchemaRef,
        parts: Vec<Vec<RecordBatch>>,
        reservations: Vec<Arc<MemoryReservation>>,
    ) -> Self {
        let width = schema.fields().len();
        let parts = parts.into_iter().map(|batches| Arc::new(Part::new(batches, width))).collect();
        Self { schema, parts, _reservations: reservations }
    }
}

impl Part {
    fn new(batches: Vec<RecordBatch>, width: usize) -> Self {
        let mut columns = vec![(0, 0); width];
        for batch in &batches {
            for ((bytes, nulls), column) in columns.iter_mut().zip(batch.columns()) {
                *bytes += column.get_array_memory_size();
                *nulls += column.logical_null_count();
            }
        }
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        Self { batches, rows, columns }
    }
}

#[async_trait]
impl TableProvider for KeptTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let projection = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::new(self.schema.project(&projection)?)),
            Partitioning::UnknownPartitioning(self.parts.len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Arc::new(KeptExec { parts: self.parts.clone(), projection, properties: Arc::new(properties) }))
    }
}

#[derive(Debug)]
struct KeptExec {
    parts: Vec<Arc<Part>>,
    projection: Vec<usize>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for KeptExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.schema().fields().iter().map(|field| field.name().clone()).collect();
        write!(f, "KeptExec: columns=[{}]", names.join(", "))
    }
}

impl ExecutionPlan for KeptExec {
    fn name(&self) -> &'static str {
        "KeptExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let part = self.parts.get(partition).map(Arc::clone);
        let part = part.ok_or_else(|| internal_datafusion_err!("a kept table has no part {partition}"))?;
        let (projection, most) = (self.projection.clone(), context.session_config().batch_size());
        let batches = stream::try_unfold((0, 0), move |(place, from)| {
            let next = next_rows(&part, place, from, most, &projection);
            async move { next }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let parts =
            || self.parts.iter().enumerate().filter(|(place, _)| partition.is_none_or(|wanted| wanted == *place));
        let column = |index: &usize| {
            parts().try_fold((0, 0), |(bytes, nulls), (_, part)| {
                let missing = || internal_datafusion_err!("a kept table has no column {index}");
                let column = part.columns.get(*index).ok_or_else(missing)?;
                Ok((bytes + column.0, nulls + column.1))
            })
        };
        let columns = self.projection.iter().map(column).collect::<Result<Vec<(usize, usize)>>>()?;
        Ok(Arc::new(Statistics {
            num_rows: Precision::Exact(parts().map(|(_, part)| part.rows).sum()),
            total_byte_size: Precision::Exact(columns.iter().map(|column| column.0).sum()),
            column_statistics: columns
                .iter()
                .map(|column| ColumnStatistics {
                    null_count: Precision::Exact(column.1),
                    ..ColumnStatistics::new_unknown()
                })
                .collect(),
        }))
    }
}

/// A batch of a part, and a row in it.
type Position = (usize, usize);

/// At most `most` rows from batch `place` and row `from` on, and where the next ones are.
fn next_rows(
    part: &Part,
    place: usize,
    from: usize,
    most: usize,
    projection: &[usize],
) -> Result<Option<(RecordBatch, Position)>> {
    let Some(batch) = part.batches.get(place) else { return Ok(None) };
    let batch = batch.project(projection)?;
    let rows = most.min(batch.num_rows() - from);
    let next = if from + rows < batch.num_rows() { (place, from + rows) } else { (place + 1, 0) };
    let batch = if rows == batch.num_rows() { batch } else { batch.slice(from, rows) };
    Ok(Some((batch, next)))
}
