//! Folders and files of a project, and the pipelines that a pipeline extends.

use std::path::{Component, Path, PathBuf};

use crate::bundle::{Bundle, PREFIX};
use crate::config::{FileId, Node, Texts, tree_of};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// The files of a project, in a folder or inside the binary, and their names in messages.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Root {
    /// `None` for the default project inside the binary.
    folder: Option<PathBuf>,
    /// Relative to the folder of the project being run.
    shown: PathBuf,
    /// What `lojal:` means.
    bundle: Bundle,
}

impl Root {
    /// The project being run.
    pub(super) fn of_project(folder: &Path, bundle: &Bundle) -> Self {
        Self { folder: Some(folder.to_owned()), shown: PathBuf::new(), bundle: bundle.clone() }
    }

    /// Whether the files are inside the binary.
    pub(super) fn is_bundle(&self) -> bool {
        self.folder.is_none()
    }

    /// Whether two roots have the same files.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.folder.as_deref().map(whole) == other.folder.as_deref().map(whole)
    }

    /// The name of a file in messages.
    pub(super) fn shown(&self, path: impl AsRef<Path>) -> PathBuf {
        match self.folder {
            Some(_) => plain(&self.shown.join(path)),
            None => bundled(path.as_ref()),
        }
    }

    /// Where a file is.
    fn path(&self, path: &Path) -> PathBuf {
        self.folder.as_ref().map_or_else(|| bundled(path), |folder| folder.join(path))
    }

    /// The text of a file, its path relative to this folder.
    pub(in crate::plan) fn read(&self, path: impl AsRef<Path>) -> Result<SourceText, Problem> {
        let (path, shown) = (path.as_ref(), self.shown(&path));
        let Some(folder) = &self.folder else {
            let text = path.to_str().and_then(|path| self.bundle.text(path));
            let text = text.ok_or_else(|| Problem::new(format!("{}: not a file of this lojal", shown.display())))?;
            return Ok(SourceText::new(shown, text));
        };
        read_text(&folder.join(path), shown)
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        match &self.folder {
            Some(folder) => folder.join(path).is_file(),
            None => self.bundle.text(path).is_some(),
        }
    }

    /// Paths of the files in a folder below this one, relative to this one, by name.
    pub(super) fn files(&self, below: &str, ending: &str) -> Vec<PathBuf> {
        let within = Path::new(below);
        match &self.folder {
            Some(folder) => {
                let found = files_with_ending(&folder.join(within), ending);
                found.iter().filter_map(|path| Some(within.join(path.file_name()?))).collect()
            }
            None => self.bundled_below(below, ending).filter(|path| path.parent() == Some(within)).collect(),
        }
    }

    /// Names of the folders in a folder below this one.
    pub(super) fn folders(&self, below: &str) -> Vec<String> {
        let Some(folder) = &self.folder else { return self.bundle.folders(below).into_iter().collect() };
        let entries = std::fs::read_dir(folder.join(below)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// Paths of all files below a folder, at any depth, relative to this one.
    pub(super) fn all_files(&self, below: &str, ending: &str) -> Vec<PathBuf> {
        let Some(folder) = &self.folder else { return self.bundled_below(below, ending).collect() };
        let pattern = folder.join(format!("{below}/**/*.{ending}"));
        let found = pattern.to_str().and_then(|pattern| glob::glob(pattern).ok()).into_iter().flatten().flatten();
        found.map(|path| path.strip_prefix(folder).unwrap_or(&path).to_owned()).collect()
    }

    fn bundled_below(&self, below: &str, ending: &str) -> impl Iterator<Item = PathBuf> {
        let (folder, ending) = (format!("{below}/"), format!(".{ending}"));
        let found: Vec<PathBuf> = self
            .bundle
            .below(&folder)
            .filter(|(path, _)| path.ends_with(&ending))
            .map(|(path, _)| path.into())
            .collect();
        found.into_iter()
    }

    /// The pipelines, each with where it is.
    pub(super) fn pipelines(&self) -> Vec<PathBuf> {
        let found = ["yml", "yaml"].into_iter().flat_map(|ending| self.files("pipelines", ending));
        found.map(|path| self.path(&path)).collect()
    }
}

/// The name of a file inside the binary.
fn bundled(path: &Path) -> PathBuf {
    PathBuf::from(format!("{PREFIX}{}", path.display()))
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
pub(super) fn heads(root: &Root, wanted: Option<&str>, texts: &mut Texts) -> Result<Vec<Head>, Vec<Problem>> {
    let mut chain = vec![first_head(root, wanted, texts)?];
    while let Some(last) = chain.last()
        && let Some(extends) = last.tree.get("extends")
    {
        let base = base_file(last, extends, texts)?;
        cycle(&chain, &base, extends, texts).map_err(|problem| vec![problem])?;
        chain.push(base);
    }
    chain.reverse();
    Ok(chain)
}

/// The pipeline file that was asked for.
fn first_head(root: &Root, wanted: Option<&str>, texts: &mut Texts) -> Result<Head, Vec<Problem>> {
    let one = |problem| vec![problem];
    let in_bundle = wanted.and_then(|wanted| wanted.strip_prefix(PREFIX));
    let (Some(folder), None) = (&root.folder, in_bundle) else {
        let name = in_bundle.or(wanted).unwrap_or_default();
        let (text, path, root) = bundled_pipeline(root, name).map_err(one)?;
        return head(text, path, root, texts);
    };
    let path = pipeline_path(folder, root, wanted).map_err(one)?;
    let text = read_text(&path, path.strip_prefix(folder).unwrap_or(&path).to_owned()).map_err(one)?;
    head(text, path, root.clone(), texts)
}

/// The text of a pipeline inside the binary, its path and root.
fn bundled_pipeline(root: &Root, name: &str) -> Result<(SourceText, PathBuf, Root), Problem> {
    let root = Root { folder: None, shown: PathBuf::new(), bundle: root.bundle.clone() };
    let path = PathBuf::from(format!("pipelines/{name}.yml"));
    let text = root.read(&path).map_err(|_| {
        let names: Vec<String> = root.pipelines().iter().map(|path| stem(path)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Problem::new(format!("there is no pipeline `{name}` inside lojal")).hint(did_you_mean(name, &names))
    })?;
    Ok((text, root.path(&path), root))
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
        let problem = at(extends, texts, "expected `lojal:NAME` or the path of a pipeline file");
        let hint = "write `extends: lojal:customer_lifecycle`, or the path of a pipeline file, relative to this one";
        return Err(vec![problem.hint(hint)]);
    };
    // Inside the binary all pipelines are in one folder: the name is enough.
    let of_bundle = head.root.is_bundle().then(|| stem(Path::new(name)));
    if let Some(name) = name.strip_prefix(PREFIX).or(of_bundle.as_deref()) {
        let (text, path, root) = bundled_pipeline(&head.root, name)
            .map_err(|problem| vec![Problem { hint: problem.hint, ..at(extends, texts, problem.message) }])?;
        return self::head(text, path, root, texts);
    }
    let beside = |path: &Path| path.parent().unwrap_or(Path::new("")).join(name);
    let (path, shown) = (beside(&head.path), plain(&beside(&texts.file(head.file).path)));
    let text = read_text(&path, shown.clone()).map_err(|problem| {
        let hint =
            "name a pipeline file by its path from this one, or one inside lojal, such as `lojal:customer_lifecycle`";
        vec![at(extends, texts, problem.message).hint(hint)]
    })?;
    let folder = plain(&path);
    let above =
        |path: &Path| path.parent().filter(|parent| parent.ends_with("pipelines"))?.parent().map(Path::to_owned);
    let (Some(folder), Some(shown)) = (above(&folder), above(&shown)) else {
        let problem = at(extends, texts, format!("{} is not in a folder pipelines/", shown.display()));
        return Err(vec![problem.hint("move it there: the SQL files of a base are in sql/ next to that folder")]);
    };
    let root = Root { folder: Some(folder), shown, bundle: head.root.bundle.clone() };
    self::head(text, path, root, texts)
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
    if path.to_str().is_some_and(|path| path.starts_with(PREFIX)) {
        return path.to_owned();
    }
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn pipeline_path(folder: &Path, root: &Root, wanted: Option<&str>) -> Result<PathBuf, Problem> {
    let found = root.pipelines();
    let names: Vec<String> = found.iter().map(|path| stem(path)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match wanted {
        None => match found.as_slice() {
            [only] => Ok(only.clone()),
            [] => Err(Problem::new(format!("no pipeline in {}", folder.join("pipelines").display()))
                .hint("run lojal in a project folder, or name one with --project-dir; `lojal init DIR` writes one")),
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
