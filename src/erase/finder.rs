//! Finds the persons whom requests mean, in retained snapshots and in the extracts as they are.

use std::collections::BTreeSet;

use super::contacts::{Contact, contacts, is_mark, rough};
use super::files::{Delivered, delivered};
use super::layouts::Layouts;
use super::members::{Record, Rolls};
use super::person::{self, Person, Sought};
use super::speller::Speller;
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::publish::Retained;
use crate::run::Request;

/// The person of a snapshot with a customer_key, or with a record of this id; `None` if it knows nobody.
pub(crate) async fn person_of(
    request: &Request,
    plan: &Plan,
    snapshot: &Retained,
    key: &str,
    source: Option<&str>,
) -> Result<Result<Option<Person>, Problem>, Failure> {
    let mut finder = Finder::new(request, plan, std::slice::from_ref(snapshot))?;
    let of_key = finder.rolls.rolls.iter().flat_map(|members| members.with_key(key)).next().cloned();
    let records = match of_key {
        Some(record) => finder.rolls.person(&record),
        None => {
            let sought = finder.placed(Sought::of_id(key, source));
            match person::find(finder.retained, &finder.rolls, &finder.masters(), &sought)? {
                Ok(records) => records,
                Err(problem) => return Ok(Err(problem)),
            }
        }
    };
    if records.is_empty() {
        return Ok(Ok(None));
    }
    finder.described(records, None).await.map(|person| Ok(Some(person)))
}

