//! Laws that hold for any input. Threads, the order of rows and their distribution over files do not change a byte of
//! the published tables, and events after the as-of day change only the row counts.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::support::{Copy, Warehouse, integers, matches_snapshot, records, sample_run, without};

/// Bytes of each published table except those that count files and later rows.
fn bytes(warehouse: &Warehouse) -> BTreeMap<String, Vec<Vec<u8>>> {
    let counts = ["source_reconciliation", "source_references"];
    let tables = warehouse.tables().into_iter().filter(|table| !counts.contains(&table.as_str()));
    tables
        .map(|table| (table.clone(), warehouse.files(&table).iter().map(|f| fs::read(f).unwrap()).collect()))
        .collect()
}

/// The tables that depend only on the extracts and as_of. The activation tables do not, on purpose: the customers
/// activated by earlier runs are not in the extracts, so these tables remember them, and a warehouse with a different
/// history of runs has different cooldowns. In warehouses with a single run they obey the laws like all others.
fn without_memory(mut tables: BTreeMap<String, Vec<Vec<u8>>>) -> BTreeMap<String, Vec<Vec<u8>>> {
    tables.retain(|table, _| !table.starts_with("activation") && table != "customer_identities");
    tables
}

#[track_caller]
fn same_bytes(one: &Warehouse, other: &Warehouse) {
    let (one, other) = (bytes(one), bytes(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let differing: Vec<&String> = one.keys().filter(|table| one[*table] != other[*table]).collect();
    assert!(differing.is_empty(), "these tables differ: {differing:?}");
}

#[track_caller]
fn same_counts(one: &Warehouse, other: &Warehouse, except: &[&str]) {
    let counts = |warehouse: &Warehouse| without(&warehouse.table("source_reconciliation"), except);
    assert_eq!(counts(one), counts(other));
}

/// Warnings and the rows in them.
fn warnings(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| line.starts_with("warning") || line.starts_with('|'));
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// Shuffles with a seed: a xorshift generator and the Fisher-Yates algorithm.
fn shuffle<T>(list: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for at in (1..list.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        list.swap(at, usize::try_from(state % (at as u64 + 1)).unwrap());
    }
}

/// Shuffles an extract's rows and distributes them over several files, whose names do not sort in the order of
/// creation.
fn scatter(copy: &Copy, folder: &str, extract: &str, files: usize, seed: u64) {
    let (header, mut rows) = records(&copy.read(&format!("{folder}/{extract}.csv")));
    shuffle(&mut rows, seed);
    copy.remove(&format!("{folder}/{extract}.csv"));
    let size = rows.len().div_ceil(files).max(1);
    for (number, part) in rows.chunks(size).enumerate() {
        copy.write(&format!("{folder}/{extract}_{}.csv", 9 - number), header.clone() + &part.concat());
    }
}

#[test]
fn one_thread_publishes_the_same_bytes_as_two() {
    let (sample, _) = sample_run();
    let one = Copy::of_repository();
    let run = one.lojal(&["run", "--threads", "1"]).exits(0);
    matches_snapshot!("one_thread", warnings(&run.stderr));
    same_bytes(&sample.warehouse(), &one.warehouse());
    same_counts(&sample.warehouse(), &one.warehouse(), &[]);
}

#[test]
fn shuffled_rows_in_several_files_publish_the_same_bytes() {
    let (sample, _) = sample_run();
    let scattered = Copy::of_repository();
    let extracts = [
        "crm_customers",
        "crm_interactions",
        "transactions",
        "products",
        "stores",
        "surveys",
        "activity_costs",
        "exchange_rates",
        "loyalty_events",
        "survey_invitations",
        "employee_surveys",
    ];
    for (number, extract) in extracts.iter().enumerate() {
        scatter(&scattered, "sample_data", extract, 3, 20_251_231 + number as u64);
    }
    scattered.lojal(&["run", "--threads", "2"]).exits(0);
    same_bytes(&sample.warehouse(), &scattered.warehouse());
    same_counts(&sample.warehouse(), &scattered.warehouse(), &["files", "lines_read", "lines_header"]);
}

#[test]
fn events_after_as_of_change_nothing() {
    let (sample, _) = sample_run();
    let later = Copy::of_repository();
    // A record that would join two persons, and orders, contacts and answers of known customers.
    let customers = later.read("sample_data/crm_customers.csv");
    let mut known = customers.lines().skip(1).map(|line| line.split(',').collect::<Vec<&str>>());
    let first = known.find(|record| !record[1].is_empty()).unwrap();
    let (id, email, phone) = (first[0], first[1], known.find(|record| !record[2].is_empty()).unwrap()[2]);
    later.append(
        "sample_data/crm_customers.csv",
        &format!("C-later,{email},{phone},Ny,Person,1990-01-01,11122,Stockholm,SE,2026-01-01,web,10.00,true,true,2026-01-01\n"),
    );
    later.append(
        "sample_data/transactions.csv",
        &format!(
            "99000001,1,{id},2026-01-01 00:00:00,web,,P0001,x,3,999.00,0.00,SEK,false\n\
             99000002,1,{id},2026-02-01 12:00:00,web,,P0001,x,3,999.00,0.00,SEK,true\n"
        ),
    );
    later.append(
        "sample_data/crm_interactions.csv",
        &format!("99000001,{id},2026-01-01 00:00:01,phone,call,support,45,A1,\n"),
    );
    later.append(
        "sample_data/surveys.csv",
        &format!("99000001,{email},{id},2026-01-03 09:00:00,relationship,,,0,1,1,late,,1,1,1,1,1\n"),
    );
    later.append("sample_data/survey_invitations.csv", &format!("{id},relationship,2026-01-01 00:00:00,email\n"));
    later.append("sample_data/employee_surveys.csv", "S001,2026-01-01 00:00:00,1,0\n");
    later.lojal(&["run", "--as-of", "2025-12-31"]).exits(0);
    let counts = later.warehouse().table("source_reconciliation");
    assert_eq!(integers(&counts, "rows_after_as_of").iter().sum::<i64>(), 7, "they were counted");
    same_bytes(&sample.warehouse(), &later.warehouse());
}

/// Removes the rows of an extract whose day in column `at` is after `as_of`.
fn cut_off(copy: &Copy, extract: &str, at: usize, as_of: &str) -> usize {
    let file = format!("sample_data/{extract}.csv");
    let (header, rows) = records(&copy.read(&file));
    let is_known =
        |row: &&String| row.split(',').nth(at).is_some_and(|cell| cell.get(..10).is_none_or(|day| day <= as_of));
    let known: Vec<String> = rows.iter().filter(is_known).cloned().collect();
    copy.write(&file, header + &known.concat());
    rows.len() - known.len()
}

#[test]
fn a_value_history_uses_nothing_later_than_each_as_of() {
    let whole = Copy::of_repository();
    for as_of in ["2024-12-31", "2025-06-30", "2025-11-30"] {
        whole.lojal(&["run", "--as-of", as_of, "--threads", "2"]).exits(0);
        let cut = Copy::of_repository();
        // The same few invalid rows are a larger share of fewer rows.
        cut.edit("pipelines/customer_lifecycle.yml", "max_rejected: 1%", "max_rejected: 10%");
        let dated = [
            ("crm_customers", 9),
            ("crm_interactions", 2),
            ("transactions", 3),
            ("surveys", 3),
            ("exchange_rates", 1),
            ("activity_costs", 1),
            ("loyalty_events", 1),
            ("survey_invitations", 2),
            ("employee_surveys", 1),
        ];
        let later: usize = dated.into_iter().map(|(extract, at)| cut_off(&cut, extract, at, as_of)).sum();
        assert!(later > 300, "{later} rows are later than {as_of}");
        cut.lojal(&["run", "--as-of", as_of, "--threads", "2"]).exits(0);
        let (whole, cut) = (without_memory(bytes(&whole.warehouse())), without_memory(bytes(&cut.warehouse())));
        assert_eq!(whole.keys().collect::<Vec<_>>(), cut.keys().collect::<Vec<_>>());
        let differing: Vec<&String> = whole.keys().filter(|table| whole[*table] != cut[*table]).collect();
        assert!(differing.is_empty(), "as of {as_of} these tables differ: {differing:?}");
    }
    let snapshots = super::support::entries(&whole.path().join("warehouse/snapshots"));
    assert_eq!(snapshots.len(), 3, "each as-of is a snapshot of the history");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_files_and_threads_do_not_change_a_byte(seed: u64, files in 1_usize..5, threads in 1_usize..5) {
        let (small, _) = super::support::small_run();
        let other = Copy::of_small();
        for extract in ["members", "orders", "visits"] {
            scatter(&other, "extracts", extract, files, seed);
        }
        other.lojal(&["run", "--threads", &threads.to_string()]).exits(0);
        for table in small.warehouse().tables() {
            let sound = without(&small.warehouse().table(&table), &["files"]);
            prop_assert_eq!(without(&other.warehouse().table(&table), &["files"]), sound, "{}", table);
        }
    }

    #[test]
    fn a_past_as_of_equals_a_run_without_later_rows(day in 2_u32..14) {
        let as_of = format!("2025-02-{day:02}");
        let (whole, cut) = (Copy::of_small(), Copy::of_small());
        for extract in ["extracts/orders.csv", "extracts/visits.csv"] {
            let (header, rows) = records(&cut.read(extract));
            let is_earlier = |row: &&String| row.split(',').any(|cell| cell.starts_with("2025-") && cell.trim_end()[..10] <= *as_of);
            cut.write(extract, header + &rows.iter().filter(is_earlier).cloned().collect::<String>());
        }
        whole.lojal(&["run", "--as-of", &as_of]).exits(0);
        cut.lojal(&["run", "--as-of", &as_of]).exits(0);
        for table in cut.warehouse().tables().iter().filter(|table| *table != "row_counts") {
            prop_assert_eq!(whole.warehouse().table(table), cut.warehouse().table(table), "{}", table);
        }
    }
}
