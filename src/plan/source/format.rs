//! Checks the declared format of a source's files.

use super::positions;
use crate::config::{CsvFormat, Format, Located, SourceFile, Texts};
use crate::diagnostics::Problem;
use crate::extract::text_encoding;

pub(super) fn check(source: &SourceFile, texts: &Texts, problems: &mut Vec<Problem>) {
    match &source.format {
        Format::Csv(csv) => check_signs(csv, texts, problems),
        Format::FixedWidth(fixed) => positions::check(fixed, source, texts, problems),
        Format::JsonLines(_) | Format::Json(_) | Format::Parquet(_) | Format::Xlsx(_) => {}
    }
}

fn check_signs(csv: &CsvFormat, texts: &Texts, problems: &mut Vec<Problem>) {
    let signs = [("quote", &csv.quote), ("escape", &csv.escape), ("comment", &csv.comment)];
    let signs = signs.into_iter().filter_map(|(what, sign)| Some((what, sign.as_ref()?)));
    let signs: Vec<(&str, &Located<char>)> = std::iter::once(("delimiter", &csv.delimiter)).chain(signs).collect();
    for (at, (what, sign)) in signs.iter().enumerate() {
        let unfit = matches!(sign.value, '\n' | '\r' | '\0' | '\u{FEFF}');
        if unfit || (*what != "delimiter" && !sign.value.is_ascii()) {
            let kind = if *what == "delimiter" { "character" } else { "ASCII character" };
            problems
                .push(texts.place(sign, 3, format!("the {what} must be one {kind} on a line")).hint("such as \";\""));
        } else if !text_encoding(csv.encoding).has(sign.value) {
            let encoding = text_encoding(csv.encoding).as_str();
            let message = format!("the {what} `{}` is not a character of {encoding}", sign.value);
            problems.push(texts.place(sign, 3, message).hint("set the encoding that the file has"));
        }
        // An escape that is the quote itself is the usual doubling.
        if let Some((other, _)) = signs[..at].iter().find(|(_, earlier)| earlier.value == sign.value) {
            problems.push(
                texts
                    .place(sign, 3, format!("{other} and {what} must differ"))
                    .hint(format!("omit `{what}` if the file does not use it")),
            );
        }
    }
}
