//! A column's evidence -> its declaration: the narrowest type that fits all of its cells, or all but a few listed ones.

use super::column::{ColumnProfile, MOST_WORDS, ONE_IN, Shape};
use super::dates::{Timely, timely};
use super::draft::{ColumnDraft, Form, Values};
use super::inside::Seen;
use super::moments::is_timely;
use super::null_words::NULL_WORDS;
use super::number::{CURRENCY_SIGNS, GROUP_SIGNS};
use super::personal::{Suspicion, is_code, suspected};
use super::reading::NOT_SHOWN;
use crate::identifying::may_identify;
use crate::source::{ColumnType, YEARS};
use crate::words::{counted, rows_shown};

/// Those that may mean zero.
const DASHES: [&str; 2] = ["-", "--"];
/// With more digits after the sign, decimals have been floats.
const MOST_SCALE: i8 = 10;
/// Those that mean a missing value in text columns too.
const NULL_TEXTS: [&str; 9] = ["NULL", "(null)", "(NULL)", "<null>", "<NULL>", "\\N", "N/A", "#N/A", "#NULL!"];
/// Any other word that repeats this often among values of another kind is taken for a missing value, with a comment.
const REPEATS: u64 = 3;
/// With fewer good cells than this, no cell may fail.
const LEAST_GOOD: u64 = 20;
/// The most values shown in a comment.
const SHOWN: usize = 12;
/// The most digits that always fit a 64-bit integer.
const MOST_DIGITS: u8 = 18;

/// A type, the form of its values, and the evidence for it.
struct Found {
    ty: ColumnType,
    values: Values,
    /// Cells that are values of the type.
    good: u64,
    evidence: Vec<String>,
}

/// Words for true with their words for false.
const BOOLS: [(&str, &str); 11] = [
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("ja", "nej"),
    ("j", "n"),
    ("ja", "nei"),
    ("sant", "falskt"),
    ("kyllä", "ei"),
    ("k", "e"),
    ("on", "off"),
];

/// Decides on a column called `name` in SQL and `header` in files; `null_words` are those of the source's other
/// columns.
pub(super) fn column(
    name: &str,
    header: Option<&str>,
    column: &ColumnProfile,
    stated: Option<ColumnType>,
    lacking: bool,
    null_words: &[String],
    tried: Option<&Form>,
) -> ColumnDraft {
    let suspicion = suspected(name, &column.suspicion);
    let personal = suspicion.is_some();
    let mut found = match (stated, tried) {
        (Some(ty), _) => by_schema(ty, column),
        (None, Some(form)) if form.open.is_none() => by_trial(form, column),
        (None, _) => of_cells(name, column, null_words, personal),
    };
    // Amounts and flags are not personal, under any name.
    let impersonal = matches!(found.ty, ColumnType::Decimal { .. } | ColumnType::Bool | ColumnType::Timestamp);
    let suspicion = suspicion.filter(|_| !impersonal);
    let personal = suspicion.is_some();
    let nulls: u64 = found.values.null_words.iter().filter_map(|word| column.odd.get(word.as_bytes())).sum();
    let required = column.empty == 0 && nulls == 0 && column.filled > 0 && !lacking;
    let mut comments = std::mem::take(&mut found.evidence);
    comments.extend(tried.and_then(|form| form.open.clone()));
    if column.filled > 0 && column.empty > 0 {
        let all = column.filled + column.empty;
        let few = column.empty * ONE_IN <= all && !lacking;
        let advice = if few { ": declare it required if a value must be present" } else { "" };
        comments.push(format!("{} of {} empty{advice}", rows_shown(column.empty), rows_shown(all)));
    }
    if lacking {
        comments.push("some files lack it".to_owned());
    }
    if column.padded > 0 && found.ty == ColumnType::String && stated.is_none() {
        comments.push(format!("{} with blanks at their ends, which are not read", counted(column.padded, "value")));
    }
    comments.extend(suspicion.map(|why| format!("personal: {why}")));
    let alias = header.filter(|header| *header != name).map(str::to_owned);
    ColumnDraft {
        name: name.to_owned(),
        aliases: alias.into_iter().collect(),
        ty: found.ty,
        required,
        optional: lacking,
        personal,
        values: found.values,
        comments: if comments.is_empty() { comments } else { vec![comments.join("; ")] },
    }
}

