//! What can be wrong with a call of one of lojal's SQL functions.
//!
//! DataFusion carries these errors as `DataFusionError::External`, so the engine can look for a [`FunctionError`] at
//! the root of an error and distinguish it from DataFusion's own.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::DataFusionError;

/// A wrong call of a lojal function, or data that it cannot process.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// Too few or too many arguments.
    #[error("{function} takes {expected}, not {found}: write {function}{syntax}")]
    ArgumentCount {
        /// Name of the SQL function.
        function: &'static str,
        /// What it takes, in words.
        expected: &'static str,
        /// How many arguments were given.
        found: usize,
        /// The argument list to show.
        syntax: &'static str,
    },
    /// The score column is not an integer.
    #[error("{function} takes an integer score, not {found}: cast the score to bigint in staging")]
    NotAScore {
        /// Name of the SQL function.
        function: &'static str,
        found: DataType,
    },
    /// A score that respondents cannot give.
    #[error(
        "{function} found the score {value}, outside its scale of {low} to {high}: reject such rows at the source \
         (min: {low}, max: {high}) or turn them into null in staging"
    )]
    ScoreOffScale {
        /// Name of the SQL function.
        function: &'static str,
        /// The offending score.
        value: i64,
        /// Lowest score of the scale.
        low: i64,
        /// Highest score of the scale.
        high: i64,
    },
    /// The method of `ces` is not known before data is read.
    #[error("the second argument of {function} must be a string literal: 'top_box', 'mean' or 'net'")]
    MethodNotLiteral {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// A method that `ces` does not have.
    #[error("{function} has no method '{method}': write 'top_box', 'mean' or 'net'")]
    UnknownMethod {
        /// Name of the SQL function.
        function: &'static str,
        /// What was written.
        method: String,
    },
    /// An option or a pattern that is not known before data is read.
    #[error("{function} takes {argument} as a string literal or a $variable, not as a column")]
    TextNotLiteral {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
    /// An option that the function does not have.
    #[error("{function} has no option '{option}': write {known}")]
    UnknownOption {
        /// Name of the SQL function.
        function: &'static str,
        /// What was written.
        option: String,
        /// The options it has.
        known: &'static str,
    },
    /// A text that is not a regular expression.
    #[error("{function} takes a regular expression as pattern, and '{pattern}' is not one: {problem}")]
    WrongPattern {
        /// Name of the SQL function.
        function: &'static str,
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
    /// `distinct` would count each score once instead of each response.
    #[error("{function}(distinct …) would count each score once, not each response: remove distinct")]
    Distinct {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// `distinct` would fit a model to kinds of customers instead of customers.
    #[error("{function}(distinct …) would count equal customers as one: remove distinct")]
    DistinctCustomers {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// An argument of the wrong type.
    #[error("{function} takes {wanted} as {argument}, not {found}")]
    WrongArgument {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        /// What it takes.
        wanted: &'static str,
        found: DataType,
    },
    /// The purchase model is not known before data is read.
    #[error(
        "the first argument of purchase_fit must be a string literal or a $variable: 'bg_nbd', 'mbg_nbd' or 'pareto_nbd'"
    )]
    ModelNotLiteral,
    /// An unknown purchase model.
    #[error("purchase_fit has no model '{model}': write 'bg_nbd', 'mbg_nbd' or 'pareto_nbd'")]
    UnknownModel {
        /// What was written.
        model: String,
    },
    /// A fit of one model passed to the function of another.
    #[error("{function} received a fit of {found}: call expected_purchases, which takes the model from the fit")]
    OtherModel {
        /// Name of the SQL function.
        function: &'static str,
        /// The fit's model.
        found: String,
    },
    /// A fit with status `fitted` but without usable parameters.
    #[error(
        "{function} received a fit with status 'fitted' whose {field} is {value}: take fits from {source_function}"
    )]
    BrokenFit {
        /// Name of the SQL function.
        function: &'static str,
        field: &'static str,
        value: String,
        /// The functions that return such fits.
        source_function: &'static str,
    },
    /// Numbers that cannot be a purchase history.
    #[error("{function} found frequency {frequency}, recency {recency}, age {age}: {reason}")]
    WrongHistory {
        /// Name of the SQL function.
        function: &'static str,
        /// Repeat purchases.
        frequency: i64,
        /// Time from the first to the last purchase.
        recency: f64,
        /// Time from the first purchase to the end of observation.
        age: f64,
        /// What is wrong with them.
        reason: &'static str,
    },
    /// A number outside the range of its argument.
    #[error("{function} found {argument} {value}: it must be {wanted}")]
    WrongValue {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
        value: f64,
        /// What it must be.
        wanted: &'static str,
    },
    /// A null where the function needs a value.
    #[error("{function} met null as {argument}: replace it with coalesce({argument}, ...), or leave the row out")]
    NullArgument {
        /// Name of the SQL function.
        function: &'static str,
        argument: &'static str,
    },
    /// Rows of one series that contradict each other.
    #[error(
        "{function} met the series {series} {problem}: partition by the metric and give each series one row a month"
    )]
    MixedSeries {
        /// Name of the SQL function.
        function: &'static str,
        series: String,
        /// What is wrong with its rows.
        problem: &'static str,
    },
    /// The local time of something that is not an instant.
    #[error(
        "{function} takes a timestamp with a time zone (an instant), not {found}: a timestamp without zone \
         is wall-clock time already"
    )]
    NotAnInstant {
        /// Name of the SQL function.
        function: &'static str,
        found: DataType,
    },
    /// The zone is not known before data is read.
    #[error(
        "the second argument of {function} must be a string literal: $time_zone, or a name such as 'Europe/Stockholm'"
    )]
    ZoneNotLiteral {
        /// Name of the SQL function.
        function: &'static str,
    },
    /// A time zone that is not in the IANA database.
    #[error("unknown time zone '{zone}': {}", match nearest {
        Some(nearest) => format!("did you mean '{nearest}'?"),
        None => "write an IANA name such as 'Europe/Stockholm'".to_owned(),
    })]
    UnknownZone {
        /// What was written.
        zone: String,
        /// The closest name in the IANA database, if one is close.
        nearest: Option<&'static str>,
    },
    /// An instant outside the years of the calendar.
    #[error(
        "{function} cannot compute the wall-clock time of {micros} microseconds since 1970 in {zone}: \
         reject such timestamps at the source"
    )]
    InstantOutOfRange {
        /// Name of the SQL function.
        function: &'static str,
        /// The instant, in microseconds since 1970-01-01 UTC.
        micros: i64,
        zone: &'static str,
    },
    /// A wall-clock time that has a zone already, or no time.
    #[error("{function} takes a timestamp without a time zone (wall-clock time), not {found}")]
    NotLocal {
        /// Name of the SQL function.
        function: &'static str,
        found: DataType,
    },
    /// The start or end of something that is not a day.
    #[error(
        "{function} takes a date, not {found}: write local_date(instant, zone) for the day of an instant, \
         cast(... as date) for the day of a wall-clock time"
    )]
    NotADay {
        /// Name of the SQL function.
        function: &'static str,
        found: DataType,
    },
    /// A wall-clock time whose instant 64 bits cannot hold.
    #[error(
        "{function} cannot compute the instant of {micros} microseconds since 1970, local time in {zone}: \
         reject such timestamps at the source"
    )]
    LocalOutOfRange {
        /// Name of the SQL function.
        function: &'static str,
        /// The local time, in microseconds since 1970-01-01.
        micros: i64,
        zone: &'static str,
    },
    /// A day outside the years of the calendar.
    #[error("{function} cannot compute the day {day} days from 1970-01-01 in {zone}: reject such dates at the source")]
    DayOutOfRange {
        /// Name of the SQL function.
        function: &'static str,
        /// The day, in days since 1970-01-01.
        day: i32,
        zone: &'static str,
    },
    /// An amount that does not fit the result.
    #[error("{function} found {amount}: {reason}; reject such amounts at the source")]
    AmountOutOfRange {
        /// Name of the SQL function.
        function: &'static str,
        /// The arguments, as text.
        amount: String,
        /// What is wrong with the result.
        reason: &'static str,
    },
}

impl From<FunctionError> for DataFusionError {
    fn from(error: FunctionError) -> Self {
        Self::External(Box::new(error))
    }
}
