//! Resolves source records to persons: connected components over equal values, with rules, guards and vetoes.
//!
//! Runs between staging and everything per customer. The engine pushes the rows of the pipeline's `identity.records`
//! model, one per source record, into a [`Resolver`], and serves the returned [`Resolution`] as tables. Two records belong
//! to one person if they have an equal value (an e-mail address, a phone number) under one of the [`Rule`]s, directly or
//! through other records. The SQL that builds a value also normalises it; here, equal text means an equal value.
//!
//! Rules apply in their order, and within a rule the records in record order: by the day on which the company first knew
//! them, then by source and source_id. Each record joins the first person with an equal value that nothing speaks
//! against. What speaks against it: two values of a strong key, two birth dates with two names, or an analyst's decision.
//! A value that too many differently named records have, or records of clearly different names, links nobody. Records that attach (answers, guest orders) come
//! last; they join persons that other records found and never make two persons one.
//!
//! The result depends only on the set of records: not on their order, on how they were split into batches, or on
//! threads. A customer key is a hash of the person's first record in record order, so it is stable as long as that record
//! exists.
//!
//! Memory in addition to the text: `resolve::bytes_per_record`, about 100 bytes.
//!
//! ```text
//! let mut resolver = Resolver::new(layout)?;
//! resolver.push(&batch)?;                       // source, source_id, known_from, attaches, text columns
//! resolver.push_overrides(&batch)?;             // source, source_id, other_source, other_source_id, decision
//! resolver.push_erasures(&batch)?;              // customer_id, requested_on, then the keys: who must be forgotten
//! let (identities, resolution) = resolver.finish()?;
//! for batch in identities { … }                 // source, source_id, customer_key, matched_by, …
//! for batch in resolution.links() { … }         // why, and what was blocked
//! ```

mod birth_days;
mod budget;
mod erasures;
mod error;
mod evidence;
mod facts;
mod golden;
mod golden_layout;
mod identities;
mod layout;
mod likeness;
mod matching;
mod order;
mod overrides;
mod persons;
mod records;
mod rejects;
mod resolution;
mod resolve;
mod scored;
mod scoring;
mod secret;
mod tables;
#[cfg(test)]
mod tests;
mod text_column;
mod tombstones;
mod unrelated;
mod values;

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Date32Type, Field, Schema};

pub use budget::Budget;
pub use erasures::{REQUEST_COLUMNS, UnclearRequest};
pub use error::IdentityError;
pub use facts::{Facts, Findings, facts};
pub use golden::Golden;
pub use golden_layout::{Attribute, GoldenLayout, GoldenTable, UPDATED_ON};
pub use identities::{Identities, schema};
pub use layout::{Layout, MAX_RULES, PARTS, RequestKey, Rule, StrongKey, is_rule_name};
pub use likeness::Likeness;
pub use overrides::{DECISION_TIME_COLUMNS, OVERRIDE_COLUMNS};
pub use resolution::{PARTS_SHOWN, Resolution};
pub use scoring::{Block, BlockKey, Comparison, MAX_BLOCKS, MAX_COMPARISONS, Part, Scoring};
pub use secret::{KeySecret, TombstoneSecrets};
pub use tables::Output;
pub use tombstones::{TOMBSTONE_KEY_BYTES, TombstoneHash, TombstoneHasher, Tombstones};

use erasures::Requests;
use golden::Attributes;
use overrides::Overrides;
use records::UNKNOWN_DAY;
use text_column::{CHUNK_ROWS, TextColumn};

/// Rows are numbered in 32 bits; the last number means "none".
const MAX_RECORDS: usize = u32::MAX as usize;
/// The columns before the texts.
pub const RECORD_COLUMNS: [&str; 4] = ["source", "source_id", "known_from", "attaches"];
/// How many of them are texts.
const IDS: usize = 2;
const RECORDS: &str = "the identity records";

/// Takes source records and returns their persons.
pub struct Resolver {
    layout: Layout,
    coalescer: BatchCoalescer,
    /// `source`, `source_id`, then the texts of the layout.
    columns: Vec<TextColumn>,
    /// By row: the day on which the record was first known.
    known_from: Vec<i32>,
    /// By row: it attaches.
    attaches: Vec<bool>,
    overrides: Overrides,
    requests: Requests,
    /// Values that are not valid.
    rejects: Vec<RecordBatch>,
    /// Makes customer keys.
    hasher: blake3::Hasher,
    /// Values of the golden record, if there is one.
    golden: Option<Attributes>,
    /// Of the memory of pairs.
    budget: Budget,
}

