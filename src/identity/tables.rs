//! Rows of the tables about links as Arrow batches.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::error::IdentityError;
use super::golden_layout::{GoldenTable, origins_schema};
use super::layout::Layout;
use super::records::UNKNOWN_DAY;
use super::rejects::rejects_schema;

/// Bytes of the hash in a review's id.
const REVIEW_ID_BYTES: usize = 10;

/// A table beside the persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Links between records, made and blocked.
    Links,
    /// What somebody should look at.
    Review,
    /// Counts per rule.
    Rules,
    /// Values that are not valid.
    Rejects,
    /// The values of each person that count. Only with a golden record.
    Golden,
    /// Where those values come from. Only with a golden record.
    Origins,
    /// Records that are erased.
    Erasures,
    /// What became of each erasure request.
    ErasureRequests,
}

impl Output {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Links,
        Self::Review,
        Self::Rules,
        Self::Rejects,
        Self::Golden,
        Self::Origins,
        Self::Erasures,
        Self::ErasureRequests,
    ];

    /// The name under which models read it.
    pub fn table(self) -> &'static str {
        match self {
            Self::Links => "resolved_links",
            Self::Review => "resolved_review",
            Self::Rules => "resolved_rules",
            Self::Rejects => "resolved_rejects",
            Self::Golden => "resolved_golden_record",
            Self::Origins => "resolved_golden_origins",
            Self::Erasures => "resolved_erasures",
            Self::ErasureRequests => "resolved_erasure_requests",
        }
    }

    /// The table of this name.
    pub fn named(table: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|output| output.table() == table)
    }

    /// Its columns; `None` if such a resolution does not make it.
    pub fn schema(self, layout: &Layout) -> Option<SchemaRef> {
        match self {
            Self::Links => Some(Arc::clone(&LINKS)),
            Self::Review => Some(Arc::clone(&REVIEW)),
            Self::Rules => Some(Arc::clone(&RULES)),
            Self::Rejects => Some(rejects_schema()),
            Self::Golden => layout.golden.as_ref().map(|golden| golden.schema()),
            Self::Origins => layout.golden.as_ref().map(|_| origins_schema()),
            Self::Erasures => Some(Arc::clone(&ERASURES)),
            Self::ErasureRequests => Some(Arc::clone(&ERASURE_REQUESTS)),
        }
    }

    /// Which table of the golden record it is, if it is one: its rows are computed while they are read.
    pub fn golden(self) -> Option<GoldenTable> {
        match self {
            Self::Golden => Some(GoldenTable::Records),
            Self::Origins => Some(GoldenTable::Origins),
            _ => None,
        }
    }

    /// Whether only restricted models may read it. The golden record has the columns of the records, and is read as they
    /// are; erased records are known by their ids only, as in the identity table.
    pub fn is_restricted(self) -> bool {
        matches!(self, Self::Links | Self::Review | Self::Rejects | Self::Origins)
    }
}

/// A link, or one that was blocked for a reason.
pub(super) struct LinkRow<'a> {
    pub(super) record: (&'a str, &'a str),
    pub(super) other: (&'a str, &'a str),
    pub(super) rule: String,
    pub(super) value: Option<String>,
    pub(super) score: Option<f64>,
    pub(super) reason: Option<String>,
}

/// Why somebody should look at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReviewKind {
    /// Too many records have a value.
    SharedValue,
    /// Two records with an equal value contradict each other.
    Conflict,
    /// A record attaches to several persons.
    Ambiguous,
    /// A decision was not applied.
    Override,
    /// A score is between those that decide.
    Score,
    /// An erasure request may mean several persons.
    Erasure,
}

impl ReviewKind {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 6] =
        [Self::SharedValue, Self::Conflict, Self::Ambiguous, Self::Override, Self::Score, Self::Erasure];

    /// Its word in tables.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::SharedValue => "shared_value",
            Self::Conflict => "conflict",
            Self::Ambiguous => "ambiguous",
            Self::Override => "override",
            Self::Score => "score",
            Self::Erasure => "erasure",
        }
    }
}

/// Something to look at.
pub(super) struct ReviewRow<'a> {
    pub(super) kind: ReviewKind,
    pub(super) rule: String,
    pub(super) value: Option<String>,
    pub(super) records: Option<u32>,
    pub(super) names: Option<u32>,
    pub(super) record: (&'a str, &'a str),
    pub(super) other: Option<(&'a str, &'a str)>,
    pub(super) score: Option<f64>,
    pub(super) reason: String,
    pub(super) proposal: &'static str,
}

