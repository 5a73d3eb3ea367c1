//! Which records are one person: union-find over record numbers, which refuses what the evidence contradicts.

use hashbrown::HashMap;

use super::evidence::{Cause, Evidence};

/// What became of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Union {
    /// They were one person already.
    Same,
    /// Their persons are one now.
    Joined,
    /// Their persons stay apart.
    Apart(Cause),
}

/// Records joined into persons.
pub(super) struct Persons {
    parents: Vec<u32>,
    evidence: Evidence,
    /// Per person: records that an override says belong to another.
    different: HashMap<u32, Vec<u32>>,
}

impl Persons {
    /// Each record is a person.
    pub(super) fn new(records: u32, evidence: Evidence) -> Self {
        Self { parents: (0..records).collect(), evidence, different: HashMap::new() }
    }

    /// The first record of the person of `record`, which represents it.
    pub(super) fn find(&mut self, mut record: u32) -> u32 {
        loop {
            let parent = self.parents[record as usize];
            if parent == record {
                return record;
            }
            // Path halving: each lookup shortens the next one.
            let grandparent = self.parents[parent as usize];
            self.parents[record as usize] = grandparent;
            record = grandparent;
        }
    }

    /// Makes the two records one person, unless something speaks against it.
    pub(super) fn unite(&mut self, left: u32, right: u32) -> Union {
        let (left, right) = (self.find(left), self.find(right));
        if left == right {
            return Union::Same;
        }
        match self.conflict(left, right) {
            Some(cause) => Union::Apart(cause),
            None => {
                self.join(left, right);
                Union::Joined
            }
        }
    }

    /// Makes the two records one person, even if something speaks against it. Returns whether they were two.
    pub(super) fn force(&mut self, left: u32, right: u32) -> bool {
        let (left, right) = (self.find(left), self.find(right));
        if left != right {
            self.join(left, right);
        }
        left != right
    }

    /// Keeps the persons of two records apart from now on. They are two.
    pub(super) fn keep_apart(&mut self, left: u32, right: u32) {
        let (of_left, of_right) = (self.find(left), self.find(right));
        self.different.entry(of_left).or_default().push(right);
        self.different.entry(of_right).or_default().push(left);
    }

    /// Why two persons, by the records that represent them, are not one.
    pub(super) fn conflict(&mut self, left: u32, right: u32) -> Option<Cause> {
        if self.are_different(left, right) {
            return Some(Cause::Override);
        }
        self.evidence.conflict(left, right)
    }

    /// Gives a record that belongs to no person to the person of another. Its evidence does not become the person's.
    pub(super) fn attach(&mut self, record: u32, to: u32) {
        self.parents[record as usize] = self.find(to);
    }

    fn are_different(&mut self, left: u32, right: u32) -> bool {
        if self.different.is_empty() {
            return false;
        }
        let Some(others) = self.different.get(&left).cloned() else { return false };
        others.into_iter().any(|other| self.find(other) == right)
    }

    fn join(&mut self, left: u32, right: u32) {
        // The earlier record is the parent: it represents the person. This needs no ranks and, with path halving, is
        // still logarithmic.
        let (parent, child) = if left < right { (left, right) } else { (right, left) };
        self.parents[child as usize] = parent;
        self.evidence.merge(parent, child);
        if let Some(others) = self.different.remove(&child) {
            self.different.entry(parent).or_default().extend(others);
        }
    }
}
