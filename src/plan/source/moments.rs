//! Checks how the dates and times of a column are declared: centuries, fractions, names of months, bounds that follow the
//! as-of day.

use crate::config::{ColumnFile, Located, OutOfRange, SourceFile, Texts, TwoDigitYears};
use crate::diagnostics::Problem;
use crate::extract::check_moment_format;
use crate::source::{AS_OF_BOUND, AsOfBound, CenturyRule, Column, ColumnType};

/// A column as typed, with its source.
pub(super) struct Typed<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) name: &'a Located<String>,
    pub(super) column: &'a ColumnFile,
}

macro_rules! chosen {
    ($of:expr, $key:ident) => {
        $of.column.values.$key.as_ref().or($of.source.values.$key.as_ref())
    };
}

/// Enters what is declared into the column. Mistakes in the source's own keys are reported once, not for every column.
pub(super) fn check(of: &Typed<'_>, spec: &mut Column, texts: &Texts, problems: &mut Vec<Problem>) {
    let mut found = Vec::new();
    idle_keys(of, spec.ty, texts, &mut found);
    spec.form.fractions = chosen!(of, fractions).map(|fractions| fractions.value).unwrap_or_default();
    spec.form.months =
        chosen!(of, months).map(|list| list.iter().map(|month| month.value).collect()).unwrap_or_default();
    centuries(of, spec, texts, &mut found);
    bounds(of, spec, texts, &mut found);
    for problem in found {
        let is_reported = |other: &Problem| {
            (other.line, other.column, &other.message) == (problem.line, problem.column, &problem.message)
        };
        if !problems.iter().any(is_reported) {
            problems.push(problem);
        }
    }
}

/// Whether the column dates the rows: then it decides which of them count on the as-of day.
fn is_clock(of: &Typed<'_>) -> bool {
    let delivery = of.source.delivery.as_ref();
    let named = [
        of.source.event_time.as_ref(),
        delivery.and_then(|delivery| delivery.version.as_ref()),
        delivery.and_then(|delivery| delivery.date_column.as_ref()),
    ];
    named.into_iter().flatten().any(|named| named.value == of.name.value)
}

/// Formats of two digits need a rule, and a rule needs such a format.
fn centuries(of: &Typed<'_>, spec: &mut Column, texts: &Texts, problems: &mut Vec<Problem>) {
    // In a list or struct, the formats apply to the values inside.
    let scalars = spec.ty.scalars();
    let has = |ty: ColumnType| scalars.contains(&ty);
    if !has(ColumnType::Date) && !has(ColumnType::Timestamp) {
        return;
    }
    let of_days = chosen!(of, date_formats).filter(|_| has(ColumnType::Date));
    let of_times = chosen!(of, timestamp_formats).filter(|_| has(ColumnType::Timestamp));
    let formats: Vec<&Located<String>> = of_days.into_iter().chain(of_times).flatten().collect();
    // Formats that are not sound are reported elsewhere.
    let needs = |format: &&Located<String>| check_moment_format(&format.value).unwrap_or_default();
    for format in of_days.into_iter().flatten().filter(|format| needs(format).instant) {
        let message = format!("`{}` counts to an instant, whose day depends on the zone", format.value);
        problems.push(texts.at(format, message).hint("declare the column as timestamp, and make a day of it in SQL"));
    }
    let short = formats.iter().copied().find(|format| needs(format).century);
    let rule = chosen!(of, two_digit_years);
    spec.form.two_digit_years = rule.map(|rule| match &rule.value {
        TwoDigitYears::Past => CenturyRule::Past,
        TwoDigitYears::Pivot(first) => CenturyRule::Pivot(first.value),
    });
    const PIVOT: &str = "two_digit_years: { pivot: 70 } (70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069)";
    match (short, rule) {
        (Some(format), None) => {
            let what = format!("`{}` has years of two digits, and nothing says which century they mean", format.value);
            let past = "two_digit_years: past (days that are not after the as-of day, such as dates of birth), or ";
            let past = if is_clock(of) { "" } else { past };
            problems.push(texts.at(format, what).hint(format!("add to `values`: {past}{PIVOT}")));
        }
        (Some(_), Some(rule)) if rule.value == TwoDigitYears::Past && is_clock(of) => {
            let message = format!(
                "`{}` dates the rows: with `past`, a row after the as-of day would count as one of a hundred years ago",
                of.name.value
            );
            problems.push(texts.place(rule, 4, message).hint(format!("give the column its own `values` with {PIVOT}")));
        }
        (None, _) if of.column.values.two_digit_years.is_some() => {
            let message = "no format of this column has years of two digits";
            let place = of.column.values.two_digit_years.as_ref().map(Located::place);
            problems.extend(
                place.map(|place| {
                    texts.place(&place, 1, message).hint("remove two_digit_years, or add a format with %y")
                }),
            );
        }
        _ => {}
    }
    if let Some(TwoDigitYears::Pivot(first)) = rule.map(|rule| &rule.value).filter(|_| short.is_some())
        && first.value > 100
    {
        let message = format!("{} is not a pivot: it is the first two digits that mean the last century", first.value);
        problems.push(texts.place(first, first.length, message).hint("write a number from 0 to 100"));
    }
}

