//! Finds a project's files: the pipeline asked for and the SQL files beside it.

use std::path::{Path, PathBuf};

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
    /// The pipeline file.
    pub pipeline: SourceText,
    /// Every model's SQL.
    pub models: Vec<ModelText>,
    /// Every SQL check.
    pub checks: Vec<SourceText>,
    /// Every list for other tools.
    pub exports: Vec<SourceText>,
}

/// A text file larger than this is no pipeline and no model.
const MOST_BYTES: u64 = 4 << 20;

impl Project {
    /// Reads the pipeline `wanted` (a name in pipelines/, a path, or the only one there is) and all SQL files.
    ///
    /// # Errors
    /// A pipeline that does not exist or is not the only one, files that cannot be read, a model name used twice.
    pub fn read(folder: &Path, wanted: Option<&str>) -> Result<Self, Vec<Problem>> {
        let pipeline_path = pipeline_path(folder, wanted).map_err(|problem| vec![problem])?;
        let pipeline = read_text(folder, &pipeline_path).map_err(|problem| vec![problem])?;
        let mut problems = Vec::new();
        let mut models: Vec<ModelText> = Vec::new();
        for layer in Layer::ALL {
            for path in files_with_ending(&folder.join("sql").join(layer.folder()), "sql") {
                match read_text(folder, &path) {
                    Ok(source) => models.push(ModelText { name: stem(&path), layer, source }),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let checks = read_texts(folder, "sql/checks", &mut problems);
        let exports = read_texts(folder, "sql/exports", &mut problems);
        problems.extend(names_used_twice(&models));
        problems.extend(models.iter().filter_map(bad_name));
        problems.extend(stray_files(folder));
        if problems.is_empty() {
            Ok(Self { folder: folder.to_owned(), pipeline, models, checks, exports })
        } else {
            Err(problems)
        }
    }
}

impl Project {
    /// The project with one more model, which no file holds.
    pub(super) fn with_model(&self, model: ModelText) -> Self {
        let mut project = self.clone();
        project.models.push(model);
        project
    }
}

fn read_texts(folder: &Path, below: &str, problems: &mut Vec<Problem>) -> Vec<SourceText> {
    let mut texts = Vec::new();
    for path in files_with_ending(&folder.join(below), "sql") {
        match read_text(folder, &path) {
            Ok(text) => texts.push(text),
            Err(problem) => problems.push(problem),
        }
    }
    texts
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
fn stray_files(folder: &Path) -> Vec<Problem> {
    let pattern = folder.join("sql/**/*.sql");
    let known: Vec<PathBuf> = Layer::ALL
        .iter()
        .map(|layer| layer.folder())
        .chain(["checks", "exports"])
        .map(|name| Path::new("sql").join(name))
        .collect();
    let found = pattern.to_str().and_then(|pattern| glob::glob(pattern).ok()).into_iter().flatten().flatten();
    let relative = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_owned();
    let stray = found.filter(|path| path.parent().is_none_or(|parent| !known.contains(&relative(parent))));
    stray
        .map(|path| {
            Problem::new(format!("{} is in no folder that is read", relative(&path).display()))
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

/// The text of a file, under its path relative to `folder`.
pub(super) fn read_text(folder: &Path, path: &Path) -> Result<SourceText, Problem> {
    let shown = path.strip_prefix(folder).unwrap_or(path);
    let failed = |cause: String| Problem::new(format!("{}: {cause}", shown.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(failed(format!("{size} bytes are too many for a text file of a project")));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("not UTF-8 text".to_owned()))?;
    Ok(SourceText::new(shown, text))
}
