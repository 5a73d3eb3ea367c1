//! Who is meant: the records and values of one person over all retained snapshots.

use std::collections::BTreeSet;

use arrow::array::Array;
use serde::{Deserialize, Serialize};

use super::cells::texts;
use super::members::{Members, Record, Rolls};
use crate::diagnostics::Problem;
use crate::publish::{PublishError, Retained};

/// Columns of the tables that say what links records.
const LINKS: [&str; 6] = ["rule", "value", "source", "source_id", "other_source", "other_source_id"];
/// Columns of the tables that say whose an order is.
pub(super) const ORDERS: [&str; 2] = [CUSTOMER_KEY, "order_key"];
const CUSTOMER_KEY: &str = "customer_key";

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

impl Sought {
    /// The first of them with the id of a record.
    pub(super) fn of_id(id: &str, source: Option<&str>) -> Self {
        let (customer_id, source) = (Some(id.to_owned()), source.map(str::to_owned));
        Self { number: 1, customer_id, source, ..Self::default() }
    }
}

/// A person that was found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Source and source_id of all their records.
    pub(crate) records: BTreeSet<Record>,
    /// Key and value of what only they have.
    pub(super) own_values: BTreeSet<(String, String)>,
    /// Values by which text is searched.
    pub(super) texts: BTreeSet<String>,
    /// Keys of their orders, in all snapshots.
    #[serde(default)]
    pub(super) orders: BTreeSet<String>,
}

impl Person {
    /// Adds what another request says of the same person.
    pub(super) fn include(&mut self, other: Self) {
        self.records.extend(other.records);
        self.own_values.extend(other.own_values);
        self.texts.extend(other.texts);
        self.orders.extend(other.orders);
    }

    /// Whether a value is theirs alone.
    pub(crate) fn has_value(&self, value: &str) -> bool {
        self.own_values.iter().any(|(_, own)| own == value)
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether it is the person who is sought.
    pub(super) fn is_meant_by(&self, sought: &Sought) -> bool {
        let has_id = |id: &String| {
            let is_it =
                |(source, found): &Record| found == id && sought.source.as_ref().is_none_or(|wanted| wanted == source);
            self.records.iter().any(is_it)
        };
        sought.customer_id.as_ref().is_none_or(has_id)
            && sought.values.iter().all(|(_, value)| self.texts.contains(value))
    }
}

/// The records of the person behind a request; none if nobody has what it gives. A problem if several might be meant.
/// `masters` are the sources that an id without a source means.
pub(super) fn find(
    retained: &[Retained],
    rolls: &Rolls,
    masters: &BTreeSet<String>,
    sought: &Sought,
) -> Result<Result<BTreeSet<Record>, Problem>, PublishError> {
    let mut of_id: Vec<BTreeSet<Record>> = Vec::new();
    if let Some(id) = &sought.customer_id {
        let mut named: Vec<&Record> = rolls
            .records()
            .filter(|(source, found)| found == id && sought.source.as_ref().is_none_or(|wanted| wanted == source))
            .collect();
        // The number of an answer is not that of a customer.
        if sought.source.is_none() {
            let other = named.first().map(|(source, _)| source.as_str());
            named.retain(|(source, _)| masters.contains(source));
            if let (Some(other), true) = (other, named.is_empty()) {
                let message = format!("person {}: only a record of {other} has this id", sought.number);
                let hint = format!("if that record is meant, give --source {other}, or {other}:ID in place of the id");
                return Ok(Err(Problem::new(message).hint(hint)));
            }
        }
        of_id = distinct(rolls, named.iter().copied());
        if of_id.len() > 1 {
            let sources: BTreeSet<&str> = named.iter().map(|(source, _)| source.as_str()).collect();
            let message = format!(
                "person {}: records of {} different persons have this id, in {}",
                sought.number,
                of_id.len(),
                sources.iter().copied().collect::<Vec<_>>().join(" and ")
            );
            let first = sources.first().copied().unwrap_or_default();
            let hint = format!("add the source: --source {first}, or {first}:ID in place of the id");
            return Ok(Err(Problem::new(message).hint(hint)));
        }
    }
    let mut found = of_id.pop();
    for (key, value) in &sought.values {
        let mut of_value = Vec::new();
        for (snapshot, members) in retained.iter().zip(&rolls.rolls) {
            of_value = distinct(rolls, with_value(snapshot, members, key, value)?.iter());
            if !of_value.is_empty() {
                break;
            }
        }
        match (&found, of_value.len()) {
            (_, 0) => {}
            (Some(found), _) if of_value.iter().any(|person| !person.is_disjoint(found)) => {}
            (Some(_), _) => {
                let message = format!("person {}: what is given leads to different persons", sought.number);
                return Ok(Err(Problem::new(message).hint("find out who asked, and give one of the values alone")));
            }
            (None, 1) => found = of_value.pop(),
            (None, persons) => {
                let message = format!("person {}: {persons} persons have the same {key}", sought.number);
                let hint = "find out who asked, and give the customer_id of a record, with --source if several sources \
                            have it";
                return Ok(Err(Problem::new(message).hint(hint)));
            }
        }
    }
    Ok(Ok(found.unwrap_or_default()))
}

/// The persons who have these records.
pub(super) fn distinct<'a>(rolls: &Rolls, records: impl Iterator<Item = &'a Record>) -> Vec<BTreeSet<Record>> {
    let mut persons: Vec<BTreeSet<Record>> = Vec::new();
    for record in records {
        if !persons.iter().any(|person| person.contains(record)) {
            persons.push(rolls.person(record));
        }
    }
    persons
}

