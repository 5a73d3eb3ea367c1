//! Checks the declared form of a column's values: its own keys, else the source's, else the defaults.

use super::amounts;
use crate::config::{BrokenText, ColumnFile, Format, Invisible, Located, SourceFile, Texts};
use crate::diagnostics::{Problem, did_you_mean};
use crate::extract::{can_hold, check_moment_format, formats_at_odds, zone_in_letters};
use crate::source::{ColumnType, ValueForm};
use crate::words::printable;

macro_rules! chosen {
    ($source:expr, $column:expr, $key:ident) => {
        $column.values.$key.as_ref().or($source.values.$key.as_ref())
    };
}

/// The form of a column's values. Mistakes in the source's own keys are reported once, not for every column.
pub(super) fn check(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> ValueForm {
    let mut found = Vec::new();
    let form = resolve(source, column, ty, texts, &mut found);
    for problem in found {
        let is_reported = |other: &Problem| {
            (other.line, other.column, &other.message) == (problem.line, problem.column, &problem.message)
        };
        if !problems.iter().any(is_reported) {
            problems.push(problem);
        }
    }
    form
}

fn resolve(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> ValueForm {
    let mut form = ValueForm {
        null_words: text_values(chosen!(source, column, null_words)).unwrap_or_default(),
        currency_signs: text_values(chosen!(source, column, currency_signs)).unwrap_or_default(),
        thousands_signs: chosen!(source, column, thousands_signs)
            .map(|signs| signs.iter().map(|sign| sign.value).collect())
            .unwrap_or_default(),
        true_words: text_values(chosen!(source, column, true_words)),
        false_words: text_values(chosen!(source, column, false_words)),
        date_formats: text_values(chosen!(source, column, date_formats)).unwrap_or_default(),
        timestamp_formats: text_values(chosen!(source, column, timestamp_formats)).unwrap_or_default(),
        unwrap_formulas: chosen!(source, column, unwrap_formulas).copied().unwrap_or(false),
        keeps_invisible: chosen!(source, column, invisible).is_some_and(|chosen| chosen.value == Invisible::Keep),
        pads_nul: chosen!(source, column, padding).is_some(),
        replaces_broken: chosen!(source, column, broken_text).is_some_and(|text| text.value == BrokenText::Replace),
        ..ValueForm::default()
    };
    if let Some(sign) = chosen!(source, column, decimal_sign) {
        form.decimal_sign = sign.value;
        form.decimal_is_declared = true;
        if !matches!(sign.value, '.' | ',') {
            problems.push(
                texts
                    .place(sign, 3, format!("`{}` is not a decimal sign", sign.value))
                    .hint("decimal_sign is \".\" or \",\""),
            );
        }
        if let Some(problem) = cannot_be_quoted(sign, source, texts) {
            problems.push(problem);
        }
    }
    for sign in chosen!(source, column, thousands_signs).into_iter().flatten() {
        let taken = sign.value == form.decimal_sign || matches!(sign.value, '-' | '+' | '\u{2212}');
        if taken || sign.value.is_alphanumeric() || sign.value.is_control() {
            problems.push(
                texts
                    .place(sign, 3, format!("`{}` cannot separate groups of digits", sign.value))
                    .hint("use another sign than the decimal sign, such as \" \", \".\" or \"'\""),
            );
        }
    }
    for sign in chosen!(source, column, currency_signs).into_iter().flatten() {
        if let Some(problem) = amounts::side_as_currency(sign, texts) {
            problems.push(problem);
        } else if let Some(wrong) = wrong_currency(&sign.value, &form) {
            problems.push(
                texts
                    .at(sign, format!("`{}` cannot be the sign of a currency: {wrong}", sign.value))
                    .hint("write it as it appears next to the number, without spaces, such as kr or €"),
            );
        }
    }
    for formats in [chosen!(source, column, date_formats), chosen!(source, column, timestamp_formats)] {
        moment_formats(formats.map(Vec::as_slice).unwrap_or_default(), texts, problems);
    }
    if chosen!(source, column, time_zone).is_none() {
        zones_in_letters(chosen!(source, column, timestamp_formats).into_iter().flatten(), texts, problems);
    }
    amounts::resolve(source, column, ty, &mut form, texts, problems);
    words(source, column, ty, &form, texts, problems);
    null_words(source, column, texts, problems);
    if let Some(zone) = chosen!(source, column, time_zone) {
        match zone.value.parse() {
            Ok(found) => form.time_zone = Some(found),
            Err(_) => {
                let problem = texts.at(zone, format!("`{}` is not a time zone", zone.value));
                let names: Vec<&str> = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
                problems.push(problem.hint(did_you_mean(&zone.value, &names)));
            }
        }
    }
    idle_keys(column, ty, texts, problems);
    form
}

fn text_values(list: Option<&Vec<Located<String>>>) -> Option<Vec<String>> {
    list.map(|words| words.iter().map(|word| word.value.clone()).collect())
}

/// A decimal sign that is also the delimiter needs quotes around its numbers.
fn cannot_be_quoted(sign: &Located<char>, source: &SourceFile, texts: &Texts) -> Option<Problem> {
    let Format::Csv(csv) = &source.format else { return None };
    let stuck = csv.delimiter.value == sign.value && csv.quote().is_none() && csv.escape.is_none();
    let message = format!("`{}` is the delimiter too, and nothing is quoted", sign.value);
    stuck.then(|| {
        texts.place(sign, 3, message).hint("name the delimiter or the quote that the file has, under format: csv")
    })
}

fn wrong_currency(sign: &str, form: &ValueForm) -> Option<&'static str> {
    let is_space = |c: char| c.is_whitespace();
    match sign {
        "" => Some("it is empty"),
        _ if sign.starts_with(is_space) || sign.ends_with(is_space) => Some("it has a space at its edge"),
        _ if sign.chars().any(char::is_numeric) => Some("it holds a digit"),
        "-" | "+" | "\u{2212}" | "." | "," => Some("it means something else in a number"),
        _ if sign.starts_with(['-', '+', '\u{2212}']) => Some("it begins with the sign of a number"),
        _ if form.thousands_signs.iter().any(|thousands| sign.chars().eq([*thousands])) => {
            Some("it separates groups of digits")
        }
        _ => None,
    }
}

/// Each format must contain a complete date, and no text may match two of them with different meanings.
fn moment_formats(formats: &[Located<String>], texts: &Texts, problems: &mut Vec<Problem>) {
    for (index, format) in formats.iter().enumerate() {
        if let Err((wrong, hint)) = check_moment_format(&format.value) {
            problems.push(texts.at(format, format!("`{}` {wrong}", format.value)).hint(hint));
            continue;
        }
        let earlier = formats[..index].iter();
        let odd = earlier.filter_map(|earlier| Some((earlier, formats_at_odds(&earlier.value, &format.value)?))).next();
        if let Some((earlier, cell)) = odd {
            let message = format!("`{cell}` is one time with `{}` and another with `{}`", earlier.value, format.value);
            problems.push(texts.at(format, message).hint("such values are ambiguous: keep one of the two"));
        }
    }
}

/// Letters that name a zone do not set one, so the times would silently be those of the pipeline's zone.
fn zones_in_letters<'a>(
    formats: impl Iterator<Item = &'a Located<String>>,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    for format in formats {
        let Some(zone) = zone_in_letters(&format.value) else { continue };
        let message =
            format!("`{zone}` in `{}` is plain text, and the zone of the times is not declared", format.value);
        problems.push(texts.at(format, message).hint(
            "write %z, which reads Z, UTC, offsets and names such as Europe/Stockholm; or declare the zone as time_zone",
        ));
    }
}

