//! The counts of a source: every file and every row is accounted for.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::changed_cells::ChangedCells;
use super::corrected_ids::CorrectedIds;
use super::decimal::Decimal;
use super::equal_count::EqualCount;
use super::noted_cells::NotedCells;
use super::reference_count::ReferenceCount;
use super::rows::Decoded;
use super::source_note::SourceNote;
use crate::source::Input;

/// The built-in table of counts, which models read.
pub const SOURCE_COUNTS: &str = "source_counts";

/// Lines and rows by outcome. `lines_read` = `lines_header` + `lines_ignored` + `read`, and `read` = `loaded` +
/// `rejected` + `duplicate` + `superseded`; `after_as_of` and `deleted` are parts of `loaded`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Lines of the files; a record over several physical lines is one.
    pub lines_read: u64,
    /// Lines that name the columns.
    pub lines_header: u64,
    /// Lines that are neither records nor header: blank, skipped, ignored or of another record type.
    pub lines_ignored: u64,
    /// Records in the files.
    pub read: u64,
    /// Rows that keep every rule, are not duplicates and have no later version.
    pub loaded: u64,
    /// Rows that break a rule.
    pub rejected: u64,
    /// Rows that repeat another one and do not count.
    pub duplicate: u64,
    /// Loaded rows that repeat another one of their delivery.
    pub repeated: u64,
    /// Rows dated after the as-of day, which do not count yet.
    pub after_as_of: u64,
    /// Rows dated long before their delivery. Counted before duplicates are removed, so that the number does not depend
    /// on which of two copies came first.
    pub late: u64,
    /// Rows replaced by a later version of their key.
    pub superseded: u64,
    /// Keys whose latest version marks them as deleted.
    pub deleted: u64,
    /// Rows read with a correction and not duplicates.
    pub corrected: u64,
    /// Loaded rows none of whose references is broken.
    pub matched: u64,
    /// Loaded rows with a reference to a value that the other source does not contain. `loaded` = `matched` + `unmatched`.
    pub unmatched: u64,
}

impl RowCounts {
    /// Adds the counts of a piece of a file.
    pub(super) fn add(&mut self, decoded: &Decoded) {
        self.lines_read += decoded.lines.read;
        self.lines_header += decoded.lines.header;
        self.lines_ignored += decoded.lines.ignored;
        self.read += decoded.rows_read;
        self.loaded += decoded.rows_loaded;
        self.rejected += decoded.rows_rejected;
        self.duplicate += decoded.duplicate.rows;
        self.repeated += decoded.repeated.rows;
        self.superseded += decoded.rows_superseded;
        self.after_as_of += decoded.rows_after_limit;
        self.late += decoded.rows_late;
        self.corrected += decoded.rows_corrected;
        self.matched += decoded.matched.rows;
        self.unmatched += decoded.unmatched.rows;
    }

    fn sum(mut self, other: &Self) -> Self {
        self.lines_read += other.lines_read;
        self.lines_header += other.lines_header;
        self.lines_ignored += other.lines_ignored;
        self.read += other.read;
        self.loaded += other.loaded;
        self.rejected += other.rejected;
        self.duplicate += other.duplicate;
        self.repeated += other.repeated;
        self.after_as_of += other.after_as_of;
        self.late += other.late;
        self.superseded += other.superseded;
        self.deleted += other.deleted;
        self.corrected += other.corrected;
        self.matched += other.matched;
        self.unmatched += other.unmatched;
        self
    }

    /// Whether every line and every row read was counted exactly once. Lines are counted by their line ends, apart from the
    /// records.
    pub fn balances(&self) -> bool {
        let read = self.loaded + self.rejected + self.duplicate + self.superseded;
        let compared = self.matched + self.unmatched;
        self.lines_read == self.lines_header + self.lines_ignored + self.read
            && self.read == read
            && self.after_as_of + self.deleted <= self.loaded
            && self.corrected <= self.loaded + self.superseded
            && self.repeated <= self.loaded
            // With upsert, the latest versions are known after all of them were compared.
            && (compared == self.loaded || compared == self.loaded + self.superseded)
    }