impl ReviewRow<'_> {
    /// The same in every run in which the case is there.
    fn id(&self) -> String {
        let (other, other_id) = self.other.unwrap_or_default();
        let parts = [self.kind.word(), &self.rule, self.record.0, self.record.1, other, other_id];
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part.as_bytes());
            hasher.update(&[0x1f]);
        }
        let hex = hasher.finalize().to_hex();
        format!("r{}", hex.get(..REVIEW_ID_BYTES * 2).unwrap_or_default())
    }
}

/// A record that is erased, or an id that no record has.
pub(super) struct ErasureRow<'a> {
    pub(super) source: Option<&'a str>,
    pub(super) source_id: &'a str,
    pub(super) day: i32,
}

/// An erasure request without what it gives.
pub(super) struct RequestRow<'a> {
    pub(super) number: i64,
    pub(super) day: i32,
    pub(super) given: &'a str,
    pub(super) outcome: &'static str,
    pub(super) records: u32,
}

/// How much a rule did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RuleCounts {
    pub(super) values: u64,
    pub(super) records_linked: u64,
    pub(super) records_attached: u64,
    pub(super) values_stopped: u64,
    pub(super) records_stopped: u64,
    pub(super) conflicts: u64,
    pub(super) ambiguous: u64,
}

/// A rule and what it did.
pub(super) struct RuleRow<'a> {
    pub(super) position: i64,
    pub(super) rule: &'a str,
    pub(super) counts: RuleCounts,
}

fn schema_of(columns: &[(&str, DataType, bool)]) -> SchemaRef {
    let field = |(name, ty, nullable): &(&str, DataType, bool)| Field::new(*name, ty.clone(), *nullable);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

static LINKS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema_of(&[
        ("source", DataType::Utf8, false),
        ("source_id", DataType::Utf8, false),
        ("other_source", DataType::Utf8, false),
        ("other_source_id", DataType::Utf8, false),
        ("rule", DataType::Utf8, false),
        ("value", DataType::Utf8, true),
        ("score", DataType::Float64, true),
        ("status", DataType::Utf8, false),
        ("reason", DataType::Utf8, true),
    ])
});

static REVIEW: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema_of(&[
        ("review_id", DataType::Utf8, false),
        ("kind", DataType::Utf8, false),
        ("rule", DataType::Utf8, false),
        ("value", DataType::Utf8, true),
        ("records", DataType::Int64, true),
        ("names", DataType::Int64, true),
        ("source", DataType::Utf8, false),
        ("source_id", DataType::Utf8, false),
        ("other_source", DataType::Utf8, true),
        ("other_source_id", DataType::Utf8, true),
        ("score", DataType::Float64, true),
        ("reason", DataType::Utf8, false),
        ("proposal", DataType::Utf8, false),
    ])
});

static RULES: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema_of(&[
        ("position", DataType::Int64, false),
        ("rule", DataType::Utf8, false),
        ("values", DataType::Int64, false),
        ("records_linked", DataType::Int64, false),
        ("records_attached", DataType::Int64, false),
        ("values_stopped", DataType::Int64, false),
        ("records_stopped", DataType::Int64, false),
        ("conflicts", DataType::Int64, false),
        ("ambiguous", DataType::Int64, false),
    ])
});

static ERASURES: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema_of(&[
        ("source", DataType::Utf8, true),
        ("source_id", DataType::Utf8, false),
        ("requested_on", DataType::Date32, true),
    ])
});

static ERASURE_REQUESTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    schema_of(&[
        ("request_no", DataType::Int64, false),
        ("requested_on", DataType::Date32, true),
        ("given", DataType::Utf8, false),
        ("outcome", DataType::Utf8, false),
        ("records", DataType::Int64, false),
    ])
});

