//! Pairs become persons, from the highest score down.

use hashbrown::{HashMap, HashSet};

use super::super::evidence::Cause;
use super::super::persons::{Persons, Union};
use super::super::scoring::Scoring;
use super::blocks::Pairs;
use super::model::Model;
use super::outcome::{Doubt, Scored};

/// Evidence, without the prior, at which two records do not belong to one person: the levels of their attributes are 64
/// times likelier among strangers.
const CONTRARY: f64 = -6.0;
/// Records of a person that are compared with those of another.
const MOST_RECORDS: usize = 100;

/// What became of the pairs: links, blocked ones, and those that somebody should look at.
type Merged = (Vec<Scored>, Vec<(Scored, Cause)>, Vec<(Scored, Doubt)>);

/// Makes persons of the pairs that score high enough.
pub(super) fn merge(model: &Model<'_>, scoring: &Scoring, pairs: &Pairs, persons: &mut Persons) -> Merged {
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
    let (sure, between) = scored.split_at(scored.partition_point(|scored| scored.score >= scoring.merge));
    let mut members = members(sure, persons, model.record_count());
    let (mut links, mut blocked, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    for scored in sure {
        let (left, right) = (persons.find(scored.earlier), persons.find(scored.later));
        if left == right {
            continue;
        }
        if let Some(cause) = persons.conflict(left, right) {
            blocked.push((*scored, cause));
        } else if contradict(model, &members, left, right) {
            doubtful.push((*scored, Doubt::Chain));
        } else if persons.unite(left, right) == Union::Joined {
            links.push(*scored);
            let (kept, other) = (left.min(right), left.max(right));
            let moved = members.remove(&other).unwrap_or_default();
            members.entry(kept).or_default().extend(moved);
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
        is_first(scored, persons) && persons.conflict(left, right).is_none()
    });
    (links, blocked, doubtful)
}

/// The records of each person that a pair names.
fn members(sure: &[Scored], persons: &mut Persons, records: u32) -> HashMap<u32, Vec<u32>> {
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for scored in sure {
        members.entry(persons.find(scored.earlier)).or_default();
        members.entry(persons.find(scored.later)).or_default();
    }
    if members.is_empty() {
        return members;
    }
    for record in 0..records {
        if let Some(members) = members.get_mut(&persons.find(record)) {
            members.push(record);
        }
    }
    members
}

/// Whether a record of one person does not fit one of the other: a chain of likenesses would lead from one to the other.
fn contradict(model: &Model<'_>, members: &HashMap<u32, Vec<u32>>, left: u32, right: u32) -> bool {
    let of = |person: u32| members.get(&person).into_iter().flatten().copied().take(MOST_RECORDS);
    of(left).any(|left| of(right).any(|right| model.evidence(left, right, model.pattern(left, right)) < CONTRARY))
}
