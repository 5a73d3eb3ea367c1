//! Domains: folders below sql/ that are switched on as a unit, each with its file, its SQL, and the domains that it
//! needs.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::files::at;
use crate::config::{self, DOMAIN_KEYS, Key, Merged, Node, Texts, Value};
use crate::diagnostics::{Problem, did_you_mean};

/// A domain of a project.
#[derive(Debug, Clone, Default)]
pub struct Domain {
    /// What it is for.
    pub description: String,
    /// The domains that it needs, each with the reason.
    pub needs: IndexMap<String, String>,
    /// Whether it is on.
    pub is_on: bool,
}

/// The domains of a project and what each owns.
#[derive(Debug, Clone, Default)]
pub struct Domains {
    all: IndexMap<String, Domain>,
    /// Owner of each model, lookup and earlier table.
    tables: BTreeMap<String, String>,
    vars: BTreeMap<String, String>,
    /// Tables of domains that are off, with the columns that their files describe.
    off: BTreeMap<String, Vec<String>>,
}

/// Blocks of a domain file whose entries are tables.
const TABLE_BLOCKS: [&str; 3] = ["models", "lookups", "earlier_tables"];
/// Blocks whose entries belong to a domain.
const OWNED_BLOCKS: [&str; 6] = ["vars", "lookups", "earlier_tables", "triggers", "models", "checks"];

impl Domains {
    /// Whether a domain is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.all.get(name).is_some_and(|domain| domain.is_on)
    }

    /// The domain that owns a table.
    pub fn of_table(&self, table: &str) -> Option<&str> {
        self.tables.get(table).map(String::as_str)
    }

    /// The domain that owns a var.
    pub fn of_var(&self, var: &str) -> Option<&str> {
        self.vars.get(var).map(String::as_str)
    }

    /// The domain of a table, if it is off.
    pub fn off_table(&self, table: &str) -> Option<&str> {
        self.of_table(table).filter(|domain| !self.is_on(domain))
    }

    /// The domain of a var, if it is off.
    pub fn off_var(&self, var: &str) -> Option<&str> {
        self.of_var(var).filter(|domain| !self.is_on(domain))
    }

    /// Columns of the tables of domains that are off, if their files describe them.
    pub fn off_tables(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.off.iter().map(|(table, columns)| (table.as_str(), columns.as_slice()))
    }

    /// Whether `domain` may use what `other` owns: the two are the same, or `other` is needed directly or indirectly.
    pub fn may_use(&self, domain: &str, other: &str) -> bool {
        self.closure(domain).contains(other)
    }

    /// A domain with everything that it needs.
    fn closure<'a>(&'a self, domain: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::from([domain]);
        let mut open = vec![domain];
        while let Some(next) = open.pop() {
            for need in self.all.get(next).iter().flat_map(|domain| domain.needs.keys()) {
                if found.insert(need.as_str()) {
                    open.push(need.as_str());
                }
            }
        }
        found
    }

    /// Position of a domain in the order in which domains add columns to a table.
    pub fn rank(&self, domain: Option<&str>) -> usize {
        domain.and_then(|domain| self.all.get_index_of(domain)).unwrap_or(usize::MAX)
    }

    /// Notes that a SQL file of a domain makes a table.
    pub(super) fn own_table(&mut self, table: &str, domain: &str) {
        self.tables.entry(table.to_owned()).or_insert_with(|| domain.to_owned());
        if !self.is_on(domain) {
            self.off.entry(table.to_owned()).or_default();
        }
    }
}

/// A domain's file with its tree.
#[derive(Debug, Clone)]
pub(super) struct DomainText {
    pub(super) domain: String,
    pub(super) tree: Node,
}

