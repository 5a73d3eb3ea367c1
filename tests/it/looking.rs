//! `lojal show` and `lojal query`: rows of sources, lookups and models without publishing, and SQL over them and the
//! snapshot. The outputs are read back by readers that are not lojal's.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Decimal128Type, Field, Schema};
use serde_json::Value;

use super::support::{Copy, Outcome, entries, outcome, parquet, texts};

const PIPELINE: &str = "pipelines/library.yml";

/// A lending library whose pipeline is being written: two extracts, a lookup, two models, and nothing to publish.
fn library() -> Copy {
    let copy = Copy::of_nothing();
    for folder in ["pipelines", "sql/staging", "sql/intermediate", "sql/marts", "extracts"] {
        fs::create_dir_all(copy.path().join(folder)).unwrap();
    }
    copy.write(
        PIPELINE,
        "name: library
description: Loans of a lending library.
time_zone: Europe/Oslo
base_currency: NOK

sources:
  loans:
    description: One row per loan.
    path: extracts/loans*.csv
    key: [loan_id]
    event_time: lent_on
    columns:
      loan_id: { type: int, required: true, description: Number of the loan }
      reader: { type: string, personal: true, pattern: \"^R[0-9]+$\", description: Who borrows }
      title: { type: string, required: true, description: What is lent }
      lent_on: { type: date, required: true, description: Day of the loan }
      fee: { type: \"decimal(8,2)\", min: 0, description: What it costs }

  readers:
    description: One row per reader.
    path: extracts/readers.csv
    columns:
      reader: { type: string, required: true, description: Number of the reader }
      town: { type: string, description: Where the reader lives }

lookups:
  town_regions:
    description: The region of each town.
    key: [town]
    columns:
      town: { type: string, description: The town }
      region: { type: string, description: Its region }
    rows:
      - { town: Hamar, region: inland }
      - { town: Moss, region: coast }
",
    );
    copy.write(
        "extracts/loans-1.csv",
        "loan_id,reader,title,lent_on,fee
1,R1,Sult,2025-03-01,10.00
2,R2,\"Victoria, \"\"en\"\"\",2025-03-02,
3,anna@example.org,Pan,2025-03-02,5.00
4,R1,,2025-03-03,5.00
5,R2,Markens,2025-03-04,-1
6,R3,Pan,2025-03-05,7.10
",
    );
    copy.write(
        "extracts/loans-2.csv",
        "loan_id,reader,title,lent_on,fee
7,R1,Sult,2025-03-06,12.50
8,R1,Mysterier,2025-03-07,yes
6,R3,Pan,2025-03-05,7.20
",
    );
    copy.write("extracts/readers.csv", "reader,town\nR1,Hamar\nR2,\nR3,Moss\n");
    copy.write(
        "sql/staging/stg_loans.sql",
        "select loans.loan_id, loans.reader as reader_id, loans.title, loans.lent_on, loans.fee from loans\n",
    );
    copy.write(
        "sql/intermediate/int_reader_fees.sql",
        "select stg_loans.reader_id, count(*) as loans, sum(stg_loans.fee) as fees, $as_of as as_of
from stg_loans
group by stg_loans.reader_id
",
    );
    copy
}

/// The library with a published table of fees.
pub fn published_library() -> Copy {
    let copy = library();
    copy.edit(PIPELINE, "    key: [loan_id]\n", "    key: [loan_id]\n    max_rejected: 50%\n");
    copy.append(
        PIPELINE,
        "
models:
  reader_fees:
    description: What each reader pays.
    key: [reader_id]
    columns:
      reader_id: { description: The reader, released: A number that only the library knows }
      fees: { description: The sum of the fees }
",
    );
    copy.write(
        "sql/marts/reader_fees.sql",
        "select int_reader_fees.reader_id, cast(int_reader_fees.fees as decimal(18, 2)) as fees from int_reader_fees\n",
    );
    copy.lojal(&["run", "--quiet"]).exits(0);
    copy
}

#[track_caller]
fn csv(copy: &Copy, arguments: &[&str]) -> String {
    copy.lojal(&[arguments, &["--format", "csv"]].concat()).exits(0).stdout
}

#[track_caller]
pub fn contains(outcome: &Outcome, parts: &[&str]) {
    for part in parts {
        assert!(outcome.stderr.contains(part), "`{part}` in:\n{outcome}");
    }
}

// show

#[test]
fn any_limit_is_one() {
    let copy = library();
    let few = copy.lojal(&["show", "town_regions"]).exits(0);
    let all = copy.lojal(&["show", "town_regions", "--limit", "18446744073709551615"]).exits(0);
    assert_eq!(few.stdout, all.stdout);
    let asked = copy.lojal(&["query", "select * from town_regions", "--limit", "18446744073709551615"]).exits(0);
    assert!(asked.stdout.contains("Hamar"), "{}", asked.stdout);
    let sampled = copy.lojal(&["query", "select * from town_regions tablesample (1 percent)"]).exits(2);
    assert!(sampled.stderr.contains("`tablesample` is not supported"), "{}", sampled.stderr);
}

#[test]
fn a_source_is_shown_with_types_and_the_reasons_of_its_rejects() {
    let copy = library();
    let shown = copy.lojal(&["show", "loans"]).exits(0);
    assert!(shown.stdout.contains("| int     | string | string         | date       | decimal(8,2) |"), "{shown}");
    // The last version of loan 6, and none of the four bad rows.
    assert!(shown.stdout.contains("7.20") && !shown.stdout.contains("7.10"), "{shown}");
    contains(
        &shown,
        &[
            "loans: computed from the extracts, as of ",
            "source loans: 9 rows read: 4 loaded, 4 rejected",
            "a run would fail: source loans: 4 of 9 rows were rejected, at most 1 % are allowed",
            "  fee, type: 1 row, the first extracts/loans-2.csv:3: 'yes' is not a number",
            "  title, required: 1 row, the first extracts/loans-1.csv:5: is empty but required",
            "  reader, pattern: 1 row, the first extracts/loans-1.csv:4: a personal value, not shown",
        ],
    );
    assert!(!shown.stderr.contains("anna@"), "{shown}");
    assert!(!copy.path().join("warehouse").exists(), "nothing is published, and no rejected row is kept");
}

#[test]
fn models_and_lookups_are_shown_before_anything_reads_them() {
    let copy = library();
    assert_eq!(
        csv(&copy, &["show", "int_reader_fees"]),
        "reader_id,loans,fees,as_of\nR1,2,22.50,2025-03-07\nR2,1,,2025-03-07\nR3,1,7.20,2025-03-07\n"
    );
    assert_eq!(csv(&copy, &["show", "town_regions", "--where", "region = 'coast'"]), "town,region\nMoss,coast\n");
    assert_eq!(
        csv(&copy, &["show", "source_counts", "--columns", "source,rows_read"]),
        "source,rows_read\nloans,9\nreaders,3\n"
    );
    // A staging model and its source that no other model needs.
    copy.write("sql/staging/stg_readers.sql", "select readers.reader as reader_id, readers.town from readers\n");
    assert_eq!(csv(&copy, &["show", "stg_readers"]), "reader_id,town\nR1,Hamar\nR2,\nR3,Moss\n");
}

#[test]
fn mistakes_elsewhere_do_not_hide_a_table() {
    let copy = published_library();
    copy.write("sql/marts/towns.sql", "select readers.twn from readers\n");
    copy.write("sql/intermediate/int_titles.sql", "select stg_loans.title frm stg_loans\n");
    copy.lojal(&["check"]).exits(2);
    let shown = copy.lojal(&["show", "int_reader_fees", "--columns", "loans", "--format", "csv"]).exits(0);
    assert_eq!(shown.stdout, "loans\n1\n1\n2\n");
    contains(&shown, &["the pipeline has 1 mistake elsewhere: `lojal check` shows them"]);
    let sql = "select count(*) as n from live.reader_fees join snapshot.reader_fees using (reader_id)";
    assert_eq!(csv(&copy, &["query", sql]), "n\n3\n");
    // A mistake in what is needed is shown as `lojal check` shows it.
    contains(&copy.lojal(&["show", "int_titles"]).exits(2), &["int_titles.sql:1:"]);
    copy.edit("sql/staging/stg_loans.sql", "loans.fee", "loans.fe");
    contains(&copy.lojal(&["show", "int_reader_fees"]).exits(2), &["int_titles.sql:1:"]);
    copy.remove("sql/intermediate/int_titles.sql");
    contains(&copy.lojal(&["show", "int_reader_fees"]).exits(2), &["no column `fe`", "did you mean"]);
}

#[test]
fn only_the_extracts_behind_a_table_are_read() {
    let copy = library();
    copy.remove("extracts/loans-1.csv");
    copy.remove("extracts/loans-2.csv");
    assert_eq!(csv(&copy, &["show", "readers", "--limit", "1"]), "reader,town\nR1,Hamar\n");
    let missing = copy.lojal(&["show", "stg_loans"]).exits(1);
    contains(&missing, &["no file matches extracts/loans*.csv"]);
}

#[test]
fn a_limit_ends_the_reading_and_says_so() {
    let copy = library();
    // What is beyond the limit was not read: here, bytes that no reader could decode.
    let mut second = b"loan_id,reader,title,lent_on,fee\n".to_vec();
    second.extend(b"9,R1,\"never closed\xff\xfe".repeat(100));
    copy.write("extracts/loans-2.csv", second);
    let few = copy.lojal(&["show", "stg_loans", "--limit", "2", "--format", "csv"]).exits(0);
    assert_eq!(few.stdout.lines().count(), 3, "{few}");
    contains(&few, &["source loans: only the first 6 rows read (--limit): 3 loaded, 3 rejected"]);
    assert!(!few.stderr.contains("loans-2.csv"), "{few}");
    // All rows are needed: the bad file is seen.
    contains(&copy.lojal(&["show", "loans"]).exits(0), &["loans-2.csv"]);
    // Columns are compared with the declaration before any row is read.
    copy.write("extracts/loans-2.csv", "loan_id,reader,title,lent_on\n");
    contains(&copy.lojal(&["show", "stg_loans", "--limit", "2"]).exits(1), &["- fee"]);
}

#[test]
fn a_limit_reads_a_small_part_of_a_large_extract() {
    let copy = library();
    let rows: String = (0..400_000).map(|number| format!("R{number},Hamar\n")).collect();
    copy.write("extracts/readers.csv", format!("reader,town\n{rows}"));
    let few = copy.lojal(&["show", "readers", "--limit", "3", "--format", "csv", "--threads", "4"]).exits(0);
    assert_eq!(few.stdout, "reader,town\nR0,Hamar\nR1,Hamar\nR2,Hamar\n", "the first rows of the file");
    let line = few.stderr.lines().find(|line| line.contains("only the first")).unwrap_or_else(|| panic!("{few}"));
    let read: String = line.split(" rows").next().unwrap().chars().filter(char::is_ascii_digit).collect();
    assert!(read.parse::<u64>().unwrap() < 200_000, "{line}");
}

#[test]
fn what_would_end_a_run_is_a_warning() {
    let copy = library();
    copy.edit(PIPELINE, "    key: [loan_id]\n", "    on_bad_row: fail\n    min_rows: 100\n");
    let shown = copy.lojal(&["show", "loans", "--format", "csv"]).exits(0);
    assert_eq!(shown.stdout.lines().count(), 6, "{shown}");
    contains(&shown, &["a run would fail", "100"]);
    copy.write("extracts/readers.csv", "reader,town\n");
    let empty = copy.lojal(&["show", "readers", "--format", "csv"]).exits(0);
    assert_eq!(empty.stdout, "reader,town\n");
    contains(&empty, &["a run would fail: source readers: extracts/readers.csv contains no rows"]);
}

#[test]
fn a_published_table_is_shown_unless_it_is_to_be_computed() {
    let copy = published_library();
    let run = copy.warehouse().run_id();
    let all = "reader_id,fees\nR1,22.50\nR2,\nR3,7.20\n";
    let shown = copy.lojal(&["show", "reader_fees", "--format", "csv"]).exits(0);
    assert_eq!(shown.stdout, all);
    contains(&shown, &[&format!("reader_fees: published by run {run}, as of 2025-03-07")]);
    copy.append("extracts/loans-2.csv", "9,R3,Sult,2025-03-09,1.00\n");
    assert_eq!(csv(&copy, &["show", "reader_fees"]), all);
    assert_eq!(csv(&copy, &["show", "reader_fees", "--live"]), "reader_id,fees\nR1,22.50\nR2,\nR3,8.20\n");
    assert_eq!(csv(&copy, &["show", "reader_fees", "--as-of", "2025-03-04"]), "reader_id,fees\nR1,10.00\nR2,\n");
    contains(&copy.lojal(&["show", "loans", "--published"]).exits(2), &["table `loans` is not published"]);
    copy.lojal(&["show", "reader_fees", "--published", "--live"]).exits(2);
    assert_eq!(copy.warehouse().run_id(), run, "nothing was published");
}

#[test]
fn hostile_names_and_conditions_are_refused() {
    let copy = published_library();
    for name in
        ["../x", "loans; drop table loans", "loans\" union select 1 --", "", "\u{1b}[2Jx", "snapshot.reader_fees"]
    {
        let refused = copy.lojal(&["show", name]).exits(2);
        assert!(refused.stderr.contains("there is no table"), "{refused}");
        assert!(!refused.stderr.contains('\u{1b}') && refused.stdout.is_empty(), "{refused}");
    }
    for condition in ["true) union select 1, 2 from readers where (true", "1 = 1; drop table loans", "fees > 0 --"] {
        let ended = copy.lojal(&["show", "reader_fees", "--where", condition, "--format", "csv"]);
        assert!(!ended.stdout.contains("Hamar"), "{ended}");
    }
    assert!(copy.path().join("extracts/loans-1.csv").exists());
}

// query

#[test]
fn one_query_reads_sources_models_and_the_snapshot() {
    let copy = published_library();
    copy.append("extracts/loans-2.csv", "9,R3,Sult,2025-03-09,1.00\n");
    let sql = "select f.reader_id, t.region, f.fees as published, n.fees as now, nps(9) as score
        from reader_fees f
        join live.reader_fees n using (reader_id)
        join snapshot.reader_fees s using (reader_id)
        left join readers r on r.reader = f.reader_id
        left join town_regions t on t.town = r.town
        group by all order by 1";
    let found = csv(&copy, &["query", sql]);
    assert!(found.starts_with("reader_id,region,published,now,score\nR1,inland,22.50,22.50,"), "{found}");
    assert!(found.contains("\nR3,coast,7.20,8.20,"), "{found}");
    let warned = copy.lojal(&["query", "select count(*) as n from reader_fees", "--as-of", "2025-03-02"]).exits(0);
    contains(&warned, &["reader_fees is published as of 2025-03-07, not 2025-03-02: write live.reader_fees"]);
}

#[test]
fn a_query_has_the_rows_of_a_run_with_any_limit() {
    let copy = library();
    // The newer version of loan 6 is in the second file.
    let sql = "select loans.fee from loans where loans.loan_id = 6";
    assert_eq!(csv(&copy, &["query", sql, "--limit", "1"]), "fee\n7.20\n");
    assert_eq!(
        csv(&copy, &["query", "select $as_of as as_of, $base_currency as currency"]),
        "as_of,currency\n2025-03-07,NOK\n"
    );
}

#[test]
fn a_query_comes_from_the_command_line_a_file_or_stdin() {
    let copy = library();
    copy.write("towns.sql", "-- Towns.\nselect town\nfrom readers\nwhere town is not null\norder by town\n");
    assert_eq!(csv(&copy, &["query", "--file", "towns.sql"]), "town\nHamar\nMoss\n");
    let mut command = copy.command(&["query", "-", "--format", "csv"]);
    command.stdin(fs::File::open(copy.path().join("towns.sql")).unwrap());
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "town\nHamar\nMoss\n");
    copy.lojal(&["query"]).exits(2);
    copy.lojal(&["query", "select 1", "--file", "towns.sql"]).exits(2);
    contains(&copy.lojal(&["query", "--file", "nowhere.sql"]).exits(2), &["nowhere.sql: No such file"]);
}

#[test]
fn mistakes_in_a_query_have_a_place_and_a_suggestion() {
    let copy = library();
    for (sql, parts) in [
        ("select loan_id\nfrom loanss", ["query:2:6: there is no table `loanss`", "did you mean `loans`?"]),
        ("select twn from readers", ["query:1:8: no column `twn`", "did you mean `town`?"]),
        ("select * from snapshot.loans", ["nothing is published in warehouse", "`lojal run` publishes"]),
        ("select * from elsewhere.loans", ["there is no schema `elsewhere`", "`live.NAME`"]),
        ("select $as_off", ["unknown parameter `$as_off`", "did you mean `as_of`?"]),
        ("select 1; select 2", ["query:1:11: expected exactly one query", "write one `select`"]),
        ("", ["expected exactly one query", "write one `select`"]),
        ("select count(* from loans", ["query:1:", "check the SQL just before this point"]),
    ] {
        contains(&copy.lojal(&["query", sql]).exits(2), &parts);
    }
}

#[test]
fn only_queries_are_run_and_no_file_is_read() {
    let copy = library();
    let readers = copy.path().join("extracts/readers.csv").display().to_string();
    for (sql, verb) in [
        ("drop table loans".to_owned(), "drop"),
        ("insert into loans values (1)".to_owned(), "insert"),
        ("update loans set fee = 0".to_owned(), "update"),
        ("copy loans to 'stolen.csv'".to_owned(), "copy"),
        (format!("create external table t stored as csv location '{readers}'"), "create"),
        ("create view v as select 1".to_owned(), "create"),
        ("set datafusion.execution.batch_size = 1".to_owned(), "set"),
        ("explain analyze select * from loans".to_owned(), "explain"),
        ("show tables".to_owned(), "show"),
    ] {
        let refused = copy.lojal(&["query", &sql]).exits(2);
        contains(&refused, &[&format!("only a query is allowed here, not `{verb}`")]);
    }
    for sql in [
        format!("select * from '{readers}'"),
        format!("select * from \"{readers}\""),
        "select * from 'file:///etc/passwd'".to_owned(),
        "select * from information_schema.tables".to_owned(),
        "select * into copied from readers".to_owned(),
        "with gone as (delete from readers) select * from gone".to_owned(),
        "select * from read_csv('extracts/readers.csv')".to_owned(),
    ] {
        let refused = copy.lojal(&["query", &sql]).exits(2);
        assert!(!refused.stdout.contains("Hamar") && !refused.stderr.contains("Hamar"), "{refused}");
    }
    let names: Vec<_> = entries(copy.path()).into_iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["extracts", "pipelines", "sql"], "nothing was written");
}

