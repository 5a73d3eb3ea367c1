//! A source as a DataFusion table: as many partitions as threads, all reading from one scan.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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

use super::error::{ExtractError, ExtractFault};
use super::reading::Reading;
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
        Arc::clone(self.scan.opened.rules.schema())
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
        let (scan, properties) = (Arc::clone(&self.scan), Arc::new(properties));
        Ok(Arc::new(ExtractExec { scan, started: Mutex::default(), projection, properties }))
    }
}

#[derive(Debug)]
struct ExtractExec {
    scan: Arc<Scan>,
    started: Mutex<Option<Started>>,
    projection: Vec<usize>,
    properties: Arc<PlanProperties>,
}

/// The reading that the partitions share.
#[derive(Debug)]
struct Started {
    reading: Arc<Reading>,
    /// The partitions that have begun.
    partitions: BTreeSet<usize>,
}

impl ExtractExec {
    /// The reading for a partition. A partition that begins again would see no rows, so that is an error.
    fn reading_of(&self, partition: usize) -> std::result::Result<Arc<Reading>, ExtractError> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let mut current = match started.take() {
            Some(started) => started,
            None => Started { reading: self.scan.begin()?, partitions: BTreeSet::new() },
        };
        let reading = Arc::clone(&current.reading);
        let is_first = current.partitions.insert(partition);
        *started = Some(current);
        match is_first {
            true => Ok(reading),
            false => Err(ExtractError::of(&self.scan.opened.source, ExtractFault::ReadTwice)),
        }
    }
}

impl DisplayAs for ExtractExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.schema().fields().iter().map(|field| field.name().clone()).collect();
        write!(f, "ExtractExec: source={}, columns=[{}]", self.scan.opened.source.name, names.join(", "))
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
        let reading = self.reading_of(partition).map_err(external)?;
        let name = format!("rows seen of {}", self.scan.opened.source.name);
        let reservation = (partition == 0).then(|| MemoryConsumer::new(name).register(context.memory_pool()));
        let worker = Worker::new(Arc::clone(&reading), self.projection.clone());
        let state = Reader { worker, reading, reservation };
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
        statistics.num_rows = Precision::Inexact(self.scan.opened.estimated_rows() / partitions);
        Ok(Arc::new(statistics))
    }
}

struct Reader {
    worker: Worker,
    reading: Arc<Reading>,
    reservation: Option<MemoryReservation>,
}

impl Reader {
    /// Charges the duplicate filter to the memory pool. The filter cannot spill, so the run ends if the pool is full.
    fn charge(&mut self) -> Result<()> {
        match &mut self.reservation {
            Some(reservation) => reservation.try_resize(self.reading.memory_size()),
            None => Ok(()),
        }
    }
}

fn external(error: ExtractError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