impl Resolver {
    /// A resolver for records of this layout.
    pub fn new(layout: Layout) -> Result<Self, IdentityError> {
        layout.check()?;
        let names = RECORD_COLUMNS.into_iter().take(IDS).chain(layout.columns.iter().map(String::as_str));
        let fields: Vec<Field> = names.map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let columns = fields.iter().map(|_| TextColumn::default()).collect();
        // With chunks of one size, a shift and a mask lead from a row number to its text.
        let coalescer = BatchCoalescer::new(Arc::new(Schema::new(fields)), CHUNK_ROWS);
        let (known_from, attaches, overrides) = (Vec::new(), Vec::new(), Overrides::default());
        let hasher = blake3::Hasher::new();
        let golden = layout.golden.as_ref().map(Attributes::new);
        let (requests, rejects) = (Requests::default(), Vec::new());
        let budget: Budget = Box::new(|_| Ok(()));
        Ok(Self {
            layout,
            coalescer,
            columns,
            known_from,
            attaches,
            overrides,
            requests,
            rejects,
            hasher,
            golden,
            budget,
        })
    }

    /// Makes customer keys with this secret.
    pub fn with_secret(mut self, secret: Option<&KeySecret>) -> Self {
        if let Some(secret) = secret {
            self.hasher = secret.hasher();
        }
        self
    }

