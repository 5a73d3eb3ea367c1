//! What scored matching is asked for: which pairs are compared, in what, and from which score on they are one person.

use std::borrow::Cow;

use super::likeness::{Likeness, local};

/// The most comparisons: each level takes three bits of a pattern.
pub const MAX_COMPARISONS: usize = 10;
/// The most blocking rules: each is one bit of a pair.
pub const MAX_BLOCKS: usize = 16;
/// An attribute that is compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The key.
    pub name: String,
    /// Its values: a number of [`super::Layout::columns`].
    pub column: usize,
    /// How two values are compared.
    pub like: Likeness,
    /// Whether an equal value weighs more the rarer it is.
    pub frequency: bool,
    /// The weight of each level, equal first; `None` to estimate them.
    pub weights: Option<Vec<f64>>,
}

/// What scored matching is asked for.
#[derive(Debug, Clone)]
pub struct Scoring {
    /// Which pairs are compared.
    pub blocks: Vec<Block>,
    /// In what.
    pub comparisons: Vec<Comparison>,
    /// The share of pairs of one person among all pairs, if weights are given.
    pub prior: Option<f64>,
    /// From which score on two records are one person.
    pub merge: f64,
    /// From which score on somebody should look.
    pub review: f64,
    /// How many records may have a block's value before its pairs are not compared.
    pub max_block: u32,
}

/// A blocking rule.
#[derive(Debug, Clone)]
pub struct Block {
    /// As written, for tables.
    pub name: String,
    /// What must be equal.
    pub keys: Vec<BlockKey>,
}

/// A key, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockKey {
    /// A number of [`super::Layout::columns`].
    pub column: usize,
    /// Which part of the value.
    pub part: Part,
}

/// A part of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The first word.
    First,
    /// The last word.
    Last,
    /// The first letter of each word.
    Initials,
    /// The first four letters.
    Start,
    /// The last six letters.
    End,
    /// The year of a date.
    Year,
    /// Month and day of a date.
    Day,
    /// What stands before the `@`.
    Local,
}

/// Letters of [`Part::Start`].
const START: usize = 4;
/// Letters of [`Part::End`].
const END: usize = 6;
/// Where the year of a date ends.
const YEAR: usize = 4;

impl Part {
    /// All that have a name in YAML.
    pub const ALL: [(&'static str, Self); 8] = [
        ("first", Self::First),
        ("last", Self::Last),
        ("initials", Self::Initials),
        ("start", Self::Start),
        ("end", Self::End),
        ("year", Self::Year),
        ("day", Self::Day),
        ("local", Self::Local),
    ];

    /// The part of a value, if it has one.
    pub(super) fn of(self, value: &str) -> Option<Cow<'_, str>> {
        let start = |count: usize| value.char_indices().nth(count).map_or(value.len(), |(at, _)| at);
        let found = match self {
            Self::Whole => value,
            Self::First => value.split_whitespace().next()?,
            Self::Last => value.split_whitespace().next_back()?,
            Self::Initials => {
                return Some(value.split_whitespace().filter_map(|word| word.chars().next()).collect());
            }
            Self::Start => value.get(..start(START))?,
            Self::End => {
                let letters = value.chars().count();
                value.get(start(letters.saturating_sub(END))..)?
            }
            Self::Year => value.get(..YEAR)?,
            Self::Day => value.get(YEAR..)?,
            Self::Local => local(value),
        };
        (!found.is_empty()).then_some(Cow::Borrowed(found))
    }
}
