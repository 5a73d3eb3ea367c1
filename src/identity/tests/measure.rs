//! How long ten million records take. Not a test of correctness.

use super::super::Resolver;
use super::{Record, batch, labels};

/// Prints time for ten million records. Run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure_ten_million_records() {
    let records = 10_000_000_u64;
    let mut resolver = Resolver::new(labels()).expect("labels");
    let mut pushing = std::time::Duration::ZERO;
    for start in (0..records).step_by(8_192) {
        let part: Vec<Record> = (start..(start + 8_192).min(records))
            .map(|number| {
                let person = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (records * 9 / 10);
                let phone = (number % 3 != 0).then(|| format!("+4670{:07}", person.wrapping_mul(31) % (records * 2)));
                ("crm".to_owned(), format!("C{number:08}"), Some(format!("first.last{person}@example.net")), phone)
            })
            .collect();
        let part = batch(&part);
        let begun = std::time::Instant::now();
        resolver.push(&part).expect("push");
        pushing += begun.elapsed();
    }
    let size = resolver.memory_size() as u64;
    let begun = std::time::Instant::now();
    let identities = resolver.finish().expect("resolved");
    let finishing = begun.elapsed();
    let persons = identities.person_count();
    let begun = std::time::Instant::now();
    let rows: usize = identities.map(|batch| batch.expect("batch").num_rows()).sum();
    assert_eq!(rows as u64, records);
    eprintln!(
        "resolver: {records} records, {persons} persons; push {pushing:?}, finish {finishing:?}, output {:?}; {} bytes per record",
        begun.elapsed(),
        size / records,
    );
}
