//! Reads files through the extract reader with a drafted declaration, as a run would.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use indexmap::IndexMap;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::draft::SourceDraft;
use super::error::InferError;
use super::yaml;
use crate::config::{self, MaxRejected};
use crate::diagnostics::SourceText;
use crate::extract::{Extracts, Means, MovedRows, OpenOptions, SourceCount};
use crate::identifying::may_identify;
use crate::invariant::BrokenInvariant;
use crate::plan;
use crate::source::Source;

/// The rows named for each kind of fault.
const ROWS_NAMED: usize = 3;
/// The most rejected rows whose places are kept.
const MOST_PLACES: usize = 10_000;

/// In place of a reason that may quote personal data.
pub(super) const NOT_SHOWN: &str = "a value that is not shown";

/// A draft that was checked as a pipeline is.
pub(super) struct Declared {
    sources: IndexMap<String, Source>,
    source: Source,
}

/// What the extract reader found.
pub(super) struct Reading {
    pub(super) count: SourceCount,
    pub(super) faults: Vec<Fault>,
    /// File and line of the rejected rows, as far as they are kept.
    pub(super) lines: HashSet<(String, u64)>,
    pub(super) warnings: Vec<String>,
}

/// Faults of one column that break the same rule.
pub(super) struct Fault {
    /// Empty if the whole record is at fault.
    pub(super) column: String,
    pub(super) rule: String,
    pub(super) rows: u64,
    /// The first of them: file and line, and the reason.
    pub(super) first: Vec<(String, String)>,
}

impl Declared {
    /// # Errors
    /// A block that is not a valid pipeline.
    pub(super) fn new(draft: &SourceDraft) -> Result<Self, InferError> {
        let block = yaml::block(std::slice::from_ref(draft));
        let text = format!(
            "name: inferred\ndescription: Inferred from its files\ntime_zone: UTC\nbase_currency: EUR\n\n{block}"
        );
        let text = SourceText::new("inferred.yml", text);
        let (file, texts) = config::parse(&text).map_err(InferError::Block)?;
        let mut sources = plan::sources_of(&file, &texts).map_err(InferError::Block)?;
        let source = sources.get_mut(&draft.name);
        let source = source.ok_or_else(|| BrokenInvariant::new("the block of a source declares the source"))?;
        source.max_rejected = MaxRejected::PartsPerMillion(1_000_000);
        source.optional = true;
        let source = source.clone();
        Ok(Self { sources, source })
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Reads the files. Rejected rows may contain personal data, so they are removed from `scratch`.
    ///
    /// # Errors
    /// Files that cannot be read with the declaration.
    pub(super) async fn read(&self, project: &Path, scratch: &Path) -> Result<Reading, InferError> {
        let folder = scratch.join(format!("lojal-infer-{}", uuid::Uuid::new_v4().simple()));
        let options = OpenOptions {
            project,
            time_zone: chrono_tz::UTC,
            quarantine: folder.clone(),
            run_id: "infer",
            corrections: Vec::new(),
            all: &self.sources,
            earlier: &[],
        };
        let reading = async {
            let extracts = Extracts::open(&[&self.source], None, &options)?;
            extracts.drain(&Means::new(1, None)).await?;
            let count = extracts.source_counts().into_iter().next().unwrap_or_default();
            let (faults, lines) = faults(&folder.join(&self.source.name), !self.source.personal.is_empty())?;
            Ok(Reading {
                count,
                faults,
                lines,
                warnings: extracts.warnings.iter().map(|warning| warning.text.clone()).collect(),
            })
        };
        let reading = reading.await;
        let _ = std::fs::remove_dir_all(&folder);
        reading
    }
}

/// Files and lines of rows.
type Places = HashSet<(String, u64)>;

/// The faults in a folder of rejected rows, by column and rule, and the places of the rows.
fn faults(folder: &Path, has_personal: bool) -> Result<(Vec<Fault>, Places), InferError> {
    let mut found: BTreeMap<(String, String), Fault> = BTreeMap::new();
    let mut moved = MovedRows::of(has_personal);
    let mut rows = HashSet::new();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for path in files {
        let reader = File::open(&path).map_err(|source| InferError::Read { path: path.clone(), source })?;
        let failed = |error: &dyn std::fmt::Display| InferError::Read {
            path: path.clone(),
            source: std::io::Error::other(error.to_string()),
        };
        let batches = ParquetRecordBatchReaderBuilder::try_new(reader)
            .and_then(|builder| builder.build())
            .map_err(|error| failed(&error))?;
        for batch in batches {
            add_faults(&batch.map_err(|error| failed(&error))?, &mut found, &mut rows, &mut moved)?;
        }
    }
    let mut faults: Vec<Fault> = found.into_values().collect();
    for fault in faults.iter_mut().filter(|fault| !fault.column.is_empty() && fault.rule != "required") {
        let hidden = fault.first.iter_mut().filter(|(place, reason)| moved.has(place) || may_identify(reason));
        hidden.for_each(|(_, reason)| NOT_SHOWN.clone_into(reason));
    }
    Ok((faults, rows))
}

fn add_faults(
    batch: &RecordBatch,
    found: &mut BTreeMap<(String, String), Fault>,
    places: &mut Places,
    moved: &mut MovedRows,
) -> Result<(), InferError> {
    let texts = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    let lines = batch.column_by_name("line").and_then(|column| column.as_primitive_opt::<Int64Type>());
    let (Some(columns), Some(rules), Some(reasons), Some(names), Some(lines)) =
        (texts("column"), texts("rule"), texts("reason"), texts("file"), lines)
    else {
        return Err(BrokenInvariant::new("rejected rows have a column, a rule, a reason, a file and a line").into());
    };
    for row in 0..batch.num_rows() {
        let column = if columns.is_null(row) { String::new() } else { columns.value(row).to_owned() };
        let rule = rules.value(row).to_owned();
        let fault =
            found.entry((column.clone(), rule.clone())).or_insert(Fault { column, rule, rows: 0, first: Vec::new() });
        fault.rows += 1;
        let place = format!("{}:{}", names.value(row), lines.value(row));
        moved.take(&place, rules.value(row), reasons.value(row));
        if places.len() < MOST_PLACES {
            places.insert((names.value(row).to_owned(), u64::try_from(lines.value(row)).unwrap_or(0)));
        }
        if fault.first.len() < ROWS_NAMED {
            fault.first.push((place, reasons.value(row).to_owned()));
        }
    }
    Ok(())
}
