//! The order of file names: the one in which people number them.

use std::cmp::Ordering;

/// Compares names as people read them: digits that follow each other are one number, so that `part_2` comes before
/// `part_10`, and a name comes before a longer one that begins with it, regardless of their endings: `orders.csv` before
/// `orders-2.csv`.
pub(in crate::extract) fn by_name(one: &str, other: &str) -> Ordering {
    let ((stem, ending), (other_stem, other_ending)) = (split(one), split(other));
    natural(stem, other_stem).then_with(|| ending.cmp(other_ending)).then_with(|| one.cmp(other))
}

/// A name without its endings (`.csv.gz`), and these: at most two, each of letters and perhaps digits behind them.
fn split(name: &str) -> (&str, &str) {
    let mut end = name.len();
    for _ in 0..2 {
        let Some(dot) = name[..end].rfind('.') else { break };
        let ending = &name[dot + 1..end];
        let is_ending = ending.starts_with(|c: char| c.is_ascii_alphabetic())
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
            && !name[..dot].is_empty()
            && !name[..dot].ends_with('/');
        if !is_ending {
            break;
        }
        end = dot;
    }
    name.split_at(end)
}

fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let order = match (one.first(), other.first()) {
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (number, rest) = digits(one);
                let (other_number, other_rest) = digits(other);
                (one, other) = (rest, other_rest);
                number.len().cmp(&other_number.len()).then_with(|| number.cmp(other_number))
            }
            (Some(a), Some(b)) => {
                (one, other) = (&one[1..], &other[1..]);
                a.cmp(b)
            }
            (a, b) => return a.cmp(&b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The number at the start of a text, without leading zeros, and the rest.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let (number, rest) = text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count());
    (&number[number.iter().take_while(|byte| **byte == b'0').count()..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<String> {
        let mut names: Vec<String> = names.iter().rev().map(|name| (*name).to_owned()).collect();
        names.sort_by(|a, b| by_name(a, b));
        names
    }

    #[test]
    fn names_follow_each_other_as_people_number_them() {
        for names in [
            &["x/orders.csv", "x/orders-2.csv", "x/orders-10.csv"][..],
            &["orders.csv", "orders_20250101.csv", "orders_20250102.csv.gz"],
            &["part-00001.parquet", "part-2.parquet", "part-00010.parquet"],
            &["2/orders_9.csv", "10/orders_1.csv"],
            &["orders.1.csv", "orders.2.csv", "orders.10.csv"],
            &["orders_07.csv", "orders_7.csv"],
            &["a", "a.csv", "b"],
        ] {
            assert_eq!(sorted(names), names);
        }
    }
}
