//! Window functions that see a whole window partition, run with one window partition in memory at a time.
//!
//! DataFusion 55's `WindowAggExec` collects everything that its input yields before it computes the first window
//! partition, and charges none of it to the memory pool. Its input is sorted by the window's `partition by` already, so
//! that nothing more is needed than to wait for the next key: [`StreamedWindows`] puts an operator in its place that
//! does.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::{BatchCoalescer, concat_batches};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::utils::{evaluate_partition_ranges, get_row_at_idx};
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::windows::WindowAggExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, ReplaceChildrenOptions,
};
use futures::{StreamExt, stream};

/// Puts [`WindowPartitionsExec`] in place of `WindowAggExec`.
#[derive(Debug)]
pub(super) struct StreamedWindows;

impl PhysicalOptimizerRule for StreamedWindows {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let has_partitions = node
                .downcast_ref::<WindowAggExec>()
                .is_some_and(|window| window.window_expr().iter().all(|function| !function.partition_by().is_empty()));
            Ok(if has_partitions {
                Transformed::yes(Arc::new(WindowPartitionsExec { window: node }) as Arc<dyn ExecutionPlan>)
            } else {
                Transformed::no(node)
            })
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "streamed_windows"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A `WindowAggExec` that computes each window partition once its last row has come.
#[derive(Debug)]
struct WindowPartitionsExec {
    /// Says what to compute, of which input; it is not run itself.
    window: Arc<dyn ExecutionPlan>,
}

impl WindowPartitionsExec {
    fn window(&self) -> Result<&WindowAggExec> {
        match self.window.downcast_ref::<WindowAggExec>() {
            Some(window) => Ok(window),
            None => internal_err!("WindowPartitionsExec is about {}, not a WindowAggExec", self.window.name()),
        }
    }
}

impl DisplayAs for WindowPartitionsExec {
    fn fmt_as(&self, kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowPartitionsExec of ")?;
        self.window.fmt_as(kind, f)
    }
}

impl ExecutionPlan for WindowPartitionsExec {
    fn name(&self) -> &'static str {
        "WindowPartitionsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.window.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.window.children()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.window.apply_expressions(f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { window: Arc::clone(&self.window).replace_children(children, options)? }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let window = self.window()?;
        let input = window.input().execute(partition, Arc::clone(&context))?;
        let batch_size = context.session_config().batch_size();
        let gathered = Gathered {
            keys: window.partition_by_sort_keys()?,
            window: Arc::clone(&self.window),
            rows: Vec::new(),
            key: None,
            reservation: MemoryConsumer::new(format!("WindowPartitionsExec[{partition}]"))
                .register(context.memory_pool()),
            ready: BatchCoalescer::new(self.schema(), batch_size)
                .with_biggest_coalesce_batch_size(Some(batch_size / 2)),
        };
        let batches =
            stream::try_unfold((input, gathered, false), |(mut input, mut gathered, mut is_over)| async move {
                loop {
                    if let Some(batch) = gathered.ready.next_completed_batch() {
                        return Ok(Some((batch, (input, gathered, is_over))));
                    }
                    if is_over {
                        return Ok(None);
                    }
                    match input.next().await {
                        Some(batch) => gathered.push(&batch?)?,
                        None => {
                            gathered.close()?;
                            gathered.ready.finish_buffered_batch()?;
                            is_over = true;
                        }
                    }
                }
            });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

/// The rows so far of the window partition that may go on.
struct Gathered {
    window: Arc<dyn ExecutionPlan>,
    keys: Vec<PhysicalSortExpr>,
    rows: Vec<RecordBatch>,
    key: Option<Vec<ScalarValue>>,
    reservation: MemoryReservation,
    /// Computed rows, small window partitions together.
    ready: BatchCoalescer,
}

impl Gathered {
    /// Takes sorted rows, and computes the window partitions that they complete.
    fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let keys: Vec<_> =
            self.keys.iter().map(|key| key.evaluate_to_sort_column(batch)).collect::<Result<Vec<_>>>()?;
        let columns: Vec<_> = keys.iter().map(|key| Arc::clone(&key.values)).collect();
        for range in evaluate_partition_ranges(batch.num_rows(), &keys)? {
            let key = get_row_at_idx(&columns, range.start)?;
            if self.key.as_ref() != Some(&key) {
                self.close()?;
                self.key = Some(key);
            }
            let rows = batch.slice(range.start, range.len());
            // Close to what the rows take: a slice would be charged with all of its batch.
            let size = batch.get_array_memory_size() / batch.num_rows() * rows.num_rows();
            self.reservation.try_grow(size)?;
            self.rows.push(rows);
        }
        Ok(())
    }

    /// Computes the window partition.
    fn close(&mut self) -> Result<()> {
        let Some(window) = self.window.downcast_ref::<WindowAggExec>() else {
            return internal_err!("WindowPartitionsExec is about {}, not a WindowAggExec", self.window.name());
        };
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = concat_batches(&window.input().schema(), &self.rows)?;
        self.rows.clear();
        self.reservation.free();
        let mut columns = rows.columns().to_vec();
        for function in window.window_expr() {
            columns.push(function.evaluate(&rows)?);
        }
        Ok(self.ready.push_batch(RecordBatch::try_new(window.schema(), columns)?)?)
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU64, NonZeroUsize};

    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::physical_plan::displayable;

    use crate::diagnostics::SourceText;
    use crate::engine::{Engine, EngineOptions, Parameters, Query};

    #[tokio::test]
    async fn window_partitions_of_any_size_come_out_one_by_one() {
        let scratch = tempfile::tempdir().unwrap();
        let options = EngineOptions {
            threads: NonZeroUsize::MIN.saturating_add(1),
            memory_limit: NonZeroU64::new(64 << 20).unwrap(),
            scratch: scratch.path().to_owned(),
        };
        let engine = Engine::open(options).unwrap();
        // 30,000 numbers in partitions of one row and of 20,000, which several batches make up.
        let sql = "with numbers as (select unnest(generate_series(1, 30000)) as n),
            parts as (select case when n > 10000 then 0 else n end as part, n from numbers),
            halves as (select part, n, ntile(2) over (partition by part order by n) as half from parts)
            select half, count(*) as numbers, sum(case when part = 0 then 1 else 0 end) as many, max(n) as latest
            from halves group by half order by half";
        let query = Query::parse(&SourceText::new("m.sql", sql), &Parameters::default()).unwrap();
        let relation = engine.plan(&query).await.unwrap();
        let plan = engine.physical(&relation).await.unwrap();
        assert!(displayable(plan.as_ref()).indent(false).to_string().contains("WindowPartitionsExec of WindowAggExec"));
        let rows = engine.collect_small(&relation).await.unwrap();
        let shown = pretty_format_batches(&rows).unwrap().to_string();
        let cells: Vec<&str> = shown.lines().skip(3).take(2).collect();
        assert_eq!(cells, ["| 1    | 20000   | 10000 | 20000  |", "| 2    | 10000   | 10000 | 30000  |"]);
    }
}
