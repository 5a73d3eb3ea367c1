//! Orders models by what they read, and decides what each becomes: a view, a kept table, a published table.

use std::collections::{BTreeMap, BTreeSet};

/// What each node reads, by name.
pub(super) type Reads = BTreeMap<String, BTreeSet<String>>;

/// The nodes in an order in which a node follows everything it reads; ties by name, those of `last` and what needs them at
/// the end.
///
/// # Errors
/// The names of one cycle, in reading order.
pub(super) fn order(reads: &Reads, last: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut ordered = Vec::with_capacity(reads.len());
    let is_late = |name: &&str| last.iter().any(|last| depends_on(reads, name, last));
    let late: BTreeSet<&str> = reads.keys().map(String::as_str).filter(is_late).collect();
    for late_turn in [false, true] {
        loop {
            let ready: Vec<&str> = reads
                .iter()
                .filter(|(name, _)| !done.contains(name.as_str()) && (late_turn || !late.contains(name.as_str())))
                .filter(|(_, wanted)| {
                    wanted.iter().all(|other| done.contains(other.as_str()) || !reads.contains_key(other))
                })
                .map(|(name, _)| name.as_str())
                .collect();
            if ready.is_empty() {
                break;
            }
            done.extend(&ready);
            ordered.extend(ready.into_iter().map(str::to_owned));
        }
    }
    let left: Vec<&str> = reads.keys().map(String::as_str).filter(|name| !done.contains(name)).collect();
    match left.first() {
        None => Ok(ordered),
        Some(start) => Err(cycle(reads, start, &left)),
    }
}

fn depends_on(reads: &Reads, name: &str, wanted: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![name];
    while let Some(next) = open.pop() {
        if next == wanted {
            return true;
        }
        if seen.insert(next) {
            open.extend(reads.get(next).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn cycle(reads: &Reads, start: &str, left: &[&str]) -> Vec<String> {
    let mut path = vec![start.to_owned()];
    let mut at = start;
    loop {
        let next = reads.get(at).into_iter().flatten().find(|other| left.contains(&other.as_str()));
        let Some(next) = next else { return path };
        if let Some(first) = path.iter().position(|name| name == next) {
            path.push(next.clone());
            return path.split_off(first);
        }
        path.push(next.clone());
        at = next;
    }
}

/// Everything that `name` reads, directly or through others, without itself.
pub(super) fn ancestors(reads: &Reads, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        for other in reads.get(&next).into_iter().flatten() {
            if found.insert(other.clone()) {
                open.push(other.clone());
            }
        }
    }
    found
}

/// Everything that reads `name`, directly or through others, without itself.
pub(super) fn descendants(reads: &Reads, name: &str) -> BTreeSet<String> {
    reads.keys().filter(|other| *other != name && depends_on(reads, other, name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(edges: &[(&str, &[&str])]) -> Reads {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        edges.iter().map(|(name, wanted)| ((*name).to_owned(), set(wanted))).collect()
    }

    #[test]
    fn what_is_read_comes_first_and_the_last_table_last() {
        let graph = reads(&[("m", &["b", "s"]), ("a", &["counts"]), ("b", &["s"]), ("s", &[]), ("counts", &[])]);
        assert_eq!(order(&graph, &["counts"]).unwrap(), ["s", "b", "m", "counts", "a"]);
    }

    #[test]
    fn a_cycle_is_named() {
        let graph = reads(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]);
        assert_eq!(order(&graph, &["x"]).unwrap_err(), ["b", "c", "b"]);
    }

    #[test]
    fn ancestors_and_descendants_go_all_the_way() {
        let graph = reads(&[("a", &["b"]), ("b", &["c"]), ("c", &[])]);
        assert_eq!(ancestors(&graph, "a").into_iter().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(descendants(&graph, "c").into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