/// Declares a column of lists or objects, with its type and whether some files lack it.
pub(super) fn nested(
    name: &str,
    header: Option<&str>,
    column: &ColumnProfile,
    inside: &Seen,
    (ty, lacking): (ColumnType, bool),
) -> ColumnDraft {
    // The text of the whole value may look like anything.
    let suspicion = inside.suspicion().or_else(|| suspected(name, &Suspicion::default()));
    let count = counted(column.filled, "value");
    let mut comments = vec![match ty {
        ColumnType::Nested(_) => format!("{count} that hold others; in SQL, unnest takes lists apart"),
        _ => format!("{count} that hold others, as JSON text"),
    }];
    if column.filled > 0 && column.empty > 0 {
        comments.push(format!("{} of {} empty", rows_shown(column.empty), rows_shown(column.filled + column.empty)));
    }
    comments.extend(lacking.then(|| "some files lack it".to_owned()));
    comments.extend(suspicion.as_ref().map(|why| format!("personal: {why}")));
    ColumnDraft {
        name: name.to_owned(),
        aliases: header.filter(|header| *header != name).map(str::to_owned).into_iter().collect(),
        ty,
        required: column.empty == 0 && column.filled > 0 && !lacking,
        optional: lacking,
        personal: suspicion.is_some(),
        values: Values::default(),
        comments: vec![comments.join("; ")],
    }
}

/// The words for a missing value in a column that is not text.
pub(super) fn null_words_of(name: &str, column: &ColumnProfile) -> Vec<String> {
    let found = of_cells(name, column, &[], false);
    if found.ty == ColumnType::String { Vec::new() } else { found.values.null_words }
}

fn by_schema(ty: ColumnType, column: &ColumnProfile) -> Found {
    let timely = matches!(ty, ColumnType::Date | ColumnType::Timestamp);
    let words = words_in(column, |word| timely && is_no_day(word));
    let mut evidence = vec![format!("{ty} by the file's own schema")];
    evidence.extend(missing(&words));
    let null_words = words.into_iter().map(|(word, _)| word).collect();
    Found { ty, values: Values { null_words, ..Values::default() }, good: column.filled, evidence }
}

fn by_trial(form: &Form, column: &ColumnProfile) -> Found {
    let words = words_in(column, |word| {
        (NULL_WORDS.contains(&word) || is_no_day(word)) && !form.values.zero_words.iter().any(|zero| zero == word)
    });
    let mut evidence = vec![format!("{}: {}, as lojal read {} of the values", form.ty, form.what, column.sample.len())];
    evidence.extend(missing(&words));
    let null_words = words.into_iter().map(|(word, _)| word).collect();
    Found { ty: form.ty, values: Values { null_words, ..form.values.clone() }, good: column.filled, evidence }
}

/// Cells of a column of text that may have a form of another type; none if it is text in any case.
pub(super) fn cells_to_try(name: &str, column: &ColumnProfile) -> Vec<String> {
    let found = of_cells(name, column, &[], false);
    let noisy = matches!(found.ty, ColumnType::Decimal { scale, .. } if scale > MOST_SCALE);
    let is_text = found.ty == ColumnType::String && !is_code(name) && suspected(name, &column.suspicion).is_none();
    let serial = found.ty == ColumnType::Int && is_timely(name) && column.digits.is_some_and(|(least, _)| least >= 5);
    if !noisy && !is_text && !serial {
        return Vec::new();
    }
    let texts = column.sample.iter().map(|cell| String::from_utf8_lossy(cell).into_owned());
    texts
        .filter(|cell| DASHES.contains(&cell.as_str()) || !NULL_WORDS.contains(&cell.as_str()) && !is_no_day(cell))
        .collect()
}

