//! Dates and timestamps in the forms that a column declares; the first format that fits is used.
//!
//! A date is in the years 1900 to 2100, as everywhere. A time of day goes from 00:00 to 24:00:00, the next midnight, and
//! is midnight if the format has none. An offset in the text determines the instant, otherwise the column's zone does. A
//! null word is compared as a text and as the time that it means, in any year.

use std::sync::Arc;

use chrono::NaiveDate;

use super::super::{
    moment::{MICROS, Miss, Moment, iso, looks_like_count},
    notes::Note,
    parse::{CellParser, DateCell, TimestampCell, day_bound, instant_bound, whole_day},
};
use super::choice;
use super::format::{Format, Means};
use crate::config::Fractions;
use crate::local_time::LocalTime;
use crate::source::ValueForm;

/// The formats of a column, in their order.
#[derive(Clone, Debug)]
struct Formats {
    formats: Vec<Format>,
    /// Whether ISO 8601 is accepted too.
    plain: bool,
    shown: String,
    means: Means,
    /// Whether values are days: a time of day in a named form is then not ignored, as in a strftime format, which shows that
    /// it is expected.
    of_days: bool,
}

impl Formats {
    /// Without formats, the plain form is the only one.
    fn new(written: &[String], means: &Means, plain: bool, of_days: bool) -> Self {
        let formats: Vec<Format> = written.iter().filter_map(|format| Format::new(format)).collect();
        Self { plain: plain || formats.is_empty(), formats, shown: choice(written), means: means.clone(), of_days }
    }

    /// The result of the first format that fits.
    fn read(&self, cell: &[u8]) -> Result<Moment, Miss> {
        let mut nearest = Miss::Form;
        for format in &self.formats {
            match format.read(cell, &self.means).and_then(Moment::in_years) {
                Ok(moment) if self.of_days && format.is_named() => return whole_day(moment).map(|_| moment),
                Ok(moment) => return Ok(moment),
                Err(Miss::Form) => {}
                Err(miss) => nearest = miss,
            }
        }
        Err(nearest)
    }

    /// The moment that a cell means in any form and any year.
    fn in_any_year(&self, cell: &[u8]) -> Option<Moment> {
        let formed = self.formats.iter().find_map(|format| format.read(cell, &self.means).ok());
        formed.or_else(|| if self.plain { iso(cell, false).ok() } else { None })
    }

    /// Whether a cell that cannot be read is a time outside the years allowed.
    fn is_beyond(&self, cell: &[u8]) -> bool {
        let plain = || iso(cell, false).and_then(Moment::in_years);
        self.read(cell) == Err(Miss::Years) || (self.plain && plain() == Err(Miss::Years))
    }

    /// The moment that a null word means: people may write it in the plain form.
    fn of_word(&self, word: &str) -> Option<Moment> {
        let word = super::super::parse::trim(word.as_bytes());
        self.in_any_year(word).or_else(|| iso(word, false).ok())
    }

    /// A cell in a declared form or, if that is accepted, in the plain form.
    fn read_either<V: PartialEq>(
        &self,
        cell: &[u8],
        what: &str,
        formed: Result<(V, Option<Note>), Miss>,
        plain: impl FnOnce() -> Result<(V, Option<Note>), String>,
    ) -> Result<(V, Option<Note>), String> {
        if self.formats.is_empty() {
            return plain();
        }
        let plain = if self.plain { plain().ok() } else { None };
        match (formed, plain) {
            (Ok((formed, _)), Some((plain, _))) if formed != plain => {
                Err(format!("is ambiguous: a {what} by {}, or a different one by ISO 8601?", self.shown))
            }
            (Ok(found), _) | (Err(_), Some(found)) => Ok(found),
            (Err(miss), None) => Err(miss.reason(|| {
                let hint = looks_like_count(cell, what == "date").map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("is not a {what} ({}){hint}", self.shown)
            })),
        }
    }
}

const ZERO_DAY: &[u8] = b"0000-00-00";

