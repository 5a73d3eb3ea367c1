//! How an extract is written: file formats, and how values stand in them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Located;

/// File format of an extract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    /// Text with one record per line.
    Csv(CsvFormat),
    /// One JSON object per line.
    JsonLines(JsonLinesFormat),
    /// A JSON document with an array of objects.
    Json(JsonFormat),
    /// Parquet files.
    Parquet(ParquetFormat),
    /// A sheet of an Excel workbook.
    Xlsx(XlsxFormat),
}

impl Default for Format {
    fn default() -> Self {
        Self::Csv(CsvFormat::default())
    }
}

/// How a CSV file is written. UTF-8 with a header row where nothing else is said; LF or CRLF, with or without a byte
/// order mark.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvFormat {
    /// The character between fields.
    #[serde(default = "comma")]
    pub delimiter: Located<char>,
    /// One ASCII character around fields that hold delimiters; doubled inside. Null where nothing is quoted.
    #[serde(default = "double_quote")]
    pub quote: Option<Located<char>>,
    /// One ASCII character that takes the next one's meaning away.
    pub escape: Option<Located<char>>,
    /// Lines that begin with this ASCII character are no records.
    pub comment: Option<Located<char>>,
    /// Whether the first record names the columns. Without a header the columns stand in the declared order.
    #[serde(default = "yes")]
    pub header: bool,
    /// Lines before the header, or before the first record where there is none.
    #[serde(default)]
    pub skip_lines: u32,
    /// Lines after the last record, such as totals.
    #[serde(default)]
    pub footer_lines: u32,
    /// Character encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// Quoted fields may hold line breaks. Leave it false where they do not: a stray quote then cannot swallow lines.
    #[serde(default)]
    pub newlines_in_values: bool,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            delimiter: comma(),
            quote: double_quote(),
            escape: None,
            comment: None,
            header: true,
            skip_lines: 0,
            footer_lines: 0,
            encoding: Encoding::default(),
            newlines_in_values: false,
        }
    }
}

fn comma() -> Located<char> {
    Located::nowhere(',')
}

fn double_quote() -> Option<Located<char>> {
    Some(Located::nowhere('"'))
}

fn yes() -> bool {
    true
}

/// Character encoding of a text file. It is declared, never guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8; a byte order mark is skipped.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16 with a byte order mark.
    #[serde(rename = "utf-16")]
    Utf16,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252, Western European.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO 8859-1, Latin-1.
    #[serde(rename = "iso-8859-1")]
    Iso8859_1,
    /// ISO 8859-15, Latin-9: Latin-1 with the euro sign.
    #[serde(rename = "iso-8859-15")]
    Iso8859_15,
}

/// JSON lines need no options: UTF-8, one object per line.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonLinesFormat {}

/// Where a JSON document holds its records.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonFormat {
    /// Dotted path of the array of records, such as `data.orders`; left out: the document is the array.
    pub records: Option<Located<String>>,
}

/// Parquet needs no options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParquetFormat {}

/// Where a workbook holds its table.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct XlsxFormat {
    /// Name of the sheet; left out: the first one.
    pub sheet: Option<Located<String>>,
    /// Row that names the columns, counted from 1 as in the spreadsheet program.
    pub header_row: Option<Located<u32>>,
}

/// How values are written in an extract. Each key that is left out means what its description says first.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuesFile {
    /// Words that stand for an empty cell, beside the empty cell itself, such as NULL or -.
    pub null_words: Option<Vec<Located<String>>>,
    /// `.`, or `,` between whole and fraction of a number.
    pub decimal_sign: Option<Located<char>>,
    /// None, or the signs that may stand between groups of three digits of a whole part.
    pub thousands_signs: Option<Vec<Located<char>>>,
    /// None, or the signs and words that may stand before or after a number, such as kr or €.
    pub currency_signs: Option<Vec<Located<String>>>,
    /// `%Y-%m-%d`, or other forms of a date (strftime); the first that fits counts.
    pub date_formats: Option<Vec<Located<String>>>,
    /// `%Y-%m-%d %H:%M:%S` with fraction and offset where written, or other forms (strftime); the first that fits counts.
    pub timestamp_formats: Option<Vec<Located<String>>>,
    /// The pipeline's, or the IANA time zone that timestamps without an offset are in. A time that clocks skip is moved
    /// forward by what they skip; of a time that they show twice, the earlier instant is meant.
    pub time_zone: Option<Located<String>>,
    /// true, t, yes and 1, or other words for true; upper and lower case are the same.
    pub true_words: Option<Vec<Located<String>>>,
    /// false, f, no and 0, or other words for false; upper and lower case are the same.
    pub false_words: Option<Vec<Located<String>>>,
}
