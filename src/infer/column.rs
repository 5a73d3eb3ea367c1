//! What all cells of one column can be: every form still possible is kept with the number of cells it fits.

use chrono::NaiveDate;
use hashbrown::HashMap;

use super::day::{DAY_FORMS, Day, EIGHT_DIGITS, EITHER_WAY, day};
use super::number::{Reading, number};
use super::personal::Suspicion;

/// Columns with more different values than this are not told value by value.
pub(super) const MOST_WORDS: usize = 50;
/// Odd cells that are remembered word by word.
const MOST_ODD: usize = 100;
/// Longer cells are no words for a missing value.
const LONGEST_ODD: usize = 24;
/// Shapes of cells that are told apart.
const MOST_SHAPES: usize = 64;

/// What one cell can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number, in one way at least; `day` where eight digits are a day as well.
    Number {
        /// Sign between groups with a decimal point; `None` where it is no such number.
        point: Option<u8>,
        /// Sign between groups with a decimal comma; `None` where it is no such number.
        comma: Option<u8>,
        /// Number of the currency sign.
        currency: u8,
        /// Digits alone.
        plain: bool,
        /// The forms of a day that fit.
        day: u32,
    },
    /// A day, perhaps with a time.
    Day(Day),
    /// Neither.
    Text,
}

/// Sizes of numbers read with one decimal sign.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    pub(super) whole: u8,
    pub(super) fraction: u8,
    pub(super) least: Option<(f64, String)>,
    pub(super) greatest: Option<(f64, String)>,
}

impl Sizes {
    fn take(&mut self, reading: Reading, value: f64, cell: &[u8]) {
        self.whole = self.whole.max(reading.whole);
        self.fraction = self.fraction.max(reading.fraction);
        let text = || String::from_utf8_lossy(cell).into_owned();
        if self.least.as_ref().is_none_or(|(least, _)| value < *least) {
            self.least = Some((value, text()));
        }
        if self.greatest.as_ref().is_none_or(|(greatest, _)| value > *greatest) {
            self.greatest = Some((value, text()));
        }
    }
}

/// All that is kept of a column. Its size does not grow with the number of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Cells that hold something.
    pub(super) filled: u64,
    /// Cells that hold nothing, or spaces alone.
    pub(super) empty: u64,
    /// Cells with spaces around them.
    pub(super) padded: u64,
    /// Cells by what they can be.
    pub(super) shapes: Vec<(Shape, u64)>,
    /// Numbers with a decimal point.
    pub(super) point: Sizes,
    /// Numbers with a decimal comma.
    pub(super) comma: Sizes,
    /// Cells of digits with a zero before them.
    pub(super) leading_zeros: u64,
    /// Least and greatest number of digits of cells that are digits alone.
    pub(super) digits: Option<(usize, usize)>,
    /// First and last day in each form.
    pub(super) days: [Option<(NaiveDate, NaiveDate)>; DAY_FORMS.len()],
    /// For each pair of [`EITHER_WAY`], how often the days go back when read the one way and the other.
    pub(super) steps_back: [(u64, u64); EITHER_WAY.len()],
    pub(super) last: [Option<NaiveDate>; DAY_FORMS.len()],
    /// The values, as long as they are few.
    pub(super) words: HashMap<Vec<u8>, u64>,
    /// There were more values than are kept.
    pub(super) many: bool,
    /// Short cells that are neither number nor day.
    pub(super) odd: HashMap<Vec<u8>, u64>,
    /// Bytes of the longest cell.
    pub(super) longest: usize,
    /// Signs of personal data.
    pub(super) suspicion: Suspicion,
}

impl Column {
    /// Takes a cell as UTF-8.
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
        let shape = self.shape(trimmed);
        if shape == Shape::Text && trimmed.len() <= LONGEST_ODD {
            if let Some(count) = self.odd.get_mut(trimmed) {
                *count += 1;
            } else if self.odd.len() < MOST_ODD {
                self.odd.insert(trimmed.to_vec(), 1);
            }
        }
        self.suspicion.take(trimmed);
        if let Some(at) = self.shapes.iter().position(|(known, _)| *known == shape) {
            self.shapes[at].1 += 1;
            // Cells come alike: the commonest shapes are found first.
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
        // No number and no day is without a digit, nor longer than this.
        if cell.len() > 60 || !cell.iter().any(u8::is_ascii_digit) {
            return Shape::Text;
        }
        // The commonest form of a day is looked for first.
        if cell.len() >= 10
            && cell[4] == b'-'
            && let Some(day) = self.day(cell)
        {
            return Shape::Day(day);
        }
        if let Some(found) = number(cell) {
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
            // Of the numbers only eight digits can be a day as well.
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

    /// Whether all cells of eight digits may be days.
    pub(super) fn eight_digit_days(&self) -> u64 {
        self.count(|shape| matches!(shape, Shape::Number { plain: true, day, .. } if day & (1 << EIGHT_DIGITS) != 0))
    }
}

/// A cell without the ASCII spaces around it.
pub(super) fn trimmed(mut cell: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = cell {
        cell = rest;
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_cell_at_the_end_is_counted() {
        let mut column = Column::default();
        (0..1000).for_each(|n| column.take(format!("{n},5").as_bytes()));
        column.take(b"ca 10");
        assert_eq!(column.count(|shape| matches!(shape, Shape::Number { comma: Some(_), .. })), 1000);
        assert_eq!(column.count(|shape| *shape == Shape::Text), 1);
        assert_eq!(column.odd.get(b"ca 10".as_slice()), Some(&1));
        assert!(column.many);
    }
}
