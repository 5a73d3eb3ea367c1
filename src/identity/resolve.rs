//! The resolution from beginning to end: number the records, apply overrides, then the rules, then attach the rest.

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::birth_days;
use super::budget::Budget;
use super::erasures::Requests;
use super::error::IdentityError;
use super::evidence::Evidence;
use super::golden::{self, Attributes, Golden};
use super::identities::{Identities, Keys};
use super::layout::Layout;
use super::matching::{Blocked, Link, Matched, Owners, join_equal};
use super::order;
use super::overrides::{OfAttached, Overrides};
use super::persons::Persons;
use super::records::{NONE, Records};
use super::resolution::{Ambiguous, Resolution};
use super::scored::{self, Outcome};
use super::tables::RuleCounts;
use super::text_column::TextColumn;
use super::values::{self, Names, Values};

/// Records as they arrived, by row.
pub(super) struct Arrived {
    pub(super) source: TextColumn,
    pub(super) source_id: TextColumn,
    pub(super) columns: Vec<TextColumn>,
    pub(super) known_from: Vec<i32>,
    pub(super) attaches: Vec<bool>,
    /// Values that are not valid.
    pub(super) rejects: Vec<RecordBatch>,
    /// Makes customer keys.
    pub(super) hasher: blake3::Hasher,
    /// Values of the golden record.
    pub(super) golden: Option<Attributes>,
}

/// Upper limit of memory per record in addition to its text.
pub(super) fn bytes_per_record(layout: &Layout) -> usize {
    // Day, attaches, order of arrival, of ids and of records; parents, names, pairs, labels and links.
    let always = 4 + 2 + 12 + 4 + 12 + 4 + size_of::<Link>();
    // While a column is numbered: the table and its counts. Sorting needs less, before that.
    let numbering = 12 + 8;
    // At the end: persons, their keys and the table that compares them.
    let keys = 4 + 14 + 5;
    let golden = layout.golden.as_ref().map_or(0, |_| golden::BYTES_PER_RECORD);
    let scored = layout.scored.as_ref().map_or(0, scored::bytes_per_record);
    always + golden + scored + 4 * (layout.rules.len() + layout.strong.len()) + numbering + keys
}

