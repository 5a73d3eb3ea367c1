//! Prepared strftime formats: a few steps through a cell's text or, if every step has a fixed width, one comparison of
//! the whole cell.
//!
//! The codes are stricter than chrono's, which skips spaces and accepts any number of digits, so that `2024115` would
//! be a day in `%Y%m%d`: here a year has four digits, and adjacent numbers have their full width.

use chrono::format::{Fixed, Item, Numeric};

use super::super::parse::{HIGH, SIXES, utc_offset};

/// The parts of a date and time in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) year: Option<u32>,
    /// The last two digits of a year.
    pub(super) year_of_century: Option<u32>,
    pub(super) month: Option<u32>,
    pub(super) day: Option<u32>,
    pub(super) day_of_year: Option<u32>,
    pub(super) hour: Option<u32>,
    /// 1 to 12.
    pub(super) hour_of_half: Option<u32>,
    pub(super) afternoon: Option<bool>,
    pub(super) minute: Option<u32>,
    pub(super) second: Option<u32>,
    pub(super) micros: u32,
    /// Whether the fraction has digits beyond microseconds.
    pub(super) beyond_micros: bool,
    /// Seconds east of UTC.
    pub(super) offset: Option<i64>,
}

/// A numeric part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Year,
    YearOfCentury,
    Month,
    Day,
    DayOfYear,
    Hour,
    HourOfHalf,
    Minute,
    Second,
}

/// One step through the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Exactly these bytes.
    Bytes(Box<[u8]>),
    /// One space or more.
    Spaces,
    /// A number of `least` to `most` digits; with `padded`, spaces may precede it.
    Number { field: Field, least: usize, most: usize, padded: bool },
    /// The fraction of a second; with `point`, a point precedes it, or all of it is absent.
    Fraction { point: bool },
    /// AM or PM, in upper or lower case.
    Half,
    /// Z, +HH, +HHMM or +HH:MM.
    Offset,
}

impl Step {
    fn of(item: &Item<'_>) -> Option<Self> {
        let number = |field, least, most, pad: &chrono::format::Pad| Self::Number {
            field,
            least,
            most,
            padded: *pad == chrono::format::Pad::Space,
        };
        Some(match item {
            Item::Literal(text) => Self::Bytes(text.as_bytes().into()),
            Item::OwnedLiteral(text) => Self::Bytes(text.as_bytes().into()),
            Item::Space(_) | Item::OwnedSpace(_) => Self::Spaces,
            Item::Numeric(Numeric::Year, pad) => number(Field::Year, 4, 4, pad),
            Item::Numeric(Numeric::YearMod100, pad) => number(Field::YearOfCentury, 2, 2, pad),
            Item::Numeric(Numeric::Month, pad) => number(Field::Month, 1, 2, pad),
            Item::Numeric(Numeric::Day, pad) => number(Field::Day, 1, 2, pad),
            Item::Numeric(Numeric::Ordinal, pad) => number(Field::DayOfYear, 1, 3, pad),
            Item::Numeric(Numeric::Hour, pad) => number(Field::Hour, 1, 2, pad),
            Item::Numeric(Numeric::Hour12, pad) => number(Field::HourOfHalf, 1, 2, pad),
            Item::Numeric(Numeric::Minute, pad) => number(Field::Minute, 1, 2, pad),
            Item::Numeric(Numeric::Second, pad) => number(Field::Second, 1, 2, pad),
            Item::Numeric(Numeric::Nanosecond, _) => Self::Fraction { point: false },
            Item::Fixed(Fixed::Nanosecond | Fixed::Nanosecond3 | Fixed::Nanosecond6 | Fixed::Nanosecond9) => {
                Self::Fraction { point: true }
            }
            Item::Fixed(Fixed::LowerAmPm | Fixed::UpperAmPm) => Self::Half,
            Item::Fixed(Fixed::TimezoneOffset | Fixed::TimezoneOffsetColon | Fixed::TimezoneOffsetColonZ) => {
                Self::Offset
            }
            _ => return None,
        })
    }

    fn begins_with_digit(&self) -> bool {
        match self {
            Self::Number { padded, .. } => !padded,
            Self::Fraction { point } => !point,
            Self::Bytes(bytes) => bytes.first().is_some_and(u8::is_ascii_digit),
            _ => false,
        }
    }

    fn ends_with_digit(&self) -> bool {
        match self {
            Self::Number { .. } | Self::Fraction { .. } => true,
            Self::Bytes(bytes) => bytes.last().is_some_and(u8::is_ascii_digit),
            _ => false,
        }
    }
}