pub(super) fn erasures(rows: &[ErasureRow<'_>]) -> Result<RecordBatch, IdentityError> {
    let columns: Vec<ArrayRef> = vec![
        texts(rows, |row| row.source),
        texts(rows, |row| Some(row.source_id)),
        days(rows.iter().map(|row| row.day)),
    ];
    batch(Arc::clone(&ERASURES), columns)
}

pub(super) fn erasure_requests(rows: &[RequestRow<'_>]) -> Result<RecordBatch, IdentityError> {
    let columns: Vec<ArrayRef> = vec![
        numbers(rows, |row| Some(row.number)),
        days(rows.iter().map(|row| row.day)),
        texts(rows, |row| Some(row.given)),
        texts(rows, |row| Some(row.outcome)),
        numbers(rows, |row| Some(i64::from(row.records))),
    ];
    batch(Arc::clone(&ERASURE_REQUESTS), columns)
}

fn days(days: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(days.map(|day| (day != UNKNOWN_DAY).then_some(day)).collect::<Date32Array>())
}

pub(super) fn links(rows: &[LinkRow<'_>]) -> Result<RecordBatch, IdentityError> {
    let status = |row: &LinkRow<'_>| if row.reason.is_some() { "blocked" } else { "linked" };
    let columns: Vec<ArrayRef> = vec![
        texts(rows, |row| Some(row.record.0)),
        texts(rows, |row| Some(row.record.1)),
        texts(rows, |row| Some(row.other.0)),
        texts(rows, |row| Some(row.other.1)),
        texts(rows, |row| Some(&row.rule)),
        texts(rows, |row| row.value.as_deref()),
        Arc::new(rows.iter().map(|row| row.score).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| Some(status(row))).collect::<StringArray>()),
        texts(rows, |row| row.reason.as_deref()),
    ];
    batch(Arc::clone(&LINKS), columns)
}

pub(super) fn review(rows: &[ReviewRow<'_>]) -> Result<RecordBatch, IdentityError> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| Some(row.id())).collect::<StringArray>()),
        texts(rows, |row| Some(row.kind.word())),
        texts(rows, |row| Some(&row.rule)),
        texts(rows, |row| row.value.as_deref()),
        numbers(rows, |row| row.records.map(i64::from)),
        numbers(rows, |row| row.names.map(i64::from)),
        texts(rows, |row| Some(row.record.0)),
        texts(rows, |row| Some(row.record.1)),
        texts(rows, |row| row.other.map(|other| other.0)),
        texts(rows, |row| row.other.map(|other| other.1)),
        Arc::new(rows.iter().map(|row| row.score).collect::<Float64Array>()),
        texts(rows, |row| Some(&row.reason)),
        texts(rows, |row| Some(row.proposal)),
    ];
    batch(Arc::clone(&REVIEW), columns)
}

pub(super) fn rules(rows: &[RuleRow<'_>]) -> Result<RecordBatch, IdentityError> {
    let count = |of: fn(&RuleCounts) -> u64| numbers(rows, |row| i64::try_from(of(&row.counts)).ok());
    let columns: Vec<ArrayRef> = vec![
        numbers(rows, |row| Some(row.position)),
        texts(rows, |row| Some(row.rule)),
        count(|counts| counts.values),
        count(|counts| counts.records_linked),
        count(|counts| counts.records_attached),
        count(|counts| counts.values_stopped),
        count(|counts| counts.records_stopped),
        count(|counts| counts.conflicts),
        count(|counts| counts.ambiguous),
    ];
    batch(Arc::clone(&RULES), columns)
}

fn texts<'rows, Row>(rows: &'rows [Row], text: impl Fn(&'rows Row) -> Option<&'rows str>) -> ArrayRef {
    Arc::new(rows.iter().map(text).collect::<StringArray>())
}

fn numbers<Row>(rows: &[Row], number: impl Fn(&Row) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(number).collect::<Int64Array>())
}

fn batch(schema: SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch, IdentityError> {
    RecordBatch::try_new(schema, columns)
        .map_err(|source| IdentityError::Arrow { doing: "writing a table about links", source })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kind that the default pipeline does not accept would end the first run in which it is there.
    #[test]
    fn the_default_pipeline_accepts_and_describes_every_kind_of_case() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let domain = std::fs::read_to_string(format!("{folder}/sql/customers/customers.yml")).expect("domain");
        let swedish = std::fs::read_to_string(format!("{folder}/pipelines/languages/sv.yml")).expect("language");
        let kinds = ReviewKind::ALL.map(ReviewKind::word);
        assert!(domain.contains(&format!("accepted_values: {{ values: [{}] }}", kinds.join(", "))), "{kinds:?}");
        let of_review = |text: &str| {
            let (_, rest) = text.split_once("  identity_review:\n").expect("table");
            let (_, rest) = rest.split_once("      kind:").expect("column");
            rest.split_once("      rule:").expect("next column").0.to_owned()
        };
        for kind in kinds {
            assert!(of_review(&domain).contains(&format!("{kind}:")), "{kind}");
            assert!(of_review(&swedish).contains(&format!("{kind}:")), "{kind}");
        }
    }
}
