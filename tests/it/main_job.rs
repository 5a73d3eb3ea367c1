//! The default pipeline on the sample extracts: its messages, its published tables, and whether the published Parquet
//! matches the contract. Read here without lojal.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use arrow::row::{RowConverter, SortField};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;

use super::support::{Warehouse, column, hundredths, integers, matches_snapshot, repository, sample_run, texts};

fn warehouse() -> Warehouse {
    sample_run().0.warehouse()
}

fn sum(table: &RecordBatch, column: &str) -> i128 {
    hundredths(table, column).into_iter().flatten().sum()
}

#[test]
fn the_run_reports_its_stages_warnings_and_result() {
    matches_snapshot!("main_job", sample_run().1);
}

/// Numbers without a unit: identifiers, parts of dates, parameters of models.
const NO_UNIT: [&str; 19] = [
    "a",
    "b",
    "design_effect",
    "event_id",
    "iso_week",
    "iso_year",
    "line_no",
    "log_likelihood",
    "month_no",
    "needs_segment_no",
    "p",
    "q",
    "quarter_no",
    "r",
    "s",
    "transaction_id",
    "weekday",
    "weight",
    "year",
];

#[test]
fn the_catalog_has_the_unit_of_each_number_and_what_may_be_added_up() {
    let catalog = warehouse().json("catalog.json");
    let mut numbers = 0;
    for (table, node) in catalog["nodes"].as_object().unwrap() {
        for (name, column) in node["columns"].as_object().unwrap() {
            let additivity = column["additivity"].as_str().unwrap();
            assert!(column.get("window").is_some(), "{table}.{name}");
            let is_number =
                ["Int", "UInt", "Float", "Decimal"].iter().any(|ty| column["type"].as_str().unwrap().starts_with(ty));
            if !is_number {
                assert_eq!(additivity, "none", "{table}.{name}");
                continue;
            }
            numbers += 1;
            assert!(column["unit"].is_string() || NO_UNIT.contains(&name.as_str()), "{table}.{name} has no unit");
            let is_share = column["unit"] == "share";
            assert!(!(is_share && additivity == "sum"), "{table}.{name}: shares add up within a whole only");
        }
    }
    assert!(numbers > 300, "{numbers} numbers");
    let orders = &catalog["nodes"]["model.customer_lifecycle.customer_months"]["columns"]["orders"];
    assert_eq!([&orders["unit"], &orders["additivity"], &orders["window"]], ["count", "sum", "month"]);
}

#[test]
fn the_last_line_is_one_compact_object() {
    let (copy, outcome) = sample_run();
    assert_eq!(outcome.stdout.lines().count(), 1, "stdout contains only the object");
    let last = outcome.last_line();
    assert_eq!(outcome.stdout.trim_end(), last.to_string(), "compact");
    let snapshot = copy.warehouse().json("snapshot.json");
    assert_eq!(last["run_id"], snapshot["run_id"]);
    assert_eq!(last["as_of"], "2025-12-31");
    assert_eq!(last["status"], "success");
    let tables = snapshot["tables"].as_object().unwrap();
    let rows: u64 = tables.values().map(|table| table["rows"].as_u64().unwrap()).sum();
    assert_eq!((last["tables"].as_u64(), last["rows_published"].as_u64()), (Some(tables.len() as u64), Some(rows)));
    assert_eq!(last["rows_rejected"], 14);
}

#[test]
fn the_snapshot_is_complete() {
    warehouse().is_whole();
    assert!(!warehouse().entries().iter().any(|name| name == "staging" || name == "scratch"));
}

