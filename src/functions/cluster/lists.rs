//! A column of lists of double, and the rules for each row.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;

use super::LARGEST;
use super::error::ClusterError;

/// The type list of double, as `make_array` and `array_agg` return it.
pub(super) fn list_type() -> DataType {
    DataType::List(std::sync::Arc::new(Field::new_list_field(DataType::Float64, true)))
}

/// The type to which an argument of type `found` is cast. Lists of numbers become lists of double; other types pass
/// unchanged and `return_type` reports them.
pub(super) fn coerced(found: &DataType) -> DataType {
    let item = match found {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => item.data_type(),
        DataType::Null => return list_type(),
        _ => return found.clone(),
    };
    if item.is_numeric() || item.is_null() { list_type() } else { found.clone() }
}

/// Whether an argument of this type can be read as lists of double.
pub(super) fn is_list(found: &DataType) -> bool {
    found.equals_datatype(&list_type())
}

/// A column of lists of double.
pub(super) struct Lists<'a> {
    function: &'static str,
    argument: &'static str,
    lists: &'a ListArray,
    values: &'a Float64Array,
}

impl<'a> Lists<'a> {
    /// Column `array`, which is `argument` of `function`. Planning has coerced the types.
    pub(super) fn new(function: &'static str, argument: &'static str, array: &'a ArrayRef) -> Result<Self> {
        let lists = array.as_list_opt::<i32>();
        let values = lists.and_then(|lists| lists.values().as_primitive_opt::<Float64Type>());
        match (lists, values) {
            (Some(lists), Some(values)) => Ok(Self { function, argument, lists, values }),
            _ => Err(internal_datafusion_err!("{function}: {argument} is {}, not a list of double", array.data_type())),
        }
    }

    /// The numbers of a row; `None` if the list itself is null.
    pub(super) fn row(&self, row: usize) -> Result<Option<&'a [f64]>, ClusterError> {
        let (function, argument) = (self.function, self.argument);
        if self.lists.is_null(row) {
            return Ok(None);
        }
        let offsets = self.lists.value_offsets();
        let (from, to) = (offsets[row].cast_unsigned() as usize, offsets[row + 1].cast_unsigned() as usize);
        if self.values.null_count() > 0
            && let Some(place) = (from..to).position(|at| self.values.is_null(at))
        {
            return Err(ClusterError::NullInside { function, argument, place: place + 1 });
        }
        let values = &self.values.values()[from..to];
        // Comparisons with NaN are false.
        if let Some(place) = values.iter().position(|value| value.abs().partial_cmp(&LARGEST).is_none_or(|o| o.is_gt()))
        {
            return Err(ClusterError::NotUsable { function, argument, place: place + 1, value: values[place] });
        }
        Ok(Some(values))
    }
}
