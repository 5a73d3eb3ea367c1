//! Finds a source's files: one path, or the matches of a glob in the order of their names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bundle::bundle_of;
use super::bytes::{self, BytesError};
use super::error::{ExtractError, ExtractFault};
use super::extract_file::ExtractFile;
use super::frame::FormatError;
use super::zip_members::{ArchiveError, Member, Members, members};
use crate::config::{Compression, Format};
use crate::source::Input;
use crate::source::Source;
use crate::store::{self, FaultKind, RemoteFault, StoreError, Stored};
use crate::words::{counted, few, printable};

/// The files of a source, and what lies beside them.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The files, sorted by path.
    pub(super) files: Vec<ExtractFile>,
    /// Unusual facts about them.
    pub(super) warnings: Vec<String>,
    /// The files in their store.
    pub(super) place: Surroundings,
}

/// Names in a store, by which the files of several sources are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The files that match the path.
    pub(super) matching: Vec<String>,
    /// Others in the same folders, with their names in messages.
    pub(super) beside: Vec<(String, String)>,
}

/// Lists the files of a source.
pub(super) fn list(project: &Path, source: &Source) -> Result<Listed, ExtractError> {
    let found = store::find(project, &source.path.value).map_err(|error| match error {
        StoreError::Pattern(reason) => of_path(source, ExtractFault::Pattern(reason)),
        StoreError::Address(error) => ExtractError::of(source, ExtractFault::Address(error)),
        StoreError::Unreadable { path, source: cause } => unreadable(source, &path, cause),
    })?;
    let shown = |name: &str| printable(&source.path.mask(name));
    let mut place = Surroundings {
        matching: found.files.iter().map(|file| file.name().to_owned()).collect(),
        beside: found.beside.iter().map(|name| (name.clone(), shown(name))).collect(),
    };
    let mut warnings = Vec::new();
    let shown_names = |names: &[String]| few(&names.iter().map(|name| shown(name)).collect::<Vec<_>>());
    if !found.hidden.is_empty() {
        let names = shown_names(&found.hidden);
        warnings.push(format!("source {}: its path matches hidden files, which are read: {names}", source.name));
    }
    if !found.folders.is_empty() && !found.files.is_empty() {
        let names = shown_names(&found.folders);
        warnings.push(format!(
            "source {}: its path matches folders, whose files are not read: {names}; to read them, end the path with `/*`",
            source.name
        ));
    }
    if !found.of_programs.is_empty() {
        let (names, them) = (shown_names(&found.of_programs), counted(found.of_programs.len() as u64, "file"));
        warnings.push(format!(
            "source {}: its path matches {them} that office programs or operating systems keep beside others, not read: {names}",
            source.name
        ));
    }
    let file = |stored: Stored, member: Option<Member>| {
        let name =
            member.as_ref().map_or_else(|| stored.name().to_owned(), |member| member_name(&stored, &member.name));
        let shown = shown(&name);
        let compression = bytes::compression(source.compression, stored.file_name());
        let input = Input {
            source: source.name.clone(),
            path: shown.clone(),
            bytes: member.as_ref().map_or(stored.bytes(), |member| member.bytes),
            modified_at: stored.modified_at(),
            delivery_day: None,
            rows: None,
            entity_tag: stored.entity_tag().map(str::to_owned),
        };
        let bundle = bundle_of(member.as_ref().map(|_| stored.name()), &name);
        let (member, shown) = (member.map(Arc::new), PathBuf::from(shown));
        ExtractFile { stored, name, member, bundle, shown, compression, input }
    };
    // Workbooks and Parquet files are not unpacked; the first are zip archives themselves.
    let is_text = !matches!(source.format, Format::Xlsx(_) | Format::Parquet(_));
    let mut files = Vec::with_capacity(found.files.len());
    for stored in found.files {
        if is_text && bytes::compression(source.compression, stored.file_name()) == Compression::Zip {
            let Members { found, others } = members(&stored, source.members.as_deref()).map_err(|error| {
                let path = Path::new(stored.name());
                match error {
                    ArchiveError::Io(cause) => unreadable(source, path, cause),
                    ArchiveError::Content(reason) => {
                        let shown = printable(&source.path.mask(stored.name()));
                        ExtractError::of(source, ExtractFault::Content(reason)).at(shown)
                    }
                }
            })?;
            // Another source may read them: like files that lie beside each other.
            place.beside.extend(others.iter().map(|member| {
                let name = member_name(&stored, member);
                let shown = shown(&name);
                (name, shown)
            }));
            let found = found.into_iter().map(|member| file(stored.clone(), Some(member))).collect::<Vec<_>>();
            place.matching.extend(found.iter().map(|file| file.name.clone()));
            files.extend(found);
        } else {
            files.push(file(stored, None));
        }
    }
    if files.is_empty() && !source.optional {
        return Err(of_path(source, ExtractFault::Missing { nearby: found.nearby }));
    }
    Ok(Listed { files, warnings, place })
}

/// The name of a member of an archive.
fn member_name(stored: &Stored, member: &str) -> String {
    format!("{}!{}", stored.name(), store::escaped(member))
}

/// A fault of all files of a source.
pub(super) fn of_path(source: &Source, fault: ExtractFault) -> ExtractError {
    ExtractError::of(source, fault).at(&source.path.shown)
}

/// A file that cannot be read, or whose compressed data are faulty.
pub(super) fn unreadable(source: &Source, path: &Path, cause: std::io::Error) -> ExtractError {
    let path = PathBuf::from(store::escaped(&source.path.mask(&path.display().to_string())));
    let has_changed = RemoteFault::inside(&cause).is_some_and(|fault| fault.kind == FaultKind::Changed);
    let fault = match BytesError::of(&cause) {
        Some(fault) => ExtractFault::Content(fault.to_string()),
        None if has_changed => ExtractFault::Changed(cause.to_string()),
        None => ExtractFault::Unreadable(Arc::new(cause)),
    };
    ExtractError::of(source, fault).at(path)
}

/// A file that its format cannot read.
pub(super) fn unfit(source: &Source, file: &ExtractFile, error: FormatError) -> ExtractError {
    let fault = match error {
        FormatError::Io(error) => return unreadable(source, &file.shown, error),
        FormatError::Header(reason) => ExtractFault::Header(reason),
        FormatError::Content(reason) => ExtractFault::Content(reason),
    };
    ExtractError::of(source, fault).at(&file.shown)
}

/// Names of files: those of a source, and others in the same folders.
#[derive(Debug, Default)]
pub struct Lying {
    /// The files that match the path.
    pub matching: Vec<String>,
    /// The others.
    pub beside: Vec<String>,
}

/// The files that lie there now. It may be none.
///
/// # Errors
/// A folder or store that cannot be listed.
pub fn lying(project: &Path, source: &Source) -> Result<Lying, ExtractError> {
    let optional = Source { optional: true, ..source.clone() };
    let place = list(project, &optional)?.place;
    Ok(Lying { matching: place.matching, beside: place.beside.into_iter().map(|(name, _)| name).collect() })
}
