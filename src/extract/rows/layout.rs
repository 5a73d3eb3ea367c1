//! The position of each declared column in the rows of a file, and how a header differs from the declaration.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::invisible::as_seen;
use crate::source::Column;

/// The differences between a header and the declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderMatch {
    /// Required columns that the file lacks.
    pub missing: Vec<String>,
    /// Optional columns that the file lacks.
    pub absent: Vec<String>,
    /// The file's undeclared columns.
    pub extra: Vec<String>,
    /// Names that appear more than once in the header.
    pub duplicated: Vec<String>,
    /// Declared columns that appear in the header under several of their names, with those names.
    pub ambiguous: Vec<(String, Vec<String>)>,
}

/// Name of the last cell of rows whose format finds the declared columns itself: everything that is not declared. No
/// file can contain this name.
pub const REST: &str = "\u{0}rest";

/// Each name of a header with its first position.
fn first_places(header: &[String]) -> HashMap<&str, usize> {
    let mut places = HashMap::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        places.entry(name.as_str()).or_insert(place);
    }
    places
}

/// The names of a header, those of declared columns as they are declared: names that look alike are one name. A name that
/// is declared exactly belongs to its own column.
pub fn as_declared(header: &[String], declared: &[Column]) -> Vec<String> {
    let exact: HashSet<&str> = declared.iter().flat_map(Column::names).collect();
    if header.iter().all(|name| exact.contains(name.as_str())) {
        return header.to_vec();
    }
    let alike: HashMap<Cow<'_, str>, &str> =
        declared.iter().flat_map(Column::names).map(|name| (as_seen(name), name)).collect();
    let named = |name: &String| match exact.contains(name.as_str()) {
        true => name.clone(),
        false => alike.get(&as_seen(name)).map_or_else(|| name.clone(), |name| (*name).to_owned()),
    };
    header.iter().map(named).collect()
}

impl HeaderMatch {
    /// Compares a header with the declared columns.
    pub fn new(header: &[String], declared: &[Column]) -> Self {
        let mut found = Self::default();
        let places = first_places(header);
        let mut known = HashSet::with_capacity(declared.len());
        for spec in declared {
            known.extend(spec.names());
            let mut there: Vec<String> =
                spec.names().filter(|name| places.contains_key(name)).map(str::to_owned).collect();
            there.dedup();
            match there.len() {
                0 if spec.optional => found.absent.push(spec.name.clone()),
                0 => found.missing.push(spec.name.clone()),
                1 => {}
                _ => found.ambiguous.push((spec.name.clone(), there)),
            }
        }
        let mut listed = HashSet::new();
        for (place, name) in header.iter().enumerate() {
            if as_seen(name).is_empty() && !known.contains(name.as_str()) {
                found.extra.push(format!("column {} (no name)", place + 1));
            } else if places.get(name.as_str()) != Some(&place) {
                if listed.insert(name.as_str()) {
                    found.duplicated.push(name.clone());
                }
            } else if !known.contains(name.as_str()) {
                found.extra.push(name.clone());
            }
        }
        found
    }
}

/// The positions of the declared columns in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Number of columns in the file.
    pub(in crate::extract) width: usize,
    /// For each declared column its position in the file; `None` for an optional one that the file lacks.
    pub(in crate::extract) places: Vec<Option<usize>>,
    /// The order in which cells enter a row's hash: declared columns, then the others by name. An absent column enters
    /// as an empty cell, so that the row equals one from a file where the column exists and is empty.
    pub(in crate::extract) hash_order: Vec<Option<usize>>,
    /// Whether `hash_order` is the file's own order, as far as it goes.
    pub(in crate::extract) in_hash_order: bool,
    /// Distinguishes rows from files with different undeclared columns.
    pub(in crate::extract) hash_seed: u64,
    /// The cell with everything undeclared, if it is one cell.
    pub(in crate::extract) rest: Option<usize>,
}

impl Layout {
    /// Maps the declared columns to those of a header by name or alias; a name that appears twice maps to its first
    /// position. Fails with the differences if a required column is missing.
    pub fn new(header: &[String], declared: &[Column]) -> Result<Self, HeaderMatch> {
        let header = as_declared(header, declared);
        let header = header.as_slice();
        let first = first_places(header);
        let places: Vec<Option<usize>> =
            declared.iter().map(|spec| spec.names().find_map(|name| first.get(name).copied())).collect();
        if places.iter().zip(declared).any(|(place, spec)| place.is_none() && !spec.optional) {
            return Err(HeaderMatch::new(header, declared));
        }
        let mut is_extra = vec![true; header.len()];
        places.iter().flatten().for_each(|place| is_extra[*place] = false);
        let mut extra: Vec<usize> = (0..header.len()).filter(|i| is_extra[*i]).collect();
        extra.sort_by(|a, b| header[*a].cmp(&header[*b]));
        let names: Vec<&str> = extra.iter().map(|i| header[*i].as_str()).collect();
        let hash_seed = if names.is_empty() { 0 } else { xxh3_64(names.join("\n").as_bytes()) };
        let hash_order: Vec<Option<usize>> = places.iter().copied().chain(extra.into_iter().map(Some)).collect();
        let in_hash_order = is_ascending(&hash_order);
        let rest = first.get(REST).copied();
        Ok(Self { width: header.len(), places, hash_order, in_hash_order, hash_seed, rest })
    }

    /// Whether the file has columns that are not declared.
    pub(in crate::extract) fn has_undeclared(&self) -> bool {
        self.hash_order.len() > self.places.len()
    }

    /// The same, where only declared columns make rows equal: rows of files without undeclared columns have the same hash
    /// in both.
    pub(in crate::extract) fn of_declared(&self) -> Self {
        let hash_order = self.places.clone();
        Self { in_hash_order: is_ascending(&hash_order), hash_order, hash_seed: 0, rest: None, ..self.clone() }
    }
}

fn is_ascending(order: &[Option<usize>]) -> bool {
    order.iter().enumerate().all(|(i, place)| Some(i) == *place)
}
