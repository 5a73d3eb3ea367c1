//! Collects Arrow arrays as purchase histories: the accumulator behind the fit functions.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::internal_datafusion_err;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::super::arguments::{integers, numbers, weight};
use super::super::error::FunctionError;
use super::fit_value;
use super::model::{self, Histories, History, PurchaseModel, Sample};

/// Names and item types of the state's lists, which have one item per distinct history.
pub(super) const STATE: [(&str, DataType); 4] = [
    ("frequency", DataType::Int64),
    ("recency", DataType::Float64),
    ("age", DataType::Float64),
    ("customers", DataType::Int64),
];

/// The history with these three values in a call of `function`.
pub(super) fn history(
    function: &'static str,
    frequency: i64,
    recency: f64,
    age: f64,
) -> Result<History, FunctionError> {
    History::new(frequency, recency, age).map_err(|wrong| FunctionError::WrongHistory {
        function,
        frequency,
        recency,
        age,
        reason: wrong.reason(),
    })
}

/// Counts customers by history, and fits the model when the result is requested.
#[derive(Debug)]
pub(super) struct FitAccumulator {
    function: &'static str,
    model: PurchaseModel,
    /// Index of `frequency` among the arguments.
    first: usize,
    histories: Histories,
}

impl FitAccumulator {
    pub(super) fn new(function: &'static str, model: PurchaseModel, first: usize) -> Self {
        Self { function, model, first, histories: Histories::default() }
    }

    fn count(&mut self, columns: &[ArrayRef], weights: Option<&Int64Array>) -> Result<()> {
        let (frequencies, recencies, ages) = (integers(columns, 0)?, numbers(columns, 1)?, numbers(columns, 2)?);
        for row in 0..frequencies.len() {
            if frequencies.is_null(row) || recencies.is_null(row) || ages.is_null(row) {
                continue;
            }
            let customers = weight(self.function, weights, row)?;
            let history = history(self.function, frequencies.value(row), recencies.value(row), ages.value(row))?;
            self.histories.add(&history, customers);
        }
        Ok(())
    }
}

impl Accumulator for FitAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let columns = values.get(self.first..).unwrap_or_default();
        let weights = if columns.len() > 3 { Some(integers(columns, 3)?) } else { None };
        self.count(columns, weights)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |column| column.len());
        for row in 0..rows {
            let lists = states
                .iter()
                .map(|column| {
                    let lists = column
                        .as_list_opt::<i32>()
                        .ok_or_else(|| internal_datafusion_err!("{}: the state is not a list", self.function))?;
                    Ok(lists.value(row))
                })
                .collect::<Result<Vec<_>>>()?;
            let weights = integers(&lists, 3)?.clone();
            self.count(&lists, Some(&weights))?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sample = Sample::new(&self.histories);
        let fitted = fit_value::write(self.model, &sample, model::fit(self.model, &sample))?;
        Ok(ScalarValue::Struct(Arc::new(fitted)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sorted = self.histories.sorted();
        let time = |place: usize| -> ArrayRef {
            Arc::new(sorted.iter().map(|(key, _)| f64::from_bits(key[place])).collect::<Float64Array>())
        };
        let frequencies: Int64Array = sorted.iter().map(|(key, _)| f64::from_bits(key[0]) as i64).collect();
        let customers: Int64Array = sorted.iter().map(|(_, customers)| *customers).collect();
        let lists: [ArrayRef; 4] = [Arc::new(frequencies), time(1), time(2), Arc::new(customers)];
        Ok(lists.map(|list| SingleRowListArrayBuilder::new(list).build_list_scalar()).to_vec())
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.histories.size()
    }
}

/// The field of one of the state's lists.
pub(super) fn state_field(name: &str, item: &DataType) -> Field {
    Field::new(name, DataType::new_list(item.clone(), true), true)
}
