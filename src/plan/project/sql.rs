//! The SQL files of a project: staging models, models and checks of each domain, and those of the pipeline itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Domains;
use super::files::{Root, stem};
use crate::config::Merged;
use crate::diagnostics::{Problem, SourceText, nearest};
use crate::engine::{Parameters, Query};

/// Layers of models, in the order of the data flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Renames and casts one source.
    Staging,
    /// Re-grains and joins; never published.
    Intermediate,
    /// Published.
    Marts,
}

impl Layer {
    const OF_A_DOMAIN: [Self; 2] = [Self::Intermediate, Self::Marts];

    /// Folder below sql/ or sql/<domain>/.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Intermediate => "intermediate",
            Self::Marts => "marts",
        }
    }

    /// What one of its models is called, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Intermediate => "intermediate",
            Self::Marts => "mart",
        }
    }
}

/// Folders below sql/ that are not domains.
pub(super) const FOLDERS: [&str; 6] = ["staging", "intermediate", "marts", "checks", "exports", "tests"];

/// A SQL file of the project.
#[derive(Debug, Clone)]
pub struct ModelText {
    /// The file's stem.
    pub name: String,
    /// Its layer.
    pub layer: Layer,
    /// Its domain; `None` for staging models and those of the pipeline itself.
    pub domain: Option<String>,
    /// Its text, under a path relative to the project folder.
    pub source: SourceText,
    /// Tables that the text calls otherwise: its name for them, and theirs.
    pub renamed: Vec<(String, String)>,
}

impl ModelText {
    /// Its query.
    ///
    /// # Errors
    /// See [`Query::parse`].
    pub fn query(&self, parameters: &Parameters) -> Result<Query, Vec<Problem>> {
        query_of(&self.source, &self.renamed, parameters)
    }
}

/// The query of a text that calls some tables otherwise.
pub(in crate::plan) fn query_of(
    text: &SourceText,
    renamed: &[(String, String)],
    parameters: &Parameters,
) -> Result<Query, Vec<Problem>> {
    let mut query = Query::parse(text, parameters)?;
    for (name, table) in renamed {
        query.rename(name, table);
    }
    Ok(query)
}

/// A check that is a SQL file.
#[derive(Debug, Clone)]
pub struct CheckText {
    /// The file's stem.
    pub name: String,
    /// Its domain; `None` for those of the pipeline itself.
    pub domain: Option<String>,
    /// Its text.
    pub source: SourceText,
}

/// All SQL of a project.
#[derive(Debug, Default)]
pub(super) struct Sql {
    pub(super) models: Vec<ModelText>,
    pub(super) checks: Vec<CheckText>,
    pub(super) exports: Vec<SourceText>,
}

/// A SQL file that may be read.
struct Candidate {
    name: String,
    layer: Option<Layer>,
    domain: Option<String>,
    path: PathBuf,
    root: usize,
}

/// Reads the SQL of the domains that are on, a project's own files before its base's: a base's file is read only if
/// there is no other of the same name.
pub(super) fn read(own_first: &[Root], domains: &mut Domains, merged: &Merged, problems: &mut Vec<Problem>) -> Sql {
    let mut sql = Sql::default();
    let models = candidates(own_first, model_files);
    for candidate in models.iter().filter(|found| found.layer.is_some()) {
        if let Some(domain) = owner(&models, &candidate.name) {
            domains.own_table(&candidate.name, domain);
        }
    }
    problems.extend(unknown_models(&models, merged));
    problems.extend(used_twice(&models, "model", own_first));
    for found in first_of_each(&models).filter(|found| !merged.models_out.contains(&found.name)) {
        let domain = owner(&models, &found.name).map(str::to_owned);
        // A file replaces the base's of its name in whichever folder: its layer stays that of the base.
        let layer = models.iter().rev().find(|base| base.name == found.name).and_then(|base| base.layer);
        let Some(layer) = layer.filter(|_| domain.as_deref().is_none_or(|domain| domains.is_on(domain))) else {
            continue;
        };
        if let Some(source) = read_file(found, own_first, problems) {
            sql.models.push(ModelText { name: found.name.clone(), layer, domain, source, renamed: Vec::new() });
        }
    }
    let checks = candidates(own_first, |root, domain| texts(root, domain, "checks"));
    for found in first_of_each(&checks).filter(|found| !merged.checks_out.contains(&found.name)) {
        let domain = owner(&checks, &found.name).map(str::to_owned);
        if domain.as_deref().is_none_or(|domain| domains.is_on(domain))
            && let Some(source) = read_file(found, own_first, problems)
        {
            sql.checks.push(CheckText { name: found.name.clone(), domain, source });
        }
    }
    problems.extend(used_twice(&checks, "check", own_first));
    let exports = candidates(own_first, |root, domain| texts(root, domain, "exports"));
    for found in first_of_each(&exports) {
        if owner(&exports, &found.name).is_none_or(|domain| domains.is_on(domain)) {
            sql.exports.extend(read_file(found, own_first, problems));
        }
    }
    own_first.iter().for_each(|root| problems.extend(stray_files(root)));
    sql.models.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
    sql.checks.sort_by(|a, b| a.name.cmp(&b.name));
    sql.exports.sort_by_key(|text| stem(&text.path));
    problems.extend(sql.models.iter().filter_map(bad_name));
    sql
}

