//! `nps_group`: promoter, passive or detractor. The cut-offs are those of `nps`, from [`Scoring`].

use std::sync::Arc;

use datafusion::arrow::array::{Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::arguments::integers;
use super::documentation;
use super::error::FunctionError;
use super::metric::{Method, Metric, Scoring, Statistic};

const NAME: &str = "nps_group";
/// The method matters to effort scores only.
const SCORING: Scoring = Scoring::new(Metric::Nps, Statistic::Value, Method::TopBox);

/// The scalar function `nps_group`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct NpsGroup {
    signature: Signature,
    documentation: Documentation,
}

impl Default for NpsGroup {
    fn default() -> Self {
        Self::new()
    }
}

impl NpsGroup {
    pub fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), documentation: documentation::nps_group() }
    }
}

impl ScalarUDFImpl for NpsGroup {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let target = |found: &DataType| if is_score(found) { DataType::Int64 } else { found.clone() };
        Ok(arg_types.iter().map(target).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        match arg_types {
            [score] if is_score(score) => Ok(DataType::Utf8),
            [score] => Err(FunctionError::NotAScore { function: NAME, found: score.clone() }.into()),
            other => Err(FunctionError::ArgumentCount {
                function: NAME,
                expected: "one argument",
                found: other.len(),
                syntax: "(score)",
            }
            .into()),
        }
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        Ok(ColumnarValue::Array(Arc::new(groups(integers(&arrays, 0)?)?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn is_score(found: &DataType) -> bool {
    found.is_integer() || found.is_null()
}

/// The group of each score.
fn groups(scores: &Int64Array) -> Result<StringArray, FunctionError> {
    scores.iter().map(|score| score.map(group).transpose()).collect()
}

fn group(score: i64) -> Result<&'static str, FunctionError> {
    let tally = SCORING.tally(score).map_err(|error| match error {
        FunctionError::ScoreOffScale { value, low, high, .. } => {
            FunctionError::ScoreOffScale { function: NAME, value, low, high }
        }
        other => other,
    })?;
    Ok(match (tally.low, tally.high) {
        (1, _) => "detractor",
        (_, 1) => "promoter",
        _ => "passive",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_has_its_group() {
        let found = groups(&Int64Array::from(vec![Some(0), Some(6), Some(7), Some(8), Some(9), Some(10), None]));
        let wanted = ["detractor", "detractor", "passive", "passive", "promoter", "promoter"];
        let wanted = StringArray::from_iter(wanted.map(Some).into_iter().chain([None]));
        assert_eq!(found.expect("on the scale"), wanted);
    }

    #[test]
    fn a_score_off_the_scale_is_an_error_of_this_function() {
        let error = group(11).expect_err("off the scale");
        assert!(matches!(error, FunctionError::ScoreOffScale { function: "nps_group", value: 11, .. }), "{error}");
    }
}
