//! Finds a project's files: the pipeline asked for, the pipelines that it extends, and the SQL files beside each.

use std::path::{Component, Path, PathBuf};

use super::source::at;
use crate::config::{Located, TakenOut, base_of};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// Layers of models, in the order in which data pass through them.
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
    const ALL: [Self; 3] = [Self::Staging, Self::Intermediate, Self::Marts];

    /// Folder below sql/.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Intermediate => "intermediate",
            Self::Marts => "marts",
        }
    }
}

/// A SQL file of the project.
#[derive(Debug, Clone)]
pub struct ModelText {
    /// The file's stem.
    pub name: String,
    /// Its folder.
    pub layer: Layer,
    /// Its text, under a path relative to the project folder.
    pub source: SourceText,
}

/// A project folder with the texts of one pipeline.
#[derive(Debug, Clone)]
pub struct Project {
    /// The project folder.
    pub folder: PathBuf,
    /// The pipeline file, below those that it extends.
    pub pipeline: SourceText,
    /// Every model's SQL.
    pub models: Vec<ModelText>,
    /// Every SQL check.
    pub checks: Vec<SourceText>,
    /// Every list for other tools.
    pub exports: Vec<SourceText>,
    /// The project folder of each part of the pipeline's text, the outermost base's first.
    roots: Vec<Root>,
}

/// A project folder and what it is called in messages.
#[derive(Debug, Clone)]
pub(super) struct Root {
    folder: PathBuf,
    /// Relative to the folder of the project that is run.
    shown: PathBuf,
}

impl Root {
    /// The text of a file, its path relative to this folder.
    pub(super) fn read(&self, path: impl AsRef<Path>) -> Result<SourceText, Problem> {
        read_text(&self.folder.join(path.as_ref()), plain(&self.shown.join(path)))
    }

    /// Paths of the files in a folder below this one, relative to this one, by name.
    fn files(&self, below: &str, ending: &str) -> Vec<PathBuf> {
        let found = files_with_ending(&self.folder.join(below), ending);
        found.iter().filter_map(|path| Some(Path::new(below).join(path.file_name()?))).collect()
    }
}

/// A text file larger than this is no pipeline and no model.
const MOST_BYTES: u64 = 4 << 20;

impl Project {
    /// Reads the pipeline `wanted` (a name in pipelines/, a path, or the only one there is), the pipelines that it
    /// extends, and all SQL files.
    ///
    /// # Errors
    /// A pipeline that does not exist or is not the only one, a circle of pipelines that extend each other, files that
    /// cannot be read, a model name used twice.
    pub fn read(folder: &Path, wanted: Option<&str>) -> Result<Self, Vec<Problem>> {
        let (pipeline, roots) =
            pipeline_path(folder, wanted).and_then(|path| pipelines(folder, path)).map_err(|problem| vec![problem])?;
        let mut project = Self {
            folder: folder.to_owned(),
            pipeline,
            models: Vec::new(),
            checks: Vec::new(),
            exports: Vec::new(),
            roots,
        };
        let problems = project.read_sql();
        if problems.is_empty() { Ok(project) } else { Err(problems) }
    }

