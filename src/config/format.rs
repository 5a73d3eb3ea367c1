//! How an extract is written: file formats, and how values are written in them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Escape, Fractions, IgnoreLinesFile, LineTypeFile, Located, MissingFields, MonthLanguage, Named, NamesFrom,
    RecordTypeFile, TotalLineFile, TwoDigitYears,
};

/// File format of an extract.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    /// Text with one record per line.
    Csv(CsvFormat),
    /// Text with each column at its position in the line.
    FixedWidth(FixedWidthFormat),
    /// One JSON object per line.
    JsonLines(JsonLinesFormat),
    /// A JSON document with an array of objects.
    Json(JsonFormat),
    /// Parquet files.
    Parquet(ParquetFormat),
    /// A sheet of a workbook: .xlsx, .xlsb, .xls or .ods, by its content.
    Xlsx(XlsxFormat),
}

impl Default for Format {
    fn default() -> Self {
        Self::Csv(CsvFormat::default())
    }
}

/// How a CSV file is written [default: UTF-8 with a header row]. A byte order mark is optional.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvFormat {
    /// The character between fields.
    #[serde(default = "comma")]
    pub delimiter: Located<char>,
    /// One ASCII character around fields that contain delimiters; it is doubled inside a field. null if nothing is
    /// quoted, which is the default where `escape` names a database.
    #[serde(default = "double_quote")]
    pub quote: Option<Located<char>>,
    /// One ASCII character that makes the next one ordinary, or the rules of a database: `{ mysql: {} }` for files of
    /// INTO OUTFILE, `{ postgresql: {} }` for the text format of COPY.
    pub escape: Option<Located<Escape>>,
    /// Lines that begin with this ASCII character are skipped.
    pub comment: Option<Located<char>>,
    /// Whether the first record names the columns. Without a header the columns are in the declared order.
    #[serde(default = "yes")]
    pub header: bool,
    /// Number of records at the start that are the header [default: 1].
    pub header_lines: Option<Located<u32>>,
    /// Which of several header records name the columns [default: first].
    pub names_from: Option<Located<NamesFrom>>,
    /// Lines that are not records, by their text; before the header too.
    #[serde(default)]
    pub ignore_lines: Vec<IgnoreLinesFile>,
    /// The line after the last record that states the number of records or sums, which are compared.
    pub total_line: Option<TotalLineFile>,
    /// How the source's records are known in files with records of several types [default: all records are].
    pub record_type: Option<RecordTypeFile>,
    /// What a row with fewer fields than columns is: null for a row whose last cells are empty [default: a reject].
    #[serde(default)]
    pub missing_fields: MissingFields,
    /// Rows, and the header, may end with more delimiters than there are columns; nothing may stand between them.
    #[serde(default)]
    pub trailing_delimiters: bool,
    /// Lines to skip before the header, or before the first record if there is no header.
    #[serde(default)]
    pub skip_lines: u32,
    /// Lines to skip after the last record, such as remarks. Where one may be missing, use `ignore_lines`.
    #[serde(default)]
    pub footer_lines: u32,
    /// Character encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// How lines end.
    #[serde(default)]
    pub line_ends: LineEnds,
    /// Quoted fields may contain line breaks. Leave it false if they do not, so that a stray quote cannot swallow
    /// lines.
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
            header_lines: None,
            names_from: None,
            ignore_lines: Vec::new(),
            total_line: None,
            record_type: None,
            missing_fields: MissingFields::default(),
            trailing_delimiters: false,
            skip_lines: 0,
            footer_lines: 0,
            encoding: Encoding::default(),
            line_ends: LineEnds::default(),
            newlines_in_values: false,
        }
    }
}