fn candidates(
    own_first: &[Root],
    files: impl Fn(&Root, Option<&str>) -> Vec<(Option<Layer>, PathBuf)>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (number, root) in own_first.iter().enumerate() {
        let domains = root.folders("sql").into_iter().filter(|name| !FOLDERS.contains(&name.as_str()));
        for domain in [None].into_iter().chain(domains.map(Some)) {
            for (layer, path) in files(root, domain.as_deref()) {
                found.push(Candidate { name: stem(&path), layer, domain: domain.clone(), path, root: number });
            }
        }
    }
    found
}

fn model_files(root: &Root, domain: Option<&str>) -> Vec<(Option<Layer>, PathBuf)> {
    let folder = |layer: Layer| match domain {
        Some(domain) => format!("sql/{domain}/{}", layer.folder()),
        None => format!("sql/{}", layer.folder()),
    };
    let staging = domain.is_none().then_some(Layer::Staging);
    let layers = staging.into_iter().chain(Layer::OF_A_DOMAIN);
    layers
        .flat_map(|layer| root.files(&folder(layer), "sql").into_iter().map(move |path| (Some(layer), path)))
        .collect()
}

fn texts(root: &Root, domain: Option<&str>, what: &str) -> Vec<(Option<Layer>, PathBuf)> {
    let folder = domain.map_or_else(|| format!("sql/{what}"), |domain| format!("sql/{domain}/{what}"));
    root.files(&folder, "sql").into_iter().map(|path| (None, path)).collect()
}

/// The domain of a name: that of the first file of it in a domain's folder, the project's own first.
fn owner<'a>(candidates: &'a [Candidate], name: &str) -> Option<&'a str> {
    candidates.iter().filter(|found| found.name == name).find_map(|found| found.domain.as_deref())
}

/// The file of each name that is read: the first, the project's own before its base's.
fn first_of_each(candidates: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    let mut seen = BTreeSet::new();
    candidates.iter().filter(move |found| seen.insert(found.name.as_str()))
}

fn read_file(found: &Candidate, roots: &[Root], problems: &mut Vec<Problem>) -> Option<SourceText> {
    roots.get(found.root)?.read(&found.path).map_err(|problem| problems.push(problem)).ok()
}

fn unknown_models(models: &[Candidate], merged: &Merged) -> Vec<Problem> {
    let unknown = merged.models_out.iter().filter(|name| !models.iter().any(|found| found.name == **name));
    let names: Vec<&str> = models.iter().map(|found| found.name.as_str()).collect();
    unknown
        .map(|name| {
            let problem = Problem::new(format!("the base has no model `{name}` to remove"));
            problem.hint(crate::diagnostics::did_you_mean(name, &names))
        })
        .collect()
}

/// Whether a name is that of a folder next to the tables of a snapshot, or of a table that lojal makes itself.
pub(in crate::plan) fn is_reserved(name: &str) -> bool {
    name == "restricted" || crate::plan::is_built_in(name)
}

/// The vars that a SQL text names, each with line and column; comments are ignored.
pub(super) fn vars_in(sql: &SourceText) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (number, line) in sql.text.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        for (at, _) in code.match_indices('$') {
            let name: String = code[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let column = code[..at].chars().count() + 1;
            found.extend((!name.is_empty()).then_some((name, number + 1, column)));
        }
    }
    found
}

