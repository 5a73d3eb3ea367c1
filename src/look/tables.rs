//! Which table a name means: one of the current snapshot, or one that is computed from the extracts.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use crate::diagnostics::{Problem, did_you_mean};
use crate::engine::TableReference;
use crate::plan::{Layer, Plan, REFERENCE_COUNTS, SOURCE_COUNTS};
use crate::publish::Snapshot;

/// The schema of the tables of the current snapshot.
pub(super) const SNAPSHOT: &str = "snapshot";
/// The schema of the tables that are computed from the extracts.
pub(super) const LIVE: &str = "live";

/// The schema of the restricted tables, under the names by which they are published.
pub(super) const RESTRICTED: &str = "restricted";

/// Where the rows of a table to show come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The snapshot if it has the table, otherwise the extracts.
    Either,
    /// The current snapshot.
    Snapshot,
    /// The extracts.
    Live,
}

/// A table to show.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) sight: Sight,
    /// Whether it is the restricted one of two tables that are published under this name.
    pub(super) is_restricted: bool,
}

/// The tables of a pipeline and of its current snapshot.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    pub(super) plan: &'a Plan,
    pub(super) snapshot: Option<&'a Snapshot>,
    /// The warehouse, for messages.
    pub(super) warehouse: &'a str,
}

/// A table that a query names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedTable {
    pub(super) name: String,
    /// The name as the query writes it: that of the file, or the one under which the table is published.
    pub(super) written: String,
    /// The schema, if the query writes one before the name.
    pub(super) schema: Option<&'static str>,
    /// Whether it is computed from the extracts.
    pub(super) is_live: bool,
}

impl NamedTable {
    /// The name under which the engine has it for the query.
    pub(super) fn registered(&self) -> String {
        match self.schema {
            None => self.written.clone(),
            Some(schema) => format!("{schema}.{}", self.written),
        }
    }
}

/// The names of a published table.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// That of its file.
    name: &'a str,
    /// That of its folder.
    published: &'a str,
    is_restricted: bool,
}

