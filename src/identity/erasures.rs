//! Requests of persons to be forgotten: which person each leads to, and which records vanish with it.
//!
//! A request names a record by its id, a person by values of keys (an e-mail address, a phone number), or both. It is
//! decided once everybody is resolved, on the persons of that resolution, so that nobody else becomes another person
//! because somebody is forgotten. What a request gives must lead to exactly one person; several erase nobody and are
//! listed.
//!
//! A person who comes back after the request is a new relationship: records first known after its day stay, unless the
//! request names their id. Records without such a day go.

use std::collections::{BTreeSet, HashSet};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Date32Type};
use hashbrown::HashMap;

use super::error::IdentityError;
use super::layout::Layout;
use super::persons::Persons;
use super::records::{NONE, Records, UNKNOWN_DAY};
use super::tombstones::Tombstones;

/// Columns of the requests before those of the keys: the id of a record, and the day.
pub const REQUEST_COLUMNS: [&str; 2] = ["customer_id", "requested_on"];

/// What stands for tombstones where the kinds of what requests give are listed.
const TOMBSTONE: &str = "tombstone";

/// What a request gives.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    /// The id of a record that founds a person.
    Id(String),
    /// A value of the key with this number.
    Value(usize, String),
    /// A value of the key with this number that is not valid.
    Invalid(usize),
}

/// One request.
#[derive(Debug, Clone)]
struct Request {
    given: Vec<Given>,
    day: i32,
    /// What its row gives as it is written: the id, then the keys. `None` of a tombstone.
    written: Option<Vec<Option<String>>>,
}

/// The requests as they arrive.
#[derive(Debug, Default)]
pub(super) struct Requests {
    requests: Vec<Request>,
    pub(super) tombstones: Option<Tombstones>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It led to records, which are erased.
    Erased,
    /// Nobody has what it gives.
    Unmatched,
    /// Nothing that it gives is a valid value.
    Invalid,
    /// One of its values belongs to several persons, and nothing else that it gives says whose it is.
    Ambiguous(u32),
    /// Its values belong to different persons.
    Contradiction,
}

impl Outcome {
    /// Its word in tables.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Unmatched => "unmatched",
            Self::Invalid => "invalid",
            Self::Ambiguous(_) => "ambiguous",
            Self::Contradiction => "contradiction",
        }
    }
}

/// A row with a request that erases nobody.
#[derive(Debug, Clone)]
pub struct UnclearRequest {
    /// What became of it: `unmatched`, `invalid`, `ambiguous` or `contradiction`.
    pub outcome: &'static str,
    /// The kinds of what it gives, such as email; empty if it gives nothing.
    pub given: String,
    /// What it gives as it is written: the id, then the keys of the layout's requests. Never for messages.
    pub written: Vec<Option<String>>,
}

/// A request after the decision.
#[derive(Debug, Clone)]
pub(super) struct Decided {
    pub(super) day: i32,
    pub(super) written: Option<Vec<Option<String>>>,
    /// The kinds of what it gives: `customer_id`, `email`.
    pub(super) given: String,
    pub(super) outcome: Outcome,
    /// First record of those that it might mean.
    pub(super) first: Option<u32>,
    /// The key whose value is ambiguous.
    pub(super) key: Option<String>,
    pub(super) records: u32,
}

/// A record, or the id of one that does not exist, that is erased.
#[derive(Debug, Clone)]
pub(super) struct ErasedRow {
    /// `None`: no record has the id, but rows of other extracts may name it.
    pub(super) record: Option<u32>,
    pub(super) id: Option<String>,
    pub(super) day: i32,
}

/// What the requests erase.
#[derive(Debug, Default)]
pub(super) struct Erased {
    /// By record; empty without any.
    is_erased: Vec<bool>,
    /// By person with erased records: the first record that is left and founds it.
    first_left: HashMap<u32, u32>,
    pub(super) rows: Vec<ErasedRow>,
    pub(super) requests: Vec<Decided>,
}

