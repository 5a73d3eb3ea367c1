//! A pipeline file that extends another one: what it says holds, what it leaves out is as the base has it.
//!
//! Entries are merged by name and never looked into: an entry here stands in place of the base's as a whole, so that
//! nobody has to read two files to know what one entry says. `null` takes the base's entry out.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    EarlierTableFile, IdentityFile, Located, LookupFile, MaxRejected, ModelFile, Named, PipelineFile, Scalar,
    SourceFile, SqlCheck, TriggerFile,
};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// Entries in place of those of the base; `None` takes one out.
type Entries<T> = Named<Option<T>>;

/// A pipeline that extends another: the blocks of the base hold where this file says nothing else.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionFile {
    /// The base: a pipeline file in the folder pipelines/ of its project, relative to this file. Its SQL files are read
    /// too; a file of this project in the same folder below sql/ and of the same name stands in place of the base's.
    pub extends: Located<String>,
    /// Name of the pipeline; the same as the file's stem.
    pub name: Located<String>,
    /// What the pipeline is for.
    pub description: Option<String>,
    /// IANA time zone in which the extracts' local times are read and months begin, e.g. Europe/Stockholm.
    pub time_zone: Option<Located<String>>,
    /// ISO 4217 code of the currency in which all money is published.
    pub base_currency: Option<String>,
    /// Named values in place of the base's, and more; null takes one out.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<Scalar>>")]
    pub vars: Entries<Scalar>,
    /// How many rows of a source may be rejected before the run fails: a share (`1%`) or a number of rows.
    pub max_rejected: Option<MaxRejected>,
    /// Extracts in place of the base's of the same name, and more; null takes one out.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<SourceFile>>")]
    pub sources: Entries<SourceFile>,
    /// Lookups in place of the base's, and more; null takes one out.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<LookupFile>>")]
    pub lookups: Entries<LookupFile>,
    /// Tables of the last snapshot in place of the base's, and more; null takes one out.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<EarlierTableFile>>")]
    pub earlier_tables: Entries<EarlierTableFile>,
    /// Triggers in place of the base's, and more; null takes one out.
    #[schemars(with = "Option<IndexMap<String, Option<TriggerFile>>>")]
    pub triggers: Option<Entries<TriggerFile>>,
    /// How source records become persons, in place of the base's block as a whole.
    pub identity: Option<IdentityFile>,
    /// Properties of models in place of the base's, and more; null takes one out, with the base's SQL file.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<ModelFile>>")]
    pub models: Entries<ModelFile>,
    /// SQL checks in place of the base's, and more; null takes one out, with the base's SQL file.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<SqlCheck>>")]
    pub checks: Entries<SqlCheck>,
    /// How snapshots are published, key by key.
    #[serde(default)]
    pub publish: PublishExtension,
}

/// How snapshots are published, where it differs from the base.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishExtension {
    /// Folder of the warehouse, relative to the project folder; `--warehouse` overrides it.
    pub warehouse: Option<Located<String>>,
    /// How many snapshots stay, the current one among them.
    pub keep_snapshots: Option<Located<u32>>,
    /// Language of the pipeline's own texts, a BCP 47 code.
    pub language: Option<Located<String>>,
    /// Language files in place of the base's, and more; null takes one out. Each is relative to the project folder of the
    /// pipeline file that names it.
    #[serde(default)]
    #[schemars(with = "IndexMap<String, Option<String>>")]
    pub languages: Entries<Located<String>>,
}

impl ExtensionFile {
    /// The base with what this file says. `text` is this file's, for what it takes out and the base does not have.
    pub(super) fn over(self, base: PipelineFile, text: &SourceText, problems: &mut Vec<Problem>) -> PipelineFile {
        let mut merge = Merge { text, problems };
        let mut taken_out = base.taken_out;
        forget(&mut taken_out.models, &self.models);
        forget(&mut taken_out.checks, &self.checks);
        let triggers = match (base.triggers, self.triggers) {
            (base, None) => base,
            (base, Some(own)) => Some(merge.entries("trigger", base.unwrap_or_default(), own)),
        };
        let publish = super::PublishFile {
            warehouse: self.publish.warehouse.unwrap_or(base.publish.warehouse),
            keep_snapshots: self.publish.keep_snapshots.unwrap_or(base.publish.keep_snapshots),
            language: self.publish.language.unwrap_or(base.publish.language),
            languages: merge.entries("language", base.publish.languages, self.publish.languages),
        };
        PipelineFile {
            name: self.name,
            description: self.description.unwrap_or(base.description),
            time_zone: self.time_zone.unwrap_or(base.time_zone),
            base_currency: self.base_currency.unwrap_or(base.base_currency),
            vars: merge.entries("var", base.vars, self.vars),
            max_rejected: self.max_rejected.unwrap_or(base.max_rejected),
            sources: merge.entries("source", base.sources, self.sources),
            lookups: merge.entries("lookup", base.lookups, self.lookups),
            earlier_tables: merge.entries("earlier table", base.earlier_tables, self.earlier_tables),
            triggers,
            identity: self.identity.or(base.identity),
            models: merge.optional_entries(base.models, self.models),
            checks: merge.entries("check", base.checks, self.checks),
            publish,
            extends: None,
            taken_out,
        }
    }
}

/// Keeps in mind which names are taken out, and that those with an entry are not.
fn forget<T>(names: &mut std::collections::BTreeSet<String>, own: &Entries<T>) {
    for (name, entry) in own {
        if entry.is_some() {
            names.remove(&name.value);
        } else {
            names.insert(name.value.clone());
        }
    }
}

struct Merge<'a> {
    text: &'a SourceText,
    problems: &'a mut Vec<Problem>,
}

impl Merge<'_> {
    /// The base's entries in their order, then those that are new. What is taken out must be there.
    fn entries<T>(&mut self, what: &str, base: Named<T>, own: Entries<T>) -> Named<T> {
        let names: Vec<&str> = base.keys().map(|name| name.value.as_str()).collect();
        for (name, _) in own.iter().filter(|(name, entry)| entry.is_none() && !names.contains(&name.value.as_str())) {
            let message = format!("the base has no {what} `{}` that could be taken out", name.value);
            let problem = Problem::new(message).at(self.text, name.line, name.column, name.value.chars().count());
            self.problems.push(problem.hint(did_you_mean(&name.value, &names)));
        }
        self.optional_entries(base, own)
    }

    /// As [`Merge::entries`], where a SQL file may be taken out of which the base's pipeline file says nothing.
    fn optional_entries<T>(&self, base: Named<T>, mut own: Entries<T>) -> Named<T> {
        let mut merged = Named::with_capacity(base.len() + own.len());
        for (name, entry) in base {
            match own.shift_remove_entry(name.value.as_str()) {
                Some((name, Some(entry))) => drop(merged.insert(name, entry)),
                Some((_, None)) => {}
                None => drop(merged.insert(name, entry)),
            }
        }
        merged.extend(own.into_iter().filter_map(|(name, entry)| Some((name, entry?))));
        merged
    }
}
