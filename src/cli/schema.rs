//! `lojal schema`: the JSON Schema of a pipeline, domain or unit test file.

use clap::{Args, ValueEnum};

use super::command::Command;
use super::output::print;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::run::Request;

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which file the schema is for.
    #[arg(value_enum, default_value_t = SchemaOf::Pipeline)]
    of: SchemaOf,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// A file in pipelines/.
    Pipeline,
    /// sql/<domain>/<domain>.yml, and sql/staging/_staging.yml.
    Domain,
    /// sql/<domain>/tests/*.yml.
    UnitTests,
}

impl Command for Schema {
    fn execute(&self, _: Request, _: &Printer) -> Result<(), Failure> {
        let text = match self.of {
            SchemaOf::Pipeline => crate::config::pipeline_schema(),
            SchemaOf::Domain => crate::config::domain_schema(),
            SchemaOf::UnitTests => crate::config::unit_tests_schema(),
        };
        print(text.trim_end())
    }
}