/// Whether SQL can use a table name without quotes.
pub(crate) fn is_table_name(name: &str) -> bool {
    let mut letters = name.bytes();
    let begins_well = letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_');
    begins_well && letters.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A model's name becomes the name of a table and of a folder.
fn bad_name(model: &ModelText) -> Option<Problem> {
    if is_reserved(&model.name) {
        let problem = Problem::new(format!("the name `{}` is reserved by lojal", model.name));
        return Some(problem.in_file(&model.source).hint("give the file another name"));
    }
    (!is_table_name(&model.name)).then(|| {
        let problem = Problem::new(format!("`{}` cannot be a model's name", model.name)).in_file(&model.source);
        problem.hint("name the file in lower-case letters, digits and underscores, such as order_lines.sql")
    })
}

/// Folders with SQL that have no domain file, in any of the project's folders.
pub(super) fn without_file(root: &Root, known: &[&str]) -> Vec<Problem> {
    let folders = root.folders("sql").into_iter();
    let unknown = folders.filter(|name| !FOLDERS.contains(&name.as_str()) && !known.contains(&name.as_str()));
    let has_sql =
        |name: &String| FOLDERS.iter().any(|folder| !root.files(&format!("sql/{name}/{folder}"), "sql").is_empty());
    unknown
        .filter(has_sql)
        .map(|name| {
            let folder = root.shown(format!("sql/{name}"));
            let near =
                nearest(&name, known.iter().copied()).map(|near| format!(", or did you mean the domain `{near}`?"));
            Problem::new(format!("{} has SQL and no {name}.yml", folder.display()))
                .hint(format!("add {name}.yml with a description of the domain{}", near.unwrap_or_default()))
        })
        .collect()
}

/// Whether unit tests are read from the folder tests/ in a folder below sql/.
fn has_tests(folder: &str) -> bool {
    folder == "staging" || !FOLDERS.contains(&folder)
}

/// SQL files that nothing would read.
fn stray_files(root: &Root) -> Vec<Problem> {
    let is_read = |path: &Path| {
        let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        match parts.as_slice() {
            ["sql", folder, _] => FOLDERS.contains(folder),
            ["sql", "tests", ..] => true,
            ["sql", folder, "tests", ..] => has_tests(folder),
            ["sql", domain, folder, _] => !FOLDERS.contains(domain) && FOLDERS.contains(folder) && *folder != "staging",
            _ => false,
        }
    };
    stray(root, "sql", is_read)
        .map(|path| {
            let hint =
                "move it into sql/staging, or into intermediate, marts, checks or exports below sql/ or sql/<domain>/";
            Problem::new(format!("{} is not in a folder that lojal reads", path.display())).hint(hint)
        })
        .collect()
}

/// YAML files below sql/ that nothing would read.
pub(super) fn stray_yaml(root: &Root) -> Vec<Problem> {
    let is_read = |path: &Path| {
        let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
        match parts.as_slice() {
            ["sql", "staging", file] => *file == "_staging.yml",
            ["sql", "tests", file] => file.ends_with(".yml"),
            ["sql", folder, "tests", file] => has_tests(folder) && file.ends_with(".yml"),
            ["sql", domain, file] => !FOLDERS.contains(domain) && *file == format!("{domain}.yml"),
            _ => false,
        }
    };
    let yaml = ["yml", "yaml"].into_iter().flat_map(|ending| stray(root, ending, is_read).collect::<Vec<_>>());
    yaml.map(|path| {
        Problem::new(format!("{} is not read", path.display())).hint(
            "a domain's file is sql/<domain>/<domain>.yml, that of the staging models sql/staging/_staging.yml; unit \
                tests are in sql/<domain>/tests/*.yml",
        )
    })
    .collect()
}

fn stray<'a>(root: &'a Root, ending: &str, is_read: impl Fn(&Path) -> bool + 'a) -> impl Iterator<Item = PathBuf> + 'a {
    let found = root.all_files("sql", ending).into_iter();
    found.filter(move |path| !is_read(path)).map(|path| root.shown(path))
}

/// Names of models that occur in two files of one project folder.
fn used_twice(models: &[Candidate], what: &str, roots: &[Root]) -> Vec<Problem> {
    let twice = models.iter().enumerate().filter_map(|(at, model)| {
        let earlier = models[..at].iter().find(|earlier| earlier.name == model.name && earlier.root == model.root)?;
        let root = roots.get(model.root)?;
        let message = format!("the {what} name `{}` is taken by {}", model.name, root.shown(&earlier.path).display());
        let text = root.read(&model.path).ok()?;
        Some(Problem::new(message).in_file(&text).hint("rename one of the two files"))
    });
    twice.collect()
}
