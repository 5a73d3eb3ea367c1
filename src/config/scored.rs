//! The `scored` block of `identity`: which pairs are compared, in what, and from which score on they are one person.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Located, Named};

/// Scored matching after the rules: finds records of one person whose values are mistyped.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoredFile {
    /// Which pairs are compared: those that agree in all keys of one of these lists. A key, or a part of its value:
    /// `name.first`, `name.last` (words), `name.initials`, `postal_code.start` (four letters), `phone.end` (six),
    /// `birth_date.year`, `birth_date.day` (month and day), `email.local` (before the `@`).
    pub block_on: Vec<Vec<Located<String>>>,
    /// How many records may agree in a list of `block_on`. With more of them, their pairs are not compared by it, and that
    /// is reported [default: 200].
    pub max_block: Option<Located<u32>>,
    /// The keys in which pairs are compared.
    #[schemars(with = "IndexMap<String, ScoredComparisonFile>")]
    pub compare: Named<ScoredComparisonFile>,
    /// Share of pairs of one person among all pairs, if the comparisons give `weights` [default: estimated].
    pub prior: Option<Located<f64>>,
    /// Probability from which on two records are made one person: 0.99.
    pub merge: Located<f64>,
    /// Probability from which on a pair is listed for somebody to look at: 0.9.
    pub review: Located<f64>,
}

/// How the values of a key are compared.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoredComparisonFile {
    /// `exact`, `text`, `name`, `date`, `email` or `phone` [default: by the key's `normalise`, otherwise `text`].
    pub like: Option<Located<String>>,
    /// Weight of each level, `log2(m / u)`; all comparisons have weights or none [default: estimated].
    #[schemars(with = "Option<IndexMap<String, f64>>")]
    pub weights: Option<Named<f64>>,
}
