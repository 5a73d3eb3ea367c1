//! What a source is: its columns and their types, how its files are delivered, what it promises.
//!
//! `plan` checks a declaration and makes a [`Source`] of it; `extract` reads what it describes. Both speak of columns,
//! deliveries and promises in the words of this module.

mod as_of_bound;
mod century;
mod column;
mod column_type;
mod delivery;
mod delivery_day;
mod earlier;
mod id;
mod input;
mod promise;
mod record_path;
mod record_types;
mod total_line;
mod versions;

use arrow::datatypes::SchemaRef;

pub use as_of_bound::{AS_OF_BOUND, AsOfBound};
pub use century::CenturyRule;
pub use column::{Column, Reference, ValueForm, YEARS};
pub use column_type::{ColumnType, Nested, TYPES};
pub use delivery::Delivery;
pub use delivery_day::DayForm;
pub use earlier::{EarlierColumn, EarlierTable, EarlierType};
pub use id::IdForm;
pub use input::Input;
pub use promise::Promise;
pub use record_path::{PathError, RecordPath, parent_steps};
pub use record_types::OtherTypes;
pub use total_line::{TotalLine, TotalSum, declared_total};
pub use versions::VERSION_COLUMNS;
pub(crate) use versions::version_fields;

use crate::config::{
    CheckSeverity, Compression, Deduplicate, DeliveryMode, ExtraColumns, Format, FreshnessFile, MaxRejected, OnBadRow,
    OnRepeatedKey, ResolvedText, VolumeFile,
};

/// A checked source: everything that is needed to read it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the pipeline file, in messages and in published counts.
    pub name: String,
    /// The table that queries read: its name, or another one where a model has that name.
    pub table: String,
    /// What one row is.
    pub description: String,
    /// File or glob, references filled in.
    pub path: ResolvedText,
    /// Format of its files.
    pub format: Format,
    /// The record types of its files that are not its own.
    pub other_types: OtherTypes,
    /// The line that ends its files and states what they contain.
    pub total_line: Option<TotalLine>,
    /// How its files are compressed; `None`: by the ending of their names.
    pub compression: Option<Compression>,
    /// Glob of the members of zip archives that are read; `None`: all of them.
    pub members: Option<String>,
    /// Whether it may be absent or empty.
    pub optional: bool,
    /// Whether its absence deserves a warning.
    pub expected: bool,
    /// The columns and their rules, in declared order.
    pub columns: Vec<Column>,
    /// Names of the columns whose cells messages must not quote.
    pub personal: Vec<String>,
    /// Arrow schema of the columns.
    pub schema: SchemaRef,
    /// Index of the column that says when a row happened.
    pub event_time: Option<usize>,
    /// Which of several equal rows are loaded, if that is declared.
    pub deduplicate: Option<Deduplicate>,
    /// Indexes of the columns that identify a row; empty if none are named.
    pub key: Vec<usize>,
    /// Indexes of the columns, of the key if there is one, whose rows come again as a whole; empty if every row stands by
    /// itself.
    pub replaces: Vec<usize>,
    /// What two different rows with the same key do.
    pub on_repeated_key: OnRepeatedKey,
    /// How its files follow each other.
    pub delivery: Option<Delivery>,
    /// How old its newest data may be.
    pub freshness: Option<FreshnessFile>,
    /// The least number of rows.
    pub min_rows: Option<u64>,
    /// How far its row count may be from the earlier ones.
    pub volume: Option<VolumeFile>,
    /// Indexes of the columns whose product is the control total.
    pub amount: Vec<usize>,
    /// What undeclared columns do.
    pub extra_columns: ExtraColumns,
    /// What a row that breaks a rule does.
    pub on_bad_row: OnBadRow,
    /// How many rows may be rejected.
    pub max_rejected: MaxRejected,
}

impl Source {
    /// The columns whose rows come again as a whole; empty if each key stands by itself. A column that says which of two
    /// things a row is, such as a sale or a return, is one of them: a return under the number of the order replaces
    /// nothing of it.
    pub fn group(&self) -> Vec<usize> {
        let is_kind = |column: &&usize| self.columns.get(**column).is_some_and(|column| column.ty == ColumnType::Bool);
        let kinds = self.key.iter().filter(is_kind).filter(|column| !self.replaces.contains(*column));
        match self.replaces.is_empty() {
            true => Vec::new(),
            false => self.replaces.iter().chain(kinds).copied().collect(),
        }
    }

    /// Whether equal rows are found at all.
    pub fn compares_rows(&self) -> bool {
        self.deduplicate != Some(Deduplicate::Nothing)
    }

    /// Whether equal rows of one delivery are all loaded: without a key they may be facts.
    pub fn counts_equal_rows(&self) -> bool {
        self.key.is_empty() && matches!(self.deduplicate, None | Some(Deduplicate::ByDelivery))
    }

    /// Whether later rows replace earlier ones in the order of the files: those with their key, or those of their group.
    pub fn has_versions(&self) -> bool {
        let is_identified = !self.key.is_empty() || !self.replaces.is_empty();
        is_identified && !self.is_upsert() && self.on_repeated_key == OnRepeatedKey::Supersede
    }

    /// The effect of repeated values that are not versions.
    pub fn repeated_severity(&self) -> CheckSeverity {
        match self.on_repeated_key {
            OnRepeatedKey::Warn => CheckSeverity::Warn,
            OnRepeatedKey::Supersede | OnRepeatedKey::Error => CheckSeverity::Error,
        }
    }

    /// Whether its rows are declared as versions of their key, with their own order.
    pub fn is_upsert(&self) -> bool {
        self.delivery.as_ref().is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert)
    }
}