/// Finds persons in retained snapshots and in the extracts as they are.
pub(super) struct Finder<'a> {
    plan: &'a Plan,
    retained: &'a [Retained],
    rolls: Rolls,
    names: Vec<&'a str>,
    pub(super) files: Vec<Delivered>,
    layouts: Layouts<'a>,
    speller: Speller<'a>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(request: &'a Request, plan: &'a Plan, retained: &'a [Retained]) -> Result<Self, Failure> {
        let spellings = plan.identity.as_ref().map(|identity| identity.spellings.as_slice()).unwrap_or_default();
        Ok(Self {
            plan,
            retained,
            rolls: Rolls::of(retained)?,
            names: spellings.iter().map(|(name, _)| name.as_str()).collect(),
            files: delivered(request, plan, retained),
            layouts: Layouts::new(request, plan),
            speller: Speller::new(request, plan)?,
        })
    }

    /// The person who is sought; one without records if nobody is.
    pub(super) async fn find(
        &mut self,
        sought: &Sought,
        country: Option<&str>,
    ) -> Result<Result<Person, Problem>, Failure> {
        let sought = &self.placed(sought.clone());
        if let Some(source) = &sought.source
            && !self.sources().any(|known| known == source)
        {
            let known: BTreeSet<&str> = self.sources().collect();
            let problem = Problem::new(format!("there is no source `{source}` with records of persons"));
            let hint = format!("give one of {}", known.into_iter().collect::<Vec<_>>().join(", "));
            return Ok(Err(problem.hint(hint)));
        }
        let mut records = match person::find(self.retained, &self.rolls, &self.masters(), sought)? {
            Ok(records) => records,
            Err(problem) => return Ok(Err(problem)),
        };
        if records.is_empty() && !sought.values.is_empty() && sought.customer_id.is_none() {
            let holders = self.holders(&sought.values).await?;
            let holders: BTreeSet<Record> = holders.into_iter().map(|(record, _)| record).collect();
            let known = holders.iter().filter(|record| self.rolls.has(record));
            let mut persons = person::distinct(&self.rolls, known);
            if persons.len() > 1 {
                let message = format!(
                    "person {}: records of {} persons in the extracts have what is given",
                    sought.number,
                    persons.len()
                );
                return Ok(Err(Problem::new(message).hint("find out who asked, and give the customer_id of a record")));
            }
            records = persons.pop().unwrap_or_default();
        }
        if records.is_empty() {
            return Ok(Ok(Person::default()));
        }
        let mut person = self.described(records, country).await?;
        let shared = self.shared(&person, &sought.values).await?;
        person.texts.extend(sought.written.iter().filter(|_| shared.is_empty()).cloned());
        let own = sought.values.iter().filter(|value| !shared.contains(*value));
        person.texts.extend(own.clone().map(|(_, value)| value.clone()));
        person.own_values.extend(own.cloned());
        Ok(Ok(person))
    }

    /// With the source that is written before the id, if there is one.
    fn placed(&self, mut sought: Sought) -> Sought {
        if let (Some(id), None) = (&sought.customer_id, &sought.source)
            && !self.rolls.records().any(|(_, known)| known == id)
            && let Some((source, rest)) = id.split_once(':')
            && self.sources().any(|known| known == source)
        {
            (sought.source, sought.customer_id) = (Some(source.to_owned()), Some(rest.to_owned()));
        }
        sought
    }

    /// The sources of records, and those that the pipeline declares.
    fn sources(&self) -> impl Iterator<Item = &str> {
        let declared = self.plan.sources.values().chain(&self.plan.idle_sources).map(|source| source.name.as_str());
        self.rolls.records().map(|(source, _)| source.as_str()).chain(declared)
    }

    /// The sources of records to which columns of other sources refer, such as the CRM: an id without a source is one of
    /// theirs. If nothing refers to any, all sources of records.
    fn masters(&self) -> BTreeSet<String> {
        let of_records: BTreeSet<&str> = self.rolls.records().map(|(source, _)| source.as_str()).collect();
        let declared = self.plan.sources.values().chain(&self.plan.idle_sources);
        let referred = declared.flat_map(|source| &source.columns).filter_map(|column| column.references.as_ref());
        let referred: BTreeSet<&str> = referred.map(|to| to.source.as_str()).collect();
        let masters: BTreeSet<String> = of_records.intersection(&referred).map(|source| (*source).to_owned()).collect();
        match masters.is_empty() {
            true => of_records.into_iter().map(str::to_owned).collect(),
            false => masters,
        }
    }

    /// The person with these records: with all values that the snapshots and the extracts have of them.
    async fn described(&mut self, records: BTreeSet<Record>, country: Option<&str>) -> Result<Person, Failure> {
        let mut person = person::described(self.retained, &self.rolls, records, &self.names)?;
        let found = contacts(&self.files, (self.plan, &mut self.layouts), &self.names, |record, _, written| {
            is_mark(written) && person.records.contains(record)
        });
        let mut values = person.own_values.clone();
        let mut written: BTreeSet<(String, String)> = BTreeSet::new();
        for contact in found {
            let country = contact.country.as_deref().or(country);
            values.extend(
                self.speller
                    .spelled(&contact.key, &contact.written, country)
                    .await?
                    .map(|value| (contact.key.clone(), value)),
            );
            written.insert((contact.key, contact.written));
        }
        let shared = self.shared(&person, &values.iter().chain(&written).cloned().collect::<Vec<_>>()).await?;
        values.retain(|value| !shared.contains(value));
        written.retain(|value| !shared.contains(value));
        person.texts = values.iter().chain(&written).map(|(_, value)| value.clone()).collect();
        person.own_values = values;
        Ok(person)
    }

    /// Those of the values that records of others have.
    async fn shared(
        &mut self,
        person: &Person,
        values: &[(String, String)],
    ) -> Result<BTreeSet<(String, String)>, Failure> {
        let mut shared = BTreeSet::new();
        for (snapshot, members) in self.retained.iter().zip(&self.rolls.rolls).take(1) {
            for (key, value) in values {
                let of_value = person::with_value(snapshot, members, key, value)?;
                if of_value.iter().any(|record| !person.records.contains(record)) {
                    shared.insert((key.clone(), value.clone()));
                }
            }
        }
        let holders = self.holders(values).await?;
        shared
            .extend(holders.into_iter().filter(|(record, _)| !person.records.contains(record)).map(|(_, value)| value));
        Ok(shared)
    }

    /// The records in the extracts that have one of these values.
    async fn holders(&mut self, values: &[(String, String)]) -> Result<Vec<(Record, (String, String))>, Failure> {
        let roughly: BTreeSet<(&str, String)> =
            values.iter().map(|(key, value)| (key.as_str(), rough(value))).collect();
        let found = contacts(&self.files, (self.plan, &mut self.layouts), &self.names, |_, key, written| {
            roughly.contains(&(key, rough(written)))
        });
        let mut holders = Vec::new();
        for Contact { record, key, written, country } in found {
            let spelled = self.speller.spelled(&key, &written, country.as_deref()).await?;
            for value in values.iter().filter(|(of, value)| *of == key && rough(value) == rough(&written)) {
                // An address is the same in any letters. Digits may be those of another country.
                let is_same = value.1.contains('@')
                    || spelled.as_ref().is_none_or(|spelled| *spelled == value.1)
                    || written == value.1;
                if is_same {
                    holders.push((record.clone(), value.clone()));
                }
            }
        }
        Ok(holders)
    }

    /// A person whom no snapshot knows, by what is given.
    pub(super) fn assumed(&self, sought: &Sought) -> Person {
        let sought = self.placed(sought.clone());
        let masters = self.masters();
        let mut person = Person { own_values: sought.values.iter().cloned().collect(), ..Person::default() };
        person.texts.extend(sought.values.iter().map(|(_, value)| value.clone()).chain(sought.written.iter().cloned()));
        if let Some(id) = &sought.customer_id {
            let of_persons: BTreeSet<&str> = match &sought.source {
                Some(source) => BTreeSet::from([source.as_str()]),
                None => masters.iter().map(String::as_str).collect(),
            };
            person.records.extend(of_persons.into_iter().map(|source| (source.to_owned(), id.clone())));
        }
        person
    }

    /// Says that nobody is who is sought, and whom that may mean.
    pub(super) fn missed(&self, sought: &Sought) -> String {
        let number = sought.number;
        let near = sought.customer_id.as_ref().and_then(|id| {
            let wanted = id.trim().to_lowercase();
            let is_near = |(_, known): &&Record| known != id && known.trim().to_lowercase() == wanted;
            self.rolls.records().find(is_near).map(|(source, _)| source)
        });
        let hint = match near {
            Some(source) => {
                format!("; a record of {source} has this id in other letters: give it as it is written there")
            }
            None => "; put them into the extract erasure_requests if they are to be kept out of later runs".to_owned(),
        };
        format!(
            "person {number} is in no retained snapshot, no rejected row and no extract: nothing of theirs is erased{hint}"
        )
    }
}