/// The words for a missing value, for a comment.
fn missing(words: &[(String, u64)]) -> Option<String> {
    let shown: Vec<String> = words.iter().map(|(word, count)| format!("{} \"{word}\"", rows_shown(*count))).collect();
    (!shown.is_empty()).then(|| format!("missing values: {}", shown.join(", ")))
}

fn of_cells(name: &str, column: &ColumnProfile, null_words: &[String], personal: bool) -> Found {
    if column.filled == 0 {
        let evidence = vec!["no value in any row: the type is unknown".to_owned()];
        return Found { ty: ColumnType::String, values: Values::default(), good: 0, evidence };
    }
    let known: Vec<(String, u64)> = words_in(column, |word| NULL_WORDS.contains(&word) || is_no_day(word));
    let nulls: u64 = known.iter().map(|(_, count)| count).sum();
    let filled = column.filled - nulls;
    let typed = (filled > 0).then(|| typed(name, column, filled)).flatten();
    let Some(mut found) = typed else { return text(column, null_words, personal) };
    let mut words = known;
    // Words that are not in the list, but repeat among cells that are otherwise all of one type.
    let mut bad = filled - found.good;
    if bad > 0 {
        let repeated =
            words_in(column, |word| !NULL_WORDS.contains(&word) && !word.chars().any(|letter| letter.is_ascii_digit()));
        let repeated: Vec<(String, u64)> = repeated.into_iter().filter(|(_, count)| *count >= REPEATS).collect();
        if repeated.len() <= 3 {
            bad -= repeated.iter().map(|(_, count)| count).sum::<u64>().min(bad);
            words.extend(repeated);
        }
    }
    let tolerable = bad == 0 || (bad * ONE_IN <= found.good && found.good >= LEAST_GOOD);
    if !tolerable {
        let mut words = text(column, null_words, personal);
        if found.good > bad {
            let (good, all) = (rows_shown(found.good), rows_shown(found.good + bad));
            words
                .evidence
                .push(format!("{good} of {all} values are {}: the others keep it text", found.evidence.join(", ")));
        }
        return words;
    }
    let all = found.good + bad;
    let what = std::mem::take(&mut found.evidence);
    let mut evidence = format!("{} of {} values are {}", rows_shown(found.good), rows_shown(all), what.join(", "));
    if bad > 0 {
        evidence.push_str(&format!(
            "; {} not and will be rejected",
            if bad == 1 { "1 is".to_owned() } else { format!("{} are", rows_shown(bad)) }
        ));
    }
    evidence.extend(missing(&words).map(|words| format!("; {words}")));
    found.values.null_words = words.into_iter().map(|(word, _)| word).collect();
    found.evidence = vec![evidence];
    found
}

/// Whether a word stands where there is no day: the first or last day of a year that no event has, such as 9999-12-31 or
/// 0001-01-01, or zeros.
fn is_no_day(word: &str) -> bool {
    const DIGITS: [&str; 4] = ["00000000", "99991231", "29991231", "22991231"];
    let Some((date, time)) = word.split_at_checked(word.len().min(10)) else { return false };
    if DIGITS.contains(&word) {
        return true;
    }
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return false };
    let (year, first, second) = if a.len() == 4 { (a, b, c) } else { (c, a, b) };
    let Ok(year) = year.parse::<u32>() else { return false };
    let ends = [*first, *second];
    let of_year = ends == ["12", "31"] || ends == ["31", "12"] || ends == ["01", "01"] || ends == ["00", "00"];
    let at_all = time.is_empty() || time.starts_with([' ', 'T']);
    !YEARS.contains(&year) && of_year && at_all
}

/// The odd cells that pass, most frequent first.
fn words_in(column: &ColumnProfile, passes: impl Fn(&str) -> bool) -> Vec<(String, u64)> {
    let odd = column.odd.iter().filter_map(|(word, count)| Some((std::str::from_utf8(word).ok()?.to_owned(), *count)));
    let mut words: Vec<(String, u64)> = odd.filter(|(word, _)| passes(word)).collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words
}

