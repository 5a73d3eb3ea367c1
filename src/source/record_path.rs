//! Where the records of a JSON file are: the lists that lead to them. `orders[].lines[]` are the elements of the list
//! `lines` in each element of the list `orders`.

use std::{fmt, str::FromStr};

/// Begins a name that belongs to the object around a record.
const PARENT: &str = "^.";

/// The lists on the way to the records; the elements of the last one are the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPath {
    /// For each list, the keys that lead to it from the object that holds it. The first list may have none: it is the
    /// document itself.
    pub lists: Vec<Vec<String>>,
    /// Whether lists are written with `[]`.
    pub is_explicit: bool,
}

/// A path that names no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// The path as written.
    pub written: String,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a path of records", self.written)
    }
}

impl std::error::Error for PathError {}

impl FromStr for RecordPath {
    type Err = PathError;

    fn from_str(written: &str) -> Result<Self, PathError> {
        let wrong = || PathError { written: written.to_owned() };
        let (mut lists, mut keys) = (Vec::new(), Vec::new());
        let mut open = false;
        for (at, step) in written.split('.').enumerate() {
            let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
            let is_document = at == 0 && key.is_empty() && is_list;
            if key.contains(['[', ']', '^']) || (key.is_empty() && !is_document) {
                return Err(wrong());
            }
            if !is_document {
                keys.push(key.to_owned());
            }
            open = !is_list;
            if is_list {
                lists.push(std::mem::take(&mut keys));
            }
        }
        let is_explicit = !lists.is_empty();
        // The last key is a list without saying so.
        if open {
            lists.push(keys);
        }
        Ok(Self { lists, is_explicit })
    }
}

impl RecordPath {
    /// How many objects are around a record: its parent, the parent's parent, and so on.
    pub fn parents(&self) -> usize {
        let is_document = self.lists.first().is_some_and(Vec::is_empty);
        self.lists.len() - usize::from(is_document)
    }

    /// A list and the ones around it, as written; the first one is number 0.
    pub fn shown(&self, list: usize) -> String {
        let lists = self.lists.iter().take(list + 1).map(|keys| format!("{}[]", keys.join(".")));
        lists.collect::<Vec<_>>().join(".")
    }
}

/// How many objects outwards of its record a name is looked up, and the rest of the name: `^.^.id` is 2 and `id`.
pub fn parent_steps(name: &str) -> (usize, &str) {
    let mut found = (0, name);
    while let Some(rest) = found.1.strip_prefix(PARENT) {
        found = (found.0 + 1, rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_lists() {
        let lists = |written: &str| written.parse::<RecordPath>().map(|path| path.lists);
        let list = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(lists("data.orders"), Ok(vec![list(&["data", "orders"])]));
        assert_eq!(lists("data.orders[]"), lists("data.orders"));
        assert_eq!(lists("orders[].a.lines"), Ok(vec![list(&["orders"]), list(&["a", "lines"])]));
        assert_eq!(lists("[].lines[]"), Ok(vec![list(&[]), list(&["lines"])]));
        assert_eq!(lists("[]"), Ok(vec![list(&[])]));
        for wrong in ["", ".", "a..b", "a[0]", "a[].[]", "a[]b", "^.a", "a[][]", "a.[].b"] {
            assert!(lists(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn parents_are_the_objects_around_a_record() {
        let parents = |written: &str| written.parse::<RecordPath>().unwrap().parents();
        assert_eq!([parents("a.b"), parents("a[].b[]"), parents("[]"), parents("[].b[]")], [1, 2, 0, 1]);
        assert_eq!("a[].b.c[]".parse::<RecordPath>().unwrap().shown(1), "a[].b.c[]");
        assert_eq!(
            (parent_steps("^.^.id"), parent_steps("id"), parent_steps("^id")),
            ((2, "id"), (0, "id"), (0, "^id"))
        );
    }
}
