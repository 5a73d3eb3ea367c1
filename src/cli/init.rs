//! `lojal init`: a small project that extends the one inside the binary.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::command::Command;
use crate::bundle::{Bundle, PREFIX, Record};
use crate::config::{domain_schema, pipeline_schema};
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;
use crate::words::{few, shell_quoted};

const PIPELINE: &str = include_str!("init/pipeline.yml");
const README: &str = include_str!("init/README.md");

/// Folder of the sample extracts, in the binary and in a new project.
const SAMPLE: &str = "sample_data";
/// Folder of a company's extracts in a new project.
const EXTRACTS: &str = "extracts";

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder of the project [default: the one of --project-dir]
    dir: Option<PathBuf>,
    /// Copy the sample extracts into it: the project can run at once.
    #[arg(long)]
    sample: bool,
    /// In a project that exists: record the base inside this lojal as the one that it extends.
    #[arg(long, conflicts_with = "sample")]
    upgrade: bool,
}

impl Command for Init {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let folder = self.dir.as_deref().unwrap_or(&request.project);
        let bundle = Bundle::of_program();
        if self.upgrade {
            return upgrade(folder, &bundle, printer);
        }
        let extracts = if self.sample { SAMPLE } else { EXTRACTS };
        let project = NewProject { folder, files: self.files(folder, extracts, &bundle) };
        project.is_free().map_err(|problem| Failure::Usage(vec![problem]))?;
        project.write(extracts, &bundle)?;
        let shown = folder.display();
        printer.info(&format!("{shown} is a project that extends {PREFIX}customer_lifecycle"));
        let enter = if folder == Path::new(".") { String::new() } else { format!("cd {} && ", quoted(folder)) };
        printer.info(&match self.sample {
            true => format!("next: {enter}lojal run"),
            false => {
                let extracts = folder.join(EXTRACTS);
                format!("next: put your extracts into {}; README.md there says how to go on", extracts.display())
            }
        });
        Ok(())
    }
}

impl Init {
    /// Everything but the record, each file by its path.
    fn files(&self, folder: &Path, extracts: &str, bundle: &Bundle) -> Vec<(PathBuf, String)> {
        let name = name_of(folder);
        let filled = |text: &str| text.replace("{name}", &name).replace("{extracts}", extracts);
        let ignored = if self.sample { "/warehouse/\n".to_owned() } else { format!("/warehouse/\n/{EXTRACTS}/\n") };
        let mut files = vec![
            (PathBuf::from(format!("pipelines/{name}.yml")), filled(PIPELINE)),
            (PathBuf::from("README.md"), filled(README)),
            (PathBuf::from(".gitignore"), ignored),
        ];
        files.extend(schemas());
        if self.sample {
            let sample = format!("{SAMPLE}/");
            files.extend(bundle.below(&sample).map(|(path, text)| (PathBuf::from(path), text.to_owned())));
        }
        files
    }
}

/// The keys of pipeline and domain files, for editors.
fn schemas() -> [(PathBuf, String); 2] {
    [
        (PathBuf::from(".lojal/pipeline.schema.json"), pipeline_schema()),
        (PathBuf::from(".lojal/domain.schema.json"), domain_schema()),
    ]
}

fn quoted(folder: &Path) -> String {
    shell_quoted(&folder.display().to_string())
}

/// The name of a pipeline for a folder: its own name in lower-case letters, digits and underscores.
fn name_of(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
    let name: String = letters.skip_while(|letter| !letter.is_ascii_alphabetic()).collect();
    let name = name.trim_end_matches('_');
    if name.is_empty() { "company".to_owned() } else { name.to_owned() }
}

struct NewProject<'a> {
    folder: &'a Path,
    files: Vec<(PathBuf, String)>,
}

impl NewProject<'_> {
    /// Refuses a folder in which something would be overwritten, before anything is written.
    fn is_free(&self) -> Result<(), Problem> {
        let records = Record::paths();
        let paths = self.files.iter().map(|(path, _)| path).chain(&records);
        let taken: Vec<String> = paths
            .filter(|path| self.folder.join(path).symlink_metadata().is_ok())
            .map(|path| path.display().to_string())
            .collect();
        if !taken.is_empty() {
            let message = format!("{} already has {}, and init overwrites nothing", self.folder.display(), few(&taken));
            let hint = "name an empty or new folder; `lojal init --upgrade` is for a project that exists";
            return Err(Problem::new(message).hint(hint));
        }
        match pipelines(self.folder).first() {
            None => Ok(()),
            Some(found) => {
                let message = format!("{} is a project already: it has {}", self.folder.display(), found.display());
                Err(Problem::new(message).hint("name an empty or new folder"))
            }
        }
    }

    /// Writes everything; what was written is removed if something cannot be.
    fn write(&self, extracts: &str, bundle: &Bundle) -> Result<(), Failure> {
        let mut written = Vec::new();
        let result = self
            .files
            .iter()
            .try_for_each(|(path, text)| {
                let path = self.folder.join(path);
                write_new(&path, text).map_err(|error| at(&path, &error))?;
                written.push(path);
                Ok(())
            })
            .and_then(|()| fs::create_dir_all(self.folder.join(extracts)))
            .and_then(|()| Record::write(self.folder, bundle).map_err(|error| at(self.folder, &error)));
        if result.is_err() {
            written.iter().for_each(|path| drop(fs::remove_file(path)));
        }
        Ok(result.map(drop)?)
    }
}

/// The error of a file with its path.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Writes a file that must not exist.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The pipeline files of a project.
fn pipelines(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("pipelines")).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
    let mut found: Vec<PathBuf> = entries.filter(is_yaml).collect();
    found.sort();
    found
}

/// Records the base inside this program in a project that extends it.
fn upgrade(folder: &Path, bundle: &Bundle, printer: &Printer) -> Result<(), Failure> {
    // By its text: the file may have mistakes with the new base.
    let extends_bundle = |line: &str| line.strip_prefix("extends:").is_some_and(|base| base.contains(PREFIX));
    let texts = pipelines(folder).into_iter().filter_map(|path| fs::read_to_string(path).ok());
    if !texts.into_iter().any(|text| text.lines().any(extends_bundle)) {
        let message = format!("no pipeline in {} extends one inside lojal", folder.join("pipelines").display());
        let hint = "run it in the folder of a project whose pipeline has `extends: lojal:customer_lifecycle`";
        return Err(Failure::Usage(vec![Problem::new(message).hint(hint)]));
    }
    // A damaged record is what this replaces.
    let before = Record::read(folder).ok().flatten();
    let now = Record::write(folder, bundle).map_err(|error| at(folder, &error))?;
    for (path, text) in schemas() {
        let path = folder.join(path);
        fs::write(&path, text).map_err(|error| at(&path, &error))?;
    }
    printer.info(&match before {
        None => format!("recorded the base of lojal {} in lojal.lock", now.lojal),
        Some(before) if before.blake3 == now.blake3 => format!("the base of lojal {} is the recorded one", now.lojal),
        Some(before) => format!("recorded the base of lojal {} instead of that of {}", now.lojal, before.lojal),
    });
    Ok(())
}
