//! What a model knows about a customer: how often they bought, for how long, and since when.

/// Repeat purchases, time from the first to the last purchase, and time from the first purchase to the end of
/// observation, both in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct History {
    frequency: f64,
    recency: f64,
    age: f64,
}

/// Why a history is impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongHistory {
    /// A negative number of repeat purchases.
    NegativeFrequency,
    /// A time that is negative, infinite or NaN.
    WrongTime,
    /// The last purchase is after the end of observation.
    RecencyBeyondAge,
    /// No repeat purchase, but time between the first and the last purchase.
    RecencyWithoutRepeat,
}

impl WrongHistory {
    /// What is wrong, with the likely cause.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::NegativeFrequency => {
                "frequency cannot be negative (it counts repeat purchases: purchase days minus one)"
            }
            Self::WrongTime => "recency and age must be finite and not negative",
            Self::RecencyBeyondAge => {
                "recency cannot exceed age (recency runs from the first to the last purchase, age from the first purchase to \
                 the end of observation)"
            }
            Self::RecencyWithoutRepeat => {
                "without a repeat purchase recency is 0 (it runs from the first to the last purchase, not from the last to \
                 today)"
            }
        }
    }
}

impl History {
    pub(crate) fn new(frequency: i64, recency: f64, age: f64) -> Result<Self, WrongHistory> {
        let time = |value: f64| value.is_finite() && value >= 0.0;
        if frequency < 0 {
            Err(WrongHistory::NegativeFrequency)
        } else if !time(recency) || !time(age) {
            Err(WrongHistory::WrongTime)
        } else if recency > age {
            Err(WrongHistory::RecencyBeyondAge)
        } else if frequency == 0 && recency > 0.0 {
            Err(WrongHistory::RecencyWithoutRepeat)
        } else {
            // Adding 0 turns a negative zero into zero, so that equal times have equal bits.
            Ok(Self { frequency: frequency as f64, recency: recency + 0.0, age: age + 0.0 })
        }
    }

    /// Repeat purchases.
    pub(crate) const fn frequency(&self) -> f64 {
        self.frequency
    }

    /// Time from the first to the last purchase.
    pub(crate) const fn recency(&self) -> f64 {
        self.recency
    }

    /// Time from the first purchase to the end of observation.
    pub(crate) const fn age(&self) -> f64 {
        self.age
    }
}
