//! Finds a project's files: the pipeline asked for, the pipelines that it extends, the files of their domains, and all SQL.
//!
//! What the files say is merged here, the base first, and read into one [`PipelineFile`]. A file or model of a
//! project replaces the base's of the same name, in any folder.

mod bundled;
mod domains;
mod files;
mod neighbours;
mod sql;
mod unit_tests;
mod upstream;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::bundle::Bundle;
use crate::config::{self, FileId, Key, Located, Merged, Node, PipelineFile, Texts, UNIT_TESTS, Value, tree_of};
use crate::diagnostics::{Problem, SourceText};

use domains::DomainText;
pub use domains::{Domain, Domains};
use files::{Head, whole};
pub(super) use files::{Root, stem};
pub(crate) use sql::is_table_name;
pub use sql::{CheckText, Layer, ModelText};
pub(super) use sql::{is_reserved, query_of};
pub use unit_tests::{Suite, UnitTests};

/// Name of the file that describes the staging models.
const STAGING_FILE: &str = "sql/staging/_staging.yml";

/// A project folder with the texts of one pipeline.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project folder.
    pub folder: PathBuf,
    /// Every YAML file that was read.
    pub texts: Texts,
    /// The pipeline file that was asked for.
    pub head: FileId,
    /// All YAML files merged.
    pub file: PipelineFile,
    /// The same as a tree, each value with its place.
    pub tree: Node,
    /// The SQL of every model of the domains that are on.
    pub models: Vec<ModelText>,
    /// Every SQL check of the domains that are on.
    pub checks: Vec<CheckText>,
    /// Every list for other tools.
    pub exports: Vec<SourceText>,
    /// The domains.
    pub domains: Domains,
    /// Sources of the base that the company does not have.
    pub sources_out: BTreeSet<String>,
    /// Models of other pipelines in the same folder.
    pub(super) elsewhere: BTreeSet<String>,
    /// YAML files that extend others: what they name must exist.
    extending: BTreeSet<FileId>,
    /// The project folder of each YAML file.
    roots: BTreeMap<FileId, Root>,
    /// The project folder itself.
    own: Root,
}

/// The YAML files of one project folder.
struct RootFiles {
    root: Root,
    staging: Option<Node>,
    domains: Vec<DomainText>,
    /// The pipeline files in it that were read, a base before what extends it.
    heads: Vec<Node>,
}

/// Nothing refers to an extract that the company does not have.
fn without_references_to(sources_out: &BTreeSet<String>, mut file: PipelineFile) -> PipelineFile {
    let is_out = |to: &str| to.split_once('.').is_some_and(|(source, _)| sources_out.contains(source));
    for column in file.sources.values_mut().flat_map(|source| source.columns.values_mut()) {
        column.references = column.references.take().filter(|reference| !is_out(&reference.to.value));
    }
    file
}

impl Project {
    /// Reads the pipeline `wanted` (a name in pipelines/, a path, `lojal:NAME`, or the only one there is), the pipelines
    /// that it extends, the files of their domains, and all SQL files.
    ///
    /// # Errors
    /// All mistakes: a pipeline that does not exist or is not the only one, a cycle of pipelines that extend each
    /// other, files that cannot be read, invalid YAML, domains that need others that are off, a model name used
    /// twice.
    pub fn read(folder: &Path, wanted: Option<&str>) -> Result<Self, Vec<Problem>> {
        Self::read_over(folder, wanted, &Bundle::of_program())
    }

