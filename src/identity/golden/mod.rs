//! The golden record: of each attribute of a person, the value that counts, and where it comes from.
//!
//! The records of a person may know different addresses, or none. Which value counts is decided per attribute, not per
//! record: `attributes` holds the values as they arrived, `choose` decides, and `tables` lists persons in order of their
//! keys. Nothing is stored per person and attribute: the lists are computed while they are read.
//!
//! Records that attach (answers, guest orders) give no values: they describe an occasion, not the person.

mod attributes;
mod choose;
mod members;
mod tables;
#[cfg(test)]
mod tests;

pub(super) use attributes::Attributes;
pub(super) use members::BYTES_PER_RECORD;
pub use members::Golden;