#[test]
fn row_counts_are_those_of_the_sample_readme() {
    let readme = fs::read_to_string(repository().join("sample_data/README.md")).unwrap();
    let stated: BTreeMap<String, Vec<i64>> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(".csv | "))
        .filter_map(|(source, rest)| {
            let numbers = rest.trim_end_matches(" |").split(" | ").map(str::parse).collect::<Result<Vec<i64>, _>>();
            Some((source.to_owned(), numbers.ok()?))
        })
        .collect();
    let counts = warehouse().table("source_reconciliation");
    let found: BTreeMap<String, Vec<i64>> = texts(&counts, "source")
        .into_iter()
        .enumerate()
        .filter(|(_, source)| !["identity_overrides", "erasure_requests"].contains(&source.as_str()))
        .map(|(at, source)| {
            let columns = ["rows_read", "rows_loaded", "rows_rejected", "rows_duplicate"];
            (source, columns.iter().map(|column| integers(&counts, column)[at]).collect())
        })
        .collect();
    assert_eq!(stated.len(), 11);
    assert_eq!(found, stated);
}

/// Rates in exchange_rates.csv in millionths, by currency and by the day from which they are in force.
fn rates_of_the_extract() -> BTreeMap<(String, chrono::NaiveDate), i128> {
    let text = fs::read_to_string(repository().join("sample_data/exchange_rates.csv")).unwrap();
    let rates = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        let (whole, fraction) = fields[2].split_once('.').unwrap();
        let rate = format!("{whole}{fraction:0<6}").parse().unwrap();
        ((fields[0].to_owned(), fields[1].parse().unwrap()), rate)
    });
    rates.collect()
}

/// Net revenue of the valid lines of transactions.csv in hundredths, computed from the text.
fn net_revenue_of_the_extract() -> i128 {
    let rates = rates_of_the_extract();
    let text = fs::read_to_string(repository().join("sample_data/transactions.csv")).unwrap();
    let minor = |amount: &str| -> Option<i128> {
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, "00"));
        Some(whole.parse::<i128>().ok()? * 100 + format!("{fraction:0<2}").parse::<i128>().ok()?)
    };
    let mut seen = HashSet::new();
    let lines = text.lines().skip(1).filter(|line| seen.insert(*line));
    lines
        .filter_map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let day = chrono::NaiveDate::parse_from_str(fields[3].get(..10)?, "%Y-%m-%d").ok()?;
            let currency = (*fields.get(11)?).to_owned();
            let in_force = rates.range((currency.clone(), chrono::NaiveDate::MIN)..=(currency.clone(), day));
            let rate = match currency.as_str() {
                "SEK" => 1_000_000,
                _ => *in_force.last()?.1,
            };
            let discount = if fields[10].is_empty() { 0 } else { minor(fields[10])? };
            let net = fields[8].parse::<i128>().ok()? * minor(fields[9])? - discount;
            let converted = (net * rate + 500_000).div_euclid(1_000_000);
            Some(if *fields.get(12)? == "true" { -converted } else { converted })
        })
        .sum()
}

#[test]
fn revenue_is_conserved_from_extract_to_tables() {
    let lines = net_revenue_of_the_extract();
    assert_eq!(sum(&warehouse().table("customer_months"), "net_revenue"), lines);
    assert_eq!(sum(&warehouse().table("customer_profitability"), "net_revenue"), lines);
}

#[test]
fn every_sum_over_months_equals_the_sum_over_customers() {
    let (months, customers) = (warehouse().table("customer_months"), warehouse().table("customer_profitability"));
    let mut names =
        vec!["gross_revenue", "discounts", "returns", "net_revenue", "net_revenue_without_cost", "payment_cost"];
    names.extend(["delivery_cost", "cost_to_serve", "programme_cost"]);
    let columns = months.schema();
    let activities = columns.fields().iter().map(|field| field.name().as_str());
    names.extend(activities.filter(|name| name.starts_with("cost_to_serve_")));
    assert_eq!(names.len(), 17, "seven activities and the others");
    for name in names {
        assert_eq!(sum(&months, name), sum(&customers, name), "{name}");
    }
    // A profit that is not known well enough is null. Customers of whom all months have one.
    let mut of_months: BTreeMap<String, Option<i128>> = BTreeMap::new();
    for (key, profit) in texts(&months, "customer_key").into_iter().zip(hundredths(&months, "contribution_profit")) {
        let total = of_months.entry(key).or_insert(Some(0));
        *total = total.zip(profit).map(|(total, profit)| total + profit);
    }
    let keys = texts(&customers, "customer_key");
    let profits = hundredths(&customers, "contribution_profit");
    let acquisition = hundredths(&customers, "acquisition_cost");
    let mut unknown = 0;
    for ((key, profit), acquisition) in keys.iter().zip(profits).zip(acquisition) {
        let of_months = of_months.get(key).copied().unwrap_or(Some(0));
        if let (Some(of_months), Some(acquisition)) = (of_months, acquisition) {
            assert_eq!(profit, Some(of_months - acquisition), "{key}");
        } else {
            unknown += 1;
        }
    }
    assert_eq!(unknown, 3, "customers with a line of an unknown product");
}

