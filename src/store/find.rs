//! Finds files by path or glob, in local folders and in remote stores.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use object_store::ObjectMeta;
use walkdir::WalkDir;

use super::address::{Address, RemoteAddress, shown_path};
use super::connect::wait;
use super::{FaultKind, Found, Remote, RemoteFault, StoreError, StoreKind, Stored};

/// Objects that do not match, of which some are named.
const OTHERS_HELD: usize = 10_000;
/// Most files that are looked at in a folder beside extracts that no source reads.
const NESTED: usize = 1000;
/// How many names of a folder are shown when none of its files matches.
const NEARBY: usize = 12;

/// Finds the files that `pattern` names: a path, a URL or a glob. Paths are relative to `project`.
///
/// # Errors
/// An invalid pattern or URL; a folder or store that cannot be read.
pub fn find(project: &Path, pattern: &str) -> Result<Found, StoreError> {
    match Address::parse(pattern)? {
        Address::Local(path) => find_local(project, &path),
        Address::Remote(address) => find_remote(&address),
    }
}

fn find_local(project: &Path, typed: &Path) -> Result<Found, StoreError> {
    let text = typed.to_str().ok_or_else(|| StoreError::Pattern("not UTF-8".to_owned()))?;
    Pattern::new(text).map_err(|error| StoreError::Pattern(error.msg.to_owned()))?;
    let (root, text) = match text.strip_prefix('/') {
        Some(rest) => (Path::new("/"), rest),
        None => (project, text),
    };
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let mut paths = Vec::new();
    expand(root.to_owned(), &parts, &mut paths)?;
    paths.sort();
    let last = parts.last().copied().unwrap_or_default();
    let mut found = Found::default();
    for path in &paths {
        if is_wild(last) && is_of_program(path.file_name(), last) {
            found.of_programs.push(shown_path(project, path));
            continue;
        }
        let stored = Stored::local(project, path);
        match stored.map_err(|source| StoreError::Unreadable { path: path.clone(), source })? {
            Some(stored) => {
                if is_wild(last) && is_hidden(path) {
                    found.hidden.push(stored.name().to_owned());
                }
                found.files.push(stored);
            }
            // A pattern that every name matches is not meant for folders without files.
            None if is_wild(last) && !last.contains(char::is_alphanumeric) && !has_files(path) => {}
            None => found.folders.push(shown_path(project, path)),
        }
    }
    found.files.sort_by(|a, b| a.name().cmp(b.name()));
    if found.files.is_empty() {
        let folder = match paths.first().filter(|_| !found.folders.is_empty()) {
            Some(folder) => folder.clone(),
            None => root.join(parts[..parts.len().saturating_sub(1)].join("/")),
        };
        found.nearby = neighbours(&folder);
    }
    found.beside = beside(project, &paths, &found.files)?;
    Ok(found)
}

