//! The century of years of two digits.

/// Which century a year of two digits belongs to, as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CenturyRule {
    /// The latest one in which the day is not after the as-of day.
    Past,
    /// The last one from these two digits on, this one before them.
    Pivot(u32),
}
