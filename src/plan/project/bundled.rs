//! What a project uses of the default project inside the binary, and whether that has changed since it was recorded.

use std::collections::BTreeSet;
use std::path::Path;

use super::Project;
use super::files::{Root, stem};
use crate::bundle::{Bundle, PREFIX, Record};
use crate::diagnostics::{Problem, SourceText};

impl Project {
    /// Whether it extends the default project inside the binary.
    pub(crate) fn extends_bundle(&self) -> bool {
        self.roots.values().any(Root::is_bundle)
    }

    /// A warning if the default project inside the binary is another than the one that this project has recorded.
    pub(in crate::plan) fn changed_base(&self) -> Option<Problem> {
        let record = if self.extends_bundle() { Record::read(&self.folder).transpose()? } else { return None };
        let record = match record {
            Ok(record) => record,
            Err(problem) => return Some(problem.warning()),
        };
        let now = Record::of(&Bundle::of_program());
        let message = format!(
            "the base inside lojal {} is not the one that lojal.lock records, of lojal {}: `lojal config --diff` shows \
             what changed, `lojal init --upgrade` records the new one",
            now.lojal, record.lojal
        );
        (record.blake3 != now.blake3).then(|| Problem::new(message).warning())
    }

    /// Paths of the SQL and language files inside the binary that it uses.
    pub(crate) fn files_of_bundle(&self) -> BTreeSet<String> {
        let sql = self.sql().filter_map(|text| text.path.to_str()?.strip_prefix(PREFIX).map(str::to_owned));
        let words = self.file.publish.languages.values().flatten();
        let words = words.filter(|path| self.root_of(path).is_bundle()).map(|path| path.value.clone());
        sql.chain(words).collect()
    }

    /// SQL files inside the binary that files of the project replace, each with the project's.
    pub(crate) fn replaced(&self, bundle: &Bundle) -> Vec<(String, String)> {
        let own = self.sql().filter_map(|text| text.path.to_str().filter(|path| !path.starts_with(PREFIX)));
        let replaced = own.flat_map(|own| {
            let bases = bundle.below("sql/").map(|(path, _)| path).filter(|path| path.ends_with(".sql"));
            let same = bases.filter(move |path| identity(path) == identity(own));
            same.map(|base| (base.to_owned(), own.to_owned()))
        });
        replaced.collect()
    }

    fn sql(&self) -> impl Iterator<Item = &SourceText> {
        let checks = self.checks.iter().map(|check| &check.source);
        self.models.iter().map(|model| &model.source).chain(checks).chain(&self.exports)
    }
}

/// What two SQL files have in common if one replaces the other: their name, and whether they are models.
fn identity(path: &str) -> (String, Option<&str>) {
    let path = Path::new(path);
    let folder = path.parent().and_then(Path::file_name).and_then(|folder| folder.to_str());
    (stem(path), folder.filter(|folder| ["checks", "exports"].contains(folder)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::bundle::bundle_of;

    const BASE: &str = "name: base\ndescription: Base.\ntime_zone: UTC\nbase_currency: SEK\nsources: {}\n";

    fn bundle() -> Bundle {
        bundle_of(&[
            ("pipelines/base.yml", BASE),
            ("pipelines/more.yml", "extends: base.yml\nname: more\n"),
            ("sql/one/marts/a.sql", "select 1 as x\n"),
            ("sql/one/marts/b.sql", "select 2 as x\n"),
            ("sql/one/checks/a.sql", "select 3 as x where false\n"),
            ("sql/one/one.yml", "description: One.\nchecks: { a: { description: None } }\n"),
            ("sql/staging/stray.yml", "not read"),
        ])
    }

    fn problems(read: Result<Project, Vec<Problem>>) -> String {
        read.unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_project_is_merged_over_files_inside_the_binary() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("pipelines")).unwrap();
        fs::create_dir_all(folder.path().join("sql/marts")).unwrap();
        fs::write(folder.path().join("pipelines/own.yml"), "extends: lojal:more\nname: own\n").unwrap();
        fs::write(folder.path().join("sql/marts/a.sql"), "select 4 as x\n").unwrap();
        let found = problems(Project::read_over(folder.path(), None, &bundle()));
        assert!(found.contains("lojal:sql/staging/stray.yml is not read"), "{found}");

        let texts = bundle();
        let texts: Vec<_> = texts.below("").filter(|(path, _)| !path.ends_with("stray.yml")).collect();
        let sound = bundle_of(&texts);
        let project = Project::read_over(folder.path(), None, &sound).unwrap();
        assert!(project.extends_bundle());
        assert_eq!(project.file.name.value, "own");
        let files = project.models.iter().map(|model| model.source.path.display().to_string());
        assert_eq!(files.collect::<Vec<_>>(), ["sql/marts/a.sql", "lojal:sql/one/marts/b.sql"]);
        let used: Vec<String> = project.files_of_bundle().into_iter().collect();
        assert_eq!(used, ["sql/one/checks/a.sql", "sql/one/marts/b.sql"]);
        let replaced = project.replaced(&sound);
        assert_eq!(replaced, [("sql/one/marts/a.sql".to_owned(), "sql/marts/a.sql".to_owned())]);
    }

    #[test]
    fn a_pipeline_inside_the_binary_needs_no_project() {
        let folder = tempfile::tempdir().unwrap();
        let texts = bundle();
        let sound: Vec<_> = texts.below("").filter(|(path, _)| !path.ends_with("stray.yml")).collect();
        let project = Project::read_over(folder.path(), Some("lojal:more"), &bundle_of(&sound)).unwrap();
        assert_eq!(project.file.name.value, "more");
        assert_eq!(project.pipeline().path.display().to_string(), "lojal:pipelines/more.yml");
        let found = problems(Project::read_over(folder.path(), Some("lojal:mroe"), &bundle()));
        assert!(found.contains("no pipeline `mroe` inside lojal") && found.contains("did you mean `more`?"), "{found}");
        let found = problems(Project::read_over(folder.path(), Some("lojal:x"), &Bundle::default()));
        assert!(found.contains("no pipeline `x` inside lojal"), "{found}");
    }

    #[test]
    fn files_inside_the_binary_that_extend_each_other_are_a_circle() {
        let circle = bundle_of(&[
            ("pipelines/a.yml", "extends: b.yml\nname: a\n"),
            ("pipelines/b.yml", "extends: lojal:a\nname: b\n"),
        ]);
        let found = problems(Project::read_over(Path::new("."), Some("lojal:a"), &circle));
        assert!(found.contains("lojal:pipelines/a.yml -> lojal:pipelines/b.yml -> lojal:pipelines/a.yml"), "{found}");
    }
}
