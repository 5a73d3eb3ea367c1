//! The types of declared columns: one value, or several: `list(string)`, `{ city: string, since: date }`, and both inside
//! each other.

use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, mem, str::FromStr};

use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, Fields, TimeUnit};

/// The type of a declared column. Nothing is ever inferred from the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text (`Utf8`).
    String,
    /// Whole numbers (`Int64`).
    Int,
    /// Exact decimal numbers (`Decimal128`).
    Decimal {
        /// Digits in total, 1 to 38.
        precision: u8,
        /// Digits after the point, at most `precision`.
        scale: i8,
    },
    /// Calendar days (`Date32`).
    Date,
    /// Instants (`Timestamp(Microsecond, "UTC")`), written as local time in the pipeline's zone.
    Timestamp,
    /// True or false (`Boolean`).
    Bool,
    /// A list or struct of other types, read from JSON text or a nested column.
    Nested(&'static Nested),
}

impl ColumnType {
    /// The Arrow type of the cells.
    pub fn data_type(self) -> DataType {
        match self {
            Self::String => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Decimal { precision, scale } => DataType::Decimal128(precision, scale),
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Bool => DataType::Boolean,
            Self::Nested(nested) => nested.data_type(),
        }
    }

    /// The types of the single values: its own, or those inside a list or struct.
    pub fn scalars(self) -> Vec<ColumnType> {
        match self {
            Self::Nested(nested) => nested.scalars(),
            other => vec![other],
        }
    }

    /// Digits after the decimal point; `None` for types that are not numbers.
    pub fn numeric_scale(self) -> Option<i8> {
        match self {
            Self::Int => Some(0),
            Self::Decimal { scale, .. } => Some(scale),
            _ => None,
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Int => f.write_str("int"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Bool => f.write_str("bool"),
            Self::Nested(nested) => write!(f, "{nested}"),
        }
    }
}

/// The types, for messages.
pub const TYPES: &str = "string, int, decimal(precision,scale), date, timestamp, bool, list(type) or { name: type }";

/// A type name that lojal does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownColumnType {
    /// The name as written.
    pub written: String,
}

impl fmt::Display for UnknownColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a column type: use {TYPES}", self.written)
    }
}

impl std::error::Error for UnknownColumnType {}

impl FromStr for ColumnType {
    type Err = UnknownColumnType;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownColumnType { written: written.to_owned() };
        match written.trim() {
            "string" => Ok(Self::String),
            "int" => Ok(Self::Int),
            "date" => Ok(Self::Date),
            "timestamp" => Ok(Self::Timestamp),
            "bool" => Ok(Self::Bool),
            other if other.starts_with("list(") || other.starts_with('{') => {
                Nested::parse(other).map(Self::Nested).ok_or_else(unknown)
            }
            other => {
                let inner = other.strip_prefix("decimal(").and_then(|s| s.strip_suffix(')')).ok_or_else(unknown)?;
                let (precision, scale) = inner.split_once(',').ok_or_else(unknown)?;
                let precision: u8 = precision.trim().parse().map_err(|_| unknown())?;
                let scale: i8 = scale.trim().parse().map_err(|_| unknown())?;
                let fits =
                    (1..=DECIMAL128_MAX_PRECISION).contains(&precision) && scale >= 0 && scale as u8 <= precision;
                if fits { Ok(Self::Decimal { precision, scale }) } else { Err(unknown()) }
            }
        }
    }
}

/// The deepest nesting of types.
const MAX_DEPTH: usize = 16;

/// The type of a value that may hold other values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nested {
    /// Any number of values of one type.
    List(Box<Nested>),
    /// Named values.
    Struct(Vec<(String, Nested)>),
    /// One value.
    Scalar(ColumnType),
}

impl Nested {
    /// The Arrow type of the values. Any of them may be null.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::List(element) => DataType::List(Arc::new(Field::new("item", element.data_type(), true))),
            Self::Struct(members) => {
                let field = |(name, ty): &(String, Nested)| Field::new(name, ty.data_type(), true);
                DataType::Struct(Fields::from(members.iter().map(field).collect::<Vec<_>>()))
            }
            Self::Scalar(ty) => ty.data_type(),
        }
    }

    fn scalars(&self) -> Vec<ColumnType> {
        match self {
            Self::List(element) => element.scalars(),
            Self::Struct(members) => members.iter().flat_map(|(_, ty)| ty.scalars()).collect(),
            Self::Scalar(ty) => ty.scalars(),
        }
    }

    /// Reads a list or struct; `None` if it is none, or not a type.
    pub(super) fn parse(written: &str) -> Option<&'static Self> {
        let mut rest = written.trim();
        let found = parse(&mut rest, 0).filter(|_| rest.trim().is_empty())?;
        (!matches!(found, Self::Scalar(_))).then(|| kept(found))
    }
}

