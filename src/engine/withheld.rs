//! Texts of errors about rows, without the rows.
//!
//! What DataFusion and Arrow say about a value that they cannot process quotes it, within quotes or not: a cell, a number,
//! a pattern made of one. Messages go where everybody can read them, so a text of theirs passes only with words that
//! such texts are made of.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use datafusion::execution::SessionStateDefaults;
use regex::Regex;

/// What stands for the rest.
const HIDDEN: &str = "…";

/// Words of the errors that functions and casts of DataFusion 55 and Arrow 59 give for rows. None is a name.
const WORDS: &str = "0-based 1-based Additional Arithmetic Array Both Can Cannot Cast Compute Could Date Decimal Divide \
    Error Execution Expected Failed Field Format Hour InList Input Internal Interval Invalid Json Key Minute Month Not \
    Overflow Overflowing Parser Placeholder Regular Run Second Signed Time Timestamp Unable Unexpected Unicode \
    Unsupported UTF UTF-8 addition allowed an and any application applying are argument arguments array arrays as at \
    base64 be binary boolean bounds but by byte bytes cannot cast casting characters compile component contain contains \
    convert could count create data date decimal decode deserialize did digits divide division does domain downcast \
    duplicate element elements empty encode encoding end enough entries epoch error escape evaluated exceed exceeds \
    expect expected expecting expects expression failed field fields first for format found fraction from function \
    fractional generate greater happened has have hex hour in index input instead integer interval invalid is it key \
    keys key/value large least length less line list longer looking map minute missing month more must name needs \
    negative no non-null non-zero not null number numeric obtain occurred of offset on only or out out-of-bounds \
    out-of-domain overflow overflowed overflows parameter parse parser parsing parse_error pattern position positive \
    precision provided range receive regex regular representable requires result root rounding scalar scale second \
    sequence size square start string struct subtraction support supported take than that the this time timestamp \
    timezone to token too type types unable unclosed undefined unexpected unicode unique unit unknown unsupported \
    unterminated use using valid value values was when while with year yet zero zone";

static KNOWN: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

/// Names of Arrow's types as errors write them.
const TYPES: [&str; 33] = [
    "Boolean",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float16",
    "Float32",
    "Float64",
    "Utf8",
    "LargeUtf8",
    "Utf8View",
    "Binary",
    "LargeBinary",
    "BinaryView",
    "Date32",
    "Date64",
    "Time32",
    "Time64",
    "Timestamp",
    "Duration",
    "Interval",
    "Decimal32",
    "Decimal64",
    "Decimal128",
    "Decimal256",
    "List",
    "Struct",
    "Map",
    "Null",
];

/// The text on one line, with `…` for each part that is not known to be the engine's own.
pub fn without_data(text: &str) -> String {
    let text = DECIMAL.as_ref().map_or_else(|| text.into(), |decimal| decimal.replace_all(text, "$1($2,$3)"));
    // What stands between the outermost quotes of a kind is a value.
    let quotes = ['\'', '"', '`'];
    let outer = quotes.iter().filter_map(|quote| Some((text.find(*quote)?, text.rfind(*quote)?)));
    match outer.filter(|(from, to)| from < to).min() {
        Some((from, to)) => {
            let (before, after) = (own_words(&text[..from]), own_words(&text[to + 1..]));
            let space = if after.starts_with([':', '.', ',']) || after.is_empty() { "" } else { " " };
            format!("{before} '{HIDDEN}'{space}{after}").trim().to_owned()
        }
        None => own_words(&text),
    }
}

fn own_words(text: &str) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        if is_own(word) {
            shown.push(word);
        } else if shown.last() != Some(&HIDDEN) {
            shown.push(HIDDEN);
        }
    }
    shown.join(" ")
}

fn is_own(word: &str) -> bool {
    let bare = word.trim_matches([',', '.', ':', ';', '(', ')', '[', ']']);
    let is_type = |word: &str| {
        TYPES.contains(&word) || {
            let digits = word.strip_prefix("Decimal").unwrap_or("-");
            digits.ends_with(')') && digits.chars().all(|letter| letter.is_ascii_digit() || "(,-)".contains(letter))
        }
    };
    KNOWN.contains(bare)
        || is_type(bare)
        || is_type(word.trim_end_matches(['.', ',']))
        || FUNCTIONS.contains(bare)
        || bare.is_empty()
}

/// Decimal types, whose digits are those of the type.
static DECIMAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(Decimal(?:32|64|128|256))\((\d{1,2}), ?(-?\d{1,2})\)").ok());

/// Names of SQL functions. Short words may be the name of somebody.
static FUNCTIONS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let of_engine = SessionStateDefaults::default_scalar_functions();
    let own = crate::functions::all_udfs();
    of_engine.iter().chain(&own).map(|function| function.name().to_owned()).filter(|name| name.contains('_')).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_engine_pass() {
        for (text, shown) in [
            (
                "Cast error: Cannot cast string 'anna.zorn@example.org' to value of Int64 type",
                "Cast error: Cannot cast string '…' to value of Int64 type",
            ),
            (
                "Cast error: Cannot cast string 'O'Hara' to value of Decimal128(38, 10) type",
                "Cast error: Cannot cast string '…' to value of Decimal128(38,10) type",
            ),
            (
                "Parser error: Error parsing timestamp from 'Boström': error parsing date",
                "Parser error: Error parsing timestamp from '…': error parsing date",
            ),
            (
                "Regular expression did not compile: Syntax(\n~~~\nregex parse error:\n    anna(\n^\nerror: unclosed group\n)",
                "Regular expression did not compile: … regex parse error: … error: unclosed … )",
            ),
            ("Overflow happened on: 811228 * 9874", "Overflow happened on: …"),
            ("Failed to parse 'Zorn' as time", "Failed to parse '…' as time"),
            ("Invalid timezone \"Zorn\": 'Zorn' is unknown", "Invalid timezone '…': … is unknown"),
            ("failed to parse timezone Zorn", "failed to parse timezone …"),
            ("DATE_BIN of Zorn, Anna", "… of …"),
        ] {
            assert_eq!(without_data(text), shown);
        }
    }
}
