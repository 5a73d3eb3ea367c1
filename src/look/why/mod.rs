//! Why source records are one person, or why they are not: the links of a snapshot, with the places of the
//! records and their keys in the extracts as they are now.
//!
//! `published` reads the tables of the snapshot, `extracts` the rules' values and the places, `path` finds the way from one
//! record to another over links. Values are masked: what comes out can be passed on.

mod answers;
mod extracts;
mod path;
mod published;

pub use answers::{Apart, LinkShown, Person, RecordShown, Why};
use answers::{SamePerson, Stopped};
use extracts::Now;
use published::{Identified, Published};

use crate::diagnostics::{Problem, did_you_mean};
use crate::failure::Failure;
use crate::identifying::masked;
use crate::identity::PARTS_SHOWN;
use crate::plan::Plan;
use crate::printer::Printer;
use crate::run::{Request, make_plan, warehouse};

/// Records of a person whose keys are looked at.
const MOST_RECORDS: usize = 200;

/// Answers why: of two records, or of a person by its key or one of its records. In the current snapshot, or in that of
/// the run `of`.
///
/// # Errors
/// Mistakes in the pipeline, records that are not there, tables that cannot be read.
pub async fn why(
    request: &Request,
    (first, second): (&str, Option<&str>),
    of: Option<&str>,
    printer: &Printer,
) -> Result<Why, Failure> {
    let plan = make_plan(request, printer).await?;
    let identity = plan.identity.as_ref().ok_or_else(|| {
        let problem = Problem::new(format!("{} has no block `identity`", plan.text.path.display()));
        Failure::Usage(vec![problem.hint("without it, no records are made one person")])
    })?;
    let warehouse = warehouse(request, &plan, printer)?;
    let published = Published::open(request, &identity.table, &warehouse, of).await?;
    let asked = Asked { request, plan: &plan, published: &published };
    match second {
        None => asked.person(first).await.map(Why::Person),
        Some(second) => asked.pair(&asked.record(first).await?, &asked.record(second).await?).await,
    }
}

struct Asked<'a> {
    request: &'a Request,
    plan: &'a Plan,
    published: &'a Published<'a>,
}

