//! Rejected rows, set aside as Parquet with their origin: source, file, line, byte offset, column, rule, reason, raw text.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::csv::Reject;

/// Rejected text held in memory before it is written out.
const BUFFER_BYTES: usize = 16 << 20;

/// Rejected rows of one source.
#[derive(Debug)]
pub(super) struct Quarantine {
    source: String,
    folder: PathBuf,
    rows: Vec<(usize, Reject)>,
    bytes: usize,
    files: usize,
    first: Option<(usize, Reject)>,
}

impl Quarantine {
    pub(super) fn new(source: &str, folder: PathBuf) -> Self {
        Self { source: source.to_owned(), folder, rows: Vec::new(), bytes: 0, files: 0, first: None }
    }

    /// The folder they are written to.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The first rejected row, by file and line.
    pub(super) fn first(&self) -> Option<&(usize, Reject)> {
        self.first.as_ref()
    }

    /// Takes rejects of file number `file`.
    pub(super) fn add(&mut self, file: usize, rejects: Vec<Reject>, names: &[PathBuf]) -> Result<(), QuarantineError> {
        for reject in rejects {
            if self.first.as_ref().is_none_or(|(at, first)| (file, reject.byte_offset) < (*at, first.byte_offset)) {
                self.first = Some((file, reject.clone()));
            }
            self.bytes += reject.raw.len() + reject.reason.len() + 64;
            self.rows.push((file, reject));
        }
        if self.bytes > BUFFER_BYTES { self.write(names) } else { Ok(()) }
    }

    /// Writes what is held, in the order of files and lines.
    pub(super) fn write(&mut self, names: &[PathBuf]) -> Result<(), QuarantineError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rows.sort_by_key(|(file, reject)| (*file, reject.byte_offset));
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        let batch = self.batch(&rows, names)?;
        let root = self.folder.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(&self.folder).and_then(|()| close_to_others(root))?;
        let file = File::create(self.folder.join(format!("part-{:05}.parquet", self.files)))?;
        self.files += 1;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(())
    }

    fn batch(&self, rows: &[(usize, Reject)], names: &[PathBuf]) -> Result<RecordBatch, QuarantineError> {
        let text = |pick: &dyn Fn(&(usize, Reject)) -> Option<String>| {
            Arc::new(rows.iter().map(pick).collect::<StringArray>()) as _
        };
        let number = |pick: fn(&Reject) -> u64| {
            Arc::new(rows.iter().map(|(_, reject)| i64::try_from(pick(reject)).ok()).collect::<Int64Array>()) as _
        };
        let file_name = |file: usize| names.get(file).map(|path| path.display().to_string());
        let batch = RecordBatch::try_new(
            schema(),
            vec![
                text(&|_| Some(self.source.clone())),
                text(&|(file, _)| file_name(*file)),
                number(|reject| reject.line),
                number(|reject| reject.byte_offset),
                text(&|(_, reject)| reject.column.clone()),
                text(&|(_, reject)| Some(reject.rule.as_str().to_owned())),
                text(&|(_, reject)| Some(reject.reason.clone())),
                text(&|(_, reject)| Some(reject.raw.clone())),
            ],
        );
        Ok(batch?)
    }
}

/// Raw rows may hold direct identifiers.
fn close_to_others(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    Arc::new(Schema::new(vec![
        text("source"),
        text("file"),
        number("line"),
        number("byte_offset"),
        text("column"),
        text("rule"),
        text("reason"),
        text("raw"),
    ]))
}

/// Rejected rows that could not be set aside.
#[derive(Debug, thiserror::Error)]
pub(super) enum QuarantineError {
    #[error("rejected rows could not be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("rejected rows could not be written: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("rejected rows could not be written: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}
