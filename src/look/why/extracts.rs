//! The records in the extracts as they are now: their places, and the values by which the rules know them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::answers::{KeyShown, Origin, RecordShown};
use super::published::{Identified, Published, cells, literal, pairs};
use crate::diagnostics::{Problem, SourceText};
use crate::extract::Extracts;
use crate::failure::Failure;
use crate::identifying::masked;
use crate::identity::{PARTS, PARTS_SHOWN};
use crate::look::answer::{RowSink, answer_with};
use crate::look::live::Workplace;
use crate::look::question::Question;
use crate::plan::{Identity, Plan};
use crate::printer::Printer;
use crate::publish::PrivateFolder;
use crate::run::Request;

type Name = (String, String);

/// What the extracts say now about some records.
#[derive(Default)]
pub(super) struct Now {
    places: BTreeMap<Name, String>,
    /// By record: the columns of the query of identity.
    values: BTreeMap<Name, BTreeMap<String, String>>,
    /// Rules, and the columns with their values.
    rules: Vec<(String, String)>,
    /// Keys whose values may be not valid.
    judged: Vec<String>,
    /// What could not be found out.
    pub(super) notes: Vec<String>,
}

impl Now {
    /// Reads the extracts. What cannot be read is a note: the snapshot says the rest.
    pub(super) async fn read(
        request: &Request,
        plan: &Plan,
        published: &Published<'_>,
        records: &[Identified],
    ) -> Self {
        let mut now = Self::default();
        let Some(identity) = &plan.identity else { return now };
        let layout = &identity.layout;
        let column = |at: usize| layout.columns.get(at).cloned().unwrap_or_default();
        now.rules = layout.rules.iter().map(|rule| (rule.name.clone(), column(rule.column))).collect();
        now.judged.clone_from(&layout.rejected);
        match values(request, (plan, identity), published, records).await {
            Ok(values) => now.values = values,
            Err(failure) => {
                now.notes
                    .push(format!("the keys of the records are not known, as the extracts cannot be read: {failure}"));
            }
        }
        match places(request, plan, published, records) {
            Ok(places) => now.places = places,
            Err(failure) => {
                now.notes.push(format!(
                    "the places of the records are not known, as the extracts cannot be read: {failure}"
                ));
            }
        }
        now
    }

    fn value(&self, record: &Identified, column: &str) -> Option<&String> {
        self.values.get(&name(record))?.get(column)
    }

    /// A record with its place and its keys.
    pub(super) fn shown(&self, record: &Identified) -> RecordShown {
        let key = |name: &String, value: String| KeyShown { name: name.clone(), value };
        let keys = self.rules.iter().filter_map(|(rule, column)| {
            let value = self.value(record, column)?;
            Some(key(rule, masked(&value.replace(PARTS, PARTS_SHOWN))))
        });
        let rejects = self.judged.iter().filter_map(|name| {
            let fault = self.value(record, &format!("{name} fault"))?;
            Some(key(name, fault.clone()))
        });
        RecordShown {
            source: record.source.clone(),
            source_id: record.source_id.clone(),
            customer_key: record.person().map(str::to_owned),
            matched_by: record.matched_by.clone(),
            place: self.places.get(&name(record)).cloned(),
            keys: keys.collect(),
            rejects: rejects.collect(),
        }
    }

    /// Values of rules that a record of each side has.
    pub(super) fn shared(&self, ones: &[Identified], others: &[Identified]) -> BTreeSet<(String, String)> {
        let of = |records: &[Identified]| -> BTreeSet<(String, String)> {
            let each = |record: &Identified| -> Vec<(String, String)> {
                let known = self.rules.iter();
                known.filter_map(|(rule, column)| Some((rule.clone(), self.value(record, column)?.clone()))).collect()
            };
            records.iter().flat_map(each).collect()
        };
        of(ones).intersection(&of(others)).cloned().collect()
    }

    /// An origin with its value, masked.
    pub(super) fn with_value(&self, mut origin: Origin) -> Origin {
        let of = self.values.get(&(origin.source.clone(), origin.source_id.clone()));
        let value = of.and_then(|of| of.get(&format!("golden {}", origin.attribute)));
        origin.value = value.map(|value| masked(value));
        origin
    }
}

fn name(record: &Identified) -> Name {
    (record.source.clone(), record.source_id.clone())
}

/// The columns of the query of identity for some records.
async fn values(
    request: &Request,
    (plan, identity): (&Plan, &Identity),
    published: &Published<'_>,
    records: &[Identified],
) -> Result<BTreeMap<Name, BTreeMap<String, String>>, Failure> {
    let one = |(source, source_id): (&str, &str)| {
        format!("(r.source = {} and r.source_id = {})", literal(source), literal(source_id))
    };
    let wanted: Vec<String> = pairs(records).into_iter().map(one).collect();
    let sql = format!("select * from ({}) as r where {}", identity.select.text, wanted.join(" or "));
    let request = Request { as_of: Some(published.snapshot.as_of), ..request.clone() };
    let mut found = Found::default();
    let question = Question::query(SourceText::new("identity", sql), None);
    // A run has reported what is unusual about the extracts.
    answer_with(&request, plan, &question, &Printer::silent(), &mut found).await?;
    let mut values = BTreeMap::new();
    for batch in &found.batches {
        let rows = cells(batch).map_err(|error| Failure::engine(error.into(), "why"))?;
        for row in rows {
            let names = batch.schema_ref().fields().iter().map(|field| field.name().clone());
            let of: BTreeMap<String, String> = names.zip(row).filter_map(|(name, cell)| Some((name, cell?))).collect();
            let name = ["source", "source_id"].map(|column| of.get(column).cloned().unwrap_or_default());
            values.insert(name.into(), of);
        }
    }
    Ok(values)
}

/// Where the records are: the last place of each, since later files replace earlier ones.
fn places(
    request: &Request,
    plan: &Plan,
    published: &Published<'_>,
    records: &[Identified],
) -> Result<BTreeMap<Name, String>, Failure> {
    let (folder, printer) = (PrivateFolder::create()?, Printer::silent());
    let workplace = Workplace {
        request,
        plan,
        warehouse: published.warehouse,
        snapshot: Some(&published.snapshot),
        folder: &folder,
        printer: &printer,
    };
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for record in records {
        ids.entry(record.source.as_str()).or_default().insert(record.source_id.clone());
    }
    let mut places = BTreeMap::new();
    for (name, ids) in ids {
        // Only a source of that name, whose key is the id, can be looked through.
        let Some(source) = plan.sources.get(name) else { continue };
        let [key] = source.key[..] else { continue };
        let mut source = source.clone();
        source.columns.iter_mut().for_each(|column| column.references = None);
        let extracts = Extracts::open_to_look(&[&source], published.snapshot.as_of, &workplace.options()?)?;
        for (id, place) in extracts.rows_with(name, key, &ids)? {
            places.insert((name.to_owned(), id), place);
        }
    }
    Ok(places)
}

/// Holds the rows of an answer.
#[derive(Default)]
struct Found {
    batches: Vec<RecordBatch>,
}

impl RowSink for Found {
    fn accepts(&self, _schema: &SchemaRef) -> Result<(), Problem> {
        Ok(())
    }

    fn start(&mut self, _schema: &SchemaRef) -> Result<(), Failure> {
        Ok(())
    }

    fn rows(&mut self, rows: &RecordBatch) -> Result<(), Failure> {
        self.batches.push(rows.clone());
        Ok(())
    }
}
