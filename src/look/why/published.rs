//! The tables of a snapshot that say who is who, and why.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use futures::StreamExt;

use super::answers::{HistoryRow, LinkShown, Origin, ReviewShown};
use crate::diagnostics::{Problem, SourceText};
use crate::engine::{Engine, EngineError, Parameters, Query, quoted};
use crate::failure::Failure;
use crate::identifying::masked;
use crate::publish::{PublishError, Snapshot, Warehouse};
use crate::run::Request;

/// The identities, if the table of the block `identity` is not published itself.
const IDENTITIES: &str = "customer_identities";
pub(super) const LINKS: &str = "identity_links";
pub(super) const REVIEW: &str = "identity_review";
pub(super) const CHANGES: &str = "customer_identity_changes";
pub(super) const ORIGINS: &str = "customer_contacts_origin";
/// Where the columns of a link end: rule, value, score, reason.
const LINK_COLUMNS: &str =
    "l.source, l.source_id, l.other_source, l.other_source_id, l.rule, l.value, l.score, l.reason";
/// `customer_key` of a record that belongs to nobody.
const UNIDENTIFIED: &str = "unidentified";
const NEAR: usize = 20;

/// The snapshot's tables in an engine.
pub(super) struct Published<'a> {
    engine: Engine,
    pub(super) warehouse: &'a Warehouse,
    pub(super) snapshot: Snapshot,
    /// Whether it is not the current one.
    pub(super) is_earlier: bool,
    identity: &'a str,
    tables: BTreeSet<&'static str>,
    /// Which rows of the identities hold now.
    current: &'static str,
}

/// A source record and its person.
#[derive(Debug, Clone)]
pub(super) struct Identified {
    pub(super) source: String,
    pub(super) source_id: String,
    customer_key: String,
    pub(super) matched_by: String,
}

impl Identified {
    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.source, self.source_id)
    }

    /// Its person, if it has one.
    pub(super) fn person(&self) -> Option<&str> {
        (self.customer_key != UNIDENTIFIED).then_some(self.customer_key.as_str())
    }

    /// Another record of the person.
    pub(super) fn companion(&self, source: &str, source_id: &str) -> Self {
        let (source, source_id) = (source.to_owned(), source_id.to_owned());
        Self { source, source_id, customer_key: self.customer_key.clone(), matched_by: String::new() }
    }

    #[cfg(test)]
    pub(super) fn for_test(id: &str) -> Self {
        let (source, key) = ("crm".to_owned(), "c1".to_owned());
        Self { source, source_id: id.to_owned(), customer_key: key, matched_by: String::new() }
    }
}

/// A link with its whole value: what leaves this module is masked.
pub(super) struct Link {
    cells: Vec<Option<String>>,
}

impl Link {
    fn text(&self, at: usize) -> &str {
        self.cells.get(at).and_then(Option::as_deref).unwrap_or_default()
    }

    /// The two records.
    pub(super) fn ends(&self) -> [(&str, &str); 2] {
        [(self.text(0), self.text(1)), (self.text(2), self.text(3))]
    }

    pub(super) fn shown(&self) -> LinkShown {
        let cell = |at: usize| self.cells.get(at).cloned().flatten();
        LinkShown {
            source: self.text(0).to_owned(),
            source_id: self.text(1).to_owned(),
            other_source: self.text(2).to_owned(),
            other_source_id: self.text(3).to_owned(),
            rule: self.text(4).to_owned(),
            value: cell(5).map(|value| masked(&value)),
            score: cell(6),
            reason: cell(7),
        }
    }

    #[cfg(test)]
    pub(super) fn for_test(one: &str, other: &str) -> Self {
        Self { cells: ["crm", one, "crm", other, "email"].map(|text| Some(text.to_owned())).to_vec() }
    }
}

