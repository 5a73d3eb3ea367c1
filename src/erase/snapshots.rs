//! Takes the rows of persons out of the tables of a snapshot.
//!
//! Tables that name source records lose those of the persons; tables with a customer_key lose the rows of their keys; a
//! table with an order_key and no customer_key loses the lines of their orders. Tables from which others are found come
//! last, so that an interrupted erasure finds them again.

use std::collections::BTreeSet;
use std::path::PathBuf;

use arrow::array::{Array, BooleanArray, RecordBatch, StringArray};

use super::certificate::Certificate;
use super::person::{self, Person, texts};
use crate::publish::{PublishError, Retained};

const CUSTOMER_KEYS: [&str; 3] = ["customer_key", "old_customer_key", "new_customer_key"];
const ORDER_KEY: &str = "order_key";
/// Columns of the tables that say whose an order is.
const ORDERS: [&str; 2] = ["customer_key", ORDER_KEY];

/// What the rows of persons have in a snapshot.
#[derive(Default)]
pub(crate) struct Marks {
    records: BTreeSet<(String, String)>,
    keys: BTreeSet<String>,
    orders: BTreeSet<String>,
}

/// Takes the rows out, and notes how many in the certificate. `draft` is a folder in which the snapshot is made without
/// them, to take the place of the old one at once: readers see all of the person, or nothing. Without it, only counts.
pub(super) fn take_out(
    snapshot: &mut Retained,
    persons: &[Person],
    draft: Option<PathBuf>,
    certificate: &mut Certificate,
) -> Result<(), PublishError> {
    let marks = Marks::new(snapshot, persons)?;
    let mut tables: Vec<String> = snapshot.snapshot.tables.keys().cloned().collect();
    // Lines of orders, then orders, then who is who.
    let (orders, identities) = (snapshot.tables_with(&ORDERS)?, snapshot.tables_with(&person::IDENTITY)?);
    tables.sort_by_key(|table| (identities.contains(table), orders.contains(table)));
    let mut concerned = Vec::new();
    for table in tables {
        let gone = snapshot.take_out(&table, true, |batch| Ok(marks.of(batch)))?;
        certificate.removed(&snapshot.snapshot.run_id, &table, gone);
        if gone > 0 {
            concerned.push(table);
        }
    }
    let Some(draft) = draft else { return Ok(()) };
    if concerned.is_empty() {
        return snapshot.describe_again();
    }
    let mut draft = snapshot.copied_to(draft)?;
    for table in &concerned {
        draft.take_out(table, false, |batch| Ok(marks.of(batch)))?;
    }
    draft.describe_again()?;
    draft.take_place_of(snapshot, &concerned)
}

impl Marks {
    /// What the persons have in a snapshot.
    pub(crate) fn new(snapshot: &Retained, persons: &[Person]) -> Result<Self, PublishError> {
        let mut marks = Self::default();
        marks.records.extend(persons.iter().flat_map(|person| person.records.iter().cloned()));
        for (record, keys) in person::keys(snapshot)? {
            if marks.records.contains(&record) {
                marks.keys.extend(keys);
            }
        }
        for table in snapshot.tables_with(&ORDERS)? {
            snapshot.read(&table, |batch| {
                let Some(columns) = texts(batch, &ORDERS) else { return Ok(()) };
                let own = (0..batch.num_rows()).filter(|row| marks.keys.contains(columns[0].value(*row)));
                marks.orders.extend(own.map(|row| columns[1].value(row).to_owned()));
                Ok(())
            })?;
        }
        Ok(marks)
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
        let mut has_key = false;
        for name in CUSTOMER_KEYS {
            if let Some(columns) = texts(batch, &[name]) {
                has_key = true;
                mark(&columns, &|columns, row| self.keys.contains(columns[0].value(row)));
            }
        }
        if let Some(columns) = texts(batch, &[ORDER_KEY]).filter(|_| !has_key) {
            mark(&columns, &|columns, row| self.orders.contains(columns[0].value(row)));
        }
        BooleanArray::from(goes)
    }
}
