//! The only door to DataFusion: one place sets memory, threads, spill folder, stores and functions.
//!
//! Everything else asks the engine to parse, plan, run or keep a query. Models pass data through views or kept tables
//! (in memory, counted against the limit, or in Parquet files once they no longer fit), so the same models can later
//! run where executors share no memory.

mod equated;
mod error;
mod keep;
mod kept;
mod latest;
mod lineage;
mod look;
mod memory;
mod parameters;
mod plannable;
mod pool;
mod query;
mod streamed;
mod suspects;
mod window;
mod withheld;

use std::collections::HashMap;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::TreeNode;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::view::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};

pub use error::EngineError;
pub use keep::Charge;
pub use latest::{Latest, Versions};
pub use lineage::{Carried, Rules, lineage};
pub use look::{is_row_by_row, table_scans};
pub use memory::default_memory_limit;
pub use parameters::{Parameter, Parameters};
use pool::ExchangeFriendlyPool;
pub use query::{Query, TableReference, quoted};
pub use suspects::{Suspect, suspects};
pub use withheld::without_data;

/// A logical plan.
pub type Relation = LogicalPlan;

/// How many of the machine's resources a run may use.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Number of partitions and worker threads.
    pub threads: NonZeroUsize,
    /// Bytes that queries and kept tables may hold together.
    pub memory_limit: NonZeroU64,
    /// Folder for spill files and kept tables; created on first use.
    pub scratch: PathBuf,
}

/// What query plans give up to need less memory. Each level after the first is slower and needs less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryFallback {
    /// Nothing: plans are as fast as possible.
    Off,
    /// Joins sort both sides, which can spill, instead of hashing one side, which cannot.
    SortedJoins,
    /// Also one partition instead of one per thread, each with its own share of the memory.
    OnePartition,
}

impl MemoryFallback {
    /// The level to try when this one needs too much; `None` after the last.
    pub fn next_level(self) -> Option<Self> {
        match self {
            Self::Off => Some(Self::SortedJoins),
            Self::SortedJoins => Some(Self::OnePartition),
            Self::OnePartition => None,
        }
    }
}

/// A DataFusion session with lojal's settings and functions.
pub struct Engine {
    context: SessionContext,
    options: EngineOptions,
}

