//! The resolution written down naively, in the square of the number of records, and with sets instead of summaries.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Layout;
use super::super::matching::MOST_PERSONS;
use super::{Decision, Record};

/// A person as a set of records.
struct Naive<'a> {
    layout: &'a Layout,
    records: Vec<&'a Record>,
    /// Per record: the number of its person.
    person: Vec<usize>,
    /// Pairs of records that an analyst keeps apart.
    different: Vec<(usize, usize)>,
}

impl Naive<'_> {
    fn value(&self, record: usize, column: usize) -> Option<&str> {
        self.records[record].values[column].as_deref().filter(|value| !value.is_empty())
    }

    fn members(&self, person: usize) -> Vec<usize> {
        (0..self.records.len()).filter(|record| self.person[*record] == person).collect()
    }

    /// Whether two records may be one person as far as their own values go.
    fn agree(&self, one: usize, other: usize) -> bool {
        let differ = |column: usize| match (self.value(one, column), self.value(other, column)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        };
        let strong = self.layout.strong.iter().any(|key| differ(key.column));
        let names = matches!((self.layout.name, self.layout.birth_date), (Some(name), Some(date)) if differ(name) && differ(date));
        !strong && !names
    }

    fn may_join(&self, one: usize, other: usize) -> bool {
        let (ones, others) = (self.members(one), self.members(other));
        ones.iter().all(|left| {
            others.iter().all(|right| {
                let apart = |pair: &(usize, usize)| *pair == (*left, *right) || *pair == (*right, *left);
                self.agree(*left, *right) && !self.different.iter().any(apart)
            })
        })
    }

    fn join(&mut self, one: usize, other: usize) {
        for person in &mut self.person {
            if *person == other {
                *person = one;
            }
        }
    }

    /// Names here have no letters in common, so different names are clearly different.
    fn is_shared(&self, rule: &super::super::Rule, having: &[usize]) -> bool {
        let Some(most) = rule.max_records else { return false };
        let is_crowded = having.len() > most as usize;
        let (Some(column), Some(most)) = (self.layout.name, rule.max_names) else { return is_crowded };
        let names: Vec<&str> = having.iter().filter_map(|record| self.value(*record, column)).collect();
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        let spread = distinct.len() + having.len() - names.len();
        is_crowded && spread > most as usize || distinct.len() > 2.max(most as usize)
    }
}

/// `(source, id) -> (first record of its person, names of rules)` of all records; no first record without a person.
pub(super) type Outcome = BTreeMap<(String, String), (Option<(String, String)>, String)>;

/// Overrides may only say `same` of records that agree, and must not contradict each other.
pub(super) fn naive(layout: &Layout, records: &[Record], decisions: &[Decision<'_>]) -> Outcome {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| (record.known_from.is_none(), record.known_from, &record.source, &record.id));
    let count = sorted.len();
    let mut all = Naive { layout, records: sorted, person: (0..count).collect(), different: Vec::new() };
    let find = |all: &Naive<'_>, (source, id): (&str, &str)| -> Option<usize> {
        all.records.iter().position(|record| record.source == source && record.id == id)
    };
    let mut labels: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); count];
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (one, other, decision) in decisions {
        let (Some(one), Some(other)) = (find(&all, *one), find(&all, *other)) else { continue };
        match *decision {
            "same" => {
                let (left, right) = (all.person[one], all.person[other]);
                if left != right {
                    all.join(left, right);
                    joined.push((one, other));
                }
            }
            _ => all.different.push((one, other)),
        }
    }
    let founds: Vec<bool> = all.records.iter().map(|record| !record.attaches).collect();
    let is_founder = |record: usize| founds[record];
    let mut stopped: BTreeSet<(usize, String)> = BTreeSet::new();
    for (number, rule) in layout.rules.iter().enumerate() {
        let mut having: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for record in (0..count).filter(|record| is_founder(*record)) {
            if let Some(value) = all.value(record, rule.column) {
                having.entry(value.to_owned()).or_default().push(record);
            }
        }
        for (value, having) in &having {
            if all.is_shared(rule, having) {
                stopped.insert((number, value.clone()));
            }
        }
        // The first records of persons that a value could not join.
        let mut heads: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for record in (0..count).filter(|record| is_founder(*record)) {
            let Some(value) = all.value(record, rule.column).map(str::to_owned) else { continue };
            if stopped.contains(&(number, value.clone())) {
                continue;
            }
            let heads = heads.entry(value).or_default();
            let fit = heads.iter().copied().find(|head| {
                let (one, other) = (all.person[*head], all.person[record]);
                one == other || all.may_join(one, other)
            });
            match fit {
                Some(head) => {
                    let (one, other) = (all.person[head], all.person[record]);
                    if one != other {
                        all.join(one, other);
                    }
                }
                None if heads.len() < MOST_PERSONS => heads.push(record),
                None => {}
            }
        }
    }
    for (number, rule) in layout.rules.iter().enumerate() {
        for record in (0..count).filter(|record| is_founder(*record)) {
            let Some(value) = all.value(record, rule.column) else { continue };
            let shares = (0..count).any(|other| {
                other != record
                    && is_founder(other)
                    && all.person[other] == all.person[record]
                    && all.value(other, rule.column) == Some(value)
            });
            if shares && !stopped.contains(&(number, value.to_owned())) {
                labels[record].insert(&rule.name);
            }
        }
    }
    let mut attached: BTreeMap<usize, usize> = BTreeMap::new();
    for record in (0..count).filter(|record| !is_founder(*record)) {
        for (number, rule) in layout.rules.iter().enumerate() {
            let Some(value) = all.value(record, rule.column) else { continue };
            if stopped.contains(&(number, value.to_owned())) {
                continue;
            }
            let persons: BTreeSet<usize> = (0..count)
                .filter(|other| is_founder(*other) && all.value(*other, rule.column) == Some(value))
                .map(|other| all.person[other])
                .collect();
            if persons.len() == 1 {
                let person = persons.into_iter().next().unwrap_or_default();
                if all.members(person).into_iter().all(|member| all.agree(member, record)) {
                    attached.insert(record, person);
                    labels[record].insert(&rule.name);
                    break;
                }
            }
        }
    }
    let id = |record: &Record| (record.source.clone(), record.id.clone());
    let mut found = Outcome::new();
    for (record, labels) in labels.iter().enumerate().take(count) {
        let person = match attached.get(&record) {
            Some(person) => Some(*person),
            None => is_founder(record).then(|| all.person[record]),
        };
        let first = person.and_then(|person| {
            all.members(person).into_iter().find(|member| is_founder(*member)).map(|first| id(all.records[first]))
        });
        let is_decided = joined.iter().any(|(one, other)| *one == record || *other == record);
        let mut names: Vec<&str> = if is_decided { vec!["override"] } else { Vec::new() };
        names.extend(layout.rules.iter().map(|rule| &*rule.name).filter(|name| labels.contains(name)));
        let names = if names.is_empty() { "none".to_owned() } else { names.join("+") };
        found.insert(id(all.records[record]), (first, names));
    }
    found
}