impl Asked<'_> {
    /// The record that was typed.
    async fn record(&self, typed: &str) -> Result<Identified, Failure> {
        let mut found = self.published.records_called(typed).await?;
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            0 => Err(self.unknown(typed).await?),
            _ => {
                let problem = Problem::new(format!("`{typed}` is a record of several sources"));
                let names: Vec<String> = found.iter().map(|record| format!("`{}`", record.name())).collect();
                Err(Failure::Usage(vec![problem.hint(format!("write {}", names.join(" or ")))]))
            }
        }
    }

    async fn unknown(&self, typed: &str) -> Result<Failure, Failure> {
        let near = self.published.records_near(typed).await?;
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let problem = Problem::new(format!("no source record is called `{typed}`"));
        let hint = match near.is_empty() {
            true => "write SOURCE:ID or ID, as in the table of identities".to_owned(),
            false => did_you_mean(typed, &near),
        };
        Ok(Failure::Usage(vec![problem.hint(hint)]))
    }

    async fn pair(&self, first: &Identified, second: &Identified) -> Result<Why, Failure> {
        if first.name() == second.name() {
            let problem = Problem::new(format!("both are the record {}", first.name()));
            return Err(Failure::Usage(vec![problem.hint("give two records, or one to see its whole person")]));
        }
        match (first.person(), second.person()) {
            (Some(key), Some(other)) if key == other => self.same_person(key, first, second).await.map(Why::OnePerson),
            _ => self.apart(first, second).await.map(Why::Apart),
        }
    }

    async fn same_person(&self, key: &str, first: &Identified, second: &Identified) -> Result<SamePerson, Failure> {
        let links = self.published.links_of(key).await?;
        let path = path::between(&links, first, second);
        let records: Vec<Identified> = match &path {
            Some(path) => path.records.clone(),
            None => vec![first.clone(), second.clone()],
        };
        let mut now = Now::read(self.request, self.plan, self.published, &records).await;
        let chain = path.map(|path| path.links.iter().map(|link| link.shown()).collect()).unwrap_or_default();
        let mut notes = self.published.notes(&[published::LINKS]);
        notes.append(&mut now.notes);
        let records = records.iter().map(|record| now.shown(record)).collect();
        Ok(SamePerson { customer_key: key.to_owned(), records, chain, notes })
    }

    async fn apart(&self, first: &Identified, second: &Identified) -> Result<Apart, Failure> {
        let sides = [self.side(first).await?, self.side(second).await?];
        let [ones, others] = &sides;
        let blocked = self.published.blocked_between(ones, others).await?;
        let reviews = self.published.reviews_of(&[first, second]).await?;
        let all: Vec<Identified> = sides.iter().flatten().cloned().collect();
        let mut now = Now::read(self.request, self.plan, self.published, &all).await;
        let shared = now.shared(ones, others);
        let mut stopped = Vec::new();
        for (rule, value) in shared {
            let Some((records, names)) =
                self.published.stopped(&rule, &value.replace(crate::identity::PARTS, PARTS_SHOWN)).await?
            else {
                continue;
            };
            stopped.push(Stopped {
                rule,
                value: masked(&value.replace(crate::identity::PARTS, PARTS_SHOWN)),
                records,
                names,
            });
        }
        let mut notes = self.published.notes(&[published::LINKS, published::REVIEW]);
        notes.append(&mut now.notes);
        Ok(Apart {
            records: [first, second].map(|record| now.shown(record)).to_vec(),
            blocked: blocked.iter().map(|link| link.shown()).collect(),
            stopped,
            reviews,
            notes,
        })
    }

    /// The records of a record's person, at most [`MOST_RECORDS`] of them, the record itself first.
    async fn side(&self, record: &Identified) -> Result<Vec<Identified>, Failure> {
        let mut records = vec![record.clone()];
        if let Some(key) = record.person() {
            let members = self.published.members(key).await?;
            records.extend(members.into_iter().filter(|other| other.name() != record.name()).take(MOST_RECORDS));
        }
        Ok(records)
    }

    async fn person(&self, typed: &str) -> Result<Person, Failure> {
        let mut members = self.published.members(typed).await?;
        let key = match members.is_empty() {
            false => typed.to_owned(),
            true => {
                let record = self.record(typed).await?;
                let Some(key) = record.person() else {
                    let problem = Problem::new(format!("{} belongs to nobody", record.name()));
                    let hint = "give a second record to see what keeps them apart";
                    return Err(Failure::Usage(vec![problem.hint(hint)]));
                };
                members = self.published.members(key).await?;
                key.to_owned()
            }
        };
        let (linked, blocked) = (self.published.links_of(&key).await?, self.published.blocked_of(&key).await?);
        let looked_at: Vec<Identified> = members.iter().take(MOST_RECORDS).cloned().collect();
        let mut now = Now::read(self.request, self.plan, self.published, &looked_at).await;
        let origins = self.published.origins(&key).await?;
        let values = origins.into_iter().map(|origin| now.with_value(origin)).collect();
        let wanted = [published::LINKS, published::CHANGES, published::ORIGINS];
        let mut notes = self.published.notes(&wanted);
        notes.append(&mut now.notes);
        if members.len() > MOST_RECORDS {
            notes.push(format!("places and keys are those of the first {MOST_RECORDS} records only"));
        }
        Ok(Person {
            customer_key: key.clone(),
            members: members.iter().map(|record| now.shown(record)).collect(),
            links: linked.iter().map(|link| link.shown()).collect(),
            blocked: blocked.iter().map(|link| link.shown()).collect(),
            history: self.published.history(&key).await?,
            values,
            notes,
        })
    }
}
