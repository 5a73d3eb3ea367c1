//! Why values find no partner: a guess from samples of both columns.
//!
//! What people change when they write an id in another way rarely touches its digits. Each value has a core: its digits
//! without zeros in front, or its letters if it has no digits. Both columns keep the values whose cores have the smallest
//! hashes, so a core that one sample holds is in the other one too, if the other column has it at all. The samples do not
//! depend on the order of the values.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use super::ids::correct;
use super::typed::CellValue;
use crate::source::IdForm;

/// Values in a sample.
const KEPT: usize = 256;

/// Some values of a column, by the hashes of their cores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    kept: BTreeSet<(u64, String)>,
}

/// What makes values equal that are not equal as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They differ in white space, invisible characters or a fraction of zeros.
    Corrected,
    /// They differ in zeros in front.
    Zeros,
    /// They differ in upper and lower case.
    Case,
    /// They have the same digits.
    Digits,
}

impl Sample {
    /// Adds a value, if it is text that belongs to the sample.
    pub(super) fn add(&mut self, value: CellValue<'_>) {
        let CellValue::Text(text) = value else { return };
        let hash = core_hash(text);
        let is_full = self.kept.len() >= KEPT;
        if is_full && self.kept.last().is_some_and(|(last, _)| hash > *last) {
            return;
        }
        self.keep(hash, String::from_utf8_lossy(text).into_owned());
    }

    fn keep(&mut self, hash: u64, text: String) {
        self.kept.insert((hash, text));
        if self.kept.len() > KEPT {
            self.kept.pop_last();
        }
    }

    /// Adds another sample of the same column.
    pub fn merge(&mut self, other: Self) {
        for (hash, text) in other.kept {
            self.keep(hash, text);
        }
    }

    /// What at least half of these values, which are not among `others`, have in common with one that is. Only values that
    /// would be in the sample of the others count.
    pub fn likeness(&self, others: &Self) -> Option<Likeness> {
        let limit = match others.kept.last() {
            Some((last, _)) if others.kept.len() >= KEPT => *last,
            _ => u64::MAX,
        };
        let comparable: Vec<&(u64, String)> = self.kept.iter().filter(|(hash, _)| *hash <= limit).collect();
        let mut found: Vec<Likeness> = comparable.iter().filter_map(|(hash, text)| others.like(*hash, text)).collect();
        found.sort_unstable();
        let enough = !found.is_empty() && found.len() * 2 >= comparable.len();
        // The one in the middle: at least half of them need no more than that.
        enough.then(|| found.get(found.len() / 2).copied()).flatten()
    }

    fn like(&self, hash: u64, text: &str) -> Option<Likeness> {
        let same = self.kept.range((hash, String::new())..).take_while(|(other, _)| *other == hash);
        same.map(|(_, other)| likeness_of(text, other)).min()
    }
}

fn likeness_of(one: &str, other: &str) -> Likeness {
    let corrected = |text: &str| {
        let mut out = Vec::new();
        match correct(&IdForm::default(), text.as_bytes(), &mut out) {
            true => String::from_utf8_lossy(&out).into_owned(),
            false => text.to_owned(),
        }
    };
    let (one, other) = (corrected(one), corrected(other));
    if one == other {
        return Likeness::Corrected;
    }
    let zeros = |text: &str| text.trim_start_matches('0').to_owned();
    if zeros(&one) == zeros(&other) {
        return Likeness::Zeros;
    }
    if one.to_lowercase() == other.to_lowercase() { Likeness::Case } else { Likeness::Digits }
}

/// The hash of a value's digits without zeros in front and without a fraction of zeros; of its letters if it has no digits.
fn core_hash(text: &[u8]) -> u64 {
    let mut corrected = Vec::new();
    let text = if correct(&IdForm::default(), text, &mut corrected) { &corrected } else { text };
    let mut core: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
    let zeros = core.iter().take_while(|digit| **digit == b'0').count();
    core.drain(..zeros);
    if core.is_empty() {
        core = text.to_ascii_lowercase();
    }
    xxh3_64(&core)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: impl IntoIterator<Item = String>) -> Sample {
        let mut sample = Sample::default();
        values.into_iter().for_each(|value| sample.add(CellValue::Text(value.as_bytes())));
        sample
    }

    #[test]
    fn what_separates_two_columns_is_found() {
        let others = sample((1..5000).map(|number| format!("{number:08}")));
        let guess = |values: Vec<String>| sample(values).likeness(&others);
        assert_eq!(guess((1..3000).map(|number| number.to_string()).collect()), Some(Likeness::Zeros));
        assert_eq!(guess((1..3000).map(|number| format!("{number:08}\u{A0}")).collect()), Some(Likeness::Corrected));
        assert_eq!(guess((1..3000).map(|number| format!("K{number}")).collect()), Some(Likeness::Digits));
        assert_eq!(guess((1..3000).map(|number| format!("{}", number + 1_000_000)).collect()), None);
        assert_eq!(guess(Vec::new()), None);
        let letters = sample((1..900).map(|number| format!("AB{number}")));
        assert_eq!(sample((1..900).map(|number| format!("ab{number}"))).likeness(&letters), Some(Likeness::Case));
    }

    #[test]
    fn a_sample_does_not_depend_on_the_order() {
        let values: Vec<String> = (0..3000).map(|number| format!("K{number}")).collect();
        let whole = sample(values.clone());
        assert_eq!(whole.kept.len(), KEPT);
        assert_eq!(sample(values.iter().rev().cloned()), whole);
        let (front, back) = values.split_at(1000);
        let mut merged = sample(back.to_vec());
        merged.merge(sample(front.to_vec()));
        assert_eq!(merged, whole);
    }
}