    /// Reads the SQL files, those of the project before those of its base: a base's file is read where no other of the
    /// same folder and name was. Yields what is wrong with them.
    fn read_sql(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for root in self.roots_once() {
            for layer in Layer::ALL {
                for path in root.files(&format!("sql/{}", layer.folder()), "sql") {
                    let name = stem(&path);
                    if self.models.iter().any(|model| model.layer == layer && model.name == name) {
                        continue;
                    }
                    match root.read(path) {
                        Ok(source) => self.models.push(ModelText { name, layer, source }),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            read_texts(&root, "sql/checks", &mut self.checks, &mut problems);
            read_texts(&root, "sql/exports", &mut self.exports, &mut problems);
            problems.extend(stray_files(&root));
        }
        self.models.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
        problems.extend(names_used_twice(&self.models));
        problems.extend(self.models.iter().filter_map(bad_name));
        problems
    }

    /// Its folder and those of its bases, its own first, each once.
    fn roots_once(&self) -> Vec<Root> {
        let mut roots: Vec<Root> = Vec::new();
        for root in self.roots.iter().rev() {
            if !roots.iter().any(|seen| whole(&seen.folder) == whole(&root.folder)) {
                roots.push(root.clone());
            }
        }
        roots
    }

    /// The project folder of the pipeline file in which a value was written.
    pub(super) fn root_of<T>(&self, value: &Located<T>) -> Root {
        let own = || Root { folder: self.folder.clone(), shown: PathBuf::new() };
        self.roots.get(self.pipeline.part_of(value.line)).cloned().unwrap_or_else(own)
    }

    /// The project without the SQL files that its pipeline takes out.
    pub(super) fn without(&self, taken_out: &TakenOut) -> Self {
        let mut project = self.clone();
        project.models.retain(|model| !taken_out.models.contains(&model.name));
        project.checks.retain(|text| !taken_out.checks.contains(&stem(&text.path)));
        project
    }

    /// The project with one more model, which no file holds.
    pub(super) fn with_model(&self, model: ModelText) -> Self {
        let mut project = self.clone();
        project.models.push(model);
        project
    }
}

/// A pipeline file with its place.
struct PipelineText {
    text: SourceText,
    path: PathBuf,
    root: Root,
}

/// The pipeline file below those that it extends, and the project folder of each, the outermost base's first.
fn pipelines(folder: &Path, path: PathBuf) -> Result<(SourceText, Vec<Root>), Problem> {
    let text = read_text(&path, path.strip_prefix(folder).unwrap_or(&path).to_owned())?;
    let root = Root { folder: folder.to_owned(), shown: PathBuf::new() };
    let mut roots = vec![root.clone()];
    let mut last = PipelineText { text, path, root };
    let mut chain = Vec::new();
    while let Some(extends) = base_of(&last.text.text) {
        let base = base_file(&last, &extends)?;
        chain.push(last);
        circle(&chain, &base, &extends)?;
        roots.push(base.root.clone());
        last = base;
    }
    roots.reverse();
    let text = chain.into_iter().rev().fold(last.text, |base, file| file.text.extending(&base));
    Ok((text, roots))
}

/// Reads the file that a pipeline file names as its base.
fn base_file(file: &PipelineText, extends: &Located<String>) -> Result<PipelineText, Problem> {
    let beside = |path: &Path| path.parent().unwrap_or(Path::new("")).join(&extends.value);
    let (path, shown) = (beside(&file.path), plain(&beside(&file.text.path)));
    let text = read_text(&path, shown.clone()).map_err(|problem| {
        at(&file.text, extends, problem.message).hint("name a pipeline file by its path from this one")
    })?;
    let folder = plain(&path);
    let above =
        |path: &Path| path.parent().filter(|parent| parent.ends_with("pipelines"))?.parent().map(Path::to_owned);
    let (Some(folder), Some(shown)) = (above(&folder), above(&shown)) else {
        let problem = at(&file.text, extends, format!("{} is in no folder pipelines/", shown.display()));
        return Err(problem.hint("move it there: the SQL files of a base are in sql/ beside that folder"));
    };
    Ok(PipelineText { text, path, root: Root { folder, shown } })
}

/// Refuses a base that is among the files that extend it.
fn circle(chain: &[PipelineText], base: &PipelineText, extends: &Located<String>) -> Result<(), Problem> {
    let Some(first) = chain.iter().position(|file| whole(&file.path) == whole(&base.path)) else { return Ok(()) };
    let files = chain.iter().skip(first).chain([base]).map(|file| file.text.path.display().to_string());
    let message = format!("pipelines extend each other in a circle: {}", files.collect::<Vec<_>>().join(" -> "));
    let problem = chain.last().map_or_else(|| Problem::new(&message), |last| at(&last.text, extends, message.clone()));
    Err(problem.hint("take `extends` out of one of them"))
}

/// A path without steps that it takes back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// A path by which two names of one file or folder are known to be the same.
fn whole(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Reads the SQL files in a folder, but those whose name is read already.
fn read_texts(root: &Root, below: &str, texts: &mut Vec<SourceText>, problems: &mut Vec<Problem>) {
    for path in root.files(below, "sql") {
        if texts.iter().any(|text| stem(&text.path) == stem(&path)) {
            continue;
        }
        match root.read(path) {
            Ok(text) => texts.push(text),
            Err(problem) => problems.push(problem),
        }
    }
    texts.sort_by_key(|text| stem(&text.path));
}

/// The file's name without its ending.
pub fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Folder names beside the tables of a snapshot, and tables that lojal makes itself.
pub(super) const RESERVED_NAMES: [&str; 2] = ["restricted", super::SOURCE_COUNTS];

/// Whether SQL can name a table so without quotes.
pub(crate) fn is_table_name(name: &str) -> bool {
    let mut letters = name.bytes();
    let begins_well = letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_');
    begins_well && letters.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A model's name becomes a table's name and a folder's.
fn bad_name(model: &ModelText) -> Option<Problem> {
    if RESERVED_NAMES.contains(&model.name.as_str()) {
        let problem = Problem::new(format!("the name `{}` is taken by lojal itself", model.name));
        return Some(problem.in_file(&model.source).hint("give the file another name"));
    }
    (!is_table_name(&model.name)).then(|| {
        let problem = Problem::new(format!("`{}` cannot be a model's name", model.name)).in_file(&model.source);
        problem.hint("name the file in lower-case letters, digits and underscores, such as order_lines.sql")
    })
}

/// SQL files that no layer would read.
fn stray_files(root: &Root) -> Vec<Problem> {
    let pattern = root.folder.join("sql/**/*.sql");
    let known: Vec<PathBuf> = Layer::ALL
        .iter()
        .map(|layer| layer.folder())
        .chain(["checks", "exports"])
        .map(|name| Path::new("sql").join(name))
        .collect();
    let found = pattern.to_str().and_then(|pattern| glob::glob(pattern).ok()).into_iter().flatten().flatten();
    let relative = |path: &Path| path.strip_prefix(&root.folder).unwrap_or(path).to_owned();
    let stray = found.filter(|path| path.parent().is_none_or(|parent| !known.contains(&relative(parent))));
    stray
        .map(|path| {
            Problem::new(format!("{} is in no folder that is read", plain(&root.shown.join(relative(&path))).display()))
                .hint("move it into sql/staging, sql/intermediate, sql/marts, sql/checks or sql/exports")
        })
        .collect()
}

fn names_used_twice(models: &[ModelText]) -> Vec<Problem> {
    let twice = models.iter().enumerate().filter_map(|(at, model)| {
        let earlier = models[..at].iter().find(|earlier| earlier.name == model.name)?;
        let message = format!("the model name `{}` is taken by {}", model.name, earlier.source.path.display());
        Some(Problem::new(message).in_file(&model.source).hint("rename one of the two files"))
    });
    twice.collect()
}

fn pipeline_path(folder: &Path, wanted: Option<&str>) -> Result<PathBuf, Problem> {
    let pipelines = folder.join("pipelines");
    let mut found = files_with_ending(&pipelines, "yml");
    found.extend(files_with_ending(&pipelines, "yaml"));
    let names: Vec<String> = found.iter().map(|path| stem(path)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match wanted {
        None => match found.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(Problem::new(format!("no pipeline in {}", pipelines.display()))
                .hint("run lojal in a project folder, or name one with --project-dir")),
            _ => Err(Problem::new("there are several pipelines, and none was named")
                .hint(format!("name one of: {}", names.join(", ")))),
        },
        Some(wanted) => {
            let by_name = found.iter().find(|path| stem(path) == wanted).cloned();
            let as_path = PathBuf::from(wanted);
            by_name.or_else(|| as_path.is_file().then_some(as_path)).ok_or_else(|| {
                Problem::new(format!("there is no pipeline `{wanted}`")).hint(did_you_mean(wanted, &names))
            })
        }
    }
}

fn files_with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == ending) && path.is_file()).collect();
    found.sort();
    found
}

/// The text of a file, under the path by which messages name it.
fn read_text(path: &Path, shown: PathBuf) -> Result<SourceText, Problem> {
    let failed = |cause: String| Problem::new(format!("{}: {cause}", shown.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(failed(format!("{size} bytes are too many for a text file of a project")));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("not UTF-8 text".to_owned()))?;
    Ok(SourceText::new(shown, text))
}
