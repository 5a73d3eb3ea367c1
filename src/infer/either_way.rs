//! Numbers and days that can be read in two ways: what the other columns of a file show about them, or the question.

use std::borrow::Cow;

use super::column::{ColumnProfile, Shape};
use super::dates::ASSUMED;
use super::day::EITHER_WAY;
use super::draft::ColumnDraft;
use super::profile::Profile;
use crate::source::ColumnType;

/// The columns, with what others show about those that can be read in two ways.
pub(super) fn agreed<'a>(profile: &'a Profile) -> Vec<Cow<'a, ColumnProfile>> {
    let agreed = |votes: Vec<bool>| votes.first().copied().filter(|first| votes.iter().all(|vote| vote == first));
    let comma = agreed(profile.columns.iter().filter_map(has_commas).collect());
    let month = agreed(profile.columns.iter().filter_map(has_month_first).collect());
    let with = |column: &'a ColumnProfile| {
        let commas = comma == Some(true) && is_open_number(column);
        if comma.is_none() && month.is_none() {
            return Cow::Borrowed(column);
        }
        let mut column = column.clone();
        (column.has_commas, column.has_month_first) = (commas, month);
        column.is_settled = comma.is_some();
        Cow::Owned(column)
    };
    profile.columns.iter().map(with).collect()
}

/// What somebody must decide about a column, if the file leaves it open.
pub(super) fn question(draft: &ColumnDraft, column: &ColumnProfile, may_have_commas: bool) -> Option<String> {
    let is_number = matches!(draft.ty, ColumnType::Int | ColumnType::Decimal { .. });
    if is_number && may_have_commas && !column.is_settled && is_open_number(column) {
        let example = column.point.greatest.as_ref().map_or("", |(_, text)| text.as_str());
        return Some(format!(
            "'{example}' and all like it are a thousand or a decimal: nothing in the file shows it\n  declare decimal_sign \
             and thousands_signs"
        ));
    }
    let has_slashes =
        draft.values.date_formats.iter().chain(&draft.values.timestamp_formats).any(|form| form.contains('/'));
    let is_assumed = draft.comments.iter().any(|comment| comment.contains(ASSUMED));
    (has_slashes && is_assumed).then(|| {
        "every day can be read with the day or the month first, and nothing in the file shows which\n  declare date_formats \
         or timestamp_formats"
            .to_owned()
    })
}

/// Whether decimals have a comma, if cells show it.
fn has_commas(column: &ColumnProfile) -> Option<bool> {
    let numbers = column.count(|shape| matches!(shape, Shape::Number { .. }));
    let commas = column.count(|shape| matches!(shape, Shape::Number { point: None, comma: Some(_), .. }));
    let points = column.count(|shape| matches!(shape, Shape::Number { point: Some(_), comma: None, .. }));
    let is_of_numbers = numbers * 10 >= column.filled * 9;
    (is_of_numbers && (commas > 0) != (points > 0)).then_some(commas > 0)
}

/// Whether the month comes first, if days show it.
fn has_month_first(column: &ColumnProfile) -> Option<bool> {
    let only = |wanted: fn(&(usize, usize)) -> (usize, usize)| {
        column.count(|shape| {
            let Shape::Day(day) = shape else { return false };
            EITHER_WAY
                .iter()
                .map(wanted)
                .any(|(one, other)| day.forms & (1 << one) != 0 && day.forms & (1 << other) == 0)
        })
    };
    let (day, month) = (only(|pair| *pair), only(|pair| (pair.1, pair.0)));
    ((day > 0) != (month > 0)).then_some(month > 0)
}

/// Whether all numbers with a sign can be thousands or decimals, and none of them is a decimal below one.
fn is_open_number(column: &ColumnProfile) -> bool {
    let (mut open, mut settled, mut is_point) = (0, 0, true);
    for (shape, count) in &column.shapes {
        match shape {
            Shape::Number { point: Some(a), comma: Some(b), .. } if a != b => {
                open += count;
                is_point = *a == 0;
            }
            Shape::Number { point: None, .. } | Shape::Number { comma: None, .. } => settled += count,
            _ => {}
        }
    }
    let least = if is_point { &column.point.least } else { &column.comma.least };
    open > 0 && settled == 0 && least.as_ref().is_none_or(|(least, _)| least.abs() >= 1.0)
}
