//! Decisions of analysts about two source records: they are the same person, or different ones. They win over every
//! rule.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

use super::error::IdentityError;
use super::matching::Link;
use super::persons::Persons;
use super::records::Records;

/// Columns of the overrides, in this order.
pub const OVERRIDE_COLUMNS: [&str; 5] = ["source", "source_id", "other_source", "other_source_id", "decision"];
/// When it was decided, in microseconds, and whether that is after the as-of day: two columns more, if there is a time.
pub const DECISION_TIME_COLUMNS: [&str; 2] = ["decided_at", "is_later"];

/// Source and source_id of a record.
pub(super) type Id = (String, String);

/// One decision. `left` is not greater than `right`. Sorted, the decisions about a pair stand together, the last one of
/// them last; one without a time comes before all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Override {
    pub(super) left: Id,
    pub(super) right: Id,
    /// When it was decided, in microseconds.
    pub(super) at: Option<i64>,
    pub(super) is_same: bool,
}

impl Override {
    fn new(one: Id, other: Id, decision: &str, at: Option<i64>) -> Result<Self, IdentityError> {
        let is_same = match decision.trim().to_lowercase().as_str() {
            "same" => true,
            "different" => false,
            _ => {
                let (left, right, decision) = (in_words(&one), in_words(&other), decision.to_owned());
                return Err(IdentityError::UnknownDecision { left, right, decision });
            }
        };
        if one == other {
            return Err(IdentityError::SameRecord {
                record: in_words(&one),
                ids: Box::new([one.1, other.1]),
                places: Vec::new(),
            });
        }
        let (left, right) = if one <= other { (one, other) } else { (other, one) };
        Ok(Self { left, right, at, is_same })
    }

    /// Whether it is about the same two records.
    fn is_about(&self, other: &Self) -> bool {
        (&self.left, &self.right) == (&other.left, &other.right)
    }
}

fn in_words((source, source_id): &Id) -> String {
    format!("{source} {source_id}")
}

/// What became of the decisions.
#[derive(Debug, Default)]
pub(super) struct Unapplied {
    /// How many pairs of records are decided.
    pub(super) applied: u64,
    /// Decisions of which a later one says the opposite.
    pub(super) superseded: u64,
    /// Decisions after the as-of day that hold.
    pub(super) held: Vec<Override>,
    /// Decisions after the as-of day that are left out.
    pub(super) later: Vec<Override>,
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
    /// Decisions after the as-of day are left out.
    leaves_later_out: bool,
    /// Those of them that came.
    later: Vec<Override>,
}

impl Overrides {
    /// Leaves out decisions after the as-of day.
    pub(super) fn leave_later_out(&mut self) {
        self.leaves_later_out = true;
    }

    /// Adds decisions in the columns of [`OVERRIDE_COLUMNS`], or in these and [`DECISION_TIME_COLUMNS`].
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<(), IdentityError> {
        let what = "the identity overrides";
        let schema = batch.schema_ref();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let (of_pair, of_time) = names.split_at(names.len().min(OVERRIDE_COLUMNS.len()));
        if of_pair != OVERRIDE_COLUMNS || !(of_time.is_empty() || of_time == DECISION_TIME_COLUMNS) {
            let expected = OVERRIDE_COLUMNS.join(", ");
            return Err(IdentityError::WrongColumns { what, expected, found: names.join(", ") });
        }
        let mut columns = Vec::with_capacity(of_pair.len());
        for (field, column) in schema.fields().iter().zip(batch.columns()).take(of_pair.len()) {
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
        let time = match batch.columns().get(of_pair.len()..) {
            Some([at, is_later]) => at.as_primitive_opt::<Int64Type>().zip(is_later.as_boolean_opt()),
            _ => None,
        };
        for row in 0..batch.num_rows() {
            let text = |column: usize| columns[column].as_string::<i32>().value(row).to_owned();
            let at = time.filter(|(at, _)| at.is_valid(row)).map(|(at, _)| at.value(row));
            let decision = Override::new((text(0), text(1)), (text(2), text(3)), &text(4), at)?;
            if time.is_some_and(|(_, is_later)| is_later.is_valid(row) && is_later.value(row)) {
                self.later.push(decision);
            } else {
                self.decisions.push(decision);
            }
        }
        self.seen += batch.num_rows();
        Ok(())
    }

    /// The decision about each pair that was made last, in an order that does not depend on that of arrival.
    fn last_of_each(&mut self, unapplied: &mut Unapplied) -> Result<Vec<Override>, IdentityError> {
        self.later.sort();
        self.later.dedup();
        let later = std::mem::take(&mut self.later);
        if self.leaves_later_out {
            unapplied.later = later;
        } else {
            self.decisions.extend_from_slice(&later);
            unapplied.held = later;
        }
        let mut decisions = std::mem::take(&mut self.decisions);
        decisions.sort();
        decisions.dedup();
        let mut last: Vec<Override> = Vec::with_capacity(decisions.len());
        for decision in decisions {
            let Some(earlier) = last.last_mut().filter(|earlier| earlier.is_about(&decision)) else {
                last.push(decision);
                continue;
            };
            if earlier.is_same != decision.is_same {
                if earlier.at == decision.at {
                    let (left, right) = (in_words(&decision.left), in_words(&decision.right));
                    let when = if decision.at.is_some() { "at the same time" } else { "without a time" };
                    let ids = Box::new([decision.left.1, decision.right.1]);
                    return Err(IdentityError::TwoVerdicts { left, right, when, ids, places: Vec::new() });
                }
                unapplied.superseded += 1;
            }
            *earlier = decision;
        }
        Ok(last)
    }

    /// Bytes held.
    pub(super) fn memory_size(&self) -> usize {
        (self.decisions.capacity() + self.later.capacity()) * (size_of::<Override>() + 64)
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
        let (mut of_attached, mut unapplied) = (OfAttached::default(), Unapplied::default());
        let decisions = self.last_of_each(&mut unapplied)?;
        let mut different = Vec::new();
        let mut same: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for decision in decisions {
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
            unapplied.applied += 1;
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
