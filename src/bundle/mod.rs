//! The default project inside the binary: pipelines, SQL, sample extracts and documentation, under the name `lojal:`.
//!
//! `main.rs` hands the files over when the program starts, so that a change of SQL compiles that file alone. A project
//! extends them with `extends: lojal:NAME`, and a [`Record`] in the project keeps what they were when it did.

mod record;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

pub use record::Record;

/// What the names of files inside the binary begin with.
pub const PREFIX: &str = "lojal:";

/// The files that decide what a run does are below these folders.
const OF_A_RUN: [&str; 2] = ["pipelines/", "sql/"];

/// Kinds of files that belong to a project. Anything else in its folders was left there by a tool.
const KINDS: [&str; 6] = ["yml", "sql", "json", "md", "csv", "py"];

/// Files of a default project, by their path from its folder.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    files: Arc<BTreeMap<String, Cow<'static, str>>>,
}

static PROGRAM: OnceLock<Bundle> = OnceLock::new();

/// Sets what [`Bundle::of_program`] returns. The first call counts.
pub fn carry(bundle: Bundle) {
    PROGRAM.get_or_init(|| bundle);
}

impl Bundle {
    /// The files inside this program; none in a program that carries none, such as a test.
    pub fn of_program() -> Self {
        PROGRAM.get().cloned().unwrap_or_default()
    }

    /// The texts among some files.
    pub fn of_bytes(files: impl IntoIterator<Item = (String, &'static [u8])>) -> Self {
        let texts = files.into_iter().filter(|(path, _)| is_of_a_project(path));
        Self::of_texts(texts.filter_map(|(path, bytes)| Some((path, Cow::Borrowed(std::str::from_utf8(bytes).ok()?)))))
    }

    /// A bundle of these texts.
    fn of_texts(files: impl IntoIterator<Item = (String, Cow<'static, str>)>) -> Self {
        Self { files: Arc::new(files.into_iter().collect()) }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|text| &**text)
    }

    /// The paths of all files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All files below a folder such as `sql/`, in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.files.range(folder.to_owned()..);
        from.take_while(move |(path, _)| path.starts_with(folder)).map(|(path, text)| (path.as_str(), &**text))
    }

    /// Names of the folders directly in a folder such as `sql`.
    pub fn folders(&self, folder: &str) -> BTreeSet<String> {
        let within = format!("{folder}/");
        let inner = self.below(&within).filter_map(|(path, _)| path.strip_prefix(&within)?.split_once('/'));
        inner.map(|(name, _)| name.to_owned()).collect()
    }

    /// The files that decide what a run does: pipelines with their language files, and everything below sql/.
    pub fn of_a_run(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = OF_A_RUN.into_iter().flat_map(|folder| self.below(folder));
        files.filter(|(path, _)| path.ends_with(".yml") || path.ends_with(".sql"))
    }

    /// A hash of the files that decide what a run does.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in self.of_a_run().flat_map(|(path, text)| [path, text]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

fn is_of_a_project(path: &str) -> bool {
    let kind = Path::new(path).extension().and_then(|kind| kind.to_str());
    let is_hidden = path.split('/').any(|part| part.starts_with(['.', '~']));
    !is_hidden && kind.is_some_and(|kind| KINDS.contains(&kind))
}

#[cfg(test)]
pub(crate) fn bundle_of(files: &[(&str, &str)]) -> Bundle {
    Bundle::of_texts(files.iter().map(|(path, text)| ((*path).to_owned(), Cow::Owned((*text).to_owned()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 5] = [
        ("docs/a.md", "docs"),
        ("pipelines/a.yml", "name: a"),
        ("sql/one/marts/x.sql", "select 1"),
        ("sql/one/one.yml", "description: One"),
        ("sql/two/two.yml", "description: Two"),
    ];

    #[test]
    fn folders_are_those_directly_inside() {
        let bundle = bundle_of(&FILES);
        assert_eq!(bundle.folders("sql").into_iter().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(bundle.folders("sql/one").into_iter().collect::<Vec<_>>(), ["marts"]);
        assert_eq!(bundle.below("sql/one/").count(), 2);
    }

    #[test]
    fn the_digest_covers_what_a_run_reads_and_nothing_else() {
        let digest = |change: Option<(&str, &str)>| {
            let files: Vec<_> = FILES.into_iter().chain(change).collect();
            bundle_of(&files).digest()
        };
        assert_eq!(digest(None), digest(Some(("docs/a.md", "other"))));
        assert_eq!(digest(None), digest(Some(("pipelines/a.schema.json", "{}"))));
        assert_ne!(digest(None), digest(Some(("sql/one/marts/x.sql", "select 2"))));
        assert_ne!(digest(None), digest(Some(("sql/one/marts/y.sql", "select 1"))));
    }

    #[test]
    fn what_tools_leave_in_a_folder_is_not_part_of_the_project() {
        let files =
            ["sample_data/a.csv", "sample_data/__pycache__/a.pyc", "sql/.x.sql.swp", "sql/.draft.sql", "sql/~a.sql"];
        let bundle = Bundle::of_bytes(files.map(|path| (path.to_owned(), b"x".as_slice())));
        assert_eq!(bundle.paths().collect::<Vec<_>>(), ["sample_data/a.csv"]);
    }
}