impl Engine {
    /// Opens a session.
    ///
    /// # Errors
    /// When the scratch folder cannot be used.
    pub fn open(options: EngineOptions) -> Result<Self, EngineError> {
        let limit = usize::try_from(options.memory_limit.get()).unwrap_or(usize::MAX);
        let named_consumers = NonZeroUsize::MIN.saturating_add(2);
        let pool = ExchangeFriendlyPool::new(FairSpillPool::new(limit));
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(TrackConsumersPool::new(pool, named_consumers)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![options.scratch.clone()])),
            )
            .build_arc()?;
        let state = SessionStateBuilder::new()
            .with_default_features()
            .with_config(session_config(&options)?)
            .with_runtime_env(runtime)
            .with_physical_optimizer_rule(Arc::new(window::StreamedWindows))
            .build();
        let context = SessionContext::new_with_state(state);
        // DataFusion 55.2: for `a cross join b inner join c on a.x = c.x and a.y + b.z = c.y` the rule loses the second
        // condition, so rows that it should remove come through.
        context.remove_optimizer_rule("eliminate_cross_join");
        for function in crate::functions::all_udfs() {
            context.register_udf(function.as_ref().clone());
        }
        for function in crate::functions::all_udafs() {
            context.register_udaf(function.as_ref().clone());
        }
        for function in crate::functions::all_udwfs() {
            context.register_udwf(function.as_ref().clone());
        }
        Ok(Self { context, options })
    }

    /// The number of worker threads.
    pub fn threads(&self) -> usize {
        self.options.threads.get()
    }

    /// Plans the following queries at this level.
    pub fn set_memory_fallback(&self, level: MemoryFallback) {
        let state = self.context.state_ref();
        let mut state = state.write();
        let options = state.config_mut().options_mut();
        options.optimizer.prefer_hash_join = level == MemoryFallback::Off;
        let one = level == MemoryFallback::OnePartition;
        options.execution.target_partitions = if one { 1 } else { self.options.threads.get() };
    }

    /// Registers a table for queries.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_table(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        self.context.register_table(name, table)?;
        Ok(())
    }

    /// Registers an empty table, to plan queries before any data is read.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_empty(&self, name: &str, schema: SchemaRef) -> Result<(), EngineError> {
        self.add_table(name, Arc::new(EmptyTable::new(schema)))
    }

    /// Registers a small number of rows that do not matter for the memory limit.
    ///
    /// # Errors
    /// When the rows do not fit the schema.
    pub fn add_small(
        &self,
        name: &str,
        schema: SchemaRef,
        rows: Vec<arrow::array::RecordBatch>,
    ) -> Result<(), EngineError> {
        self.add_table(name, Arc::new(MemTable::try_new(schema, vec![rows])?))
    }

    /// Registers a query as a view, which is inlined where it is used.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_view(&self, name: &str, relation: Relation) -> Result<(), EngineError> {
        self.add_table(name, Arc::new(ViewTable::new(relation, None)))
    }

    /// Registers Parquet files.
    ///
    /// # Errors
    /// When the folder cannot be listed or its files cannot be read.
    pub async fn add_parquet(&self, name: &str, folder: &str, schema: SchemaRef) -> Result<(), EngineError> {
        let bare = without_metadata(&schema);
        let options = ParquetReadOptions::default().schema(&bare);
        self.context.register_parquet(name, folder, options).await?;
        Ok(())
    }

    /// Registers Parquet files with the schema that the files declare.
    ///
    /// # Errors
    /// When the folder cannot be listed or its files cannot be read.
    pub async fn add_parquet_as_found(&self, name: &str, folder: &str) -> Result<(), EngineError> {
        self.context.register_parquet(name, folder, ParquetReadOptions::default()).await?;
        Ok(())
    }

    /// Deregisters a table and frees its memory.
    ///
    /// # Errors
    /// When DataFusion refuses.
    pub fn remove(&self, name: &str) -> Result<(), EngineError> {
        self.context.deregister_table(name)?;
        Ok(())
    }

    /// Plans a query against the registered tables.
    ///
    /// # Errors
    /// Unknown tables, columns or functions; incompatible types.
    pub async fn plan(&self, query: &Query) -> Result<Relation, EngineError> {
        let relation = self.context.state().statement_to_plan(query.statement().clone()).await?;
        Ok(relation)
    }

    /// Optimises a plan as far as possible without data, to find errors that only the optimiser detects.
    ///
    /// # Errors
    /// Incompatible types, and subqueries that cannot be run.
    pub fn verify(&self, relation: &Relation) -> Result<SchemaRef, EngineError> {
        Ok(schema_of(&self.optimised(relation)?))
    }

    /// As [`Self::verify`], for an expression that is planned alone: its place in a query may let a subquery run.
    ///
    /// # Errors
    /// Incompatible types.
    pub fn verify_expression(&self, relation: &Relation) -> Result<SchemaRef, EngineError> {
        Ok(schema_of(&self.context.state().optimize(relation)?))
    }

    /// A plan optimised as far as possible without data.
    ///
    /// # Errors
    /// Incompatible types, and subqueries that cannot be run.
    pub fn optimised(&self, relation: &Relation) -> Result<Relation, EngineError> {
        let optimised = self.context.state().optimize(relation)?;
        plannable::correlated(&optimised).map_or(Ok(optimised), |found| Err(EngineError::NotRunnable(found)))
    }

    /// The relation's rows sorted by columns, ascending, nulls last.
    ///
    /// # Errors
    /// When a column does not exist.
    pub fn sorted(&self, relation: Relation, columns: &[String]) -> Result<Relation, EngineError> {
        if columns.is_empty() {
            return Ok(relation);
        }
        let order = columns.iter().map(|name| datafusion::prelude::ident(name).sort(true, false));
        let builder = if unnests(&relation)? {
            // DataFusion 55.2 moves a sort below an unnest, where the column is still a list, so the rows come out in
            // another order. A sort never moves below a limit, even one that is never reached.
            LogicalPlanBuilder::from(relation).limit(0, Some(i64::MAX as usize))?
        } else {
            LogicalPlanBuilder::from(relation)
        };
        Ok(builder.sort(order)?.build()?)
    }

    /// The first rows of the relation when sorted by all its columns from left to right.
    ///
    /// # Errors
    /// Columns that cannot be ordered.
    pub fn first(&self, relation: Relation, rows: usize) -> Result<Relation, EngineError> {
        let columns: Vec<_> = relation.schema().columns();
        let order = columns.into_iter().map(|column| datafusion::prelude::Expr::Column(column).sort(true, false));
        let builder = LogicalPlanBuilder::from(relation);
        Ok(builder.sort(order)?.limit(0, Some(rows))?.build()?)
    }

    /// Runs a relation. Its rows come as one stream, in the relation's order if it has one.
    ///
    /// # Errors
    /// When physical planning fails. Errors during execution come as items of the stream.
    pub async fn stream(&self, relation: &Relation) -> Result<SendableRecordBatchStream, EngineError> {
        let plan = self.physical(relation).await?;
        Ok(execute_stream(plan, self.context.task_ctx())?)
    }

    /// Runs a relation with few rows and returns them all.
    ///
    /// # Errors
    /// Query errors.
    pub async fn collect_small(&self, relation: &Relation) -> Result<Vec<arrow::array::RecordBatch>, EngineError> {
        let stream = self.stream(relation).await?;
        Ok(datafusion::physical_plan::common::collect(stream).await?)
    }

    async fn physical(&self, relation: &Relation) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        Ok(self.context.state().create_physical_plan(relation).await?)
    }
}

