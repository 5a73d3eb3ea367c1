//! The command-line arguments, and the request that they describe.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Scalar;
use crate::diagnostics::Problem;
use crate::engine::{EngineOptions, default_memory_limit};
use crate::failure::Failure;
use crate::plan::Selection;
use crate::printer::{LogFormat, PrinterOptions};
use crate::run::Request;

/// The command line. Its `about` is the description in Cargo.toml.
#[derive(Debug, Parser)]
#[command(name = "lojal", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 the data or a check failed, 2 usage or pipeline error, \
3 infrastructure, 99 nothing new (--skip-unchanged), 130/143 stopped by a signal.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Run the main job: load, transform, check and publish.
    Run(Run),
    /// Validate the pipeline and its SQL without reading data.
    Check(Target),
    /// List sources, lookups, models and checks.
    Ls(Target),
    /// Show what would run, in which order, and why.
    Plan(Target),
    /// Show rows of a published table.
    Show(Show),
    /// Write a trigger's contact list: treated customers and the addresses to reach them.
    Export(Export),
    /// Summarise the rejected rows of a run by cause, or write them to a file to fix.
    Rejects(Rejects),
    /// Load rejected rows after a fix, in a file or in the pipeline, and run the main job.
    Replay(Replay),
    /// Write the `sources:` block for undeclared files, with its evidence.
    Infer(Infer),
    /// Print the merged configuration, with the file that each part comes from.
    Config(Config),
    /// Print the JSON Schema of a pipeline or domain file.
    Schema(Schema),
}

#[derive(Debug, Args)]
pub(super) struct Target {
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Config {
    /// Show only this part, such as `models.customers.columns` or `lookups.tier_thresholds`.
    pub(super) part: Option<String>,
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    #[arg(long)]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which file the schema is for.
    #[arg(value_enum, default_value_t = SchemaOf::Pipeline)]
    pub(super) of: SchemaOf,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// A file in pipelines/.
    Pipeline,
    /// sql/<domain>/<domain>.yml, and sql/staging/_staging.yml.
    Domain,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) target: Target,
    /// Use everything known by the end of this day [default: the newest event date in the extracts]
    #[arg(long, value_name = "DATE", env = "LOJAL_AS_OF")]
    pub(super) as_of: Option<NaiveDate>,
    /// Exit with code 99 if neither extracts nor pipeline have changed since the last snapshot.
    #[arg(long, env = "LOJAL_SKIP_UNCHANGED", value_parser = FalseyValueParser::new())]
    pub(super) skip_unchanged: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Name of the table.
    pub(super) table: String,
    /// Maximum number of rows.
    #[arg(long, default_value_t = 20)]
    pub(super) limit: usize,
    /// Show only these columns.
    #[arg(long, value_delimiter = ',', value_parser = trimmed)]
    pub(super) columns: Vec<String>,
    /// Show only rows that meet this SQL condition.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) condition: Option<String>,
    /// Format of the rows.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    pub(super) format: Shape,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Name of the trigger.
    pub(super) trigger: String,
    /// Format of the list.
    #[arg(long, value_enum, default_value_t = ListShape::Csv)]
    pub(super) format: ListShape,
    /// File to write, readable only by its owner [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Pipeline whose warehouse to read [default: the only one]
    #[arg(long)]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Rejects {
    #[command(flatten)]
    pub(super) target: Target,
    /// Run that rejected the rows: its ID, or latest.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    pub(super) run: String,
    /// Use only rows of this source.
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// Use only rows that break this rule, such as required or type.
    #[arg(long, value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// Format of the summary.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    pub(super) format: Shape,
    /// Maximum number of examples of each cause.
    #[arg(long, value_name = "N", default_value = "1")]
    pub(super) examples: NonZeroUsize,
    /// Quote the cells of personal columns too.
    #[arg(long)]
    pub(super) show_values: bool,
    /// Instead of a summary, write the rows of one source to this file, to fix and pass to `lojal replay`. The file
    /// contains all columns, personal ones too, and is readable only by its owner.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Infer {
    /// Extracts: CSV and its relatives, JSON lines, JSON, xlsx or Parquet, compressed or not. Files with the same header
    /// form one source.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Name of the source [default: derived from the file names]
    #[arg(long)]
    pub(super) name: Option<String>,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Fixed files that `lojal rejects --output` wrote. Without any, the unchanged rows are validated against the
    /// current pipeline.
    #[arg(value_name = "FIXES")]
    pub(super) fixes: Vec<PathBuf>,
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    #[arg(long)]
    pub(super) pipeline: Option<String>,
    /// Run that rejected the rows: its ID, or latest. The main job runs as of its day.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    pub(super) run: String,
    /// Use only rows of this source.
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// As-of day of the run that follows [default: that of the run that rejected the rows]
    #[arg(long, value_name = "DATE", env = "LOJAL_AS_OF")]
    pub(super) as_of: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListShape {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shape {
    /// Aligned columns, for people.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// Folder with pipelines/ and sql/.
    #[arg(long, global = true, default_value = ".", value_name = "DIR", env = "LOJAL_PROJECT_DIR")]
    project_dir: PathBuf,
    /// Where to publish snapshots [default: the pipeline's warehouse]
    #[arg(long, global = true, value_name = "URL", env = "LOJAL_WAREHOUSE")]
    warehouse: Option<String>,
    /// Override a var of the pipeline; repeatable [env: LOJAL_VARS="KEY=VALUE;KEY=VALUE"]
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    vars: Vec<String>,
    /// Select only these models, as in dbt: model, +model, model+, tag:word; repeatable.
    #[arg(long, global = true, value_name = "MODEL", env = "LOJAL_SELECT")]
    select: Vec<String>,
    /// Exclude these models; repeatable.
    #[arg(long, global = true, value_name = "MODEL", env = "LOJAL_EXCLUDE")]
    exclude: Vec<String>,
    /// Number of threads [default: all cores]
    #[arg(long, global = true, value_name = "N", env = "LOJAL_THREADS", value_parser = threads)]
    threads: Option<NonZeroUsize>,
    /// Memory that queries may hold, such as 4GB [default: half of the machine's]
    #[arg(long, global = true, value_name = "SIZE", env = "LOJAL_MEMORY_LIMIT", value_parser = size)]
    memory_limit: Option<NonZeroU64>,
    /// Format of messages on stderr.
    #[arg(long, global = true, value_enum, default_value_t, env = "LOJAL_LOG_FORMAT")]
    log_format: LogFormat,
    /// Print only warnings and errors.
    #[arg(long, global = true, env = "LOJAL_QUIET", value_parser = FalseyValueParser::new())]
    quiet: bool,
    /// Hide progress bars, even on a terminal.
    #[arg(long, global = true, env = "LOJAL_NO_PROGRESS", value_parser = FalseyValueParser::new())]
    no_progress: bool,
}

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "write a number of threads, 1 or more".to_owned())
}

