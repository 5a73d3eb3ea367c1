//! Who is meant: the records, keys and values of one person over all retained snapshots.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use serde::{Deserialize, Serialize};

use crate::diagnostics::Problem;
use crate::publish::{PublishError, Retained};

/// Columns of the tables that say whose a record is.
pub(super) const IDENTITY: [&str; 3] = ["source", "source_id", CUSTOMER_KEY];
/// Columns of the tables that say what links records.
const LINKS: [&str; 6] = ["rule", "value", "source", "source_id", "other_source", "other_source_id"];
const CUSTOMER_KEY: &str = "customer_key";
const UNIDENTIFIED: &str = "unidentified";

/// A person as typed, with values in the spelling of the records.
#[derive(Debug, Clone, Default)]
pub(super) struct Sought {
    /// Number of the person in the request.
    pub(super) number: usize,
    pub(super) customer_id: Option<String>,
    pub(super) source: Option<String>,
    pub(super) values: Vec<(String, String)>,
    /// The values as written.
    pub(super) written: Vec<String>,
}

/// A person that was found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Source and source_id of all their records.
    pub(crate) records: BTreeSet<(String, String)>,
    /// Key and value of what only they have.
    pub(super) own_values: BTreeSet<(String, String)>,
    /// Values by which text is searched.
    pub(super) texts: BTreeSet<String>,
}

