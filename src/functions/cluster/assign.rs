//! `kmeans_cluster(fit, features)` and `kmeans_distance(fit, features)`: the cluster of a row, and the distance from
//! its centre.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Builder, Int64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::answer::Answer;
use super::documentation;
use super::error::ClusterError;
use super::lists::{Lists, coerced, is_list};
use super::model::{Assigner, Fit};
use super::value::{Fits, fit_type, is_fit};

/// The scalar functions `kmeans_cluster` and `kmeans_distance`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KmeansAssign {
    answer: Answer,
    signature: Signature,
    documentation: Documentation,
}

impl KmeansAssign {
    pub fn new(answer: Answer) -> Self {
        Self {
            answer,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: documentation::assign(answer),
        }
    }
}

/// Clusters and distances of rows, in row order.
enum Answers {
    Clusters(Int64Builder),
    Distances(Float64Builder),
}

impl Answers {
    fn push(&mut self, found: Option<(i64, f64)>) {
        match self {
            Self::Clusters(builder) => builder.append_option(found.map(|(cluster, _)| cluster)),
            Self::Distances(builder) => builder.append_option(found.map(|(_, distance)| distance)),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Clusters(mut builder) => Arc::new(builder.finish()),
            Self::Distances(mut builder) => Arc::new(builder.finish()),
        }
    }
}

/// Answers for the rows `rows` of `features`, all with the same fit.
fn answer(
    function: &'static str,
    fit: Option<&Fit>,
    features: &Lists,
    rows: std::ops::Range<usize>,
    answers: &mut Answers,
) -> Result<(), ClusterError> {
    let mut assigner = fit.and_then(Assigner::new);
    for row in rows {
        let found = match (&mut assigner, features.row(row)?) {
            (Some(assigner), Some(features)) if features.len() == assigner.width() => Some(assigner.assign(features)),
            (Some(assigner), Some(features)) => {
                let (found, expected) = (features.len(), assigner.width());
                return Err(ClusterError::Length { function, argument: "features", found, expected });
            }
            _ => None,
        };
        answers.push(found);
    }
    Ok(())
}

impl ScalarUDFImpl for KmeansAssign {
    fn name(&self) -> &str {
        self.answer.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let coerce = |(place, found): (usize, &DataType)| match place {
            0 if found.is_null() => fit_type(),
            1 => coerced(found),
            _ => found.clone(),
        };
        Ok(arg_types.iter().enumerate().map(coerce).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let function = self.answer.function();
        match arg_types {
            [fit, _] if !is_fit(fit) => {
                Err(ClusterError::NotAFit { function, place: "first", found: fit.clone() }.into())
            }
            [_, features] if !is_list(features) => {
                Err(ClusterError::NotAList { function, argument: "features", found: features.clone() }.into())
            }
            [_, _] => Ok(match self.answer {
                Answer::Cluster => DataType::Int64,
                Answer::Distance => DataType::Float64,
            }),
            _ => Err(ClusterError::ArgumentCount {
                function,
                expected: "two arguments",
                found: arg_types.len(),
                syntax: "(fit, features)",
            }
            .into()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let function = self.answer.function();
        let [fits, features] = args.args.as_slice() else {
            return Err(ClusterError::ArgumentCount {
                function,
                expected: "two arguments",
                found: args.args.len(),
                syntax: "(fit, features)",
            }
            .into());
        };
        let is_scalar = matches!((fits, features), (ColumnarValue::Scalar(_), ColumnarValue::Scalar(_)));
        let rows = if is_scalar { 1 } else { args.number_rows };
        let features = features.to_array(rows)?;
        let lists = Lists::new(function, "features", &features)?;
        let mut answers = match self.answer {
            Answer::Cluster => Answers::Clusters(Int64Builder::with_capacity(rows)),
            Answer::Distance => Answers::Distances(Float64Builder::with_capacity(rows)),
        };
        match fits {
            ColumnarValue::Scalar(fit) => {
                let fit = fit.to_array()?;
                answer(function, Fits::new(&fit)?.fit(0)?.as_ref(), &lists, 0..rows, &mut answers)?;
            }
            ColumnarValue::Array(array) => {
                // A column of fits usually repeats the same value in consecutive rows. Each is read once.
                let fits = Fits::new(array)?;
                let mut from = 0;
                while from < array.len() {
                    let to = (from + 1..array.len()).find(|to| !fits.are_same(from, *to)).unwrap_or(array.len());
                    answer(function, fits.fit(from)?.as_ref(), &lists, from..to, &mut answers)?;
                    from = to;
                }
            }
        }
        let found = answers.finish();
        if is_scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&found, 0)?));
        }
        Ok(ColumnarValue::Array(found))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
