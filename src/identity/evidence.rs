//! What speaks against two records being one person: two values of a strong key, or two birth dates with two names.
//!
//! A person's evidence is small, for any number of records. Records of which no two contradict each other by name
//! and birth date have all one name, or all one birth date, so one pair describes them. Only an analyst's `same` can put
//! a contradiction into one person: then each of the pairs and values that it accepts is an alternative, and others fit
//! the person if they fit one of them.

use hashbrown::HashMap;

use super::records::NONE;

/// Stands for several names with one birth date, or several birth dates with one name.
const SEVERAL: u32 = NONE - 1;

/// Why two persons are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// An override says that they are different.
    Override,
    /// Two values of the strong key of this number.
    Strong(usize),
    /// Two birth dates with two names.
    BirthDate,
}

/// Birth date and name of records that do not contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    birth_date: u32,
    name: u32,
}

impl Pair {
    const UNKNOWN: Self = Self { birth_date: NONE, name: NONE };

    fn is_known(self) -> bool {
        self.birth_date != NONE
    }

    fn fits(self, other: Self) -> bool {
        let same = |left: u32, right: u32| left == right && left != SEVERAL;
        same(self.birth_date, other.birth_date) || same(self.name, other.name)
    }

    /// Both, if they fit.
    fn with(self, other: Self) -> Self {
        let both = |left: u32, right: u32| if left == right { left } else { SEVERAL };
        Self { birth_date: both(self.birth_date, other.birth_date), name: both(self.name, other.name) }
    }
}

/// Alternatives that an analyst has accepted beside a person's first ones.
#[derive(Debug, Default, Clone)]
struct More {
    pairs: Vec<Pair>,
    /// Per strong key.
    strong: Vec<Vec<u32>>,
}

/// The evidence of each person, by the record that represents it.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Empty if names or birth dates are not known.
    pairs: Vec<Pair>,
    /// Per strong key.
    strong: Vec<Vec<u32>>,
    more: HashMap<u32, More>,
}

impl Evidence {
    /// Each record by itself: its values of the strong keys, its name and its birth date.
    pub(super) fn new(strong: Vec<Vec<u32>>, names: Option<&[u32]>, birth_dates: Option<&[u32]>) -> Self {
        let pair = |(name, birth_date): (&u32, &u32)| match (*name, *birth_date) {
            (NONE, _) | (_, NONE) => Pair::UNKNOWN,
            (name, birth_date) => Pair { birth_date, name },
        };
        let pairs = match (names, birth_dates) {
            (Some(names), Some(birth_dates)) => names.iter().zip(birth_dates).map(pair).collect(),
            _ => Vec::new(),
        };
        Self { pairs, strong, more: HashMap::new() }
    }

    /// Why the persons that `left` and `right` represent are not one.
    pub(super) fn conflict(&self, left: u32, right: u32) -> Option<Cause> {
        for (key, values) in self.strong.iter().enumerate() {
            let (first, second) = (values[left as usize], values[right as usize]);
            let differ = first != NONE && second != NONE && first != second;
            if differ && !self.share_strong(key, left, right) {
                return Some(Cause::Strong(key));
            }
        }
        let (first, second) = (self.pair(left), self.pair(right));
        let differ = first.is_known() && second.is_known() && !first.fits(second);
        (differ && !self.share_pair(left, right)).then_some(Cause::BirthDate)
    }

    /// `child` becomes part of the person that `parent` represents.
    pub(super) fn merge(&mut self, parent: u32, child: u32) {
        let more = if self.more.is_empty() { None } else { self.more.remove(&child) }.unwrap_or_default();
        for key in 0..self.strong.len() {
            let first = self.strong[key][child as usize];
            let others = more.strong.get(key).into_iter().flatten().copied();
            for value in std::iter::once(first).chain(others).filter(|value| *value != NONE) {
                self.add_strong(key, parent, value);
            }
        }
        let first = self.pair(child);
        for pair in std::iter::once(first).chain(more.pairs).filter(|pair| pair.is_known()) {
            self.add_pair(parent, pair);
        }
    }

    fn pair(&self, person: u32) -> Pair {
        self.pairs.get(person as usize).copied().unwrap_or(Pair::UNKNOWN)
    }

    fn add_strong(&mut self, key: usize, person: u32, value: u32) {
        let first = &mut self.strong[key][person as usize];
        if *first == NONE {
            *first = value;
        } else if *first != value {
            let more = self.more.entry(person).or_default();
            more.strong.resize(self.strong.len(), Vec::new());
            if !more.strong[key].contains(&value) {
                more.strong[key].push(value);
            }
        }
    }

    fn add_pair(&mut self, person: u32, pair: Pair) {
        let first = &mut self.pairs[person as usize];
        if !first.is_known() {
            *first = pair;
        } else if first.fits(pair) {
            *first = first.with(pair);
        } else {
            let pairs = &mut self.more.entry(person).or_default().pairs;
            match pairs.iter_mut().find(|other| other.fits(pair)) {
                Some(other) => *other = other.with(pair),
                None => pairs.push(pair),
            }
        }
    }

    fn share_strong(&self, key: usize, left: u32, right: u32) -> bool {
        if self.more.is_empty() {
            return false;
        }
        let values = |person: u32| {
            let more = self.more.get(&person).and_then(|more| more.strong.get(key)).into_iter().flatten();
            std::iter::once(self.strong[key][person as usize]).chain(more.copied())
        };
        values(left).any(|value| values(right).any(|other| other == value))
    }

    fn share_pair(&self, left: u32, right: u32) -> bool {
        if self.more.is_empty() {
            return false;
        }
        let pairs = |person: u32| {
            let more = self.more.get(&person).into_iter().flat_map(|more| &more.pairs);
            std::iter::once(self.pair(person)).chain(more.copied())
        };
        pairs(left).any(|pair| pairs(right).any(|other| other.fits(pair)))
    }
}
