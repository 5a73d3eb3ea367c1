//! The way from one record to another over the links of a person. These are a tree, so there is one way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::published::{Identified, Link};

/// The records on the way, and the links between them.
pub(super) struct Path<'a> {
    pub(super) records: Vec<Identified>,
    pub(super) links: Vec<&'a Link>,
}

type Name<'a> = (&'a str, &'a str);

/// The shortest way; `None` if the links do not lead from one to the other.
pub(super) fn between<'a>(links: &'a [Link], first: &Identified, second: &Identified) -> Option<Path<'a>> {
    let mut neighbours: BTreeMap<Name<'a>, Vec<(Name<'a>, &'a Link)>> = BTreeMap::new();
    for link in links {
        let [one, other] = link.ends();
        neighbours.entry(one).or_default().push((other, link));
        neighbours.entry(other).or_default().push((one, link));
    }
    let is_it = |(source, source_id): &Name<'_>, record: &Identified| {
        *source == record.source && *source_id == record.source_id
    };
    let start = *neighbours.keys().find(|name| is_it(name, first))?;
    let end = *neighbours.keys().find(|name| is_it(name, second))?;
    let mut came_by: BTreeMap<Name<'a>, (Name<'a>, &'a Link)> = BTreeMap::new();
    let mut seen = BTreeSet::from([start]);
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for (next, link) in neighbours.get(&at).into_iter().flatten() {
            if seen.insert(*next) {
                came_by.insert(*next, (at, link));
                open.push_back(*next);
            }
        }
    }
    let (mut at, mut names, mut used) = (end, vec![end], Vec::new());
    while at != start {
        let (from, link) = came_by.get(&at)?;
        used.push(*link);
        names.push(*from);
        at = *from;
    }
    names.reverse();
    used.reverse();
    let records = names.into_iter().map(|(source, source_id)| {
        let known = [first, second].into_iter().find(|known| known.source == source && known.source_id == source_id);
        known.cloned().unwrap_or_else(|| first.companion(source, source_id))
    });
    Some(Path { records: records.collect(), links: used })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(one: &str, other: &str) -> Link {
        Link::for_test(one, other)
    }

    fn record(id: &str) -> Identified {
        Identified::for_test(id)
    }

    #[test]
    fn the_way_leads_over_the_tree() {
        let links = [link("B", "A"), link("C", "B"), link("D", "B"), link("E", "C")];
        let path = between(&links, &record("E"), &record("D")).expect("a way");
        let ids: Vec<&str> = path.records.iter().map(|record| record.source_id.as_str()).collect();
        assert_eq!(ids, ["E", "C", "B", "D"]);
        assert_eq!(path.links.len(), 3);
        assert!(between(&links, &record("E"), &record("X")).is_none());
        assert!(between(&[link("B", "A"), link("D", "C")], &record("A"), &record("D")).is_none());
    }
}