/// How often a value occurs beside which one that occurs once is not quoted.
const OFTEN: u64 = 20;

fn text(column: &ColumnProfile, null_words: &[String], personal: bool) -> Found {
    // A dash may be text, unless columns of other types use it for a missing value.
    let words = words_in(column, |word| {
        NULL_TEXTS.contains(&word) || null_words.iter().any(|known| known == word && NULL_WORDS.contains(&word))
    });
    let mut evidence = Vec::new();
    if !column.many && column.words.len() <= MOST_WORDS && !personal {
        let mut values: Vec<(String, u64)> = column
            .words
            .iter()
            .map(|(word, count)| (String::from_utf8_lossy(word).into_owned(), *count))
            .filter(|(word, _)| !words.iter().any(|(null, _)| null == word))
            .collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let few = (!values.is_empty() && column.filled >= 2 * values.len() as u64).then_some(&values);
        if let Some(values) = few {
            // One cell among many others may have moved here from another column.
            let often = values.iter().any(|(_, count)| *count >= OFTEN);
            let is_stray = |word: &str, count: u64| may_identify(word) || often && count == 1;
            let shown: Vec<String> = values
                .iter()
                .take(SHOWN)
                .map(|(word, count)| {
                    let word = if is_stray(word, *count) { NOT_SHOWN } else { word.as_str() };
                    format!("{word} ({})", rows_shown(*count))
                })
                .collect();
            let more = if values.len() > SHOWN { ", …" } else { "" };
            let advice = if values.len() <= SHOWN { ": use accepted_values if there are no others" } else { "" };
            evidence.push(format!("{}: {}{more}{advice}", counted(values.len() as u64, "value"), shown.join(", ")));
        }
    }
    if evidence.is_empty() {
        evidence.push(format!("{} of text", counted(column.filled, "value")));
    }
    evidence.extend(missing(&words));
    let values = Values { null_words: words.into_iter().map(|(word, _)| word).collect(), ..Values::default() };
    Found { ty: ColumnType::String, values, good: column.filled, evidence }
}

/// The type of most of the `filled` cells that are not null words; `None` if they only have text in common.
fn typed(name: &str, column: &ColumnProfile, filled: u64) -> Option<Found> {
    if let Some(found) = boolean(name, column, filled) {
        return Some(found);
    }
    if is_code(name) {
        return None;
    }
    let mut candidates = Vec::new();
    candidates.extend(timely(name, column, filled).map(|found: Timely| Found {
        ty: found.ty,
        values: found.values,
        good: found.good,
        evidence: found.evidence,
    }));
    candidates.extend(numeric(column));
    // Eight digits that are days are also numbers: the days come first, and win if both fit as many cells.
    candidates.into_iter().rev().max_by_key(|found| found.good).filter(|found| found.good > 0)
}

fn boolean(name: &str, column: &ColumnProfile, filled: u64) -> Option<Found> {
    if column.many {
        return None;
    }
    let is_null = |word: &str| NULL_WORDS.contains(&word);
    let words: Vec<String> = column.words.keys().filter_map(|word| String::from_utf8(word.clone()).ok()).collect();
    let mut lower: Vec<String> = words.iter().filter(|word| !is_null(word)).map(|word| word.to_lowercase()).collect();
    lower.sort();
    lower.dedup();
    let flag = |word: &str| {
        [
            "is",
            "has",
            "flag",
            "flagga",
            "consent",
            "samtycke",
            "member",
            "medlem",
            "active",
            "aktiv",
            "deleted",
            "raderad",
            "optin",
            "opt",
            "ja",
            "retur",
            "newsletter",
            "blocked",
        ]
        .contains(&word)
    };
    let named = name.split('_').any(flag);
    let pair = match lower.as_slice() {
        [a, b] if (a.as_str(), b.as_str()) == ("0", "1") && named => ("1", "0"),
        [a, b] => *BOOLS.iter().find(|(yes, no)| (a == yes && b == no) || (a == no && b == yes))?,
        // A single word decides only if it has no other meaning.
        [only] if named || only == "true" || only == "false" => {
            *BOOLS.iter().find(|(yes, no)| only == yes || only == no)?
        }
        _ => return None,
    };
    let count = |wanted: &str| {
        let of = column.words.iter().filter(|(word, _)| String::from_utf8_lossy(word).to_lowercase() == wanted);
        of.map(|(_, count)| *count).sum::<u64>()
    };
    let usual = ["true", "t", "yes", "1"].contains(&pair.0) && ["false", "f", "no", "0"].contains(&pair.1);
    let words = |word: &str| if usual { Vec::new() } else { vec![word.to_owned()] };
    let values = Values { true_words: words(pair.0), false_words: words(pair.1), ..Values::default() };
    let (yes, no) = (count(pair.0), count(pair.1));
    let evidence = vec![format!("bool: {} {}, {} {}", rows_shown(yes), pair.0, rows_shown(no), pair.1)];
    (yes + no == filled).then_some(Found { ty: ColumnType::Bool, values, good: yes + no, evidence })
}

