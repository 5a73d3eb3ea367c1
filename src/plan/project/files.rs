//! Folders and files of a project, and the pipelines that a pipeline extends.

use std::path::{Component, Path, PathBuf};

use crate::config::{FileId, Node, Texts, tree_of};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// A project folder and its name in messages.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Root {
    pub(super) folder: PathBuf,
    /// Relative to the folder of the project being run.
    pub(super) shown: PathBuf,
}

impl Root {
    /// The text of a file, its path relative to this folder.
    pub(in crate::plan) fn read(&self, path: impl AsRef<Path>) -> Result<SourceText, Problem> {
        read_text(&self.folder.join(path.as_ref()), plain(&self.shown.join(path)))
    }

    /// Paths of the files in a folder below this one, relative to this one, by name.
    pub(super) fn files(&self, below: &str, ending: &str) -> Vec<PathBuf> {
        let found = files_with_ending(&self.folder.join(below), ending);
        found.iter().filter_map(|path| Some(Path::new(below).join(path.file_name()?))).collect()
    }

    /// Names of the folders in a folder below this one.
    pub(super) fn folders(&self, below: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.join(below)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// A pipeline file with its place and tree.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) file: FileId,
    pub(super) tree: Node,
    pub(super) path: PathBuf,
    pub(super) root: Root,
}

/// The pipeline file and those that it extends, the outermost base first.
pub(super) fn heads(folder: &Path, wanted: Option<&str>, texts: &mut Texts) -> Result<Vec<Head>, Vec<Problem>> {
    let one = |problem| vec![problem];
    let path = pipeline_path(folder, wanted).map_err(one)?;
    let text = read_text(&path, path.strip_prefix(folder).unwrap_or(&path).to_owned()).map_err(one)?;
    let root = Root { folder: folder.to_owned(), shown: PathBuf::new() };
    let mut chain = vec![head(text, path, root, texts)?];
    while let Some(last) = chain.last()
        && let Some(extends) = last.tree.get("extends")
    {
        let base = base_file(last, extends, texts)?;
        cycle(&chain, &base, extends, texts).map_err(one)?;
        chain.push(base);
    }
    chain.reverse();
    Ok(chain)
}

fn head(text: SourceText, path: PathBuf, root: Root, texts: &mut Texts) -> Result<Head, Vec<Problem>> {
    let file = texts.add(text);
    let tree = tree_of(texts, file)?;
    Ok(Head { file, tree, path, root })
}

/// A problem at a value of a pipeline file.
pub(super) fn at(node: &Node, texts: &Texts, message: impl Into<String>) -> Problem {
    let place = node.place;
    Problem::new(message).at(texts.file(place.file), place.line, place.column, place.length)
}

/// Reads the base that a pipeline file names.
fn base_file(head: &Head, extends: &Node, texts: &mut Texts) -> Result<Head, Vec<Problem>> {
    let Some(name) = extends.text() else {
        let problem = at(extends, texts, "expected the path of a pipeline file");
        return Err(vec![problem.hint("write `extends: PATH`, relative to this file")]);
    };
    let beside = |path: &Path| path.parent().unwrap_or(Path::new("")).join(name);
    let (path, shown) = (beside(&head.path), plain(&beside(&texts.file(head.file).path)));
    let text = read_text(&path, shown.clone()).map_err(|problem| {
        vec![at(extends, texts, problem.message).hint("name a pipeline file by its path from this one")]
    })?;
    let folder = plain(&path);
    let above =
        |path: &Path| path.parent().filter(|parent| parent.ends_with("pipelines"))?.parent().map(Path::to_owned);
    let (Some(folder), Some(shown)) = (above(&folder), above(&shown)) else {
        let problem = at(extends, texts, format!("{} is not in a folder pipelines/", shown.display()));
        return Err(vec![problem.hint("move it there: the SQL files of a base are in sql/ next to that folder")]);
    };
    self::head(text, path, Root { folder, shown }, texts)
}

/// Rejects a base that is among the files that extend it.
fn cycle(chain: &[Head], base: &Head, extends: &Node, texts: &Texts) -> Result<(), Problem> {
    let Some(first) = chain.iter().position(|head| whole(&head.path) == whole(&base.path)) else { return Ok(()) };
    let files = chain.iter().skip(first).chain([base]).map(|head| texts.file(head.file).path.display().to_string());
    let message = format!("pipelines extend each other in a cycle: {}", files.collect::<Vec<_>>().join(" -> "));
    Err(at(extends, texts, message).hint("remove `extends` from one of them"))
}

/// A path without `..` steps that can be resolved.
pub(super) fn plain(path: &Path) -> PathBuf {
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

/// A path that is equal for two names of the same file or folder.
pub(super) fn whole(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The pipelines in a folder.
pub(super) fn pipeline_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = files_with_ending(folder, "yml");
    found.extend(files_with_ending(folder, "yaml"));
    found
}

fn pipeline_path(folder: &Path, wanted: Option<&str>) -> Result<PathBuf, Problem> {
    let pipelines = folder.join("pipelines");
    let found = pipeline_files(&pipelines);
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

/// The file name without its extension.
pub(in crate::plan) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn files_with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == ending) && path.is_file()).collect();
    found.sort();
    found
}

/// A text file larger than this is neither a pipeline nor a model.
const MOST_BYTES: u64 = 4 << 20;

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
