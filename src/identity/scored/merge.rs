//! Pairs become persons, from the highest score down.

use hashbrown::{HashMap, HashSet};

use super::super::evidence::Cause;
use super::super::layout::Layout;
use super::super::likeness;
use super::super::persons::Persons;
use super::super::records::Records;
use super::super::scoring::Scoring;
use super::blocks::Pair;
use super::model::Model;
use super::outcome::{Doubt, Scored};

/// Evidence, without the prior, at which two records do not belong to one person: the levels of their attributes are 64
/// times likelier among strangers.
const CONTRARY: f64 = -6.0;
/// Records of a person that are compared with those of another.
const MOST_RECORDS: usize = 100;

/// What became of the pairs: links, blocked ones, and those that somebody should look at.
type Merged = (Vec<Scored>, Vec<(Scored, Cause)>, Vec<(Scored, Doubt)>);

/// The pairs that somebody should look at, or that are one person, from the highest score down.
pub(super) fn likely(model: &Model<'_>, scoring: &Scoring, pairs: &[Pair], persons: &mut Persons) -> Vec<Scored> {
    let mut scored: Vec<Scored> = pairs
        .iter()
        .filter(|pair| persons.find(pair.earlier) != persons.find(pair.later))
        .map(|pair| Scored {
            earlier: pair.earlier,
            later: pair.later,
            score: model.score(pair.earlier, pair.later, pair.pattern),
        })
        .filter(|scored| scored.score >= scoring.review)
        .collect();
    scored.sort_unstable_by(|left, right| {
        let order = |scored: &Scored| (scored.earlier, scored.later);
        right.score.total_cmp(&left.score).then_with(|| order(left).cmp(&order(right)))
    });
    scored
}

/// Makes persons of the pairs that score high enough.
pub(super) fn merge(
    model: &Model<'_>,
    layout: &Layout,
    scoring: &Scoring,
    records: &Records,
    scored: &[Scored],
    persons: &mut Persons,
) -> Merged {
    let mut members = Members::new(scored, persons, records.count());
    let (sure, between) = scored.split_at(scored.partition_point(|scored| scored.score >= scoring.merge));
    let (mut links, mut blocked, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    for scored in sure {
        let (left, right) = (persons.find(scored.earlier), persons.find(scored.later));
        if left == right {
            continue;
        }
        if let Some(cause) = veto(layout, records, &members, persons, left, right) {
            blocked.push((*scored, cause));
        } else if members.any(left, right, |left, right| contradict(model, left, right)) {
            doubtful.push((*scored, Doubt::Chain));
        } else if persons.force(left, right) {
            links.push(*scored);
            members.join(left.min(right), left.max(right));
        }
    }
    doubtful.extend(between.iter().map(|scored| (*scored, Doubt::Between)));
    // The best pair of two persons is enough to look at.
    let mut seen: HashSet<(u32, u32)> = HashSet::new();
    let mut is_first = |scored: &Scored, persons: &mut Persons| {
        let (left, right) = (persons.find(scored.earlier), persons.find(scored.later));
        left != right && seen.insert((left.min(right), left.max(right)))
    };
    blocked.retain(|(scored, _)| is_first(scored, persons));
    doubtful.retain(|(scored, _)| {
        let (left, right) = (persons.find(scored.earlier), persons.find(scored.later));
        // What a decision or two strong values keep apart is not in doubt.
        is_first(scored, persons) && veto(layout, records, &members, persons, left, right).is_none()
    });
    (links, blocked, doubtful)
}

/// Why two persons, by the records that represent them, are not one. Exact rules keep two birth dates with two names
/// apart; here, the values of a pair were compared, and a slip in both is what the score allows for.
fn veto(
    layout: &Layout,
    records: &Records,
    members: &Members,
    persons: &mut Persons,
    left: u32,
    right: u32,
) -> Option<Cause> {
    let cause = persons.conflict(left, right)?;
    let (Some(name), Some(birth_date)) = (layout.name, layout.birth_date) else { return Some(cause) };
    let differ = |left: u32, right: u32| {
        let values = |column: usize| records.value(column, left).zip(records.value(column, right));
        let (Some(names), Some(birth_dates)) = (values(name), values(birth_date)) else { return false };
        let is_equal = names.0 == names.1 || birth_dates.0 == birth_dates.1;
        !is_equal && !likeness::is_slip(names, birth_dates)
    };
    (cause != Cause::BirthDate || !members.all_known(left, right) || members.any(left, right, differ)).then_some(cause)
}

/// Whether a record does not fit another, of which the person is like its own: a chain of likenesses would lead from one
/// to the other.
fn contradict(model: &Model<'_>, left: u32, right: u32) -> bool {
    model.evidence(left, right, model.pattern(left, right)) < CONTRARY
}

/// The records of each person that a pair names.
struct Members(HashMap<u32, Vec<u32>>);

impl Members {
    fn new(scored: &[Scored], persons: &mut Persons, records: u32) -> Self {
        let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
        for scored in scored {
            members.entry(persons.find(scored.earlier)).or_default();
            members.entry(persons.find(scored.later)).or_default();
        }
        if members.is_empty() {
            return Self(members);
        }
        for record in 0..records {
            if let Some(members) = members.get_mut(&persons.find(record)) {
                members.push(record);
            }
        }
        Self(members)
    }

    fn join(&mut self, kept: u32, other: u32) {
        let moved = self.0.remove(&other).unwrap_or_default();
        self.0.entry(kept).or_default().extend(moved);
    }

    /// Whether something is true of a record of one person and one of the other.
    fn any(&self, left: u32, right: u32, is_so: impl Fn(u32, u32) -> bool) -> bool {
        let of = |person: u32| self.0.get(&person).into_iter().flatten().copied().take(MOST_RECORDS);
        of(left).any(|left| of(right).any(|right| is_so(left, right)))
    }

    /// Whether [`Self::any`] looks at all records of both.
    fn all_known(&self, left: u32, right: u32) -> bool {
        [left, right].iter().all(|person| self.0.get(person).is_some_and(|members| members.len() <= MOST_RECORDS))
    }
}
