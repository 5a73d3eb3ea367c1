//! Tables of the last snapshot that SQL may read. `plan` checks what is declared about them, and `publish` finds them.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};

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
    pub ty: ColumnType,
    /// Whether a snapshot may lack it.
    pub optional: bool,
}

impl EarlierTable {
    /// Names and types of its columns.
    pub fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|column| Field::new(&column.name, column.ty.data_type(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}