#[test]
fn customers_and_unused_capacity_add_up_to_the_pools_of_the_extract() {
    let text = fs::read_to_string(repository().join("sample_data/activity_costs.csv")).unwrap();
    let costs = text.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().replace('.', ""));
    let pools: i128 = costs.map(|cost| cost.parse::<i128>().unwrap()).sum();
    let capacity = warehouse().table("activity_capacity");
    let unused = sum(&capacity, "unused_cost");
    assert_eq!(sum(&warehouse().table("customer_profitability"), "cost_to_serve") + unused, pools);
    let over = column(&capacity, "is_over_capacity").as_boolean().true_count();
    assert_eq!(over, 1, "the telephone in December 2025");
}

#[test]
fn the_profit_statement_agrees_with_its_controls() {
    let statement = warehouse().table("profit_reconciliation");
    let lines = texts(&statement, "line");
    let total = |line: &str| {
        let at = lines.iter().position(|name| name == line).unwrap_or_else(|| panic!("{line} is a line"));
        hundredths(&statement, "total")[at].unwrap()
    };
    assert!(hundredths(&statement, "difference").into_iter().all(|difference| difference == Some(0)));
    assert_eq!(total("net_revenue"), net_revenue_of_the_extract());
    let costs =
        ["cost_of_goods", "payment_cost", "delivery_cost", "cost_to_serve", "programme_cost", "acquisition_cost"];
    let uncosted = total("net_revenue_without_cost");
    assert!(uncosted > 0, "revenue of unknown products");
    let profit = total("net_revenue") - uncosted - costs.map(total).iter().sum::<i128>();
    assert_eq!(total("contribution_profit"), profit);
    assert_eq!(total("profit_after_unused_capacity"), profit - total("unused_capacity"));
    assert!(total("programme_cost") > 0 && total("unused_capacity") > 0);
}

#[test]
fn the_whale_curve_ends_at_the_profit_of_all_customers() {
    let (curve, customers) = (warehouse().table("profit_curve"), warehouse().table("customer_profitability"));
    let keys = texts(&customers, "customer_key");
    let profits = hundredths(&customers, "contribution_profit");
    let known: Vec<i128> =
        keys.iter().zip(profits).filter(|(key, _)| *key != "unidentified").filter_map(|(_, profit)| profit).collect();
    let of_customers: i128 = known.iter().sum();
    assert_eq!(hundredths(&curve, "cumulative_profit").last().copied().flatten(), Some(of_customers));
    assert_eq!(integers(&curve, "customers").iter().sum::<i64>(), i64::try_from(known.len()).unwrap());
}

#[test]
fn each_source_record_has_one_person_and_each_person_has_a_record() {
    let identities = warehouse().table("customer_identities");
    let (sources, records) = (texts(&identities, "source"), texts(&identities, "source_id"));
    let persons_of = |wanted: &str| {
        let found = sources.iter().zip(&records).zip(texts(&identities, "customer_key"));
        found.filter(|((source, _), _)| *source == wanted).map(|((_, record), key)| (record, key)).collect::<Vec<_>>()
    };
    let of_crm = persons_of("crm_customers");
    assert_eq!(of_crm.len(), 320);
    assert_eq!(of_crm.iter().map(|(record, _)| record).collect::<HashSet<_>>().len(), 320);
    let of_records: HashSet<String> = of_crm.into_iter().map(|(_, key)| key).collect();
    let persons: HashSet<String> = texts(&warehouse().table("customers"), "customer_key").into_iter().collect();
    assert_eq!(of_records, persons);
    assert_eq!(persons.len(), 300, "people in the sample");
}

