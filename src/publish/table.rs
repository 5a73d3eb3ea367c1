//! Writes the sorted rows of one table as Parquet, and checks their order and key on the way.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, make_array};
use arrow::compute::kernels::cmp::{eq, gt};
use arrow::compute::{BatchCoalescer, and, concat, or};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::folders::create_private;
use super::{PublishError, SnapshotFile};
use crate::config::ModelFile;

/// Rows per batch passed to the encoder. Fixed, so that page boundaries, and therefore bytes, do not depend on how the
/// query splits its batches.
const BATCH_ROWS: usize = 8192;
/// Rows per row group: 10 to 30 MB of the tables here, small enough to skip by statistics.
const ROW_GROUP_ROWS: usize = 64 * BATCH_ROWS;
/// A larger dictionary is abandoned. Keys and amounts are nearly unique, and encoding a full megabyte of them (the
/// default) is wasted: a quarter less CPU and a sixth fewer bytes were measured.
const DICTIONARY_BYTES: usize = 64 << 10;
/// Rows per file.
const FILE_ROWS: usize = 16 * ROW_GROUP_ROWS;

/// A table staged by a run.
#[derive(Debug, Clone)]
pub struct StagedTable {
    pub name: String,
    /// The name of its folder, if that is another.
    pub published_as: Option<String>,
    pub folder: PathBuf,
    /// Whether it holds direct identifiers.
    pub restricted: bool,
    /// Its columns, with descriptions in their metadata.
    pub schema: SchemaRef,
    pub rows: u64,
    /// Its files, paths below the snapshot.
    pub files: Vec<SnapshotFile>,
    /// Rows whose key contains a null or equals another row's key.
    pub key_faults: u64,
}

/// Writes batches that arrive sorted by key.
pub struct TableWriter {
    table: StagedTable,
    key: Vec<usize>,
    last_key: Option<Vec<ArrayRef>>,
    coalescer: BatchCoalescer,
    properties: WriterProperties,
    file: Option<(ArrowWriter<BufWriter<File>>, PathBuf, usize)>,
}

impl TableWriter {
    /// A writer of table `name` into the existing `folder`. `properties` supplies key and descriptions.
    ///
    /// # Errors
    /// Invalid Parquet settings.
    pub fn new(name: &str, folder: PathBuf, schema: &SchemaRef, properties: &ModelFile) -> Result<Self, PublishError> {
        let schema = described(schema, properties);
        let key: Vec<usize> = properties.key.iter().filter_map(|column| schema.index_of(&column.value).ok()).collect();
        let sorting = key.iter().map(|index| SortingColumn {
            column_idx: i32::try_from(*index).unwrap_or(i32::MAX),
            descending: false,
            nulls_first: false,
        });
        let writer_properties = writer_properties(sorting.collect()).map_err(PublishError::parquet(&folder))?;
        let table = StagedTable {
            name: name.to_owned(),
            published_as: properties.publish_as.as_ref().map(|other| other.value.clone()),
            folder,
            restricted: properties.restricted,
            schema: Arc::clone(&schema),
            rows: 0,
            files: Vec::new(),
            key_faults: 0,
        };
        let coalescer = BatchCoalescer::new(schema, BATCH_ROWS);
        Ok(Self { table, key, last_key: None, coalescer, properties: writer_properties, file: None })
    }

