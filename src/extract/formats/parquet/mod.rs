//! Parquet. The row groups are the pieces of a file. Columns of the declared type are handed over as they are; all
//! others as text. A row's place is its number in the file.

mod array;
mod int96;
mod nested;
mod pages;
mod path;
mod text;
pub(crate) mod view;
#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};

use self::int96::FinerTimes;
use self::nested::marked_fields;
use self::pages::GroupPages;
use self::path::at_path;
use crate::extract::extract_file::ExtractFile;
use crate::extract::frame::{FileColumns, Format, FormatError, Pages, Piece, Pieces, Wanted};
use crate::extract::rows::as_declared;
use crate::invisible::{as_seen, is_named};
use crate::source::Column;
use crate::store::Stored;

/// Rows read at a time.
const BATCH_ROWS: usize = 8192;

/// The files of a source.
#[derive(Debug)]
pub(super) struct Parquet {
    columns: Arc<[Column]>,
}

impl Parquet {
    pub(super) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.into() }
    }
}

impl Format for Parquet {
    /// A nested column that is declared or an alias is named by its path.
    fn columns(&self, file: &ExtractFile) -> Result<FileColumns, FormatError> {
        let unfit = |error: ArrowError| FormatError::Header(error.to_string());
        let metadata = metadata(&file.stored).map_err(unfit)?;
        let schema = known_schema(metadata.schema(), &self.columns);
        let fields = schema.fields();
        let empty = RecordBatch::new_empty(Arc::clone(&schema));
        let declared: Vec<&str> = self.columns.iter().flat_map(Column::names).collect();
        let (mut paths, mut roots) = (Vec::new(), Vec::new());
        for name in declared.iter().copied() {
            if fields.find(name).is_none() && at_path(&empty, fields, name).map_err(unfit)?.is_some() {
                roots.push(name.split('.').next().unwrap_or_default());
                paths.push(name.to_owned());
            }
        }
        // A column is not undeclared if a value inside it is declared.
        let is_whole = |name: &&String| !roots.contains(&name.as_str()) || declared.contains(&name.as_str());
        let whole = fields.iter().map(|field| field.name()).filter(is_whole);
        let names = whole.cloned().chain(paths.iter().cloned()).collect();
        let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).ok();
        Ok(FileColumns::Named { names, rows, remarks: Vec::new() })
    }

    fn open(&self, file: &ExtractFile) -> Result<Box<dyn Pieces>, FormatError> {
        let metadata = metadata(&file.stored).map_err(|error| FormatError::Content(error.to_string()))?;
        let (columns, stored) = (Arc::clone(&self.columns), file.stored.clone());
        Ok(Box::new(Groups { columns, stored, metadata, next: 0, first_row: 1 }))
    }
}

/// The columns of a file under the names that are declared for them: names that look alike are one name.
fn known_schema(schema: &SchemaRef, columns: &[Column]) -> SchemaRef {
    let own: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let mut known = as_declared(&own, columns);
    let roots = columns.iter().flat_map(Column::names).filter_map(|name| name.split_once('.').map(|(root, _)| root));
    for root in roots.filter(|root| !own.iter().any(|name| name == root)) {
        let seen = as_seen(root);
        let mut alike = known.iter_mut().filter(|name| is_named(name.as_bytes(), &seen));
        if let (Some(name), None) = (alike.next(), alike.next()) {
            root.clone_into(name);
        }
    }
    if known == own {
        return Arc::clone(schema);
    }
    let fields = schema.fields().iter().zip(known).map(|(field, name)| Field::clone(field).with_name(name));
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// The columns that have another name in the file: that name and the known one.
fn renamed(own: &SchemaRef, known: &SchemaRef) -> Vec<(String, String)> {
    let names = own.fields().iter().zip(known.fields()).map(|(own, known)| (own.name().clone(), known.name().clone()));
    names.filter(|(own, known)| own != known).collect()
}

fn metadata(stored: &Stored) -> Result<ArrowReaderMetadata, ArrowError> {
    int96::in_micros(ArrowReaderMetadata::load(stored, Default::default())?)
}

/// The row groups of a file.
struct Groups {
    columns: Arc<[Column]>,
    stored: Stored,
    metadata: ArrowReaderMetadata,
    next: usize,
    /// Number in the file of the next group's first row.
    first_row: u64,
}

impl Pieces for Groups {
    fn next_piece(&mut self) -> Result<Option<Box<dyn Piece>>, FormatError> {
        let Some(group) = self.metadata.metadata().row_groups().get(self.next) else { return Ok(None) };
        let piece = RowGroup {
            columns: Arc::clone(&self.columns),
            stored: self.stored.clone(),
            metadata: self.metadata.clone(),
            number: self.next,
            first_row: self.first_row,
        };
        self.next += 1;
        self.first_row += u64::try_from(group.num_rows()).unwrap_or(0);
        Ok(Some(Box::new(piece)))
    }
}

/// One row group of one file.
struct RowGroup {
    columns: Arc<[Column]>,
    stored: Stored,
    metadata: ArrowReaderMetadata,
    number: usize,
    first_row: u64,
}

impl Piece for RowGroup {
    fn pages(self: Box<Self>, wanted: Wanted<'_>, _: usize) -> Result<Box<dyn Pages>, ArrowError> {
        let is_wanted = |at: usize| !matches!(wanted, Wanted::Only(only) if !only.contains(&at));
        let finer = FinerTimes::open(&self.stored, &self.metadata, self.number, BATCH_ROWS)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.stored, self.metadata);
        let schema = known_schema(builder.schema(), &self.columns);
        let fields = marked_fields(schema.fields(), builder.parquet_schema());
        let renamed = renamed(builder.schema(), &schema);
        let mask = match wanted {
            Wanted::All => ProjectionMask::all(),
            _ => {
                let roots = schema.fields().iter().enumerate().filter(|(_, field)| {
                    let is_root = |name: &str| {
                        name == field.name() || name.split('.').next().is_some_and(|root| root == field.name())
                    };
                    let mut wanted = self.columns.iter().enumerate().filter(|(at, _)| is_wanted(*at));
                    wanted.any(|(_, column)| column.names().any(is_root))
                });
                ProjectionMask::roots(builder.parquet_schema(), roots.map(|(at, _)| at))
            }
        };
        let reader = builder.with_row_groups(vec![self.number]).with_projection(mask).with_batch_size(BATCH_ROWS);
        let read: Vec<bool> = (0..self.columns.len()).map(is_wanted).collect();
        let with_undeclared = matches!(wanted, Wanted::All);
        let reader = reader.build()?;
        let pages = GroupPages::new(self.columns, fields, reader, read, with_undeclared, self.first_row);
        Ok(Box::new(pages.with_finer(finer).with_renamed(renamed)))
    }
}
