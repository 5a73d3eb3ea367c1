//! Prepared strftime formats: a few steps through a cell's text or, if every step has a fixed width, one comparison of
//! the whole cell.
//!
//! The codes are stricter than chrono's, which skips spaces and accepts any number of digits, so that `2024115` would
//! be a day in `%Y%m%d`: here a year has four digits, and adjacent numbers have their full width.

use chrono::format::{Fixed, Item, Numeric};
use chrono_tz::Tz;

use super::super::moment::{micros, suffix, utc_offset};
use super::super::parse::after_spaces;
use super::names::Names;

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
    /// From 0 for Monday.
    pub(super) weekday: Option<u32>,
    /// Seconds east of UTC.
    pub(super) offset: Option<i64>,
    /// A zone in brackets.
    pub(super) zone: Option<Tz>,
}

/// A numeric part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
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
pub(super) enum Step {
    /// Exactly these bytes.
    Bytes(Box<[u8]>),
    /// One space or more, of any kind.
    Spaces,
    /// A number of `least` to `most` digits; with `padded`, spaces may precede it.
    Number { field: Field, least: usize, most: usize, padded: bool },
    /// The fraction of a second; with `point`, a point precedes it, or all of it is absent.
    Fraction { point: bool },
    /// AM or PM, in upper or lower case, with points or without.
    Half,
    /// Z, +HH, +HHMM or +HH:MM.
    Offset,
    /// The rest of the text as an offset, in every form, with a zone in brackets or without.
    Suffix,
    /// The name of a month; a point behind it belongs to it with `point`.
    Month { point: bool },
    /// The name of a weekday, likewise.
    Weekday { point: bool },
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
            Item::Fixed(Fixed::ShortMonthName | Fixed::LongMonthName) => Self::Month { point: true },
            Item::Fixed(Fixed::ShortWeekdayName | Fixed::LongWeekdayName) => Self::Weekday { point: true },
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
pub(super) struct Steps(pub(super) Vec<Step>);

impl Steps {
    /// `None` if the format contains something that only chrono parses, such as weeks.
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
            let dotted = matches!(steps.get(at + 1), Some(Step::Bytes(bytes)) if bytes.starts_with(b"."));
            if let Step::Month { point } | Step::Weekday { point } = &mut steps[at] {
                *point = !dotted;
            }
        }
        if let Some(last @ Step::Offset) = steps.last_mut() {
            *last = Step::Suffix;
        }
        Some(Self(steps))
    }

    /// Whether the steps are those of a format with years of two digits and no others.
    pub(super) fn has_short_years(&self) -> bool {
        let has = |wanted| self.0.iter().any(|step| matches!(step, Step::Number { field, .. } if *field == wanted));
        has(Field::YearOfCentury) && !has(Field::Year)
    }

    /// The parts of a cell; `None` if it has another form.
    pub(super) fn read(&self, cell: &[u8], names: &Names) -> Option<Parts> {
        let mut parts = Parts::default();
        let mut rest = cell;
        for step in &self.0 {
            rest = match step {
                Step::Bytes(bytes) => rest.strip_prefix(&**bytes)?,
                Step::Spaces => match after_spaces(rest) {
                    after if after.len() < rest.len() => after,
                    _ => return None,
                },
                Step::Number { field, least, most, padded } => {
                    let text = if *padded { after_spaces(rest) } else { rest };
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
                    let (afternoon, after) = half_of_day(rest)?;
                    parts.afternoon = Some(afternoon);
                    after
                }
                Step::Offset => {
                    let of_offset = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b':' | b'Z');
                    let (offset, after) = rest.split_at(rest.iter().take_while(|b| of_offset(b)).count());
                    parts.offset = Some(utc_offset(offset)?);
                    after
                }
                Step::Suffix => {
                    (parts.offset, parts.zone) = match utc_offset(rest) {
                        Some(offset) => (Some(offset), None),
                        None => suffix(rest)?,
                    };
                    b""
                }
                Step::Month { point } => {
                    let (month, after) = names.month(rest)?;
                    parts.set(Field::Month, month)?;
                    after_point(after, *point)
                }
                Step::Weekday { point } => {
                    let (weekday, after) = names.weekday(rest)?;
                    parts.weekday = Some(weekday);
                    after_point(after, *point)
                }
            };
        }
        rest.is_empty().then_some(parts)
    }
}

/// Whether AM or PM, also as `p.m.` and `p. m.`, and the rest of the text.
fn half_of_day(text: &[u8]) -> Option<(bool, &[u8])> {
    let (half, after) = match text {
        [half, b'm' | b'M', after @ ..] => (half, after),
        [half, b'.', rest @ ..] => match after_spaces(rest) {
            [b'm' | b'M', b'.', after @ ..] => (half, after),
            _ => return None,
        },
        _ => return None,
    };
    match half.to_ascii_lowercase() {
        b'a' => Some((false, after)),
        b'p' => Some((true, after)),
        _ => None,
    }
}

/// A text without the point of an abbreviation at its start.
fn after_point(text: &[u8], has_point: bool) -> &[u8] {
    if has_point { text.strip_prefix(b".").unwrap_or(text) } else { text }
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
        (self.micros, self.beyond_micros) = micros(&text[..digits])?;
        Some(&text[digits..])
    }
}