/// Finds the persons.
pub(super) fn resolve(
    layout: Layout,
    mut arrived: Arrived,
    overrides: Overrides,
    requests: Requests,
    budget: &Budget,
) -> Result<(Identities, Resolution), IdentityError> {
    let mut rejects = std::mem::take(&mut arrived.rejects);
    let hasher = std::mem::take(&mut arrived.hasher);
    let attributes = arrived.golden.take();
    let (records, record_of) = numbered(arrived)?;
    let column = |number: usize| values::numbered(&records.columns[number], &record_of).0;
    let names = layout.name.map(column);
    let mut birth_dates = layout.birth_date.filter(|_| names.is_some()).map(column);
    let on_shared_days = birth_dates.as_deref_mut().map(birth_days::shared).unwrap_or_default();
    rejects.extend(birth_days::rejected(&layout, &records, &on_shared_days)?);
    let strong: Vec<Vec<u32>> = layout.strong.iter().map(|key| column(key.column)).collect();
    let evidence = Evidence::new(strong, names.as_deref(), birth_dates.as_deref());
    drop(birth_dates);
    let mut persons = Persons::new(records.count(), evidence);
    let mut matched = Matched::default();

    let of_overrides = layout.rules.len() as u8;
    let (of_attached, unapplied) = overrides.apply(&records, of_overrides, &mut persons, &mut matched.links)?;

    let named = layout.name.zip(names.as_deref()).map(|(column, of)| {
        let (texts, row_of) = (&records.columns[column], records.row_of.as_slice());
        Names { of, texts, row_of }
    });
    let mut counts = Vec::with_capacity(layout.rules.len());
    let mut stopped = Vec::new();
    let mut shared_values = Vec::with_capacity(layout.rules.len());
    for (number, rule) in (0_u8..).zip(&layout.rules) {
        let mut values = Values::new(&records.columns[rule.column], &record_of, &records.attaches);
        if !on_shared_days.is_empty() && birth_days::is_part_of(&layout, rule.column) {
            values.without(&on_shared_days);
        }
        let of_rule = values.stop_shared(rule, named, &records.attaches);
        let blocked_before = matched.blocked.len();
        join_equal(&values, number, &records.attaches, &mut persons, &mut matched);
        counts.push(RuleCounts {
            values: values.distinct.into(),
            values_stopped: of_rule.len() as u64,
            records_stopped: of_rule.iter().map(|stopped| u64::from(stopped.records)).sum(),
            conflicts: matched.blocked[blocked_before..].iter().filter(|blocked| blocked.is_open()).count() as u64,
            ..RuleCounts::default()
        });
        stopped.extend(of_rule.into_iter().map(|stopped| (number, stopped)));
        shared_values.push(values);
    }
    let scored = match &layout.scored {
        Some(scoring) => scored::score(&layout, scoring, &records, &record_of, &mut persons, budget)?,
        None => Outcome::default(),
    };
    if !scored.links.is_empty() {
        forget_joined(&mut matched.blocked, &mut counts, &mut persons);
    }
    drop((names, record_of));

    let mut labels = vec![0_u32; records.count() as usize];
    for link in matched.links.iter().filter(|link| link.rule == of_overrides) {
        labels[link.earlier as usize] |= 1 << of_overrides;
        labels[link.later as usize] |= 1 << of_overrides;
    }
    let of_scored = of_overrides + 1;
    for link in &scored.links {
        labels[link.earlier as usize] |= 1 << of_scored;
        labels[link.later as usize] |= 1 << of_scored;
    }
    let mut attaching = Attaching::new(&records, &mut persons, of_attached, of_overrides, &mut labels);
    for (number, (values, counts)) in (0_u8..).zip(shared_values.into_iter().zip(&mut counts)) {
        attaching.apply(number, &values, &mut labels, counts, &mut persons);
    }
    let Attaching { links, blocked, ambiguous, is_placed, .. } = attaching;
    for (number, counts) in counts.iter_mut().enumerate() {
        let labelled = labels.iter().filter(|labels| *labels & 1 << number != 0).count() as u64;
        counts.records_linked = labelled - counts.records_attached;
    }
    matched.links.extend(links);
    matched.blocked.extend(blocked);
    let erased = Arc::new(requests.decide(&layout, &records, &mut persons, &is_placed));
    let records = Arc::new(records);
    let rule_names = layout.rules.iter().map(|rule| rule.name.clone()).collect();
    let keys = Keys::new(&records, persons, &is_placed, &erased, &hasher)?;
    let identities =
        Identities::new(rule_names, Arc::clone(&records), labels, scored.scores(), keys, Arc::clone(&erased));
    let golden = match (&layout.golden, attributes) {
        (Some(layout), Some(attributes)) => {
            Some(Arc::new(Golden::new(layout.clone(), attributes, records.clone(), identities.keys())))
        }
        _ => None,
    };
    let resolution =
        Resolution { layout, records, matched, scored, stopped, ambiguous, unapplied, counts, rejects, golden, erased };
    Ok((identities, resolution))
}

/// Numbers the records in record order. Also returns the record of each row.
fn numbered(arrived: Arrived) -> Result<(Records, Vec<u32>), IdentityError> {
    let Arrived { source, source_id, columns, known_from, attaches, .. } = arrived;
    let rows = known_from.len() as u32;
    let by_id = order::sorted_rows(&source, &source_id, rows)?;
    let (row_of, by_id) = order::in_record_order(by_id, &known_from);
    let mut record_of = vec![0; row_of.len()];
    for (record, row) in (0..).zip(&row_of) {
        record_of[*row as usize] = record;
    }
    let attaches = row_of.iter().map(|row| attaches[*row as usize]).collect();
    Ok((Records { source, source_id, columns, row_of, by_id, attaches, known_from }, record_of))
}