impl Erased {
    /// Whether a record is erased.
    pub(super) fn has(&self, record: u32) -> bool {
        self.is_erased.get(record as usize).copied().unwrap_or(false)
    }

    /// Whether any record is.
    pub(super) fn is_any(&self) -> bool {
        !self.is_erased.is_empty()
    }

    /// The rows of requests that erase nobody.
    pub(super) fn unclear(&self) -> Vec<UnclearRequest> {
        let unclear = self.requests.iter().filter(|request| request.outcome != Outcome::Erased);
        let rows = unclear.filter_map(|request| {
            let written = request.written.clone()?;
            Some(UnclearRequest { outcome: request.outcome.word(), given: request.given.clone(), written })
        });
        rows.collect()
    }

    /// How many records are.
    pub(super) fn count(&self) -> usize {
        self.rows.iter().filter(|row| row.record.is_some()).count()
    }

    /// The record that founds a person once the erased ones are gone.
    pub(super) fn founder(&self, person: u32) -> u32 {
        self.first_left.get(&person).copied().unwrap_or(person)
    }

    /// Rows of a batch that begins with source and source_id, without those of erased records.
    pub(super) fn without(&self, batch: &RecordBatch, records: &Records) -> Result<RecordBatch, IdentityError> {
        let (source, source_id) = (batch.column(0).as_string::<i32>(), batch.column(1).as_string::<i32>());
        let is_left =
            |row: usize| records.find(source.value(row), source_id.value(row)).is_none_or(|record| !self.has(record));
        let is_left = BooleanArray::from_iter((0..batch.num_rows()).map(|row| Some(is_left(row))));
        filter_record_batch(batch, &is_left)
            .map_err(|source| IdentityError::Arrow { doing: "leaving out erased records", source })
    }
}

