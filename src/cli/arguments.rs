//! What was typed, and the request that it means.

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
use crate::report::{LogFormat, PrinterOptions};
use crate::run::Request;

/// One coherent picture of a company's customers, from CRM, transaction and survey extracts, as Parquet.
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
    /// Load, transform, check and publish: the main job.
    Run(Run),
    /// Find everything that can be known to be wrong without reading the data.
    Check(Target),
    /// List sources, models and checks.
    Ls(Target),
    /// Explain what would run, in which order, and what becomes of it.
    Plan(Target),
    /// Show rows of a published table.
    Show(Show),
    /// Write one trigger's contact list: treated customers with the addresses that their channels need.
    Export(Export),
    /// Sum up the rows that a run rejected by cause, or write them to a file to be mended.
    Rejects(Rejects),
    /// Load rejected rows after they were mended, in a file or by a mended declaration, and run.
    Replay(Replay),
    /// Write the `sources:` block of a pipeline for files as they are, with its evidence.
    Infer(Infer),
    /// Print what holds once all files are merged, and which file each part comes from.
    Config(Config),
    /// Print the JSON Schema of a pipeline or domain file.
    Schema(Schema),
}

#[derive(Debug, Args)]
pub(super) struct Target {
    /// Pipeline: a name in pipelines/ or a path; may be left out where there is only one.
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
    /// Everything known up to the end of this day counts; left out: the newest event date in the extracts.
    #[arg(long, value_name = "DATE", env = "LOJAL_AS_OF")]
    pub(super) as_of: Option<NaiveDate>,
    /// Do nothing, with exit code 99, when neither extracts nor pipeline have changed since the last snapshot.
    #[arg(long, env = "LOJAL_SKIP_UNCHANGED", value_parser = FalseyValueParser::new())]
    pub(super) skip_unchanged: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Name of the table.
    pub(super) table: String,
    /// Most rows to show.
    #[arg(long, default_value_t = 20)]
    pub(super) limit: usize,
    /// Only these columns.
    #[arg(long, value_delimiter = ',', value_parser = trimmed)]
    pub(super) columns: Vec<String>,
    /// Only rows for which this SQL condition is true.
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) condition: Option<String>,
    /// Shape of the rows.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    pub(super) format: Shape,
    /// Pipeline whose warehouse is meant; may be left out where there is only one.
    #[arg(long)]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Name of the trigger.
    pub(super) trigger: String,
    /// Shape of the list.
    #[arg(long, value_enum, default_value_t = ListShape::Csv)]
    pub(super) format: ListShape,
    /// File to write, readable by its owner alone; left out: stdout.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Pipeline whose warehouse is meant; may be left out where there is only one.
    #[arg(long)]
    pub(super) pipeline: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Rejects {
    #[command(flatten)]
    pub(super) target: Target,
    /// Run whose rejected rows are meant: its id, or latest.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    pub(super) run: String,
    /// Only rows of this source.
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// Only rows that break this rule, such as required or type.
    #[arg(long, value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// Shape of the summary.
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    pub(super) format: Shape,
    /// Most examples of each cause.
    #[arg(long, value_name = "N", default_value = "1")]
    pub(super) examples: NonZeroUsize,
    /// Quote cells of personal columns too.
    #[arg(long)]
    pub(super) show_values: bool,
    /// Instead of a summary, write the rows of one source to this file, to be mended and given to `lojal replay`. It
    /// holds the rows whole, personal columns too, and is readable by its owner alone.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Infer {
    /// Extracts: CSV and its relatives, JSON lines, JSON, xlsx or Parquet, compressed or not. Files with one header are
    /// one source.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Name of the source; left out: by the files' names.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// File to write; left out: stdout.
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Files that `lojal rejects --output` wrote, mended. Without any, the rejected rows are judged as they are by the
    /// pipeline as it is now.
    #[arg(value_name = "FIXES")]
    pub(super) fixes: Vec<PathBuf>,
    /// Pipeline: a name in pipelines/ or a path; may be left out where there is only one.
    #[arg(long)]
    pub(super) pipeline: Option<String>,
    /// Run whose rejected rows are meant: its id, or latest. The main job runs as of its day.
    #[arg(long, value_name = "RUN_ID", default_value = "latest")]
    pub(super) run: String,
    /// Only rows of this source.
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<String>,
    /// As-of day of the run that follows; left out: that of the run whose rows are meant.
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
    /// Lined-up columns for reading.
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
    /// Where snapshots are published; left out: what the pipeline says.
    #[arg(long, global = true, value_name = "URL", env = "LOJAL_WAREHOUSE")]
    warehouse: Option<String>,
    /// Override a var of the pipeline; may be repeated. [env: LOJAL_VARS="KEY=VALUE;KEY=VALUE"]
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    vars: Vec<String>,
    /// Only these models, as in dbt: model, +model, model+, tag:word; may be repeated.
    #[arg(long, global = true, value_name = "MODEL", env = "LOJAL_SELECT")]
    select: Vec<String>,
    /// Not these models; may be repeated.
    #[arg(long, global = true, value_name = "MODEL", env = "LOJAL_EXCLUDE")]
    exclude: Vec<String>,
    /// Threads to use; left out: all of the machine's.
    #[arg(long, global = true, value_name = "N", env = "LOJAL_THREADS", value_parser = threads)]
    threads: Option<NonZeroUsize>,
    /// Memory that queries may hold, such as 4GB; left out: half of the machine's.
    #[arg(long, global = true, value_name = "SIZE", env = "LOJAL_MEMORY_LIMIT", value_parser = size)]
    memory_limit: Option<NonZeroU64>,
    /// Shape of messages on stderr.
    #[arg(long, global = true, value_enum, default_value_t, env = "LOJAL_LOG_FORMAT")]
    log_format: LogFormat,
    /// Only warnings and errors.
    #[arg(long, global = true, env = "LOJAL_QUIET", value_parser = FalseyValueParser::new())]
    quiet: bool,
    /// No progress bars, even on a terminal.
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
    /// Those of the environment first: the command line overrides them.
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
    /// What the arguments mean.
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
