//! The arguments that verbs share, and the request that they describe. A verb's own arguments are in its file.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::config::Scalar;
use crate::diagnostics::Problem;
use crate::engine::{EngineOptions, default_memory_limit};
use crate::failure::Failure;
use crate::plan::Selection;
use crate::printer::{LogFormat, PrinterOptions};
use crate::run::Request;

#[derive(Debug, Args)]
pub(super) struct Target {
    /// Pipeline: a name in pipelines/ or a path [default: the only one]
    pub(super) pipeline: Option<String>,
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

    /// The request that the common options describe. A verb adds what was typed with it.
    pub(super) fn request(&self) -> Result<Request, Failure> {
        let threads = self.threads.or_else(|| std::thread::available_parallelism().ok());
        Ok(Request {
            project: self.project_dir.clone(),
            pipeline: None,
            vars: self.all_vars().iter().map(|pair| var(pair)).collect::<Result<_, _>>()?,
            warehouse: self.warehouse.clone(),
            as_of: None,
            selection: Selection { select: self.select.clone(), exclude: self.exclude.clone() },
            engine: EngineOptions {
                threads: threads.unwrap_or(NonZeroUsize::MIN),
                memory_limit: self.memory_limit.unwrap_or_else(default_memory_limit),
                scratch: std::env::temp_dir(),
            },
            skip_unchanged: false,
            accept: Vec::new(),
            rekey: false,
        })
    }

    pub(super) fn printer(&self) -> PrinterOptions {
        PrinterOptions { format: self.log_format, quiet: self.quiet, no_progress: self.no_progress }
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
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("4GB").unwrap().get(), 4_000_000_000);
        assert_eq!(size("512MiB").unwrap().get(), 512 << 20);
        assert!(size("0").is_err());
        assert!(size("much").is_err());
    }
}