/// Bounds by the as-of day, and what lies outside bounds.
fn bounds(of: &Typed<'_>, spec: &Column, texts: &Texts, problems: &mut Vec<Problem>) {
    let is_time = matches!(spec.ty, ColumnType::Date | ColumnType::Timestamp);
    for bound in [&of.column.min, &of.column.max].into_iter().flatten() {
        let written = bound.value.to_string();
        if !AsOfBound::is_meant(&written) {
            continue;
        }
        let problem = |message: String| texts.place(bound, written.chars().count(), message);
        if AsOfBound::parse(&written).is_none() {
            problems.push(problem(format!("`{written}` is not a bound")).hint(AS_OF_BOUND));
        } else if !is_time {
            let message = format!("`{written}` is a day, and the column is {}", spec.ty);
            problems.push(problem(message).hint("bounds by the as-of day are for dates and timestamps"));
        } else if is_clock(of) {
            let message =
                format!("`{}` dates the rows: the as-of day decides already which of them count", of.name.value);
            problems.push(problem(message).hint(
                "remove the bound, or write a fixed day: rows after the as-of day are counted as rows_after_as_of",
            ));
        }
    }
    if spec.out_of_range != OutOfRange::Null {
        return;
    }
    let is_key = of.source.key.iter().chain(&of.source.replaces).any(|key| key.value == of.name.value);
    let wrong = if of.column.required {
        Some("the column is required: it cannot be empty")
    } else if is_key || is_clock(of) {
        Some("the column identifies or dates the rows: it cannot be empty")
    } else if matches!(spec.ty, ColumnType::String | ColumnType::Bool) {
        Some("its values have no order")
    } else if !is_time && spec.min.is_none() && spec.max.is_none() {
        Some("the column has no bounds")
    } else {
        None
    };
    problems.extend(wrong.map(|wrong| {
        texts
            .at(of.name, format!("column `{}`: out_of_range: null, but {wrong}", of.name.value))
            .hint("remove out_of_range: rows with such a value are then rejected")
    }));
}

/// A key that does not apply to the column's type is a mistake.
fn idle_keys(of: &Typed<'_>, ty: ColumnType, texts: &Texts, problems: &mut Vec<Problem>) {
    let values = &of.column.values;
    let scalars = ty.scalars();
    let is_stamp = scalars.contains(&ColumnType::Timestamp);
    let is_time = is_stamp || scalars.contains(&ColumnType::Date);
    let keys = [
        ("two_digit_years", values.two_digit_years.as_ref().map(Located::place), is_time, "date or timestamp"),
        ("months", values.months.iter().flatten().next().map(Located::place), is_time, "date or timestamp"),
        ("fractions", values.fractions.as_ref().map(Located::place), is_stamp, "timestamp"),
    ];
    for (key, found, fits, types) in keys {
        if let (Some(found), false) = (found, fits) {
            let problem = texts.place(&found, 1, format!("{key} is for columns of type {types}, and this one is {ty}"));
            problems.push(problem.hint("remove it, or declare the column with another type"));
        }
    }
}
