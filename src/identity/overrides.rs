//! Decisions of analysts about two source records: they are the same person, or different ones. They win over every
//! rule.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::error::IdentityError;
use super::matching::Link;
use super::persons::Persons;
use super::records::Records;

/// Columns of the overrides, in this order.
pub const OVERRIDE_COLUMNS: [&str; 5] = ["source", "source_id", "other_source", "other_source_id", "decision"];

/// Source and source_id of a record.
pub(super) type Id = (String, String);

/// One decision. `left` is not greater than `right`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Override {
    pub(super) left: Id,
    pub(super) right: Id,
    pub(super) is_same: bool,
}

impl Override {
    fn new(one: Id, other: Id, decision: &str) -> Result<Self, IdentityError> {
        let is_same = match decision.trim().to_lowercase().as_str() {
            "same" => true,
            "different" => false,
            _ => {
                let (left, right, decision) = (in_words(&one), in_words(&other), decision.to_owned());
                return Err(IdentityError::UnknownDecision { left, right, decision });
            }
        };
        let (left, right) = if one <= other { (one, other) } else { (other, one) };
        Ok(Self { left, right, is_same })
    }
}

fn in_words((source, source_id): &Id) -> String {
    format!("{source} {source_id}")
}

/// Decisions that could not be applied as written.
#[derive(Debug, Default)]
pub(super) struct Unapplied {
    /// Decisions that name a record which does not exist.
    pub(super) unknown: Vec<Override>,
    /// Decisions about two records neither of which founds a person.
    pub(super) attached: Vec<(u32, u32)>,
}

/// What the decisions say about records that attach.
#[derive(Debug, Default)]
pub(super) struct OfAttached {
    /// By such a record: the record whose person it belongs to.
    pub(super) same: BTreeMap<u32, u32>,
    /// Such a record, and a record to whose person it does not belong.
    pub(super) different: Vec<(u32, u32)>,
}

/// The decisions of a resolution.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    decisions: Vec<Override>,
    seen: usize,
}

impl Overrides {
    /// Adds decisions in the columns of [`OVERRIDE_COLUMNS`].
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        let what = "the identity overrides";
        let schema = batch.schema_ref();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        if names != OVERRIDE_COLUMNS {
            let expected = OVERRIDE_COLUMNS.join(", ");
            return Err(IdentityError::WrongColumns { what, expected, found: names.join(", ") });
        }
        let mut columns = Vec::with_capacity(names.len());
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            let (name, found) = (field.name(), column.data_type());
            let text = cast(column, &DataType::Utf8)
                .map_err(|source| IdentityError::Arrow { doing: "reading a column of overrides", source })?;
            if !found.is_string() && !found.is_null() && !matches!(found, DataType::Dictionary(..)) {
                let (column, found) = (name.clone(), found.clone());
                return Err(IdentityError::WrongType { what, column, found, wanted: "varchar" });
            }
            if let Some(row) = (0..text.len()).find(|row| text.is_null(*row)) {
                let number = self.seen + row + 1;
                return Err(IdentityError::IncompleteOverride { column: name.clone(), number });
            }
            columns.push(text);
        }
        for row in 0..batch.num_rows() {
            let text = |column: usize| columns[column].as_string::<i32>().value(row).to_owned();
            self.decisions.push(Override::new((text(0), text(1)), (text(2), text(3)), &text(4))?);
        }
        self.seen += batch.num_rows();
        Ok(())
    }

    /// Bytes held.
    pub(super) fn memory_size(&self) -> usize {
        self.decisions.capacity() * (size_of::<Override>() + 64)
    }

    /// Joins what is the same and keeps apart what is different. Appends the links to `links`, as those of rule number
    /// `rule`.
    pub(super) fn apply(
        mut self,
        records: &Records,
        rule: u8,
        persons: &mut Persons,
        links: &mut Vec<Link>,
    ) -> Result<(OfAttached, Unapplied), IdentityError> {
        // In an order that does not depend on that of arrival.
        self.decisions.sort();
        self.decisions.dedup();
        let (mut of_attached, mut unapplied) = (OfAttached::default(), Unapplied::default());
        let mut different = Vec::new();
        let mut same: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for decision in self.decisions {
            let find = |(source, source_id): &Id| records.find(source, source_id);
            let (Some(left), Some(right)) = (find(&decision.left), find(&decision.right)) else {
                unapplied.unknown.push(decision);
                continue;
            };
            let (earlier, later) = (left.min(right), left.max(right));
            let attached = match (records.is_attached(earlier), records.is_attached(later)) {
                (false, false) => None,
                (true, false) => Some((earlier, later)),
                (false, true) => Some((later, earlier)),
                (true, true) => {
                    unapplied.attached.push((earlier, later));
                    continue;
                }
            };
            match (attached, decision.is_same) {
                (None, true) => {
                    same.entry(earlier).or_default().insert(later);
                    same.entry(later).or_default().insert(earlier);
                    if persons.force(earlier, later) {
                        links.push(Link { earlier, later, rule });
                    }
                }
                (None, false) => different.push((earlier, later)),
                (Some((attached, founder)), true) => {
                    if let Some(other) = of_attached.same.insert(attached, founder)
                        && persons.find(other) != persons.find(founder)
                    {
                        // Two persons for one record: they are one, too.
                        let (earlier, later) = (other.min(founder), other.max(founder));
                        same.entry(earlier).or_default().insert(later);
                        same.entry(later).or_default().insert(earlier);
                        persons.force(earlier, later);
                        links.push(Link { earlier, later, rule });
                    }
                }
                (Some(pair), false) => of_attached.different.push(pair),
            }
        }
        let with_attached = of_attached.different.iter().filter_map(|(attached, founder)| {
            let person = *of_attached.same.get(attached)?;
            Some((person, *founder, *attached))
        });
        for (left, right, named) in different.iter().map(|(left, right)| (*left, *right, *left)).chain(with_attached) {
            if persons.find(left) == persons.find(right) {
                let chain: Vec<String> =
                    way(&same, left, right).into_iter().map(|record| records.name(record)).collect();
                return Err(IdentityError::ContradictingOverrides {
                    left: records.name(named),
                    right: records.name(right),
                    chain: chain.join(" = "),
                });
            }
        }
        for (left, right) in different {
            persons.keep_apart(left, right);
        }
        Ok((of_attached, unapplied))
    }
}

/// A shortest way from one record to another over decisions that say `same`.
fn way(same: &BTreeMap<u32, BTreeSet<u32>>, from: u32, to: u32) -> Vec<u32> {
    let mut before: BTreeMap<u32, u32> = BTreeMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(record) = open.pop_front() {
        if record == to {
            break;
        }
        for next in same.get(&record).into_iter().flatten() {
            if *next != from && !before.contains_key(next) {
                before.insert(*next, record);
                open.push_back(*next);
            }
        }
    }
    let mut found = vec![to];
    let mut at = to;
    while let Some(previous) = before.get(&at).filter(|_| at != from) {
        at = *previous;
        found.push(at);
    }
    found.reverse();
    found
}