    /// Writes the next rows.
    ///
    /// # Errors
    /// Rows that do not fit the schema, or a full disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), PublishError> {
        let named = RecordBatch::try_new(Arc::clone(&self.table.schema), batch.columns().to_vec());
        let pushed = named.and_then(|batch| self.coalescer.push_batch(batch));
        pushed.map_err(|error| self.failed(error.into()))?;
        self.drain()
    }

    /// Writes the remaining rows and closes the last file. A table without rows becomes one empty file.
    ///
    /// # Errors
    /// A full disk.
    pub fn finish(mut self) -> Result<StagedTable, PublishError> {
        self.coalescer.finish_buffered_batch().map_err(|error| self.failed(error.into()))?;
        self.drain()?;
        if self.table.files.is_empty() && self.file.is_none() {
            self.open()?;
        }
        self.close()?;
        Ok(self.table)
    }

    fn drain(&mut self) -> Result<(), PublishError> {
        while let Some(batch) = self.coalescer.next_completed_batch() {
            let batch = without_idle_nulls(&batch).map_err(|error| self.failed(error.into()))?;
            let disorder = self.prove_key(&batch).map_err(|error| self.failed(error.into()))?;
            if disorder > 0 {
                return Err(PublishError::Unsorted { table: self.table.name.clone() });
            }
            self.table.rows += batch.num_rows() as u64;
            if self.file.is_none() {
                self.open()?;
            }
            let Some((writer, path, rows)) = &mut self.file else { continue };
            writer.write(&batch).map_err(PublishError::parquet(path))?;
            *rows += batch.num_rows();
            if *rows >= FILE_ROWS {
                self.close()?;
            }
        }
        Ok(())
    }

    /// Counts the rows whose key contains a null or equals that of the previous row. Returns how many rows have a
    /// greater key than the row after them. Readers skip by the order declared in the files' metadata, and equal keys
    /// are adjacent in sorted rows.
    fn prove_key(&mut self, batch: &RecordBatch) -> Result<usize, ArrowError> {
        if self.key.is_empty() || batch.num_rows() == 0 {
            return Ok(0);
        }
        let columns: Vec<ArrayRef> = self.key.iter().map(|index| Arc::clone(batch.column(*index))).collect();
        let nulls: usize = columns.iter().map(|column| column.null_count()).sum();
        let (mut greater, mut equal) = neighbours(&columns)?;
        if let Some(last) = &self.last_key {
            let border =
                last.iter().zip(&columns).map(|(last, first)| concat(&[last.as_ref(), first.slice(0, 1).as_ref()]));
            let at_border = neighbours(&border.collect::<Result<Vec<_>, _>>()?)?;
            (greater, equal) = (greater + at_border.0, equal + at_border.1);
        }
        self.table.key_faults += (equal + nulls) as u64;
        let end = batch.num_rows() - 1;
        // Copied: a slice would keep the whole batch in memory.
        let last =
            columns.iter().map(|column| concat(&[column.slice(end, 1).as_ref()])).collect::<Result<Vec<_>, _>>()?;
        self.last_key = Some(last);
        Ok(greater)
    }

    fn open(&mut self) -> Result<(), PublishError> {
        let path = self.table.folder.join(format!("part-{:05}.parquet", self.table.files.len()));
        let created = if self.table.restricted { create_private(&path) } else { File::create(&path) };
        let file = created.map_err(PublishError::io("create", &path))?;
        let schema = Arc::clone(&self.table.schema);
        let writer = ArrowWriter::try_new(BufWriter::new(file), schema, Some(self.properties.clone()));
        self.file = Some((writer.map_err(PublishError::parquet(&path))?, path, 0));
        Ok(())
    }

    fn close(&mut self) -> Result<(), PublishError> {
        let Some((writer, path, rows)) = self.file.take() else { return Ok(()) };
        let buffered = writer.into_inner().map_err(PublishError::parquet(&path))?;
        let flushed = buffered.into_inner().map_err(std::io::IntoInnerError::into_error);
        let file = flushed.map_err(PublishError::io("write", &path))?;
        file.sync_all().map_err(PublishError::io("write", &path))?;
        let bytes = file.metadata().map_err(PublishError::io("read", &path))?.len();
        let name = self.table.published_as.as_deref().unwrap_or(&self.table.name);
        let folder = super::folders::relative_folder(name, self.table.restricted);
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        let path = folder.join(name).display().to_string();
        self.table.files.push(SnapshotFile { path, rows: rows as u64, bytes });
        Ok(())
    }

    fn failed(&self, source: parquet::errors::ParquetError) -> PublishError {
        PublishError::Parquet { path: self.table.folder.clone(), source }
    }
}

/// How all files of tables are written.
pub(super) fn writer_properties(
    sorting: Vec<SortingColumn>,
) -> Result<WriterProperties, parquet::errors::ParquetError> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_sorting_columns(Some(sorting))
        .set_created_by(concat!("lojal ", env!("CARGO_PKG_VERSION")).to_owned())
        .build())
}

/// The batch without null buffers that mark no nulls. Whether such a buffer exists depends on how the query splits its
/// batches, and the encoder splits pages differently with one.
fn without_idle_nulls(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.nulls() {
        Some(nulls) if nulls.null_count() == 0 => Ok(make_array(column.to_data().into_builder().nulls(None).build()?)),
        _ => Ok(Arc::clone(column)),
    });
    RecordBatch::try_new(batch.schema(), columns.collect::<Result<Vec<_>, ArrowError>>()?)
}

/// How many rows have a greater key than the next row, and how many the same key. A null never equals anything.
fn neighbours(key: &[ArrayRef]) -> Result<(usize, usize), ArrowError> {
    let mut greater: Option<BooleanArray> = None;
    let mut equal: Option<BooleanArray> = None;
    for column in key {
        let pairs = column.len() - 1;
        let (these, next) = (column.slice(0, pairs), column.slice(1, pairs));
        let (column_greater, column_equal) = (gt(&these, &next)?, eq(&these, &next)?);
        (greater, equal) = match (greater, equal) {
            (Some(greater), Some(equal)) => {
                (Some(or(&greater, &and(&equal, &column_greater)?)?), Some(and(&equal, &column_equal)?))
            }
            _ => (Some(column_greater), Some(column_equal)),
        };
    }
    let count = |mask: Option<BooleanArray>| mask.map_or(0, |mask| mask.true_count());
    Ok((count(greater), count(equal)))
}

