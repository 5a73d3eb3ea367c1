//! Possible declarations of cells that are amounts as bookkeepers and programs write them: their signs, their digits, and
//! the noise of floats.

use super::draft::{Form, Values};
use super::number::CURRENCY_SIGNS;
use crate::source::ColumnType;

const GROUP_SIGNS: [char; 7] = ['.', ',', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];
const DASHES: [&str; 4] = ["-", "--", "–", "—"];
/// Digits after the sign that only floats have.
const NOISY_DIGITS: usize = 10;
/// The part of a number that is a float's noise.
const NOISE: f64 = 1e-12;
/// The most digits that a rounded number keeps.
const MOST_ROUNDED: u8 = 6;

/// The possible declarations, with a decimal comma and with a point.
pub(super) fn amounts(cells: &[String]) -> Vec<Form> {
    let dashes: Vec<&str> =
        DASHES.into_iter().filter(|dash| cells.iter().any(|cell| without_words(cell) == *dash)).collect();
    let figures: Vec<&String> = cells.iter().filter(|cell| cell.bytes().any(|byte| byte.is_ascii_digit())).collect();
    let others =
        cells.len() - figures.len() - cells.iter().filter(|cell| dashes.contains(&without_words(cell))).count();
    let letters = |cell: &&String| cell.chars().filter(|letter| letter.is_alphabetic()).count();
    if others > 0 || figures.is_empty() || figures.iter().any(|cell| letters(cell) > 6) {
        return Vec::new();
    }
    let has = |sign: &str| cells.iter().any(|cell| cell.contains(sign));
    let signed = |side: &str| cells.iter().any(|cell| cell.to_uppercase().trim().ends_with(side));
    // Which side of the ledger is negative depends on the account.
    if signed("CR") || signed("DR") {
        return Vec::new();
    }
    let mut negative = Vec::new();
    if has("(") {
        negative.push("parentheses");
    }
    if figures.iter().any(|cell| cell.trim().ends_with(['-', '−', '–'])) {
        negative.push("trailing_minus");
    }
    let mut currency_signs: Vec<String> =
        CURRENCY_SIGNS.iter().chain(&["%"]).filter(|sign| has(sign)).map(|sign| (*sign).to_owned()).collect();
    currency_signs.dedup();
    // A dash is zero only where the format is that of a ledger.
    let is_ledger = !negative.is_empty() || !currency_signs.is_empty();
    let zero_words: Vec<String> = dashes.into_iter().filter(|_| is_ledger).map(str::to_owned).collect();
    [',', '.']
        .into_iter()
        .filter_map(|decimal_sign| {
            let between = |sign: &char| {
                *sign != decimal_sign
                    && figures.iter().any(|cell| cell.contains(&format!("{sign}")) && between_digits(cell, *sign))
            };
            let thousands_signs: Vec<char> = GROUP_SIGNS.into_iter().filter(between).collect();
            let fractions: Vec<usize> = figures.iter().map(|cell| fraction(cell, decimal_sign)).collect();
            let longest = fractions.iter().copied().max().unwrap_or(0);
            let round = if longest > NOISY_DIGITS { Some(rounded_to(&figures, decimal_sign)?) } else { None };
            let scale = round.unwrap_or(u8::try_from(longest).ok()?).max(2);
            let precision = [18, 38].into_iter().find(|precision| scale + 12 <= *precision)?;
            let values = Values {
                decimal_sign: (decimal_sign == ',').then_some(','),
                thousands_signs,
                currency_signs: currency_signs.clone(),
                negative: negative.clone(),
                zero_words: zero_words.clone(),
                round: round.map(|_| scale),
                ..Values::default()
            };
            let what = match round {
                Some(_) => format!("amounts with the noise of floats, rounded to {scale} digits: please check"),
                None => "amounts".to_owned(),
            };
            Some(Form { ty: ColumnType::Decimal { precision, scale: i8::try_from(scale).ok()? }, values, what })
        })
        .collect()
}

/// A cell without spaces and currency words around it.
fn without_words(cell: &str) -> &str {
    cell.trim_matches(|letter: char| letter.is_whitespace() || letter.is_alphabetic() || "€$£%".contains(letter))
}

fn between_digits(cell: &str, sign: char) -> bool {
    let letters: Vec<char> = cell.chars().collect();
    letters.windows(3).any(|three| three[1] == sign && three[0].is_ascii_digit() && three[2].is_ascii_digit())
}

/// Digits after the decimal sign, with those that an exponent adds.
fn fraction(cell: &str, sign: char) -> usize {
    let (mantissa, exponent) = cell.split_once(['e', 'E']).unwrap_or((cell, "0"));
    let digits = mantissa.rsplit_once(sign).map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    let exponent: i64 = exponent.trim().parse().unwrap_or(0);
    usize::try_from(i64::try_from(digits).unwrap_or(0) - exponent).unwrap_or(0)
}

/// The fewest digits after the sign that leave out nothing but a float's noise.
fn rounded_to(cells: &[&String], sign: char) -> Option<u8> {
    let plain = |cell: &str| cell.split_whitespace().collect::<String>().replace(sign, ".");
    let numbers = cells.iter().map(|cell| plain(cell).parse().ok()).collect::<Option<Vec<f64>>>()?;
    (0..=MOST_ROUNDED).find(|digits| {
        let unit = 10_f64.powi(i32::from(*digits));
        numbers.iter().all(|number| {
            let beyond = (number * unit - (number * unit).round()).abs() / unit;
            beyond <= number.abs().max(1.0) * NOISE
        })
    })
}
