//! How like two values of an attribute are: levels, from equal to different.

use strsim::{jaro_winkler, osa_distance};

/// How two values of an attribute are compared. Each has its own levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Equal or different.
    Exact,
    /// By edits: one letter more, fewer, other, or two neighbours exchanged (Damerau and Levenshtein).
    Text,
    /// By edits, the order of words, and Jaro's likeness in Winkler's version (1990), which looks at the beginning more.
    Name,
    /// By digits and parts of a date.
    Date,
    /// By edits and the part before the `@`.
    Email,
    /// By digits.
    Phone,
}

/// Jaro and Winkler's likeness of names that are close.
const CLOSE: f64 = 0.92;
/// And of names that are similar.
const SIMILAR: f64 = 0.8;
/// Last digits of a number, without country and area.
const NUMBER_END: usize = 7;
/// The last level of names that are like: close.
const NEAR_NAME: u32 = 3;
/// The last level of dates that are like: two parts are equal.
const NEAR_DATE: u32 = 4;

impl Likeness {
    /// All, with their names in YAML.
    pub const ALL: [(&'static str, Self); 6] = [
        ("exact", Self::Exact),
        ("text", Self::Text),
        ("name", Self::Name),
        ("date", Self::Date),
        ("email", Self::Email),
        ("phone", Self::Phone),
    ];

    /// The names of its levels: equal first, different last.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Exact => &["equal", "different"],
            Self::Text => &["equal", "one_edit", "two_edits", "different"],
            Self::Name => &["equal", "one_edit", "close", "similar", "different"],
            Self::Date => &["equal", "exchanged", "one_digit", "two_parts", "different"],
            Self::Email => &["equal", "one_edit", "same_local", "two_edits", "different"],
            Self::Phone => &["equal", "one_digit", "same_end", "two_digits", "different"],
        }
    }

    /// The level of two values, counted from 1.
    pub(super) fn level(self, left: &str, right: &str) -> u32 {
        if left == right {
            return 1;
        }
        match self {
            Self::Exact => 2,
            Self::Text => edits(left, right, 2).map_or(4, |edits| edits + 1),
            Self::Name => name(left, right),
            Self::Date => date(left, right),
            Self::Email => match (edits(left, right, 2), local(left) == local(right)) {
                (Some(1), _) => 2,
                (_, true) => 3,
                (Some(_), _) => 4,
                (None, _) => 5,
            },
            Self::Phone => match (edits(left, right, 2), end(left) == end(right)) {
                (Some(1), _) => 2,
                (_, true) => 3,
                (Some(_), _) => 4,
                (None, _) => 5,
            },
        }
    }
}

/// Whether two different names and two different birth dates are as like as those of one person with a slip in both: an
/// edit or two in the name, and of the date a digit, or one of year, month and day.
pub(super) fn is_slip(names: (&str, &str), birth_dates: (&str, &str)) -> bool {
    name(names.0, names.1) <= NEAR_NAME && date(birth_dates.0, birth_dates.1) <= NEAR_DATE
}

/// The edits between two different texts, at least 1, if there are at most `most`.
pub(super) fn edits(left: &str, right: &str, most: u32) -> Option<u32> {
    // Each edit changes the length by one letter of at most four bytes, and the set of letters by at most two.
    if left.len().abs_diff(right.len()) > 4 * most as usize || letters(left, right) > 2 * most {
        return None;
    }
    let edits = osa_distance(left, right) as u32;
    (edits <= most).then_some(edits.max(1))
}

/// How many of 64 classes of bytes only one of the texts has: a lower limit that costs little.
fn letters(left: &str, right: &str) -> u32 {
    (classes(left) ^ classes(right)).count_ones()
}

fn classes(text: &str) -> u64 {
    text.bytes().filter(u8::is_ascii).fold(0, |found, byte| found | 1 << (byte & 63))
}

fn name(left: &str, right: &str) -> u32 {
    if edits(left, right, 1).is_some() || same_words(left, right) {
        return 2;
    }
    let likeness = jaro_winkler(left, right);
    if likeness >= CLOSE || is_close_in_another_order(left, right) {
        3
    } else if likeness >= SIMILAR || has_all_words(left, right) {
        4
    } else {
        5
    }
}

/// Whether the words are the same in another order: surname first.
fn same_words(left: &str, right: &str) -> bool {
    if left.len() != right.len() || letters(left, right) > 0 {
        return false;
    }
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    sorted(left) == sorted(right)
}

/// Whether they are close with the last word of one at the beginning: surname first, and mistyped.
fn is_close_in_another_order(left: &str, right: &str) -> bool {
    // A lower limit that costs little, as for edits: two of them.
    if letters(left, right) > 4 || left.len().abs_diff(right.len()) > 4 {
        return false;
    }
    let is_close = |name: &str, other: &str| {
        let turned = name.trim_end().rsplit_once(char::is_whitespace).map(|(others, last)| format!("{last} {others}"));
        turned.is_some_and(|turned| jaro_winkler(&turned, other) >= CLOSE)
    };
    is_close(left, right) || is_close(right, left)
}

/// Whether one has all words of the other: without the middle name, or with one of two surnames.
fn has_all_words(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    classes(short) & !classes(long) == 0
        && short.split_whitespace().all(|word| long.split_whitespace().any(|other| other == word))
}

/// Dates as `2025-12-31`.
fn date(left: &str, right: &str) -> u32 {
    let parts = |text: &'_ str| -> Option<[String; 3]> {
        let mut parts = text.split('-').map(str::to_owned);
        Some([parts.next()?, parts.next()?, parts.next()?])
    };
    let (Some(first), Some(second)) = (parts(left), parts(right)) else { return 5 };
    let equal = first.iter().zip(&second).filter(|(left, right)| left == right).count();
    if first[0] == second[0] && first[1] == second[2] && first[2] == second[1] {
        2
    } else if edits(left, right, 1).is_some() {
        3
    } else if equal == 2 {
        4
    } else {
        5
    }
}

/// What stands before the `@`.
pub(super) fn local(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}

fn end(number: &str) -> &str {
    number.len().checked_sub(NUMBER_END).and_then(|at| number.get(at..)).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of the level.
    fn level(like: Likeness, left: &str, right: &str) -> &'static str {
        let found = [like.level(left, right), like.level(right, left)];
        assert_eq!(found[0], found[1], "{left} and {right}");
        like.levels()[found[0] as usize - 1]
    }

    #[test]
    fn names_are_like_with_slips_in_another_order_and_without_some_of_the_words() {
        for (left, right, wanted) in [
            ("anna berg", "anna berg", "equal"),
            ("anna berg", "agna berg", "one_edit"),
            ("anna berg", "berg anna", "one_edit"),
            ("erik johansson", "johanson erikk", "close"),
            ("anna maria berg", "berg anna mraia", "close"),
            ("per olofsson", "per olofssno", "one_edit"),
            ("anna berg", "anna bergqvist", "close"),
            ("andersson", "maria andersson", "similar"),
            ("anna berg lind", "lind", "similar"),
            ("anna berg", "bo berg", "different"),
            ("erik johansson", "jonas eriksson", "different"),
            ("berg", "anna bergqvist", "different"),
        ] {
            assert_eq!(level(Likeness::Name, left, right), wanted, "{left} and {right}");
        }
    }
}
