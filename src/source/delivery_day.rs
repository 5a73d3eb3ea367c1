//! The delivery day in a file's name.

use chrono::NaiveDate;
use chrono::format::{Fixed, Item, Numeric, Pad, StrftimeItems};
use regex::Regex;

/// A day format (strftime) that is searched for anywhere in a name.
#[derive(Debug, Clone)]
pub struct DayForm {
    form: String,
    pattern: Regex,
}

impl DayForm {
    /// Parses a format.
    ///
    /// # Errors
    /// Why it cannot be used: it has no complete date, or codes that cannot be searched for in a name.
    pub fn new(form: &str) -> Result<Self, String> {
        let mut pattern = String::new();
        let items: Vec<Item<'_>> = StrftimeItems::new(form).collect();
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Literal(text) | Item::Space(text) => pattern.push_str(&regex::escape(text)),
                Item::OwnedLiteral(text) | Item::OwnedSpace(text) => pattern.push_str(&regex::escape(text)),
                Item::Numeric(kind, pad) => {
                    let digits = digits(kind).ok_or_else(|| unfit(form))?;
                    pattern.push_str(&match pad {
                        // `month=3/day=1`: what stands around it says where the number ends.
                        Pad::Zero if is_short(kind) && is_apart(&items, at) => format!("[0-9]{{1,{digits}}}"),
                        Pad::Zero => format!("[0-9]{{{digits}}}"),
                        Pad::None => format!("[0-9]{{1,{digits}}}"),
                        Pad::Space => format!("[ 0-9]{{{digits}}}"),
                    });
                }
                Item::Fixed(Fixed::ShortMonthName | Fixed::ShortWeekdayName) => pattern.push_str("[A-Za-z]{3}"),
                Item::Fixed(Fixed::LongMonthName | Fixed::LongWeekdayName) => pattern.push_str("[A-Za-z]{3,9}"),
                Item::Fixed(_) | Item::Error => return Err(unfit(form)),
            }
        }
        let pattern = Regex::new(&pattern).map_err(|_| unfit(form))?;
        let day = NaiveDate::default();
        let written = day.and_time(chrono::NaiveTime::MIN).format(form).to_string();
        if NaiveDate::parse_from_str(&written, form) != Ok(day) {
            return Err("is not a complete date: it needs year, month and day".to_owned());
        }
        Ok(Self { form: form.to_owned(), pattern })
    }

    /// The distinct days in a name, in order of appearance.
    pub(crate) fn days(&self, name: &str) -> Vec<NaiveDate> {
        let mut days = Vec::new();
        let mut at = 0;
        while let Some(found) = self.pattern.find_at(name, at) {
            let is_digit = |text: Option<char>| text.is_some_and(|c| c.is_ascii_digit());
            // Eight digits that are part of a longer number are not a day.
            let cut_off = is_digit(found.as_str().chars().next())
                && is_digit(name[..found.start()].chars().next_back())
                || is_digit(found.as_str().chars().next_back()) && is_digit(name[found.end()..].chars().next());
            if !cut_off
                && let Ok(day) = NaiveDate::parse_from_str(found.as_str(), &self.form)
                && !days.contains(&day)
            {
                days.push(day);
            }
            at = name[found.start()..].chars().next().map_or(name.len(), |c| found.start() + c.len_utf8());
            if at > name.len() || found.is_empty() {
                break;
            }
        }
        days
    }
}

/// Whether a number may be written without a zero in front.
fn is_short(kind: &Numeric) -> bool {
    matches!(kind, Numeric::Month | Numeric::Day)
}

/// Whether no digit can stand beside a number of a format: beside it is other text, or the end of the format.
fn is_apart(items: &[Item<'_>], at: usize) -> bool {
    let is_text = |item: Option<&Item<'_>>, is_before: bool| match item {
        None => true,
        Some(Item::Literal(text) | Item::Space(text)) => {
            let beside = if is_before { text.chars().next_back() } else { text.chars().next() };
            beside.is_some_and(|c| !c.is_ascii_digit())
        }
        Some(Item::Fixed(_)) => true,
        Some(_) => false,
    };
    is_text(at.checked_sub(1).and_then(|before| items.get(before)), true) && is_text(items.get(at + 1), false)
}

fn unfit(form: &str) -> String {
    format!("`{form}` cannot be searched for in a name: use %Y %y %m %d %j %b %B %H %M %S and plain text")
}

fn digits(kind: &Numeric) -> Option<usize> {
    Some(match kind {
        Numeric::Year | Numeric::IsoYear => 4,
        Numeric::Ordinal => 3,
        Numeric::YearMod100
        | Numeric::IsoYearMod100
        | Numeric::Month
        | Numeric::Day
        | Numeric::IsoWeek
        | Numeric::WeekFromSun
        | Numeric::WeekFromMon
        | Numeric::Hour
        | Numeric::Hour12
        | Numeric::Minute
        | Numeric::Second => 2,
        Numeric::NumDaysFromSun | Numeric::WeekdayFromMon => 1,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(form: &str, name: &str) -> Vec<String> {
        DayForm::new(form).unwrap().days(name).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_day_is_found_anywhere_in_a_name() {
        assert_eq!(found("%Y%m%d", "orders_20250301.csv.gz"), ["2025-03-01"]);
        assert_eq!(found("%Y-%m-%d", "2025-03-01-orders.csv"), ["2025-03-01"]);
        assert_eq!(found("%d.%m.%y", "kunder 01.03.25.txt"), ["2025-03-01"]);
        assert_eq!(found("%d%b%Y", "x-01Mar2025.csv"), ["2025-03-01"]);
        assert_eq!(found("%Y%m%dT%H%M", "orders_20250301T0215.csv"), ["2025-03-01"]);
    }

    #[test]
    fn months_and_days_need_no_zero_in_front_if_text_separates_them() {
        let hive = "year=%Y/month=%m/day=%d";
        assert_eq!(found(hive, "in/year=2025/month=3/day=1/part-0.parquet"), ["2025-03-01"]);
        assert_eq!(found(hive, "in/year=2025/month=03/day=10/part-0.parquet"), ["2025-03-10"]);
        assert_eq!(found("%Y-%m-%d", "orders_2025-3-1.csv"), ["2025-03-01"]);
        assert_eq!(found("%Y-%m-%d", "orders_2025-3-100.csv"), [""; 0]);
        assert_eq!(found("%d.%m.%Y", "31.12.2025.csv"), ["2025-12-31"]);
        assert_eq!(found("%Y%m%d", "orders_2025311.csv"), [""; 0]);
        assert_eq!(found("v2%m-%d-%Y", "v212-01-2025.csv"), ["2025-12-01"]);
    }

    #[test]
    fn digits_of_a_longer_number_are_not_a_day() {
        assert_eq!(found("%Y%m%d", "orders_120250301.csv"), [""; 0]);
        assert_eq!(found("%Y%m%d", "orders_20251301.csv"), [""; 0]);
        assert_eq!(found("%Y%m%d", "orders_12345678_20250301.csv"), ["2025-03-01"]);
    }

    #[test]
    fn two_days_are_both_reported_and_text_around_them_decides() {
        assert_eq!(found("%Y%m%d", "20250228-20250301.csv"), ["2025-02-28", "2025-03-01"]);
        assert_eq!(found("-%Y%m%d", "20250228-20250301.csv"), ["2025-03-01"]);
    }

    #[test]
    fn a_format_without_a_day_is_refused() {
        assert!(DayForm::new("%Y-%m").is_err());
        assert!(DayForm::new("%Q").is_err());
        assert!(DayForm::new("daily").is_err());
    }
}
