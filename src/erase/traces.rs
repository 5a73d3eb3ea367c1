//! Text that names persons: rejected rows and corrections, which go, and extracts, which only their owner can change.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use arrow::array::{Array, BooleanArray};

use super::certificate::Certificate;
use super::person::{Person, texts};
use crate::failure::Failure;
use crate::publish::{PublishError, Retained, Warehouse, take_out};
use crate::run::Request;

/// Ids that are shorter, or digits only, could be anything: they are looked for in files of their own source.
const CLEAR_ID_LETTERS: usize = 6;
/// The last digits of a phone number, which do not depend on how its country is written.
const PHONE_DIGITS: usize = 8;
const EXTRACT_HOLDS: &str = "the extract still has rows that name the person: delete them there";
const NOT_TEXT: &str = "not searched: it is compressed, a workbook or not on this machine";

/// What text is searched for.
pub(crate) struct Search {
    /// Source and id.
    ids: Vec<(String, String)>,
    /// In lower case.
    values: Vec<String>,
    /// Last digits.
    phones: Vec<String>,
}

impl Search {
    /// All that names these persons.
    pub(crate) fn new(persons: &[Person]) -> Self {
        let mut search = Self { ids: Vec::new(), values: Vec::new(), phones: Vec::new() };
        for person in persons {
            search.ids.extend(person.records.iter().cloned());
            for text in &person.texts {
                search.values.push(text.trim().to_lowercase());
                search.phones.extend(phone_digits(text));
            }
        }
        search
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.values.is_empty()
    }

    /// Whether a line of a file of this source names one of the persons.
    pub(crate) fn finds(&self, source: &str, line: &str) -> bool {
        let fields = line.split([',', ';', '\t', '|', '"', '\'', '\\', '{', '}', '[', ']']);
        fields.map(str::trim).filter(|field| !field.is_empty()).any(|field| self.is_theirs(source, field))
    }

    /// Whether a field is the id of a record of this source, in a column that the source has too.
    pub(crate) fn has_id(&self, of: &str, field: &str) -> bool {
        self.ids.iter().any(|(source, id)| source == of && id == field)
    }

    /// Whether a field of a file of this source names one of the persons.
    pub(crate) fn is_theirs(&self, source: &str, field: &str) -> bool {
        let lower = field.to_lowercase();
        self.ids.iter().any(|(of, id)| {
            let is_clear = id.len() >= CLEAR_ID_LETTERS && id.chars().any(char::is_alphabetic);
            id == field && (is_clear || of == source)
        }) || self.values.iter().any(|value| !value.is_empty() && *value == lower)
            || phone_digits(field).is_some_and(|digits| self.phones.contains(&digits))
    }
}

/// The last digits of a text that may be a phone number.
fn phone_digits(text: &str) -> Option<String> {
    let is_phone = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '+' | '-' | '(' | ')' | '/' | '.');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let start = digits.len().checked_sub(PHONE_DIGITS)?;
    text.chars().all(is_phone).then(|| digits.get(start..).unwrap_or_default().to_owned())
}

/// Takes rejected rows and corrections of the persons out of the warehouse.
pub(super) fn in_warehouse(
    warehouse: &Warehouse,
    persons: &[Person],
    is_dry: bool,
    certificate: &mut Certificate,
) -> Result<(), Failure> {
    let search = Search::new(persons);
    let Some(root) = warehouse.local_folder().filter(|_| !search.is_empty()) else { return Ok(()) };
    for path in files(&root.join("quarantine"), "parquet") {
        let (run_id, source) = (folder_name(&path, 2), folder_name(&path, 1));
        let gone = take_out(&path, is_dry, |batch| {
            let Some(columns) = texts(batch, &["raw", "reason"]) else {
                return Ok(BooleanArray::from(vec![false; batch.num_rows()]));
            };
            let is_theirs = |row: usize| {
                columns.iter().any(|column| column.is_valid(row) && search.finds(&source, column.value(row)))
            };
            Ok((0..batch.num_rows()).map(|row| Some(is_theirs(row))).collect())
        })?;
        certificate.removed(&run_id, &format!("quarantine of {source}"), gone);
    }
    for path in files(&root.join("corrections"), "jsonl") {
        let source = folder_name(&path, 1);
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        let (theirs, others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| search.finds(&source, line));
        if !theirs.is_empty() && !is_dry {
            let draft = path.with_extension("draft");
            let mode = fs::metadata(&path).map_err(failed("read", &path))?.permissions();
            let mut file = fs::File::create(&draft).map_err(failed("write", &draft))?;
            fs::set_permissions(&draft, mode).map_err(failed("write", &draft))?;
            others.iter().try_for_each(|line| writeln!(file, "{line}")).map_err(failed("write", &draft))?;
            file.sync_all().and_then(|()| fs::rename(&draft, &path)).map_err(failed("write", &path))?;
        }
        let run_id = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        certificate.removed(&run_id, &format!("corrections of {source}"), theirs.len() as u64);
    }
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Io { action, path, source }
}

