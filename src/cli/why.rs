//! `lojal why A B`: the links that make two source records one person, or what keeps them apart. `lojal why KEY`: a person
//! with its records, links, history and where its values come from. Values are masked.

use std::fmt::Write;

use clap::{Args, ValueEnum};

use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use crate::failure::Failure;
use crate::invariant::BrokenInvariant;
use crate::look::{self, LinkShown, RecordShown};
use crate::printer::Printer;
use crate::run::Request;
use crate::words::counted;

#[derive(Debug, Args)]
pub(super) struct Why {
    /// A source record, SOURCE:ID or ID; or the `customer_key` of a person.
    first: String,
    /// Another source record: show what makes the two one person, or keeps them apart.
    second: Option<String>,
    /// Format of the answer.
    #[arg(long, value_enum, default_value_t = WhyFormat::Text)]
    format: WhyFormat,
    /// Run whose snapshot to ask, if the warehouse still keeps it [default: the current snapshot]
    #[arg(long, value_name = "RUN")]
    snapshot: Option<String>,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhyFormat {
    /// Lines for people.
    Text,
    /// One JSON object.
    Json,
}

impl Command for Why {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), ..request };
        with_workers(&request, async {
            let records = (self.first.as_str(), self.second.as_deref());
            let answer = look::why(&request, records, self.snapshot.as_deref(), printer).await?;
            match self.format {
                WhyFormat::Text => print(printer.masked(text(&answer).trim_end()).as_str()),
                WhyFormat::Json => {
                    let broken = |error| BrokenInvariant::new(format!("an answer cannot be written: {error}"));
                    print(&printer.masked(&serde_json::to_string(&answer).map_err(broken)?))
                }
            }
        })
    }
}

/// The answer as lines.
fn text(answer: &look::Why) -> String {
    let mut lines = Lines(String::new());
    match answer {
        look::Why::OnePerson(same) => {
            let names = both(&same.records);
            lines.add(0, &format!("{names} are one person: {}", same.customer_key));
            for (number, record) in same.records.iter().enumerate() {
                lines.add(1, &placed(record));
                if let Some(link) = same.chain.get(number) {
                    lines.add(2, &format!("same {}", of_rule(link)));
                }
            }
            lines.notes(&same.notes);
        }
        look::Why::Apart(apart) => lines.apart(apart),
        look::Why::Person(person) => lines.person(person),
    }
    lines.0
}

struct Lines(String);

impl Lines {
    fn add(&mut self, depth: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{}{text}", "  ".repeat(depth));
    }

    fn notes(&mut self, notes: &[String]) {
        notes.iter().for_each(|note| self.add(0, &format!("note: {note}")));
    }

    fn links(&mut self, title: &str, links: &[LinkShown]) {
        if !links.is_empty() {
            self.add(0, title);
            links.iter().for_each(|link| self.add(1, &linked(link)));
        }
    }

    fn apart(&mut self, apart: &look::Apart) {
        let person = |record: &RecordShown| record.customer_key.clone().unwrap_or_else(|| "nobody".to_owned());
        let persons: Vec<String> = apart.records.iter().map(person).collect();
        self.add(0, &format!("{} are not one person: {}", both(&apart.records), persons.join(", ")));
        self.links("blocked:", &apart.blocked);
        for stopped in &apart.stopped {
            let count = |number: &Option<String>, thing: &str| {
                let number = number.as_ref().and_then(|number| number.parse().ok());
                number.map(|number| counted(number, thing))
            };
            let counts: Vec<String> =
                [count(&stopped.records, "record"), count(&stopped.names, "name")].into_iter().flatten().collect();
            let (rule, value) = (&stopped.rule, &stopped.value);
            self.add(
                0,
                &format!("stopped: both have {rule} {value}, as {} do: it links nobody", counts.join(" with ")),
            );
        }
        if apart.blocked.is_empty() && apart.stopped.is_empty() {
            self.add(0, "nothing links them: no rule finds a value that both have");
        }
        for review in &apart.reviews {
            let value = review.value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
            self.add(
                0,
                &format!("review: {} ({}{value}): {}; {}", review.kind, review.rule, review.reason, review.proposal),
            );
        }
        for record in &apart.records {
            self.add(1, &placed(record));
            self.keys(record);
        }
        self.notes(&apart.notes);
    }

    fn keys(&mut self, record: &RecordShown) {
        for key in &record.keys {
            self.add(2, &format!("{} {}", key.name, key.value));
        }
        for reject in &record.rejects {
            self.add(2, &format!("{}: not valid: {}", reject.name, reject.value));
        }
    }

    fn person(&mut self, person: &look::Person) {
        let records = counted(person.members.len() as u64, "record");
        self.add(0, &format!("{}: {records}", person.customer_key));
        for record in &person.members {
            self.add(1, &format!("{}, matched by {}", placed(record), record.matched_by));
        }
        self.links("links:", &person.links);
        self.links("blocked:", &person.blocked);
        if !person.history.is_empty() {
            self.add(0, "history:");
        }
        for row in &person.history {
            let (old, new) = (&row.old_customer_key, &row.new_customer_key);
            let record = format!("{}:{}", row.source, row.source_id);
            self.add(1, &format!("{}: {record} went from {old} to {new} ({})", row.changed_as_of, row.reason));
        }
        if !person.values.is_empty() {
            self.add(0, "values:");
        }
        for value in &person.values {
            let shown = value.value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
            let day = value.value_from.as_ref().map(|day| format!(" of {day}")).unwrap_or_default();
            let others = match value.other_values.as_deref() {
                None | Some("0") => String::new(),
                Some(number) => format!(", instead of {}", counted(number.parse().unwrap_or_default(), "other value")),
            };
            let record = format!("{}:{}", value.source, value.source_id);
            self.add(1, &format!("{}{shown} from {record}{day} ({}{others})", value.attribute, value.rule));
        }
        self.notes(&person.notes);
    }
}

fn both(records: &[RecordShown]) -> String {
    let ends: Vec<String> = [records.first(), records.last()].into_iter().flatten().map(RecordShown::name).collect();
    ends.join(" and ")
}

fn placed(record: &RecordShown) -> String {
    match &record.place {
        Some(place) => format!("{} ({place})", record.name()),
        None => format!("{} (not in the extracts now)", record.name()),
    }
}

fn of_rule(link: &LinkShown) -> String {
    let value = link.value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
    let score = link.score.as_ref().map(|score| format!(", score {score}")).unwrap_or_default();
    format!("{}{value}{score}", link.rule)
}

fn linked(link: &LinkShown) -> String {
    let (one, other) =
        (format!("{}:{}", link.source, link.source_id), format!("{}:{}", link.other_source, link.other_source_id));
    let reason = link.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{one} and {other} by {}{reason}", of_rule(link))
}