    /// Asks for the memory of what only [`Self::finish`] can measure: the pairs of scored matching.
    pub fn within(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Adds records: the columns of [`RECORD_COLUMNS`], then the texts of the layout, in its order, then two columns for
    /// each of its rejected keys, then those of the golden record: the day of the record, and the attributes as text.
    ///
    /// Any Arrow string type is allowed. A null or empty text is unknown; a null identifier is an error.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        let batch = &match &mut self.golden {
            Some(golden) => golden.push(batch)?,
            None => batch.clone(),
        };
        let schema = batch.schema_ref();
        let texts_end = RECORD_COLUMNS.len() + self.layout.columns.len();
        let named = schema.fields().iter().zip(RECORD_COLUMNS).all(|(field, name)| field.name() == name);
        if !named || batch.num_columns() != texts_end + 2 * self.layout.rejected.len() {
            let expected: Vec<&str> =
                RECORD_COLUMNS.into_iter().chain(self.layout.columns.iter().map(String::as_str)).collect();
            return Err(IdentityError::WrongColumns {
                what: RECORDS,
                expected: expected.join(", "),
                found: schema.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", "),
            });
        }
        let (known_from, attaches) = (self.days(batch)?, attaching(batch)?);
        let mut columns = Vec::with_capacity(self.columns.len());
        let is_text = |number: usize| number < IDS || (RECORD_COLUMNS.len()..texts_end).contains(&number);
        for (number, column) in batch.columns().iter().enumerate().filter(|(number, _)| is_text(*number)) {
            columns.push(self.text(schema.field(number).name(), column)?);
        }
        for (number, key) in self.layout.rejected.iter().enumerate() {
            let at = texts_end + 2 * number;
            let [written, fault] = [at, at + 1].map(|at| self.text(schema.field(at).name(), batch.column(at)));
            let found = rejects::rejected(key, [&columns[0], &columns[1], &written?, &fault?])?;
            self.rejects.extend(found);
        }
        self.known_from.extend(known_from);
        self.attaches.extend(attaches);
        if self.known_from.len() > MAX_RECORDS {
            return Err(IdentityError::TooManyRecords { limit: MAX_RECORDS });
        }
        let batch = RecordBatch::try_new(self.coalescer.schema(), columns)
            .map_err(|source| IdentityError::Arrow { doing: "taking over source records", source })?;
        self.coalescer
            .push_batch(batch)
            .map_err(|source| IdentityError::Arrow { doing: "collecting source records", source })?;
        self.keep_chunks()
    }

    /// Leaves out decisions after the as-of day.
    pub fn leave_later_decisions_out(&mut self) {
        self.overrides.leave_later_out();
    }

    /// Adds decisions of analysts: the columns of [`OVERRIDE_COLUMNS`], all text, with or without
    /// [`DECISION_TIME_COLUMNS`], a number and a boolean.
    pub fn push_overrides(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        self.overrides.push(batch)
    }

    /// Adds erasure requests: the columns of [`REQUEST_COLUMNS`], then for each key of the layout's requests its value in
    /// the spelling of the records, and the value as written.
    pub fn push_erasures(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        self.requests.push(batch, &self.layout)
    }

    /// Erases again whom a warehouse has forgotten.
    pub fn set_tombstones(&mut self, tombstones: Tombstones) {
        self.requests.tombstones = Some(tombstones);
    }

    /// Bytes held now plus those that [`Self::finish`] will need, without those of pairs: the size to reserve in a memory
    /// pool.
    pub fn memory_size(&self) -> usize {
        let text: usize = self.columns.iter().map(TextColumn::memory_size).sum();
        let rejects: usize = self.rejects.iter().map(RecordBatch::get_array_memory_size).sum();
        let per_record = resolve::bytes_per_record(&self.layout);
        let golden = self.golden.as_ref().map_or(0, Attributes::memory_size);
        text + rejects
            + golden
            + self.coalescer.size()
            + self.overrides.memory_size()
            + self.known_from.len() * per_record
    }

    /// Finds the persons. Identities are returned sorted by source and source_id, in batches of 8,192.
    pub fn finish(mut self) -> Result<(Identities, Resolution), IdentityError> {
        self.coalescer
            .finish_buffered_batch()
            .map_err(|source| IdentityError::Arrow { doing: "collecting source records", source })?;
        self.keep_chunks()?;
        let golden = self.golden.map(Attributes::finished).transpose()?;
        let mut columns = self.columns.into_iter();
        let (source, source_id) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
        let arrived = resolve::Arrived {
            source,
            source_id,
            columns: columns.collect(),
            known_from: self.known_from,
            attaches: self.attaches,
            rejects: self.rejects,
            hasher: self.hasher,
            golden,
        };
        resolve::resolve(self.layout, arrived, self.overrides, self.requests, &self.budget)
    }

    fn days(&self, batch: &RecordBatch) -> Result<Vec<i32>, IdentityError> {
        let column = batch.column(IDS);
        match column.data_type() {
            DataType::Null => Ok(vec![UNKNOWN_DAY; batch.num_rows()]),
            DataType::Date32 => {
                let days = column.as_primitive::<Date32Type>();
                Ok(days.iter().map(|day| day.unwrap_or(UNKNOWN_DAY)).collect())
            }
            found => Err(wrong_type(RECORD_COLUMNS[IDS], found, "date")),
        }
    }

    fn text(&self, name: &str, column: &arrow::array::ArrayRef) -> Result<arrow::array::ArrayRef, IdentityError> {
        let is_text = match column.data_type() {
            DataType::Dictionary(_, values) => values.is_string(),
            // A key that no record has arrives as a column of untyped nulls.
            other => other.is_string() || other.is_null(),
        };
        if !is_text {
            return Err(wrong_type(name, column.data_type(), "varchar"));
        }
        let text = cast(column, &DataType::Utf8)
            .map_err(|source| IdentityError::Arrow { doing: "reading a column of source records", source })?;
        if RECORD_COLUMNS.contains(&name) && text.null_count() > 0 {
            let row = (0..text.len()).find(|row| text.is_null(*row)).unwrap_or_default();
            let record = self.known_from.len() + row + 1;
            return Err(IdentityError::NoIdentifier { column: name.to_owned(), record });
        }
        Ok(text)
    }

    fn keep_chunks(&mut self) -> Result<(), IdentityError> {
        while let Some(chunk) = self.coalescer.next_completed_batch() {
            for (column, array) in self.columns.iter_mut().zip(chunk.columns()) {
                column.push(array)?;
            }
        }
        Ok(())
    }
}

fn attaching(batch: &RecordBatch) -> Result<Vec<bool>, IdentityError> {
    let column = batch.column(IDS + 1);
    match column.data_type() {
        DataType::Null => Ok(vec![false; batch.num_rows()]),
        DataType::Boolean => Ok(column.as_boolean().iter().map(|attaches| attaches.unwrap_or(false)).collect()),
        found => Err(wrong_type(RECORD_COLUMNS[IDS + 1], found, "boolean")),
    }
}

fn wrong_type(column: &str, found: &DataType, wanted: &'static str) -> IdentityError {
    IdentityError::WrongType { what: RECORDS, column: column.to_owned(), found: found.clone(), wanted }
}
