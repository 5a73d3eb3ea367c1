//! Parsers and rules of each column: how its cells are read and judged.

use std::{fmt::Debug, sync::Arc};

use arrow::datatypes::DataType;
use chrono::NaiveDate;
use regex::bytes::Regex;

use super::{
    exponent::ROUNDED,
    form::{
        Century, Formed, FormedBool, FormedDate, FormedDecimal, FormedInt, FormedTimestamp, Means, NullWords, unwrapped,
    },
    ids::IdInt,
    parse::{BoolCell, CellParser, DateCell, DecimalCell, IntCell, TOO_MANY, ZonedCell, trim},
    repairs::{Repairs, inside_nul},
    rule_error::RuleError,
    values::{FormedCells, Limits},
};
use crate::config::OutOfRange;
use crate::extract::frame::{NUL_BYTE, Rule, quoted_cell};
use crate::invisible::trimmed;
use crate::local_time::LocalTime;
use crate::source::{AS_OF_BOUND, AsOfBound, Column, ColumnType, IdForm, Nested, ValueForm};

const NULL_ACCEPTED: &str = "means an empty cell (null_words), so no cell can have this value";

/// The days that declarations refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub(super) as_of: NaiveDate,
    /// The present day.
    pub(super) today: NaiveDate,
}

/// The limits of a column, read by the parser of its cells.
fn limits_of<P: CellParser>(spec: &Column, as_of: NaiveDate, parser: &P) -> Result<Limits<P::Value>, RuleError> {
    let value = |text: &String| {
        let cell = trim(text.as_bytes());
        parser.exact(cell).map_err(|reason| rule_error(spec, text, reason))
    };
    let accepted = |text: &String| match parser.is_null(trim(text.as_bytes())) {
        true => Err(rule_error(spec, text, NULL_ACCEPTED.to_owned())),
        false => value(text),
    };
    let bound = |text: &String, is_last: bool| {
        if !AsOfBound::is_meant(text) {
            return value(text);
        }
        let wrong = |reason: String| rule_error(spec, text, reason);
        let day = AsOfBound::parse(text).ok_or_else(|| wrong(format!("is not a bound: {AS_OF_BOUND}")))?.day(as_of);
        parser.bound(day, is_last).ok_or_else(|| wrong(format!("is a day, and the column is {}", spec.ty)))
    };
    Ok(Limits {
        min: spec.min.as_ref().map(|text| bound(text, false)).transpose()?,
        max: spec.max.as_ref().map(|text| bound(text, true)).transpose()?,
        empties: spec.out_of_range == OutOfRange::Null,
        accepted: spec.accepted_values.as_ref().map(|list| list.iter().map(accepted).collect()).transpose()?,
    })
}

fn rule_error(spec: &Column, value: &str, reason: String) -> RuleError {
    RuleError::Value { column: spec.name.clone(), value: value.to_owned(), reason }
}

/// The rules of a text column.
#[derive(Clone, Debug)]
pub(super) struct TextRules {
    pub(super) accepted: Option<Vec<Vec<u8>>>,
    pub(super) nulls: NullWords,
    pub(super) pattern: Option<Regex>,
    /// Whether a spreadsheet's wrapping is taken off.
    pub(super) unwraps: bool,
    /// How its ids are read.
    pub(super) id: Option<IdForm>,
    /// Whether white space and invisible characters at the ends are left out. Ids have rules of their own.
    pub(super) trims: bool,
    /// How NUL bytes and halves of surrogate pairs are read.
    pub(super) repairs: Repairs,
}

impl TextRules {
    fn new(spec: &Column) -> Result<Self, RuleError> {
        let trims = !spec.form.keeps_invisible && spec.id.is_none();
        let word = |word: &String| if trims { trimmed(word.as_bytes()) } else { word.as_bytes() }.to_vec();
        let nulls = NullWords::new(spec.form.null_words.iter().map(word));
        let accepted = spec.accepted_values.as_deref();
        if let Some(value) = accepted.unwrap_or_default().iter().find(|value| nulls.hold(&word(value))) {
            return Err(rule_error(spec, value, NULL_ACCEPTED.to_owned()));
        }
        let pattern = spec.pattern.as_ref().map(|pattern| {
            Regex::new(pattern).map_err(|_| rule_error(spec, pattern, "is not a regular expression".to_owned()))
        });
        Ok(Self {
            accepted: accepted.map(|list| list.iter().map(word).collect()),
            nulls,
            pattern: pattern.transpose()?,
            unwraps: spec.form.unwrap_formulas,
            id: spec.id,
            trims,
            repairs: Repairs::of(&spec.form),
        })
    }

