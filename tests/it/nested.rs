//! Lists and objects inside records: JSON whose records are elements of lists, columns of lists and structs, words that
//! are not JSON, and documents that follow each other.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::support::{Outcome, Warehouse, integers, lojal, outcome, repository, shown, texts};

/// A project of its own.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A pipeline `p` with one source `s`, and a mart `m` that selects all of it.
    fn source(format: &str, columns: &str) -> Self {
        let project = Self::new();
        let key = columns.split(':').next().unwrap().trim();
        let restricted = columns.contains("personal: true");
        project.write(
            "pipelines/p.yml",
            format!(
                "name: p\ndescription: P.\ntime_zone: Europe/Stockholm\nbase_currency: SEK\nmax_rejected: 90%\n\
                 sources:\n  s:\n    path: extracts/s.json\n    format: {{ {format} }}\n    columns:\n{columns}\
                 models:\n  m:\n    description: What was loaded.\n    restricted: {restricted}\n    key: [{key}]\n"
            ),
        );
        project.write("sql/marts/m.sql", "-- Grain: one row per record.\n\nselect s.* from s\n");
        project
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(lojal(self.path()).args(arguments))
    }

    fn load(&self, extract: &str) -> Outcome {
        self.write("extracts/s.json", extract);
        self.run(&["run", "--as-of", "2025-12-31"])
    }

    fn warehouse(&self) -> Warehouse {
        Warehouse(self.path().join("warehouse"))
    }
}

/// The fenced blocks of the documentation that follow a line with a path.
fn documented() -> Vec<(String, String)> {
    let text = fs::read_to_string(repository().join("docs/sources-nested.md")).unwrap();
    let mut lines = text.lines();
    let mut files = Vec::new();
    while let Some(line) = lines.next() {
        let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) else { continue };
        let block: Vec<&str> = lines.by_ref().skip(2).take_while(|line| !line.starts_with("```")).collect();
        files.push((path.to_owned(), format!("{}\n", block.join("\n"))));
    }
    files
}

#[test]
fn the_documented_examples_give_the_same_lines() {
    let files = documented();
    assert_eq!(files.len(), 4);
    let project = |pipeline: &str| {
        let project = Project::new();
        for (path, text) in files.iter().filter(|(path, _)| !path.starts_with("pipelines/") || path.ends_with(pipeline))
        {
            let models =
                "models:\n  lines:\n    description: Order lines.\n    restricted: true\n    key: [order_id, sku]\n";
            let more = if path.starts_with("pipelines/") { models } else { "" };
            project.write(path, format!("{text}{more}"));
        }
        project
    };
    let (rows, lists) = (project("by_row.yml"), project("by_list.yml"));
    rows.write(
        "sql/marts/lines.sql",
        "-- Grain: one row per order line.\n\nselect l.order_id, l.email, l.sku, l.quantity, l.total from order_lines as l\n",
    );
    let ran = rows.run(&["run", "--as-of", "2025-12-31"]).exits(0);
    let remark = "source order_lines: 1 of 3 objects have no element in their `lines[]`, so that no row comes of them; \
                  the first: extracts/orders.json:7";
    assert!(ran.stderr.contains(remark), "{ran}");
    lists.run(&["run", "--as-of", "2025-12-31"]).exits(0);
    let sorted = |project: &Project| {
        let mut rows: Vec<String> = shown(&project.warehouse().table("lines")).lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&rows), sorted(&lists));
    assert_eq!(integers(&rows.warehouse().table("lines"), "order_id").len(), 3);
}

#[test]
fn a_path_that_leads_nowhere_never_empties_a_table() {
    let columns = "      sku: { type: string }\n      order_id: { type: int, aliases: [^.id] }\n";
    let extract = r#"{"id": 1, "lines": [{"sku": "a"}]}"#;
    let misspelt = Project::source("json_lines: { records: \"line[]\" }", columns).load(extract).exits(1);
    assert!(
        misspelt.stderr.contains("extracts/s.json: no object of it has the list `line[]` of records"),
        "{misspelt}"
    );
    let scalar = Project::source("json_lines: { records: \"id[]\" }", columns).load(extract).exits(1);
    assert!(scalar.stderr.contains("extracts/s.json:1: `id[]` is not a list in this object"), "{scalar}");
    let array = Project::source("json: { records: lines }", columns).load(&format!("[{extract}]")).exits(1);
    assert!(array.stderr.contains("declare `records: lines[]`"), "{array}");
}

