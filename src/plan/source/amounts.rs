//! Checks how the amounts of a column are written: what is rounded, what is negative, what is zero.

use crate::config::{ColumnFile, Located, Negative, SourceFile, Texts};
use crate::diagnostics::Problem;
use crate::source::{ColumnType, ValueForm};

/// Fills in the keys of a number's form: the column's own, else the source's.
pub(super) fn resolve(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    form: &mut ValueForm,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) {
    form.round = round(source, column, ty, texts, problems);
    let negative = column.values.negative.as_ref().or(source.values.negative.as_ref());
    form.negative = negative.into_iter().flatten().map(|sign| sign.value).collect();
    for sign in negative.into_iter().flatten() {
        if sign.value == Negative::DrCr && form.negative.contains(&Negative::CrDr) {
            let problem = texts.place(sign, 5, "CR is negative with `cr_dr` and positive with `dr_cr`".to_owned());
            problems.push(problem.hint("keep the one that the file follows"));
        }
    }
    let words = column.values.zero_words.as_ref().or(source.values.zero_words.as_ref());
    form.zero_words = words.into_iter().flatten().map(|word| word.value.clone()).collect();
    for word in words.into_iter().flatten() {
        if let Some((wrong, hint)) = wrong_zero(&word.value, form) {
            problems.push(texts.at(word, format!("`{}` cannot mean zero: {wrong}", word.value)).hint(hint));
        }
    }
}

/// The digits that a column's numbers are rounded to.
fn round(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<u8> {
    if matches!(ty, ColumnType::Nested(_)) {
        return nested_round(source, column, ty, texts, problems);
    }
    let ColumnType::Decimal { scale, .. } = ty else { return None };
    let scale = scale.unsigned_abs();
    let Some(own) = &column.values.round else {
        // A rate with four digits is not rounded because prices are.
        return source.values.round.as_ref().map(|digits| digits.value).filter(|digits| *digits == scale);
    };
    if own.value > scale {
        let message = format!("{ty} has {scale} digits after the point, so that `round: {}` rounds nothing", own.value);
        problems.push(texts.place(own, 1, message).hint(format!("write `round: {scale}`, or declare a wider type")));
    }
    Some(own.value)
}

/// The same for a list or struct: the numbers inside with just so many digits follow it, the others are not rounded.
fn nested_round(
    source: &SourceFile,
    column: &ColumnFile,
    ty: ColumnType,
    texts: &Texts,
    problems: &mut Vec<Problem>,
) -> Option<u8> {
    let own = column.values.round.as_ref();
    let digits = own.or(source.values.round.as_ref())?;
    let is_followed = ty.scalars().iter().any(|scalar| has_digits(scalar, digits.value));
    if let Some(own) = own.filter(|_| !is_followed) {
        let message = format!("no decimal inside {ty} has {} digits after the point", own.value);
        let hint = "inside lists and structs, round applies to the decimals with just so many digits";
        problems.push(texts.place(own, 1, message).hint(hint));
    }
    is_followed.then_some(digits.value)
}

fn has_digits(ty: &ColumnType, digits: u8) -> bool {
    matches!(ty, ColumnType::Decimal { scale, .. } if scale.unsigned_abs() == digits)
}

fn wrong_zero(word: &str, form: &ValueForm) -> Option<(&'static str, &'static str)> {
    let word = word.trim();
    if word.is_empty() {
        return Some(("it is empty", "remove it; empty cells need no word"));
    }
    if word.chars().any(char::is_numeric) {
        return Some(("it holds a digit", "name the word or the dash that replaces the number"));
    }
    let is_null = form.null_words.iter().any(|null| null.trim() == word);
    is_null.then_some(("null_words says that it means an empty cell", "keep it in one of the two lists"))
}

/// Reports a `round` of the source that no column follows.
pub(super) fn check_source(source: &SourceFile, columns: &[ColumnType], texts: &Texts, problems: &mut Vec<Problem>) {
    let Some(digits) = &source.values.round else { return };
    let mut scalars = columns.iter().flat_map(|ty| ty.scalars());
    if !scalars.any(|ty| has_digits(&ty, digits.value)) {
        let message = format!("no decimal column of this source has {} digits after the point", digits.value);
        let hint = "on a source, round applies to the columns with just so many digits; else write it on the column";
        problems.push(texts.place(digits, 1, message).hint(hint));
    }
}

/// A side of the ledger that is declared as a currency.
pub(super) fn side_as_currency(sign: &Located<String>, texts: &Texts) -> Option<Problem> {
    let is_side = matches!(sign.value.to_ascii_uppercase().as_str(), "CR" | "DR");
    is_side.then(|| {
        let message = format!("`{}` is a side of the ledger and not a currency: it decides the sign", sign.value);
        texts.at(sign, message).hint("negative: [cr_dr] makes CR negative, and negative: [dr_cr] makes DR negative")
    })
}
