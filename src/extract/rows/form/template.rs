//! Formats in which every cell has the same width: one comparison of the whole cell finds its numbers.

use super::super::parse::{HIGH, SIXES};
use super::steps::{Field, Step, Steps};

const WORDS: usize = 3;
/// The longest cell that a template reads, in bytes.
const WIDTH: usize = WORDS * 8;
/// Position of a part that the format does not have: a zero.
const NOWHERE: u8 = WIDTH as u8;

/// A format in which every cell has the same width: its literals and the positions of its numbers.
#[derive(Clone, Debug)]
pub(super) struct Template {
    width: usize,
    /// The bytes to compare with: literals, and zeros in place of digits.
    form: [u64; WORDS],
    /// Which bytes are literals.
    exact: [u64; WORDS],
    /// Which bytes belong to the cell.
    within: [u64; WORDS],
    /// Positions of: century, year, month, day, hour, minute, second.
    places: [u8; 7],
}

impl Template {
    /// The format as a template, if all of its parts have a fixed width.
    pub(super) fn of(steps: &Steps) -> Option<Self> {
        let (mut form, mut exact) = ([0_u8; WIDTH], [0_u8; WIDTH]);
        let mut places = [NOWHERE; 7];
        let mut width = 0;
        for step in &steps.0 {
            let literal: &[u8] = match step {
                Step::Bytes(bytes) => bytes,
                Step::Spaces => b" ",
                Step::Number { field, .. } => {
                    let (first, digits) = match field {
                        Field::Year => (0, 4),
                        Field::YearOfCentury => (1, 2),
                        Field::Month => (2, 2),
                        Field::Day => (3, 2),
                        Field::Hour => (4, 2),
                        Field::Minute => (5, 2),
                        Field::Second => (6, 2),
                        Field::DayOfYear | Field::HourOfHalf => return None,
                    };
                    form.get_mut(width..width + digits)?.fill(b'0');
                    for (place, at) in places[first..].iter_mut().zip((width..width + digits).step_by(2)) {
                        if *place != NOWHERE {
                            return None;
                        }
                        *place = u8::try_from(at).ok()?;
                    }
                    width += digits;
                    continue;
                }
                Step::Fraction { .. }
                | Step::Half
                | Step::Offset
                | Step::Suffix
                | Step::Month { .. }
                | Step::Weekday { .. } => return None,
            };
            form.get_mut(width..width + literal.len())?.copy_from_slice(literal);
            exact[width..width + literal.len()].fill(0xFF);
            width += literal.len();
        }
        let mut within = [0; WIDTH];
        within[..width].fill(0xFF);
        let whole = places[1] != NOWHERE && places[2] != NOWHERE && places[3] != NOWHERE;
        whole.then(|| Self { width, form: words(&form), exact: words(&exact), within: words(&within), places })
    }

    /// Whether its years have two digits.
    pub(super) fn has_short_years(&self) -> bool {
        self.places[0] == NOWHERE
    }

    /// The year, month, day and second of the day in the cell `text[start..end]`. `None` means only that the cell does
    /// not match. Months and days are not checked beyond two digits; the time is valid.
    #[inline(always)]
    pub(super) fn read(&self, text: &[u8], start: usize, end: usize) -> Option<([u32; 3], u32)> {
        if end.wrapping_sub(start) != self.width {
            return None;
        }
        let mut bytes = [b'0'; WIDTH + 2];
        match text.get(start..).and_then(|rest| rest.first_chunk::<WIDTH>()) {
            Some(cell) => bytes[..WIDTH].copy_from_slice(cell),
            None => bytes[..self.width].copy_from_slice(text.get(start..end)?),
        }
        let mut wrong = 0;
        for (at, (form, (exact, within))) in self.form.iter().zip(self.exact.iter().zip(&self.within)).enumerate() {
            let word = bytes[at * 8..].first_chunk::<8>().map_or(0, |word| u64::from_le_bytes(*word));
            let cell = (word ^ form) & within;
            wrong |= ((cell | cell.wrapping_add(SIXES)) & HIGH) | (cell & exact);
        }
        if wrong != 0 {
            return None;
        }
        let two = |place: u8| {
            let at = usize::from(place).min(WIDTH);
            u32::from(bytes[at] & 15) * 10 + u32::from(bytes[at + 1] & 15)
        };
        let [century, year, month, day, hour, minute, second] = self.places.map(two);
        // A format without a century has a zero there.
        let year = century * 100 + year;
        let is_time = hour < 24 && minute < 60 && second < 60;
        is_time.then_some(([year, month, day], hour * 3600 + minute * 60 + second))
    }
}

fn words(bytes: &[u8; WIDTH]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
    }
    words
}
