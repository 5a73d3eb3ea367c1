//! Finds files by path or glob, in local folders and in remote stores.

use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use object_store::ObjectMeta;
use walkdir::WalkDir;

use super::address::{Address, RemoteAddress};
use super::connect::wait;
use super::{FaultKind, Found, Remote, RemoteFault, StoreError, StoreKind, Stored};

/// How many names of a folder are shown when none of its files matches.
const NEARBY: usize = 12;

/// Finds the files that `pattern` names: a path, a URL or a glob. Paths are relative to `project`.
///
/// # Errors
/// An invalid pattern or URL; a folder or store that cannot be read.
pub fn find(project: &Path, pattern: &str) -> Result<Found, StoreError> {
    match Address::parse(pattern)? {
        Address::Local(path) => find_local(project, &project.join(path)),
        Address::Remote(address) => find_remote(&address),
    }
}

fn find_local(project: &Path, pattern: &Path) -> Result<Found, StoreError> {
    let text = pattern.to_str().ok_or_else(|| StoreError::Pattern("not UTF-8".to_owned()))?;
    let no_pattern = |error: glob::PatternError| StoreError::Pattern(error.msg.to_owned());
    let paths: Vec<PathBuf> = if text.contains("**") {
        matching_below(&Pattern::new(text).map_err(no_pattern)?, pattern)?
    } else {
        let unreadable = |error: glob::GlobError| StoreError::Unreadable {
            path: error.path().to_owned(),
            source: std::io::Error::new(error.error().kind(), error.error().to_string()),
        };
        glob::glob(text).map_err(no_pattern)?.collect::<Result<_, _>>().map_err(unreadable)?
    };
    let mut files = Vec::new();
    for path in paths {
        files.extend(Stored::local(project, &path).map_err(|source| StoreError::Unreadable { path, source })?);
    }
    files.sort_by(|a, b| a.name().cmp(b.name()));
    let nearby = if files.is_empty() { neighbours(pattern.parent().unwrap_or(project)) } else { Vec::new() };
    Ok(Found { files, nearby })
}

/// The matching paths below the part without wildcards. Links are followed. A link to a folder that contains it is
/// refused: it would give endless names for the same files.
fn matching_below(pattern: &Pattern, path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let is_literal = |part: &std::path::Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let root: PathBuf = path.components().take_while(is_literal).collect();
    let (root, added) = if root.as_os_str().is_empty() { (PathBuf::from("."), "./") } else { (root, "") };
    let mut paths = Vec::new();
    for entry in WalkDir::new(&root).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) => {
                let path = entry.into_path();
                let path = path.strip_prefix(added).map(Path::to_owned).unwrap_or(path);
                paths.extend(pattern.matches_path_with(&path, options).then_some(path));
            }
            Err(error) => {
                let path = error.path().unwrap_or(&root).to_owned();
                let source = match error.loop_ancestor() {
                    Some(_) => {
                        std::io::Error::other("the link points to a folder that contains it, so its files never end")
                    }
                    None => error.into(),
                };
                if source.kind() != std::io::ErrorKind::NotFound {
                    return Err(StoreError::Unreadable { path, source });
                }
            }
        }
    }
    Ok(paths)
}