impl CsvFormat {
    /// The quote. Files of databases have none unless it is declared.
    pub fn quote(&self) -> Option<&Located<char>> {
        let of_database = self.escape.as_ref().is_some_and(|escape| escape.value.is_table());
        self.quote.as_ref().filter(|quote| !of_database || quote.line > 0)
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

/// Text with each column at its position in the line. A byte order mark is optional. Blanks around a cell do not belong to
/// it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixedWidthFormat {
    /// The position of every column of the source.
    #[schemars(with = "IndexMap<String, PositionFile>")]
    pub columns: Named<PositionFile>,
    /// Characters of a line [default: up to the end of the last column]. Text outside the columns is undeclared; longer
    /// lines are rejected.
    pub line_length: Option<Located<u32>>,
    /// Lines end at their last character that is not blank: the characters that a line lacks count as blanks. Leave it
    /// false if they do not, so that half a record is not taken for a whole one; the text columns at the end of a line
    /// may then still be short.
    #[serde(default)]
    pub trailing_blanks_cut: bool,
    /// Lines that are not records, by their text.
    #[serde(default)]
    pub ignore_lines: Vec<IgnoreLinesFile>,
    /// The line after the last record that states the number of records or sums, which are compared.
    pub total_line: Option<TotalLineFile>,
    /// How the source's lines are known in files with lines of several types [default: all lines are].
    pub record_type: Option<LineTypeFile>,
    /// Lines to skip before the first record, such as headings.
    #[serde(default)]
    pub skip_lines: u32,
    /// Lines to skip after the last record, such as remarks. Where one may be missing, use `ignore_lines`.
    #[serde(default)]
    pub footer_lines: u32,
    /// Character encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// How lines end.
    #[serde(default)]
    pub line_ends: LineEnds,
}

/// How the lines of a text file end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineEnds {
    /// In LF or CRLF.
    #[default]
    Lf,
    /// In CR alone, as Excel for Mac writes them. A file with a line feed is an error, unless `newlines_in_values` is set.
    Cr,
    /// In LF, CRLF or CR, even in the same file.
    Any,
}

/// Where a column is in a line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionFile {
    /// Its first character, counted from 1.
    pub start: Located<u32>,
    /// The number of its characters.
    pub width: Located<u32>,
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
    /// Mac OS Roman, as Excel for Mac writes it.
    #[serde(rename = "macintosh")]
    Macintosh,
    /// Code page 437 of DOS.
    #[serde(rename = "cp437")]
    Cp437,
    /// Code page 850 of DOS, Western European.
    #[serde(rename = "cp850")]
    Cp850,
}

/// JSON lines: UTF-8, one object per line.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonLinesFormat {
    /// Path of a list in each line whose elements are the records, such as `lines[]` or `lines[].taxes[]` [default: the
    /// line is the record]. A column's name or alias `^.id` is the field `id` of the object that holds the list.
    pub records: Option<Located<String>>,
}

/// Where the records are in a JSON document, or in several that follow each other.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonFormat {
    /// Dotted path of the array of records, such as `data.orders` [default: the document is the array]. `[]` stands for
    /// each element of a list: `orders[].lines[]` gives one record for each line of each order. A column's name or alias
    /// `^.id` is the field `id` of the object that holds the list.
    pub records: Option<Located<String>>,
}

/// Parquet needs no options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParquetFormat {}

/// Where the table is in a workbook.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct XlsxFormat {
    /// Name of the sheet, hidden or not [default: the first one that is not hidden; the others are named in a warning].
    pub sheet: Option<Located<String>>,
    /// Whether a row names the columns. Without one the columns are in the declared order, from A on.
    #[serde(default = "yes")]
    pub header: bool,
    /// Row that names the columns, or the first of several, counted from 1 as in the spreadsheet program [default: the
    /// first row that is not empty].
    pub header_row: Option<Located<u32>>,
    /// Number of rows that are the header [default: 1].
    pub header_lines: Option<Located<u32>>,
    /// Which of several header rows name the columns [default: first].
    pub names_from: Option<Located<NamesFrom>>,
    /// Row of the first record, counted from 1 [default: the first row below the header that is not empty].
    pub first_row: Option<Located<u32>>,
    /// Rows that are not records, by their text: the cells from column A on, with a tab between them.
    #[serde(default)]
    pub ignore_lines: Vec<IgnoreLinesFile>,
}

/// A sign of negative numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Negative {
    /// `(99,00)` is -99,00.
    Parentheses,
    /// `99,00-` is -99,00, also with U+2212 and an en dash.
    TrailingMinus,
    /// `99,00 CR` is -99,00, and `99,00 DR` is 99,00.
    CrDr,
    /// `99,00 DR` is -99,00, and `99,00 CR` is 99,00.
    DrCr,
}