    fn to_json(self) -> Map<String, Value> {
        let counts = [
            ("lines_read", self.lines_read),
            ("lines_header", self.lines_header),
            ("lines_ignored", self.lines_ignored),
            ("rows_read", self.read),
            ("rows_loaded", self.loaded),
            ("rows_rejected", self.rejected),
            ("rows_duplicate", self.duplicate),
            ("rows_repeated", self.repeated),
            ("rows_after_as_of", self.after_as_of),
            ("rows_late", self.late),
            ("rows_superseded", self.superseded),
            ("rows_deleted", self.deleted),
            ("rows_corrected", self.corrected),
            ("rows_matched", self.matched),
            ("rows_unmatched", self.unmatched),
        ];
        counts.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect()
    }
}

/// The status of a file in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStatus {
    /// Its rows were read.
    Read,
    /// A later snapshot replaces it.
    Superseded,
    /// It was delivered after the as-of day.
    AfterAsOf,
    /// Another file with the same bytes was read.
    SameContent {
        /// That file's name, safe to show.
        of: String,
    },
}

impl FileStatus {
    /// Its name in run_results.json.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Superseded => "superseded",
            Self::AfterAsOf => "after_as_of",
            Self::SameContent { .. } => "same_content",
        }
    }
}

/// One file of a source, read or not.
#[derive(Debug, Clone)]
pub struct FileCount {
    /// The file, as named in the pipeline.
    pub path: String,
    /// The day in its name.
    pub delivery_day: Option<NaiveDate>,
    /// Stored bytes.
    pub bytes: u64,
    pub status: FileStatus,
    /// Its row counts; zero if it was not read.
    pub rows: RowCounts,
    /// The rows of the file with the same bytes, if it was not read for that.
    pub rows_not_read: Option<u64>,
    /// Which of its lines are not ordinary records.
    pub special: SpecialLines,
}

/// Lines of a file that are ignored or read in a declared way, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecialLines {
    /// The patterns of `ignore_lines` with the lines that they matched.
    pub by_pattern: Vec<(String, u64)>,
    /// The line that states what the file should contain.
    pub total_line: Option<u64>,
    /// Records of types that are not the source's.
    pub other_types: BTreeMap<String, u64>,
    /// Headers that come again.
    pub repeated_headers: u64,
    /// Rows with fewer fields than columns.
    pub short: u64,
    /// Rows with empty fields beyond the last column.
    pub trailing: u64,
}

impl SpecialLines {
    fn enter(&self, file: &mut Map<String, Value>) {
        if !self.by_pattern.is_empty() {
            let counts = self.by_pattern.iter().map(|(pattern, lines)| json!({ "pattern": pattern, "lines": lines }));
            file.insert("ignored_by_pattern".to_owned(), counts.collect());
        }
        if let Some(line) = self.total_line {
            file.insert("total_line".to_owned(), json!(line));
        }
        if !self.other_types.is_empty() {
            file.insert("other_record_types".to_owned(), json!(self.other_types));
        }
        let counts = [
            ("headers_repeated", self.repeated_headers),
            ("rows_with_missing_fields", self.short),
            ("rows_with_trailing_delimiters", self.trailing),
        ];
        for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            file.insert(name.to_owned(), json!(count));
        }
    }
}

impl FileCount {
    pub(super) fn new(input: &Input, status: FileStatus) -> Self {
        let (path, delivery_day, bytes) = (input.path.clone(), input.delivery_day, input.bytes);
        let (rows, special) = (RowCounts::default(), SpecialLines::default());
        Self { path, delivery_day, bytes, status, rows, rows_not_read: None, special }
    }