impl Requests {
    /// Adds requests: the columns of [`REQUEST_COLUMNS`], then for each key of [`Layout::requests`] its value in the
    /// spelling of the records, and the value as written.
    pub(super) fn push(&mut self, batch: &RecordBatch, layout: &Layout) -> Result<(), IdentityError> {
        let expected = REQUEST_COLUMNS.len() + 2 * layout.requests.len();
        if batch.num_columns() != expected {
            return Err(IdentityError::WrongColumns {
                what: "the erasure requests",
                expected: REQUEST_COLUMNS.join(", "),
                found: batch
                    .schema_ref()
                    .fields()
                    .iter()
                    .map(|field| field.name().as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        let text = |number: usize| {
            cast(batch.column(number), &DataType::Utf8)
                .map_err(|source| IdentityError::Arrow { doing: "reading a column of erasure requests", source })
        };
        let days = cast(batch.column(1), &DataType::Date32)
            .map_err(|source| IdentityError::Arrow { doing: "reading the days of erasure requests", source })?;
        let days = days.as_primitive::<Date32Type>();
        let ids = text(0)?;
        let ids = ids.as_string::<i32>();
        let keys = (0..2 * layout.requests.len()).map(|at| text(REQUEST_COLUMNS.len() + at));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let filled = |column: &dyn Array| {
                let texts = column.as_string::<i32>();
                let text = if texts.is_null(row) { "" } else { texts.value(row).trim() };
                (!text.is_empty()).then(|| text.to_owned())
            };
            let mut given: Vec<Given> = filled(ids).map(Given::Id).into_iter().collect();
            let mut written = vec![filled(ids)];
            written.extend(keys.chunks(2).map(|pair| filled(&pair[1])));
            for (key, pair) in keys.chunks(2).enumerate() {
                match (filled(&pair[0]), filled(&pair[1])) {
                    (Some(value), _) => given.push(Given::Value(key, value)),
                    (None, Some(_)) => given.push(Given::Invalid(key)),
                    (None, None) => {}
                }
            }
            let day = if days.is_null(row) { UNKNOWN_DAY } else { days.value(row) };
            self.requests.push(Request { given, day, written: Some(written) });
        }
        Ok(())
    }

    /// The records that tombstones name, with their days. Values that they name become requests: a person who has one,
    /// and whose records were known before, is erased too.
    fn entombed(&mut self, layout: &Layout, records: &Records) -> Vec<(u32, i32)> {
        let Some(tombstones) = self.tombstones.take() else { return Vec::new() };
        let mut entombed = Vec::new();
        let mut values: BTreeSet<(i32, usize, &str)> = BTreeSet::new();
        for record in 0..records.count() {
            if let Some(day) = tombstones.record(records.source(record), records.source_id(record)) {
                entombed.push((record, day));
                continue;
            }
            for (number, key) in layout.requests.iter().enumerate() {
                let Some(value) = records.value(key.column, record) else { continue };
                values.extend(tombstones.value(&key.name, value).map(|day| (day, number, value)));
            }
        }
        let of_value = |(day, key, value): (i32, usize, &str)| Request {
            given: vec![Given::Value(key, value.to_owned())],
            day,
            written: None,
        };
        self.requests.extend(values.into_iter().map(of_value));
        entombed
    }

    /// Decides all requests.
    pub(super) fn decide(
        mut self,
        layout: &Layout,
        records: &Records,
        persons: &mut Persons,
        is_placed: &[bool],
    ) -> Erased {
        let entombed = self.entombed(layout, records);
        if self.requests.is_empty() && entombed.is_empty() {
            return Erased::default();
        }
        // The order of rows says nothing.
        self.requests.sort_by_cached_key(|request| (request.day, request.sort_key()));
        let found = Found::new(&self.requests, layout, records);
        let mut deciding = Deciding {
            layout,
            records,
            persons,
            is_placed,
            days: HashMap::new(),
            single: entombed.iter().copied().collect(),
            missing: Vec::new(),
        };
        let mut requests: Vec<(Decided, Vec<u32>)> =
            self.requests.iter().map(|request| deciding.decide(request, &found)).collect();
        let Deciding { days, single, missing, .. } = deciding;
        let (is_erased, first_left, mut rows) = erase(records, persons, is_placed, &days, &single);
        for (request, of_request) in &mut requests {
            let persons_of: Vec<u32> = of_request.iter().map(|record| persons.find(*record)).collect();
            let count = rows.iter().filter_map(|row| row.record).filter(|record| {
                of_request.contains(record)
                    || (is_placed[*record as usize] && persons_of.contains(&persons.find(*record)))
            });
            request.records = count.count() as u32;
        }
        if !entombed.is_empty() {
            let day = entombed.iter().map(|(_, day)| *day).max().unwrap_or(UNKNOWN_DAY);
            let by_tombstone = Decided {
                day,
                written: None,
                given: TOMBSTONE.to_owned(),
                outcome: Outcome::Erased,
                first: None,
                key: None,
                records: entombed.len() as u32,
            };
            requests.push((by_tombstone, Vec::new()));
        }
        rows.extend(missing.into_iter().map(|(id, day)| ErasedRow { record: None, id: Some(id), day }));
        let requests = requests.into_iter().map(|(request, _)| request).collect();
        Erased { is_erased, first_left, rows, requests }
    }
}

impl Request {
    fn sort_key(&self) -> String {
        format!("{:?}", self.given)
    }

    fn in_words(&self, layout: &Layout) -> String {
        let key = |key: &usize| layout.requests.get(*key).map_or("a key", |key| key.name.as_str());
        let name = |given: &Given| match given {
            Given::Id(_) => REQUEST_COLUMNS[0].to_owned(),
            Given::Value(number, _) | Given::Invalid(number) => key(number).to_owned(),
        };
        let mut names: Vec<String> = self.given.iter().map(name).collect();
        names.dedup();
        names.join("+")
    }
}

/// The records that have what requests give.
struct Found<'a> {
    by_id: HashMap<&'a str, Vec<u32>>,
    /// Per key.
    by_value: Vec<HashMap<&'a str, Vec<u32>>>,
}

impl<'a> Found<'a> {
    fn new(requests: &'a [Request], layout: &Layout, records: &Records) -> Self {
        let mut by_id: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut by_value: Vec<HashMap<&str, Vec<u32>>> = vec![HashMap::new(); layout.requests.len()];
        for given in requests.iter().flat_map(|request| &request.given) {
            match given {
                Given::Id(id) => drop(by_id.entry(id).or_default()),
                Given::Value(key, value) => drop(by_value[*key].entry(value.as_str()).or_default()),
                Given::Invalid(_) => {}
            }
        }
        for record in 0..records.count() {
            if !records.is_attached(record)
                && let Some(found) = by_id.get_mut(records.source_id(record))
            {
                found.push(record);
            }
        }
        for (key, values) in layout.requests.iter().zip(&mut by_value).filter(|(_, values)| !values.is_empty()) {
            for record in 0..records.count() {
                if let Some(found) = records.value(key.column, record).and_then(|value| values.get_mut(value)) {
                    found.push(record);
                }
            }
        }
        Self { by_id, by_value }
    }

    fn of(&self, given: &Given) -> &[u32] {
        let found = match given {
            Given::Id(id) => self.by_id.get(id.as_str()),
            Given::Value(key, value) => self.by_value.get(*key).and_then(|values| values.get(value.as_str())),
            Given::Invalid(_) => None,
        };
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

struct Deciding<'a> {
    layout: &'a Layout,
    records: &'a Records,
    persons: &'a mut Persons,
    is_placed: &'a [bool],
    /// By erased person: the last day of a request.
    days: HashMap<u32, i32>,
    /// Records that are erased by themselves: those that a request names, and those that belong to nobody.
    single: HashMap<u32, i32>,
    /// Requested ids that no record has.
    missing: Vec<(String, i32)>,
}

impl Deciding<'_> {
    /// Also returns the records that stand for what is erased.
    fn decide(&mut self, request: &Request, found: &Found<'_>) -> (Decided, Vec<u32>) {
        let mut decided = Decided {
            day: request.day,
            written: request.written.clone(),
            given: request.in_words(self.layout),
            outcome: Outcome::Unmatched,
            first: None,
            key: None,
            records: 0,
        };
        let mut open: Option<Vec<u32>> = None;
        let mut alone: Vec<u32> = Vec::new();
        let mut most: Option<(usize, &Given, u32)> = None;
        for given in &request.given {
            let mut of_given: Vec<u32> = Vec::new();
            let mut first = None;
            for record in found.of(given) {
                if matches!(given, Given::Value(..)) && self.is_later(*record, request.day) {
                    continue;
                }
                if !self.records.is_attached(*record) {
                    of_given.push(self.persons.find(*record));
                    // Somebody who is left is shown, not who was erased.
                    let is_gone = |first: &u32| self.single.contains_key(first);
                    first = first.filter(|first| !is_gone(first)).or(Some(*record));
                } else if !self.is_placed[*record as usize] {
                    alone.push(*record);
                }
            }
            of_given.sort_unstable();
            of_given.dedup();
            let Some(first) = first else { continue };
            decided.first = decided.first.or(Some(first));
            if of_given.len() > 1 && most.is_none_or(|(count, ..)| count < of_given.len()) {
                most = Some((of_given.len(), given, first));
            }
            open = Some(match open {
                None => of_given,
                Some(open) => open.into_iter().filter(|person| of_given.contains(person)).collect(),
            });
        }
        let is_valid = request.given.iter().any(|given| !matches!(given, Given::Invalid(_)));
        decided.outcome = match open.as_deref() {
            _ if !is_valid => Outcome::Invalid,
            None if alone.is_empty() => Outcome::Unmatched,
            None | Some([_]) => Outcome::Erased,
            Some([]) => Outcome::Contradiction,
            Some(several) => Outcome::Ambiguous(several.len() as u32),
        };
        if let (Outcome::Ambiguous(_), Some((_, Given::Value(key, _), first))) = (decided.outcome, most) {
            let name = self.layout.requests.get(*key).map(|key| key.name.clone()).unwrap_or_default();
            (decided.key, decided.first) = (Some(name), Some(first));
        }
        let mut erased = Vec::new();
        if decided.outcome == Outcome::Erased {
            for person in open.into_iter().flatten() {
                later(&mut self.days, person, request.day);
                erased.push(person);
            }
            for record in alone {
                later(&mut self.single, record, request.day);
                erased.push(record);
            }
        }
        if matches!(decided.outcome, Outcome::Erased | Outcome::Unmatched) {
            for given in &request.given {
                let Given::Id(id) = given else { continue };
                match found.of(given) {
                    [] => self.missing.push((id.clone(), request.day)),
                    named => named.iter().for_each(|record| later(&mut self.single, *record, request.day)),
                }
            }
        }
        (decided, erased)
    }

    fn is_later(&self, record: u32, day: i32) -> bool {
        is_later(self.records, record, day)
    }
}

/// Whether a record was first known after a day.
fn is_later(records: &Records, record: u32, day: i32) -> bool {
    records.known_from(record).is_some_and(|known| known > day)
}

fn later(days: &mut HashMap<u32, i32>, key: u32, day: i32) {
    let known = days.entry(key).or_insert(day);
    *known = (*known).max(day);
}

/// By record whether it is erased, by person the first record that is left, and the erased records in order of their ids.
fn erase(
    records: &Records,
    persons: &mut Persons,
    is_placed: &[bool],
    days: &HashMap<u32, i32>,
    single: &HashMap<u32, i32>,
) -> (Vec<bool>, HashMap<u32, u32>, Vec<ErasedRow>) {
    if days.is_empty() && single.is_empty() {
        return (Vec::new(), HashMap::new(), Vec::new());
    }
    let mut day_of: HashMap<u32, i32> = single.clone();
    let mut first_left: HashMap<u32, u32> = HashMap::new();
    // The persons of whom something goes. Of those in `single` only, nothing but that goes.
    let mut touched: HashMap<u32, i32> = HashMap::new();
    for (record, day) in single.iter().filter(|(record, _)| is_placed[**record as usize]) {
        later(&mut touched, persons.find(*record), *day);
    }
    let whole: HashSet<u32> = days.keys().copied().collect();
    days.iter().for_each(|(person, day)| later(&mut touched, *person, *day));
    let mut attached: Vec<(u32, u32, i32)> = Vec::new();
    for record in (0..records.count()).filter(|record| is_placed[*record as usize]) {
        let person = persons.find(record);
        let Some(day) = touched.get(&person).copied() else { continue };
        if records.is_attached(record) {
            attached.push((record, person, day));
        } else if whole.contains(&person) && !is_later(records, record, day) {
            day_of.entry(record).or_insert(day);
        } else if !day_of.contains_key(&record) {
            first_left.entry(person).or_insert(record);
        }
    }
    for (record, person, day) in attached {
        // Of a person without a record of their own, nothing is left.
        let goes = whole.contains(&person) && !is_later(records, record, day);
        if goes || !first_left.contains_key(&person) {
            day_of.entry(record).or_insert(day);
        }
    }
    let mut is_erased = vec![false; records.count() as usize];
    let mut rows = Vec::with_capacity(day_of.len());
    for record in records.by_id.iter().filter(|record| **record != NONE) {
        if let Some(day) = day_of.get(record) {
            is_erased[*record as usize] = true;
            rows.push(ErasedRow { record: Some(*record), id: None, day: *day });
        }
    }
    (is_erased, first_left, rows)
}
