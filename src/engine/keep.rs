//! Keeps a relation's rows for the models that read them: in memory while they fit, otherwise in Parquet files.
//!
//! Rows in memory are charged to the pool that queries use, so a kept table and a hash join together cannot exceed the
//! limit. Once the pool refuses, everything collected so far goes to disk, and the remaining rows follow.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::physical_plan::execute_stream_partitioned;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::kept::KeptTable;
use super::{Engine, EngineError, Relation};
use crate::invariant::BrokenInvariant;

/// Share of the memory limit that kept tables may fill, in percent; queries need the rest.
const KEPT_PERCENT: u64 = 50;

impl Engine {
    /// Runs a relation once and registers its rows as table `name`. Returns the number of rows.
    ///
    /// # Errors
    /// Query errors, or a full disk.
    pub async fn keep(&self, name: &str, relation: &Relation) -> Result<u64, EngineError> {
        let plan = self.physical(relation).await?;
        let schema = plan.schema();
        let streams = execute_stream_partitioned(plan, self.context.task_ctx())?;
        let writer = KeptTableWriter {
            name: name.to_owned(),
            schema: Arc::clone(&schema),
            folder: self.options.scratch.join(format!("kept_{name}")),
            max_bytes: self.options.memory_limit.get() / 100 * KEPT_PERCENT,
            context: self.context.task_ctx(),
        };
        writer.clear()?;
        let tasks: Vec<_> = streams
            .into_iter()
            .enumerate()
            .map(|(number, stream)| {
                let writer = writer.clone();
                datafusion::common::runtime::SpawnedTask::spawn(async move { writer.collect(number, stream).await })
            })
            .collect();
        let mut parts = Vec::with_capacity(tasks.len());
        for task in tasks {
            let stopped = |error| BrokenInvariant::new(format!("a task keeping {name} was stopped: {error}"));
            parts.push(task.join_unwind().await.map_err(stopped)??);
        }
        let rows = parts.iter().map(|part| part.rows).sum();
        self.register_kept(&writer, parts).await?;
        Ok(rows)
    }

    /// Reads a whole table once and keeps it as `name`. Returns the number of rows.
    ///
    /// # Errors
    /// Errors from scanning the table, or a full disk.
    pub async fn keep_table(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<u64, EngineError> {
        let scan = self.context.read_table(table)?.into_unoptimized_plan();
        self.keep(name, &scan).await
    }

    /// Registers rows that are already in memory and charges them to the limit.
    ///
    /// # Errors
    /// When the rows exceed the limit, or do not fit the schema.
    pub fn add_held(&self, name: &str, schema: SchemaRef, rows: Vec<RecordBatch>) -> Result<(), EngineError> {
        let charge = self.charge(&format!("kept table {name}"));
        charge.reservation.try_grow(rows.iter().map(RecordBatch::get_array_memory_size).sum())?;
        self.add_table(name, Arc::new(KeptTable::new(schema, vec![rows], vec![Arc::new(charge.reservation)])))
    }

    /// A memory account for something held outside a query.
    pub fn charge(&self, name: &str) -> Charge {
        let task = self.context.task_ctx();
        Charge { reservation: MemoryConsumer::new(name).register(task.memory_pool()) }
    }

    async fn register_kept(&self, writer: &KeptTableWriter, parts: Vec<Part>) -> Result<(), EngineError> {
        if parts.iter().all(|part| part.file.is_none()) {
            let reservations = parts.iter().map(|part| Arc::clone(&part.reservation)).collect();
            let rows = parts.into_iter().map(|part| part.batches).collect();
            return self
                .add_table(&writer.name, Arc::new(KeptTable::new(Arc::clone(&writer.schema), rows, reservations)));
        }
        // Part of the table is already on disk. The rest joins it, so that one scan reads all of it.
        for (number, part) in parts.into_iter().enumerate() {
            if part.file.is_none() && !part.batches.is_empty() {
                let mut file = writer.open(number)?;
                for batch in &part.batches {
                    file.write(batch)?;
                }
                file.close()?;
            }
        }
        self.add_parquet(&writer.name, &format!("{}/", writer.folder.display()), Arc::clone(&writer.schema)).await
    }
}

/// Memory charged to the limit until dropped.
pub struct Charge {
    reservation: MemoryReservation,
}

impl Charge {
    /// Sets the number of bytes held.
    ///
    /// # Errors
    /// When the limit would be exceeded.
    pub fn resize(&self, bytes: usize) -> Result<(), EngineError> {
        Ok(self.reservation.try_resize(bytes)?)
    }
}

/// Collects the rows of a kept table, one part per stream.
#[derive(Clone)]
struct KeptTableWriter {
    name: String,
    schema: SchemaRef,
    folder: PathBuf,
    max_bytes: u64,
    context: Arc<datafusion::execution::TaskContext>,
}

struct Part {
    batches: Vec<RecordBatch>,
    reservation: Arc<MemoryReservation>,
    file: Option<PathBuf>,
    rows: u64,
}

impl KeptTableWriter {
    async fn collect(&self, number: usize, mut stream: SendableRecordBatchStream) -> Result<Part, EngineError> {
        let pool = self.context.memory_pool();
        let reservation = MemoryConsumer::new(format!("kept table {}", self.name)).register(pool);
        let mut part = Part { batches: Vec::new(), reservation: Arc::new(reservation), file: None, rows: 0 };
        let mut writer: Option<ArrowWriter<File>> = None;
        while let Some(batch) = stream.next().await {
            let batch = batch?;
            part.rows += batch.num_rows() as u64;
            if let Some(writer) = &mut writer {
                writer.write(&batch)?;
                continue;
            }
            let size = batch.get_array_memory_size();
            let fits = (pool.reserved() + size) as u64 <= self.max_bytes && part.reservation.try_grow(size).is_ok();
            part.batches.push(batch);
            if !fits {
                let mut file = self.open(number)?;
                for batch in part.batches.drain(..) {
                    file.write(&batch)?;
                }
                part.reservation.free();
                part.file = Some(self.path(number));
                writer = Some(file);
            }
        }
        if let Some(writer) = writer {
            writer.close()?;
        }
        Ok(part)
    }

    /// Removes anything an earlier attempt left.
    fn clear(&self) -> Result<(), EngineError> {
        match std::fs::remove_dir_all(&self.folder) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(EngineError::Scratch { path: self.folder.display().to_string(), source })
            }
            _ => Ok(()),
        }
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("part-{number:05}.parquet"))
    }

    fn open(&self, number: usize) -> Result<ArrowWriter<File>, EngineError> {
        let path = self.path(number);
        let failed = |source| EngineError::Scratch { path: path.display().to_string(), source };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        let level = ZstdLevel::try_new(1)?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        Ok(ArrowWriter::try_new(file, Arc::clone(&self.schema), Some(properties))?)
    }
}
