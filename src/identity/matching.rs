//! Applies the rules: each record, in record order, joins the first person with an equal value that nothing speaks
//! against.

use hashbrown::HashMap;

use super::evidence::Cause;
use super::persons::{Persons, Union};
use super::records::NONE;
use super::values::Values;

/// How many persons that contradict each other a value may have before no further one is compared with it. Without a
/// limit, an address that thousands of strangers share, in a rule without a guard, would take time in the square.
pub(super) const MOST_PERSONS: usize = 100;

/// Two records of which a rule, or an override, made one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) earlier: u32,
    pub(super) later: u32,
    /// Number of the rule; the number of rules stands for overrides.
    pub(super) rule: u8,
}

/// Two records with an equal value that are not one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Blocked {
    pub(super) link: Link,
    pub(super) cause: Cause,
}

impl Blocked {
    /// Whether somebody should look at it: an analyst's decision is not in question.
    pub(super) fn is_open(&self) -> bool {
        self.cause != Cause::Override
    }
}

/// What a rule did.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) links: Vec<Link>,
    pub(super) blocked: Vec<Blocked>,
}

/// Joins the records with equal values.
pub(super) fn join_equal(values: &Values, rule: u8, attaches: &[bool], persons: &mut Persons, matched: &mut Matched) {
    let mut first_of = vec![NONE; values.count()];
    // Values whose records are several persons: the first records of the other ones.
    let mut others_of: HashMap<u32, Vec<u32>> = HashMap::new();
    for (later, value) in (0_u32..).zip(&values.of).filter(|(_, value)| **value != NONE) {
        if attaches[later as usize] {
            continue;
        }
        let first = first_of[*value as usize];
        if first == NONE {
            first_of[*value as usize] = later;
            continue;
        }
        match persons.unite(first, later) {
            Union::Same => {}
            Union::Joined => matched.links.push(Link { earlier: first, later, rule }),
            Union::Apart(cause) => {
                let others = others_of.entry(*value).or_default();
                let found = others.iter().find_map(|other| match persons.unite(*other, later) {
                    Union::Same => Some(None),
                    Union::Joined => Some(Some(*other)),
                    Union::Apart(_) => None,
                });
                match found {
                    Some(joined) => {
                        matched.links.extend(joined.map(|earlier| Link { earlier, later, rule }));
                    }
                    None => {
                        matched.blocked.push(Blocked { link: Link { earlier: first, later, rule }, cause });
                        if others.len() + 1 < MOST_PERSONS {
                            others.push(later);
                        }
                    }
                }
            }
        }
    }
}

/// The persons that have each value of a rule, once all rules are applied.
pub(super) struct Owners {
    /// By value: its first record that does not attach.
    first_of: Vec<u32>,
    /// Of values that several persons have: the first record of each other person.
    others_of: HashMap<u32, Vec<u32>>,
}

impl Owners {
    /// Collects them, and calls `shared` for each record that has its value in common with another of its person.
    pub(super) fn new(values: &Values, attaches: &[bool], persons: &mut Persons, mut shared: impl FnMut(u32)) -> Self {
        let mut owners = Self { first_of: vec![NONE; values.count()], others_of: HashMap::new() };
        // Per value with several persons: where the person's first record stands in `others_of`.
        let mut place_of: HashMap<(u32, u32), u32> = HashMap::new();
        for (record, value) in (0_u32..).zip(&values.of).filter(|(_, value)| **value != NONE) {
            if attaches[record as usize] {
                continue;
            }
            let first = owners.first_of[*value as usize];
            if first == NONE {
                owners.first_of[*value as usize] = record;
                continue;
            }
            let person = persons.find(record);
            if persons.find(first) == person {
                shared(first);
                shared(record);
                continue;
            }
            match place_of.get(&(*value, person)) {
                Some(first) => {
                    shared(*first);
                    shared(record);
                }
                None => {
                    place_of.insert((*value, person), record);
                    owners.others_of.entry(*value).or_default().push(record);
                }
            }
        }
        owners
    }

    /// The first record of each person that has a value, in record order.
    pub(super) fn of(&self, value: u32) -> impl Iterator<Item = u32> {
        let first = self.first_of.get(value as usize).copied().filter(|record| *record != NONE);
        first.into_iter().chain(self.others_of.get(&value).into_iter().flatten().copied())
    }
}
