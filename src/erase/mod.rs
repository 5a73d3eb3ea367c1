//! `lojal erase`: takes persons out of everything that the warehouse holds, and remembers by keyed hashes that they are
//! gone.
//!
//! Under the run lock: find who is meant in the retained snapshots, note what is to be done (`plan.json`, so that an
//! interrupted erasure can be completed), write the tombstones, rewrite the files that hold rows of theirs, and write a
//! certificate of what was removed where and what the owner has to delete. `person` finds who is meant, `snapshots` takes
//! rows out of tables, `traces` looks at files of text, `search` says what names a person in them.

mod cells;
mod certificate;
mod contacts;
mod files;
mod finder;
mod layouts;
mod members;
mod person;
mod search;
mod snapshots;
mod speller;
mod traces;

use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::invariant::BrokenInvariant;
use crate::plan::{Identity, Plan};
use crate::printer::Printer;
use crate::publish::{PENDING_ERASURE as PENDING, Staging};
use crate::run::{Request, read_plan, run_id, warehouse};
use certificate::{Certificate, Removed};
pub(crate) use files::{Delivered, delivered};
use finder::Finder;
pub(crate) use finder::person_of;
pub(crate) use layouts::Layouts;
pub(crate) use person::Person;
use person::Sought;
pub(crate) use search::Search;
pub(crate) use snapshots::Marks;
use speller::Speller;

/// Stands for the id of a record among the kinds of what a request gives.
pub const CUSTOMER_ID: &str = "customer_id";

/// A person to be erased: what they are known by, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `customer_id` or the name of a key, and the value.
    pub given: Vec<(String, String)>,
    /// System that holds the record with the customer_id.
    pub source: Option<String>,
}

/// How `lojal erase` was asked.
#[derive(Debug, Clone, Default)]
pub struct Erase {
    /// The persons; none to complete an interrupted erasure.
    pub wanted: Vec<Wanted>,
    /// Country of phone numbers without a country code.
    pub country: Option<String>,
    /// Only say what would be done.
    pub is_dry: bool,
}

/// An erasure that has begun.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    request_id: String,
    erased_on: NaiveDate,
    persons: Vec<Person>,
    /// How many were sought and not found.
    #[serde(default)]
    missing: usize,
    /// What was found when it began.
    #[serde(default)]
    planned: Vec<Removed>,
}

/// What an erasure works on.
struct Work<'a> {
    request: &'a Request,
    plan: &'a Plan,
    staging: &'a Staging,
}

