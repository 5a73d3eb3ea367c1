//! A quarantine that cannot be written or read.

/// Rejected rows that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    /// A file operation failed.
    #[error("rejected rows could not be written or read: {0}")]
    Io(#[from] std::io::Error),
    /// A file is not valid Parquet.
    #[error("rejected rows could not be written or read: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Rows with different schemas.
    #[error("rejected rows could not be written or read: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}
