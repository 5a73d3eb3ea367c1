//! `lojal config --diff`: what the base inside this lojal changes for a project that recorded an earlier one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use similar::TextDiff;

use super::config_lines::{Line, lines};
use super::output::print;
use crate::bundle::{Bundle, PREFIX, Record};
use crate::diagnostics::Problem;
use crate::failure::Failure;
use crate::plan::Project;
use crate::printer::Printer;

/// Lines around a change.
const CONTEXT: usize = 2;

/// Name of the merged configuration in the comparison.
const CONFIGURATION: &str = "lojal config";

/// Prints the changes: of the merged configuration, then of the SQL and language files inside lojal.
///
/// # Errors
/// A project that extends nothing inside lojal or has recorded nothing, a damaged record.
pub(super) fn print_diff(
    folder: &Path,
    pipeline: Option<&str>,
    bundle: &Bundle,
    printer: &Printer,
) -> Result<(), Failure> {
    let usage = |problem: Problem| Failure::Usage(vec![problem]);
    let Some(record) = Record::read(folder).map_err(usage)? else {
        let problem = Problem::new("this project has recorded no base: there is no file lojal.lock");
        return Err(usage(problem.hint("`lojal init --upgrade` records the one inside this lojal")));
    };
    let now = Record::of(bundle);
    if record.blake3 == now.blake3 {
        printer
            .info(&format!("nothing has changed in the base since lojal {}, which lojal.lock records", record.lojal));
        return Ok(());
    }
    let recorded = record.files(folder).map_err(usage)?;
    let read = |bundle: &Bundle| Project::read_over(folder, pipeline, bundle);
    let sides = Sides {
        names: [format!("lojal {} (recorded)", record.lojal), format!("lojal {}", now.lojal)],
        bundles: [&recorded, bundle],
    };
    let diff = match (read(&recorded), read(bundle)) {
        (Ok(before), Ok(after)) => {
            if !after.extends_bundle() {
                let problem = Problem::new("this pipeline does not extend one inside lojal").in_file(after.pipeline());
                return Err(usage(problem.hint("write `extends: lojal:customer_lifecycle` in it")));
            }
            sides.of_projects(&before, &after)
        }
        (_, after) => {
            let (which, more) = match after {
                Err(_) => ("new", "; `lojal check` reports them"),
                Ok(_) => ("recorded", ""),
            };
            printer.warning(&format!(
                "the project has mistakes with the {which} base{more}. All changes of the base are shown, used here or not"
            ));
            sides.of_files()
        }
    };
    match diff.is_empty() {
        true => printer.info("the base has changed, but nothing that this pipeline uses"),
        false => print(diff.trim_end())?,
    }
    printer.info("`lojal init --upgrade` records the base of this lojal");
    Ok(())
}

/// The base as it was recorded, and as it is in this program.
struct Sides<'a> {
    names: [String; 2],
    bundles: [&'a Bundle; 2],
}

impl Sides<'_> {
    /// The merged configuration, and the other files that the pipeline uses.
    fn of_projects(&self, before: &Project, after: &Project) -> String {
        let configuration = [before, after].map(|project| lines(&project.tree));
        let mut diff = self.of_configuration(&configuration);
        let used: BTreeSet<String> = [before, after].into_iter().flat_map(Project::files_of_bundle).collect();
        let replaced: BTreeMap<String, String> = self.bundles.iter().flat_map(|base| after.replaced(base)).collect();
        for path in self.paths().filter(|path| path.ends_with(".sql") || path.starts_with("pipelines/languages/")) {
            let by = replaced.get(path).map(String::as_str);
            if by.is_some() || used.contains(path) {
                diff.push_str(&self.of_file(path, by));
            }
        }
        diff
    }

    /// All files that decide what a run does.
    fn of_files(&self) -> String {
        self.paths().map(|path| self.of_file(path, None)).collect()
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let all: BTreeSet<&str> =
            self.bundles.iter().flat_map(|bundle| bundle.of_a_run()).map(|(path, _)| path).collect();
        all.into_iter()
    }

    /// The changes of one file; empty if there are none. `replaced_by` is the file of the project that is used instead.
    fn of_file(&self, path: &str, replaced_by: Option<&str>) -> String {
        let [before, after] = self.bundles.map(|bundle| bundle.text(path).unwrap_or_default());
        let changes = self.unified(&format!("{PREFIX}{path}"), before, after, |_| String::new());
        match replaced_by {
            Some(own) if !changes.is_empty() => format!("# {own} of this project replaces it\n{changes}"),
            _ => changes,
        }
    }

    /// The changes of the merged configuration, each group with the block that it is in.
    fn of_configuration(&self, configuration: &[Vec<Line>; 2]) -> String {
        let [before, after] = configuration
            .each_ref()
            .map(|lines| lines.iter().map(|line| format!("{}\n", line.text)).collect::<String>());
        let block = |line: usize| configuration[1].get(line).map(|line| line.block.clone()).unwrap_or_default();
        self.unified(CONFIGURATION, &before, &after, block)
    }

    /// A unified diff. `within` names what a line of the new text is in.
    fn unified(&self, name: &str, before: &str, after: &str, within: impl Fn(usize) -> String) -> String {
        let diff = TextDiff::from_lines(before, after);
        let mut diff = diff.unified_diff();
        let hunks: Vec<String> = diff
            .context_radius(CONTEXT)
            .iter_hunks()
            .map(|hunk| {
                let changed = hunk.ops().iter().find(|op| op.tag() != similar::DiffTag::Equal);
                let text = hunk.to_string();
                let (header, lines) = text.split_once('\n').unwrap_or((text.as_str(), ""));
                let within = changed.map(|op| within(op.new_range().start)).unwrap_or_default();
                format!("{}\n{lines}", format!("{header} {within}").trim_end())
            })
            .collect();
        if hunks.is_empty() {
            return String::new();
        }
        let [old, new] = &self.names;
        format!("--- {name}  {old}\n+++ {name}  {new}\n{}", hunks.concat())
    }
}