fn trimmed(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}

fn size(text: &str) -> Result<NonZeroU64, String> {
    let size = text.parse::<bytesize::ByteSize>().ok().and_then(|size| NonZeroU64::new(size.as_u64()));
    size.ok_or_else(|| "write a size such as 4GB or 512MiB".to_owned())
}

impl Common {
    /// The environment's vars come first, so that the command line overrides them.
    fn all_vars(&self) -> Vec<String> {
        let environment = std::env::var("LOJAL_VARS").unwrap_or_default();
        let pairs = environment.split(';').map(str::trim).filter(|pair| !pair.is_empty());
        pairs.map(str::to_owned).chain(self.vars.iter().cloned()).collect()
    }

    pub(super) fn printer(&self) -> PrinterOptions {
        PrinterOptions { format: self.log_format, quiet: self.quiet, no_progress: self.no_progress }
    }
}

impl Arguments {
    /// The request that the arguments describe.
    pub(super) fn request(&self) -> Result<Request, Failure> {
        let (pipeline, as_of, skip_unchanged) = match &self.verb {
            Verb::Run(run) => (run.target.pipeline.clone(), run.as_of, run.skip_unchanged),
            Verb::Check(target) | Verb::Ls(target) | Verb::Plan(target) => (target.pipeline.clone(), None, false),
            Verb::Show(show) => (show.pipeline.clone(), None, false),
            Verb::Export(export) => (export.pipeline.clone(), None, false),
            Verb::Rejects(rejects) => (rejects.target.pipeline.clone(), None, false),
            Verb::Replay(replay) => (replay.pipeline.clone(), replay.as_of, false),
            Verb::Config(config) => (config.pipeline.clone(), None, false),
            Verb::Infer(_) | Verb::Schema(_) => (None, None, false),
        };
        let common = &self.common;
        let threads = common.threads.or_else(|| std::thread::available_parallelism().ok());
        Ok(Request {
            project: common.project_dir.clone(),
            pipeline,
            vars: common.all_vars().iter().map(|pair| var(pair)).collect::<Result<_, _>>()?,
            warehouse: common.warehouse.clone(),
            as_of,
            selection: Selection { select: common.select.clone(), exclude: common.exclude.clone() },
            engine: EngineOptions {
                threads: threads.unwrap_or(NonZeroUsize::MIN),
                memory_limit: common.memory_limit.unwrap_or_else(default_memory_limit),
                scratch: std::env::temp_dir(),
            },
            skip_unchanged,
        })
    }
}

fn var(pair: &str) -> Result<(String, Scalar), Failure> {
    let (name, value) = pair.split_once('=').ok_or_else(|| {
        let problem = Problem::new(format!("--vars {pair}: there is no `=` in it"));
        Failure::Usage(vec![problem.hint("write --vars name=value")])
    })?;
    Ok((name.trim().to_owned(), Scalar::from_argument(value)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("4GB").unwrap().get(), 4_000_000_000);
        assert_eq!(size("512MiB").unwrap().get(), 512 << 20);
        assert!(size("0").is_err());
        assert!(size("much").is_err());
    }
}
