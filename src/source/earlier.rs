//! Tables of the last snapshot that SQL may read. `plan` checks what is declared about them, and `publish` finds them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::ColumnType;

/// A checked table of the last snapshot.
#[derive(Debug, Clone)]
pub struct EarlierTable {
    /// Name under which SQL reads it.
    pub name: String,
    /// What one row is.
    pub description: String,
    /// The published table.
    pub table: String,
    /// Its columns, in declared order.
    pub columns: Vec<EarlierColumn>,
}

/// A column of an earlier table.
#[derive(Debug, Clone)]
pub struct EarlierColumn {
    /// Its name.
    pub name: String,
    /// The type of its cells.
    pub ty: EarlierType,
    /// Whether a snapshot may lack it.
    pub optional: bool,
}

/// The type of a column of an earlier table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierType {
    /// One that sources have, too.
    Cell(ColumnType),
    /// A floating-point number (`Float64`), which only queries make.
    Double,
}

impl EarlierType {
    /// Its name in YAML, for the type that sources do not have.
    pub const DOUBLE: &str = "double";

    /// The Arrow type.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Cell(ty) => ty.data_type(),
            Self::Double => DataType::Float64,
        }
    }
}

impl std::fmt::Display for EarlierType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cell(ty) => ty.fmt(f),
            Self::Double => f.write_str(Self::DOUBLE),
        }
    }
}

impl EarlierTable {
    /// Names and types of its columns.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|column| Field::new(&column.name, column.ty.data_type(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}