/// The schema with the table's and the columns' descriptions as metadata.
fn described(schema: &SchemaRef, properties: &ModelFile) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| {
            let field = Field::new(field.name(), field.data_type().clone(), field.is_nullable());
            let Some(column) = properties.columns.get(field.name().as_str()) else { return field };
            let description = Some(one_line(&column.description)).filter(|text| !text.is_empty());
            let additivity = column.additivity.as_ref().map(|additivity| additivity.value.to_string());
            let facts = [
                ("description", description),
                ("unit", column.unit.clone()),
                ("additivity", additivity),
                ("window", column.window.clone()),
            ];
            let facts = facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?)));
            field.with_metadata(facts.collect())
        })
        .collect();
    let metadata = [("description".to_owned(), one_line(&properties.description))].into();
    Arc::new(Schema::new(fields).with_metadata(metadata))
}

/// YAML's folded texts end with a line break; metadata does not.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::DataType;

    use super::*;
    use crate::config::Located;

    fn staged(batches: &[&[(Option<i64>, &str)]]) -> StagedTable {
        written(&["id"], batches).unwrap()
    }

    fn written(key: &[&str], batches: &[&[(Option<i64>, &str)]]) -> Result<StagedTable, PublishError> {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, true),
            Field::new("name", DataType::Utf8, true),
        ]));
        let key = key.iter().map(|name| Located::nowhere((*name).to_owned())).collect();
        let properties = ModelFile { key, ..ModelFile::default() };
        let mut writer = TableWriter::new("t", folder.path().to_owned(), &schema, &properties).unwrap();
        for rows in batches {
            let ids: Int64Array = rows.iter().map(|row| row.0).collect();
            let names: StringArray = rows.iter().map(|row| Some(row.1)).collect();
            let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(ids), Arc::new(names)]).unwrap();
            writer.write(&batch)?;
        }
        writer.finish()
    }

    #[test]
    fn rows_out_of_order_are_rejected_within_and_across_batches() {
        let long: Vec<(Option<i64>, &str)> = (0..BATCH_ROWS as i64).map(|id| (Some(id), "a")).collect();
        let after: &[(Option<i64>, &str)] = &[(Some(BATCH_ROWS as i64 - 2), "a")];
        let short: &[(Option<i64>, &str)] = &[(Some(2), "a"), (Some(1), "b")];
        for batches in [vec![short], vec![&long, after]] {
            let refused = written(&["id"], &batches);
            assert!(matches!(refused, Err(PublishError::Unsorted { .. })));
        }
        assert!(written(&["id", "name"], &[&[(Some(1), "a"), (Some(1), "b"), (Some(2), "a")]]).is_ok());
        assert!(written(&["id", "name"], &[&[(Some(1), "b"), (Some(1), "a")]]).is_err());
    }

    #[test]
    fn a_repeated_key_is_counted_across_batches() {
        let table = staged(&[&[(Some(1), "a"), (Some(2), "b")], &[(Some(2), "c"), (Some(3), "d"), (Some(3), "e")]]);
        assert_eq!((table.rows, table.key_faults), (5, 2));
    }

    #[test]
    fn a_null_in_the_key_is_counted() {
        assert_eq!(staged(&[&[(Some(1), "a"), (None, "b")]]).key_faults, 1);
    }

    #[test]
    fn batch_boundaries_do_not_change_the_bytes() {
        let names: StringArray =
            (0..60_000).map(|row| (row < 50_000).then_some(if row % 3 == 0 { "store" } else { "web" })).collect();
        let schema = Arc::new(Schema::new(vec![Field::new("name", DataType::Utf8, true)]));
        let rows = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(names)]).unwrap();
        let bytes = |cut: usize| {
            let folder = tempfile::tempdir().unwrap();
            let mut writer = TableWriter::new("t", folder.path().to_owned(), &schema, &ModelFile::default()).unwrap();
            for start in (0..rows.num_rows()).step_by(cut) {
                writer.write(&rows.slice(start, cut.min(rows.num_rows() - start))).unwrap();
            }
            writer.finish().unwrap();
            std::fs::read(folder.path().join("part-00000.parquet")).unwrap()
        };
        let whole = bytes(rows.num_rows());
        for cut in [1, 1000, BATCH_ROWS, 20_000] {
            assert!(bytes(cut) == whole, "batches of {cut} rows");
        }
    }

    #[test]
    fn a_table_without_rows_is_one_file() {
        let table = staged(&[]);
        assert_eq!((table.rows, table.files.len()), (0, 1));
    }
}
