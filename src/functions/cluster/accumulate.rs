//! Collects Arrow arrays as a sample of rows and fits clusters: the accumulator behind `kmeans_fit` and `kmeans_refit`.
//!
//! Its state is the sample, the number of customers, and what must be the same on every row: the weights, or the
//! earlier fit.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::error::ClusterError;
use super::fit::{Settings, fit, refit};
use super::lists::{Lists, list_type};
use super::model::Fit;
use super::sample::Sample;
use super::value::{Fits, fit_type, null_fit, to_scalar};

/// The purpose of the sample, with the values that are the same on every row.
#[derive(Debug)]
pub(super) enum Task {
    /// `kmeans_fit`.
    Fit {
        settings: Settings,
        /// Weight of each feature, known after the first row.
        weights: Option<Vec<f64>>,
    },
    /// `kmeans_refit`.
    Refit {
        /// The earlier fit, known after the first row that has one.
        earlier: Option<Fit>,
    },
}

/// Name and type of each state field.
pub(super) fn state_fields(constant: DataType) -> [(&'static str, DataType); 5] {
    [
        ("customers", DataType::Int64),
        ("width", DataType::Int64),
        ("values", list_type()),
        ("counts", DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)))),
        ("constant", constant),
    ]
}

/// Collects a sample and fits clusters to it.
#[derive(Debug)]
pub(super) struct Gathering {
    function: &'static str,
    task: Task,
    sample: Sample,
}

impl Gathering {
    pub(super) fn new(function: &'static str, task: Task) -> Self {
        Self { function, task, sample: Sample::default() }
    }

    /// Reads the weights of a row.
    fn agree_on_weights(&mut self, row: &[f64]) -> Result<(), ClusterError> {
        let function = self.function;
        let Task::Fit { weights, .. } = &mut self.task else { return Ok(()) };
        match weights {
            Some(weights) if weights == row => Ok(()),
            Some(_) => Err(ClusterError::NotConstant { function, argument: "weights" }),
            None => {
                if let Some(place) = row.iter().position(|weight| *weight < 0.0) {
                    return Err(ClusterError::NegativeWeight { function, place: place + 1, value: row[place] });
                }
                *weights = Some(row.to_vec());
                Ok(())
            }
        }
    }

    /// Reads the earlier fit of each row, which must be the same everywhere, or null.
    fn agree_on_fits(&mut self, fits: &Fits, rows: usize) -> Result<()> {
        let function = self.function;
        let Task::Refit { earlier } = &mut self.task else { return Ok(()) };
        let mut compared = None;
        for row in 0..rows {
            if compared.is_some_and(|other| fits.are_same(other, row)) {
                continue;
            }
            let Some(fit) = fits.fit(row)? else { continue };
            match earlier {
                Some(earlier) if (earlier.scale == fit.scale) && (earlier.centres == fit.centres) => {}
                Some(_) => return Err(ClusterError::NotConstant { function, argument: "the earlier fit" }.into()),
                None => *earlier = Some(fit),
            }
            compared = Some(row);
        }
        Ok(())
    }

    /// Number of features in a row, from the values shared by all rows; `None` if not known yet.
    fn expected_width(&self) -> Option<usize> {
        match &self.task {
            Task::Fit { weights, .. } => weights.as_ref().map(Vec::len),
            Task::Refit { earlier } => earlier.as_ref()?.scale.as_ref().map(|scale| scale.means.len()),
        }
    }
}

fn column(values: &[ArrayRef], index: usize) -> Result<&ArrayRef> {
    values.get(index).ok_or_else(|| internal_datafusion_err!("k-means: input column {index} is missing"))
}

impl Accumulator for Gathering {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let function = self.function;
        let is_fit = matches!(self.task, Task::Fit { .. });
        let (features, constant) = if is_fit { (0, 1) } else { (1, 0) };
        let (features, constant) = (column(values, features)?, column(values, constant)?);
        let lists = Lists::new(function, "features", features)?;
        if is_fit {
            let weights = Lists::new(function, "weights", constant)?;
            for row in 0..features.len() {
                match (lists.row(row)?, weights.row(row)?) {
                    (Some(_), Some(weights)) => self.agree_on_weights(weights)?,
                    (Some(_), None) => return Err(ClusterError::NullList { function, argument: "weights" }.into()),
                    (None, _) => {}
                }
            }
        } else {
            self.agree_on_fits(&Fits::new(constant)?, features.len())?;
        }
        let expected = self.expected_width();
        for row in 0..features.len() {
            let Some(features) = lists.row(row)? else { continue };
            let found = features.len();
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                return Err(ClusterError::Length { function, argument: "features", found, expected }.into());
            }
            self.sample.add(function, features)?;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let function = self.function;
        let integers = |index| -> Result<&Int64Array> {
            let array = column(states, index)?.as_primitive_opt::<Int64Type>();
            array.ok_or_else(|| internal_datafusion_err!("{function}: state {index} is not Int64"))
        };
        let lists = |index| -> Result<&ListArray> {
            let array = column(states, index)?.as_list_opt::<i32>();
            array.ok_or_else(|| internal_datafusion_err!("{function}: state {index} is not a list"))
        };
        let (customers, widths, rows, counts) = (integers(0)?, integers(1)?, lists(2)?, lists(3)?);
        let constant = column(states, 4)?;
        match &self.task {
            Task::Fit { .. } => {
                let weights = Lists::new(function, "weights", constant)?;
                for row in 0..customers.len() {
                    if let Some(weights) = weights.row(row)? {
                        self.agree_on_weights(weights)?;
                    }
                }
            }
            Task::Refit { .. } => self.agree_on_fits(&Fits::new(constant)?, customers.len())?,
        }
        for row in 0..customers.len() {
            let (values, counts) = (rows.value(row), counts.value(row));
            self.sample.merge(
                function,
                customers.value(row).cast_unsigned(),
                usize::try_from(widths.value(row)).unwrap_or(0),
                values.as_primitive::<Float64Type>().values(),
                counts.as_primitive::<Int64Type>().values().iter().map(|count| count.cast_unsigned()),
            )?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let (values, counts) = self.sample.parts();
        let list = |item, values: ArrayRef| {
            let field = Arc::new(Field::new_list_field(item, true));
            let offsets = OffsetBuffer::from_lengths([values.len()]);
            ScalarValue::List(Arc::new(ListArray::new(field, offsets, values, None)))
        };
        let numbers = |values: Vec<f64>| list(DataType::Float64, Arc::new(Float64Array::from(values)));
        let counts: Int64Array = counts.into_iter().map(|count| Some(count.cast_signed())).collect();
        let constant = match &self.task {
            Task::Fit { weights: Some(weights), .. } => numbers(weights.clone()),
            Task::Fit { weights: None, .. } => ScalarValue::try_from(&list_type())?,
            Task::Refit { earlier: Some(fit) } => to_scalar(fit)?,
            Task::Refit { earlier: None } => null_fit(),
        };
        Ok(vec![
            ScalarValue::Int64(Some(self.sample.customers().cast_signed())),
            ScalarValue::Int64(i64::try_from(self.sample.width()).ok()),
            numbers(values),
            list(DataType::Int64, Arc::new(counts)),
            constant,
        ])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match &self.task {
            Task::Fit { settings, weights } => {
                to_scalar(&fit(&self.sample, weights.as_deref().unwrap_or_default(), *settings))
            }
            Task::Refit { earlier: Some(earlier) } => to_scalar(&refit(earlier, &self.sample)),
            Task::Refit { earlier: None } => ScalarValue::try_from(&fit_type()),
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.sample.size()
    }
}