    /// Whether each cell must be read even if no model does.
    pub(super) fn apply_to_all(&self) -> bool {
        self.accepted.is_some() || self.pattern.is_some() || self.id.is_some() || self.unwraps
    }

    /// Whether the column has unusual rules.
    pub(super) fn special(&self) -> bool {
        !self.nulls.is_empty() || self.pattern.is_some()
    }
}

/// A typed column: the usual parser, the parser of the declared form, if there is one, and the rules.
#[derive(Clone, Debug)]
pub(super) struct Typed<P: CellParser> {
    pub(super) plain: P,
    pub(super) formed: Option<Arc<dyn FormedCells<P::Value>>>,
    pub(super) limits: Limits<P::Value>,
}

impl<P: CellParser> Typed<P> {
    /// The value of a cell that is not empty and has no spaces around it, or what is wrong with it.
    pub(super) fn slow(&self, cell: &[u8]) -> Result<P::Value, String> {
        match &self.formed {
            Some(formed) => formed.value(cell),
            None => self.plain.slow(cell),
        }
    }

    /// What is wrong with a cell, and whether it is below the minimum.
    fn fault_of(&self, cell: &[u8]) -> (Option<String>, bool) {
        match self.slow(cell) {
            Ok(value) => (None, self.limits.is_below(value)),
            Err(wrong) => (Some(wrong), false),
        }
    }
}

/// The parser for a column's declared form, if it has one, and the rules as it reads them. `form` builds the parser;
/// with true, the parser also accepts the plain form.
fn typed<P, F>(
    spec: &Column,
    plain_forms: bool,
    as_of: NaiveDate,
    plain: P,
    form: impl Fn(bool) -> Option<F>,
) -> Result<Typed<P>, RuleError>
where
    P: CellParser + Clone + Debug + Send + Sync + 'static,
    P::Value: Default,
    F: CellParser<Value = P::Value> + Debug + Send + Sync + 'static,
{
    let nulls = || NullWords::trimmed(&spec.form.null_words);
    let (unwraps, pads) = (spec.form.unwrap_formulas, spec.form.pads_nul);
    // Rules are written by people who see the pipeline and not the extract, so they may always use the plain form.
    let limits = match form(true) {
        Some(parser) => limits_of(spec, as_of, &Formed::new(parser, nulls(), false))?,
        None => limits_of(spec, as_of, &Formed::new(plain.clone(), nulls(), false))?,
    };
    let formed: Option<Arc<dyn FormedCells<P::Value>>> = match form(plain_forms) {
        Some(parser) => Some(Arc::new(Formed::new(parser, nulls(), unwraps).padded(pads))),
        None if nulls().is_empty() && !unwraps && !pads => None,
        None => Some(Arc::new(Formed::new(plain.clone(), nulls(), unwraps).padded(pads))),
    };
    Ok(Typed { plain, formed, limits })
}

const PADDING: &str = "; `padding: nul` under `values` reads NUL bytes at the ends of cells as padding";

/// What is wrong with a text that contains a NUL byte, without its value.
fn of_nul(spec: &Column, cell: &[u8]) -> String {
    let advice = match &cell[inside_nul(cell)] {
        inside if !inside.contains(&0) && !spec.form.pads_nul => PADDING,
        _ if !spec.form.replaces_broken => "; `broken_text: replace` under `values` leaves it out",
        _ => "",
    };
    format!("{NUL_BYTE}{advice}")
}

/// The key that would let a cell in, to follow what is wrong with it.
fn way_out(spec: &Column, cell: &[u8]) -> &'static str {
    let is_number = spec.ty.numeric_scale().is_some() && spec.form.negative.is_empty();
    match cell {
        [0, ..] | [.., 0] if !spec.form.pads_nul => PADDING,
        _ if !spec.form.unwrap_formulas && unwrapped(cell).is_some() => {
            "; `unwrap_formulas: true` under `values` would read what is inside"
        }
        [b'(', .., b')'] | [.., b'C' | b'c' | b'D' | b'd', b'R' | b'r'] if is_number && holds_digit(cell) => {
            "; `negative` under `values` says how negative amounts are written"
        }
        [b'0'..=b'9' | b'.' | b',', .., b'-' | b'+'] | [b'0'..=b'9' | b'.' | b',', .., 0x92 | 0x93] if is_number => {
            "; `negative: [trailing_minus]` under `values` reads a sign behind a number"
        }
        _ => "",
    }
}