/// Takes out what rules kept apart for a slip in name and birth date, and a score brought together.
fn forget_joined(blocked: &mut Vec<Blocked>, counts: &mut [RuleCounts], persons: &mut Persons) {
    blocked.retain(|blocked| {
        let is_joined = persons.find(blocked.link.earlier) == persons.find(blocked.link.later);
        if let Some(counts) = counts.get_mut(usize::from(blocked.link.rule)).filter(|_| is_joined && blocked.is_open())
        {
            counts.conflicts -= 1;
        }
        !is_joined
    });
}

/// Gives the records that attach to the persons that others found.
struct Attaching<'a> {
    records: &'a Records,
    /// Those that are not placed yet, in record order.
    open: Vec<u32>,
    /// Pairs of such a record and one to whose person it does not belong, sorted.
    different: Vec<(u32, u32)>,
    /// By record: it has a person. Those that do not attach have one.
    is_placed: Vec<bool>,
    links: Vec<Link>,
    blocked: Vec<Blocked>,
    ambiguous: Vec<Ambiguous>,
}

impl<'a> Attaching<'a> {
    fn new(records: &'a Records, persons: &mut Persons, mut decided: OfAttached, rule: u8, labels: &mut [u32]) -> Self {
        let mut is_placed: Vec<bool> = records.attaches.iter().map(|attaches| !attaches).collect();
        let mut links = Vec::new();
        for (record, founder) in decided.same {
            persons.attach(record, founder);
            is_placed[record as usize] = true;
            labels[record as usize] |= 1 << rule;
            links.push(Link { earlier: founder, later: record, rule });
        }
        decided.different.sort_unstable();
        let open = (0..records.count()).filter(|record| !is_placed[*record as usize]).collect();
        let (blocked, ambiguous) = (Vec::new(), Vec::new());
        Self { records, open, different: decided.different, is_placed, links, blocked, ambiguous }
    }

    /// Applies a rule to the records that are still open, and labels all records that have a value of it in common.
    fn apply(&mut self, rule: u8, values: &Values, labels: &mut [u32], counts: &mut RuleCounts, persons: &mut Persons) {
        let label = 1_u32 << rule;
        let owners = Owners::new(values, &self.records.attaches, persons, |record| labels[record as usize] |= label);
        for record in std::mem::take(&mut self.open) {
            let value = values.of[record as usize];
            let owners: Vec<u32> =
                if value == NONE { Vec::new() } else { self.owners(record, owners.of(value), persons) };
            match owners[..] {
                [] => {}
                [earlier] => {
                    let person = persons.find(earlier);
                    let link = Link { earlier, later: record, rule };
                    match persons.conflict(person, record) {
                        Some(cause) => {
                            let blocked = Blocked { link, cause };
                            counts.conflicts += u64::from(blocked.is_open());
                            self.blocked.push(blocked);
                        }
                        None => {
                            persons.attach(record, person);
                            self.is_placed[record as usize] = true;
                            labels[record as usize] |= label;
                            counts.records_attached += 1;
                            self.links.push(link);
                            continue;
                        }
                    }
                }
                [first, ..] => {
                    counts.ambiguous += 1;
                    self.ambiguous.push(Ambiguous { rule, record, first, persons: owners.len() as u32 });
                }
            }
            self.open.push(record);
        }
    }

    /// Without the persons that a decision excludes.
    fn owners(&self, record: u32, owners: impl Iterator<Item = u32>, persons: &mut Persons) -> Vec<u32> {
        let from = self.different.partition_point(|(attached, _)| *attached < record);
        let excluded: Vec<u32> = self.different[from..]
            .iter()
            .take_while(|(attached, _)| *attached == record)
            .map(|(_, founder)| persons.find(*founder))
            .collect();
        owners.filter(|owner| excluded.is_empty() || !excluded.contains(&persons.find(*owner))).collect()
    }
}
