//! A source whose files were found and whose columns match the declaration: everything that reading it needs and nothing
//! that reading changes.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::error::ArrowError;
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::correction::Corrections;
use super::error::{ExtractError, ExtractFault};
use super::extract_file::ExtractFile;
use super::files::{Surroundings, unreadable};
use super::frame::Format;
use super::ledger::FileCount;
use super::quarantine::Origin;
use super::rows::{CellValue, FromFile, Layout, RowPlace, RowPromises, RowRules};
use crate::config::{self, Scalar};
use crate::identifying::may_identify;
use crate::source::{ColumnType, Input, Source};
use crate::store::{FaultKind, RemoteFault};

/// The facts that the promises of a source are compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Basis {
    /// The as-of day.
    pub(super) as_of: Option<NaiveDate>,
    /// The pipeline's zone.
    pub(super) zone: Tz,
    /// The source's files in the last snapshot.
    pub(super) earlier: Vec<Input>,
}

/// A source that can be read.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its declaration.
    pub(super) source: Source,
    /// The reader of its files.
    pub(super) format: Arc<dyn Format>,
    /// How its rows are judged.
    pub(super) rules: Arc<RowRules>,
    /// The files to read, in delivery order.
    pub(super) files: Vec<ExtractFile>,
    /// The number of each file's delivery, in their order.
    pub(super) deliveries: Vec<u32>,
    /// Files of the source that are not read.
    pub(super) unread: Vec<FileCount>,
    /// Files that are not read because others have the same bytes.
    pub(super) compared: Vec<ExtractFile>,
    /// All files that its path matches, and what lies beside them.
    pub(super) place: Surroundings,
    /// The positions of the declared columns in the rows of each file.
    pub(super) layouts: Vec<Arc<Layout>>,
    /// Rows of all files, where these state them.
    pub(super) stated_rows: Option<usize>,
    /// What its promises are compared with.
    pub(super) basis: Basis,
    /// The corrections of rejected rows.
    pub(super) corrections: Option<Corrections>,
    /// Where rejected rows go.
    pub(super) quarantine: Origin,
    /// Whether its rows are only looked at: what would end a run is a warning then.
    pub(super) is_looked_at: bool,
}

impl Opened {
    /// The promises about its rows.
    pub(super) fn promises(&self) -> Option<&Arc<RowPromises>> {
        self.rules.promises()
    }

    /// Estimated rows: the planner uses them to choose the side of a join that is hashed.
    pub(super) fn estimated_rows(&self) -> usize {
        /// Bytes of a row in the extracts seen so far; only the order of magnitude matters.
        const ROW_BYTES: u64 = 100;
        let bytes: u64 = self.files.iter().map(|file| file.input.bytes).sum();
        self.stated_rows.unwrap_or_else(|| usize::try_from(bytes / ROW_BYTES + 1).unwrap_or(usize::MAX))
    }

    /// Number and delivery day of a file.
    pub(super) fn origin_of(&self, number: usize) -> FromFile {
        let day = self.files.get(number).and_then(|file| file.input.delivery_day);
        FromFile { number, delivery: self.delivery_of(number), day }
    }

    /// The number of a file's delivery. Files of one declared day belong together; without one, each file is a delivery.
    pub(super) fn delivery_of(&self, file: usize) -> u32 {
        self.deliveries.get(file).copied().unwrap_or_default()
    }

    /// The columns that date a row.
    pub(super) fn clocks(&self) -> Vec<usize> {
        let limited = self.promises().map(|promises| promises.limits.as_slice()).unwrap_or_default();
        let mut columns: Vec<usize> = limited.iter().map(|(column, _)| *column).chain(self.source.event_time).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The day of a value in a date or timestamp column.
    pub(super) fn day_of(&self, column: usize, value: i64) -> Option<NaiveDate> {
        let value = match self.source.columns.get(column)?.ty {
            ColumnType::Date => CellValue::Date(i32::try_from(value).ok()?),
            _ => CellValue::Timestamp(value),
        };
        self.promises()?.day_of(value)
    }

    /// A file's name in messages.
    pub(super) fn shown(&self, file: usize) -> PathBuf {
        self.files.get(file).map(|file| file.shown.clone()).unwrap_or_default()
    }

    /// A row's place in messages.
    pub(super) fn place(&self, (file, line): RowPlace) -> String {
        format!("{}:{line}", self.shown(file).display())
    }

    /// The name of a declared column.
    pub(super) fn column_name(&self, column: usize) -> &str {
        self.source.columns.get(column).map(|column| column.name.as_str()).unwrap_or_default()
    }

    /// Whether messages may quote a cell of a column. What may identify a person is quoted from no column.
    pub(super) fn may_quote(&self, column: usize, cell: &str) -> bool {
        let name = self.column_name(column);
        !cell.contains('@') && !may_identify(cell) && !self.source.personal.iter().any(|personal| personal == name)
    }

    /// Whether the types of a file's records are cells of a personal column.
    pub(super) fn has_personal_types(&self, file: usize) -> bool {
        let personal = &self.source.personal;
        let config::Format::Csv(csv) = &self.source.format else { return !personal.is_empty() };
        let Some(record) = &csv.record_type else { return false };
        let places = self.layouts.get(file).map(|layout| layout.places.as_slice()).unwrap_or_default();
        self.source.columns.iter().enumerate().any(|(number, spec)| {
            let is_it = match &record.column.value {
                Scalar::Int(place) => {
                    places.get(number).copied().flatten().is_some_and(|at| i64::try_from(at + 1) == Ok(*place))
                }
                name => spec.names().any(|known| known == name.to_string()),
            };
            is_it && personal.contains(&spec.name)
        })
    }

    /// Rows of a file that cannot be decoded.
    pub(super) fn undecodable(&self, file: usize, error: &ArrowError) -> ExtractError {
        ExtractError::undecodable(&self.source, self.shown(file), error)
    }

    /// Looks at its files again, once they have been read: rows of a file that changes meanwhile are of no version of it.
    ///
    /// # Errors
    /// A file that has changed since it was found, or cannot be looked at.
    pub(super) fn check_unchanged(&self) -> Result<(), ExtractError> {
        self.files.iter().chain(&self.compared).try_for_each(|file| {
            let change = file.stored.change().map_err(|error| unreadable(&self.source, &file.shown, error))?;
            change.map_or(Ok(()), |change| {
                Err(ExtractError::of(&self.source, ExtractFault::Changed(change)).at(&file.shown))
            })
        })
    }

    /// The change of a file, if it explains an error.
    pub(super) fn blame(&self, error: ExtractError) -> ExtractError {
        // A store that does not answer is not asked again.
        let is_silent = match &*error.fault {
            ExtractFault::Unreadable(cause) => {
                RemoteFault::inside(cause).is_some_and(|fault| fault.kind != FaultKind::NotFound)
            }
            _ => false,
        };
        if is_silent {
            return error;
        }
        match self.check_unchanged() {
            Err(changed) if matches!(*changed.fault, ExtractFault::Changed(_)) => changed,
            _ => error,
        }
    }

    /// What a reading of its files found out, if they are the same afterwards.
    ///
    /// # Errors
    /// That of the reading, or a file that has changed.
    pub(super) fn if_unchanged<T>(&self, found: Result<T, ExtractError>) -> Result<T, ExtractError> {
        let found = found.map_err(|error| self.blame(error))?;
        self.check_unchanged()?;
        Ok(found)
    }

    /// Its files and corrections, before they are read.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Input> {
        let corrections = self.corrections.iter().flat_map(|corrections| &corrections.inputs);
        self.files.iter().map(|file| &file.input).chain(corrections)
    }
}