// Formats

const EVERY_TYPE: &str = "select * from (values
    (1, 'plain', cast('0.10' as decimal(38, 2)), timestamp '2025-03-01 10:00:00.000001', true),
    (2, '', cast('-123456789012345678901234567890123456.78' as decimal(38, 2)), null, false),
    (3, null, null, timestamp '1999-12-31 23:59:59', null),
    (4, 'a,\"b\"\nc', cast('5' as decimal(38, 2)), null, null)
) as t (id, word, amount, happened_at, is_done) order by id";

#[test]
fn csv_json_and_parquet_hold_the_same_values_for_other_readers() {
    let copy = library();
    let fields = [
        Field::new("id", DataType::Int64, true),
        Field::new("word", DataType::Utf8, true),
        Field::new("amount", DataType::Decimal128(38, 2), true),
    ];
    let text = csv(&copy, &["query", EVERY_TYPE]);
    assert!(text.contains("\n3,,,1999-12-31T23:59:59,\n") && text.contains("\n2,\"\",-1234"), "{text}");
    let schema = Arc::new(Schema::new(fields.to_vec()));
    let records: Vec<::csv::StringRecord> =
        ::csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(&records[3][1], "a,\"b\"\nc");
    assert_eq!(&records[1][2], "-123456789012345678901234567890123456.78");

    let lines = copy.lojal(&["query", EVERY_TYPE, "--format", "json"]).exits(0).stdout;
    let values: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values[1]["word"], "");
    assert!(values[2]["word"].is_null() && values[2].as_object().unwrap().contains_key("word"));
    assert!(lines.contains("\"amount\":-123456789012345678901234567890123456.78,"), "{lines}");
    assert_eq!(values[0]["happened_at"], "2025-03-01T10:00:00.000001");
    let mut json = arrow::json::ReaderBuilder::new(schema).build(lines.as_bytes()).unwrap();
    let read = json.next().unwrap().unwrap();
    assert_eq!(texts(&read, "word"), ["plain", "", "", "a,\"b\"\nc"]);

    copy.lojal(&["query", EVERY_TYPE, "--format", "parquet", "--output", "all.parquet"]).exits(0);
    let path = copy.path().join("all.parquet");
    let table = parquet(&path);
    assert_eq!(table.num_rows(), 4);
    let amounts = table.column_by_name("amount").unwrap().as_primitive::<Decimal128Type>();
    assert_eq!(amounts.value(1), -12_345_678_901_234_567_890_123_456_789_012_345_678);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "for its owner alone");
    // The same bytes through a pipe.
    let mut piped = copy.command(&["query", EVERY_TYPE, "--format", "parquet"]);
    let output = piped.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.stdout, fs::read(&path).unwrap());
}

