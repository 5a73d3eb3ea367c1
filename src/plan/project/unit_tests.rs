//! Finds the unit tests of a project: in the files of domains, and in files beside their SQL. Nothing but `lojal test`
//! needs them, so that reading a project does not read them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::Project;
use super::files::Root;
use super::sql::FOLDERS;
use crate::config::{Key, Located, Node, Texts, UNIT_TESTS, UnitTestFile, UnitTestsFile, Value, read_whole, tree_of};
use crate::diagnostics::{Problem, SourceText, did_you_mean};

/// The unit tests of one file.
#[derive(Debug)]
pub struct Suite {
    /// Whether their domain is on.
    pub is_on: bool,
    /// The tests.
    pub tests: Vec<UnitTestFile>,
    root: Root,
    /// Where their fixtures are, relative to the root.
    folder: PathBuf,
}

/// Unit tests with the texts of their files.
#[derive(Debug)]
pub struct UnitTests {
    /// Every file that was read.
    pub texts: Texts,
    /// The tests file by file.
    pub suites: Vec<Suite>,
}

impl Suite {
    /// The text of a fixture.
    ///
    /// # Errors
    /// A path that leads out of the folder `tests/`, or a file that cannot be read.
    pub fn fixture(&self, name: &Located<String>, texts: &Texts) -> Result<SourceText, Problem> {
        let path = Path::new(&name.value);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            let problem = texts.at(name, format!("`{}` is not below {}", name.value, self.folder.display()));
            return Err(problem.hint("write the path from there: the folder goes with the tests"));
        }
        self.root.read(self.folder.join(path)).map_err(|problem| {
            let files: Vec<String> = ["csv", "sql"]
                .into_iter()
                .flat_map(|ending| self.root.files(&self.folder.display().to_string(), ending))
                .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
                .collect();
            let names: Vec<&str> = files.iter().map(String::as_str).collect();
            texts.at(name, problem.message).hint(did_you_mean(&name.value, &names))
        })
    }
}

impl Project {
    /// The unit tests in the folder of the pipeline, and if wanted those of the folders of the pipelines that it extends.
    /// A test replaces the base's of its name.
    ///
    /// # Errors
    /// Every mistake of their files, and names that occur twice.
    pub fn unit_tests(&self, with_base: bool) -> Result<UnitTests, Vec<Problem>> {
        let mut roots: Vec<Root> = self.roots.get(&self.head).cloned().into_iter().collect();
        for root in self.roots.values().filter(|_| with_base) {
            if !roots.iter().any(|found| found.is_same(root)) {
                roots.push(root.clone());
            }
        }
        let mut found = UnitTests { texts: Texts::default(), suites: Vec::new() };
        let mut problems = Vec::new();
        let mut taken: BTreeMap<String, (usize, Located<String>)> = BTreeMap::new();
        for (number, root) in roots.iter().enumerate() {
            for mut suite in self.suites(root, &mut found.texts, &mut problems) {
                suite.tests.retain(|test| match taken.get(&test.name.value) {
                    Some((other, first)) if *other == number => {
                        let message = format!("the test `{}` is there twice", test.name.value);
                        let hint = format!("rename one of them: the other is on {}", found.texts.in_words(first));
                        problems.push(found.texts.at(&test.name, message).hint(hint));
                        false
                    }
                    Some(_) => false,
                    None => {
                        taken.insert(test.name.value.clone(), (number, test.name.clone()));
                        true
                    }
                });
                found.suites.push(suite);
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn suites(&self, root: &Root, texts: &mut Texts, problems: &mut Vec<Problem>) -> Vec<Suite> {
        let is_domain = |name: &String| !FOLDERS.contains(&name.as_str());
        let domains = root.folders("sql").into_iter().filter(is_domain);
        let mut suites = Vec::new();
        let own = ["sql".to_owned(), "sql/staging".to_owned()].into_iter().map(|folder| (folder, None));
        for (folder, domain) in own.chain(domains.map(|name| (format!("sql/{name}"), Some(name)))) {
            let tests = format!("{folder}/tests");
            let is_on = domain.as_deref().is_none_or(|domain| self.domains.is_on(domain));
            let file = format!("{folder}/{}.yml", domain.as_deref().unwrap_or("_staging"));
            let beside = root.files(&tests, "yml");
            for path in std::iter::once(PathBuf::from(file)).chain(beside) {
                if !path.to_str().is_some_and(|path| root.has(path)) {
                    continue;
                }
                let is_beside = path.starts_with(&tests);
                match tests_in(root, &path, is_beside, texts) {
                    Ok(tests_found) => suites.push(Suite {
                        is_on,
                        tests: tests_found,
                        root: root.clone(),
                        folder: PathBuf::from(&tests),
                    }),
                    Err(found) => problems.extend(found),
                }
            }
        }
        suites
    }
}

/// The tests in a file: all that it has, or one block of a domain's file.
fn tests_in(root: &Root, path: &Path, is_whole: bool, texts: &mut Texts) -> Result<Vec<UnitTestFile>, Vec<Problem>> {
    let text = root.read(path).map_err(|problem| vec![problem])?;
    if !is_whole && !text.text.contains(UNIT_TESTS) {
        return Ok(Vec::new());
    }
    let file = texts.add(text);
    let mut tree = tree_of(texts, file)?;
    if !is_whole {
        let Some(block) = tree.get(UNIT_TESTS) else { return Ok(Vec::new()) };
        let key = Key { text: UNIT_TESTS.to_owned(), place: block.place };
        tree = Node { place: tree.place, value: Value::Map(vec![(key, block.clone())]) };
    }
    Ok(read_whole::<UnitTestsFile>(&tree, texts)?.unit_tests)
}