impl<'a> Published<'a> {
    /// Opens the current snapshot, or that of the run `of`.
    pub(super) async fn open(
        request: &Request,
        identity: &'a str,
        warehouse: &'a Warehouse,
        of: Option<&str>,
    ) -> Result<Self, Failure> {
        let nothing = |message: String, hint: String| Failure::Usage(vec![Problem::new(message).hint(hint)]);
        let current = warehouse.snapshot()?.ok_or_else(|| {
            let hint = "`lojal run` publishes; --warehouse selects another warehouse".to_owned();
            nothing(format!("nothing is published in {}", warehouse.shown()), hint)
        })?;
        let (snapshot, is_earlier) = match of.filter(|of| **of != current.run_id) {
            None => (current, false),
            Some(of) => match warehouse.snapshot_of(of)? {
                Some(snapshot) => (snapshot, true),
                None => {
                    let kept = warehouse.kept_runs()?.join(", ");
                    let message = format!("{} keeps no snapshot of a run `{of}`", warehouse.shown());
                    return Err(nothing(message, format!("it keeps, from the newest to the oldest: {kept}")));
                }
            },
        };
        let named = [identity, IDENTITIES].into_iter().find(|name| snapshot.tables.contains_key(*name));
        let Some(identity) = named else {
            let hint = "mark it `publish: restricted`, publish a table `customer_identities` from it, or run without a \
                        selection that leaves it out";
            let message = format!("the snapshot has no table `{identity}`, and no `{IDENTITIES}`");
            return Err(nothing(message, hint.to_owned()));
        };
        let engine = Engine::open(request.engine.clone()).map_err(|error| Failure::engine(error, "engine"))?;
        let mut tables = BTreeSet::new();
        let known = [LINKS, REVIEW, CHANGES, ORIGINS].into_iter().filter(|name| snapshot.tables.contains_key(*name));
        tables.extend(known);
        for name in tables.iter().copied().chain([identity]) {
            let folder = warehouse.table_folder(&snapshot, name).await?;
            readable(&folder)?;
            let added = engine.add_parquet_as_found(name, &format!("{}/", folder.display())).await;
            added.map_err(|error| Failure::engine(error, name))?;
        }
        let mut published = Self { engine, warehouse, snapshot, is_earlier, identity, tables, current: "true" };
        let columns = published.columns(identity).await?;
        if ["valid_to", "known_to"].iter().all(|name| columns.iter().any(|column| column == name)) {
            published.current = "i.valid_to is null and i.known_to is null";
        }
        Ok(published)
    }

    async fn columns(&self, table: &str) -> Result<Vec<String>, Failure> {
        let failed = |error: EngineError| Failure::engine(error, table);
        let text = SourceText::new("why", format!("select * from {}", quoted(table)));
        let query = Query::parse(&text, &Parameters::default()).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(failed)?;
        Ok(relation.schema().fields().iter().map(|field| field.name().clone()).collect())
    }

    /// What the reader must know: that the snapshot is an earlier one, and what cannot be found out, because a table is
    /// not there.
    pub(super) fn notes(&self, tables: &[&str]) -> Vec<String> {
        let missing = tables.iter().filter(|name| !self.tables.contains(**name));
        let missing =
            missing.map(|name| format!("the snapshot has no table `{name}`, so what it would say is not known"));
        let earlier = self.is_earlier.then(|| {
            let Snapshot { run_id, as_of, .. } = &self.snapshot;
            format!(
                "persons and links are those of the snapshot of run {run_id}, as of {as_of}, and not of the current one; \
                 files, lines and keys are those of the extracts now"
            )
        });
        earlier.into_iter().chain(missing).collect()
    }

    async fn rows(&self, sql: String) -> Result<Vec<Vec<Option<String>>>, Failure> {
        let failed = |error: EngineError| Failure::engine(error, "why");
        let query = Query::parse(&SourceText::new("why", sql), &Parameters::default()).map_err(Failure::Usage)?;
        let relation = self.engine.plan(&query).await.map_err(failed)?;
        let mut stream = self.engine.stream(&relation).await.map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(batch) = stream.next().await {
            rows.extend(cells(&batch.map_err(|error| failed(error.into()))?).map_err(|error| failed(error.into()))?);
        }
        Ok(rows)
    }

    /// Rows of the identities, as `i`.
    async fn identified(&self, condition: &str, order: &str) -> Result<Vec<Identified>, Failure> {
        let rows = self.rows(format!(
            "select i.source, i.source_id, i.customer_key, i.matched_by from {} as i where ({condition}) and {} order by \
             {order}",
            quoted(self.identity),
            self.current
        ));
        Ok(rows.await?.into_iter().map(identified).collect())
    }

