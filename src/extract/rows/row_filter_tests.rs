use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::*;
use crate::extract::random::Random;

fn hash(text: &str) -> u128 {
    xxh3_128(text.as_bytes())
}

fn enter(filter: &RowFilter, delivery: u32, rows: &[&str]) -> Vec<Seen> {
    let hashes: Vec<u128> = rows.iter().map(|row| hash(row)).collect();
    let mut seen = Vec::new();
    filter.enter(RowsToSee { hashes: &hashes, without_key: &[], delivery }, &mut seen);
    seen
}

#[test]
fn a_row_counts_as_often_as_the_delivery_has_it_that_has_most_of_it() {
    let filter = RowFilter::new();
    assert_eq!(enter(&filter, 0, &["a", "b", "a"]), [Seen::First, Seen::First, Seen::Again]);
    assert_eq!(enter(&filter, 1, &["a", "a", "a"]), [Seen::Duplicate, Seen::Duplicate, Seen::Again]);
    assert_eq!(enter(&filter, 2, &["a", "b", "b"]), [Seen::Duplicate, Seen::Duplicate, Seen::Again]);
}

#[test]
fn deliveries_that_are_over_need_no_numbers() {
    let filter = RowFilter::new();
    let rows: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    enter(&filter, 0, &rows);
    let memory = filter.memory_size();
    for delivery in 1..50 {
        filter.set_oldest(delivery);
        assert!(enter(&filter, delivery, &rows).iter().all(|seen| *seen == Seen::Duplicate));
    }
    assert_eq!(filter.memory_size(), memory);
    assert!(memory < 10_000 * 13 * 16 / 7 + 64 * 1024, "{memory}");
}

/// Any order of the rows, several deliveries at a time, deliveries that end, and more of them than a slot can name.
#[test]
fn the_numbers_are_the_same_in_any_order() {
    for seed in 0..200 {
        let mut random = Random(seed + 1);
        let first = if seed % 4 == 0 { COUNTED - 2 } else { 0 };
        let mut rows: Vec<(u32, u128)> = Vec::new();
        for delivery in first..first + 5 {
            let of_it = (0..random.below(12)).map(|_| (delivery, hash(&random.below(6).to_string())));
            rows.extend(of_it.collect::<Vec<_>>());
        }
        let mut most: HashMap<u128, HashMap<u32, u64>> = HashMap::new();
        for (delivery, hash) in &rows {
            *most.entry(*hash).or_default().entry(*delivery).or_default() += 1;
        }
        let expected: u64 = most.values().filter_map(|times| times.values().max()).sum();
        let filter = RowFilter::new();
        let (mut loaded, mut firsts) = (0, 0);
        // Rows of two deliveries at a time, in any order; what lies before them is over.
        while !rows.is_empty() {
            let oldest = rows.iter().map(|(delivery, _)| *delivery).min().unwrap();
            filter.set_oldest(oldest);
            let near: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].0 <= oldest + 1).collect();
            let (delivery, hash) = rows.remove(near[random.below(near.len())]);
            let mut seen = Vec::new();
            filter.enter(RowsToSee { hashes: &[hash], without_key: &[], delivery }, &mut seen);
            loaded += u64::from(seen[0] != Seen::Duplicate);
            firsts += usize::from(seen[0] == Seen::First);
        }
        assert_eq!((loaded, firsts), (expected, most.len()), "seed {seed}");
    }
}

#[test]
fn many_repeated_rows_are_counted_after_old_numbers_were_removed() {
    let filter = RowFilter::new();
    let rows: Vec<String> = (0..2000).map(|n| n.to_string()).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    for delivery in 0..200 {
        filter.set_oldest(delivery);
        for time in 0..2 {
            let seen = enter(&filter, delivery, &rows);
            let expected = match (delivery, time) {
                (0, 0) => Seen::First,
                (0, _) => Seen::Again,
                _ => Seen::Duplicate,
            };
            assert!(seen.iter().all(|seen| *seen == expected), "{delivery} {time}");
        }
    }
    let numbers: usize = filter.shards.iter().map(|shard| lock(shard).numbers.len()).sum();
    assert!(numbers < SHARDS * 2 * NUMBERS_KEPT, "{numbers}");
}