/// Null words are compared with what a cell is written as, before its escapes are removed.
fn null_words(source: &SourceFile, column: &ColumnFile, texts: &Texts, problems: &mut Vec<Problem>) {
    let Format::Csv(csv) = &source.format else { return };
    for word in chosen!(source, column, null_words).into_iter().flatten().filter(|word| !can_hold(csv, &word.value)) {
        let message = format!("no cell can be `{}`, so this null word never matches", printable(&word.value));
        let hint = match &csv.escape {
            Some(_) => "write it as it stands in the file, with its escapes",
            None => "a cell cannot contain the delimiter or a quote without quotes around it, nor a line end",
        };
        problems.push(texts.at(word, message).hint(hint));
    }
    let Some(escape) = csv.escape.as_ref().map(|escape| escape.value.sign()) else { return };
    let has_escape = |word: &&Located<String>| word.value.contains(escape);
    let everywhere = source.values.null_words.iter().flatten().map(|word| &word.value).collect::<Vec<_>>();
    let own = column.values.null_words.iter().flatten().filter(has_escape);
    for word in own.filter(|word| !everywhere.contains(&&word.value)) {
        let message = format!("`{}` contains the escape, so it means empty in every column", printable(&word.value));
        problems.push(texts.at(word, message).hint("declare it in null_words of the source"));
    }
}

