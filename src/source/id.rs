//! How the ids in a column are read.

use crate::config::Letters;

/// What is done to an id besides the usual: white space around it and characters that show nothing are left out, and a
/// whole number loses a fraction of zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IdForm {
    /// Ids of digits only lose the zeros in front.
    pub drops_zeros: bool,
    /// Ids of digits only get zeros in front, up to this number of digits.
    pub digits: Option<u8>,
    /// Whether letters become upper or lower case.
    pub letters: Letters,
}