fn numeric(column: &ColumnProfile) -> Option<Found> {
    let fitting = |comma: bool| {
        column.count(|shape| match shape {
            Shape::Number { point, comma: with_comma, .. } => {
                if comma {
                    with_comma.is_some()
                } else {
                    point.is_some()
                }
            }
            _ => false,
        })
    };
    let (with_point, with_comma) = (fitting(false), fitting(true));
    let comma = with_comma > with_point || (with_comma == with_point && column.has_commas);
    let good = with_point.max(with_comma);
    if good == 0 {
        return None;
    }
    let sizes = if comma { &column.comma } else { &column.point };
    let (mut groups, mut currencies) = (Vec::new(), Vec::new());
    for (shape, _) in &column.shapes {
        let Shape::Number { point, comma: with_comma, currency, .. } = shape else { continue };
        let Some(group) = (if comma { *with_comma } else { *point }) else { continue };
        let add = |list: &mut Vec<u8>, number: u8| {
            if number > 0 && !list.contains(&number) {
                list.push(number)
            }
        };
        add(&mut groups, group);
        add(&mut currencies, *currency);
    }
    groups.sort_unstable();
    currencies.sort_unstable();
    let thousands_signs: Vec<char> = groups.iter().map(|number| GROUP_SIGNS[usize::from(number - 1)]).collect();
    let currency_signs: Vec<String> =
        currencies.iter().map(|number| CURRENCY_SIGNS[usize::from(number - 1)].to_owned()).collect();
    // Leading zeros, or more digits than a number has: codes.
    // Data frames write whole numbers with a fraction of zero where a cell of the column is empty.
    let framed = sizes.fraction == 1 && sizes.used == 0 && column.empty > 0 && !comma && groups.is_empty();
    let whole = sizes.fraction == 0 || framed;
    let constant = column.digits.is_some_and(|(least, most)| least == most && least >= 10);
    if (whole && (column.leading_zeros > 0 || sizes.whole > MOST_DIGITS || constant))
        || column.leading_zeros * ONE_IN > good
    {
        return None;
    }
    let mut evidence = Vec::new();
    let ty = if whole {
        evidence.push(if framed { "int, written with .0" } else { "int" }.to_owned());
        ColumnType::Int
    } else {
        // Two decimals if there was one, and room for greater numbers.
        let scale = sizes.fraction.max(2);
        let precision = [12, 18, 38].into_iter().find(|precision| sizes.whole + scale + 2 <= *precision)?;
        evidence.push(format!(
            "decimal with at most {} before and {} after the {}",
            counted(sizes.whole.into(), "digit"),
            sizes.fraction,
            if comma { "comma" } else { "point" }
        ));
        ColumnType::Decimal { precision, scale: i8::try_from(scale).ok()? }
    };
    if !groups.is_empty() || !currencies.is_empty() {
        evidence.push(signs_shown(&thousands_signs, &currency_signs));
    }
    if with_point == with_comma
        && column.count(|shape| matches!(shape, Shape::Number { point: Some(a), comma: Some(b), .. } if a != b)) > 0
    {
        evidence.push("ambiguous: do points or commas separate groups of three digits? please check".to_owned());
    }
    let range = [&sizes.least, &sizes.greatest].map(|bound| bound.as_ref().map_or("", |(_, text)| text.as_str()));
    evidence.push(format!("from {} to {}", range[0], range[1]));
    let decimal_sign = (comma && (!whole || !thousands_signs.is_empty())).then_some(',');
    Some(Found {
        ty,
        values: Values { decimal_sign, thousands_signs, currency_signs, ..Values::default() },
        good,
        evidence,
    })
}