/// Erases the wanted persons. Returns the certificate as JSON.
///
/// # Errors
/// Nobody or several persons behind a request, a warehouse in a remote store, files that cannot be written.
pub async fn erase(request: &Request, erase: &Erase, printer: &Printer) -> Result<String, Failure> {
    let plan = read_plan(request, printer).await?;
    let warehouse = warehouse(request, &plan, printer)?;
    if warehouse.local_folder().is_none() {
        let problem =
            Problem::new(format!("{} is in a remote store: lojal erase rewrites local files only", warehouse.shown()));
        let hint = "put the person into the extract erasure_requests, and run once with `keep_snapshots: 1`: the new \
                    snapshot does not have them, and older ones and their rejected rows go; then delete their lines in \
                    corrections/ and in the extracts";
        return Err(Failure::Usage(vec![problem.hint(hint)]));
    }
    let sought = sought(request, &plan, erase).await?;
    let today = Utc::now().with_timezone(&plan.time_zone).date_naive();
    let request_id = format!("erase-{}", run_id(Utc::now()));
    let staging = warehouse.stage(&request_id)?;
    let work = Work { request, plan: &plan, staging: &staging };
    let warehouse = staging.warehouse();
    // Without the earlier ones, an erasure would hide that they are lost.
    warehouse.tombstones(plan.identity.as_ref().map(Identity::tombstone_secrets).unwrap_or_default())?;
    warehouse.clear_erasure(PENDING)?;
    let mut completed = None;
    if let Some(left) = warehouse.erasure(PENDING)? {
        let pending: Pending = serde_json::from_slice(&left)
            .map_err(|error| BrokenInvariant::new(format!("erasures/{PENDING} cannot be read: {error}")))?;
        printer.info(&format!("completing the erasure {}, which was interrupted", pending.request_id));
        let certificate = work.carry_out(&pending, true)?;
        completed = Some((pending, certificate));
    }
    if sought.is_empty() {
        let nothing = || Problem::new("no erasure was interrupted".to_owned()).hint("name the persons to erase");
        return completed.map(|(_, certificate)| certificate).ok_or_else(|| Failure::Usage(vec![nothing()]));
    }
    let retained = warehouse.retained()?;
    let mut finder = Finder::new(request, &plan, &retained)?;
    let mut persons = Vec::new();
    let mut absent = Vec::new();
    let mut problems = Vec::new();
    for sought in &sought {
        match finder.find(sought, erase.country.as_deref()).await? {
            Err(problem) => problems.push(problem),
            Ok(person) if person.is_unknown() => absent.push(sought),
            Ok(person) => add(&mut persons, person),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Usage(problems));
    }
    if let Some((pending, certificate)) = &completed
        && persons.is_empty()
        && absent.iter().all(|sought| pending.persons.iter().any(|person| person.is_meant_by(sought)))
    {
        // They are those of the interrupted erasure.
        return Ok(certificate.clone());
    }
    // Whom no snapshot knows may be named in rejected rows or in extracts.
    let mut missing = Vec::new();
    for sought in absent {
        let person = finder.assumed(sought);
        let mut traces = Certificate::new(&request_id, 1, true);
        work.visit_text(std::slice::from_ref(&person), &finder.files, &mut traces)?;
        if traces.has_any() {
            add(&mut persons, person);
        } else {
            printer.warning(&finder.missed(sought));
            missing.push(sought.number);
        }
    }
    if persons.is_empty() {
        return match completed {
            Some((_, certificate)) => Ok(certificate),
            None => Err(Failure::NobodyErased { persons: missing.len() }),
        };
    }
    let mut pending = Pending { request_id, erased_on: today, persons, missing: missing.len(), planned: Vec::new() };
    let dry = work.surveyed(&pending)?;
    if erase.is_dry {
        return Ok(dry.text());
    }
    pending.planned = dry.removals();
    warehouse.put_erasure(PENDING, serde_json::json!(pending).to_string().as_bytes())?;
    work.carry_out(&pending, false)
}

/// Adds a person, or what else is known of one who is there.
fn add(persons: &mut Vec<Person>, person: Person) {
    match persons.iter_mut().find(|known| !known.records.is_disjoint(&person.records)) {
        Some(known) => known.include(person),
        None => persons.push(person),
    }
}

