//! Finds files that were delivered twice: equal sizes, then equal hashes of the stored bytes. The first one is read.
//!
//! Where later rows replace earlier ones, bytes that come again after other ones are new versions, and are read again.

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
    let mut sizes: HashMap<u64, usize> = HashMap::new();
    files.iter().for_each(|file| *sizes.entry(file.input.bytes).or_default() += 1);
    // The latest version depends on the day: bytes that return after other versions are a new delivery.
    let by_day = source.delivery.as_ref().is_some_and(|delivery| delivery.mode == DeliveryMode::Upsert);
    let by_order = source.has_versions();
    // If a delivery replaces whole groups, the same bytes on another day are another delivery.
    let of_day = |file: &ExtractFile| file.input.delivery_day.filter(|_| !source.replaces.is_empty());
    let mut last = None;
    let mut seen = HashMap::new();
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
        last = Some((hash, of_day(&file)));
        match known {
            None => {
                seen.insert((bytes, hash, day), path);
                chosen.files.push(file);
            }
            Some(of) => {
                chosen
                    .warnings
                    .push(format!("source {}: {path} has the same bytes as {of} and is not read", source.name));
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