fn holds_digit(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit)
}

/// How the cells of a column of lists or structs are read.
#[derive(Clone, Debug)]
pub(super) struct NestedRules {
    /// Null words, and what makes text unreadable.
    pub(super) text: TextRules,
    pub(super) part: Part,
    pub(super) data_type: DataType,
    /// The members of structs, by their paths, for messages.
    pub(super) members: Vec<String>,
}

/// The rules of a value.
#[derive(Clone, Debug)]
pub(super) enum Part {
    List(Box<Part>),
    /// Its members, and the number of the first one among all members of the column.
    Struct(Vec<(String, Part)>, usize),
    Scalar(Box<(Column, ColumnRules)>),
}

impl NestedRules {
    fn new(spec: &Column, nested: &Nested, local_time: &Arc<LocalTime>, days: Days) -> Result<Self, RuleError> {
        let mut members = Vec::new();
        let part = Part::new(spec, nested, &spec.name, local_time, days, &mut members)?;
        Ok(Self { text: TextRules::new(spec)?, part, data_type: nested.data_type(), members })
    }
}

impl Part {
    fn new(
        spec: &Column,
        nested: &Nested,
        path: &str,
        local_time: &Arc<LocalTime>,
        days: Days,
        members: &mut Vec<String>,
    ) -> Result<Self, RuleError> {
        Ok(match nested {
            Nested::List(element) => {
                Self::List(Box::new(Self::new(spec, element, &format!("{path}[]"), local_time, days, members)?))
            }
            Nested::Struct(named) => {
                let first = members.len();
                members.extend(named.iter().map(|(name, _)| format!("{path}.{name}")));
                let part = |(name, ty): &(String, Nested)| {
                    Ok((name.clone(), Self::new(spec, ty, &format!("{path}.{name}"), local_time, days, members)?))
                };
                Self::Struct(named.iter().map(part).collect::<Result<_, RuleError>>()?, first)
            }
            Nested::Scalar(ty) => {
                let mut inner = Column::new(path, *ty);
                // Numbers with other digits than those that are rounded keep theirs.
                let round = spec.form.round.filter(|digits| ty.numeric_scale() == i8::try_from(*digits).ok());
                inner.form = ValueForm { round, ..spec.form.clone() };
                let rules = ColumnRules::new(&inner, true, local_time, days)?;
                Self::Scalar(Box::new((inner, rules)))
            }
        })
    }
}

/// How the cells of a column are read and judged.
#[derive(Clone, Debug)]
pub(super) enum ColumnRules {
    String(TextRules),
    Int(Typed<IntCell>),
    Decimal(Typed<DecimalCell>),
    Date(Typed<DateCell>),
    Timestamp(Typed<ZonedCell>),
    Bool(Typed<BoolCell>),
    Nested(Box<NestedRules>),
}