/// Whether a null word is the day that MySQL writes where there is none.
fn has_zero(form: &ValueForm) -> bool {
    form.null_words.iter().any(|word| is_zero(word.trim().as_bytes()))
}

/// Whether a cell is that day, alone or with a time of zeros.
fn is_zero(cell: &[u8]) -> bool {
    let time = cell.strip_prefix(ZERO_DAY);
    time.is_some_and(|time| time.iter().all(|byte| matches!(byte, b'0' | b':' | b'.' | b' ' | b'T' | b'Z')))
}

/// `date` in declared forms. A time of day in the text of a strftime format is ignored.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedDate {
    formats: Formats,
    /// The days of null words.
    nulls: Vec<i32>,
    /// Whether one of them lies in the years allowed, so that a cell could have its value.
    shadowing: bool,
    /// Whether one of them is the day 0000-00-00 of MySQL.
    zero_is_null: bool,
}

impl FormedDate {
    /// `None` if the column declares nothing that changes how its cells are read.
    pub(in crate::extract::rows) fn new(form: &ValueForm, means: &Means, plain: bool) -> Option<Self> {
        if form.date_formats.is_empty() && form.null_words.is_empty() {
            return None;
        }
        let formats = Formats::new(&form.date_formats, means, plain, true);
        let words = form.null_words.iter().filter_map(|word| formats.of_word(word));
        let words: Vec<Moment> = words.filter(|word| word.is_whole_day()).collect();
        let shadowing = words.iter().any(|word| word.in_years().is_ok());
        let nulls = words.iter().map(|word| word.day).collect();
        Some(Self { formats, nulls, shadowing, zero_is_null: has_zero(form) })
    }

    fn read(&self, cell: &[u8]) -> Result<(i32, Option<Note>), Miss> {
        self.formats.read(cell).map(|moment| (moment.day, moment.note))
    }
}

impl CellParser for FormedDate {
    type Value = i32;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i32> {
        let Some(first) = self.formats.formats.first() else {
            return DateCell.fast(text, start, end).filter(|day| !self.nulls.contains(day));
        };
        if self.formats.plain {
            return None;
        }
        let day = match first.read_template(text, start, end, &self.formats.means) {
            Some((day, _)) => day,
            None => self.read(&text[start..end]).ok().filter(|(_, note)| note.is_none())?.0,
        };
        (!self.nulls.contains(&day)).then_some(day)
    }

    fn slow(&self, cell: &[u8]) -> Result<i32, String> {
        self.slow_noted(cell).map(|(day, _)| day)
    }

    fn slow_noted(&self, cell: &[u8]) -> Result<(i32, Option<Note>), String> {
        self.formats.read_either(cell, "date", self.read(cell), || DateCell.slow(cell).map(|day| (day, None)))
    }

    fn is_null(&self, cell: &[u8]) -> bool {
        self.shadowing && self.is_far_null(cell)
    }

    fn is_far_null(&self, cell: &[u8]) -> bool {
        let is_known = |moment: Moment| whole_day(moment).is_ok_and(|day| self.nulls.contains(&day));
        (self.zero_is_null && is_zero(cell))
            || (!self.nulls.is_empty() && self.formats.in_any_year(cell).is_some_and(is_known))
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        self.formats.is_beyond(cell)
    }

    fn bound(&self, day: NaiveDate, _is_last: bool) -> Option<i32> {
        Some(day_bound(day))
    }
}

/// `timestamp` in declared forms.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct FormedTimestamp {
    formats: Formats,
    zone: Arc<LocalTime>,
    /// What clocks show at the times of null words, and their instants.
    nulls: Vec<(i64, i64)>,
    /// Whether one of them lies in the years allowed, so that a cell could have its value.
    shadowing: bool,
    /// Whether a null word is the day 0000-00-00 of MySQL.
    zero_is_null: bool,
    fractions: Fractions,
}