fn neighbours(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    listed(files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

fn listed(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.truncate(NEARBY);
    names.iter().map(|name| super::address::escaped(name)).collect()
}

fn find_remote(address: &RemoteAddress) -> Result<Found, StoreError> {
    let unreadable =
        |fault: RemoteFault| StoreError::Unreadable { path: PathBuf::from(address.shown()), source: fault.into() };
    let is_glob = address.key.contains(['*', '?', '[']);
    if is_glob && address.kind == StoreKind::Http {
        return Err(StoreError::Pattern(
            "a web server cannot list its files: give the URL of each file, or use the store's own scheme \
             (s3://, gs://, az://)"
                .to_owned(),
        ));
    }
    let remote = Remote::connect(&RemoteAddress { key: String::new(), ..address.clone() }).map_err(unreadable)?;
    let kind = address.kind;
    let key = address.key.clone();
    let found = if is_glob {
        let pattern = Pattern::new(&key).map_err(|error| StoreError::Pattern(error.msg.to_owned()))?;
        wait(async move { matching(&remote, &key, &pattern).await })
    } else {
        wait(async move { exact(&remote, kind, &key).await })
    };
    let broken_off = |source| StoreError::Unreadable { path: PathBuf::from(address.shown()), source };
    found.map_err(broken_off)?.map_err(unreadable)
}

/// The object with exactly this name.
async fn exact(remote: &Remote, kind: StoreKind, key: &str) -> Result<Found, RemoteFault> {
    let path = Remote::path(kind, key)?;
    if path.as_ref().is_empty() {
        let reason = "the URL names the whole store: add the file's name, or a glob such as *.csv";
        return Err(RemoteFault::because(kind, FaultKind::Failed, reason));
    }
    if let Some(meta) = remote.head(&path).await? {
        return Ok(Found { files: vec![Stored::remote(remote, meta)], nearby: Vec::new() });
    }
    if kind == StoreKind::Http {
        return Ok(Found { files: Vec::new(), nearby: Vec::new() });
    }
    // This also distinguishes a missing bucket from a missing object.
    let (objects, _) = remote.folder(&folder_of(kind, key)?).await?;
    Ok(Found { files: Vec::new(), nearby: names(&objects) })
}

/// The objects whose names match. Only the part of the key without wildcards is listed.
async fn matching(remote: &Remote, key: &str, pattern: &Pattern) -> Result<Found, RemoteFault> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let literal = &key[..key.find(['*', '?', '[']).unwrap_or(key.len())];
    let folder = folder_of(remote.kind(), literal)?;
    let rest = &key[literal.rfind('/').map_or(0, |at| at + 1)..];
    let mut files = Vec::new();
    let mut nearby = Vec::new();
    if rest.contains('/') {
        remote
            .each_below(&folder, |object| {
                if pattern.matches_with(object.location.as_ref(), options) {
                    files.push(Stored::remote(remote, object));
                }
            })
            .await?;
    } else {
        let (objects, _) = remote.folder(&folder).await?;
        nearby = names(&objects);
        let matching = objects.into_iter().filter(|object| pattern.matches_with(object.location.as_ref(), options));
        files.extend(matching.map(|object| Stored::remote(remote, object)));
    }
    files.sort_by(|a, b| a.name().cmp(b.name()));
    if !files.is_empty() {
        nearby.clear();
    }
    Ok(Found { files, nearby })
}

fn folder_of(kind: StoreKind, key: &str) -> Result<object_store::path::Path, RemoteFault> {
    Remote::path(kind, key.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn names(objects: &[ObjectMeta]) -> Vec<String> {
    listed(objects.iter().filter_map(|object| object.location.filename().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_link_around_itself_is_refused_and_others_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(inner.join("x.csv"), "x").unwrap();
        assert_eq!(find(folder.path(), "**/*.csv").unwrap().files.len(), 1);
        std::os::unix::fs::symlink(&inner, folder.path().join("b")).unwrap();
        assert!(find(folder.path(), "*/*.csv").unwrap().files.len() == 2);
        std::os::unix::fs::symlink(folder.path(), inner.join("loop")).unwrap();
        let error = find(folder.path(), "**/*.csv").unwrap_err().to_string();
        assert!(error.contains("loop") && error.contains("never end"), "{error}");
    }

    #[test]
    fn a_link_to_itself_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("x.csv", folder.path().join("x.csv")).unwrap();
        assert!(matches!(find(folder.path(), "*.csv"), Err(StoreError::Unreadable { .. })));
    }

    #[test]
    fn names_are_shown_with_control_characters_escaped() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a\u{1b}[2J.csv"), "x").unwrap();
        let found = find(folder.path(), "*.csv").unwrap();
        assert_eq!(found.files[0].name(), "a\\u{1b}[2J.csv");
        let mut text = String::new();
        found.files[0].open().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn a_web_server_cannot_be_listed() {
        let error = find(Path::new("."), "https://me:hunter2@host/*.csv?hunter2").unwrap_err().to_string();
        assert!(error.contains("web server") && !error.contains("hunter2"), "{error}");
    }
}
