//! Finds files that were delivered twice: equal sizes, then equal hashes of the stored bytes. The first one is read.
//!
//! Where later rows replace earlier ones, bytes that come again after other ones are new versions, and are read again. So
//! are the parts of an archive or of a job's output: two parts with the same rows are as many rows as one part with all.

use std::collections::HashMap;

use super::chosen::Chosen;
use crate::config::DeliveryMode;
use crate::extract::error::ExtractError;
use crate::extract::extract_file::ExtractFile;
use crate::extract::files::unreadable;
use crate::extract::ledger::FileStatus;
use crate::source::Source;

/// Keeps the first of several files with the same bytes.
pub(super) fn pass_over(source: &Source, files: Vec<ExtractFile>, chosen: &mut Chosen) -> Result<(), ExtractError> {
    if !source.compares_rows() {
        chosen.files = files;
        return Ok(());
    }
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    files.iter().for_each(|file| *sizes.entry(file.input.bytes).or_default() += 1);
    // The latest version depends on the day: bytes that return after other versions are a new delivery.
    let by_day = source.delivery.as_ref().is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert);
    let by_order = source.has_versions();
    // If a delivery replaces whole groups, the same bytes on another day are another delivery.
    let of_day = |file: &ExtractFile| file.input.delivery_day.filter(|_| !source.replaces.is_empty());
    let mut last = None;
    let mut seen: HashMap<_, (String, Option<String>)> = HashMap::new();
    for file in files {
        let (bytes, path) = (file.input.bytes, file.input.path.clone());
        if bytes == 0 || sizes.get(&bytes).copied() == Some(1) {
            last = None;
            chosen.files.push(file);
            continue;
        }
        let hash = content_hash(&file).map_err(|error| unreadable(source, &file.shown, error))?;
        let day = file.input.delivery_day.filter(|_| by_day);
        let known = seen.get(&(bytes, hash, day)).filter(|_| !by_order || last == Some((hash, of_day(&file))));
        let known = known.filter(|(_, bundle)| bundle.is_none() || *bundle != file.bundle);
        last = Some((hash, of_day(&file)));
        match known {
            None => {
                seen.insert((bytes, hash, day), (path, file.bundle.clone()));
                chosen.files.push(file);
            }
            Some((of, _)) => {
                let advice = match source.key.is_empty() {
                    true => "; if its rows are further facts, declare `deduplicate: false`",
                    false => "",
                };
                let name = &source.name;
                chosen
                    .warnings
                    .push(format!("source {name}: {path} has the same bytes as {of} and is not read{advice}"));
                chosen.pass_over(&file, FileStatus::SameContent { of: of.clone() });
                chosen.compared.push(file);
            }
        }
    }
    Ok(())
}

fn content_hash(file: &ExtractFile) -> std::io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file.open_delivered()?)?;
    Ok(hasher.finalize())
}
