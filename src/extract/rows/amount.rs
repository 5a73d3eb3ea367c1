//! Control totals, which do not overflow unnoticed.

/// A control total: a whole number at the scale of the source's amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// The sum.
    pub value: i128,
    /// Whether a sum exceeded 128 bits, so that `value` is a limit and not the sum.
    pub saturated: bool,
}

impl Amount {
    /// Adds another sum.
    pub fn add(&mut self, other: Self) {
        self.saturated |= other.saturated;
        self.value = self.value.checked_add(other.value).unwrap_or_else(|| {
            self.saturated = true;
            self.value.saturating_add(other.value)
        });
    }
}
