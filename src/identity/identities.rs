//! The identity table: customer keys for the components, and one output row per source record.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};

use super::components::Components;
use super::error::IdentityError;
use super::text_column::TextColumn;

/// `matched_by` of a record that shares no key with another.
pub(super) const UNMATCHED: &str = "none";
/// Separates the labels in `matched_by`.
pub(super) const LABEL_SEPARATOR: char = '+';
/// Upper limit of memory per record in addition to its text: order, parents, labels, persons, their keys and the table
/// that compares them.
pub(super) const BYTES_PER_RECORD: usize = 48;

const BATCH_ROWS: usize = 8_192;
/// Bytes of the hash in a customer key. With 10 million persons, two of them collide with odds of 1 in 24 billion.
const KEY_BYTES: usize = 10;
/// Separates source and source_id in the hashed text: the ASCII unit separator.
const FIELD_SEPARATOR: &[u8] = &[0x1f];
const NO_PERSON: u32 = u32::MAX;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let names = ["source", "source_id", "customer_key", "matched_by", "first_source_id"];
    Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, false)).to_vec()))
});

/// Columns of the identity table: source, source_id, customer_key, matched_by, first_source_id; text, not null.
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// A component: its first record in sort order, and that record's hash.
#[derive(Clone, Copy)]
struct Person {
    hash: [u8; KEY_BYTES],
    first_row: [u8; 4],
}

impl Person {
    fn new(source: &TextColumn, source_id: &TextColumn, first_row: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(source.text(first_row).as_bytes());
        hasher.update(FIELD_SEPARATOR);
        hasher.update(source_id.text(first_row).as_bytes());
        let mut hash = [0; KEY_BYTES];
        hasher.finalize_xof().fill(&mut hash);
        Self { hash, first_row: first_row.to_ne_bytes() }
    }

    /// Stored as bytes, so that a person takes 14 of them instead of 16.
    fn first_row(&self) -> u32 {
        u32::from_ne_bytes(self.first_row)
    }

    /// The key is already a good hash; a table needs 64 bits of it.
    fn table_hash(&self) -> u64 {
        self.hash.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }

    fn write_key(&self, key: &mut String) {
        key.clear();
        key.push('c');
        for byte in self.hash {
            // Writing to a String cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
    }
}

/// The identity table in batches, sorted by source and source_id.
pub struct Identities {
    labels: Vec<String>,
    source: TextColumn,
    source_id: TextColumn,
    order: Vec<u32>,
    /// Per row: the labels that join it to other records.
    components: Components,
    /// Per row that represents a component: the number of its person.
    person_of: Vec<u32>,
    persons: Vec<Person>,
    /// `matched_by` for each combination of labels seen so far.
    matched_by: HashMap<u16, String>,
    next: usize,
}

impl Identities {
    pub(super) fn new(
        labels: Vec<String>,
        source: TextColumn,
        source_id: TextColumn,
        order: Vec<u32>,
        mut components: Components,
    ) -> Result<Self, IdentityError> {
        let mut person_of = vec![NO_PERSON; order.len()];
        let mut persons: Vec<Person> = Vec::new();
        for row in &order {
            // Rows come in order of (source, source_id), so the first row of a component is its first record.
            let person = &mut person_of[components.find(*row) as usize];
            if *person == NO_PERSON {
                *person = persons.len() as u32;
                persons.push(Person::new(&source, &source_id, *row));
            }
        }
        no_key_twice(&persons, &source, &source_id)?;
        let matched_by = HashMap::new();
        Ok(Self { labels, source, source_id, order, components, person_of, persons, matched_by, next: 0 })
    }

    /// Number of source records, which is the total number of rows.
    pub fn record_count(&self) -> usize {
        self.order.len()
    }

    /// Number of persons, which is the number of distinct customer keys.
    #[cfg(test)]
    pub(super) fn person_count(&self) -> usize {
        self.persons.len()
    }

    fn batch(&mut self, rows: std::ops::Range<usize>) -> Result<RecordBatch, IdentityError> {
        let mut columns: [StringBuilder; 5] =
            std::array::from_fn(|_| StringBuilder::with_capacity(rows.len(), rows.len() * 12));
        let [source, source_id, customer_key, matched_by, first_source_id] = &mut columns;
        let mut key = String::new();
        for row in &self.order[rows] {
            let root = self.components.find(*row);
            let person = self.persons[self.person_of[root as usize] as usize];
            person.write_key(&mut key);
            let shared = self.components.shared(*row);
            let labels = self.matched_by.entry(shared).or_insert_with(|| describe(&self.labels, shared));
            source.append_value(self.source.text(*row));
            source_id.append_value(self.source_id.text(*row));
            customer_key.append_value(&key);
            matched_by.append_value(labels);
            first_source_id.append_value(self.source_id.text(person.first_row()));
        }
        let columns = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        RecordBatch::try_new(schema(), columns)
            .map_err(|source| IdentityError::Arrow { doing: "writing the identity table", source })
    }
}

impl Iterator for Identities {
    type Item = Result<RecordBatch, IdentityError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next;
        if start >= self.order.len() {
            return None;
        }
        self.next = (start + BATCH_ROWS).min(self.order.len());
        Some(self.batch(start..self.next))
    }
}

/// `matched_by` for a set of labels.
fn describe(labels: &[String], shared: u16) -> String {
    let mut text = String::new();
    for (number, label) in labels.iter().enumerate() {
        if shared & 1 << number != 0 {
            if !text.is_empty() {
                text.push(LABEL_SEPARATOR);
            }
            text.push_str(label);
        }
    }
    if text.is_empty() { UNMATCHED.to_owned() } else { text }
}

/// Checks that no two persons have the same customer key.
fn no_key_twice(persons: &[Person], source: &TextColumn, source_id: &TextColumn) -> Result<(), IdentityError> {
    let mut seen: HashTable<u32> = HashTable::with_capacity(persons.len());
    for (number, person) in (0..).zip(persons) {
        let entry = seen.entry(
            person.table_hash(),
            |other| persons[*other as usize].hash == person.hash,
            |other| persons[*other as usize].table_hash(),
        );
        match entry {
            Entry::Vacant(free) => {
                free.insert(number);
            }
            Entry::Occupied(found) => {
                let mut customer_key = String::new();
                person.write_key(&mut customer_key);
                let record = |person: &Person| {
                    format!("{} {}", source.text(person.first_row()), source_id.text(person.first_row()))
                };
                return Err(IdentityError::SameKey {
                    customer_key,
                    first: record(&persons[*found.get() as usize]),
                    second: record(person),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::*;

    #[test]
    fn two_persons_with_one_key_are_named() {
        let column = |texts: [&str; 2]| {
            let mut column = TextColumn::default();
            column.push(&(Arc::new(StringArray::from(texts.to_vec())) as ArrayRef)).expect("text");
            column
        };
        let (source, source_id) = (column(["crm", "shop"]), column(["C1", "K9"]));
        let first = Person::new(&source, &source_id, 0);
        let second = Person { first_row: 1_u32.to_ne_bytes(), ..first };
        let error = no_key_twice(&[first, second], &source, &source_id).expect_err("one key").to_string();
        assert!(error.starts_with("the persons of crm C1 and of shop K9 get the same customer_key c"), "{error}");
        assert!(no_key_twice(&[first, Person::new(&source, &source_id, 1)], &source, &source_id).is_ok());
    }
}