    /// The records with this id, or with this source and id.
    pub(super) async fn records_called(&self, typed: &str) -> Result<Vec<Identified>, Failure> {
        let text = literal(typed);
        let condition = format!("i.source_id = {text} or i.source || ':' || i.source_id = {text}");
        self.identified(&condition, "i.source, i.source_id").await
    }

    /// Names of records that may have been meant.
    pub(super) async fn records_near(&self, typed: &str) -> Result<Vec<String>, Failure> {
        let id = typed.rsplit(':').next().unwrap_or(typed);
        let letters: Vec<char> = id.chars().collect();
        let start: String = letters.iter().take(letters.len().saturating_sub(2)).collect();
        if start.is_empty() {
            return Ok(Vec::new());
        }
        let condition = format!("starts_with(i.source_id, {})", literal(&start));
        let found = self.identified(&condition, "i.source_id, i.source").await?;
        let with_source = typed.contains(':');
        let name = |record: &Identified| if with_source { record.name() } else { record.source_id.clone() };
        Ok(found.iter().take(NEAR).map(name).collect())
    }

    /// The records of a person.
    pub(super) async fn members(&self, key: &str) -> Result<Vec<Identified>, Failure> {
        if key == UNIDENTIFIED {
            return Ok(Vec::new());
        }
        self.identified(&format!("i.customer_key = {}", literal(key)), "i.source, i.source_id").await
    }

    async fn links(&self, condition: &str) -> Result<Vec<Link>, Failure> {
        if !self.tables.contains(LINKS) {
            return Ok(Vec::new());
        }
        let rows = self.rows(format!(
            "select {LINK_COLUMNS} from {LINKS} as l where {condition} order by l.source, l.source_id, l.other_source, \
             l.other_source_id, l.rule"
        ));
        Ok(rows.await?.into_iter().map(|cells| Link { cells }).collect())
    }

    /// The links that make a person.
    pub(super) async fn links_of(&self, key: &str) -> Result<Vec<Link>, Failure> {
        let one = self.is_of("l.source", "l.source_id", key);
        self.links(&format!("l.status = 'linked' and {one}")).await
    }

    /// The links from or to a person that something spoke against.
    pub(super) async fn blocked_of(&self, key: &str) -> Result<Vec<Link>, Failure> {
        let (one, other) =
            (self.is_of("l.source", "l.source_id", key), self.is_of("l.other_source", "l.other_source_id", key));
        self.links(&format!("l.status = 'blocked' and ({one} or {other})")).await
    }

    /// Whether a record is of a person, as a condition.
    fn is_of(&self, source: &str, source_id: &str, key: &str) -> String {
        format!(
            "{source} || ':' || {source_id} in (select i.source || ':' || i.source_id from {} as i where i.customer_key = {} \
             and {})",
            quoted(self.identity),
            literal(key),
            self.current
        )
    }

    /// The links between records of one person and of another that something spoke against.
    pub(super) async fn blocked_between(
        &self,
        ones: &[Identified],
        others: &[Identified],
    ) -> Result<Vec<Link>, Failure> {
        let among = |source: &str, records: &[Identified]| {
            let names: Vec<String> = records.iter().map(|record| literal(&record.name())).collect();
            format!("l.{source} || ':' || l.{source}_id in ({})", names.join(", "))
        };
        self.links(&format!(
            "l.status = 'blocked' and (({} and {}) or ({} and {}))",
            among("source", ones),
            among("other_source", others),
            among("source", others),
            among("other_source", ones)
        ))
        .await
    }

    /// Cases of the review that name one of these records.
    pub(super) async fn reviews_of(&self, records: &[&Identified]) -> Result<Vec<ReviewShown>, Failure> {
        if !self.tables.contains(REVIEW) {
            return Ok(Vec::new());
        }
        let names: Vec<String> = records.iter().map(|record| literal(&record.name())).collect();
        let names = names.join(", ");
        let rows = self.rows(format!(
            "select r.kind, r.rule, r.value, r.reason, r.proposal from {REVIEW} as r where r.source || ':' || r.source_id in \
             ({names}) or r.other_source || ':' || r.other_source_id in ({names}) order by r.review_id"
        ));
        let shown = |cells: Vec<Option<String>>| {
            let [kind, rule, value, reason, proposal] = fixed(cells);
            let value = value.map(|value| masked(&value));
            let [kind, rule, reason, proposal] = [kind, rule, reason, proposal].map(Option::unwrap_or_default);
            ReviewShown { kind, rule, value, reason, proposal }
        };
        Ok(rows.await?.into_iter().map(shown).collect())
    }

