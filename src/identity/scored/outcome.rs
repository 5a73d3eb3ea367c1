//! What scored matching decided, and what it left to somebody.

use hashbrown::HashMap;

use super::super::evidence::Cause;

/// Two records and the probability that they are one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::identity) struct Scored {
    pub(in crate::identity) earlier: u32,
    pub(in crate::identity) later: u32,
    pub(in crate::identity) score: f64,
}

/// Why a pair is left to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::identity) enum Doubt {
    /// Its score is between the two thresholds.
    Between,
    /// Its score is high enough, but other records of the two persons do not fit each other.
    Chain,
}

/// A block whose pairs were not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::identity) struct Skipped {
    /// The blocking rule.
    pub(in crate::identity) block: usize,
    pub(in crate::identity) first: u32,
    pub(in crate::identity) records: u32,
}

/// What scored matching did.
#[derive(Debug, Default)]
pub(in crate::identity) struct Outcome {
    /// In the order in which they were made.
    pub(in crate::identity) links: Vec<Scored>,
    pub(in crate::identity) blocked: Vec<(Scored, Cause)>,
    pub(in crate::identity) review: Vec<(Scored, Doubt)>,
    pub(in crate::identity) skipped: Vec<Skipped>,
    /// How many pairs were compared.
    pub(in crate::identity) pairs: u64,
}

impl Outcome {
    /// The score of each record that a scored link names: that of its best one.
    pub(in crate::identity) fn scores(&self) -> HashMap<u32, f64> {
        let mut scores = HashMap::new();
        for link in &self.links {
            for record in [link.earlier, link.later] {
                scores.entry(record).or_insert(link.score);
            }
        }
        scores
    }
}
