//! `lojal config`: the merged configuration, with the file that each part comes from.

use clap::Args;

use super::command::Command;
use super::config_diff;
use super::config_lines::{Line, lines};
use super::output::print;
use crate::bundle::{Bundle, PREFIX};
use crate::config::{Node, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::failure::Failure;
use crate::plan::Project;
use crate::printer::Printer;
use crate::run::Request;

/// Columns at which the origin of a line is written.
const ORIGIN_COLUMN: usize = 60;

#[derive(Debug, Args)]
pub(super) struct Config {
    /// Show only this part, such as `models.customers.columns` or `lookups.tier_thresholds`.
    part: Option<String>,
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    #[arg(long)]
    pipeline: Option<String>,
    /// Show what has changed in the base inside lojal since this project recorded it.
    #[arg(long, conflicts_with = "part")]
    diff: bool,
    /// Print a file inside lojal, such as docs/start.md or sql/staging/stg_surveys.sql.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["part", "diff"])]
    file: Option<String>,
    /// List the files inside lojal.
    #[arg(long, conflicts_with_all = ["part", "diff", "file"])]
    files: bool,
}

impl Command for Config {
    fn execute(&self, request: Request, printer: &Printer) -> Result<(), Failure> {
        let bundle = Bundle::of_program();
        if self.files {
            return print(&bundle.paths().collect::<Vec<_>>().join("\n"));
        }
        if let Some(path) = &self.file {
            return print(file(&bundle, path).map_err(usage)?.trim_end_matches('\n'));
        }
        if self.diff {
            return config_diff::print_diff(&request.project, self.pipeline.as_deref(), &bundle, printer);
        }
        let project = Project::read(&request.project, self.pipeline.as_deref()).map_err(Failure::Usage)?;
        let shown = match &self.part {
            None => &project.tree,
            Some(path) => part(&project.tree, path).map_err(usage)?,
        };
        let lines: Vec<String> = lines(shown).into_iter().map(|line| with_origin(line, &project.texts)).collect();
        print(&lines.join("\n"))
    }
}

fn usage(problem: Problem) -> Failure {
    Failure::Usage(vec![problem])
}

/// The text of a file inside the binary, named as in messages or without `lojal:`.
fn file<'a>(bundle: &'a Bundle, path: &str) -> Result<&'a str, Problem> {
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    bundle.text(path).ok_or_else(|| {
        let known: Vec<&str> = bundle.paths().collect();
        let near = crate::diagnostics::nearest(path, known.iter().copied());
        let hint = near.map(|near| format!("did you mean `{near}`?"));
        let problem = Problem::new(format!("there is no file `{path}` inside lojal")).maybe_hint(hint);
        problem.or_hint("`lojal config --files` lists them")
    })
}

/// The part of a tree at a path such as `models.customers.columns`.
fn part<'a>(tree: &'a Node, path: &str) -> Result<&'a Node, Problem> {
    let mut above = String::new();
    path.split('.').try_fold(tree, |node, key| {
        let parent = if above.is_empty() { "the pipeline".to_owned() } else { format!("`{above}`") };
        above = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
        node.get(key).ok_or_else(|| {
            let known: Vec<&str> = node.entries().iter().map(|(key, _)| key.text.as_str()).collect();
            Problem::new(format!("there is no `{key}` in {parent}")).hint(did_you_mean(key, &known))
        })
    })
}

/// A line, with its file if the line before is of another.
fn with_origin(line: Line, texts: &Texts) -> String {
    let Some(place) = line.origin else { return line.text };
    let path = texts.file(place.file).path.display().to_string();
    format!("{:<ORIGIN_COLUMN$}  # {path}:{}", line.text, place.line)
}
