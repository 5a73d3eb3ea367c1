//! What comes of reading a text: a value, or a constant reason why it is refused.

/// Why a text is not a valid value.
pub(super) type Fault = &'static str;
/// What is read in a text; `None` if it is empty.
pub(super) type Read = Option<Result<String, Fault>>;

pub(super) const NOT_A_DATE: Fault = "not a date";
pub(super) const NOT_A_NUMBER: Fault = "not a number";
pub(super) const PLACEHOLDER: Fault = "a placeholder";
pub(super) const WRONG_CHECK: Fault = "wrong check digit";
pub(super) const WRONG_LENGTH: Fault = "wrong length";