/// No word may have two meanings.
fn words(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    form: &ValueForm,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    let (yes, no) = (chosen!(source, column, true_words), chosen!(source, column, false_words));
    for (name, list) in [("true", yes), ("false", no)] {
        if list.is_some_and(Vec::is_empty) && ty.scalars().contains(&ColumnType::Bool) {
            let message = format!("{name}_words is empty, so that no cell can be {name}");
            problems.push(Problem::new(message).hint("name a word, or omit the key"));
        }
    }
    let usual = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let true_words = form.true_words.clone().unwrap_or_else(|| usual(&["true", "t", "yes", "1"]));
    let false_words = form.false_words.clone().unwrap_or_else(|| usual(&["false", "f", "no", "0"]));
    let among = |word: &str, list: &[String]| list.iter().any(|other| other.to_lowercase() == word.to_lowercase());
    // Reported at the word in the pipeline file; the defaults are not written there.
    let declared = yes.into_iter().flatten().filter(|word| among(&word.value, &false_words));
    let declared =
        declared.chain(no.into_iter().flatten().filter(|word| yes.is_none() && among(&word.value, &true_words)));
    for word in declared {
        problems.push(
            texts
                .at(word, format!("`{}` means both true and false", word.value))
                .hint("false, f, no and 0 are false, and true, t, yes and 1 are true, unless both lists are given"),
        );
    }
    if !ty.scalars().contains(&ColumnType::Bool) {
        return;
    }
    for word in chosen!(source, column, null_words).into_iter().flatten() {
        if among(&word.value, &true_words) || among(&word.value, &false_words) {
            problems.push(
                texts
                    .at(word, format!("`{}` means both an empty cell and true or false", word.value))
                    .hint("give the column null_words, true_words and false_words that differ"),
            );
        }
    }
}

/// A key that does not apply to the column's type is a mistake.
fn idle_keys(column: &ColumnFile, ty: ColumnType, texts: &Texts, problems: &mut Vec<Problem>) {
    let values = &column.values;
    // In a list or struct they apply to the values inside.
    let scalars = ty.scalars();
    let is = |wanted: ColumnType| scalars.contains(&wanted);
    let decimal = scalars.iter().any(|scalar| matches!(scalar, ColumnType::Decimal { .. }));
    let number = decimal || is(ColumnType::Int);
    fn first<T>(list: &Option<Vec<Located<T>>>) -> Option<Located<()>> {
        list.as_ref()?.first().map(Located::place)
    }
    fn one<T>(value: &Option<Located<T>>) -> Option<Located<()>> {
        value.as_ref().map(Located::place)
    }
    let keys = [
        ("decimal_sign", one(&values.decimal_sign), number, "int or decimal"),
        ("thousands_signs", first(&values.thousands_signs), number, "int or decimal"),
        ("currency_signs", first(&values.currency_signs), number, "int or decimal"),
        ("round", one(&values.round), decimal, "decimal"),
        ("negative", first(&values.negative), number, "int or decimal"),
        ("zero_words", first(&values.zero_words), number, "int or decimal"),
        ("date_formats", first(&values.date_formats), is(ColumnType::Date), "date"),
        ("timestamp_formats", first(&values.timestamp_formats), is(ColumnType::Timestamp), "timestamp"),
        ("time_zone", one(&values.time_zone), is(ColumnType::Timestamp), "timestamp"),
        ("true_words", first(&values.true_words), is(ColumnType::Bool), "bool"),
        ("false_words", first(&values.false_words), is(ColumnType::Bool), "bool"),
        ("invisible", one(&values.invisible), is(ColumnType::String), "string"),
        ("broken_text", one(&values.broken_text), is(ColumnType::String), "string"),
    ];
    for (key, found, fits, types) in keys {
        if let (Some(found), false) = (found, fits) {
            let message = format!("{key} is for columns of type {types}, and this one is {ty}");
            let problem = texts.place(&found, 1, message);
            problems.push(problem.hint("remove it, or declare the column with another type"));
        }
    }
}
