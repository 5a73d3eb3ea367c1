//! Takes the rows of persons out of the tables of a snapshot.
//!
//! Tables that name source records lose those of the persons; tables with a customer_key lose the rows of their keys; a
//! table with an order_key and no customer_key loses the lines of their orders. Tables from which others are found come
//! last, so that an interrupted erasure finds them again.

use std::collections::BTreeSet;
use std::path::PathBuf;

use arrow::array::{Array, BooleanArray, RecordBatch, StringArray};

use super::cells::texts;
use super::certificate::Certificate;
use super::members::{IDENTITY, Members};
use super::person::{ORDERS, Person};
use crate::publish::{PublishError, Retained};

const CUSTOMER_KEYS: [&str; 3] = ["customer_key", "old_customer_key", "new_customer_key"];

/// What the rows of persons have in a snapshot.
#[derive(Default)]
pub(crate) struct Marks {
    records: BTreeSet<(String, String)>,
    keys: BTreeSet<String>,
    orders: BTreeSet<String>,
    /// Keys of persons of whom others were held to be one with them.
    shared: BTreeSet<String>,
}

/// Takes the rows out, and notes how many in the certificate. `draft` is a folder in which the snapshot is made without
/// them, with the number of tombstones, to take the place of the old one at once: readers see all of the person, or nothing. Without it, only counts.
pub(super) fn take_out(
    snapshot: &mut Retained,
    persons: &[Person],
    draft: Option<(PathBuf, u64)>,
    certificate: &mut Certificate,
) -> Result<(), PublishError> {
    let marks = Marks::new(snapshot, persons)?;
    let mut tables: Vec<String> = snapshot.snapshot.tables.keys().cloned().collect();
    // Lines of orders, then orders, then who is who.
    let (orders, identities) = (snapshot.tables_with(&ORDERS)?, snapshot.tables_with(&IDENTITY)?);
    tables.sort_by_key(|table| (identities.contains(table), orders.contains(table)));
    let mut concerned = Vec::new();
    for table in tables {
        let gone = snapshot.take_out(&table, true, |batch| Ok(marks.of(batch)))?;
        certificate.removed(&snapshot.snapshot.run_id, &table, gone);
        let left = match marks.shared.is_empty() {
            true => 0,
            false => snapshot.take_out(&table, true, |batch| Ok(marks.shared(batch)))?,
        };
        certificate.shared(&snapshot.snapshot.run_id, &table, left);
        if gone > 0 {
            concerned.push(table);
        }
    }
    let Some((draft, tombstones)) = draft else { return Ok(()) };
    if concerned.is_empty() {
        return snapshot.describe_again();
    }
    let mut draft = snapshot.copied_to(draft)?;
    for table in &concerned {
        draft.take_out(table, false, |batch| Ok(marks.of(batch)))?;
    }
    draft.snapshot.tombstones = tombstones;
    draft.describe_again()?;
    draft.take_place_of(snapshot, &concerned)
}

impl Marks {
    /// What the persons have in a snapshot.
    pub(crate) fn new(snapshot: &Retained, persons: &[Person]) -> Result<Self, PublishError> {
        let members = Members::of(snapshot)?;
        let records: BTreeSet<_> = persons.iter().flat_map(|person| person.records.iter().cloned()).collect();
        Ok(Self {
            keys: members.keys_of(&records),
            shared: members.shared_keys_of(&records),
            orders: persons.iter().flat_map(|person| person.orders.iter().cloned()).collect(),
            records,
        })
    }

    /// Keys of theirs alone.
    pub(crate) fn keys(&self) -> &BTreeSet<String> {
        &self.keys
    }

    /// Which rows of a batch, that stay, are those of several persons who were held to be one.
    fn shared(&self, batch: &RecordBatch) -> BooleanArray {
        let columns = texts(batch, &["customer_key"]).filter(|_| batch.column_by_name("source_id").is_none());
        let (Some(columns), gone) = (columns, self.of(batch)) else {
            return BooleanArray::from(vec![false; batch.num_rows()]);
        };
        let is_shared = |row: usize| self.shared.contains(columns[0].value(row)) && !gone.value(row);
        (0..batch.num_rows()).map(|row| Some(is_shared(row))).collect()
    }

    /// Which rows of a batch are the persons'.
    pub(crate) fn of(&self, batch: &RecordBatch) -> BooleanArray {
        let rows = batch.num_rows();
        let mut goes = vec![false; rows];
        let mut mark = |columns: &[StringArray], is_theirs: &dyn Fn(&[StringArray], usize) -> bool| {
            for (row, goes) in goes.iter_mut().enumerate() {
                *goes = *goes || (columns.iter().all(|column| column.is_valid(row)) && is_theirs(columns, row));
            }
        };
        let mut names_records = false;
        for names in [["source", "source_id"], ["other_source", "other_source_id"]] {
            if let Some(columns) = texts(batch, &names) {
                names_records = true;
                mark(&columns, &|columns, row| {
                    let record = (columns[0].value(row).to_owned(), columns[1].value(row).to_owned());
                    self.records.contains(&record)
                });
            }
        }
        if names_records {
            return BooleanArray::from(goes);
        }
        for name in CUSTOMER_KEYS {
            if let Some(columns) = texts(batch, &[name]) {
                mark(&columns, &|columns, row| self.keys.contains(columns[0].value(row)));
            }
        }
        if let Some(columns) = texts(batch, &[ORDERS[1]]) {
            mark(&columns, &|columns, row| self.orders.contains(columns[0].value(row)));
        }
        BooleanArray::from(goes)
    }
}
