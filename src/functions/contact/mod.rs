//! Keys of persons and organisations in one spelling, and why others are not valid: `phone_number`, `email_address`,
//! `personal_number`, `organisation_number`, `person_name`, `postal_code` and `key_pattern`, each with its `_fault`.
//!
//! Records that share one of these values may become one person, so a function returns null for everything that is not a
//! valid value, and its partner says why. Values that people type where one is required (`n/a`, `test@…`, zeros) are not
//! valid either. A value in its one spelling is its own key, but for the groups of a pattern.

mod checksum;
mod country;
mod detail;
mod email;
mod fault;
mod nothing;
mod organisation;
mod pattern;
mod person_name;
mod personal;
mod phone;
mod postal_code;
mod spelling;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{ScalarValue, internal_datafusion_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use regex::Regex;

use super::error::FunctionError;
use detail::ContactDetail;
use email::Options;
use fault::Read;
pub use nothing::says_nothing;
pub use person_name::names_nobody;

/// A function of keys: of their values, or of what is wrong with a text.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ContactFunction {
    detail: ContactDetail,
    is_fault: bool,
    signature: Signature,
    documentation: Documentation,
}

/// What a literal argument says.
enum Literal {
    None,
    Options(Options),
    Pattern(Regex),
}

impl ContactFunction {
    /// All functions.
    pub fn all() -> impl Iterator<Item = Self> {
        ContactDetail::ALL.into_iter().flat_map(|detail| [false, true].map(|is_fault| Self::new(detail, is_fault)))
    }

    fn new(detail: ContactDetail, is_fault: bool) -> Self {
        Self {
            detail,
            is_fault,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: detail.documentation(is_fault),
        }
    }

    fn function(&self) -> &'static str {
        let [value, fault] = self.detail.names();
        if self.is_fault { fault } else { value }
    }

    /// Options and patterns are read when a query is planned, so that a wrong one is found before any data is read.
    fn literal(&self, second: Option<&ScalarValue>) -> std::result::Result<Literal, FunctionError> {
        let function = self.function();
        let argument = self.detail.arguments().last().copied().unwrap_or_default();
        let text = || match second.map(ScalarValue::try_as_str) {
            Some(Some(Some(text))) => Ok(text),
            _ => Err(FunctionError::TextNotLiteral { function, argument }),
        };
        match self.detail {
            ContactDetail::EmailAddress => Options::parse(text()?)
                .map(Literal::Options)
                .map_err(|option| FunctionError::UnknownOption { function, option, known: Options::NAMES }),
            ContactDetail::KeyPattern => pattern::compiled(text()?).map(Literal::Pattern).map_err(|problem| {
                FunctionError::WrongPattern { function, pattern: text().unwrap_or_default().to_owned(), problem }
            }),
            _ => Ok(Literal::None),
        }
    }

    fn of_texts(&self, texts: &StringArray, second: Option<&StringArray>, literal: &Literal) -> StringArray {
        match (self.detail, literal) {
            (ContactDetail::EmailAddress, Literal::Options(options)) => {
                self.each(texts, None, |text, _| email::read(text, *options))
            }
            (ContactDetail::EmailAddress, _) => self.each(texts, None, |text, _| email::read(text, Options::default())),
            (ContactDetail::KeyPattern, Literal::Pattern(pattern)) => {
                self.each(texts, None, |text, _| pattern::read(text, pattern))
            }
            // Planned with a pattern.
            (ContactDetail::KeyPattern, _) => StringArray::new_null(texts.len()),
            (ContactDetail::PhoneNumber, _) => self.each(texts, second, phone::read),
            (ContactDetail::PersonalNumber, _) => self.each(texts, second, personal::read),
            (ContactDetail::OrganisationNumber, _) => self.each(texts, second, organisation::read),
            (ContactDetail::PostalCode, _) => self.each(texts, second, postal_code::read),
            (ContactDetail::PersonName, _) => match second {
                None => self.each(texts, None, person_name::read),
                // A last name that is null is empty, and not left out.
                Some(_) => {
                    self.each(texts, second, |first, last| person_name::read(first, Some(last.unwrap_or_default())))
                }
            },
        }
    }

    fn each(
        &self,
        texts: &StringArray,
        second: Option<&StringArray>,
        read: impl Fn(&str, Option<&str>) -> Read,
    ) -> StringArray {
        let bytes = if self.is_fault { 0 } else { texts.value_data().len() };
        let mut out = StringBuilder::with_capacity(texts.len(), bytes);
        for row in 0..texts.len() {
            let second = second.filter(|second| second.is_valid(row)).map(|second| second.value(row));
            let read = if texts.is_valid(row) { read(texts.value(row), second) } else { None };
            match (read, self.is_fault) {
                (Some(Ok(value)), false) => out.append_value(value),
                (Some(Err(fault)), true) => out.append_value(fault),
                _ => out.append_null(),
            }
        }
        out.finish()
    }
}

impl ScalarUDFImpl for ContactFunction {
    fn name(&self) -> &str {
        self.function()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let text = |found: &DataType| if is_text(found) { DataType::Utf8 } else { found.clone() };
        Ok(arg_types.iter().map(text).collect())
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let function = self.function();
        let names = self.detail.arguments();
        let found = args.arg_fields.len();
        let least = names.len() - usize::from(self.detail.has_option());
        if found < least || found > names.len() {
            let expected = if least == names.len() { "two arguments" } else { "one or two arguments" };
            return Err(FunctionError::ArgumentCount { function, expected, found, syntax: self.detail.syntax() }.into());
        }
        for (field, argument) in args.arg_fields.iter().zip(names) {
            let found = field.data_type();
            if !is_text(found) {
                let wanted = "text";
                return Err(FunctionError::WrongArgument { function, argument, wanted, found: found.clone() }.into());
            }
        }
        if let Some(second) = args.scalar_arguments.get(1) {
            self.literal(*second)?;
        }
        Ok(Arc::new(Field::new(function, DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let literal = match args.args.get(1) {
            Some(ColumnarValue::Scalar(second)) => self.literal(Some(second))?,
            Some(ColumnarValue::Array(_)) => self.literal(None)?,
            None => Literal::None,
        };
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let text = |array: &ArrayRef| {
            let text = array.as_string_opt::<i32>().cloned();
            text.ok_or_else(|| internal_datafusion_err!("{} was planned for text", self.function()))
        };
        let texts = arrays.iter().map(text).collect::<Result<Vec<StringArray>>>()?;
        let Some(first) = texts.first() else {
            return Err(internal_datafusion_err!("{} was planned with arguments", self.function()));
        };
        Ok(ColumnarValue::Array(Arc::new(self.of_texts(first, texts.get(1), &literal))))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn is_text(found: &DataType) -> bool {
    found.is_string() || found.is_null()
}