    /// How many records and names have a value of a rule that links nobody.
    pub(super) async fn stopped(
        &self,
        rule: &str,
        value: &str,
    ) -> Result<Option<(Option<String>, Option<String>)>, Failure> {
        if !self.tables.contains(REVIEW) {
            return Ok(None);
        }
        let rows = self.rows(format!(
            "select r.records, r.names from {REVIEW} as r where r.kind = 'shared_value' and r.rule = {} and r.value = {}",
            literal(rule),
            literal(value)
        ));
        Ok(rows.await?.into_iter().next().map(|cells| {
            let [records, names] = fixed(cells);
            (records, names)
        }))
    }

    /// The records that moved to a person or away from it.
    pub(super) async fn history(&self, key: &str) -> Result<Vec<HistoryRow>, Failure> {
        if !self.tables.contains(CHANGES) {
            return Ok(Vec::new());
        }
        let key = literal(key);
        let rows = self.rows(format!(
            "select h.source, h.source_id, h.old_customer_key, h.new_customer_key, h.reason, h.changed_as_of from {CHANGES} \
             as h where h.old_customer_key = {key} or h.new_customer_key = {key} order by h.changed_as_of, h.source, \
             h.source_id"
        ));
        let shown = |cells: Vec<Option<String>>| {
            let [source, source_id, old_customer_key, new_customer_key, reason, changed_as_of] =
                fixed(cells).map(Option::unwrap_or_default);
            HistoryRow { source, source_id, old_customer_key, new_customer_key, reason, changed_as_of }
        };
        Ok(rows.await?.into_iter().map(shown).collect())
    }

    /// Where the values of a person come from.
    pub(super) async fn origins(&self, key: &str) -> Result<Vec<Origin>, Failure> {
        if !self.tables.contains(ORIGINS) {
            return Ok(Vec::new());
        }
        let rows = self.rows(format!(
            "select o.attribute, o.source, o.source_id, o.value_from, o.rule, o.other_values from {ORIGINS} as o where \
             o.customer_key = {} order by o.attribute",
            literal(key)
        ));
        let shown = |cells: Vec<Option<String>>| {
            let [attribute, source, source_id, value_from, rule, other_values] = fixed(cells);
            let [attribute, source, source_id, rule] =
                [attribute, source, source_id, rule].map(Option::unwrap_or_default);
            Origin { attribute, source, source_id, value_from, rule, other_values, value: None }
        };
        Ok(rows.await?.into_iter().map(shown).collect())
    }
}

/// The first files of a table that this user may not read are an error with their name.
fn readable(folder: &Path) -> Result<(), PublishError> {
    let unreadable = |path: &Path, source| PublishError::Io { action: "read", path: path.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        fs::File::open(&path).map_err(|error| unreadable(&path, error))?;
    }
    Ok(())
}

fn identified(cells: Vec<Option<String>>) -> Identified {
    let [source, source_id, customer_key, matched_by] = fixed(cells).map(Option::unwrap_or_default);
    Identified { source, source_id, customer_key, matched_by }
}

fn fixed<const N: usize>(cells: Vec<Option<String>>) -> [Option<String>; N] {
    let mut cells = cells.into_iter();
    std::array::from_fn(|_| cells.next().flatten())
}

/// Names of records, for queries.
pub(super) fn pairs(records: &[Identified]) -> BTreeSet<(&str, &str)> {
    records.iter().map(|record| (record.source.as_str(), record.source_id.as_str())).collect()
}

/// A text in SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The cells of a batch as text, by row.
pub(super) fn cells(batch: &RecordBatch) -> Result<Vec<Vec<Option<String>>>, arrow::error::ArrowError> {
    let texts = batch.columns().iter().map(|column| cast(column, &DataType::Utf8)).collect::<Result<Vec<_>, _>>()?;
    let cell = |column: &arrow::array::ArrayRef, row: usize| {
        let column = column.as_string::<i32>();
        column.is_valid(row).then(|| column.value(row).to_owned())
    };
    Ok((0..batch.num_rows()).map(|row| texts.iter().map(|column| cell(column, row)).collect()).collect())
}
