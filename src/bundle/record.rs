//! What a project keeps of the default project that it extends: `lojal.lock` names it, `.lojal/base.zip` has its files.
//!
//! A run compares the hash and warns; `lojal config --diff` compares the files.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipArchive, ZipWriter};

use super::Bundle;
use crate::diagnostics::Problem;

/// The file that names the recorded version.
const LOCK: &str = "lojal.lock";
/// The files of the recorded version.
const FILES: &str = ".lojal/base.zip";
/// More than a base has, unpacked.
const MOST_BYTES: u64 = 64 << 20;

const HEADER: &str = "\
# The default project inside lojal, as it was when this project took it. Keep this file and .lojal/ with the project.
# `lojal config --diff` shows what the lojal that you run now has changed, `lojal init --upgrade` records it.
";

/// The default project that a project has recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of the lojal that wrote the record.
    pub lojal: String,
    /// [`Bundle::digest`] of its default project.
    pub blake3: String,
}

impl Record {
    /// The record that this program would write of a bundle.
    pub fn of(bundle: &Bundle) -> Self {
        Self { lojal: env!("CARGO_PKG_VERSION").to_owned(), blake3: bundle.digest() }
    }

    /// The record in a project folder; `None` if there is none.
    ///
    /// # Errors
    /// A file that cannot be read or understood.
    pub fn read(project: &Path) -> Result<Option<Self>, Problem> {
        let text = match fs::read_to_string(project.join(LOCK)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(damaged(LOCK, &error)),
        };
        serde_yaml::from_str(&text).map(Some).map_err(|error| damaged(LOCK, &error))
    }

    /// The recorded files.
    ///
    /// # Errors
    /// An archive that is missing, damaged, or has other files than those that were recorded.
    pub fn files(&self, project: &Path) -> Result<Bundle, Problem> {
        let bundle = unpacked(&project.join(FILES)).map_err(|error| damaged(FILES, &error))?;
        if bundle.digest() == self.blake3 {
            return Ok(bundle);
        }
        Err(damaged(FILES, &format!("these are not the files that {LOCK} names")))
    }

    /// Paths of the files of a record, in a project folder.
    pub fn paths() -> [PathBuf; 2] {
        [PathBuf::from(LOCK), PathBuf::from(FILES)]
    }

    /// Records a bundle in a project folder; replaces an earlier record.
    ///
    /// # Errors
    /// Files that cannot be written.
    pub fn write(project: &Path, bundle: &Bundle) -> io::Result<Self> {
        let record = Self::of(bundle);
        let archive = project.join(FILES);
        archive.parent().map_or(Ok(()), fs::create_dir_all)?;
        // The lock last: a record that was interrupted is found by its hash.
        replace(&archive, &packed(bundle)?)?;
        let lock = format!("{HEADER}lojal: {}\nblake3: {}\n", record.lojal, record.blake3);
        replace(&project.join(LOCK), lock.as_bytes())?;
        Ok(record)
    }
}

fn damaged(file: &str, error: &dyn std::fmt::Display) -> Problem {
    let hint = "take the file from your version control, or let `lojal init --upgrade` record the base of this lojal";
    Problem::new(format!("{file}: {error}")).hint(hint)
}

/// Writes a file beside its place first: nobody sees half of it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// The same files always give the same bytes.
fn packed(bundle: &Bundle) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (path, text) in bundle.of_a_run() {
        archive.start_file(path, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn unpacked(path: &Path) -> io::Result<Bundle> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    let mut left = MOST_BYTES;
    let mut texts = Vec::new();
    for number in 0..archive.len() {
        let file = archive.by_index(number)?;
        let name = file.name()?.into_owned();
        let mut text = String::new();
        file.take(left).read_to_string(&mut text)?;
        left = left.saturating_sub(text.len() as u64);
        texts.push((name, Cow::Owned(text)));
    }
    Ok(Bundle::of_texts(texts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::bundle_of;

    const FILES: [(&str, &str); 3] = [("docs/a.md", "a"), ("pipelines/a.yml", "name: a"), ("sql/å.sql", "select 'å'")];

    #[test]
    fn a_record_keeps_the_files_of_a_run() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Record::read(folder.path()).unwrap(), None);
        let bundle = bundle_of(&FILES);
        let written = Record::write(folder.path(), &bundle).unwrap();
        let record = Record::read(folder.path()).unwrap().unwrap();
        assert_eq!(record, written);
        let files = record.files(folder.path()).unwrap();
        assert_eq!(files.of_a_run().collect::<Vec<_>>(), bundle.of_a_run().collect::<Vec<_>>());
        assert_eq!(files.text("docs/a.md"), None);
        let names = Record::paths().map(|path| folder.path().join(path));
        let first = fs::read(&names[1]).unwrap();
        Record::write(folder.path(), &bundle).unwrap();
        assert_eq!(fs::read(&names[1]).unwrap(), first, "the same files give the same bytes");
        assert_eq!(fs::read_dir(folder.path().join(".lojal")).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_record_whose_files_are_others_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let record = Record::write(folder.path(), &bundle_of(&FILES)).unwrap();
        Record::write(folder.path(), &bundle_of(&FILES[..2])).unwrap();
        let message = record.files(folder.path()).unwrap_err().to_string();
        assert!(message.contains(".lojal/base.zip: these are not the files that lojal.lock names"), "{message}");
        fs::write(folder.path().join("lojal.lock"), "lojal: [").unwrap();
        assert!(Record::read(folder.path()).unwrap_err().to_string().contains("lojal.lock: "));
        fs::write(folder.path().join(".lojal/base.zip"), "not an archive").unwrap();
        assert!(record.files(folder.path()).is_err());
    }
}