impl Negative {
    /// Its form in messages.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Parentheses => "in parentheses",
            Self::TrailingMinus => "with a minus behind",
            Self::CrDr => "with CR",
            Self::DrCr => "with DR",
        }
    }
}

/// How values are written in an extract.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuesFile {
    /// Words that mean an empty cell, in addition to the empty cell itself, such as NULL or - [default: none].
    pub null_words: Option<Vec<Located<String>>>,
    /// Decimal sign, `.` or `,` [default: `.`].
    pub decimal_sign: Option<Located<char>>,
    /// Signs allowed between groups of three digits before the decimal sign [default: none].
    pub thousands_signs: Option<Vec<Located<char>>>,
    /// Signs and words allowed before or after a number, such as kr or € [default: none].
    pub currency_signs: Option<Vec<Located<String>>>,
    /// Round numbers to so many digits after the point, half away from zero; every rounded cell is counted. On a source
    /// it applies to the decimal columns with just so many digits [default: a number with more digits is rejected].
    pub round: Option<Located<u8>>,
    /// Signs of negative numbers, beside a minus in front [default: none].
    pub negative: Option<Vec<Located<Negative>>>,
    /// Words that mean zero, such as the dash of accounting formats [default: none].
    pub zero_words: Option<Vec<Located<String>>>,
    /// Read texts that are wrapped for a spreadsheet as what is inside: ="00123", =00123 and '00123 are 00123; every such
    /// cell is counted [default: false].
    pub unwrap_formulas: Option<bool>,
    /// Formats of a date (strftime, or excel_1900, excel_1904, iso_8601); the first that matches is used [default:
    /// `%Y-%m-%d`].
    pub date_formats: Option<Vec<Located<String>>>,
    /// Formats of a timestamp (strftime, or epoch_seconds, epoch_milliseconds, epoch_microseconds, epoch_nanoseconds,
    /// excel_1900, excel_1904, iso_8601); the first that matches is used [default: `%Y-%m-%d %H:%M:%S` with optional
    /// fraction and offset].
    pub timestamp_formats: Option<Vec<Located<String>>>,
    /// IANA time zone of timestamps without an offset [default: the pipeline's]. A local time that the clocks skip is
    /// moved forward by the skipped interval; of a local time that occurs twice, the earlier instant is used.
    pub time_zone: Option<Located<String>>,
    /// The century of years of two digits (`%y`, `%g`): `past`, or a pivot such as `{ pivot: 30 }`. There is no default.
    pub two_digit_years: Option<Located<TwoDigitYears>>,
    /// Fractions of a second that are finer than a microsecond [default: truncate].
    pub fractions: Option<Located<Fractions>>,
    /// Languages of the names of months and weekdays in `%b`, `%B`, `%a` and `%A` [default: English].
    pub months: Option<Vec<Located<MonthLanguage>>>,
    /// Words for true, in upper or lower case [default: true, t, yes and 1].
    pub true_words: Option<Vec<Located<String>>>,
    /// Words for false, in upper or lower case [default: false, f, no and 0].
    pub false_words: Option<Vec<Located<String>>>,
    /// What happens to white space and invisible characters at the ends of text [default: trim].
    pub invisible: Option<Located<Invisible>>,
    /// Bytes that fill a cell up: `nul` for NUL bytes at its ends, which do not belong to it; such cells are counted
    /// [default: none, and a text with a NUL byte is rejected].
    pub padding: Option<Located<Padding>>,
    /// What happens to a text with a NUL byte, or with half a surrogate pair from JSON [default: reject].
    pub broken_text: Option<Located<BrokenText>>,
}

/// Bytes that fill a cell up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// NUL bytes at the ends of a cell do not belong to it.
    Nul,
}

/// What happens to a text with a NUL byte, or with half a surrogate pair, which programs leave where they cut a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrokenText {
    /// The row is rejected.
    Reject,
    /// NUL bytes are left out, and half a surrogate pair becomes U+FFFD; the cells are counted and the first is named.
    Replace,
}

/// What happens to white space and invisible characters, such as byte order marks and zero-width spaces, at the ends of
/// text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Invisible {
    /// They are left out; the cells are counted and the first is named.
    Trim,
    /// They are part of the text.
    Keep,
}