#[test]
fn two_columns_of_one_name_are_refused_where_readers_would_lose_one() {
    let copy = library();
    let twice = "select a.reader, b.reader from readers a cross join readers b";
    for format in ["json", "parquet"] {
        let refused = copy.lojal(&["query", twice, "--format", format, "--output", "twice"]).exits(2);
        contains(&refused, &["the column `reader` comes out twice", "with `as`"]);
        assert!(!copy.path().join("twice").exists());
    }
    assert_eq!(csv(&copy, &["query", twice]).lines().count(), 10);
    assert_eq!(csv(&copy, &["query", "select null as nothing, '' as empty"]), "nothing,empty\n,\"\"\n");
}

#[test]
fn an_answer_without_rows_has_its_columns() {
    let copy = library();
    let none = "select reader, town from readers where false";
    assert_eq!(csv(&copy, &["query", none]), "reader,town\n");
    assert_eq!(copy.lojal(&["query", none, "--format", "json"]).exits(0).stdout, "");
    copy.lojal(&["query", none, "--format", "parquet", "--output", "none.parquet"]).exits(0);
    let empty = parquet(&copy.path().join("none.parquet"));
    assert_eq!((empty.num_rows(), empty.num_columns()), (0, 2));
    assert!(copy.lojal(&["query", none]).exits(0).stdout.contains("| reader | town   |\n| string | string |"));
}