impl Tables<'_> {
    pub(super) fn is_published(&self, name: &str) -> bool {
        self.snapshot.is_some_and(|snapshot| snapshot.tables.contains_key(name))
    }

    /// The columns of a table that is computed from the extracts.
    pub(super) fn live_schema(&self, name: &str) -> Option<SchemaRef> {
        let plan = self.plan;
        let source = || plan.source_of(name).map(|source| Arc::clone(&source.schema));
        let model = || plan.models.get(name).map(|model| Arc::clone(&model.schema));
        let lookup = || plan.lookups.get(name).map(|lookup| lookup.schema());
        let earlier = || plan.earlier_tables.get(name).map(|table| table.schema());
        let identity = || plan.identity.as_ref().filter(|identity| identity.table == name);
        let identity = || identity().map(|_| crate::identity::schema());
        let built_in = || match name {
            SOURCE_COUNTS => Some(crate::extract::counts_schema()),
            REFERENCE_COUNTS => Some(crate::extract::references_schema()),
            _ => plan.identity.as_ref().and_then(|identity| identity.output_schema(name)),
        };
        source().or_else(model).or_else(lookup).or_else(earlier).or_else(identity).or_else(built_in)
    }

    /// The table that a query means. `restricted` says where the rows of a restricted table come from.
    pub(super) fn find(&self, reference: &TableReference, restricted: Sight) -> Result<NamedTable, Problem> {
        let sight = match reference.schema.as_deref() {
            None => Sight::Either,
            Some(SNAPSHOT) => Sight::Snapshot,
            Some(LIVE) => Sight::Live,
            Some(RESTRICTED) => return self.restricted(&reference.name, restricted),
            Some(other) => {
                let problem = Problem::new(format!("there is no schema `{other}`"));
                return Err(problem.hint(format!(
                    "`{SNAPSHOT}.NAME` is a table of the current snapshot, `{LIVE}.NAME` one computed from the extracts, \
                     `{RESTRICTED}.NAME` the restricted table that is published as NAME"
                )));
            }
        };
        self.named(&reference.name, sight)
    }

    /// The table that is to be shown.
    pub(super) fn shown(&self, shown: &Shown) -> Result<NamedTable, Problem> {
        match shown.is_restricted {
            true => self.restricted(&shown.name, shown.sight),
            false => self.named(&shown.name, shown.sight),
        }
    }

    /// The restricted table that is published as `written`, or is called so.
    fn restricted(&self, written: &str, sight: Sight) -> Result<NamedTable, Problem> {
        let known = self.places().filter(|place| place.is_restricted);
        let found = known.clone().find(|place| place.published == written);
        let Some(place) = found.or_else(|| known.clone().find(|place| place.name == written)) else {
            let problem = Problem::new(format!("no restricted table is published as `{written}`"));
            let mut names: Vec<&str> = known.map(|place| place.published).collect();
            names.sort_unstable();
            names.dedup();
            return Err(problem.hint(did_you_mean(written, &names)));
        };
        let found = self.named(place.name, sight)?;
        Ok(NamedTable { written: written.to_owned(), schema: Some(RESTRICTED), ..found })
    }

    /// Tables that are published, or would be, with the names of their folders.
    fn places(&self) -> impl Iterator<Item = Place<'_>> + Clone {
        let published = self.snapshot.into_iter().flat_map(|snapshot| &snapshot.tables).map(|(name, table)| Place {
            name,
            published: table.published_as.as_deref().unwrap_or(name),
            is_restricted: table.restricted,
        });
        let models = self.plan.models.iter().filter(|(_, model)| model.layer == Layer::Marts);
        published.chain(models.map(|(name, model)| Place {
            name,
            published: model.properties.published_name(name),
            is_restricted: model.properties.restricted,
        }))
    }

    /// The name of the file of the table that is published as `written`, if only one is.
    fn published_as(&self, written: &str) -> Option<&str> {
        let mut found = self.places().filter(|place| place.published == written).map(|place| place.name);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    fn named(&self, name: &str, sight: Sight) -> Result<NamedTable, Problem> {
        let is_published = self.is_published(name);
        let is_declared = self.live_schema(name).is_some();
        let schema = match sight {
            Sight::Either => None,
            Sight::Snapshot => Some(SNAPSHOT),
            Sight::Live => Some(LIVE),
        };
        let found = |is_live| NamedTable { name: name.to_owned(), written: name.to_owned(), schema, is_live };
        if !is_published
            && !is_declared
            && let Some(other) = self.published_as(name).filter(|other| *other != name)
        {
            let found = self.named(other, sight)?;
            return Ok(NamedTable { written: name.to_owned(), ..found });
        }
        match sight {
            Sight::Either if is_published => Ok(found(false)),
            Sight::Either | Sight::Live if is_declared => Ok(found(true)),
            Sight::Snapshot if is_published => Ok(found(false)),
            Sight::Snapshot if self.snapshot.is_none() => {
                let problem = Problem::new(format!("nothing is published in {}", self.warehouse));
                Err(problem.hint("`lojal run` publishes; --warehouse selects another warehouse"))
            }
            Sight::Snapshot => {
                let problem = Problem::new(format!("table `{name}` is not published"));
                Err(problem.hint(did_you_mean(name, &self.published())))
            }
            Sight::Either | Sight::Live => {
                let mut known = self.declared();
                if sight == Sight::Either {
                    known.extend(self.published());
                }
                known.sort_unstable();
                known.dedup();
                let hint = match name.contains(['/', '.', ':']) {
                    true => "a file is not a table: declare it as a source, which `lojal infer` writes".to_owned(),
                    false => did_you_mean(name, &known),
                };
                Err(Problem::new(format!("there is no table `{name}`")).hint(hint))
            }
        }
    }

    fn published(&self) -> Vec<&str> {
        self.snapshot.into_iter().flat_map(|snapshot| snapshot.tables.keys()).map(String::as_str).collect()
    }

    fn declared(&self) -> Vec<&str> {
        let plan = self.plan;
        let sources = plan.sources.values().map(|source| source.table.as_str());
        let identity = plan.identity.iter().map(|identity| identity.table.as_str());
        let names = plan.models.keys().chain(plan.lookups.keys()).chain(plan.earlier_tables.keys());
        sources.chain(identity).chain(names.map(String::as_str)).collect()
    }
}
