//! `journey_step(...)`, a window function that cuts the events of persons into journeys, and `journey_id(...)`.
//!
//! [`function`] receives a window partition, a group of persons. [`rules`] is what the three lookups say, read once per
//! group; [`person`] is the state machine that walks through one person's [`events`] in order and begins again at each
//! person; [`output`] is its answers as columns.

mod events;
mod function;
mod id;
mod output;
mod person;
mod rules;
#[cfg(test)]
mod tests;

use datafusion::arrow::datatypes::{DataType, TimeUnit};

pub use function::JourneyStep;
pub use id::JourneyId;

/// Name of the window function.
const NAME: &str = "journey_step";

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}
