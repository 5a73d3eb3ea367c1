//! `complementary_suppression(...)`, a window function: which figures of a family go with those that must be hidden.
//!
//! The rule is in [`rule`]; this is the way to it from the columns of a window partition.

mod rule;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{Documentation, PartitionEvaluator, Signature, Volatility, WindowUDFImpl};

use super::documentation;
use rule::{Member, Verdict, verdicts};

const NAME: &str = "complementary_suppression";
const FLAGS: usize = 5;

/// The window function `complementary_suppression`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ComplementarySuppression {
    signature: Signature,
    documentation: Documentation,
}

impl Default for ComplementarySuppression {
    fn default() -> Self {
        Self::new()
    }
}

impl ComplementarySuppression {
    /// The function.
    pub fn new() -> Self {
        let parts = DataType::new_list(DataType::Int64, true);
        let arguments = std::iter::repeat_n(DataType::Boolean, FLAGS).chain([parts, DataType::Int64]).collect();
        Self {
            signature: Signature::exact(arguments, Volatility::Immutable),
            documentation: documentation::complementary_suppression(),
        }
    }
}

impl WindowUDFImpl for ComplementarySuppression {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(&self, _args: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Families))
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), DataType::Utf8, false)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Judges one partition, a family, at a time.
#[derive(Debug)]
struct Families;

impl PartitionEvaluator for Families {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        let members = members(values, num_rows)?;
        let least = values.get(FLAGS + 1).filter(|least| !least.is_empty() && !least.is_null(0));
        let least = least.ok_or_else(|| missing("least"))?.as_primitive::<Int64Type>().value(0);
        let words = verdicts(&members, least).into_iter().map(|verdict| match verdict {
            Verdict::Kept => "kept",
            Verdict::Undivided => "undivided",
            Verdict::Hidden => "hidden",
        });
        Ok(Arc::new(StringArray::from_iter_values(words)))
    }
}

fn members(values: &[ArrayRef], rows: usize) -> Result<Vec<Member>> {
    let flag = |at: usize, name: &str| -> Result<&BooleanArray> {
        let column = values.get(at).filter(|column| column.null_count() == 0);
        Ok(column.ok_or_else(|| missing(name))?.as_boolean())
    };
    let (undivided, hidden) = (flag(0, "is_undivided")?, flag(1, "is_hidden")?);
    let (open, free, without_total) = (flag(2, "is_open")?, flag(3, "is_free")?, flag(4, "is_without_total")?);
    let parts = values.get(FLAGS).filter(|column| column.null_count() == 0).ok_or_else(|| missing("parts"))?;
    let parts = parts.as_list::<i32>();
    (0..rows)
        .map(|row| {
            let answers = parts.value(row);
            let answers = answers.as_primitive::<Int64Type>();
            if answers.null_count() > 0 {
                return Err(missing("parts"));
            }
            Ok(Member {
                is_undivided: undivided.value(row),
                is_hidden: hidden.value(row),
                is_open: open.value(row),
                is_free: free.value(row),
                is_without_total: without_total.value(row),
                parts: answers.values().to_vec(),
            })
        })
        .collect()
}

/// A figure of which something is not known must not be judged as if it were harmless.
fn missing(name: &str) -> datafusion::error::DataFusionError {
    exec_datafusion_err!("{NAME}: {name} is null; say coalesce({name}, ...) for what it stands for")
}
