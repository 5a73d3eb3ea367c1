//! Decides on a column of days or timestamps: the fewest formats that fit all of its cells, and what remains ambiguous.

use super::column::{ColumnProfile, ONE_IN, Shape};
use super::day::{DAY_FORMS, EIGHT_DIGITS, EITHER_WAY, Offset, TIME_FORMS, Time};
use super::draft::Values;
use crate::source::ColumnType;

/// With more formats than this, the column is not a date column.
const MOST_FORMS: usize = 3;
/// From this many cells on, eight digits that are days are not a coincidence.
const LEAST_EIGHT: u64 = 5;

/// Why the day was taken to come first, where nothing shows the order.
pub(super) const ASSUMED: &str = "assumed day first, as is usual in Europe: please check";

/// The declaration of a column of days.
pub(super) struct Timely {
    pub(super) ty: ColumnType,
    pub(super) values: Values,
    pub(super) good: u64,
    pub(super) evidence: Vec<String>,
}

/// The format of a cell: of its day, and of its time if it has one.
type Form = (usize, Option<Time>);

/// Decides on a column with `filled` cells that are not null words.
pub(super) fn timely(name: &str, column: &ColumnProfile, filled: u64) -> Option<Timely> {
    let eight = eight_digits(name, column, filled);
    // Each shape with its formats.
    let mut open: Vec<(u32, Option<Time>, u64)> = column
        .shapes
        .iter()
        .filter_map(|(shape, count)| match shape {
            Shape::Day(day) => Some((day.forms, day.time, *count)),
            Shape::Number { plain: true, day, .. } if eight && *day != 0 => Some((1 << EIGHT_DIGITS, None, *count)),
            _ => None,
        })
        .collect();
    let all: u64 = open.iter().map(|(.., count)| count).sum();
    let has_time = open.iter().any(|(_, time, _)| time.is_some());
    let (mut chosen, mut evidence): (Vec<Form>, Vec<String>) = (Vec::new(), Vec::new());
    let mut good = 0;
    while !open.is_empty() && chosen.len() < MOST_FORMS {
        let Some((form, count)) = commonest(&open) else { break };
        // A format of only a few cells, next to a frequent one, is a fault and not a format.
        if !chosen.is_empty() && (count * ONE_IN < all || count < 3) {
            break;
        }
        let form = settle(form, count, &open, column, &mut evidence);
        good += count;
        open.retain(|(forms, time, _)| !(forms & (1 << form.0) != 0 && *time == form.1));
        chosen.push(form);
    }
    if chosen.is_empty() {
        return None;
    }
    let iso = |form: &Form| form.0 == 0 && form.1.is_none_or(|time| time.form <= 1 && time.offset != Offset::Apart);
    let ty =
        if has_time && chosen.iter().any(|form| form.1.is_some()) { ColumnType::Timestamp } else { ColumnType::Date };
    if ty == ColumnType::Date && chosen.iter().any(|form| form.1.is_some()) {
        return None;
    }
    let formats = if chosen.iter().all(iso) { Vec::new() } else { formats_of(&chosen) };
    let mut what =
        vec![format!("{ty}{}", if formats.is_empty() { String::new() } else { format!(" {}", formats.join(" or ")) })];
    what.extend(range(column, &chosen));
    what.extend(evidence);
    let values = match ty {
        ColumnType::Timestamp => Values { timestamp_formats: formats, ..Values::default() },
        _ => Values { date_formats: formats, ..Values::default() },
    };
    Some(Timely { ty, values, good, evidence: what })
}

/// Whether numbers of eight digits are days in this column: all are, and there are many or the name suggests it.
fn eight_digits(name: &str, column: &ColumnProfile, filled: u64) -> bool {
    const WORDS: [&str; 16] = [
        "date",
        "datum",
        "dag",
        "day",
        "dato",
        "pvm",
        "paivays",
        "paiva",
        "from",
        "until",
        "to",
        "at",
        "tid",
        "period",
        "fodelsedatum",
        "dt",
    ];
    let days = column.eight_digit_days();
    let named = name.split('_').any(|word| WORDS.contains(&word) || word.ends_with("date") || word.ends_with("datum"));
    let coded = name.split('_').any(|word| matches!(word, "id" | "no" | "nr" | "number" | "nummer" | "code" | "kod"));
    let others = column.count(|shape| matches!(shape, Shape::Day(_)));
    days > 0 && (days + others) * ONE_IN >= filled * (ONE_IN - 1) && !coded && (named || days >= LEAST_EIGHT)
}

fn commonest(open: &[(u32, Option<Time>, u64)]) -> Option<(Form, u64)> {
    let mut best: Option<(Form, u64)> = None;
    for (forms, time, _) in open {
        for form in (0..DAY_FORMS.len()).filter(|form| forms & (1 << form) != 0) {
            let count = count_of((form, *time), open);
            if best.is_none_or(|((known, _), most)| count > most || (count == most && form < known)) {
                best = Some(((form, *time), count));
            }
        }
    }
    best
}

fn count_of(form: Form, open: &[(u32, Option<Time>, u64)]) -> u64 {
    let fits = open.iter().filter(|(forms, time, _)| forms & (1 << form.0) != 0 && *time == form.1);
    fits.map(|(.., count)| count).sum()
}

/// Chooses between a format and the one with day and month exchanged, if all cells fit both.
fn settle(
    form: Form,
    count: u64,
    open: &[(u32, Option<Time>, u64)],
    column: &ColumnProfile,
    evidence: &mut Vec<String>,
) -> Form {
    let Some(pair) = EITHER_WAY.iter().position(|(day, month)| *day == form.0 || *month == form.0) else { return form };
    let (day_first, month_first) = EITHER_WAY[pair];
    let other = if form.0 == day_first { month_first } else { day_first };
    if count_of((other, form.1), open) < count {
        return form;
    }
    let (back_by_day, back_by_month) = column.steps_back[pair];
    let forms = format!("{} and {} both fit", DAY_FORMS[day_first], DAY_FORMS[month_first]);
    let (chosen, why) = if let Some(is_month_first) = column.has_month_first {
        (if is_month_first { month_first } else { day_first }, "the order is that of another column of the file")
    } else if back_by_month * 4 < back_by_day && back_by_day >= 3 {
        (month_first, "the rows are in time order with the month first")
    } else if back_by_day * 4 < back_by_month && back_by_month >= 3 {
        (day_first, "the rows are in time order with the day first")
    } else {
        (day_first, ASSUMED)
    };
    evidence.push(format!("{forms}, since no day is above 12; {why}"));
    (chosen, form.1)
}

fn formats_of(chosen: &[Form]) -> Vec<String> {
    let mut formats: Vec<String> = Vec::new();
    for (day, time) in chosen {
        let format = match time {
            None => DAY_FORMS[*day].to_owned(),
            Some(time) => {
                let offset = match time.offset {
                    Offset::None => "",
                    Offset::Close => "%#z",
                    Offset::Apart => " %z",
                };
                format!("{}{}{}{offset}", DAY_FORMS[*day], char::from(time.mark), TIME_FORMS[usize::from(time.form)])
            }
        };
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    formats
}

fn range(column: &ColumnProfile, chosen: &[Form]) -> Option<String> {
    let ranges: Vec<_> = chosen.iter().filter_map(|(form, _)| column.days[*form]).collect();
    let first = ranges.iter().map(|(first, _)| *first).min()?;
    let last = ranges.iter().map(|(_, last)| *last).max()?;
    Some(format!("from {first} to {last}"))
}