    /// As [`Self::read`], with the files that `lojal:` means.
    ///
    /// # Errors
    /// See [`Self::read`].
    pub(crate) fn read_over(folder: &Path, wanted: Option<&str>, bundle: &Bundle) -> Result<Self, Vec<Problem>> {
        let mut texts = Texts::default();
        let own = Root::of_project(folder, bundle);
        let heads = files::heads(&own, wanted, &mut texts)?;
        let head = heads.last().map(|head| head.file).unwrap_or_default();
        let chain: Vec<PathBuf> = heads.iter().map(|head| whole(&head.path)).collect();
        let extensions: Vec<FileId> = heads.iter().skip(1).map(|head| head.file).collect();
        let mut roots = BTreeMap::new();
        let mut problems = Vec::new();
        let by_root = by_root(heads, &mut texts, &mut roots, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let trees: Vec<&Node> = by_root.iter().flat_map(|files| &files.heads).collect();
        let all: Vec<DomainText> = by_root.iter().flat_map(|files| &files.domains).cloned().collect();
        let mut known: Vec<&str> = Vec::new();
        for file in &all {
            if !known.contains(&file.domain.as_str()) {
                known.push(&file.domain);
            }
        }
        let on = domains::switched_on(&trees, &known, &texts, &mut problems);
        for files in &by_root {
            problems.extend(sql::without_file(&files.root, &known));
            problems.extend(files.staging.iter().flat_map(|tree| domains::unknown_keys(tree, &texts)));
        }
        let mut domains = domains::domains(&all, on.as_deref(), &texts, &mut problems);
        for files in &by_root {
            let own: Vec<&DomainText> = files.domains.iter().collect();
            problems.extend(domains::declared_twice(&own, &texts));
        }
        let mut merged = Merged::default();
        let tree = merge(by_root.iter(), on, &domains, &all, &texts, &mut merged);
        problems.append(&mut merged.problems);
        let own_first: Vec<Root> = by_root.iter().rev().map(|files| files.root.clone()).collect();
        let mut sql = sql::read(&own_first, &mut domains, &merged, &mut problems);
        let file = match config::read_whole::<PipelineFile>(&tree, &texts) {
            Ok(file) => without_references_to(&merged.sources_out, file),
            Err(found) => {
                problems.extend(found);
                return Err(problems);
            }
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let elsewhere = neighbours::part(&mut sql, &file, &domains, &merged.sources_out, (&own_first, &chain))?;
        let (models, checks, exports) = (sql.models, sql.checks, sql.exports);
        let base = by_root.first().map(|files| files.root.clone());
        let is_base = |root: &Root| base.as_ref().is_some_and(|base| base.is_same(root));
        let mut extending: BTreeSet<FileId> =
            roots.iter().filter(|(_, root)| !is_base(root)).map(|(file, _)| *file).collect();
        extending.extend(&extensions);
        Ok(Self {
            folder: folder.to_owned(),
            texts,
            head,
            file,
            tree,
            models,
            checks,
            exports,
            domains,
            sources_out: merged.sources_out,
            elsewhere,
            extending,
            roots,
            own,
        })
    }

    /// Only what is behind some tables; `None` if that is all of the project.
    pub fn behind(&self, wanted: &BTreeSet<String>) -> Option<Self> {
        let tables = upstream::tables_behind(wanted, &self.models, &self.file)?;
        let models = self.models.iter().filter(|model| tables.contains(&model.name)).cloned().collect();
        let file = upstream::only(self.file.clone(), &tables);
        Some(Self { file, models, checks: Vec::new(), exports: Vec::new(), ..self.clone() })
    }

    /// The pipeline file that was asked for.
    pub fn pipeline(&self) -> &SourceText {
        self.texts.file(self.head)
    }

    /// The project folder of the YAML file in which a value is written.
    pub(super) fn root_of<T>(&self, value: &Located<T>) -> Root {
        self.roots.get(&value.file).unwrap_or(&self.own).clone()
    }

    /// Whether a value is written in a file that extends another.
    pub(super) fn is_extending<T>(&self, value: &Located<T>) -> bool {
        value.line > 0 && self.extending.contains(&value.file)
    }

    /// The vars that a SQL text names, each with line and column; comments are ignored.
    pub(super) fn vars_in(&self, sql: &SourceText) -> Vec<(String, usize, usize)> {
        sql::vars_in(sql)
    }

    /// A hint for a SQL text that names vars of domains that are off.
    pub(super) fn off_vars_in(&self, sql: &SourceText) -> Option<String> {
        let vars = self.vars_in(sql);
        let (var, domain) = vars.iter().find_map(|(var, ..)| Some((var, self.domains.off_var(var)?)))?;
        Some(format!("the var `{var}` belongs to the domain `{domain}`, which is off: add it to `domains`"))
    }

    /// The project with one more model, which is not in a file.
    pub(super) fn with_model(&self, model: ModelText) -> Self {
        let mut project = self.clone();
        project.models.push(model);
        project
    }
}

/// The YAML files of each project folder, the outermost base's first; each folder once.
fn by_root(
    heads: Vec<Head>,
    texts: &mut Texts,
    roots: &mut BTreeMap<FileId, Root>,
    problems: &mut Vec<Problem>,
) -> Vec<RootFiles> {
    let mut by_root: Vec<RootFiles> = Vec::new();
    for head in heads {
        roots.insert(head.file, head.root.clone());
        let tree = without(head.tree, "extends");
        match by_root.iter_mut().find(|files| files.root.is_same(&head.root)) {
            Some(files) => files.heads.push(tree),
            None => {
                let mut files = yaml_of(head.root, texts, roots, problems);
                files.heads.push(tree);
                by_root.push(files);
            }
        }
    }
    by_root
}

/// Reads the YAML files next to the SQL of a project folder.
fn yaml_of(
    root: Root,
    texts: &mut Texts,
    roots: &mut BTreeMap<FileId, Root>,
    problems: &mut Vec<Problem>,
) -> RootFiles {
    let mut read = |path: &str, problems: &mut Vec<Problem>| -> Option<Node> {
        if !root.has(path) {
            return None;
        }
        match root.read(path) {
            Ok(text) => {
                let file = texts.add(text);
                roots.insert(file, root.clone());
                tree_of(texts, file).map_err(|found| problems.extend(found)).ok()
            }
            Err(problem) => {
                problems.push(problem);
                None
            }
        }
    };
    let staging = read(STAGING_FILE, problems);
    let mut domains = Vec::new();
    for domain in root.folders("sql").into_iter().filter(|name| !sql::FOLDERS.contains(&name.as_str())) {
        if let Some(tree) = read(&format!("sql/{domain}/{domain}.yml"), problems) {
            domains.push(DomainText { domain, tree });
        }
    }
    problems.extend(sql::stray_yaml(&root));
    RootFiles { root, staging, domains, heads: Vec::new() }
}

/// All files merged: of each project folder the domains that are on, the staging models, then its pipeline files.
fn merge<'a>(
    by_root: impl Iterator<Item = &'a RootFiles>,
    on: Option<Vec<Node>>,
    domains: &Domains,
    all: &[DomainText],
    texts: &Texts,
    merged: &mut Merged,
) -> Node {
    let mut tree = Node::nothing();
    for files in by_root {
        for domain in files.domains.iter().filter(|file| domains.is_on(&file.domain)) {
            let blocks = without(without(without(domain.tree.clone(), "description"), "needs"), UNIT_TESTS);
            tree = config::over(tree, blocks, texts, merged);
        }
        if let Some(staging) = &files.staging {
            let blocks = without(without(staging.clone(), "description"), UNIT_TESTS);
            tree = config::over(tree, blocks, texts, merged);
        }
        for head in &files.heads {
            let mut found = Vec::new();
            let head = domains::without_off(without(head.clone(), "domains"), domains, all, texts, &mut found);
            merged.problems.append(&mut found);
            tree = config::over(tree, head, texts, merged);
        }
    }
    with_lists(tree, on)
}

/// The tree with the domains that are on as a list, and the files of each language as a list.
fn with_lists(mut tree: Node, on: Option<Vec<Node>>) -> Node {
    if let (Value::Map(entries), Some(on)) = (&mut tree.value, on) {
        let place = on.first().map(|node| node.place).unwrap_or_default();
        entries.push((Key { text: "domains".to_owned(), place }, Node { place, value: Value::List(on) }));
    }
    if let Some(publish) = entry_of(&mut tree, "publish")
        && let Some(languages) = entry_of(publish, "languages")
        && let Value::Map(files) = &mut languages.value
    {
        for (_, node) in files {
            if !matches!(node.value, Value::List(_)) {
                *node = Node { place: node.place, value: Value::List(vec![node.clone()]) };
            }
        }
    }
    tree
}

fn entry_of<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Map(entries) => entries.iter_mut().find(|(found, _)| found.text == key).map(|(_, node)| node),
        _ => None,
    }
}

fn without(mut node: Node, key: &str) -> Node {
    if let Value::Map(entries) = &mut node.value {
        entries.retain(|(found, _)| found.text != key);
    }
    node
}
