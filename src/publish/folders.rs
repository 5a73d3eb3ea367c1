//! Folders of a warehouse on disk, and the name of a table's folder in its snapshot.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::PublishError;

/// Path of a table's folder below its snapshot.
pub(super) fn relative_folder(table: &str, restricted: bool) -> PathBuf {
    if restricted { Path::new("restricted").join(table) } else { PathBuf::from(table) }
}

pub(super) fn make_folder(path: &Path) -> Result<(), PublishError> {
    fs::create_dir_all(path).map_err(PublishError::io("create the folder", path))
}

pub(super) fn close_to_others(path: &Path) -> Result<(), PublishError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(PublishError::io("restrict access to", path))
}

pub(super) fn remove_folder(path: &Path) -> Result<(), PublishError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(PublishError::io("remove", path)(error)),
        _ => Ok(()),
    }
}