impl ColumnRules {
    pub(super) fn new(
        spec: &Column,
        plain_forms: bool,
        local_time: &Arc<LocalTime>,
        days: Days,
    ) -> Result<Self, RuleError> {
        let Days { as_of, today } = days;
        let unordered = matches!(spec.ty, ColumnType::String | ColumnType::Bool | ColumnType::Nested(_));
        if unordered && (spec.min.is_some() || spec.max.is_some()) {
            return Err(RuleError::NoOrder { column: spec.name.clone(), ty: spec.ty });
        }
        let form = &spec.form;
        let means = || Means::new(Century::new(form.two_digit_years, as_of, today), &form.months, form.decimal_sign);
        Ok(match spec.ty {
            ColumnType::String => Self::String(TextRules::new(spec)?),
            ColumnType::Int => Self::Int(match (spec.id, FormedInt::new(form)) {
                (None, _) => typed(spec, plain_forms, as_of, IntCell, |_| FormedInt::new(form))?,
                (Some(_), None) => typed(spec, plain_forms, as_of, IntCell, |_| Some(IdInt(IntCell)))?,
                (Some(_), Some(_)) => typed(spec, plain_forms, as_of, IntCell, |_| FormedInt::new(form).map(IdInt))?,
            }),
            ColumnType::Decimal { precision, scale } => {
                let cell = DecimalCell { precision, scale: scale.unsigned_abs() };
                let exact = ValueForm { round: None, ..form.clone() };
                // Bounds are not rounded: one with more digits than the column is a mistake.
                let limits =
                    typed(spec, plain_forms, as_of, cell, |plain| FormedDecimal::new(&exact, cell, plain))?.limits;
                Self::Decimal(Typed {
                    limits,
                    ..typed(spec, plain_forms, as_of, cell, |plain| FormedDecimal::new(form, cell, plain))?
                })
            }
            ColumnType::Date => {
                let means = means();
                let formed = |plain| FormedDate::new(form, &means, plain);
                Self::Date(typed(spec, plain_forms, as_of, DateCell, formed)?)
            }
            ColumnType::Timestamp => {
                let zone = form.time_zone.map_or_else(|| Arc::clone(local_time), LocalTime::shared);
                let means = means();
                let formed = |plain| FormedTimestamp::new(form, &means, &zone, plain);
                Self::Timestamp(typed(spec, plain_forms, as_of, ZonedCell(Arc::clone(&zone)), formed)?)
            }
            ColumnType::Bool => {
                Self::Bool(typed(spec, plain_forms, as_of, BoolCell, |plain| FormedBool::new(form, plain))?)
            }
            ColumnType::Nested(nested) => Self::Nested(Box::new(NestedRules::new(spec, nested, local_time, days)?)),
        })
    }

    /// What is wrong with a cell that breaks a rule, as text that follows the column's name.
    pub(super) fn explain(&self, spec: &Column, rule: Rule, cell: &[u8]) -> String {
        let shown = quoted_cell(cell);
        let cell = if spec.form.pads_nul { &cell[inside_nul(cell)] } else { cell };
        match rule {
            Rule::Required => match trimmed(cell) {
                [] => "is empty but required".to_owned(),
                _ => format!("{shown} means an empty cell (null_words), but the column is required"),
            },
            Rule::Encoding if cell.contains(&0) => of_nul(spec, cell),
            Rule::Encoding => format!("{shown} is not valid UTF-8"),
            Rule::Pattern => {
                let whole = spec.pattern.as_deref().unwrap_or_default();
                let pattern = whole.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(whole);
                format!("{shown} does not match the pattern {pattern}")
            }
            Rule::References => {
                let target = spec.references.as_ref().map(|to| format!("{}.{}", to.source, to.column));
                format!("{shown} is not in {}", target.unwrap_or_default())
            }
            Rule::AcceptedValues => {
                let values = spec.accepted_values.as_deref().unwrap_or_default();
                let more = if values.len() > 10 { ", …" } else { "" };
                format!("{shown} is not one of {}{more}", values[..values.len().min(10)].join(", "))
            }
            _ => {
                let cell = trimmed(cell);
                let (wrong, below) = match self {
                    Self::String(_) => (Some(ROUNDED.to_owned()), false),
                    Self::Nested(_) => (None, false),
                    Self::Int(typed) => typed.fault_of(cell),
                    Self::Decimal(typed) => typed.fault_of(cell),
                    Self::Date(typed) => typed.fault_of(cell),
                    Self::Timestamp(typed) => typed.fault_of(cell),
                    Self::Bool(typed) => typed.fault_of(cell),
                };
                match wrong {
                    Some(wrong) if matches!(self, Self::Decimal(_)) && wrong.starts_with(TOO_MANY) => {
                        let digits = spec.ty.numeric_scale().unwrap_or_default();
                        format!("{shown} {wrong}; `round: {digits}` under `values` would round it")
                    }
                    Some(wrong) => format!("{shown} {wrong}{}", way_out(spec, cell)),
                    None if below => {
                        format!("{shown} is below the minimum {}", spec.min.as_deref().unwrap_or_default())
                    }
                    None => format!("{shown} is above the maximum {}", spec.max.as_deref().unwrap_or_default()),
                }
            }
        }
    }
}
