//! Folders of a warehouse on disk, and the name of a table's folder in its snapshot.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::PublishError;

/// Path of a table's folder below its snapshot.
pub(super) fn relative_folder(table: &str, restricted: bool) -> PathBuf {
    if restricted { Path::new("restricted").join(table) } else { PathBuf::from(table) }
}

pub(super) fn make_folder(path: &Path) -> Result<(), PublishError> {
    fs::create_dir_all(path).map_err(PublishError::io("create the folder", path))
}

/// Creates a folder, and those around it, that only their owner can open, for any umask.
pub(super) fn make_private_folder(path: &Path) -> Result<(), PublishError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(PublishError::io("create the folder", path))
}

/// Creates a file that only its owner can read, from its first moment on.
pub(super) fn create_private(path: &Path) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// Takes a file that an earlier version left readable from others.
pub(super) fn hide_from_others(path: &Path) -> Result<(), PublishError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(PublishError::io("restrict access to", path))
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
