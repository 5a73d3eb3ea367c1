//! The identity table: customer keys for the persons, and one output row per source record.

use std::cmp::Ordering;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, Float64Array, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};

use super::erasures::Erased;
use super::error::IdentityError;
use super::layout::{LABEL_SEPARATOR, OVERRIDE, SCORED, UNMATCHED};
use super::persons::Persons;
use super::records::{NONE, Records};

/// `customer_key` of a record that attaches, and to nobody.
const UNIDENTIFIED: &str = "unidentified";

const BATCH_ROWS: usize = 8_192;
/// Bytes of the hash in a customer key. With 10 million persons, two of them collide with odds of 1 in 24 billion.
const KEY_BYTES: usize = 10;
/// Separates source and source_id in the hashed text: the ASCII unit separator.
const FIELD_SEPARATOR: &[u8] = &[0x1f];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("source", false),
        text("source_id", false),
        text("customer_key", false),
        text("matched_by", false),
        Field::new("score", DataType::Float64, true),
        text("first_source_id", true),
        Field::new("known_from", DataType::Date32, true),
        Field::new("is_first", DataType::Boolean, false),
    ]))
});

/// Columns of the identity table: source, source_id, customer_key, matched_by, score (null: the links are exact),
/// first_source_id (null: the record has no person), known_from, is_first (the record gives the key).
pub fn schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// A person: the first record, and its hash.
#[derive(Clone, Copy)]
struct Person {
    hash: [u8; KEY_BYTES],
    first: [u8; 4],
}

impl Person {
    fn new(records: &Records, first: u32, hasher: &blake3::Hasher) -> Self {
        let mut hasher = hasher.clone();
        hasher.update(records.source(first).as_bytes());
        hasher.update(FIELD_SEPARATOR);
        hasher.update(records.source_id(first).as_bytes());
        let mut hash = [0; KEY_BYTES];
        hasher.finalize_xof().fill(&mut hash);
        Self { hash, first: first.to_ne_bytes() }
    }

    /// Stored as bytes, so that a person takes 14 of them instead of 16.
    fn first(&self) -> u32 {
        u32::from_ne_bytes(self.first)
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

/// The persons of all records.
pub(super) struct Keys {
    /// Per record: the number of its person; [`NONE`] if it has none.
    person_of: Vec<u32>,
    persons: Vec<Person>,
}

impl Keys {
    /// The keys of the persons that are left.
    pub(super) fn new(
        records: &Records,
        mut found: Persons,
        is_placed: &[bool],
        erased: &Erased,
        hasher: &blake3::Hasher,
    ) -> Result<Self, IdentityError> {
        let mut person_of = vec![NONE; records.count() as usize];
        let mut persons: Vec<Person> = Vec::new();
        let is_left = |record: &u32| is_placed[*record as usize] && !erased.has(*record);
        for record in (0..records.count()).filter(is_left) {
            // The first record represents its person, and comes before the others, unless one of those attaches.
            let first = found.find(record);
            if person_of[first as usize] == NONE {
                person_of[first as usize] = persons.len() as u32;
                persons.push(Person::new(records, erased.founder(first), hasher));
            }
            person_of[record as usize] = person_of[first as usize];
        }
        no_key_twice(&persons, records)?;
        Ok(Self { person_of, persons })
    }

    /// Number of persons.
    pub(super) fn person_count(&self) -> u32 {
        self.persons.len() as u32
    }

    /// The number of a record's person, if it has one.
    pub(super) fn person_of(&self, record: u32) -> Option<u32> {
        self.person_of.get(record as usize).copied().filter(|person| *person != NONE)
    }

    /// Writes the customer key of a person.
    pub(super) fn write(&self, person: u32, key: &mut String) {
        self.persons[person as usize].write_key(key);
    }

    /// The order of customer keys.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        self.persons[left as usize].hash.cmp(&self.persons[right as usize].hash)
    }
}

/// The identity table in batches, sorted by source and source_id.
pub struct Identities {
    rules: Vec<String>,
    records: Arc<Records>,
    /// Per record: the rules that link it to others of its person.
    labels: Vec<u32>,
    /// By record: the score of the link that joined it, if that is not exact.
    scores: HashMap<u32, f64>,
    keys: Arc<Keys>,
    /// `matched_by` for each combination of rules seen so far.
    matched_by: HashMap<u32, String>,
    next: usize,
    erased: Arc<Erased>,
}

impl Identities {
    /// The table of these persons. `labels` and `scores` are by record: its rules, and the score of its link.
    pub(super) fn new(
        rules: Vec<String>,
        records: Arc<Records>,
        labels: Vec<u32>,
        scores: HashMap<u32, f64>,
        keys: Keys,
        erased: Arc<Erased>,
    ) -> Self {
        Self { rules, records, labels, scores, keys: Arc::new(keys), matched_by: HashMap::new(), next: 0, erased }
    }

