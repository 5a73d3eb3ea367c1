//! The files in which persons may be named outside the warehouse: extracts that were read, those that lie there now, and
//! files beside them that nobody reads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::extract::lying;
use crate::plan::Plan;
use crate::publish::Retained;
use crate::run::Request;

/// Between the name of an archive and that of its member.
const MEMBER: char = '!';

/// A file that may name persons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Delivered {
    /// Its source; `None` if no source reads it.
    pub(crate) source: Option<String>,
    /// Its name in messages.
    pub(crate) shown: String,
    pub(crate) path: PathBuf,
}

/// The files, sorted by their names. Those of a store are named too.
pub(crate) fn delivered(request: &Request, plan: &Plan, retained: &[Retained]) -> Vec<Delivered> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for input in retained.iter().flat_map(|retained| &retained.snapshot.inputs) {
        let name = match input.path.split_once(MEMBER) {
            Some((archive, _)) if !request.project.join(&input.path).exists() => archive,
            _ => &input.path,
        };
        found.entry(name.to_owned()).or_insert_with(|| Some(input.source.clone()));
    }
    let mut beside = BTreeSet::new();
    for source in plan.sources.values().chain(&plan.idle_sources) {
        // A source whose files cannot be listed has none that could be searched.
        let Ok(lying) = lying(&request.project, source) else { continue };
        for name in lying.matching {
            found.entry(name).or_insert_with(|| Some(source.name.clone()));
        }
        beside.extend(lying.beside);
    }
    for name in beside {
        found.entry(name).or_insert(None);
    }
    let files =
        found.into_iter().map(|(shown, source)| Delivered { source, path: request.project.join(&shown), shown });
    files.filter(|file| file.path.is_file() || file.shown.contains("://")).collect()
}

/// Passes the lines of a file with their numbers to `each`. `None` if the file is not text.
pub(super) fn each_line(path: &Path, mut each: impl FnMut(u64, &str)) -> Option<()> {
    let mut reader = BufReader::new(fs::File::open(path).ok()?);
    if reader.fill_buf().ok()?.contains(&0) || starts_compressed(reader.buffer()) {
        return None;
    }
    let mut line = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut line).ok()? > 0 {
        number += 1;
        each(number, &String::from_utf8_lossy(&line));
        line.clear();
    }
    Some(())
}

fn starts_compressed(head: &[u8]) -> bool {
    [&[0x1f, 0x8b][..], b"PK\x03\x04", b"BZh", &[0x28, 0xb5, 0x2f, 0xfd], &[0xfd, 0x37, 0x7a], b"PAR1"]
        .iter()
        .any(|magic| head.starts_with(magic))
}