/// Which domains are on, by the `domains` of each pipeline file, outermost base first; all if no file has the key.
pub(super) fn switched_on(
    heads: &[&Node],
    known: &[&str],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Node>> {
    let mut on: Option<Node> = None;
    for node in heads.iter().filter_map(|head| head.get("domains")) {
        let text = |name: &&str| Node { place: node.place, value: Value::Text((*name).to_owned()) };
        let all = || Node { place: node.place, value: Value::List(known.iter().map(text).collect()) };
        let wrong = match &node.value {
            Value::List(items) => items.iter().find(|item| item.text().is_none()),
            Value::Map(_) => None,
            _ => Some(node),
        };
        if let Some(wrong) = wrong {
            let problem = at(wrong, texts, "expected a list of domains, or changes to the base's list");
            problems.push(problem.hint("write `domains: [customers, value]` or `domains: { employees: false }`"));
            continue;
        }
        let of = |node: Node| Node {
            place: node.place,
            value: Value::Map(vec![(Key { text: "domains".to_owned(), place: node.place }, node)]),
        };
        // Changes without a list before them change the default: all are on.
        let base = on.take().unwrap_or_else(all);
        let mut merged = Merged { domains: known.iter().map(|name| (*name).to_owned()).collect(), ..Merged::default() };
        let both = config::over(of(base), of(node.clone()), texts, &mut merged);
        problems.extend(merged.problems);
        on = both.get("domains").cloned();
    }
    on.map(|node| node.items().to_vec())
}

/// Assembles the domains of a project from their files, the outermost base's first.
pub(super) fn domains(
    files: &[DomainText],
    on: Option<&[Node]>,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Domains {
    let mut all: IndexMap<String, Domain> = IndexMap::new();
    let named = on.iter().flat_map(|on| on.iter()).filter_map(Node::text);
    for name in named.chain(files.iter().map(|file| file.domain.as_str())) {
        all.entry(name.to_owned()).or_default();
    }
    for file in files {
        if let Some(domain) = all.get_mut(&file.domain) {
            describe(domain, &file.tree);
        }
        problems.extend(unknown_keys(&file.tree, texts));
    }
    let mut domains = Domains { all, ..Domains::default() };
    let known: Vec<&str> = files.iter().map(|file| file.domain.as_str()).collect();
    for domain in domains.all.values_mut() {
        domain.is_on = on.is_none();
    }
    for node in on.unwrap_or_default() {
        let name = node.text().unwrap_or_default();
        if !known.contains(&name) {
            let problem = at(node, texts, format!("there is no domain `{name}`"));
            problems.push(problem.hint(did_you_mean(name, &known)));
        }
        if let Some(domain) = domains.all.get_mut(name) {
            domain.is_on = true;
        }
    }
    for file in files {
        problems.extend(not_a_block(file, texts));
        own(&mut domains, file);
    }
    for file in files {
        problems.extend(foreign_vars(file, &domains, texts));
    }
    problems.extend(needs(&domains, files, on, texts));
    domains
}

fn describe(domain: &mut Domain, tree: &Node) {
    if let Some(text) = tree.get("description").and_then(Node::text) {
        text.trim().clone_into(&mut domain.description);
    }
    let needs = tree.get("needs").map(Node::entries).unwrap_or_default();
    for (key, why) in needs {
        domain.needs.insert(key.text.clone(), why.text().unwrap_or_default().trim().to_owned());
    }
}

pub(super) fn unknown_keys(tree: &Node, texts: &Texts) -> Vec<Problem> {
    let unknown = tree.entries().iter().filter(|(key, _)| !DOMAIN_KEYS.contains(&key.text.as_str()));
    let problem = |key: &Key| {
        let place = key.place;
        let problem = Problem::new(format!("unknown key `{}`", key.text));
        let problem = problem.at(texts.file(place.file), place.line, place.column, place.length);
        problem.hint(did_you_mean(&key.text, &DOMAIN_KEYS))
    };
    unknown.map(|(key, _)| problem(key)).collect()
}

/// A file or its `needs` that is not a mapping would be read as empty.
fn not_a_block(file: &DomainText, texts: &Texts) -> Option<Problem> {
    let needs = file.tree.get("needs").filter(|needs| !matches!(needs.value, Value::Map(_)));
    let wrong = if matches!(file.tree.value, Value::Map(_)) { needs? } else { &file.tree };
    let problem = at(wrong, texts, "expected keys with values (`key: value`)");
    Some(problem.hint("see pipelines/domain.schema.json, or `lojal schema domain`, for what is allowed here"))
}

/// Vars that a domain's file changes although another domain owns them, which it does not need.
fn foreign_vars(file: &DomainText, domains: &Domains, texts: &Texts) -> Vec<Problem> {
    let vars = file.tree.get("vars").map(Node::entries).unwrap_or_default();
    let problem = |(key, node): &(Key, Node)| {
        let owner = domains.of_var(&key.text).filter(|owner| !domains.may_use(&file.domain, owner))?;
        let here = Node { place: key.place, value: node.value.clone() };
        let message =
            format!("the var `{}` belongs to the domain `{owner}`, which `{}` does not need", key.text, file.domain);
        Some(at(&here, texts, message).hint("give your var another name, or change this one in the pipeline file"))
    };
    vars.iter().filter_map(problem).collect()
}

fn own(domains: &mut Domains, file: &DomainText) {
    let block = |name: &str| file.tree.get(name).map(Node::entries).unwrap_or_default();
    for (key, node) in TABLE_BLOCKS.iter().flat_map(|name| block(name)) {
        domains.own_table(&key.text, &file.domain);
        let columns = node.get("columns").map(Node::entries).unwrap_or_default();
        if let Some(known) = domains.off.get_mut(&key.text) {
            known.extend(columns.iter().map(|(column, _)| column.text.clone()));
        }
    }
    for (key, _) in block("vars") {
        domains.vars.entry(key.text.clone()).or_insert_with(|| file.domain.clone());
    }
}

/// Mistakes in `needs`: domains that do not exist or are off, and cycles.
fn needs(domains: &Domains, files: &[DomainText], on: Option<&[Node]>, texts: &Texts) -> Vec<Problem> {
    let mut problems = Vec::new();
    let known: Vec<&str> = files.iter().map(|file| file.domain.as_str()).collect();
    for file in files {
        for (key, why) in file.tree.get("needs").map(Node::entries).unwrap_or_default() {
            let here = Node { place: key.place, value: why.value.clone() };
            if !known.contains(&key.text.as_str()) {
                let problem = at(&here, texts, format!("there is no domain `{}`", key.text));
                problems.push(problem.hint(did_you_mean(&key.text, &known)));
            } else if why.text().is_none_or(|why| why.trim().is_empty()) {
                let problem = at(&here, texts, format!("`{}` needs `{}` without a reason", file.domain, key.text));
                problems.push(
                    problem.hint("say why in a few words: the reason is shown to anyone who switches one of them off"),
                );
            } else if domains.all.get(&key.text).is_some_and(|other| {
                domains.closure(&key.text).contains(file.domain.as_str()) && !other.needs.is_empty()
            }) {
                let message = format!("the domains `{}` and `{}` need each other", file.domain, key.text);
                problems.push(at(&here, texts, message).hint("remove one of the two from `needs`, and what uses it"));
            }
        }
    }
    for node in on.unwrap_or_default() {
        let name = node.text().unwrap_or_default();
        for (need, why) in domains.all.get(name).iter().flat_map(|domain| &domain.needs) {
            if known.contains(&need.as_str()) && !domains.is_on(need) {
                let problem = at(node, texts, format!("the domain `{name}` needs `{need}`, which is off: {why}"));
                problems.push(problem.hint(format!("add `{need}` to `domains`, or remove `{name}`")));
            }
        }
    }
    problems
}

/// Entries that two domains of one project both declare.
pub(super) fn declared_twice(files: &[&DomainText], texts: &Texts) -> Vec<Problem> {
    let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for file in files {
        for block in OWNED_BLOCKS {
            for (key, node) in file.tree.get(block).map(Node::entries).unwrap_or_default() {
                if let Some(other) = owners.insert((block, key.text.as_str()), &file.domain) {
                    let here = Node { place: key.place, value: node.value.clone() };
                    let message = format!("`{}` is declared by the domains `{other}` and `{}`", key.text, file.domain);
                    problems.push(at(&here, texts, message).hint("keep it in the domain that owns it"));
                }
            }
        }
    }
    problems
}

/// A pipeline file without its entries about domains that are off, each of which is a problem.
pub(super) fn without_off(
    mut tree: Node,
    domains: &Domains,
    files: &[DomainText],
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Node {
    let owner = |block: &str, name: &str| {
        let has = |file: &&DomainText| file.tree.get(block).is_some_and(|node| node.get(name).is_some());
        files.iter().filter(has).map(|file| file.domain.as_str()).find(|domain| !domains.is_on(domain))
    };
    if let Value::Map(blocks) = &mut tree.value {
        for (block, node) in blocks.iter_mut().filter(|(key, _)| OWNED_BLOCKS.contains(&key.text.as_str())) {
            let Value::Map(entries) = &mut node.value else { continue };
            entries.retain(|(key, node)| match owner(&block.text, &key.text) {
                None => true,
                Some(domain) => {
                    let here = Node { place: key.place, value: node.value.clone() };
                    let message = format!("`{}` belongs to the domain `{domain}`, which is off", key.text);
                    let hint = format!("add `{domain}` to `domains`, or remove this entry");
                    problems.push(at(&here, texts, message).hint(hint));
                    false
                }
            });
        }
    }
    tree
}
