//! Tables whose rows are computed while they are read, in a known order: nothing is held, and nothing has to be sorted.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::DataFusionError;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

use super::{Engine, EngineError};

type ReadError = Box<dyn std::error::Error + Send + Sync>;
/// The batch of a number; `None` after the last.
pub type Batches = Arc<dyn Fn(usize) -> Option<Result<RecordBatch, ReadError>> + Send + Sync>;

struct Streamed {
    schema: SchemaRef,
    batches: Batches,
}

impl fmt::Debug for Streamed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Streamed").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl PartitionStream for Streamed {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _task: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches = Arc::clone(&self.batches);
        let rows = (0..).map_while(move |number| batches(number));
        let rows = futures::stream::iter(rows.map(|batch| batch.map_err(DataFusionError::External)));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}

impl Engine {
    /// Registers a table whose rows are computed whenever they are read, sorted by the columns of `order`.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_streamed(
        &self,
        name: &str,
        schema: SchemaRef,
        order: &[&str],
        batches: Batches,
    ) -> Result<(), EngineError> {
        let order = order.iter().map(|name| datafusion::prelude::ident(*name).sort(true, false)).collect();
        let rows = Streamed { schema: Arc::clone(&schema), batches };
        let table = StreamingTable::try_new(schema, vec![Arc::new(rows)])?.with_sort_order(order);
        self.add_table(name, Arc::new(table))
    }
}