impl Person {
    pub(super) fn is_unknown(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether it is the person who is sought.
    pub(super) fn is_meant_by(&self, sought: &Sought) -> bool {
        let has_id = |id: &String| {
            let is_it = |(source, found): &(String, String)| {
                found == id && sought.source.as_ref().is_none_or(|wanted| wanted == source)
            };
            self.records.iter().any(is_it)
        };
        sought.customer_id.as_ref().is_none_or(has_id)
            && sought.values.iter().all(|(_, value)| self.texts.contains(value))
    }
}

/// The text in a column of a row; `None` if it is null or there is no such column.
pub(super) fn text_at(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    let column = cast(batch.column_by_name(column)?, &DataType::Utf8).ok()?;
    let texts = column.as_string_opt::<i32>()?;
    (!texts.is_null(row)).then(|| texts.value(row).to_owned())
}

/// Columns of a batch as texts; `None` if one is missing.
pub(super) fn texts(batch: &RecordBatch, columns: &[&str]) -> Option<Vec<arrow::array::StringArray>> {
    let text = |name: &&str| {
        let column = cast(batch.column_by_name(name)?, &DataType::Utf8).ok()?;
        column.as_string_opt::<i32>().cloned()
    };
    columns.iter().map(text).collect()
}

/// The person behind a request; a problem if several might be meant. `names` are the keys by which persons are known.
pub(super) fn find(
    retained: &[Retained],
    sought: &Sought,
    names: &[&str],
) -> Result<Result<Person, Problem>, PublishError> {
    let mut person = Person::default();
    for snapshot in retained {
        let persons = keys(snapshot)?;
        let mut found: BTreeSet<String> = BTreeSet::new();
        if let Some(id) = &sought.customer_id {
            let named = persons.iter().filter(|((source, source_id), _)| {
                source_id == id && sought.source.as_ref().is_none_or(|wanted| wanted == source)
            });
            let keys: BTreeSet<String> = named.flat_map(|(_, keys)| keys.iter().cloned()).collect();
            if keys.len() > 1 {
                let message = format!("person {}: records of several sources have this id", sought.number);
                return Ok(Err(Problem::new(message).hint("add --source NAME, such as crm_customers")));
            }
            found.extend(keys);
        }
        for (key, value) in &sought.values {
            found.extend(with_value(snapshot, &persons, key, value)?);
        }
        if found.len() > 1 {
            let message = format!(
                "person {}: what is given leads to {} persons in snapshot {}",
                sought.number,
                found.len(),
                snapshot.snapshot.run_id
            );
            return Ok(Err(Problem::new(message).hint("find out who asked, and give the customer_id alone")));
        }
        let of_found = persons.iter().filter(|(_, keys)| keys.iter().any(|key| found.contains(key)));
        person.records.extend(of_found.map(|(record, _)| record.clone()));
    }
    if person.records.is_empty() {
        return Ok(Ok(person));
    }
    person.texts.extend(sought.written.iter().cloned());
    person.texts.extend(sought.values.iter().map(|(_, value)| value.clone()));
    person.own_values.extend(sought.values.iter().cloned());
    for snapshot in retained {
        contact_values(snapshot, names, &mut person)?;
    }
    Ok(Ok(person))
}

/// The person with a customer_key, or with a source record of this id; `None` if the snapshot knows nobody.
pub(crate) fn person_of(
    snapshot: &Retained,
    key: &str,
    names: &[&str],
) -> Result<Result<Option<Person>, Problem>, PublishError> {
    let of_key: BTreeSet<(String, String)> =
        keys(snapshot)?.into_iter().filter(|(_, keys)| keys.contains(key)).map(|(record, _)| record).collect();
    if of_key.is_empty() {
        let sought = Sought { number: 1, customer_id: Some(key.to_owned()), ..Sought::default() };
        let found = find(std::slice::from_ref(snapshot), &sought, names)?;
        return Ok(found.map(|person| Some(person).filter(|person| !person.is_unknown())));
    }
    let mut person = Person { records: of_key, ..Person::default() };
    contact_values(snapshot, names, &mut person)?;
    Ok(Ok(Some(person)))
}

/// The keys of each record in a snapshot.
pub(crate) fn keys(snapshot: &Retained) -> Result<BTreeMap<(String, String), BTreeSet<String>>, PublishError> {
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for table in snapshot.tables_with(&IDENTITY)? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &IDENTITY) else { return Ok(()) };
            for row in 0..batch.num_rows() {
                let [source, source_id, key] = [0, 1, 2].map(|column: usize| columns[column].value(row));
                let keys = found.entry((source.to_owned(), source_id.to_owned())).or_default();
                if key != UNIDENTIFIED {
                    keys.insert(key.to_owned());
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// The persons who have a value: as their contact, or as what links their records.
fn with_value(
    snapshot: &Retained,
    persons: &BTreeMap<(String, String), BTreeSet<String>>,
    key: &str,
    value: &str,
) -> Result<BTreeSet<String>, PublishError> {
    let mut found = BTreeSet::new();
    for table in snapshot.tables_with(&[CUSTOMER_KEY, key])? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &[CUSTOMER_KEY, key]) else { return Ok(()) };
            let rows = (0..batch.num_rows()).filter(|row| columns[1].is_valid(*row) && columns[1].value(*row) == value);
            found.extend(rows.map(|row| columns[0].value(row).to_owned()));
            Ok(())
        })?;
    }
    for table in snapshot.tables_with(&LINKS)? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &LINKS) else { return Ok(()) };
            let is_it = |row: &usize| columns[0].value(*row) == key && columns[1].value(*row) == value;
            for row in (0..batch.num_rows()).filter(is_it) {
                for at in [2, 4] {
                    let record = (columns[at].value(row).to_owned(), columns[at + 1].value(row).to_owned());
                    found.extend(persons.get(&record).into_iter().flatten().cloned());
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// Adds the values of the person's keys, and takes out those that somebody else has too.
fn contact_values(snapshot: &Retained, names: &[&str], person: &mut Person) -> Result<(), PublishError> {
    let persons = keys(snapshot)?;
    let of_person = persons.iter().filter(|(record, _)| person.records.contains(*record));
    let own: BTreeSet<&String> = of_person.flat_map(|(_, keys)| keys).collect();
    let (mut theirs, mut of_others) = (BTreeSet::new(), BTreeSet::new());
    for name in names {
        for table in snapshot.tables_with(&[CUSTOMER_KEY, name])? {
            snapshot.read(&table, |batch| {
                let Some(columns) = texts(batch, &[CUSTOMER_KEY, name]) else { return Ok(()) };
                for row in (0..batch.num_rows()).filter(|row| columns[1].is_valid(*row)) {
                    let value = ((*name).to_owned(), columns[1].value(row).to_owned());
                    let is_own = own.iter().any(|key| key.as_str() == columns[0].value(row));
                    if is_own {
                        theirs.insert(value)
                    } else {
                        of_others.insert(value)
                    };
                }
                Ok(())
            })?;
        }
    }
    person.texts.extend(theirs.iter().filter(|value| !of_others.contains(*value)).map(|(_, value)| value.clone()));
    person.own_values.extend(theirs);
    person.own_values.retain(|value| !of_others.contains(value));
    Ok(())
}