    /// Number of source records that are left, which is the total number of rows.
    pub fn record_count(&self) -> usize {
        self.labels.len() - self.erased.count()
    }

    /// Number of persons, which is the number of distinct customer keys.
    #[cfg(test)]
    pub(super) fn person_count(&self) -> usize {
        self.keys.persons.len()
    }

    /// The persons of the records.
    pub(super) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
    }

    fn batch(&mut self, records: std::ops::Range<usize>) -> Result<RecordBatch, IdentityError> {
        let rows = records.len();
        let mut columns: [StringBuilder; 5] = std::array::from_fn(|_| StringBuilder::with_capacity(rows, rows * 12));
        let [source, source_id, customer_key, matched_by, first_source_id] = &mut columns;
        let mut known_from = Date32Builder::with_capacity(rows);
        let mut is_first = BooleanBuilder::with_capacity(rows);
        let mut key = String::new();
        let mut scores: Vec<Option<f64>> = Vec::new();
        for record in self.records.by_id[records].iter().filter(|record| !self.erased.has(**record)) {
            if !self.scores.is_empty() {
                scores.push(self.scores.get(record).copied());
            }
            let labels = self.labels[*record as usize];
            let labels = self.matched_by.entry(labels).or_insert_with(|| describe(&self.rules, labels));
            source.append_value(self.records.source(*record));
            source_id.append_value(self.records.source_id(*record));
            known_from.append_option(self.records.known_from(*record));
            let person = self.keys.persons.get(self.keys.person_of[*record as usize] as usize);
            is_first.append_value(person.is_some_and(|person| person.first() == *record));
            match person {
                Some(person) => {
                    person.write_key(&mut key);
                    customer_key.append_value(&key);
                    first_source_id.append_value(self.records.source_id(person.first()));
                }
                None => {
                    customer_key.append_value(UNIDENTIFIED);
                    first_source_id.append_null();
                }
            }
            matched_by.append_value(labels);
        }
        let [source, source_id, customer_key, matched_by, first_source_id] =
            columns.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let score: ArrayRef = match scores.is_empty() {
            true => Arc::new(Float64Array::new_null(source.len())),
            false => Arc::new(Float64Array::from(scores)),
        };
        let known_from = Arc::new(known_from.finish()) as ArrayRef;
        let is_first = Arc::new(is_first.finish()) as ArrayRef;
        let columns = vec![source, source_id, customer_key, matched_by, score, first_source_id, known_from, is_first];
        RecordBatch::try_new(schema(), columns)
            .map_err(|source| IdentityError::Arrow { doing: "writing the identity table", source })
    }
}

impl Iterator for Identities {
    type Item = Result<RecordBatch, IdentityError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next;
        if start >= self.labels.len() {
            return None;
        }
        self.next = (start + BATCH_ROWS).min(self.labels.len());
        Some(self.batch(start..self.next))
    }
}

/// `matched_by` for a set of rules.
fn describe(rules: &[String], labels: u32) -> String {
    let mut text = String::new();
    // A decision comes before all rules.
    let decided = (rules.len(), OVERRIDE);
    let scored = (rules.len() + 1, SCORED);
    let names = std::iter::once(decided).chain(rules.iter().map(String::as_str).enumerate()).chain([scored]);
    for (_, name) in names.filter(|(number, _)| labels & 1 << number != 0) {
        if !text.is_empty() {
            text.push(LABEL_SEPARATOR);
        }
        text.push_str(name);
    }
    if text.is_empty() { UNMATCHED.to_owned() } else { text }
}

/// Checks that no two persons have the same customer key.
fn no_key_twice(persons: &[Person], records: &Records) -> Result<(), IdentityError> {
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
                return Err(IdentityError::SameKey {
                    customer_key,
                    first: records.name(persons[*found.get() as usize].first()),
                    second: records.name(person.first()),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use super::super::text_column::TextColumn;
    use super::*;

    #[test]
    fn two_persons_with_one_key_are_named() {
        let column = |texts: [&str; 2]| {
            let mut column = TextColumn::default();
            column.push(&(Arc::new(StringArray::from(texts.to_vec())) as ArrayRef)).expect("text");
            column
        };
        let (source, source_id) = (column(["crm", "shop"]), column(["C1", "K9"]));
        let records = Records { source, source_id, row_of: vec![0, 1], ..Records::default() };
        let hasher = blake3::Hasher::new();
        let first = Person::new(&records, 0, &hasher);
        let second = Person { first: 1_u32.to_ne_bytes(), ..first };
        let error = no_key_twice(&[first, second], &records).expect_err("one key").to_string();
        assert!(error.starts_with("the persons of crm C1 and of shop K9 get the same customer_key c"), "{error}");
        assert!(no_key_twice(&[first, Person::new(&records, 1, &hasher)], &records).is_ok());
    }
}
