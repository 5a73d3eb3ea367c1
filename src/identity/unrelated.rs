//! How many persons or families some names are of, at least.
//!
//! Names with a word in common, or with words that are alike, may be one person's or one family's: a typing error, an
//! initial, a short form, a new surname, the surname first. Others are clearly different: the walk-ins of a till.

use super::layout::PARTS;
use super::likeness::edits;

/// Words of surnames that are in many families' names.
const PARTICLES: [&str; 20] = [
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "af", "av", "zu", "al",
    "el", "bin", "ben",
];
/// Letters that a short form has at least: `Alex` of `Alexander`.
const SHORT_FORM: usize = 3;

/// How many groups of names there are, of which no name is like one of another group. Equal for any order of names.
pub(super) fn groups(names: &[&str]) -> u32 {
    let words: Vec<Vec<&str>> = names.iter().map(|name| words(name)).collect();
    let mut group_of: Vec<usize> = (0..names.len()).collect();
    for later in 0..names.len() {
        for earlier in 0..later {
            let (one, other) = (group_of[earlier], group_of[later]);
            if one != other && are_alike(&words[earlier], &words[later]) {
                group_of.iter_mut().filter(|group| **group == other).for_each(|group| *group = one);
            }
        }
    }
    group_of.sort_unstable();
    group_of.dedup();
    group_of.len() as u32
}

fn words(name: &str) -> Vec<&str> {
    let all = || name.split([' ', PARTS]).filter(|word| !word.is_empty());
    let words: Vec<&str> = all().filter(|word| !PARTICLES.contains(word)).collect();
    if words.is_empty() { all().collect() } else { words }
}

fn are_alike(left: &[&str], right: &[&str]) -> bool {
    left.iter().any(|left| right.iter().any(|right| is_like(left, right)))
}

/// Whether two words may be one: equal, mistyped, an initial, or a short form.
fn is_like(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if short == long {
        return true;
    }
    let letters = short.chars().count();
    if long.starts_with(short) && (letters == 1 || letters >= SHORT_FORM) {
        return true;
    }
    match letters {
        0..4 => false,
        4..8 => edits(short, long, 1).is_some(),
        _ => edits(short, long, 2).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_person_or_family_are_one_group() {
        for names in [
            ["anna berg", "anna ek", "bo berg"],
            ["anna berg", "berg anna", "a berg"],
            ["johansson eva", "eva johanson", "johannson e"],
            ["alex stone", "alexander lind", "lind sofia"],
            ["anna von essen", "carl von essen", "essen"],
        ] {
            assert_eq!(groups(&names), 1, "{names:?}");
        }
    }

    #[test]
    fn strangers_are_a_group_each() {
        assert_eq!(groups(&["anna berg", "bo ek", "cilla dahl"]), 3);
        assert_eq!(groups(&["anna von essen", "carl von platen", "maria von rosen"]), 3, "particles say nothing");
        assert_eq!(groups(&["bo ek", "bodil ekman"]), 2, "two letters are too short");
        assert_eq!(groups(&["anna berg", "bo ek", "anna ek"]), 1, "in any order, the third joins the two");
        assert_eq!(groups(&["anna ek", "bo ek", "cilla dahl"]), 2);
        assert_eq!(groups(&[]), 0);
    }
}
