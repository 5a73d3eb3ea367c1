//! Accumulates Arrow arrays of scores as tallies: the two accumulators that DataFusion asks for.
//!
//! [`GroupTallies`] counts for all groups of a `group by` at once. [`SingleTally`] counts for one group, for windows
//! and for aggregation without `group by`. Both only count; [`Scoring::evaluate`] computes the results.

use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::compute::prep_null_mask_filter;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::scalar::ScalarValue;

use super::metric::{Scoring, Tally};

/// Column `index` of an accumulator's input as integers. Planning has coerced the types.
fn integers(values: &[ArrayRef], index: usize) -> Result<&Int64Array> {
    values
        .get(index)
        .and_then(|array| array.as_primitive_opt::<Int64Type>())
        .ok_or_else(|| internal_datafusion_err!("score aggregate: input column {index} is missing or not Int64"))
}

/// Calls `visit` with the row and tally of every response: each score that is neither null nor filtered out.
fn for_each_response(
    scoring: &Scoring,
    values: &[ArrayRef],
    filter: Option<&BooleanArray>,
    mut visit: impl FnMut(usize, &Tally),
) -> Result<()> {
    let scores = integers(values, 0)?;
    let kept = filter.map(|filter| match filter.nulls() {
        Some(_) => NullBuffer::new(prep_null_mask_filter(filter).values().clone()),
        None => NullBuffer::new(filter.values().clone()),
    });
    match NullBuffer::union(scores.nulls(), kept.as_ref()) {
        Some(counted) => {
            for row in counted.valid_indices() {
                visit(row, &scoring.tally(scores.value(row))?);
            }
        }
        None => {
            for (row, score) in scores.values().iter().enumerate() {
                visit(row, &scoring.tally(*score)?);
            }
        }
    }
    Ok(())
}

/// Calls `visit` with the row and tally of every partial state.
fn for_each_state(scoring: &Scoring, states: &[ArrayRef], mut visit: impl FnMut(usize, &Tally)) -> Result<()> {
    let width = scoring.metric().state().len();
    let columns = (0..width).map(|index| integers(states, index)).collect::<Result<Vec<_>>>()?;
    for row in 0..columns.first().map_or(0, |column| column.len()) {
        let mut state = [0; 5];
        for (field, column) in state.iter_mut().zip(&columns) {
            *field = column.value(row);
        }
        visit(row, &Tally::from_state(state));
    }
    Ok(())
}

/// Tallies as state columns.
fn state_columns(scoring: &Scoring, tallies: &[Tally]) -> Vec<ArrayRef> {
    (0..scoring.metric().state().len())
        .map(|field| {
            let column: Int64Array = tallies.iter().map(|tally| tally.to_state()[field]).collect();
            Arc::new(column) as ArrayRef
        })
        .collect()
}

/// Counts for all groups of a `group by`.
pub(super) struct GroupTallies {
    scoring: Scoring,
    tallies: Vec<Tally>,
}

impl GroupTallies {
    pub(super) const fn new(scoring: Scoring) -> Self {
        Self { scoring, tallies: Vec::new() }
    }
}

impl GroupsAccumulator for GroupTallies {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.tallies.resize(total_num_groups, Tally::default());
        let tallies = &mut self.tallies;
        for_each_response(&self.scoring, values, opt_filter, |row, response| {
            tallies[group_indices[row]].add(response);
        })
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.tallies.resize(total_num_groups, Tally::default());
        let tallies = &mut self.tallies;
        for_each_state(&self.scoring, values, |row, state| tallies[group_indices[row]].add(state))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let tallies = emit_to.take_needed(&mut self.tallies);
        let numbers: Float64Array = tallies.iter().map(|tally| self.scoring.evaluate(tally)).collect();
        Ok(Arc::new(numbers))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(state_columns(&self.scoring, &emit_to.take_needed(&mut self.tallies)))
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |scores| scores.len());
        let mut tallies = vec![Tally::default(); rows];
        for_each_response(&self.scoring, values, opt_filter, |row, response| tallies[row] = *response)?;
        Ok(state_columns(&self.scoring, &tallies))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.tallies.capacity() * size_of::<Tally>()
    }
}

/// Counts for one group. Responses can be removed again, so sliding windows need no recount.
#[derive(Debug)]
pub(super) struct SingleTally {
    scoring: Scoring,
    tally: Tally,
}

impl SingleTally {
    pub(super) fn new(scoring: Scoring) -> Self {
        Self { scoring, tally: Tally::default() }
    }
}

impl Accumulator for SingleTally {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let tally = &mut self.tally;
        for_each_response(&self.scoring, values, None, |_, response| tally.add(response))
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let tally = &mut self.tally;
        for_each_response(&self.scoring, values, None, |_, response| tally.subtract(response))
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let tally = &mut self.tally;
        for_each_state(&self.scoring, states, |_, state| tally.add(state))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.scoring.evaluate(&self.tally)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let width = self.scoring.metric().state().len();
        Ok(self.tally.to_state().into_iter().take(width).map(ScalarValue::from).collect())
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}
