//! Finds a source's files: a path, or a glob whose matches are taken in the order of their names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ExtractError;
use crate::plan::Source;
use crate::publish::Input;

/// A file of an extract.
#[derive(Debug, Clone)]
pub(super) struct ExtractFile {
    /// Where it is.
    pub(super) path: PathBuf,
    /// How it is named to people: relative to the project folder where it lies below it.
    pub(super) shown: PathBuf,
    /// What identifies this version of it.
    pub(super) input: Input,
}

/// Lists the files of a source, sorted by path.
pub(super) fn list(project: &Path, source: &Source) -> Result<Vec<ExtractFile>, ExtractError> {
    let pattern = project.join(&source.path.value);
    let pattern_error = |reason: String| ExtractError::Pattern {
        name: source.name.clone(),
        pattern: source.path.shown.clone(),
        reason,
    };
    let text = pattern.to_str().ok_or_else(|| pattern_error("not UTF-8".to_owned()))?;
    let matches = glob::glob(text).map_err(|error| pattern_error(error.msg.to_owned()))?;
    let mut files = Vec::new();
    for found in matches {
        let path = found.map_err(|error| unreadable(source, error.path(), std::io::Error::other(error.to_string())))?;
        let metadata = std::fs::metadata(&path).map_err(|error| unreadable(source, &path, error))?;
        if metadata.is_file() {
            let relative = path.strip_prefix(project).unwrap_or(&path);
            let shown = PathBuf::from(source.path.mask(&relative.display().to_string()));
            let modified = metadata.modified().map_err(|error| unreadable(source, &path, error))?;
            let input = Input {
                source: source.name.clone(),
                path: shown.display().to_string(),
                bytes: metadata.len(),
                modified_at: modified.into(),
            };
            files.push(ExtractFile { path, shown, input });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if files.is_empty() && !source.optional {
        let nearby = neighbours(pattern.parent().unwrap_or(project));
        return Err(ExtractError::Missing { name: source.name.clone(), pattern: source.path.shown.clone(), nearby });
    }
    Ok(files)
}

fn neighbours(folder: &Path) -> Vec<String> {
    const SHOWN: usize = 12;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names.truncate(SHOWN);
    names
}

pub(super) fn unreadable(source: &Source, path: &Path, cause: std::io::Error) -> ExtractError {
    let path = PathBuf::from(source.path.mask(&path.display().to_string()));
    ExtractError::Unreadable { name: source.name.clone(), path, cause: Arc::new(cause) }
}