/// Names and types of a relation's columns.
pub fn schema_of(relation: &Relation) -> SchemaRef {
    Arc::new(relation.schema().as_arrow().clone())
}

/// Whether a relation, or a view that it reads, turns lists into rows.
fn unnests(relation: &Relation) -> Result<bool, DataFusionError> {
    relation.exists(|node| match node {
        LogicalPlan::Unnest(_) => Ok(true),
        LogicalPlan::TableScan(scan) => scan.source.get_logical_plan().map_or(Ok(false), |view| unnests(&view)),
        _ => Ok(false),
    })
}

/// The schema without descriptions. In a union of two described columns, the logical plan would have the metadata of
/// the first and the physical plan none, which DataFusion treats as an error.
fn without_metadata(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| field.as_ref().clone().with_metadata(HashMap::new()));
    Schema::new(fields.collect::<Vec<_>>())
}

fn session_config(options: &EngineOptions) -> Result<SessionConfig, EngineError> {
    let mut config = SessionConfig::new().with_target_partitions(options.threads.get()).with_information_schema(false);
    let settings = [
        // Positions of unknown columns, tables and functions in the SQL text.
        ("datafusion.sql_parser.collect_spans", "true"),
        // Plain Utf8 everywhere: kept views hold on to whole read buffers, a quarter more memory for the same CPU.
        ("datafusion.sql_parser.map_string_types_to_utf8view", "false"),
        ("datafusion.execution.parquet.schema_force_view_types", "false"),
        // Give up partial aggregation earlier where it hardly reduces rows: customers and orders are nearly unique.
        ("datafusion.execution.skip_partial_aggregation_probe_ratio_threshold", "0.3"),
        ("datafusion.execution.spill_compression", "lz4_frame"),
        // Hash build sides of up to a few million persons once and share them, instead of repartitioning both sides.
        ("datafusion.optimizer.hash_join_single_partition_threshold", "268435456"),
        ("datafusion.optimizer.hash_join_single_partition_threshold_rows", "4000000"),
        ("datafusion.execution.parquet.pushdown_filters", "true"),
        // DataFusion 55.2: for `min(a), min(case … a … end)` without groups, scans skip the rows that cannot change the
        // first, also those that the second needs.
        ("datafusion.optimizer.enable_aggregate_dynamic_filter_pushdown", "false"),
    ];
    for (key, value) in settings {
        config.options_mut().set(key, value)?;
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU64, NonZeroUsize};

    use super::*;
    use crate::diagnostics::SourceText;

    fn engine(scratch: &std::path::Path) -> Engine {
        let options = EngineOptions {
            threads: NonZeroUsize::MIN.saturating_add(1),
            memory_limit: NonZeroU64::new(64 << 20).unwrap(),
            scratch: scratch.to_owned(),
        };
        Engine::open(options).unwrap()
    }

    #[tokio::test]
    async fn rows_made_of_lists_are_sorted() {
        let scratch = tempfile::tempdir().unwrap();
        let engine = engine(scratch.path());
        let sql = "with a as (select column1 as k, column2 as n from (values ('x', 1), ('y', 2), ('x', 3)) as t),
            b as (select a.k, count(*) as n from a group by a.k)
            select b.k, b.n, unnest(make_array('z', 'a')) as driver from b";
        let query = Query::parse(&SourceText::new("m.sql", sql), &Parameters::default()).unwrap();
        engine.add_view("m", engine.plan(&query).await.unwrap()).unwrap();
        let outer = Query::parse(&SourceText::new("o.sql", "select m.k, m.driver from m"), &Parameters::default());
        let relation = engine.plan(&outer.unwrap()).await.unwrap();
        let sorted = engine.sorted(relation, &["k".to_owned(), "driver".to_owned()]).unwrap();
        let rows = engine.collect_small(&sorted).await.unwrap();
        let shown = arrow::util::pretty::pretty_format_batches(&rows).unwrap().to_string();
        let cells: Vec<&str> = shown.lines().filter(|line| line.contains(" x ") || line.contains(" y ")).collect();
        assert_eq!(cells, ["| x | a      |", "| x | z      |", "| y | a      |", "| y | z      |"]);
    }

    #[tokio::test]
    async fn the_least_of_an_expression_is_found_beside_that_of_a_column() {
        let scratch = tempfile::tempdir().unwrap();
        let engine = engine(scratch.path());
        let days = scratch.path().join("days");
        std::fs::create_dir(&days).unwrap();
        for (name, run, day) in [("a", "this", 1), ("b", "earlier", 2)] {
            let columns: Vec<(&str, arrow::array::ArrayRef)> = vec![
                ("run", Arc::new(arrow::array::StringArray::from(vec![run]))),
                ("day", Arc::new(arrow::array::Int64Array::from(vec![day]))),
            ];
            let rows = arrow::array::RecordBatch::try_from_iter(columns).unwrap();
            let file = std::fs::File::create(days.join(format!("{name}.parquet"))).unwrap();
            let mut writer = parquet::arrow::ArrowWriter::try_new(file, rows.schema(), None).unwrap();
            writer.write(&rows).unwrap();
            writer.close().unwrap();
        }
        let schema = Schema::new(vec![
            arrow::datatypes::Field::new("run", arrow::datatypes::DataType::Utf8, true),
            arrow::datatypes::Field::new("day", arrow::datatypes::DataType::Int64, true),
        ]);
        engine.add_parquet("days", &format!("{}/", days.display()), Arc::new(schema)).await.unwrap();
        let sql =
            "select min(case when days.run = 'earlier' then days.day end) as earlier, min(days.day) as least from days";
        let query = Query::parse(&SourceText::new("m.sql", sql), &Parameters::default()).unwrap();
        let relation = engine.plan(&query).await.unwrap();
        let rows = engine.collect_small(&relation).await.unwrap();
        let shown = arrow::util::pretty::pretty_format_batches(&rows).unwrap().to_string();
        assert!(shown.contains("| 2       | 1     |"), "{shown}");
    }

    #[tokio::test]
    async fn a_condition_over_both_sides_of_a_cross_join_holds() {
        let scratch = tempfile::tempdir().unwrap();
        let engine = engine(scratch.path());
        let sql = "with a as (select 1 as x, 10 as y union all select 2 as x, 20 as y),
            b as (select 0 as z union all select 1 as z),
            c as (select 1 as x, 10 as y, 'first' as v union all select 1 as x, 11 as y, 'second' as v)
            select a.x, b.z, c.v from a cross join b inner join c on a.x = c.x and a.y + b.z = c.y order by c.v";
        let query = Query::parse(&SourceText::new("m.sql", sql), &Parameters::default()).unwrap();
        let relation = engine.plan(&query).await.unwrap_or_else(|error| panic!("{error}"));
        let rows = engine.collect_small(&relation).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(rows.iter().map(|batch| batch.num_rows()).sum::<usize>(), 2);
    }
}