/// The person with these records: with values of theirs, as the snapshots have them. `names` are the keys by which
/// persons are known.
pub(crate) fn described(
    retained: &[Retained],
    rolls: &Rolls,
    records: BTreeSet<Record>,
    names: &[&str],
) -> Result<Person, PublishError> {
    let mut person = Person { records, ..Person::default() };
    let (mut theirs, mut of_others) = (BTreeSet::new(), BTreeSet::new());
    for (snapshot, members) in retained.iter().zip(&rolls.rolls) {
        let (own, shared) = (members.keys_of(&person.records), members.shared_keys_of(&person.records));
        for name in names {
            for table in snapshot.tables_with(&[CUSTOMER_KEY, name])? {
                snapshot.read(&table, |batch| {
                    let Some(columns) = texts(batch, &[CUSTOMER_KEY, name]) else { return Ok(()) };
                    for row in (0..batch.num_rows()).filter(|row| columns[1].is_valid(*row)) {
                        let (key, value) = (columns[0].value(row), columns[1].value(row));
                        // What two had who were held to be one says nothing about either.
                        if shared.contains(key) {
                            continue;
                        }
                        let value = ((*name).to_owned(), value.to_owned());
                        if own.contains(key) {
                            theirs.insert(value)
                        } else {
                            of_others.insert(value)
                        };
                    }
                    Ok(())
                })?;
            }
        }
        linked_values(snapshot, names, &person.records, (&mut theirs, &mut of_others))?;
        for table in snapshot.tables_with(&ORDERS)? {
            snapshot.read(&table, |batch| {
                let Some(columns) = texts(batch, &ORDERS) else { return Ok(()) };
                let theirs = (0..batch.num_rows()).filter(|row| own.contains(columns[0].value(*row)));
                person.orders.extend(theirs.map(|row| columns[1].value(row).to_owned()));
                Ok(())
            })?;
        }
    }
    theirs.retain(|value| !of_others.contains(value));
    person.texts.extend(theirs.iter().map(|(_, value)| value.clone()));
    person.own_values = theirs;
    Ok(person)
}

/// Values by which records are linked: the name of the rule and the value.
type LinkedValues = BTreeSet<(String, String)>;

/// The values that link records of the person to each other, and those that link them to others.
fn linked_values(
    snapshot: &Retained,
    names: &[&str],
    records: &BTreeSet<Record>,
    (theirs, of_others): (&mut LinkedValues, &mut LinkedValues),
) -> Result<(), PublishError> {
    for table in snapshot.tables_with(&LINKS)? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &LINKS) else { return Ok(()) };
            let is_key = |row: &usize| names.contains(&columns[0].value(*row)) && columns[1].is_valid(*row);
            for row in (0..batch.num_rows()).filter(is_key) {
                let is_own = |at: usize| {
                    records.contains(&(columns[at].value(row).to_owned(), columns[at + 1].value(row).to_owned()))
                };
                let value = (columns[0].value(row).to_owned(), columns[1].value(row).to_owned());
                // A row without a second record is about a value of many.
                let sides: Vec<bool> =
                    [2, 4].into_iter().filter(|at| columns[at + 1].is_valid(row)).map(is_own).collect();
                if sides == [true, true] {
                    theirs.insert(value)
                } else {
                    of_others.insert(value)
                };
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The records of those who have a value: as their contact, or as what links their records.
pub(super) fn with_value(
    snapshot: &Retained,
    members: &Members,
    key: &str,
    value: &str,
) -> Result<BTreeSet<Record>, PublishError> {
    let mut found = BTreeSet::new();
    for table in snapshot.tables_with(&[CUSTOMER_KEY, key])? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &[CUSTOMER_KEY, key]) else { return Ok(()) };
            let rows = (0..batch.num_rows()).filter(|row| columns[1].is_valid(*row) && columns[1].value(*row) == value);
            found.extend(rows.flat_map(|row| members.with_key(columns[0].value(row)).cloned()));
            Ok(())
        })?;
    }
    for table in snapshot.tables_with(&LINKS)? {
        snapshot.read(&table, |batch| {
            let Some(columns) = texts(batch, &LINKS) else { return Ok(()) };
            let is_it = |row: &usize| columns[0].value(*row) == key && columns[1].value(*row) == value;
            for row in (0..batch.num_rows()).filter(is_it) {
                for at in [2, 4] {
                    found.insert((columns[at].value(row).to_owned(), columns[at + 1].value(row).to_owned()));
                }
            }
            Ok(())
        })?;
    }
    found.retain(|record| members.has(record));
    Ok(found)
}