/// Names the extracts that still name the persons: those of the retained snapshots that are still there.
pub(super) fn in_extracts(request: &Request, retained: &[Retained], persons: &[Person], certificate: &mut Certificate) {
    let search = Search::new(persons);
    if search.is_empty() {
        return;
    }
    for (source, shown, path) in text_files(request, retained) {
        match lines_of(&path, |line| search.finds(&source, line)) {
            Some(lines) if lines.is_empty() => {}
            Some(lines) => certificate.left(&shown, &lines, EXTRACT_HOLDS),
            None => certificate.left(&shown, &[], NOT_TEXT),
        }
    }
}

/// The files of extracts of these snapshots that are still there: source, name and path.
pub(crate) fn text_files(request: &Request, retained: &[Retained]) -> Vec<(String, String, PathBuf)> {
    let inputs = retained.iter().flat_map(|retained| &retained.snapshot.inputs);
    let mut files: Vec<(String, String, PathBuf)> = inputs
        .map(|input| (input.source.clone(), input.path.clone(), request.project.join(&input.path)))
        .filter(|(_, shown, path)| path.exists() || shown.contains("://"))
        .collect();
    files.sort();
    files.dedup();
    files
}

/// The numbers of the lines that are wanted; `None` if the file is not text.
fn lines_of(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<u64>> {
    let mut reader = BufReader::new(fs::File::open(path).ok()?);
    if reader.fill_buf().ok()?.contains(&0) || starts_compressed(reader.buffer()) {
        return None;
    }
    let mut found = Vec::new();
    let mut line = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut line).ok()? > 0 {
        number += 1;
        if is_wanted(&String::from_utf8_lossy(&line)) {
            found.push(number);
        }
        line.clear();
    }
    Some(found)
}

fn starts_compressed(head: &[u8]) -> bool {
    [&[0x1f, 0x8b][..], b"PK\x03\x04", b"BZh", &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, 0x37, 0x7a], b"PAR1"]
        .iter()
        .any(|magic| head.starts_with(magic))
}

/// The files of a folder and its folders that end so, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let walked = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = walked.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.is_file() && path.extension().is_some_and(|found| found == ending)).collect()
}

/// The name of the folder so many steps above a file.
fn folder_name(path: &Path, steps: usize) -> String {
    let folder = path.ancestors().nth(steps).and_then(Path::file_name);
    folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn search() -> Search {
        let texts = ["Anna@Example.se", "+46701234567"].map(str::to_owned);
        let records = [("crm", "C00001"), ("web", "17")].map(|(source, id)| (source.to_owned(), id.to_owned()));
        Search::new(&[Person { records: BTreeSet::from(records), texts: BTreeSet::from(texts), ..Person::default() }])
    }

    #[test]
    fn a_line_is_found_by_whole_fields() {
        let search = search();
        assert!(search.finds("orders", "5,C00001,2025"));
        assert!(search.finds("orders", r#"{"email": "anna@example.se"}"#));
        assert!(search.finds("orders", "x;070-123 45 67;y"));
        assert!(!search.finds("orders", "5,C000011,anna@example.section"));
        // A short number is an id in its own source alone.
        assert!(search.finds("web", "17,x"));
        assert!(!search.finds("orders", "17,x"));
    }

    #[test]
    fn a_date_is_not_a_phone_number() {
        assert_eq!(phone_digits("2025-01-31 10:00"), None);
        assert_eq!(phone_digits("0701234567"), Some("01234567".to_owned()));
    }
}