#[test]
fn stages_follow_each_other_without_gap_or_overlap() {
    let stages = warehouse().table("customer_stages");
    let keys = texts(&stages, "customer_key");
    let at = |name: &str| {
        let whole = cast(column(&stages, name), &DataType::Int64).unwrap();
        whole.as_primitive::<arrow::datatypes::Int64Type>().iter().collect::<Vec<_>>()
    };
    let (entered, left) = (at("entered_at"), at("left_at"));
    for row in 0..keys.len() {
        let last = keys.get(row + 1) != Some(&keys[row]);
        assert_eq!(left[row].is_none(), last, "only the last stage of {} is open", keys[row]);
        if !last {
            assert_eq!(left[row], entered[row + 1], "{}", keys[row]);
            assert!(entered[row] < left[row], "{}", keys[row]);
        }
    }
}

#[test]
fn direct_identifiers_are_only_in_restricted_tables() {
    let crm = fs::File::open(repository().join("sample_data/crm_customers.csv")).unwrap();
    let names = ["email", "phone", "first_name", "last_name", "postal_code"];
    let header = "customer_id,email,phone,first_name,last_name,birth_date,postal_code,city,country,signup_date,\
                  acquisition_channel,acquisition_cost,marketing_consent,loyalty_member,loyalty_joined_at";
    let fields = header.split(',').map(|name| arrow::datatypes::Field::new(name, DataType::Utf8, true));
    let schema = arrow::datatypes::Schema::new(fields.collect::<Vec<_>>());
    let reader = arrow::csv::ReaderBuilder::new(schema.into()).with_header(true).build(crm).unwrap();
    let mut identifiers = HashSet::new();
    for batch in reader {
        let batch = batch.unwrap();
        for name in names {
            identifiers.extend(texts(&batch, name).iter().map(|text| bare(text)).filter(|text| text.len() > 1));
        }
    }
    assert!(identifiers.len() > 500);
    let snapshot = warehouse().json("snapshot.json");
    // In Swedish, May is a first name too.
    for table in warehouse().tables().into_iter().filter(|table| table != "dates") {
        let restricted = snapshot["tables"][&table]["restricted"].as_bool().unwrap();
        let rows = warehouse().table(&table);
        let hit = rows.schema().fields().iter().enumerate().find_map(|(at, field)| {
            let cells = cast(rows.column(at), &DataType::Utf8).unwrap();
            let cells: Vec<String> = cells.as_string::<i32>().iter().flatten().map(bare).collect();
            // A count may happen to be the same number as a customer's postal code.
            let least = if field.data_type().is_numeric() { 6 } else { 2 };
            let is_identifier = |cell: &String| cell.len() >= least && identifiers.contains(cell);
            cells.into_iter().find(is_identifier).map(|cell| (field.name().clone(), cell))
        });
        // A restricted table may be empty.
        assert!(restricted || hit.is_none(), "{table}: {hit:?}");
        assert!(table != "customer_contacts" || hit.is_some(), "{table}");
        let path = warehouse().files(&table).remove(0);
        assert_eq!(path.to_string_lossy().contains("/restricted/"), restricted, "{table}");
    }
}

/// An identifier in its recognisable form: e-mail in lower case, phone by its last nine digits.
fn bare(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= 9 && text.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
    if is_phone { digits[digits.len() - 9..].to_owned() } else { text.trim().to_lowercase() }
}

#[test]
fn restricted_tables_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = warehouse().0.join("current/restricted");
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn parquet_is_compressed_described_and_has_statistics() {
    for table in warehouse().tables() {
        for path in warehouse().files(&table) {
            let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).unwrap()).unwrap();
            for chunk in builder.metadata().row_groups().iter().flat_map(|group| group.columns()) {
                let name = chunk.column_path().string();
                assert!(matches!(chunk.compression(), Compression::ZSTD(_)), "{table}.{name} is zstd");
                assert!(chunk.statistics().is_some(), "{table}.{name} has statistics");
            }
            for field in builder.schema().fields() {
                let described = field.metadata().get("description").is_some_and(|text| !text.is_empty());
                assert!(described, "{table}.{} is described", field.name());
            }
        }
    }
}

