//! `phone_number` and `email_address`: contact details that say who somebody is, in one spelling, and why others do not.
//!
//! Records that share one of these values become one person, so a function returns null for everything that is not a
//! valid value, and its `_fault` partner says why.

mod email;
mod phone;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::error::FunctionError;
use super::topic;

/// A kind of contact detail, and what is returned of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactDetail {
    /// The number in E.164.
    PhoneNumber,
    /// Why a text is not a phone number.
    PhoneNumberFault,
    /// The address in lower case.
    EmailAddress,
    /// Why a text is not an e-mail address.
    EmailAddressFault,
}

impl ContactDetail {
    /// All functions.
    pub const ALL: [Self; 4] = [Self::PhoneNumber, Self::PhoneNumberFault, Self::EmailAddress, Self::EmailAddressFault];

    fn name(self) -> &'static str {
        match self {
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberFault => "phone_number_fault",
            Self::EmailAddress => "email_address",
            Self::EmailAddressFault => "email_address_fault",
        }
    }

    fn is_phone(self) -> bool {
        matches!(self, Self::PhoneNumber | Self::PhoneNumberFault)
    }

    fn is_fault(self) -> bool {
        matches!(self, Self::PhoneNumberFault | Self::EmailAddressFault)
    }

    fn syntax(self) -> &'static str {
        if self.is_phone() { "(phone, country)" } else { "(email)" }
    }

    fn documentation(self) -> Documentation {
        let (returns, of) = match self {
            Self::PhoneNumber => (
                "Returns a phone number in E.164 (`+46701740606`), however it is written; null if the text is empty or not \
                 a number that a person can have. Numbering plans are those of libphonenumber (ITU-T E.164); a number in no \
                 known range counts if its length is one that the country has. A number without its country code is read \
                 in the plan of `country`.",
                "phone",
            ),
            Self::PhoneNumberFault => (
                "Returns why `phone_number` is null for a text: `not a number`, `rounded by a spreadsheet`, `no country`, \
                 `no such country code`, `too short`, `too long`, `wrong length`, `has an extension`, `a placeholder` (six \
                 equal digits at the end) or `not a person's` (toll-free, premium, \
                 shared-cost and company-wide numbers); null if the text is empty or a number.",
                "phone",
            ),
            Self::EmailAddress => (
                "Returns an e-mail address in lower case and Unicode's composed form (NFC), its domain in ASCII (IDNA); \
                 null if the text is empty or not an address that mail can be sent to over the internet (RFC 5321: a \
                 local part of at most 64 characters, a domain with a dot).",
                "email",
            ),
            Self::EmailAddressFault => (
                "Returns why `email_address` is null for a text: `no @`, `several @`, `not a local part`, `not a domain` or \
                 `too long`; null if the text is empty or an address.",
                "email",
            ),
        };
        let call = format!("{}{}", self.name(), self.syntax());
        let example = format!("select {call} as {} from crm_customers", if self.is_fault() { "fault" } else { of });
        let builder = Documentation::builder(topic::CONTACTS, returns, call)
            .with_argument(of, "Text: the value as an extract writes it.")
            .with_sql_example(example);
        if self.is_phone() {
            builder.with_argument("country", "Text: two letters of ISO 3166-1; null if unknown.").build()
        } else {
            builder.build()
        }
    }
}

/// A function of contact details.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ContactFunction {
    detail: ContactDetail,
    signature: Signature,
    documentation: Documentation,
}

impl ContactFunction {
    /// The function that returns `detail`.
    pub fn new(detail: ContactDetail) -> Self {
        Self {
            detail,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: detail.documentation(),
        }
    }

    fn of_texts(&self, texts: &StringArray, countries: Option<&StringArray>) -> StringArray {
        let mut out = StringBuilder::with_capacity(texts.len(), texts.len() * 16);
        for row in 0..texts.len() {
            let text = if texts.is_null(row) { "" } else { texts.value(row) };
            let read = match countries {
                Some(countries) => phone::read(text, countries.is_valid(row).then(|| countries.value(row))),
                None => email::read(text),
            };
            match (read, self.detail.is_fault()) {
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
        self.detail.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let text = |found: &DataType| if is_text(found) { DataType::Utf8 } else { found.clone() };
        Ok(arg_types.iter().map(text).collect())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let function = self.detail.name();
        let names: &[&'static str] = if self.detail.is_phone() { &["phone", "country"] } else { &["email"] };
        if arg_types.len() != names.len() {
            let expected = if names.len() == 2 { "two arguments" } else { "one argument" };
            let (found, syntax) = (arg_types.len(), self.detail.syntax());
            return Err(FunctionError::ArgumentCount { function, expected, found, syntax }.into());
        }
        for (found, argument) in arg_types.iter().zip(names) {
            if !is_text(found) {
                let wanted = "text";
                return Err(FunctionError::WrongArgument { function, argument, wanted, found: found.clone() }.into());
            }
        }
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let text = |place: usize| {
            let array: Option<&ArrayRef> = arrays.get(place);
            array
                .and_then(|array| array.as_string_opt::<i32>())
                .ok_or_else(|| internal_datafusion_err!("{} was planned for text", self.detail.name()))
        };
        let countries = if self.detail.is_phone() { Some(text(1)?) } else { None };
        Ok(ColumnarValue::Array(Arc::new(self.of_texts(text(0)?, countries))))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

fn is_text(found: &DataType) -> bool {
    found.is_string() || found.is_null()
}