fn is_wild(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Whether a program puts a file of this name beside others by itself: the locks of office programs (`~$sales.xlsx`), what
/// macOS keeps on other file systems (`._sales.csv`), and the like. A pattern may ask for them.
fn is_of_program(name: Option<&std::ffi::OsStr>, pattern: &str) -> bool {
    let name = name.map(|name| name.to_string_lossy()).unwrap_or_default();
    is_left_by_program(&name) && !pattern.starts_with("~$") && !pattern.starts_with("._")
}

/// Whether a program puts a file of this name beside others by itself.
pub fn is_left_by_program(name: &str) -> bool {
    name.starts_with("~$") || name.starts_with("._") || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Whether a folder that is neither hidden nor internal has files that are neither.
fn has_files(folder: &Path) -> bool {
    let is_visible = |path: &Path| {
        let name = path.file_name().map(std::ffi::OsStr::as_encoded_bytes).unwrap_or_default();
        !name.starts_with(b".") && !name.starts_with(b"_")
    };
    let is_file = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    is_visible(folder) && entries.any(|path| is_visible(&path) && is_file(&path))
}

/// Adds the paths below a folder that match. Bytes of a name that are not UTF-8 match a wildcard, as any letter does.
fn expand(folder: PathBuf, parts: &[&str], paths: &mut Vec<PathBuf>) -> Result<(), StoreError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::Unreadable { path, source }
    };
    let Some((part, rest)) = parts.split_first() else {
        paths.push(folder);
        return Ok(());
    };
    if *part == "**" {
        return matching_below(&folder, parts, paths);
    }
    if !is_wild(part) {
        let path = folder.join(part);
        return match std::fs::symlink_metadata(&path) {
            Ok(_) => expand(path, rest, paths),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(unreadable(&path)(error)),
        };
    }
    let pattern = Pattern::new(part).map_err(|error| StoreError::Pattern(error.msg.to_owned()))?;
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(unreadable(&folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(unreadable(&folder))?;
        if pattern.matches(&entry.file_name().to_string_lossy()) {
            expand(entry.path(), rest, paths)?;
        }
    }
    Ok(())
}

/// Whether a name belongs to neither file nor folder.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// The matching paths below a folder, at any depth. Links are followed. A link to a folder that contains it is refused: it
/// would give endless names for the same files.
fn matching_below(folder: &Path, parts: &[&str], paths: &mut Vec<PathBuf>) -> Result<(), StoreError> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let pattern = Pattern::new(&parts.join("/")).map_err(|error| StoreError::Pattern(error.msg.to_owned()))?;
    let matches = |path: &Path| {
        let below = path.strip_prefix(folder).unwrap_or(path);
        !below.as_os_str().is_empty() && pattern.matches_with(&below.to_string_lossy(), options)
    };
    for entry in WalkDir::new(folder).follow_links(true) {
        match entry {
            Ok(entry) => paths.extend(Some(entry.into_path()).filter(|path| matches(path))),
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                let source = match error.loop_ancestor() {
                    Some(_) => {
                        std::io::Error::other("the link points to a folder that contains it, so its files never end")
                    }
                    None => error.into(),
                };
                // A link to nothing matters only if its name is asked for.
                if source.kind() != std::io::ErrorKind::NotFound || matches(&path) {
                    return Err(StoreError::Unreadable { path, source });
                }
            }
        }
    }
    Ok(())
}

/// The other files in the folders of the files that were found and in the folders there, neither hidden nor empty.
fn beside(project: &Path, paths: &[PathBuf], files: &[Stored]) -> Result<Vec<String>, StoreError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let folders: BTreeSet<&Path> =
        paths.iter().filter(|path| path.is_file()).filter_map(|path| path.parent()).collect();
    let mut names = Vec::new();
    for folder in folders {
        let unreadable = |source| StoreError::Unreadable { path: folder.to_owned(), source };
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                names.extend(nested(project, folder, &path, paths));
                continue;
            }
            // What vanished meanwhile is not an extract.
            let has_content = std::fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() > 0);
            let is_known =
                is_hidden(&path) || paths.binary_search(&path).is_ok() || is_of_program(path.file_name(), "");
            if has_content && !is_known {
                names.push(shown_path(project, &path));
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The files below a folder that lies beside extracts. Folders of a project that has its extracts beside its own files, of
/// a warehouse and of programs (`_temporary`, `.git`) hold no extracts.
fn nested(project: &Path, home: &Path, folder: &Path, paths: &[PathBuf]) -> Vec<String> {
    let is_project =
        project.canonicalize().is_ok_and(|project| home.canonicalize().is_ok_and(|home| project.starts_with(home)));
    if is_project || paths.iter().any(|path| path.starts_with(folder)) {
        return Vec::new();
    }
    let is_of_extracts = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_odd = name.starts_with(['.', '_']) || is_of_program(Some(entry.file_name()), "");
        !(is_odd || entry.file_type().is_dir() && entry.path().join("snapshots").is_dir())
    };
    let walked = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_of_extracts);
    let files = walked.flatten().filter(|entry| entry.file_type().is_file());
    let filled = files.filter(|entry| entry.metadata().is_ok_and(|found| found.len() > 0));
    filled.take(NESTED).map(|entry| shown_path(project, entry.path())).collect()
}

