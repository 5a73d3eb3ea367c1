//! The evidence about one column: every form that its cells can have, with the number of cells that fit it.

use chrono::NaiveDate;
use hashbrown::HashMap;

use super::day::{DAY_FORMS, Day, EIGHT_DIGITS, EITHER_WAY, day};
use super::null_words::NULL_WORDS;
use super::number::{Reading, number};
use super::personal::Suspicion;
use crate::invisible;

/// One cell in this many may fail to have the type that its column gets.
pub(super) const ONE_IN: u64 = 100;
/// The distinct values of a column are counted up to this many.
pub(super) const MOST_WORDS: usize = 50;
/// The most odd cells that are kept.
const MOST_ODD: usize = 100;
/// Longer cells are not words for a missing value.
const LONGEST_ODD: usize = 24;
/// So many of the first cells are kept.
const FIRST_KEPT: u64 = 200;
/// Longer cells are not kept.
const LONGEST_KEPT: usize = 60;
/// The most shapes of cells that are distinguished.
const MOST_SHAPES: usize = 64;

/// The possible readings of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number with at least one reading; `day` is set if eight digits are also a day.
    Number {
        /// Sign between groups if read with a decimal point; `None` if it is not such a number.
        point: Option<u8>,
        /// Sign between groups if read with a decimal comma; `None` if it is not such a number.
        comma: Option<u8>,
        /// Number of the currency sign.
        currency: u8,
        /// Whether it consists of digits only.
        plain: bool,
        /// The day formats that fit.
        day: u32,
    },
    /// A day, with or without a time.
    Day(Day),
    /// Neither.
    Text,
}

/// Sizes of numbers, read with one decimal sign.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    pub(super) whole: u8,
    pub(super) fraction: u8,
    /// Digits after the sign up to the last one that is not zero.
    pub(super) used: u8,
    pub(super) least: Option<(f64, String)>,
    pub(super) greatest: Option<(f64, String)>,
}

impl Sizes {
    fn take(&mut self, reading: Reading, value: f64, cell: &[u8]) {
        self.whole = self.whole.max(reading.whole);
        self.fraction = self.fraction.max(reading.fraction);
        self.used = self.used.max(reading.used);
        let text = || String::from_utf8_lossy(cell).into_owned();
        if self.least.as_ref().is_none_or(|(least, _)| value < *least) {
            self.least = Some((value, text()));
        }
        if self.greatest.as_ref().is_none_or(|(greatest, _)| value > *greatest) {
            self.greatest = Some((value, text()));
        }
    }
}

/// All evidence kept of a column. Its size does not depend on the number of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnProfile {
    /// Cells that are not empty.
    pub(super) filled: u64,
    /// Cells that are empty or contain only spaces.
    pub(super) empty: u64,
    /// Cells with spaces around them.
    pub(super) padded: u64,
    /// Cells by their possible readings.
    pub(super) shapes: Vec<(Shape, u64)>,
    /// Numbers with a decimal point.
    pub(super) point: Sizes,
    /// Numbers with a decimal comma.
    pub(super) comma: Sizes,
    /// Cells of digits with a leading zero.
    pub(super) leading_zeros: u64,
    /// Least and greatest number of digits in cells of digits only.
    pub(super) digits: Option<(usize, usize)>,
    /// First and last day in each format.
    pub(super) days: [Option<(NaiveDate, NaiveDate)>; DAY_FORMS.len()],
    /// For each pair of [`EITHER_WAY`], how often the days go backwards when read one way and the other.
    pub(super) steps_back: [(u64, u64); EITHER_WAY.len()],
    pub(super) last: [Option<NaiveDate>; DAY_FORMS.len()],
    /// The distinct values, as long as they are few.
    pub(super) words: HashMap<Vec<u8>, u64>,
    /// Whether there were more values than are kept.
    pub(super) many: bool,
    /// Short cells that are neither a number nor a day.
    pub(super) odd: HashMap<Vec<u8>, u64>,
    /// Some of the cells: the first different ones, and later ones more and more rarely.
    pub(super) sample: Vec<Vec<u8>>,
    /// Length of the longest cell in bytes.
    pub(super) longest: usize,
    /// What other columns of the file show, where cells can be read in two ways: whether decimals have a comma.
    pub(super) has_commas: bool,
    /// Whether days have the month first.
    pub(super) has_month_first: Option<bool>,
    /// Whether they show it for decimals.
    pub(super) is_settled: bool,
    /// Signs of personal data.
    pub(super) suspicion: Suspicion,
}