fn signs_shown(thousands: &[char], currencies: &[String]) -> String {
    let name = |sign: &char| match sign {
        ' ' => "space".to_owned(),
        '\u{a0}' | '\u{202f}' => "no-break space".to_owned(),
        other => format!("\"{other}\""),
    };
    let groups = (!thousands.is_empty()).then(|| {
        format!("groups of three digits separated by {}", thousands.iter().map(name).collect::<Vec<_>>().join(" or "))
    });
    let currencies = (!currencies.is_empty()).then(|| format!("with {}", currencies.join(", ")));
    groups.into_iter().chain(currencies).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(name: &str, cells: &[&str]) -> ColumnDraft {
        let mut seen = ColumnProfile::default();
        cells.iter().for_each(|cell| seen.take(cell.as_bytes()));
        column(name, None, &seen, None, false, &[], None)
    }

    fn ty(name: &str, cells: &[&str]) -> String {
        decided(name, cells).ty.to_string()
    }

    #[test]
    fn the_narrowest_type_is_chosen() {
        assert_eq!(ty("n", &["1", "-2"]), "int");
        assert_eq!(ty("n", &["1", "2.5"]), "decimal(12,2)");
        assert_eq!(ty("n", &["0.9708", "1.2"]), "decimal(12,4)");
        assert_eq!(ty("n", &["2024-01-01"]), "date");
        assert_eq!(ty("n", &["2024-01-01 10:00:00"]), "timestamp");
        assert_eq!(ty("n", &["true", "false", ""]), "bool");
        assert_eq!(ty("n", &["1", "a"]), "string");
        assert_eq!(ty("n", &[]), "string");
    }

    #[test]
    fn codes_remain_text() {
        assert_eq!(ty("n", &["01", "12"]), "string");
        assert_eq!(ty("postal_code", &["12345"]), "string");
        assert_eq!(ty("n", &["7350053850019", "7350053850026"]), "string");
        assert_eq!(ty("n", &["0", "1"]), "int");
        assert_eq!(ty("is_member", &["0", "1"]), "bool");
    }

    #[test]
    fn nordic_amounts_and_words_are_read() {
        let found = decided("belopp", &["1 234,50 kr", "89,00 kr", "-", "NULL"]);
        assert_eq!(found.ty.to_string(), "decimal(12,2)");
        assert_eq!(found.values.decimal_sign, Some(','));
        assert_eq!(found.values.thousands_signs, [' ']);
        assert_eq!(found.values.currency_signs, ["kr"]);
        assert_eq!(found.values.null_words, ["-", "NULL"]);
        let found = decided("aktiv", &["Ja", "Nej", "ja"]);
        assert_eq!(
            (found.values.true_words, found.values.false_words),
            (vec!["ja".to_owned()], vec!["nej".to_owned()])
        );
    }

    #[test]
    fn a_few_bad_cells_do_not_change_the_type() {
        let mut cells: Vec<String> = (0..200).map(|n| format!("{n}.5")).collect();
        cells.push("ca 10".to_owned());
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let found = decided("minutes", &cells);
        assert_eq!(found.ty.to_string(), "decimal(12,2)");
        assert!(found.comments[0].contains("200 of 201 values"), "{:?}", found.comments);
        assert!(found.comments[0].contains("1 is not and will be rejected"), "{:?}", found.comments);
    }
}
