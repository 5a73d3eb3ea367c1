//! `lojal schema`: the JSON Schema of a pipeline file.

use crate::failure::Failure;

pub(super) fn execute() -> Result<(), Failure> {
    super::print(crate::config::pipeline_schema().trim_end())
}