impl ColumnProfile {
    /// Adds a cell, given as UTF-8.
    pub(super) fn take(&mut self, cell: &[u8]) {
        let trimmed = trimmed(cell);
        if trimmed.is_empty() {
            self.empty += 1;
            return;
        }
        self.filled += 1;
        self.padded += u64::from(trimmed.len() < cell.len());
        self.longest = self.longest.max(cell.len());
        self.count_word(trimmed);
        self.keep(trimmed);
        let shape = self.shape(trimmed);
        if shape == Shape::Text && trimmed.len() <= LONGEST_ODD {
            if let Some(count) = self.odd.get_mut(trimmed) {
                *count += 1;
            } else if self.odd.len() < MOST_ODD || is_null_word(trimmed) {
                self.odd.insert(trimmed.to_vec(), 1);
            }
        }
        self.suspicion.take(trimmed);
        if let Some(at) = self.shapes.iter().position(|(known, _)| *known == shape) {
            self.shapes[at].1 += 1;
            // Cells resemble each other: the most frequent shapes move to the front.
            if at > 0 && self.shapes[at].1 > self.shapes[at - 1].1 {
                self.shapes.swap(at, at - 1);
            }
        } else if self.shapes.len() < MOST_SHAPES {
            self.shapes.push((shape, 1));
        } else if let Some((_, count)) = self.shapes.iter_mut().find(|(known, _)| *known == Shape::Text) {
            *count += 1;
        } else {
            self.shapes[MOST_SHAPES - 1].1 += 1;
            self.shapes[MOST_SHAPES - 1].0 = Shape::Text;
        }
    }

    fn keep(&mut self, cell: &[u8]) {
        let wanted = self.filled <= FIRST_KEPT || self.filled.is_power_of_two();
        if wanted && cell.len() <= LONGEST_KEPT && !self.sample.iter().any(|known| known == cell) {
            self.sample.push(cell.to_vec());
        }
    }

    fn count_word(&mut self, cell: &[u8]) {
        if self.many {
            return;
        }
        if let Some(count) = self.words.get_mut(cell) {
            *count += 1;
        } else if self.words.len() < MOST_WORDS {
            self.words.insert(cell.to_vec(), 1);
        } else {
            self.many = true;
            self.words = HashMap::new();
        }
    }

    fn shape(&mut self, cell: &[u8]) -> Shape {
        // Every number and every day has a digit and is at most this long.
        if cell.len() > 60 || !cell.iter().any(u8::is_ascii_digit) {
            return Shape::Text;
        }
        // The most frequent day format is tried first.
        if cell.len() >= 10
            && cell[4] == b'-'
            && let Some(day) = self.day(cell)
        {
            return Shape::Day(day);
        }
        let far = cell.len() == 8 && (cell.ends_with(b"991231") || cell == b"00000000");
        if let Some(found) = number(cell).filter(|_| !far) {
            for (reading, comma) in [(found.point, false), (found.comma, true)] {
                if let (Some(reading), Some(value)) = (reading, found.value(comma)) {
                    let sizes = if comma { &mut self.comma } else { &mut self.point };
                    sizes.take(reading, value, cell);
                }
            }
            self.leading_zeros += u64::from(found.leading_zero);
            if found.plain {
                let (least, most) = self.digits.unwrap_or((cell.len(), cell.len()));
                self.digits = Some((least.min(cell.len()), most.max(cell.len())));
            }
            // Among numbers, only those of eight digits can also be a day.
            let could_be_day = cell.len() == 8 && found.plain;
            let day = if could_be_day { self.day(cell).map_or(0, |day| day.forms) } else { 0 };
            return Shape::Number {
                point: found.point.map(|reading| reading.group),
                comma: found.comma.map(|reading| reading.group),
                currency: found.currency,
                plain: found.plain,
                day,
            };
        }
        self.day(cell).map_or(Shape::Text, Shape::Day)
    }

    fn day(&mut self, cell: &[u8]) -> Option<Day> {
        let Self { days, last, steps_back, .. } = self;
        day(cell, |form, found| {
            let range = days[form].get_or_insert((found, found));
            *range = (range.0.min(found), range.1.max(found));
            let back = last[form].replace(found).is_some_and(|before| found < before);
            for (pair, steps) in EITHER_WAY.iter().zip(steps_back.iter_mut()) {
                steps.0 += u64::from(back && pair.0 == form);
                steps.1 += u64::from(back && pair.1 == form);
            }
        })
    }

    /// The number of cells whose shape passes.
    pub(super) fn count(&self, passes: impl Fn(&Shape) -> bool) -> u64 {
        self.shapes.iter().filter(|(shape, _)| passes(shape)).map(|(_, count)| count).sum()
    }

    /// The number of cells of eight digits that can be days.
    pub(super) fn eight_digit_days(&self) -> u64 {
        self.count(|shape| matches!(shape, Shape::Number { plain: true, day, .. } if day & (1 << EIGHT_DIGITS) != 0))
    }
}

/// Whether a cell is a known word for a missing value: these are counted wherever they first occur.
fn is_null_word(cell: &[u8]) -> bool {
    NULL_WORDS.iter().any(|word| word.as_bytes() == cell)
}

/// A cell without what nobody sees at its ends.
fn trimmed(cell: &[u8]) -> &[u8] {
    if invisible::has_plain_ends(cell) { cell } else { invisible::trimmed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_cell_at_the_end_is_counted() {
        let mut column = ColumnProfile::default();
        (0..1000).for_each(|n| column.take(format!("{n},5").as_bytes()));
        column.take(b"ca 10");
        assert_eq!(column.count(|shape| matches!(shape, Shape::Number { comma: Some(_), .. })), 1000);
        assert_eq!(column.count(|shape| *shape == Shape::Text), 1);
        assert_eq!(column.odd.get(b"ca 10".as_slice()), Some(&1));
        assert!(column.many);
    }
}
