//! The lojal binary: hand over the default project, parse the command line, run the command, turn its outcome into an
//! exit code.

use std::process::ExitCode;

use include_dir::{Dir, include_dir};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The default project. Cargo compiles this file again if one of the files changes or is removed, but cannot see that a
/// file was added; `touch src/main.rs` includes it.
static PROJECT: [(&str, Dir<'_>); 4] = [
    ("pipelines", include_dir!("$CARGO_MANIFEST_DIR/pipelines")),
    ("sql", include_dir!("$CARGO_MANIFEST_DIR/sql")),
    ("sample_data", include_dir!("$CARGO_MANIFEST_DIR/sample_data")),
    ("docs", include_dir!("$CARGO_MANIFEST_DIR/docs")),
];

fn main() -> ExitCode {
    let mut files = Vec::new();
    PROJECT.iter().for_each(|(name, folder)| add(name, folder, &mut files));
    lojal::cli::main(files)
}

/// Adds the files of a folder and those below it, each by its path.
fn add(name: &str, folder: &'static Dir<'_>, files: &mut Vec<(String, &'static [u8])>) {
    files.extend(folder.files().map(|file| (format!("{name}/{}", file.path().display()), file.contents())));
    folder.dirs().for_each(|inner| add(name, inner, files));
}
