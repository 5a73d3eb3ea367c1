//! JSON text, read strictly: one record of a JSON file, or one cell that holds a list or an object. The readers of JSON
//! files and the row side share it.

mod cell;
mod halves;
mod syntax;

pub(in crate::extract) use cell::write_cell;
pub(in crate::extract) use syntax::{
    MAX_DEPTH, SyntaxError, Value, Words, array, compact, object, string_as_written, whole, write_string,
};
#[cfg(test)]
pub(in crate::extract) use syntax::{string, without_exponent};
