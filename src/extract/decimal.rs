//! Control totals as they are published.

use std::fmt;

use super::rows::{Amount, decimal_shown};

/// Digits after the decimal point of a published control total.
const AMOUNT_SCALE: u32 = 2;

/// An exact sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    value: i128,
    scale: u32,
}

impl Decimal {
    pub(super) fn new(amount: Amount, scale: u32) -> Option<Self> {
        (!amount.saturated).then_some(Self { value: amount.value, scale })
    }

    /// With two decimals; further digits are rounded half away from zero.
    pub(super) fn published(self) -> Option<i128> {
        if self.scale <= AMOUNT_SCALE {
            return self.value.checked_mul(10_i128.pow(AMOUNT_SCALE - self.scale));
        }
        let divisor = 10_i128.checked_pow(self.scale - AMOUNT_SCALE)?;
        let half = if self.value < 0 { -divisor / 2 } else { divisor / 2 };
        Some(self.value.checked_add(half)? / divisor)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = decimal_shown(self.value, self.scale);
        let shortest = text.find('.').map_or(text.len(), |point| point + 1 + AMOUNT_SCALE as usize);
        let end = text.trim_end_matches('0').len().max(shortest).min(text.len());
        f.write_str(&text[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_totals_are_published_with_two_digits() {
        let published = |value, scale| Decimal { value, scale }.published();
        assert_eq!(published(5, 0), Some(500));
        assert_eq!(published(12_345, 3), Some(1235));
        assert_eq!(published(-12_345, 3), Some(-1235));
        assert_eq!(published(7, 2), Some(7));
        let shown = |value, scale| Decimal { value, scale }.to_string();
        assert_eq!([shown(677_800_000, 6), shown(-1_234_500, 6), shown(100, 0)], ["677.80", "-1.2345", "100"]);
    }
}