#[test]
fn types_match_the_contract() {
    let money = ["revenue", "profit", "cost", "margin", "returns", "discounts", "clv"];
    for table in warehouse().tables() {
        for field in warehouse().table(&table).schema().fields() {
            let (name, kind) = (field.name().as_str(), field.data_type());
            if let DataType::Timestamp(unit, zone) = kind {
                assert_eq!((unit, zone.as_deref()), (&TimeUnit::Microsecond, Some("UTC")), "{table}.{name}");
            }
            let counts = [
                "lines_without_cost",
                "customers_with_revenue_before",
                "clv_horizon_days",
                "profit_rank",
                "minute_cost",
            ]
            .contains(&name);
            let is_money = money.iter().any(|word| name.contains(word)) && !name.contains("share") && !counts;
            if is_money {
                assert!(matches!(kind, DataType::Decimal128(_, 2)), "{table}.{name} is money, not {kind}");
            }
        }
    }
}

#[test]
fn tables_are_sorted_by_their_unique_key() {
    let catalog = warehouse().json("catalog.json");
    for table in warehouse().tables() {
        let key = catalog["nodes"][format!("model.customer_lifecycle.{table}")]["metadata"]["key"].clone();
        let rows = warehouse().table(&table);
        let columns: Vec<ArrayRef> =
            key.as_array().unwrap().iter().map(|name| column(&rows, name.as_str().unwrap()).clone()).collect();
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone()));
        let converter = RowConverter::new(fields.collect()).unwrap();
        let keys = converter.convert_columns(&columns).unwrap();
        assert!((1..keys.num_rows()).all(|at| keys.row(at - 1) < keys.row(at)), "{table}");
        assert!(columns.iter().all(|column| column.null_count() == 0), "{table}");
    }
}

#[test]
fn documents_contain_every_table() {
    let (results, manifest, catalog) =
        (warehouse().json("run_results.json"), warehouse().json("manifest.json"), warehouse().json("catalog.json"));
    for table in warehouse().tables() {
        let id = format!("model.customer_lifecycle.{table}");
        let rows = warehouse().table(&table);
        let result = results["results"].as_array().unwrap().iter().find(|result| result["unique_id"] == id);
        let result = result.unwrap_or_else(|| panic!("{table} is in run_results.json"));
        assert_eq!(result["status"], "success");
        assert_eq!(result["adapter_response"]["rows_affected"], rows.num_rows());
        assert_eq!(manifest["nodes"][&id]["config"]["materialized"], "table", "{table}");
        let columns = catalog["nodes"][&id]["columns"].as_object().unwrap_or_else(|| panic!("{table} in catalog"));
        let named: Vec<&String> = columns.keys().collect();
        let fields = rows.schema();
        assert_eq!(named, fields.fields().iter().map(|field| field.name()).collect::<Vec<_>>(), "{table}");
        assert!(columns.values().all(|column| column["comment"].as_str().is_some_and(|text| !text.is_empty())));
    }
    let checks = results["results"].as_array().unwrap().iter().filter(|result| result["failures"].is_number());
    let statuses: Vec<String> = checks.map(|check| check["status"].as_str().unwrap().to_owned()).collect();
    assert!(statuses.len() > 100 && statuses.iter().all(|status| status == "pass" || status == "warn"));
}

#[test]
fn quarantine_contains_every_rejected_row() {
    let sources =
        ["crm_customers", "crm_interactions", "transactions", "surveys", "survey_invitations", "employee_surveys"];
    // A row with several faults appears once for each of them.
    let rows =
        |source| integers(&warehouse().quarantine(source), "fault").into_iter().filter(|fault| *fault == 1).count();
    let rejected: usize = sources.map(rows).iter().sum();
    assert_eq!(rejected, 14);
}