fn neighbours(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    listed(files.map(|entry| shown_path(folder, &entry.path())).collect())
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
        return Ok(Found { files: vec![Stored::remote(remote, meta)], ..Found::default() });
    }
    if kind == StoreKind::Http {
        return Ok(Found::default());
    }
    // This also distinguishes a missing bucket from a missing object.
    let (objects, _) = remote.folder(&folder_of(kind, key)?).await?;
    Ok(Found { nearby: names(&objects), ..Found::default() })
}

/// The objects whose names match. Only the part of the key without wildcards is listed.
async fn matching(remote: &Remote, key: &str, pattern: &Pattern) -> Result<Found, RemoteFault> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let literal = &key[..key.find(['*', '?', '[']).unwrap_or(key.len())];
    let folder = folder_of(remote.kind(), literal)?;
    let rest = &key[literal.rfind('/').map_or(0, |at| at + 1)..];
    let mut found = Found::default();
    let (mut matching, mut others) = (Vec::new(), Vec::new());
    let last = key.rsplit('/').next().unwrap_or(key);
    let mut of_programs = Vec::new();
    let mut sort = |object: ObjectMeta| {
        let is_matching = pattern.matches_with(object.location.as_ref(), options);
        if is_of_program(object.location.filename().map(std::ffi::OsStr::new), if is_wild(last) { last } else { "._" })
        {
            of_programs.extend(is_matching.then_some(object));
        } else if is_matching {
            matching.push(object);
        } else if others.len() < OTHERS_HELD {
            others.push(object);
        }
    };
    if rest.contains('/') {
        remote.each_below(&folder, sort).await?;
    } else {
        let (objects, folders) = remote.folder(&folder).await?;
        objects.into_iter().for_each(&mut sort);
        let is_visible = |folder: &&object_store::path::Path| {
            rest.contains(char::is_alphanumeric)
                || folder.filename().is_some_and(|name| !name.starts_with('.') && !name.starts_with('_'))
        };
        let named = folders.iter().filter(|folder| pattern.matches_with(folder.as_ref(), options)).filter(is_visible);
        found.folders = named.map(|folder| remote.shown_path(folder)).collect();
        found.nearby = if matching.is_empty() { names(&others) } else { Vec::new() };
    }
    let folder_of =
        |object: &ObjectMeta| object.location.as_ref().rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let is_hidden = |object: &ObjectMeta| object.location.filename().is_some_and(|name| name.starts_with('.'));
    let folders: BTreeSet<Option<String>> = matching.iter().map(folder_of).collect();
    let beside = others.iter().filter(|object| object.size > 0 && !is_hidden(object));
    let beside = beside.filter(|object| folders.contains(&folder_of(object)));
    found.beside = beside.map(|object| remote.shown_path(&object.location)).collect();
    found.hidden = matching.iter().filter(|object| is_hidden(object)).map(|o| remote.shown_path(&o.location)).collect();
    found.of_programs = of_programs.iter().map(|object| remote.shown_path(&object.location)).collect();
    found.files = matching.into_iter().map(|object| Stored::remote(remote, object)).collect();
    found.files.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(found)
}

fn folder_of(kind: StoreKind, key: &str) -> Result<object_store::path::Path, RemoteFault> {
    Remote::path(kind, key.rsplit_once('/').map_or("", |(folder, _)| folder))
}

