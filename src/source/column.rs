//! What a source declares about a column: its name, its type and the rules for its cells. The YAML becomes these
//! types, and the readers of all file formats use them. Parsing the text of a cell is left to the readers.

use arrow::datatypes::Field;
use chrono_tz::Tz;

use super::{CenturyRule, ColumnType, IdForm};
use crate::config::{Fractions, MonthLanguage, Negative, OnMissing, OutOfRange, Share};

/// The years in which dates and times may lie.
pub const YEARS: std::ops::RangeInclusive<u32> = 1900..=2100;

/// How the cells of a column are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueForm {
    /// Words that mean an empty cell.
    pub null_words: Vec<String>,
    /// The sign between the whole part and the fraction of a number: `.` or `,`.
    pub decimal_sign: char,
    /// Whether that sign was declared, and not left to the default.
    pub decimal_is_declared: bool,
    /// Signs allowed between groups of three digits.
    pub thousands_signs: Vec<char>,
    /// Signs and words allowed before or after a number.
    pub currency_signs: Vec<String>,
    /// Digits after the point to which numbers with more digits are rounded; `None`: such numbers are rejected.
    pub round: Option<u8>,
    /// Signs of negative numbers beside a minus in front.
    pub negative: Vec<Negative>,
    /// Words that mean zero.
    pub zero_words: Vec<String>,
    /// Whether `="00123"` and the like are read as the text inside.
    pub unwrap_formulas: bool,
    /// Formats (strftime) of a date; if empty, `YYYY-MM-DD`.
    pub date_formats: Vec<String>,
    /// Formats (strftime) of a timestamp; if empty, ISO 8601.
    pub timestamp_formats: Vec<String>,
    /// Zone of timestamps without an offset; `None`: the pipeline's zone.
    pub time_zone: Option<Tz>,
    /// The century of years of two digits; `None`: no format has such years.
    pub two_digit_years: Option<CenturyRule>,
    /// What to do with a fraction of a second that is finer than a microsecond.
    pub fractions: Fractions,
    /// Languages of the names of months and weekdays; if empty, English.
    pub months: Vec<MonthLanguage>,
    /// Words for true, in upper or lower case; `None`: true, t, yes and 1.
    pub true_words: Option<Vec<String>>,
    /// Words for false, in upper or lower case; `None`: false, f, no and 0.
    pub false_words: Option<Vec<String>>,
    /// Whether text keeps white space and invisible characters at its ends.
    pub keeps_invisible: bool,
    /// Whether NUL bytes at the ends of a cell are padding.
    pub pads_nul: bool,
    /// Whether other NUL bytes in text are left out, and halves of surrogate pairs replaced.
    pub replaces_broken: bool,
}

impl Default for ValueForm {
    fn default() -> Self {
        Self {
            null_words: Vec::new(),
            decimal_sign: '.',
            decimal_is_declared: false,
            thousands_signs: Vec::new(),
            currency_signs: Vec::new(),
            round: None,
            negative: Vec::new(),
            zero_words: Vec::new(),
            unwrap_formulas: false,
            date_formats: Vec::new(),
            timestamp_formats: Vec::new(),
            time_zone: None,
            two_digit_years: None,
            fractions: Fractions::default(),
            months: Vec::new(),
            true_words: None,
            false_words: None,
            keeps_invisible: false,
            pads_nul: false,
            replaces_broken: false,
        }
    }
}

/// A column of another source that must contain a column's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The other source.
    pub source: String,
    /// Its column.
    pub column: String,
    /// What happens to a value that the other source does not contain.
    pub on_missing: OnMissing,
    /// A smaller share of values that it contains causes a warning.
    pub warn_below: Share,
    /// A smaller share fails the run.
    pub error_below: Share,
}

impl Reference {
    /// The other column, as in `source.column`.
    pub fn target(&self) -> String {
        format!("{}.{}", self.source, self.column)
    }
}

/// A declared column and its rules. A row with a cell that breaks a rule is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in the header, compared exactly.
    pub name: String,
    /// Other names that a header may use for it.
    pub aliases: Vec<String>,
    /// The type of the cells.
    pub ty: ColumnType,
    /// Whether an empty cell is an error.
    pub required: bool,
    /// Whether a file may lack the column; its cells are then empty.
    pub optional: bool,
    /// The least allowed value, written like a cell of the column. Only for types with an order.
    pub min: Option<String>,
    /// The greatest allowed value, written like a cell of the column. Only for types with an order.
    pub max: Option<String>,
    /// What becomes of a value outside these two, or outside the years allowed.
    pub out_of_range: OutOfRange,
    /// The allowed values, written like cells of the column and compared as values (`1.5` equals `1.50`).
    pub accepted_values: Option<Vec<String>>,
    /// Regular expression that the text must match.
    pub pattern: Option<String>,
    /// Whether different rows must hold different values.
    pub unique: bool,
    /// The column of another source that must contain the value.
    pub references: Option<Reference>,
    /// How its ids are read; `None` if it has none, or has them exactly as written. Only for text and whole numbers.
    pub id: Option<IdForm>,
    /// How the cells are written.
    pub form: ValueForm,
}

impl Column {
    /// A column without rules.
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Self {
        Self {
            name: name.into(),
            aliases: Vec::new(),
            ty,
            required: false,
            optional: false,
            min: None,
            max: None,
            out_of_range: OutOfRange::default(),
            accepted_values: None,
            pattern: None,
            unique: false,
            references: None,
            id: None,
            form: ValueForm::default(),
        }
    }

    /// The same column with empty cells forbidden.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The names that a file may use for it, the declared one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// The column as an Arrow field.
    pub fn field(&self) -> Field {
        Field::new(&self.name, self.ty.data_type(), !self.required)
    }
}