impl Work<'_> {
    /// What would be removed.
    fn surveyed(&self, pending: &Pending) -> Result<Certificate, Failure> {
        let mut certificate = Certificate::new(&pending.request_id, pending.persons.len(), true);
        certificate.not_found(pending.missing);
        self.visit(pending, &mut certificate)?;
        Ok(certificate)
    }

    /// Removes what is to be removed, and returns the certificate. All that it has done it can do again.
    fn carry_out(&self, pending: &Pending, was_interrupted: bool) -> Result<String, Failure> {
        let warehouse = self.staging.warehouse();
        let tombstones = self.remember(pending)?;
        let mut certificate = Certificate::new(&pending.request_id, pending.persons.len(), false);
        certificate.not_found(pending.missing);
        certificate.tombstones(tombstones);
        self.visit(pending, &mut certificate)?;
        certificate.include(&pending.planned);
        if was_interrupted {
            certificate.was_interrupted();
        }
        let text = certificate.text();
        warehouse.put_erasure(&format!("{}.json", pending.request_id), text.as_bytes())?;
        warehouse.remove_erasure(PENDING)?;
        Ok(text)
    }

    /// Goes through all that the warehouse holds, and takes the persons out unless the certificate is of a dry run.
    fn visit(&self, pending: &Pending, certificate: &mut Certificate) -> Result<(), Failure> {
        let warehouse = self.staging.warehouse();
        let is_dry = certificate.is_dry();
        let tombstones = warehouse.tombstone_count()?;
        let mut retained = warehouse.retained()?;
        for snapshot in &mut retained {
            let draft = self.staging.folder().join(&snapshot.snapshot.run_id);
            let draft = Some((draft, tombstones)).filter(|_| !is_dry);
            snapshots::take_out(snapshot, &pending.persons, draft, certificate)?;
        }
        let files = delivered(self.request, self.plan, &retained);
        self.visit_text(&pending.persons, &files, certificate)
    }

    /// Goes through rejected rows, corrections and extracts.
    fn visit_text(
        &self,
        persons: &[Person],
        files: &[Delivered],
        certificate: &mut Certificate,
    ) -> Result<(), Failure> {
        let search = Search::new(persons, self.plan);
        let mut layouts = Layouts::new(self.request, self.plan);
        let is_dry = certificate.is_dry();
        traces::in_warehouse(self.staging.warehouse(), (&search, &mut layouts), is_dry, certificate)?;
        traces::in_extracts(files, (&search, &mut layouts), certificate);
        Ok(())
    }

    /// Leaves tombstones, before anything is removed.
    fn remember(&self, pending: &Pending) -> Result<u64, Failure> {
        let warehouse = self.staging.warehouse();
        let secrets = self.plan.identity.as_ref().map(Identity::tombstone_secrets).unwrap_or_default();
        let hasher = warehouse.tombstone_hasher(secrets)?;
        let mut hashes = vec![hasher.check()];
        for person in &pending.persons {
            hashes.extend(person.records.iter().map(|(source, source_id)| hasher.record(source, source_id)));
            hashes.extend(person.own_values.iter().map(|(key, value)| hasher.value(key, value)));
        }
        Ok(warehouse.add_tombstones(&hashes, pending.erased_on)?)
    }
}

/// The wanted persons, with values in the spelling of the records.
async fn sought(request: &Request, plan: &Plan, erase: &Erase) -> Result<Vec<Sought>, Failure> {
    let speller = Speller::new(request, plan)?;
    let mut found = Vec::with_capacity(erase.wanted.len());
    let mut problems = Vec::new();
    for (number, wanted) in erase.wanted.iter().enumerate() {
        let mut sought = Sought { source: wanted.source.clone(), number: number + 1, ..Sought::default() };
        for (key, written) in &wanted.given {
            if written.trim().is_empty() {
                let problem = Problem::new(format!("person {}: what is given as {key} is empty", number + 1));
                problems.push(problem.hint("give a value, or leave it out"));
                continue;
            }
            if key == CUSTOMER_ID {
                sought.customer_id = Some(written.clone());
                continue;
            }
            if !speller.spellings.iter().any(|(name, _)| name == key) {
                let known: Vec<&str> = speller.spellings.iter().map(|(name, _)| name.as_str()).collect();
                let problem =
                    Problem::new(format!("person {}: identity has no key `{key}` with a rule of its own", number + 1));
                problems.push(problem.hint(format!("give customer_id or one of {}", known.join(", "))));
                continue;
            }
            match speller.spelled(key, written, erase.country.as_deref()).await? {
                Some(value) => sought.values.push((key.clone(), value)),
                None => {
                    let problem = Problem::new(format!("person {}: what is given as {key} is not valid", number + 1));
                    problems.push(
                        problem.hint("correct it, or give the customer_id; a phone number needs +COUNTRY or --country"),
                    );
                }
            }
            sought.written.push(written.clone());
        }
        found.push(sought);
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::Usage(problems)) }
}
