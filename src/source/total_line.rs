//! The line that ends every file of a source and states what the file should contain.

use super::Source;
use crate::config::{CheckSeverity, Format, TotalLineFile};

/// A checked total line.
#[derive(Debug, Clone)]
pub struct TotalLine {
    /// Regular expression that it matches.
    pub pattern: String,
    /// The group with the number of records; `None`: not compared.
    pub rows: Option<String>,
    /// What else is compared.
    pub sums: Vec<TotalSum>,
    /// Whether every file must have it.
    pub required: bool,
    /// The effect of a difference.
    pub on_difference: CheckSeverity,
}

/// A sum that the total line states.
#[derive(Debug, Clone)]
pub struct TotalSum {
    /// The group that states it.
    pub group: String,
    /// Indexes of the columns whose product is summed up.
    pub columns: Vec<usize>,
}

impl Source {
    /// The columns of each sum that total lines state.
    pub fn total_columns(&self) -> Vec<Vec<usize>> {
        let sums = self.total_line.iter().flat_map(|total| &total.sums);
        sums.map(|sum| sum.columns.clone()).collect()
    }
}

/// The total line that a format declares.
pub fn declared_total(format: &Format) -> Option<&TotalLineFile> {
    match format {
        Format::Csv(csv) => csv.total_line.as_ref(),
        Format::FixedWidth(fixed) => fixed.total_line.as_ref(),
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) | Format::Xlsx(_) => None,
    }
}
