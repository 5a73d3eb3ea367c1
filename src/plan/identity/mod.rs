//! Checks the `identity` block, first by itself, then against the model with the records, and turns it into what the
//! resolver needs: a layout, and the query that reads the records in this layout.

mod columns;
mod erasures;
mod fit;
mod golden;
mod normaliser;
mod overrides;
mod placeholders;
mod scored;
mod secret;
mod select;

use arrow::datatypes::SchemaRef;
use indexmap::IndexMap;

pub(super) use fit::fits;
use normaliser::{DATE, PERSON_NAME};

use super::parsed::Parsed;
use super::project::Project;
use crate::config::{
    IdentityFile, IdentityKeyFile, IdentityPublish, IdentityRuleFile, Located, ModelFile, PipelineFile, Texts,
};
use crate::diagnostics::{Problem, SourceText};
use crate::identity::{
    KeySecret, Layout, MAX_RULES, Output, RECORD_COLUMNS, RequestKey, Rule, StrongKey, TombstoneSecrets, is_rule_name,
};
use crate::plan::Model;

/// Key whose values count as names for guards.
const NAME: &str = "name";
/// Key whose values, with names, speak against a link.
const BIRTH_DATE: &str = "birth_date";
/// Normalisers of values that many persons share: one alone says little.
const WEAK: [&str; 3] = [DATE, PERSON_NAME, "postal_code"];

/// A checked identity block.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Table that it makes.
    pub table: String,
    /// Model with the source records.
    pub records: String,
    /// Model with decisions of analysts.
    pub overrides: Option<String>,
    /// The query that reads them.
    pub select_overrides: SourceText,
    /// Lookup with values that link nobody.
    pub placeholders: Option<String>,
    /// Model with requests of persons to be forgotten.
    pub erasures: Option<String>,
    /// The query that reads them.
    pub select_erasures: SourceText,
    /// Keys by which a person may be named, with the SQL that brings a `value` of a `country` into their spelling.
    pub spellings: Vec<(String, String)>,
    /// What the resolver is asked for.
    pub layout: Layout,
    /// The query that reads the records in that layout.
    pub select: SourceText,
    /// Whether messages may name no record, because identifiers are personal.
    pub hides_records: bool,
    /// Properties of the table.
    pub properties: ModelFile,
    /// Where the table is published.
    pub publish: IdentityPublish,
    /// Whether the ids of records are personal, so that no message shows them.
    pub has_personal_ids: bool,
    /// What customer keys are made with.
    pub secret: Option<KeySecret>,
    /// The secret before, while it is replaced: it opens what the warehouse has locked with it.
    pub secret_before: Option<KeySecret>,
    /// The secrets, to be shown as its reference.
    pub hidden: Vec<(String, String)>,
}

impl Identity {
    /// The models and lookups that it reads.
    pub fn reads(&self) -> impl Iterator<Item = &String> {
        let models = std::iter::once(&self.records).chain(&self.overrides);
        models.chain(&self.placeholders).chain(&self.erasures)
    }

    /// What may lock the key of the tombstones.
    pub fn tombstone_secrets(&self) -> TombstoneSecrets<'_> {
        TombstoneSecrets { now: self.secret.as_ref(), before: self.secret_before.as_ref() }
    }

    /// The tables beside the persons that it makes.
    pub fn outputs(&self) -> Vec<Output> {
        Output::ALL.into_iter().filter(|output| output.schema(&self.layout).is_some()).collect()
    }

    /// The columns of a table beside the persons.
    pub fn output_schema(&self, table: &str) -> Option<SchemaRef> {
        Output::named(table)?.schema(&self.layout)
    }

    /// Checks the columns that the golden record names. All that it reads is planned.
    pub(super) fn fit_golden(&mut self, file: &PipelineFile, records: Option<&Model>, texts: &Texts) -> Vec<Problem> {
        match (&mut self.layout.golden, &file.identity, records) {
            (Some(golden), Some(typed), Some(records)) => {
                for attribute in &mut golden.attributes {
                    attribute.placeholders = placeholders::of_attribute(typed, file, &attribute.name);
                }
                golden::fit(golden, typed, records, texts)
            }
            _ => Vec::new(),
        }
    }
}