/// The one copy of a type, which lives as long as the process: declarations have few types, and columns copy theirs.
fn kept(ty: Nested) -> &'static Nested {
    static KNOWN: Mutex<Vec<&Nested>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.iter().find(|other| ***other == ty) {
        return found;
    }
    let ty: &'static Nested = Box::leak(Box::new(ty));
    known.push(ty);
    ty
}

/// Reads a type at the start of `rest` and moves behind it.
fn parse(rest: &mut &str, depth: usize) -> Option<Nested> {
    *rest = rest.trim_start();
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(inner) = rest.strip_prefix("list(") {
        *rest = inner;
        let element = parse(rest, depth + 1)?;
        sign(rest, ')')?;
        return Some(Nested::List(Box::new(element)));
    }
    if sign(rest, '{').is_none() {
        let parameters =
            rest.strip_prefix("decimal(").and_then(|inner| inner.find(')')).map(|end| "decimal(".len() + end + 1);
        let word = rest.find(|other: char| !other.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(parameters.unwrap_or(word));
        *rest = after;
        return name.parse().ok().map(Nested::Scalar);
    }
    let mut members: Vec<(String, Nested)> = Vec::new();
    while sign(rest, '}').is_none() {
        if !members.is_empty() {
            sign(rest, ',')?;
        }
        let name = name(rest)?;
        sign(rest, ':')?;
        let ty = parse(rest, depth + 1)?;
        if members.iter().any(|(other, _)| *other == name) {
            return None;
        }
        members.push((name, ty));
    }
    (!members.is_empty()).then_some(Nested::Struct(members))
}

/// Moves behind a sign and the space before it.
fn sign(rest: &mut &str, sign: char) -> Option<()> {
    *rest = rest.trim_start().strip_prefix(sign)?;
    Some(())
}

/// The name of a member, in double quotes if it holds signs.
fn name(rest: &mut &str) -> Option<String> {
    let text = rest.trim_start();
    let (name, after) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => text.split_at(text.find([':', ',', '{', '}', '(', ')', '"'])?),
    };
    let name = if text.starts_with('"') { name } else { name.trim_end() };
    *rest = after;
    (!name.is_empty()).then(|| name.to_owned())
}

impl fmt::Display for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(element) => write!(f, "list({element})"),
            Self::Struct(members) => {
                let mut between = "{ ";
                for (name, ty) in members {
                    f.write_str(mem::replace(&mut between, ", "))?;
                    match name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
                        true => write!(f, "{name}: {ty}")?,
                        false => write!(f, "\"{name}\": {ty}")?,
                    }
                }
                f.write_str(" }")
            }
            Self::Scalar(ty) => write!(f, "{ty}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_are_read_and_written_alike() {
        for name in ["string", "int", "decimal(12,2)", "date", "timestamp", "bool"] {
            assert_eq!(name.parse::<ColumnType>().unwrap().to_string(), name);
        }
        assert_eq!("decimal( 38 , 0 )".parse(), Ok(ColumnType::Decimal { precision: 38, scale: 0 }));
    }

    #[test]
    fn impossible_types_are_refused() {
        for name in ["", "text", "decimal", "decimal(39,2)", "decimal(2,3)", "decimal(0,0)", "decimal(5,-1)"] {
            assert!(name.parse::<ColumnType>().is_err(), "{name}");
        }
    }

    #[test]
    fn types_are_read_and_written_alike() {
        for written in [
            "list(string)",
            "{ a: int }",
            "list({ sku: string, price: decimal(12,2), \"at place\": timestamp, tags: list(string) })",
            "{ inner: { deep: list(list(bool)) } }",
        ] {
            let ty: ColumnType = written.parse().unwrap();
            assert_eq!(ty.to_string(), written);
            assert_eq!(Ok(ty), written.replace(' ', "  ").replace("at  place", "at place").parse(), "{written}");
        }
        let ty: ColumnType = "list({sku:string,n:int})".parse().unwrap();
        assert_eq!(ty.to_string(), "list({ sku: string, n: int })");
        assert!(matches!(ty.data_type(), DataType::List(field) if matches!(field.data_type(), DataType::Struct(_))));
    }

    #[test]
    fn what_is_not_a_type_is_refused() {
        for written in [
            "list",
            "list()",
            "list(text)",
            "list(string",
            "{}",
            "{ a }",
            "{ a: }",
            "{ a: int, a: int }",
            "{ a: int b: int }",
            "list(string) x",
            "{ : int }",
            "list(decimal(12))",
            "list(decimal(39,2))",
            "{ a: int, }",
        ] {
            assert!(written.parse::<ColumnType>().is_err(), "{written}");
        }
        assert!(format!("{}int{}", "list(".repeat(99), ")".repeat(99)).parse::<ColumnType>().is_err());
    }
}
