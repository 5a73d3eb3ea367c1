//! Finds a table of the current snapshot for the next run, and checks its columns against the pipeline's declaration.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{PublishError, Warehouse};
use crate::source::EarlierTable;

/// A published table that a later run reads.
#[derive(Debug)]
pub struct EarlierRows {
    /// Folder with its files.
    pub folder: PathBuf,
    /// How many rows it has.
    pub rows: u64,
}

impl Warehouse {
    /// The table in the current snapshot; `None` if there is no snapshot or it does not contain the table.
    ///
    /// # Errors
    /// A snapshot or file that cannot be read, or columns that differ from the declaration.
    pub async fn earlier_table(&self, wanted: &EarlierTable) -> Result<Option<EarlierRows>, PublishError> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        let Some(table) = snapshot.tables.get(&wanted.table) else { return Ok(None) };
        let Some(first) = table.files.first() else { return Ok(None) };
        let folder = self.table_folder(&snapshot, &wanted.table).await?;
        let path = folder.join(Path::new(&first.path).file_name().unwrap_or_default());
        let file = File::open(&path).map_err(PublishError::io("read", &path))?;
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(PublishError::unreadable(&path))?;
        let found = reader.schema();
        for column in &wanted.columns {
            let fault = match found.field_with_name(&column.name) {
                Ok(field) if *field.data_type() == column.ty.data_type() => continue,
                Ok(field) => format!("its column {} is {}, not {}", column.name, field.data_type(), column.ty),
                Err(_) if column.optional => continue,
                Err(_) => format!("it has no column {}", column.name),
            };
            return Err(PublishError::OtherShape { table: wanted.table.clone(), run_id: snapshot.run_id, fault });
        }
        Ok(Some(EarlierRows { folder, rows: table.rows }))
    }
}
