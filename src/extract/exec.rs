//! A source as a DataFusion table: as many partitions as threads, all reading from one scan.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Statistics;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::stream;

use super::scan::Scan;
use super::worker::Worker;

/// A source that the engine can query.
#[derive(Debug)]
pub(super) struct ExtractTable {
    scan: Arc<Scan>,
}

impl ExtractTable {
    pub(super) fn new(scan: Arc<Scan>) -> Self {
        Self { scan }
    }
}

#[async_trait]
impl TableProvider for ExtractTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.scan.plan.schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = self.schema();
        let projection = projection.cloned().unwrap_or_else(|| (0..schema.fields().len()).collect());
        let projected = Arc::new(schema.project(&projection)?);
        let partitions = state.config().target_partitions();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(projected),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Arc::new(ExtractExec { scan: Arc::clone(&self.scan), projection, properties: Arc::new(properties) }))
    }
}

#[derive(Debug)]
struct ExtractExec {
    scan: Arc<Scan>,
    projection: Vec<usize>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for ExtractExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.schema().fields().iter().map(|field| field.name().clone()).collect();
        write!(f, "ExtractExec: source={}, columns=[{}]", self.scan.source.name, names.join(", "))
    }
}

impl ExecutionPlan for ExtractExec {
    fn name(&self) -> &'static str {
        "ExtractExec"
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
        if partition == 0 {
            self.scan.take().map_err(external)?;
        }
        let name = format!("rows seen of {}", self.scan.source.name);
        let reservation = (partition == 0).then(|| MemoryConsumer::new(name).register(context.memory_pool()));
        let worker = Worker::new(Arc::clone(&self.scan), self.projection.clone());
        let state = Reader { worker, scan: Arc::clone(&self.scan), reservation };
        let batches = stream::try_unfold(state, |mut state| async move {
            let batch = state.worker.next().map_err(external)?;
            state.charge()?;
            Ok(batch.map(|batch| (batch, state)))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        let partitions = partition.map_or(1, |_| self.properties.partitioning.partition_count().max(1));
        statistics.num_rows = Precision::Inexact(self.scan.estimated_rows() / partitions);
        Ok(Arc::new(statistics))
    }
}

struct Reader {
    worker: Worker,
    scan: Arc<Scan>,
    reservation: Option<MemoryReservation>,
}

impl Reader {
    /// Charges the duplicate filter to the memory pool. The filter cannot spill, so the run ends if the pool is full.
    fn charge(&mut self) -> Result<()> {
        match &mut self.reservation {
            Some(reservation) => reservation.try_resize(self.scan.memory_size()),
            None => Ok(()),
        }
    }
}

fn external(error: super::ExtractError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
