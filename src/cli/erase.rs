//! `lojal erase`: forgets persons, in retained snapshots, rejected rows and corrections, and for all later runs.

use std::io::Read;
use std::path::PathBuf;

use clap::Args;

use super::command::Command;
use super::output::print;
use super::runtime::with_workers;
use crate::diagnostics::Problem;
use crate::erase::{self, CUSTOMER_ID, Wanted};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;

/// What may separate the columns of a file of requests: none of these is part of their names.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

#[derive(Debug, Args)]
pub(super) struct Erase {
    /// CSV file with the persons, one per row, in columns customer_id, email or phone; `-` reads stdin. Unlike values on
    /// the command line, these are in no shell history.
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// Record of a person, by its id or as source:id; repeatable.
    #[arg(long, value_name = "ID")]
    customer_id: Vec<String>,
    /// E-mail address of a person; repeatable.
    #[arg(long, value_name = "ADDRESS")]
    email: Vec<String>,
    /// Phone number of a person; repeatable.
    #[arg(long, value_name = "NUMBER")]
    phone: Vec<String>,
    /// System that holds the records with these ids, if several have such an id.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Country of phone numbers without a country code, two letters.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Complete an erasure that was interrupted, if nobody else is to be erased.
    #[arg(long)]
    resume: bool,
    /// Show what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Pipeline whose warehouse to change [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
}

impl Command for Erase {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let request = Request { pipeline: self.pipeline.clone(), ..request };
        let wanted = self.wanted()?;
        if wanted.is_empty() && !self.resume {
            let problem = Problem::new("there is nobody to erase");
            return Err(Failure::Usage(vec![problem.hint(
                "give --request FILE, --customer-id, --email or --phone; --resume completes an interrupted erasure",
            )]));
        }
        let asked = erase::Erase { wanted, country: self.country.clone(), is_dry: self.dry_run };
        with_workers(&request, async {
            let certificate = erase::erase(&request, &asked, printer).await?;
            print(&certificate)
        })
    }
}

impl Erase {
    fn wanted(&self) -> Result<Vec<Wanted>, Failure> {
        let typed = [(CUSTOMER_ID, &self.customer_id), ("email", &self.email), ("phone", &self.phone)];
        let one = |key: &str, value: &String| Wanted {
            given: vec![(key.to_owned(), value.trim().to_owned())],
            source: self.source.clone(),
        };
        let mut wanted: Vec<Wanted> =
            typed.iter().flat_map(|(key, values)| values.iter().map(|value| one(key, value))).collect();
        if let Some(path) = &self.request {
            wanted.extend(self.of_file(path)?);
        }
        Ok(wanted)
    }

    fn of_file(&self, path: &PathBuf) -> Result<Vec<Wanted>, Failure> {
        let shown = path.display();
        let mut text = String::new();
        let read = match path.as_os_str() == "-" {
            true => std::io::stdin().read_to_string(&mut text),
            false => std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
        };
        let usage = |message: String, hint: &str| Failure::Usage(vec![Problem::new(message).hint(hint.to_owned())]);
        read.map_err(|error| usage(format!("cannot read {shown}: {error}"), "give a CSV file in UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or_default();
        let delimiter = DELIMITERS.into_iter().find(|delimiter| first.contains(char::from(*delimiter)));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let damaged =
            |error: csv::Error| usage(format!("{shown}: {error}"), "write one person per row, as in a CSV file");
        let headers = reader.headers().map_err(damaged)?.clone();
        const KNOWN: [&str; 4] = [CUSTOMER_ID, "email", "phone", "requested_at"];
        if let Some(other) = headers.iter().find(|name| !KNOWN.contains(name)) {
            return Err(usage(
                format!("{shown}: there is no such column as `{other}`"),
                "use customer_id, email and phone",
            ));
        }
        let mut wanted = Vec::new();
        for row in reader.records() {
            let row = row.map_err(damaged)?;
            let line = row.position().map_or(0, csv::Position::line);
            let cells = headers.iter().zip(row.iter()).filter(|(name, cell)| *name != KNOWN[3] && !cell.is_empty());
            let given: Vec<(String, String)> = cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
            if given.is_empty() {
                return Err(usage(format!("{shown}:{line}: the row names nobody"), "give customer_id, email or phone"));
            }
            wanted.push(Wanted { given, source: self.source.clone() });
        }
        Ok(wanted)
    }
}