    fn to_json(&self) -> Value {
        let mut file = Map::new();
        file.insert("path".to_owned(), json!(self.path));
        file.insert("delivery_day".to_owned(), json!(self.delivery_day));
        file.insert("bytes".to_owned(), json!(self.bytes));
        file.insert("status".to_owned(), json!(self.status.as_str()));
        if let FileStatus::SameContent { of } = &self.status {
            file.insert("same_content_as".to_owned(), json!(of));
            file.insert("rows_not_read".to_owned(), json!(self.rows_not_read));
        }
        file.extend(self.rows.to_json());
        self.special.enter(&mut file);
        Value::Object(file)
    }
}

#[derive(Debug, Clone, Default)]
pub struct SourceCount {
    pub source: String,
    /// Files read.
    pub files: u64,
    /// Files not read because another one has the same bytes.
    pub files_duplicate: u64,
    /// Rows of all files.
    pub rows: RowCounts,
    /// Control total of all rows with a readable amount.
    pub amount_read: Option<Decimal>,
    /// Control total of the rows loaded.
    pub amount_loaded: Option<Decimal>,
    /// Control total of the loaded rows none of whose references is broken.
    pub amount_matched: Option<Decimal>,
    /// Control total of the other loaded rows.
    pub amount_unmatched: Option<Decimal>,
    /// What became of each reference.
    pub references: Vec<ReferenceCount>,
    /// Ids that are written in another way than they are read, by column.
    pub corrected_ids: Vec<CorrectedIds>,
    /// Other cells that are read as another text than the file has, by column and kind.
    pub changed_cells: Vec<ChangedCells>,
    /// What was met in the files that is not the fault of a row.
    pub notes: Vec<SourceNote>,
    /// The rows that repeat others and do not count.
    pub duplicates: EqualCount,
    /// The loaded rows that repeat others of their delivery.
    pub repeated: EqualCount,
    /// The loaded rows that would repeat others if undeclared columns did not count.
    pub alike: EqualCount,
    /// Cells that were loaded otherwise than they are written, by column.
    pub noted_cells: Vec<NotedCells>,
    /// Superseded rows whose event is more than a day from that of the newer row.
    pub superseded_moved: u64,
    /// The single files, in delivery order.
    pub by_file: Vec<FileCount>,
}

impl SourceCount {
    /// Sums up the files.
    pub(super) fn of(source: &str, by_file: Vec<FileCount>) -> Self {
        let with = |wanted: fn(&FileStatus) -> bool| by_file.iter().filter(|file| wanted(&file.status)).count() as u64;
        Self {
            source: source.to_owned(),
            files: with(|status| *status == FileStatus::Read),
            files_duplicate: with(|status| matches!(status, FileStatus::SameContent { .. })),
            rows: by_file.iter().fold(RowCounts::default(), |sum, file| sum.sum(&file.rows)),
            amount_read: None,
            amount_loaded: None,
            amount_matched: None,
            amount_unmatched: None,
            references: Vec::new(),
            corrected_ids: Vec::new(),
            changed_cells: Vec::new(),
            notes: Vec::new(),
            duplicates: EqualCount::default(),
            repeated: EqualCount::default(),
            alike: EqualCount::default(),
            noted_cells: Vec::new(),
            superseded_moved: 0,
            by_file,
        }
    }

    /// The first file whose rows are not all accounted for, or else the whole source.
    pub(super) fn unbalanced(&self) -> Option<(String, RowCounts)> {
        let file = self.by_file.iter().find(|file| !file.rows.balances());
        let file = file.map(|file| (file.path.clone(), file.rows));
        let compared = self.rows.matched + self.rows.unmatched;
        let balances = self.rows.balances() && self.references.iter().all(|count| count.balances(compared));
        file.or_else(|| (!balances).then(|| ("all of its files".to_owned(), self.rows)))
    }

