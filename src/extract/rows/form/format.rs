//! One prepared format of a date or timestamp: by steps, by chrono, or by its name.

use std::{fmt::Write, sync::Arc};

use chrono::{
    DateTime, FixedOffset, NaiveDateTime, NaiveTime,
    format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse},
};

use super::super::moment::{Clock, Entry, Miss, Moment, TimeOfDay, day_in_years, day_of};
use super::century::Century;
use super::names::Names;
use super::steps::{Parts, Steps};
use super::template::Template;
use crate::config::MonthLanguage;

const DAY_SECONDS: i64 = 86_400;

/// What cells are read with besides their formats.
#[derive(Clone, Debug)]
pub(in crate::extract::rows) struct Means {
    pub(in crate::extract::rows) century: Century,
    names: Arc<Names>,
    /// Whether the fraction of a count may follow a comma.
    comma: bool,
}

impl Means {
    pub(in crate::extract::rows) fn new(century: Century, months: &[MonthLanguage], decimal_sign: char) -> Self {
        Self { century, names: Arc::new(Names::of(months)), comma: decimal_sign == ',' }
    }
}

/// How a format is parsed.
#[derive(Clone, Debug)]
enum Way {
    Steps(Steps),
    Chrono(Vec<Item<'static>>),
    Entry(Entry),
}

/// A prepared format.
#[derive(Clone, Debug)]
pub(super) struct Format {
    template: Option<Template>,
    way: Way,
}

impl Format {
    /// `None` for an invalid format; those are reported when the pipeline is loaded.
    pub(super) fn new(written: &str) -> Option<Self> {
        match Entry::of(written) {
            Some(entry) => Some(Self { template: None, way: Way::Entry(entry) }),
            None => StrftimeItems::new(written).parse_to_owned().ok().map(Self::of),
        }
    }

    fn of(items: Vec<Item<'static>>) -> Self {
        match Steps::of(&items) {
            Some(steps) => Self { template: Template::of(&steps), way: Way::Steps(steps) },
            None => Self { template: None, way: Way::Chrono(items) },
        }
    }

    /// Whether it is a named form.
    pub(super) fn is_named(&self) -> bool {
        matches!(self.way, Way::Entry(_))
    }

    /// The moment in a cell, in any year.
    pub(super) fn read(&self, cell: &[u8], means: &Means) -> Result<Moment, Miss> {
        match &self.way {
            Way::Steps(steps) => of_parts(&steps.read(cell, &means.names).ok_or(Miss::Form)?, means.century),
            Way::Entry(entry) => entry.read(cell, means.comma),
            Way::Chrono(items) => {
                let text = std::str::from_utf8(cell).map_err(|_| Miss::Form)?;
                let mut parsed = Parsed::new();
                parse(&mut parsed, text, items.iter()).map_err(|_| Miss::Form)?;
                of_parsed(&parsed, means.century)
            }
        }
    }

