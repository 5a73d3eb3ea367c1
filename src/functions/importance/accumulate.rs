//! Collects Arrow arrays as responses and analyses them: the accumulator behind `relative_importance`.
//!
//! Its state is the responses, as plain numbers, and the names of the drivers.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StringArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;

use super::analysis::{Settings, analyse};
use super::error::{ImportanceError, LARGEST};
use super::responses::Responses;
use super::value::to_scalar;

/// List of double.
pub(super) fn numbers_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)))
}

/// List of text.
pub(super) fn names_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

/// Name and type of each state field.
pub(super) fn state_fields() -> [(&'static str, DataType); 3] {
    [("width", DataType::Int64), ("values", numbers_type()), ("names", names_type())]
}

/// Collects responses and analyses them.
#[derive(Debug)]
pub(super) struct Gathering {
    settings: Settings,
    names: Option<Vec<String>>,
    responses: Responses,
}

impl Gathering {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, names: None, responses: Responses::default() }
    }

    /// Reads the names of a row; `None` is a null list.
    fn agree_on_names(&mut self, row: Option<&StringArray>) -> Result<(), ImportanceError> {
        let Some(row) = row else { return Err(names("null instead of names")) };
        match &self.names {
            Some(known) if known.len() == row.len() && row.iter().zip(known).all(|(a, b)| a == Some(b.as_str())) => {
                Ok(())
            }
            Some(_) => Err(names("more than one list of names")),
            None => {
                let mut known = Vec::<String>::new();
                for name in row {
                    match name {
                        Some(name) if known.iter().any(|other| other == name) => {
                            return Err(names(&format!("the name '{name}' twice")));
                        }
                        Some(name) => known.push(name.to_owned()),
                        None => return Err(names("a null among the names")),
                    }
                }
                self.responses.width = known.len() + 1;
                self.names = Some(known);
                Ok(())
            }
        }
    }
}

fn names(found: &str) -> ImportanceError {
    ImportanceError::Names { found: found.to_owned() }
}

fn list(columns: &[ArrayRef], index: usize) -> Result<&ListArray> {
    let list = columns.get(index).and_then(|array| array.as_list_opt::<i32>());
    list.ok_or_else(|| internal_datafusion_err!("relative_importance: input column {index} is not a list"))
}

fn doubles(array: &dyn Array) -> Result<&Float64Array> {
    let numbers = array.as_any().downcast_ref();
    numbers.ok_or_else(|| internal_datafusion_err!("relative_importance: {} is not a double", array.data_type()))
}

fn usable(value: f64, what: impl FnOnce() -> String) -> Result<f64, ImportanceError> {
    // Comparisons with NaN are false.
    if value.abs() <= LARGEST { Ok(value) } else { Err(ImportanceError::NotUsable { what: what(), value }) }
}

impl Accumulator for Gathering {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (drivers, names) = (list(values, 1)?, list(values, 2)?);
        let targets = values.first().map_or_else(
            || Err(internal_datafusion_err!("relative_importance: the target is missing")),
            |array| doubles(array),
        )?;
        let answers = doubles(drivers.values())?;
        for row in (0..targets.len()).filter(|row| targets.is_valid(*row) && drivers.is_valid(*row)) {
            let known = names.is_valid(row).then(|| names.value(row));
            self.agree_on_names(known.as_ref().and_then(|known| known.as_string_opt::<i32>()))?;
            let known = self.names.as_deref().unwrap_or_default();
            let offsets = drivers.value_offsets();
            let (from, to) = (offsets[row].cast_unsigned() as usize, offsets[row + 1].cast_unsigned() as usize);
            if to - from != known.len() {
                return Err(ImportanceError::Length { drivers: to - from, names: known.len() }.into());
            }
            let target = usable(targets.value(row), || "the target".to_owned())?;
            for (place, name) in (from..to).zip(known).filter(|(place, _)| answers.is_valid(*place)) {
                usable(answers.value(place), || format!("driver '{name}'"))?;
            }
            let cells = (from..to).map(|place| answers.is_valid(place).then(|| answers.value(place)));
            self.responses.add(target, cells);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let widths = states.first().and_then(|array| array.as_primitive_opt::<Int64Type>());
        let widths = widths.ok_or_else(|| internal_datafusion_err!("relative_importance: state 0 is not Int64"))?;
        let (rows, names) = (list(states, 1)?, list(states, 2)?);
        for row in (0..widths.len()).filter(|row| widths.value(*row) > 0) {
            self.agree_on_names(names.value(row).as_string_opt::<i32>())?;
            self.responses.values.extend_from_slice(rows.value(row).as_primitive::<Float64Type>().values());
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        // Moved, not copied: a million responses take a hundred megabytes.
        let values: ArrayRef = Arc::new(Float64Array::from(std::mem::take(&mut self.responses.values)));
        let names: StringArray = self.names.iter().flatten().map(Some).collect();
        let list = |values: ArrayRef| {
            let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
            ScalarValue::List(Arc::new(ListArray::new(field, OffsetBuffer::from_lengths([values.len()]), values, None)))
        };
        let width = Int64Array::from(vec![i64::try_from(self.responses.width).unwrap_or(i64::MAX)]);
        Ok(vec![ScalarValue::try_from_array(&width, 0)?, list(values), list(Arc::new(names))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        to_scalar(&analyse(&self.responses, self.names.as_deref().unwrap_or_default(), self.settings))
    }

    fn size(&self) -> usize {
        let names: usize = self.names.iter().flatten().map(|name| size_of::<String>() + name.capacity()).sum();
        size_of::<Self>() + names + self.responses.values.capacity() * size_of::<f64>()
    }
}