#[test]
fn declarations_that_cannot_be_right_are_refused() {
    let check = |format: &str, columns: &str| Project::source(format, columns).run(&["check"]).exits(2).stderr;
    let table = [
        ("json: { records: \"a[0].b\" }", "      x: { type: int }\n", "`a[0].b` is not a path of records"),
        ("json: { records: \"a[].b[]\" }", "      x: { type: int, aliases: [^.^.^.x] }\n", "2 objects are around"),
        ("json: {}", "      x: { type: int, aliases: [^.x] }\n", "`^.x` is a field of no object"),
        ("json_lines: { records: \"[].b[]\" }", "      x: { type: int }\n", "a line is an object, and not a list"),
        ("json: {}", "      x: { type: \"list(text)\" }\n", "`list(text)` is not a type"),
        (
            "json: {}",
            "      x: { type: \"list(int)\", unique: true }\n",
            "unique: `x` is list(int), and not a single value",
        ),
        ("json: {}", "      x: { type: \"{ a: int }\", min: 1 }\n", "is a { a: int }, which has no minimum or maximum"),
    ];
    for (format, columns, message) in table {
        let found = check(format, columns);
        assert!(found.contains(message) && found.contains("pipelines/p.yml:"), "{message}\n{found}");
    }
}

#[test]
fn words_and_halves_of_characters_reject_only_their_row() {
    let columns = "      id: { type: int, required: true }\n      value: { type: \"decimal(12,2)\" }\n      \
                   name: { type: string, personal: true }\n";
    let project = Project::source("json_lines: {}", columns);
    let extract = "{\"id\":9007199254740993,\"value\":1234.5,\"name\":\"A\",\"score\":NaN,\"bio\":\"cut \\ud83d\"}\n\
                   {\"id\":2,\"value\":NaN,\"name\":\"B\"}\n\
                   {\"id\":3,\"value\":1,\"name\":\"Kim \\ud83d\"}\n\
                   {\"id\":4,\"value\":-Infinity,\"name\":\"D\"}\n\
                   {\"id\":5,\"value\":2,\"name\":NaN}\n";
    let ran = project.load(extract).exits(0);
    assert_eq!(integers(&project.warehouse().table("m"), "id"), [9_007_199_254_740_993]);
    assert!(
        ran.stderr.contains("4 of 5 rows rejected; the first: extracts/s.json:2: value: NaN is not a value"),
        "{ran}"
    );
    let rejects = project.warehouse().quarantine("s");
    assert_eq!(texts(&rejects, "column"), ["value", "name", "value", "name"]);
    assert_eq!(integers(&rejects, "line"), [2, 3, 4, 5]);
    let declared =
        columns.replace("\"decimal(12,2)\" }", "\"decimal(12,2)\", values: { null_words: [NaN, -Infinity] } }");
    let project = Project::source("json_lines: {}", &declared);
    project.load(extract).exits(0);
    assert_eq!(integers(&project.warehouse().table("m"), "id"), [2, 4, 9_007_199_254_740_993]);
}

#[test]
fn pages_after_each_other_are_one_extract() {
    let columns = "      id: { type: int, required: true }\n      page: { type: int, aliases: [^.page] }\n";
    let project = Project::source("json: { records: results }", columns);
    let pages =
        "{\n \"page\": 1,\n \"results\": [{\"id\": 1},\n  {\"id\": 2}]\n}\n{\"results\": [{\"id\": 3}], \"page\": 2}\n";
    project.load(pages).exits(0);
    let table = project.warehouse().table("m");
    let mut rows: Vec<(i64, i64)> = integers(&table, "id").into_iter().zip(integers(&table, "page")).collect();
    rows.sort_unstable();
    assert_eq!(rows, [(1, 1), (2, 1), (3, 2)]);
    let failed = project.load(&format!("{pages}{{\"error\": \"too many requests\"}}")).exits(1);
    assert!(failed.stderr.contains("extracts/s.json: the document at line 7 has no `results`"), "{failed}");
}