    /// For run_results.json.
    pub fn to_json(&self) -> Value {
        let mut source = Map::new();
        source.insert("source".to_owned(), json!(self.source));
        source.insert("files".to_owned(), json!(self.files));
        source.insert("files_duplicate".to_owned(), json!(self.files_duplicate));
        source.extend(self.rows.to_json());
        source.insert("references".to_owned(), self.references.iter().map(ReferenceCount::to_json).collect());
        source.insert("ids_corrected".to_owned(), self.corrected_ids.iter().map(CorrectedIds::to_json).collect());
        source
            .insert("cells_changed".to_owned(), self.changed_cells.iter().filter_map(ChangedCells::to_json).collect());
        source.insert("notes".to_owned(), self.notes.iter().map(SourceNote::to_json).collect());
        source.insert("duplicates".to_owned(), self.duplicates.to_json());
        source.insert("repeated".to_owned(), self.repeated.to_json());
        source.insert("alike".to_owned(), self.alike.to_json());
        source.insert("cells_noted".to_owned(), self.noted_cells.iter().map(NotedCells::to_json).collect());
        source.insert("by_file".to_owned(), self.by_file.iter().map(FileCount::to_json).collect());
        Value::Object(source)
    }
}

/// Columns of the built-in table of counts.
pub fn counts_schema() -> SchemaRef {
    let count = |name: &str| Field::new(name, DataType::Int64, false);
    let amount = |name: &str| Field::new(name, DataType::Decimal128(38, 2), true);
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::Utf8, false),
        count("files"),
        count("files_duplicate"),
        count("lines_read"),
        count("lines_header"),
        count("lines_ignored"),
        count("rows_read"),
        count("rows_loaded"),
        count("rows_rejected"),
        count("rows_duplicate"),
        count("rows_after_as_of"),
        count("rows_late"),
        count("rows_superseded"),
        count("rows_deleted"),
        count("rows_corrected"),
        count("ids_corrected"),
        count("rows_superseded_moved"),
        count("rows_matched"),
        count("rows_unmatched"),
        amount("amount_read"),
        amount("amount_loaded"),
        amount("amount_matched"),
        amount("amount_unmatched"),
    ]))
}

/// The counts as a table with one row per source.
pub(super) fn counts_batch(counts: &[SourceCount]) -> Result<RecordBatch, ArrowError> {
    let column = |pick: fn(&SourceCount) -> u64| {
        Arc::new(counts.iter().map(|count| i64::try_from(pick(count)).ok()).collect::<Int64Array>()) as _
    };
    let amount = |pick: fn(&SourceCount) -> Option<Decimal>| {
        let values: Decimal128Array = counts.iter().map(|count| pick(count).and_then(Decimal::published)).collect();
        values.with_precision_and_scale(38, 2).map(|array| Arc::new(array) as _)
    };
    let names: StringArray = counts.iter().map(|count| Some(count.source.as_str())).collect();
    RecordBatch::try_new(
        counts_schema(),
        vec![
            Arc::new(names),
            column(|count| count.files),
            column(|count| count.files_duplicate),
            column(|count| count.rows.lines_read),
            column(|count| count.rows.lines_header),
            column(|count| count.rows.lines_ignored),
            column(|count| count.rows.read),
            column(|count| count.rows.loaded),
            column(|count| count.rows.rejected),
            column(|count| count.rows.duplicate),
            column(|count| count.rows.after_as_of),
            column(|count| count.rows.late),
            column(|count| count.rows.superseded),
            column(|count| count.rows.deleted),
            column(|count| count.rows.corrected),
            column(|count| count.corrected_ids.iter().map(|ids| ids.cells).sum()),
            column(|count| count.superseded_moved),
            column(|count| count.rows.matched),
            column(|count| count.rows.unmatched),
            amount(|count| count.amount_read)?,
            amount(|count| count.amount_loaded)?,
            amount(|count| count.amount_matched)?,
            amount(|count| count.amount_unmatched)?,
        ],
    )
}