fn names(objects: &[ObjectMeta]) -> Vec<String> {
    listed(objects.iter().filter_map(|object| object.location.filename().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;

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
    fn names_that_are_not_utf_8_are_found_and_shown_escaped() {
        let folder = tempfile::tempdir().unwrap();
        let name = |bytes: &'static [u8]| folder.path().join(OsStr::from_bytes(bytes));
        std::fs::create_dir(name(b"butik \xE5")).unwrap();
        for bytes in [&b"k\xF6p.csv"[..], b"k\xE4p.csv", b"k\xF6p.txt", b"butik \xE5/k\xF6p_1.csv"] {
            std::fs::write(name(bytes), bytes).unwrap();
        }
        let names = |pattern: &str| -> Vec<String> {
            let found = find(folder.path(), pattern).unwrap();
            found.files.iter().map(|file| file.name().to_owned()).collect()
        };
        assert_eq!(names("*.csv"), ["k\\x{E4}p.csv", "k\\x{F6}p.csv"]);
        assert_eq!(names("k?p.csv"), ["k\\x{E4}p.csv", "k\\x{F6}p.csv"]);
        assert_eq!(names("butik*/*.csv"), ["butik \\x{E5}/k\\x{F6}p_1.csv"]);
        assert_eq!(names("**/*_1.csv"), ["butik \\x{E5}/k\\x{F6}p_1.csv"]);
        assert_eq!(names("**/k*").len(), 4);
        let found = find(folder.path(), "*.csv").unwrap();
        assert_eq!(found.beside, ["k\\x{F6}p.txt"]);
        let mut text = Vec::new();
        found.files[0].open().unwrap().read_to_end(&mut text).unwrap();
        assert_eq!(text, b"k\xE4p.csv");
        // A project folder whose own name is not UTF-8, or looks like a pattern.
        assert_eq!(find(&name(b"butik \xE5"), "*.csv").unwrap().files.len(), 1);
        let odd = folder.path().join("a[1]*");
        std::fs::create_dir(&odd).unwrap();
        std::fs::write(odd.join("x.csv"), "x").unwrap();
        assert_eq!(find(&odd, "*.csv").unwrap().files[0].name(), "x.csv");
    }

    #[test]
    fn nothing_that_matches_is_passed_over_without_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a.csv", ".b.csv", "c\nd.csv", "notes.md", ".hidden"] {
            std::fs::write(path(name), "x").unwrap();
        }
        std::fs::write(path("_SUCCESS"), "").unwrap();
        std::fs::create_dir(path("parts.csv")).unwrap();
        std::fs::write(path("parts.csv/part-0.csv"), "x").unwrap();
        let found = find(folder.path(), "*.csv").unwrap();
        let names: Vec<&str> = found.files.iter().map(Stored::name).collect();
        assert_eq!(names, [".b.csv", "a.csv", "c\\nd.csv"]);
        assert_eq!((&found.hidden, &found.folders), (&vec![".b.csv".to_owned()], &vec!["parts.csv".to_owned()]));
        assert_eq!(found.beside, ["notes.md"]);
        let found = find(folder.path(), "parts.csv").unwrap();
        assert_eq!((found.files.len(), found.nearby), (0, vec!["part-0.csv".to_owned()]));
        std::fs::create_dir_all(path("empty/archive")).unwrap();
        std::fs::create_dir(path(".git")).unwrap();
        std::fs::write(path(".git/HEAD"), "x").unwrap();
        assert_eq!(find(folder.path(), "*").unwrap().folders, ["parts.csv"]);
        // Links to nothing, and names that are not files.
        std::os::unix::fs::symlink("nowhere", path("lost.csv")).unwrap();
        for pattern in ["*.csv", "**/*.csv", "lost.csv"] {
            assert!(find(folder.path(), pattern).unwrap_err().to_string().contains("lost.csv"), "{pattern}");
        }
        assert_eq!(find(folder.path(), "**/a.csv").unwrap().files.len(), 1);
        let _socket = std::os::unix::net::UnixListener::bind(path("talk.txt")).unwrap();
        let error = find(folder.path(), "*.txt").unwrap_err().to_string();
        assert!(error.contains("talk.txt: it is not a regular file"), "{error}");
    }

    #[test]
    fn files_that_programs_put_beside_others_are_named_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.csv", "._a.csv", "~$b.csv", ".DS_Store", ".c.csv", "a.xlsx", "~$a.xlsx"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = find(folder.path(), "*.csv").unwrap();
        assert_eq!(found.files.iter().map(Stored::name).collect::<Vec<_>>(), [".c.csv", "a.csv"]);
        assert_eq!(found.of_programs, ["._a.csv", "~$b.csv"]);
        assert_eq!(found.beside, ["a.xlsx"]);
        assert_eq!(find(folder.path(), "*").unwrap().of_programs.len(), 4);
        // Whoever asks for one gets it.
        assert_eq!(find(folder.path(), "~$*.csv").unwrap().files.len(), 1);
        assert_eq!(find(folder.path(), "._a.csv").unwrap().files.len(), 1);
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