#[test]
fn a_failed_query_leaves_no_file_and_keeps_the_old_one() {
    let copy = library();
    copy.write("out.csv", "old\n");
    let failing = "select 1 / (case when reader = 'R3' then 0 else 1 end) as x from readers";
    copy.lojal(&["query", failing, "--format", "csv", "--output", "out.csv"]).exits(1);
    assert_eq!(copy.read("out.csv"), "old\n");
    let names: Vec<_> = entries(copy.path()).into_iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["extracts", "out.csv", "pipelines", "sql"]);
    contains(&copy.lojal(&["query", "select 1 as x", "--output", "no/such/out.csv"]).exits(3), &["no/such/out.csv"]);
}

#[test]
fn a_table_for_people_ends_after_a_thousand_rows() {
    let copy = library();
    let many = "select unnest(generate_series(1, 2500)) as number";
    let table = copy.lojal(&["query", many]).exits(0);
    assert_eq!(table.stdout.lines().count(), 1000 + 5, "rows, two lines of header, three rules");
    contains(&table, &["the first 1 000 rows of more"]);
    assert_eq!(csv(&copy, &["query", many]).lines().count(), 2501);
    assert_eq!(csv(&copy, &["query", many, "--limit", "7"]).lines().count(), 8);
}

#[test]
fn a_reader_that_closes_the_pipe_ends_a_large_answer() {
    let copy = library();
    let many = "select a.n as a, b.n as b from (select unnest(generate_series(1, 20000)) as n) a
        cross join (select unnest(generate_series(1, 20000)) as n) b";
    for format in ["csv", "json", "parquet"] {
        let mut child = copy.start(&["query", many, "--format", format, "--quiet"]);
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_signal_ends_a_query_and_leaves_nothing_behind() {
    let copy = library();
    let scratch = copy.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let many = "select a.n as a from loans l, (select unnest(generate_series(1, 20000)) as n) a
        cross join (select unnest(generate_series(1, 20000)) as n) b";
    let mut command = copy.command(&["query", many, "--format", "csv", "--output", "many.csv"]);
    let mut child = command.env("TMPDIR", &scratch).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let started = std::time::Instant::now();
    while !entries(copy.path()).iter().any(|path| path.to_string_lossy().contains(".many.csv."))
        || entries(&scratch).is_empty()
    {
        assert!(started.elapsed().as_secs() < 60, "the query starts");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    outcome(std::process::Command::new("kill").args(["-INT", &child.id().to_string()])).exits(0);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(entries(&scratch).is_empty(), "no rejected rows stay: {:?}", entries(&scratch));
    assert!(!entries(copy.path()).iter().any(|path| path.to_string_lossy().contains("many.csv")));
}

// The page about it

#[test]
fn every_command_of_the_page_works() {
    let copy = published_library();
    copy.write("fees.sql", "select sum(reader_fees.fees) as fees from reader_fees\n");
    let page = fs::read_to_string(super::support::repository().join("docs/looking.md")).unwrap();
    let mut commands: Vec<String> = Vec::new();
    for line in page.lines().filter_map(|line| line.strip_prefix("    ")) {
        match commands.last_mut().filter(|last| last.matches('"').count() % 2 == 1) {
            Some(last) => last.push_str(&format!("\n{line}")),
            // The words after two spaces explain the command.
            None => commands.push(line.split("   ").next().unwrap().to_owned()),
        }
    }
    assert!(commands.len() >= 11 && commands.iter().all(|command| command.contains("lojal ")), "{commands:?}");
    for command in commands {
        let script = format!("set -o pipefail; lojal() {{ \"$BIN\" \"$@\"; }}; {command}");
        let mut shell = std::process::Command::new("bash");
        shell.args(["-c", &script]).env("BIN", env!("CARGO_BIN_EXE_lojal")).current_dir(copy.path());
        outcome(&mut shell).exits(0);
    }
    // The rows and reasons that the page shows.
    let shown = copy.lojal(&["show", "loans", "--as-of", "2025-03-31"]).exits(0);
    let block = page.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    for line in block.lines() {
        assert!(shown.stdout.contains(line) || shown.stderr.contains(line), "`{line}` in:\n{shown}");
    }
}