/// A format as steps.
#[derive(Clone, Debug)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    /// `None` if the format contains something that only chrono parses, such as names of months.
    pub(super) fn of(items: &[Item<'_>]) -> Option<Self> {
        let mut steps: Vec<Step> = items.iter().map(Step::of).collect::<Option<_>>()?;
        for at in 0..steps.len() {
            let touched = at.checked_sub(1).is_some_and(|before| steps[before].ends_with_digit())
                || steps.get(at + 1).is_some_and(Step::begins_with_digit);
            if let Step::Number { least, most, .. } = &mut steps[at]
                && touched
            {
                *least = *most;
            }
        }
        Some(Self(steps))
    }

    /// The parts of a cell; `None` if it has another form.
    pub(super) fn read(&self, cell: &[u8]) -> Option<Parts> {
        let mut parts = Parts::default();
        let mut rest = cell;
        for step in &self.0 {
            rest = match step {
                Step::Bytes(bytes) => rest.strip_prefix(&**bytes)?,
                Step::Spaces => without_spaces(rest.strip_prefix(b" ")?),
                Step::Number { field, least, most, padded } => {
                    let text = if *padded { without_spaces(rest) } else { rest };
                    let (value, after) = number(text, *most);
                    if text.len() - after.len() < *least {
                        return None;
                    }
                    parts.set(*field, value)?;
                    after
                }
                Step::Fraction { point: true } => match rest.strip_prefix(b".") {
                    Some(after) => parts.fraction(after)?,
                    None => rest,
                },
                Step::Fraction { point: false } => parts.fraction(rest)?,
                Step::Half => {
                    let (half, after) = rest.split_at_checked(2)?;
                    let afternoon = half.eq_ignore_ascii_case(b"pm");
                    if !afternoon && !half.eq_ignore_ascii_case(b"am") {
                        return None;
                    }
                    parts.afternoon = Some(afternoon);
                    after
                }
                Step::Offset => {
                    let of_offset = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b':' | b'Z');
                    let (offset, after) = rest.split_at(rest.iter().take_while(|b| of_offset(b)).count());
                    parts.offset = Some(utc_offset(offset)?);
                    after
                }
            };
        }
        rest.is_empty().then_some(parts)
    }

    /// The format as a template, if all of its parts have a fixed width.
    pub(super) fn template(&self) -> Option<Template> {
        Template::of(&self.0)
    }
}

fn without_spaces(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|b| **b == b' ').count()..]
}

/// The number in up to `most` digits, and the rest of the text.
fn number(text: &[u8], most: usize) -> (u32, &[u8]) {
    let digits = text.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    let value = text[..digits].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    (value, &text[digits..])
}

impl Parts {
    /// Sets a part; `None` if it contradicts an earlier value.
    fn set(&mut self, field: Field, value: u32) -> Option<()> {
        let part = match field {
            Field::Year => &mut self.year,
            Field::YearOfCentury => &mut self.year_of_century,
            Field::Month => &mut self.month,
            Field::Day => &mut self.day,
            Field::DayOfYear => &mut self.day_of_year,
            Field::Hour => &mut self.hour,
            Field::HourOfHalf => &mut self.hour_of_half,
            Field::Minute => &mut self.minute,
            Field::Second => &mut self.second,
        };
        (*part.get_or_insert(value) == value).then_some(())
    }

    /// Sets the fraction of a second. Returns the rest of the text.
    fn fraction<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let (fraction, beyond) = text[..digits].split_at(digits.min(6));
        self.beyond_micros = beyond.iter().any(|b| *b != b'0');
        let zeros = std::iter::repeat_n(&b'0', 6 - fraction.len());
        self.micros = fraction.iter().chain(zeros).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Some(&text[digits..])
    }
}

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
    fn of(steps: &[Step]) -> Option<Self> {
        let (mut form, mut exact) = ([0_u8; WIDTH], [0_u8; WIDTH]);
        let mut places = [NOWHERE; 7];
        let mut width = 0;
        for step in steps {
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
                Step::Fraction { .. } | Step::Half | Step::Offset => return None,
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
        let year = if self.places[0] == NOWHERE { full_year(year) } else { century * 100 + year };
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

/// The year for its last two digits: 00 to 69 mean 2000 to 2069, 70 to 99 mean 1970 to 1999.
pub(super) fn full_year(of_century: u32) -> u32 {
    of_century + if of_century < 70 { 2000 } else { 1900 }
}
