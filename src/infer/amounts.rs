//! Possible declarations of cells that are amounts as bookkeepers and programs write them: their signs, their digits, and
//! the noise of floats.

use super::draft::{Form, Values};
use super::number::CURRENCY_SIGNS;
use crate::source::ColumnType;

const GROUP_SIGNS: [char; 7] = ['.', ',', ' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}'];
const DASHES: [&str; 4] = ["-", "--", "–", "—"];
/// An amount has at most this many letters, for a currency and a side of the ledger.
const MOST_LETTERS: usize = 6;
/// Room for digits before the sign.
const WHOLE_DIGITS: u8 = 12;
/// Digits after the sign that only floats have.
const NOISY_DIGITS: usize = 10;
/// The part of a number that is a float's noise.
const NOISE: f64 = 1e-12;
/// The most digits that a rounded number keeps.
const MOST_ROUNDED: u8 = 6;

/// The possible declarations; none if the cells are not amounts, or nothing but digits, which may be codes.
pub(super) fn amounts(cells: &[String]) -> Vec<Form> {
    let is_dash = |cell: &&String| DASHES.contains(&without_words(cell));
    let has_digit = |cell: &&String| cell.bytes().any(|byte| byte.is_ascii_digit());
    let letters = |cell: &String| cell.chars().filter(|letter| letter.is_alphabetic()).count();
    let figures: Vec<&String> = cells.iter().filter(has_digit).collect();
    let is_code = figures.iter().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()));
    if is_code
        || !cells.iter().all(|cell| has_digit(&cell) || is_dash(&cell))
        || figures.iter().any(|cell| letters(cell) > MOST_LETTERS)
    {
        return Vec::new();
    }
    let signs = Signs::of(cells, &figures);
    let (comma, point) = (cells.iter().any(|cell| cell.contains(',')), cells.iter().any(|cell| cell.contains('.')));
    let decimal_signs: &[char] = match (comma, point) {
        (true, true) => &[',', '.'],
        (true, false) => &[','],
        (false, _) => &['.'],
    };
    decimal_signs.iter().filter_map(|sign| signs.form(&figures, *sign)).collect()
}

/// What stands around the digits of some amounts.
struct Signs {
    negative: Vec<&'static str>,
    currency_signs: Vec<String>,
    zero_words: Vec<String>,
    /// Whether amounts have a side of the ledger.
    sides: bool,
}

impl Signs {
    fn of(cells: &[String], figures: &[&String]) -> Self {
        let has = |sign: &str| cells.iter().any(|cell| cell.contains(sign));
        let ends = |side: &str| figures.iter().any(|cell| cell.trim().to_uppercase().ends_with(side));
        let sides = ends("CR") || ends("DR");
        let is_behind = |cell: &&&String| {
            let number = cell.trim().trim_end_matches(['-', '\u{2212}', '–']);
            number.len() < cell.trim().len() && number.ends_with(|last: char| last.is_ascii_digit())
        };
        let negative = [
            (has("("), "parentheses"),
            (figures.iter().any(|cell| is_behind(&cell)), "trailing_minus"),
            (sides, "cr_dr"),
        ];
        let negative: Vec<&str> = negative.into_iter().filter(|(found, _)| *found).map(|(_, word)| word).collect();
        let known = CURRENCY_SIGNS.iter().chain(&["%"]);
        let currency_signs: Vec<String> = known.filter(|sign| has(sign)).map(|sign| (*sign).to_owned()).collect();
        // A dash is zero only where the format is that of a ledger.
        let is_ledger = !negative.is_empty() || !currency_signs.is_empty();
        let is_zero = |dash: &&str| is_ledger && cells.iter().any(|cell| without_words(cell) == *dash);
        let zero_words = DASHES.into_iter().filter(is_zero).map(str::to_owned).collect();
        Self { negative, currency_signs, zero_words, sides }
    }

    fn form(&self, figures: &[&String], decimal_sign: char) -> Option<Form> {
        let between = |sign: &char| *sign != decimal_sign && figures.iter().any(|cell| between_digits(cell, *sign));
        let longest = figures.iter().map(|cell| fraction(cell, decimal_sign)).max().unwrap_or(0);
        let round = if longest > NOISY_DIGITS { Some(rounded_to(figures, decimal_sign)?.max(2)) } else { None };
        let scale = round.unwrap_or(u8::try_from(longest).ok()?.max(2));
        let precision = [18, 38].into_iter().find(|precision| scale + WHOLE_DIGITS <= *precision)?;
        let values = Values {
            decimal_sign: (decimal_sign == ',').then_some(','),
            thousands_signs: GROUP_SIGNS.into_iter().filter(between).collect(),
            currency_signs: self.currency_signs.clone(),
            negative: self.negative.clone(),
            zero_words: self.zero_words.clone(),
            round,
            ..Values::default()
        };
        let mut what = "amounts".to_owned();
        if round.is_some() {
            what.push_str(&format!(" with the noise of floats, rounded to {scale} digits: please check"));
        }
        if !self.zero_words.is_empty() {
            what.push_str("; a dash is read as zero: please check");
        }
        let open = self.sides.then(|| {
            "amounts have CR or DR: declare negative: [cr_dr] if CR is negative, or [dr_cr] if DR is".to_owned()
        });
        Some(Form { ty: ColumnType::Decimal { precision, scale: i8::try_from(scale).ok()? }, values, what, open })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn form(cells: &[&str]) -> Option<Form> {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        amounts(&cells).into_iter().next()
    }

    #[test]
    fn signs_are_declared_only_where_they_occur() {
        let found = form(&["(1 234,50 kr)", "99,00-", " -   kr ", "5,00"]).unwrap().values;
        assert_eq!((found.decimal_sign, found.thousands_signs), (Some(','), vec![' ']));
        assert_eq!(found.negative, ["parentheses", "trailing_minus"]);
        assert_eq!((found.currency_signs, found.zero_words), (vec!["kr".to_owned()], vec!["-".to_owned()]));
        let found = form(&["CHF 12.--", "1'234.50"]).unwrap().values;
        assert!(found.negative.is_empty() && found.decimal_sign.is_none() && found.zero_words.is_empty(), "{found:?}");
    }

    #[test]
    fn the_side_of_a_ledger_remains_open() {
        assert!(form(&["5,00 CR", "7,50 DR"]).unwrap().open.is_some());
    }

    #[test]
    fn the_noise_of_floats_is_rounded_and_nothing_else() {
        let found = form(&["0.30000000000000004", "3.3000000000000003", "59.97"]).unwrap();
        assert_eq!((found.values.round, found.ty.to_string()), (Some(2), "decimal(18,2)".to_owned()));
        let found = form(&["0.30000000000000004", "1e-05"]).unwrap();
        assert_eq!(found.values.round, Some(5));
        assert!(form(&["0.333333333333333", "0.25"]).is_none(), "a third is not noise");
    }

    #[test]
    fn codes_and_words_are_not_amounts() {
        for cells in [["0012", "0450"], ["12 rue", "5 avenue des"], ["a", "5"], ["-", "-"]] {
            assert!(form(&cells).is_none(), "{cells:?}");
        }
    }
}