/// Checks the block by itself.
pub(super) fn check(
    file: &PipelineFile,
    project: &Project,
    parsed: &[Parsed],
) -> Result<(Option<Identity>, Vec<Problem>), Vec<Problem>> {
    let Some(typed) = &file.identity else { return Ok((None, Vec::new())) };
    let names: Vec<&str> = parsed.iter().map(|parsed| parsed.model.name.as_str()).collect();
    let texts = &project.texts;
    let mut problems = Vec::new();
    for model in std::iter::once(&typed.records).chain(&typed.overrides).chain(&typed.erasures) {
        if !names.contains(&model.value.as_str()) {
            problems.push(texts.unknown(model, "model", &names));
        }
    }
    let lookups: Vec<&str> = file.lookups.keys().map(|name| name.value.as_str()).collect();
    if let Some(unknown) = typed.placeholders.as_ref().filter(|name| !lookups.contains(&name.value.as_str())) {
        problems.push(texts.unknown(unknown, "lookup", &lookups));
    }
    if names.contains(&typed.table.value.as_str()) || file.sources.contains_key(typed.table.value.as_str()) {
        let message = format!("`{}` is also the name of a model or source", typed.table.value);
        problems.push(texts.at(&typed.table, message).hint("the identity table is made by lojal: rename one"));
    }
    if typed.keys.is_empty() {
        problems.push(texts.at(&typed.table, "identity needs at least one key".to_owned()));
    }
    let (secret, hidden) = secret::read(typed, texts, &mut problems).unzip();
    let (secret_before, hidden_before) = secret::before(typed).unzip();
    let declared = file.models.get(typed.table.value.as_str());
    if declared.is_some_and(|model| model.restricted) && typed.publish == IdentityPublish::Public {
        let message = format!("`{}` is restricted, and identity says `publish: public`", typed.table.value);
        problems.push(texts.at(&typed.table, message).hint("say one of the two"));
    }
    keys(typed, texts, &mut problems);
    rules(typed, texts, &mut problems);
    golden::check(typed, texts, &mut problems);
    scored::check(typed, texts, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut properties = declared.cloned().unwrap_or_default();
    properties.restricted = typed.publish == IdentityPublish::Restricted;
    if properties.key.is_empty() {
        properties.key = ["source", "source_id"].map(|name| Located::nowhere(name.to_owned())).to_vec();
    }
    let identity = Identity {
        table: typed.table.value.clone(),
        records: typed.records.value.clone(),
        overrides: typed.overrides.as_ref().map(|model| model.value.clone()),
        select_overrides: SourceText::new("identity", String::new()),
        placeholders: typed.placeholders.as_ref().map(|lookup| lookup.value.clone()),
        erasures: typed.erasures.as_ref().map(|model| model.value.clone()),
        select_erasures: SourceText::new("identity", String::new()),
        spellings: erasures::spellings(typed),
        layout: layout(typed),
        // It depends on the columns that the records have.
        select: SourceText::new("identity", String::new()),
        hides_records: false,
        properties,
        publish: typed.publish,
        // It depends on the columns that the records have, too.
        has_personal_ids: false,
        secret,
        secret_before,
        hidden: hidden.into_iter().chain(hidden_before).collect(),
    };
    Ok((Some(identity), idle_keys(typed, texts)))
}

fn keys(typed: &IdentityFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let functions = normaliser::normalisers();
    let known: Vec<&str> = functions.iter().map(String::as_str).collect();
    for (label, key) in &typed.keys {
        match (&key.column, key.columns.first()) {
            (Some(_), None) | (None, Some(_)) => {}
            (None, None) => {
                let problem = texts.at(label, format!("the key `{}` has no column", label.value));
                problems.push(problem.hint("add `column: …`, a column of the records"));
            }
            (Some(_), Some(second)) => {
                let message = format!("the key `{}` has `column` and `columns`", label.value);
                problems.push(texts.at(second, message).hint("list all of its columns under `columns`"));
            }
        }
        if !is_rule_name(&label.value) || RECORD_COLUMNS.contains(&label.value.as_str()) {
            let message = format!("`{}` cannot name a key", label.value);
            problems.push(
                texts
                    .at(label, message)
                    .hint("give it a name without `+` that is not a column of every record, none or override"),
            );
        }
        normaliser(label, key, &known, texts, problems);
    }
}

/// The function of a key, and the options that it takes.
fn normaliser(
    label: &Located<String>,
    key: &IdentityKeyFile,
    known: &[&str],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let Some(function) = &key.normalise else {
        for option in key.country.iter().chain(&key.pattern) {
            let message = format!("the key `{}` says how a value is read, but not by which function", label.value);
            problems.push(texts.at(option, message).hint("add `normalise: …`"));
        }
        for (name, option) in normaliser::ignored(key) {
            let message = format!("`{name}` is an option of `{}`", normaliser::EMAIL_ADDRESS);
            let hint = format!("add `normalise: {}`", normaliser::EMAIL_ADDRESS);
            problems.push(texts.place(option, option.length, message).hint(hint));
        }
        return;
    };
    if !known.contains(&function.value.as_str()) {
        problems.push(texts.unknown(function, "normaliser", known));
        return;
    }
    let is_pattern = function.value == normaliser::PATTERN;
    if let Some(pattern) = key.pattern.as_ref().filter(|_| !is_pattern) {
        let message = format!("`{}` takes no pattern", function.value);
        problems.push(texts.at(pattern, message).hint("write `normalise: pattern`, or leave it out"));
    } else if key.pattern.is_none() && is_pattern {
        let message = "`pattern` needs a pattern".to_owned();
        problems.push(texts.at(function, message).hint(r"add `pattern: '\d{8}'`"));
    }
    for (name, option) in normaliser::ignored(key).filter(|_| function.value != normaliser::EMAIL_ADDRESS) {
        let message = format!("`{name}` is an option of `{}`", normaliser::EMAIL_ADDRESS);
        problems.push(texts.place(option, option.length, message).hint("leave it out"));
    }
}

fn rules(typed: &IdentityFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let labels: Vec<&str> = typed.keys.keys().map(|label| label.value.as_str()).collect();
    let is_weak = |label: &str| {
        let normalise = typed.keys.get(label).and_then(|key| key.normalise.as_ref());
        [NAME, BIRTH_DATE].contains(&label) || normalise.is_some_and(|name| WEAK.contains(&name.value.as_str()))
    };
    let Some(rules) = &typed.rules else {
        for label in typed.keys.keys().filter(|label| is_weak(&label.value)) {
            let message = format!("without `rules`, everybody with the same `{}` would be one person", label.value);
            problems.push(texts.at(label, message).hint("write `rules`, and combine this key with others there"));
        }
        return;
    };
    if rules.is_empty() {
        let message = "without a rule, no two records are one person";
        problems.push(texts.at(&typed.table, message).hint("omit `rules` to link by each key, or list rules"));
    }
    if rules.len() > MAX_RULES {
        let message = format!("identity has {} rules, at most {MAX_RULES} are possible", rules.len());
        problems.push(texts.at(&typed.table, message).hint("join rules of one kind into one"));
    }
    for (number, rule) in rules.iter().enumerate() {
        if !is_rule_name(&rule.name.value) {
            let message = format!("`{}` cannot name a rule", rule.name.value);
            let hint = "matched_by needs a name without `+` that is not none or override";
            problems.push(texts.at(&rule.name, message).hint(hint));
        }
        if let Some(earlier) = rules.iter().take(number).find(|earlier| earlier.name == rule.name) {
            let message =
                format!("there is a rule `{}` already, on {}", rule.name.value, texts.in_words(&earlier.name));
            problems.push(texts.at(&rule.name, message).hint("give each rule its own name"));
        }
        for (number, key) in rule.keys.iter().enumerate() {
            if !labels.contains(&key.value.as_str()) {
                problems.push(texts.unknown(key, "key of identity", &labels));
            } else if rule.keys[..number].contains(key) {
                let problem = texts.at(key, format!("`{}` is twice in this rule", key.value));
                problems.push(problem.hint("name each key once"));
            }
        }
        match &rule.keys[..] {
            [] => {
                let problem = texts.at(&rule.name, format!("the rule `{}` has no key", rule.name.value));
                problems.push(problem.hint("list the keys that must be equal"));
            }
            [only] if is_weak(&only.value) => {
                let message = format!("everybody with the same `{}` would be one person", only.value);
                problems.push(texts.at(only, message).hint("combine it with other keys"));
            }
            _ => {}
        }
        guards(rule, &labels, texts, problems);
    }
}

fn guards(rule: &IdentityRuleFile, labels: &[&str], texts: &Texts, problems: &mut Vec<Problem>) {
    if let Some(most) = rule.max_records.as_ref().filter(|most| most.value == 0) {
        let message = format!("the rule `{}` would link nobody", rule.name.value);
        problems.push(texts.place(most, 1, message).hint("write 1 or more, or take the rule out"));
    }
    let Some(names) = &rule.max_names else { return };
    if rule.max_records.is_none() {
        let message = format!("`max_names` of the rule `{}` guards nothing without `max_records`", rule.name.value);
        let hint = "add `max_records`: from more records on, the names are looked at";
        problems.push(texts.place(names, names.length, message).hint(hint));
    }
    if !labels.contains(&NAME) {
        let message =
            format!("`max_names` of the rule `{}` counts names, and identity has no key `{NAME}`", rule.name.value);
        let hint = "declare the key `name`, or take `max_names` out: then the number of records alone decides";
        problems.push(texts.place(names, names.length, message).hint(hint));
    }
}

/// Keys without an effect.
fn idle_keys(typed: &IdentityFile, texts: &Texts) -> Vec<Problem> {
    let Some(rules) = &typed.rules else { return Vec::new() };
    let is_used = |label: &str| {
        let is_scored = typed.scored.as_ref().is_some_and(|scored| scored::uses(scored, label));
        is_scored || rules.iter().any(|rule| rule.keys.iter().any(|key| key.value == label))
    };
    let idle = typed.keys.iter().filter(|(label, key)| {
        !key.strong && ![NAME, BIRTH_DATE].contains(&label.value.as_str()) && !is_used(&label.value)
    });
    idle.map(|(label, _)| {
        let problem = texts.at(label, format!("no rule uses the key `{}`", label.value));
        problem.hint("add it to a rule, or take it out").warning()
    })
    .collect()
}

/// The rules, with what each compares; keys that several rules compare are computed once.
fn layout(typed: &IdentityFile) -> Layout {
    let mut columns: IndexMap<Vec<String>, ()> = IndexMap::new();
    let mut column = |keys: Vec<String>| columns.insert_full(keys, ()).0;
    let rules = match &typed.rules {
        Some(rules) => rules
            .iter()
            .map(|rule| Rule {
                name: rule.name.value.clone(),
                column: column(rule.keys.iter().map(|key| key.value.clone()).collect()),
                max_records: rule.max_records.as_ref().map(|most| most.value),
                max_names: rule.max_names.as_ref().map(|most| most.value),
            })
            .collect(),
        None => typed
            .keys
            .keys()
            .map(|label| Rule {
                name: label.value.clone(),
                column: column(vec![label.value.clone()]),
                max_records: None,
                max_names: None,
            })
            .collect(),
    };
    let strong = typed
        .keys
        .iter()
        .filter(|(_, key)| key.strong)
        .map(|(label, _)| StrongKey { name: label.value.clone(), column: column(vec![label.value.clone()]) });
    let strong = strong.collect();
    let mut evidence = |label: &str| typed.keys.contains_key(label).then(|| column(vec![label.to_owned()]));
    let (name, birth_date) = (evidence(NAME), evidence(BIRTH_DATE));
    let by_name =
        erasures::keys(typed).map(|name| RequestKey { name: name.to_owned(), column: column(vec![name.to_owned()]) });
    let requests = by_name.collect();
    let scored = scored::scoring(typed, |label| columns.insert_full(vec![label.to_owned()], ()).0);
    let columns = columns.into_keys().map(|keys| keys.join("+")).collect();
    let (rejected, golden) = (normaliser::rejected(typed), golden::layout(typed));
    Layout { columns, rules, strong, name, birth_date, requests, rejected, golden, scored }
}