impl FormedTimestamp {
    /// `None` if the column declares nothing that changes how its cells are read.
    pub(in crate::extract::rows) fn new(
        form: &ValueForm,
        means: &Means,
        zone: &Arc<LocalTime>,
        plain: bool,
    ) -> Option<Self> {
        let is_plain = form.timestamp_formats.is_empty() && form.fractions == Fractions::Truncate;
        if is_plain && form.null_words.is_empty() {
            return None;
        }
        let formats = Formats::new(&form.timestamp_formats, means, plain, false);
        let words: Vec<Moment> = form.null_words.iter().filter_map(|word| formats.of_word(word)).collect();
        let nulls = words.iter().map(|word| (word.wall(), word.instant(zone))).collect();
        let shadowing = words.iter().any(|word| word.in_years().is_ok());
        let (zero_is_null, fractions) = (has_zero(form), form.fractions);
        Some(Self { formats, zone: Arc::clone(zone), nulls, shadowing, zero_is_null, fractions })
    }

    fn read(&self, cell: &[u8]) -> Result<(i64, Option<Note>), Miss> {
        let moment = self.formats.read(cell)?;
        match self.fractions {
            Fractions::Reject if moment.is_cut => Err(Miss::Digits),
            _ => Ok((moment.instant(&self.zone), moment.noted())),
        }
    }

    fn read_plain(&self, cell: &[u8]) -> Result<(i64, Option<Note>), String> {
        match (TimestampCell { zone: &self.zone }).slow_noted(cell) {
            Ok((_, Some(Note::FractionCut))) if self.fractions == Fractions::Reject => {
                Err(Miss::Digits.reason(String::new))
            }
            found => found,
        }
    }

    /// Whether a null word means this instant: then the fast path must not take it for a value.
    #[inline]
    fn may_be_null(&self, instant: i64) -> bool {
        self.shadowing && self.nulls.iter().any(|(_, null)| *null == instant)
    }
}

impl CellParser for FormedTimestamp {
    type Value = i64;

    #[inline(always)]
    fn fast(&self, text: &[u8], start: usize, end: usize) -> Option<i64> {
        let Some(first) = self.formats.formats.first() else {
            let plain = TimestampCell { zone: &self.zone };
            return plain.fast(text, start, end).filter(|instant| !self.may_be_null(*instant));
        };
        // A cell with an offset may show the time of a null word and be another instant.
        if self.formats.plain {
            return None;
        }
        match first.read_template(text, start, end, &self.formats.means) {
            Some((day, second)) => {
                Some(self.zone.to_utc(day, second) * MICROS).filter(|instant| !self.may_be_null(*instant))
            }
            None if self.shadowing => None,
            None => self.read(&text[start..end]).ok().filter(|(_, note)| note.is_none()).map(|(instant, _)| instant),
        }
    }

    fn slow(&self, cell: &[u8]) -> Result<i64, String> {
        self.slow_noted(cell).map(|(instant, _)| instant)
    }

    fn slow_noted(&self, cell: &[u8]) -> Result<(i64, Option<Note>), String> {
        self.formats.read_either(cell, "timestamp", self.read(cell), || self.read_plain(cell))
    }

    fn is_null(&self, cell: &[u8]) -> bool {
        self.shadowing && self.is_far_null(cell)
    }

    fn is_far_null(&self, cell: &[u8]) -> bool {
        let is_known = |moment: Moment| {
            let (wall, instant) = (moment.wall(), moment.instant(&self.zone));
            self.nulls.iter().any(|(shown, null)| *shown == wall || *null == instant)
        };
        (self.zero_is_null && is_zero(cell))
            || (!self.nulls.is_empty() && self.formats.in_any_year(cell).is_some_and(is_known))
    }

    fn is_beyond(&self, cell: &[u8]) -> bool {
        self.formats.is_beyond(cell)
    }

    fn bound(&self, day: NaiveDate, is_last: bool) -> Option<i64> {
        Some(instant_bound(day, is_last, &self.zone))
    }
}
