//! Shared by all tests: copies of projects in temporary folders, the binary with a clean environment, its outcome as
//! text for a snapshot, and published Parquet read without lojal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Decimal128Type, Int64Type, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use tempfile::TempDir;

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The result of running the binary.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Panics with the full output unless the exit code is the expected one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The JSON object on the last line of stdout.
    #[track_caller]
    pub fn last_line(&self) -> Value {
        let line = self.stdout.lines().last().expect("stdout has a line");
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("none, a signal".to_owned(), |code| code.to_string());
        write!(f, "exit code: {code}\n--- stdout\n{}\n--- stderr\n{}", self.stdout.trim_end(), self.stderr.trim_end())
    }
}

/// A command for the binary without the caller's settings.
pub fn lojal(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lojal"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LOJAL_")) {
        command.env_remove(name);
    }
    command.env_remove("RUST_BACKTRACE").env("TZ", "UTC").current_dir(folder);
    command
}

/// Runs a command until it ends.
pub fn outcome(command: &mut Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output().expect("the binary starts");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// A copy of a project that a test may change, with its warehouse inside.
pub struct Copy {
    folder: TempDir,
}

impl Copy {
    /// The small project of the tests: two extracts, an optional third, five published tables.
    pub fn of_small() -> Self {
        let copy = Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder") };
        copy_folder(&repository().join("tests/projects/small"), copy.path());
        copy
    }

    /// An empty folder.
    pub fn of_nothing() -> Self {
        Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder") }
    }

    /// The tests' front desk: people as changed rows, visits, three deliveries of each.
    pub fn of_desk() -> Self {
        let copy = Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder") };
        copy_folder(&repository().join("tests/projects/desk"), copy.path());
        copy
    }

    /// The repository's project, including sample extracts.
    pub fn of_repository() -> Self {
        let copy = Self { folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder") };
        for name in ["pipelines", "sql", "sample_data"] {
            copy_folder(&repository().join(name), &copy.path().join(name));
        }
        copy
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn warehouse(&self) -> Warehouse {
        Warehouse(self.path().join("warehouse"))
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path().join(file), text).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    pub fn remove(&self, file: &str) {
        fs::remove_file(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }

    /// Replaces the only occurrence of `from` in a file.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(from).count(), 1, "{file} contains `{from}` once");
        self.write(file, text.replace(from, to));
    }

    /// Replaces `from` in the one YAML file of the default pipeline and its domains that contains it.
    #[track_caller]
    pub fn edit_setting(&self, from: &str, to: &str) {
        let domains = entries(&self.path().join("sql")).into_iter().flat_map(|folder| entries(&folder));
        let files = entries(&self.path().join("pipelines")).into_iter().chain(domains);
        let mut files = files.filter(|path| path.extension().is_some_and(|ending| ending == "yml"));
        let file = files.find(|path| fs::read_to_string(path).is_ok_and(|text| text.contains(from)));
        let file = file.unwrap_or_else(|| panic!("no file contains `{from}`"));
        self.edit(&file.strip_prefix(self.path()).unwrap().to_string_lossy(), from, to);
    }

    /// Appends lines to a file.
    pub fn append(&self, file: &str, lines: &str) {
        self.write(file, self.read(file) + lines);
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = lojal(self.path());
        command.args(arguments);
        command
    }

    pub fn lojal(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// Starts the binary without waiting for it.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy_folder(&entry.path(), &target) } else { drop(fs::copy(entry.path(), target)) }
    }
}

/// A published warehouse, seen from outside.
#[derive(Clone)]
pub struct Warehouse(pub PathBuf);

impl Warehouse {
    pub fn json(&self, document: &str) -> Value {
        let path = self.0.join("current").join(document);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{document}: {error}"))
    }

    /// Names of the published tables.
    pub fn tables(&self) -> Vec<String> {
        self.json("snapshot.json")["tables"].as_object().unwrap().keys().cloned().collect()
    }

    /// Files of a published table, in the order of the snapshot's description.
    pub fn files(&self, table: &str) -> Vec<PathBuf> {
        let files = self.json("snapshot.json")["tables"][table]["files"].clone();
        let names = files.as_array().unwrap_or_else(|| panic!("{table} is published")).clone();
        names.iter().map(|file| self.0.join("current").join(file["path"].as_str().unwrap())).collect()
    }

    /// All rows of a published table.
    pub fn table(&self, name: &str) -> RecordBatch {
        let files = self.files(name);
        let batches: Vec<RecordBatch> = files.iter().map(|file| parquet(file)).collect();
        concat_batches(&batches[0].schema(), &batches).unwrap()
    }

    /// The id of the current run.
    pub fn run_id(&self) -> String {
        self.json("snapshot.json")["run_id"].as_str().unwrap().to_owned()
    }

    /// Rejected rows of a source, from the only run that rejected any.
    pub fn quarantine(&self, source: &str) -> RecordBatch {
        let runs: Vec<PathBuf> = entries(&self.0.join("quarantine"));
        assert_eq!(runs.len(), 1, "one run has rejected rows");
        let files = entries(&runs[0].join(source));
        let batches: Vec<RecordBatch> = files.iter().map(|file| parquet(file)).collect();
        concat_batches(&batches[0].schema(), &batches).unwrap()
    }

    /// Names of the direct entries of the warehouse.
    pub fn entries(&self) -> Vec<String> {
        let paths = entries(&self.0);
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    /// Names of the snapshots, oldest first.
    pub fn snapshots(&self) -> Vec<String> {
        let paths = entries(&self.0.join("snapshots"));
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    /// Panics unless `current` leads to a complete snapshot: every file it names can be opened and has the stated rows.
    #[track_caller]
    pub fn is_whole(&self) {
        let snapshot = self.json("snapshot.json");
        for (name, table) in snapshot["tables"].as_object().unwrap() {
            let mut rows = 0;
            for file in table["files"].as_array().unwrap() {
                let path = self.0.join("current").join(file["path"].as_str().unwrap());
                let found = parquet(&path).num_rows() as u64;
                assert_eq!(found, file["rows"].as_u64().unwrap(), "{name}: {}", path.display());
                rows += found;
            }
            assert_eq!(rows, table["rows"].as_u64().unwrap(), "{name}");
        }
    }
}

/// The records of a CSV text. A quoted value may contain line breaks.
pub fn records(text: &str) -> (String, Vec<String>) {
    let mut records = Vec::new();
    let mut record = String::new();
    for line in text.split_inclusive('\n') {
        record.push_str(line);
        if record.matches('"').count().is_multiple_of(2) {
            records.push(std::mem::take(&mut record));
        }
    }
    let header = records.remove(0);
    (header, records)
}

/// The paths in a folder by name; empty if the folder does not exist.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// All rows of a Parquet file.
#[track_caller]
pub fn parquet(path: &Path) -> RecordBatch {
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema: SchemaRef = builder.schema().clone();
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

#[track_caller]
pub fn column<'a>(table: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    table.column_by_name(name).unwrap_or_else(|| panic!("there is a column {name}"))
}

/// A column of texts; null becomes the empty text.
#[track_caller]
pub fn texts(table: &RecordBatch, name: &str) -> Vec<String> {
    let column = column(table, name).as_string::<i32>();
    column.iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

/// A column of integers; null panics.
#[track_caller]
pub fn integers(table: &RecordBatch, name: &str) -> Vec<i64> {
    let column = column(table, name).as_primitive::<Int64Type>();
    column.iter().map(|number| number.unwrap_or_else(|| panic!("no null in {name}"))).collect()
}

/// A column of decimals with two digits after the point, in hundredths; null is `None`.
#[track_caller]
pub fn hundredths(table: &RecordBatch, name: &str) -> Vec<Option<i128>> {
    let column = column(table, name).as_primitive::<Decimal128Type>();
    assert_eq!(column.scale(), 2, "{name} has two decimals");
    column.iter().collect()
}

/// Rows as lines of text, for snapshots.
pub fn shown(table: &RecordBatch) -> String {
    arrow::util::pretty::pretty_format_batches(std::slice::from_ref(table)).unwrap().to_string()
}

/// The rows without some columns.
pub fn without(table: &RecordBatch, columns: &[&str]) -> RecordBatch {
    let schema = table.schema();
    let kept = schema.fields().iter().enumerate();
    let kept: Vec<usize> =
        kept.filter(|(_, field)| !columns.contains(&field.name().as_str())).map(|(at, _)| at).collect();
    table.project(&kept).unwrap()
}

/// The sample extracts, run and published once for all tests that only read.
pub fn sample_run() -> &'static (Copy, Outcome) {
    static RUN: OnceLock<(Copy, Outcome)> = OnceLock::new();
    RUN.get_or_init(|| {
        let copy = Copy::of_repository();
        let outcome = copy.lojal(&["run"]).exits(0);
        (copy, outcome)
    })
}

/// The small project, run and published once for all tests that only read.
pub fn small_run() -> &'static (Copy, Outcome) {
    static RUN: OnceLock<(Copy, Outcome)> = OnceLock::new();
    RUN.get_or_init(|| {
        let copy = Copy::of_small();
        let outcome = copy.lojal(&["run"]).exits(0);
        (copy, outcome)
    })
}

/// Compares with a snapshot, after removing everything that differs from run to run.
macro_rules! matches_snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ filters => $crate::support::filters(), omit_expression => true, prepend_module_to_snapshot => true }, {
            insta::assert_snapshot!($name, $text.to_string())
        })
    };
}
pub(crate) use matches_snapshot;

/// Run ids, times, seconds, processes, memory holders and temporary folders.
pub fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d{8}T\d{9}Z-[0-9a-f]{6}", "[run]"),
        (r"process \d+", "process [id]"),
        (r#""seconds":[0-9.e-]+"#, r#""seconds":[seconds]"#),
        (r#""time":"[^"]*""#, r#""time":"[time]""#),
        (r"\b\d+(\.\d+)? s\b", "[seconds]"),
        (r"(?m)^  .* consumed .*, peak .*$", "  [consumer]"),
        (r"/[^\s:]*/\.tmp[A-Za-z0-9]+", "[folder]"),
    ]
}