    /// The day and second of the day of a cell that matches the template.
    #[inline(always)]
    pub(super) fn read_template(&self, text: &[u8], start: usize, end: usize, means: &Means) -> Option<(i32, i64)> {
        let template = self.template.as_ref()?;
        let ([year, month, day], second) = template.read(text, start, end)?;
        let day = match template.has_short_years() {
            false => day_in_years(year, month, day)?,
            true => match means.century.calendar_day(year, month, day) {
                Ok((day, None)) => day,
                _ => return None,
            },
        };
        Some((day, i64::from(second)))
    }
}

fn of_parts(parts: &Parts, century: Century) -> Result<Moment, Miss> {
    let hour = match (parts.hour, parts.hour_of_half, parts.afternoon) {
        (None, None, None) => 0,
        (Some(hour), None, None) => hour,
        (Some(hour), None, Some(afternoon)) if (hour >= 12) == afternoon => hour,
        (None, Some(hour @ 1..=12), Some(afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
        _ => return Err(Miss::Form),
    };
    let day_of_year = |year: u32| match (parts.month, parts.day, parts.day_of_year) {
        (Some(month), Some(day), None) => day_of(year, month, day),
        (None, None, Some(of_year)) => {
            let (first, last) = (day_of(year, 1, 1)?, day_of(year, 12, 31)?);
            let day = first + i32::try_from(of_year).map_err(|_| Miss::Form)? - 1;
            if (first..=last).contains(&day) { Ok(day) } else { Err(Miss::Form) }
        }
        _ => Err(Miss::Form),
    };
    let (day, note) = match (parts.year, parts.year_of_century) {
        (Some(year), None) => (day_of_year(year)?, None),
        (Some(year), Some(of_century)) if year % 100 == of_century => (day_of_year(year)?, None),
        (None, Some(of_century)) => century.day(of_century, day_of_year)?,
        _ => return Err(Miss::Form),
    };
    // 1970-01-01 was a Thursday.
    if parts.weekday.is_some_and(|weekday| i64::from(weekday) != (i64::from(day) + 3).rem_euclid(7)) {
        return Err(Miss::Form);
    }
    let time = TimeOfDay {
        hour,
        minute: parts.minute.unwrap_or(0),
        second: parts.second.unwrap_or(0),
        micros: parts.micros,
        is_cut: parts.beyond_micros,
    };
    Moment { note, ..Moment::new(day, time)? }.by(parts.offset, parts.zone)
}

/// The result of chrono, for formats that only chrono parses.
fn of_parsed(parsed: &Parsed, century: Century) -> Result<Moment, Miss> {
    type Set = fn(&mut Parsed, i64) -> chrono::ParseResult<()>;
    let in_year = |year: u32, set: Set| {
        let mut parsed = parsed.clone();
        set(&mut parsed, i64::from(year)).map_err(|_| Miss::Form)?;
        local(&parsed)
    };
    let short = |year: Option<i32>, of_century: Option<i32>, century: Option<i32>| {
        let of_century = of_century.filter(|_| year.is_none() && century.is_none() && parsed.timestamp().is_none());
        of_century.and_then(|of_century| u32::try_from(of_century).ok())
    };
    let of_year = short(parsed.year(), parsed.year_mod_100(), parsed.year_div_100());
    let of_iso_year = short(parsed.isoyear(), parsed.isoyear_mod_100(), parsed.isoyear_div_100());
    let (of_century, set): (u32, Set) = match (of_year, of_iso_year) {
        (Some(of_century), _) => (of_century, Parsed::set_year),
        (None, Some(of_century)) => (of_century, Parsed::set_isoyear),
        (None, None) => {
            let (local, offset) = local(parsed)?;
            return Moment::of_chrono(local, offset);
        }
    };
    let mut chosen = Err(Miss::Form);
    let (day, note) = century.day(of_century, |year| Ok(in_year(year, set)?.0.date().to_epoch_days()))?;
    for year in [1800, 1900, 2000, 2100].map(|century| century + of_century) {
        let found = in_year(year, set).ok().filter(|(local, _)| local.date().to_epoch_days() == day);
        chosen = found.map_or(chosen, Ok);
    }
    let (local, offset) = chosen?;
    Ok(Moment { note, ..Moment::of_chrono(local, offset)? })
}

/// Local time and offset.
fn local(parsed: &Parsed) -> Result<(NaiveDateTime, Option<i64>), Miss> {
    if parsed.offset().is_some() || parsed.timestamp().is_some() {
        let instant = parsed.to_datetime().map_err(|_| Miss::Form)?;
        return Ok((instant.naive_local(), Some(i64::from(instant.offset().local_minus_utc()))));
    }
    let day = parsed.to_naive_date().map_err(|_| Miss::Form)?;
    let has_time = parsed.hour_mod_12().is_some() || parsed.hour_div_12().is_some() || parsed.minute().is_some();
    let time = if has_time { parsed.to_naive_time().map_err(|_| Miss::Form)? } else { NaiveTime::MIN };
    Ok((day.and_time(time), None))
}

/// What a format needs beside itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormatNeeds {
    /// A rule for the century of its years of two digits.
    pub century: bool,
    /// A column with a time of day: it is an instant.
    pub instant: bool,
}

/// Checks that a format can parse dates: it must be valid strftime and contain a complete date, or name an entry.
///
/// # Errors
/// What is wrong with it, as text that follows the format, and what to do.
pub fn check_moment_format(written: &str) -> Result<FormatNeeds, (&'static str, &'static str)> {
    const LETTERS: &str = "use strftime codes, such as %d.%m.%Y or %Y-%m-%d %H:%M:%S, or iso_8601, epoch_seconds, \
                           epoch_milliseconds, epoch_microseconds, epoch_nanoseconds, excel_1900 or excel_1904";
    const WHOLE: &str = "it needs year, month and day, such as %d.%m.%Y, and %p with %I; or name iso_8601, \
                         epoch_seconds, epoch_milliseconds, epoch_microseconds, epoch_nanoseconds, excel_1900 or \
                         excel_1904";
    if let Some(entry) = Entry::of(written) {
        return match entry.has_codes() {
            true => Err(("joins a named form and strftime codes", "write one of the two")),
            false => Ok(FormatNeeds { century: false, instant: entry.is_instant() }),
        };
    }
    let items = StrftimeItems::new(written).parse_to_owned().map_err(|_| ("is not a date format", LETTERS))?;
    if items.iter().any(|item| matches!(item, Item::Fixed(Fixed::TimezoneName))) {
        return Err(("has %Z, but zone names are ambiguous", "use %z for offsets, or set time_zone"));
    }
    // Cells that chrono writes in the format must give the same day when read.
    let format = Format::of(items.clone());
    let is_fraction = |item: &Item<'_>| matches!(item, Item::Numeric(Numeric::Nanosecond, _));
    if matches!(format.way, Way::Chrono(_)) && items.iter().any(is_fraction) {
        return Err(("has %f beside codes with which it is not a fraction", "use %.f, or epoch_seconds for %s"));
    }
    let means = Means::new(Century::From(70), &[], '.');
    let reads = |sample: &DateTime<FixedOffset>| {
        let moment = format.read(written_in(sample, &items)?.as_bytes(), &means).ok()?;
        let day = sample.date_naive().to_epoch_days();
        match moment.clock {
            Clock::Offset(offset) => {
                let instant = i64::from(moment.day) * DAY_SECONDS + moment.second - offset;
                (instant.abs_diff(sample.timestamp()) < DAY_SECONDS as u64).then_some(())
            }
            _ => (moment.day == day).then_some(()),
        }
    };
    if samples().iter().all(|sample| reads(sample).is_some()) {
        Ok(FormatNeeds { century: has_short_years(&format), instant: false })
    } else {
        Err(("does not contain a complete date", WHOLE))
    }
}

/// A zone that a format has in plain letters behind the time, such as `Z` or `CET`: cells must have them, and nothing else
/// follows from them.
pub fn zone_in_letters(written: &str) -> Option<String> {
    if Entry::of(written).is_some() {
        return None;
    }
    let items = StrftimeItems::new(written).parse_to_owned().ok()?;
    let is_hour = |item: &Item<'_>| matches!(item, Item::Numeric(Numeric::Hour | Numeric::Hour12, _));
    let literals = items.iter().skip_while(|item| !is_hour(item)).filter_map(|item| match item {
        Item::Literal(text) => Some(*text),
        Item::OwnedLiteral(text) => Some(&**text),
        _ => None,
    });
    let names = literals.map(|text| text.trim_matches(|sign: char| !sign.is_alphanumeric()));
    let is_zone = |name: &&str| {
        let is_short =
            matches!(name.len(), 3 | 4) && name.ends_with('T') && name.bytes().all(|b| b.is_ascii_uppercase());
        matches!(*name, "Z" | "UTC") || is_short || name.contains('/') && name.parse::<chrono_tz::Tz>().is_ok()
    };
    names.into_iter().find(is_zone).map(str::to_owned)
}

/// Whether a format has years of two digits that nothing else completes.
fn has_short_years(format: &Format) -> bool {
    match &format.way {
        Way::Entry(_) => false,
        Way::Steps(steps) => steps.has_short_years(),
        Way::Chrono(items) => {
            let has = |wanted: &[Numeric]| {
                items.iter().any(|item| matches!(item, Item::Numeric(found, _) if wanted.contains(found)))
            };
            !has(&[Numeric::Timestamp])
                && (has(&[Numeric::YearMod100]) && !has(&[Numeric::Year, Numeric::YearDiv100])
                    || has(&[Numeric::IsoYearMod100]) && !has(&[Numeric::IsoYear, Numeric::IsoYearDiv100]))
        }
    }
}

/// A cell that two formats parse as two different times, so that its meaning would be a guess.
pub fn formats_at_odds(first: &str, second: &str) -> Option<String> {
    let (earlier, later) = (Format::new(first)?, Format::new(second)?);
    let means = Means::new(Century::From(70), &[], '.');
    let written = |format: &Format, text: &str| match &format.way {
        Way::Entry(entry) => vec![entry.sample()],
        _ => {
            let items = StrftimeItems::new(text).parse_to_owned().unwrap_or_default();
            samples().iter().filter_map(|sample| written_in(sample, &items)).collect::<Vec<_>>()
        }
    };
    written(&later, second).into_iter().chain(written(&earlier, first)).find(|cell| {
        let read = |format: &Format| format.read(cell.as_bytes(), &means).and_then(Moment::in_years).ok();
        matches!((read(&earlier), read(&later)), (Some(a), Some(b)) if (a.wall(), a.clock) != (b.wall(), b.clock))
    })
}

fn written_in(sample: &DateTime<FixedOffset>, items: &[Item<'static>]) -> Option<String> {
    let mut cell = String::new();
    write!(cell, "{}", sample.format_with_items(items.iter())).ok().map(|()| cell)
}

/// Times whose day, month and year could be confused with each other, and whose hour is after noon.
fn samples() -> Vec<DateTime<FixedOffset>> {
    let texts = ["2004-05-06T14:05:06.789012+02:00", "2012-10-11T22:10:11+02:00", "2010-11-12T13:12:10.5+01:00"];
    texts.iter().filter_map(|text| DateTime::parse_from_rfc3339(text).ok()).collect()
}
