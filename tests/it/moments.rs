//! Times as extracts write them: centuries of years of two digits, bounds that follow the as-of day, counts and serial
//! days, names of months, INT96. Cells that are cut, emptied or ambiguous are counted and named.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

use super::support::{Copy, Outcome, shown};

/// A project with one source `rows` of these declared columns; the model `shown` has all of them.
fn project(source: &str, columns: &[(&str, &str)], extract: &str) -> Copy {
    let copy = Copy::of_small();
    for folder in ["sql", "pipelines", "extracts"] {
        std::fs::remove_dir_all(copy.path().join(folder)).unwrap();
        std::fs::create_dir(copy.path().join(folder)).unwrap();
    }
    std::fs::create_dir(copy.path().join("sql/marts")).unwrap();
    let declared: String = columns.iter().map(|(name, declared)| format!("      {name}: {{ {declared} }}\n")).collect();
    let described: String = columns.iter().map(|(name, _)| format!("      {name}: {{ description: x }}\n")).collect();
    copy.write(
        "pipelines/clocks.yml",
        format!(
            "name: clocks\ndescription: Times.\ntime_zone: Europe/Stockholm\nbase_currency: SEK\n\nsources:\n  rows:\n    \
             description: Rows.\n{source}    columns:\n{declared}\nmodels:\n  loaded:\n    description: What was \
             loaded.\n    restricted: {restricted}\n    key: [{key}]\n    columns:\n{described}",
            restricted = declared.contains("personal: true"),
            key = columns[0].0,
        ),
    );
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("    rows.{name}")).collect();
    copy.write(
        "sql/marts/loaded.sql",
        format!("-- Grain: one row per row.\n\nselect\n{}\nfrom rows\n", names.join(",\n")),
    );
    if !extract.is_empty() {
        copy.write("extracts/rows.csv", extract);
    }
    copy
}

const CSV: &str = "    path: extracts/rows.csv\n    format: { csv: { delimiter: \";\" } }\n";

fn run(copy: &Copy, as_of: &str) -> Outcome {
    copy.lojal(&["run", "--quiet", "--as-of", as_of])
}

/// The published rows, one text each, cells joined by `|`.
fn loaded(copy: &Copy) -> Vec<String> {
    let table = shown(&copy.warehouse().table("loaded"));
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(1);
    let mut rows: Vec<String> =
        rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join("|")).collect();
    rows.sort();
    rows
}

fn noted(copy: &Copy) -> Vec<Value> {
    let results = copy.warehouse().json("run_results.json");
    let sources = results["sources"].as_array().unwrap().clone();
    sources.iter().flat_map(|source| source["cells_noted"].as_array().unwrap().clone()).collect()
}

#[test]
fn people_are_not_born_after_the_as_of_day() {
    let columns = [
        ("id", "type: string"),
        ("born", "type: date, personal: true, values: { date_formats: [\"%d.%m.%y\"], two_digit_years: past }"),
        ("until", "type: date, values: { date_formats: [\"%d.%m.%y\"], two_digit_years: { pivot: 50 } }"),
    ];
    let extract = "id;born;until\na;15.03.58;31.12.49\nb;30.06.25;01.01.50\nc;01.07.25;\nd;29.02.28;29.02.28\n";
    let copy = project(CSV, &columns, extract);
    let outcome = run(&copy, "2025-06-30").exits(0);
    assert_eq!(
        loaded(&copy),
        ["a|1958-03-15|2049-12-31", "b|2025-06-30|1950-01-01", "c|1925-07-01|", "d|1928-02-29|2028-02-29"]
    );
    // Since 2025-07-01 has passed, one of the two years was a guess; a personal value is not quoted.
    let note = "source rows: born: 1 cell read as a day of a hundred years ago";
    assert!(outcome.stderr.contains(note), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("extracts/rows.csv:4") && !outcome.stderr.contains("01.07.25"),
        "{}",
        outcome.stderr
    );
    assert_eq!(noted(&copy)[0]["what"], "earlier_century");
    run(&copy, "2026-06-30").exits(0);
    assert_eq!(loaded(&copy)[2], "c|2025-07-01|");
    assert_eq!(noted(&copy), Vec::<Value>::new());
}

#[test]
fn a_century_is_declared_or_the_check_refuses() {
    let refused = |event: &str, declared: &str, expected: &[&str]| {
        let columns = [("id", "type: string"), ("day", declared)];
        let copy = project(&format!("{CSV}{event}"), &columns, "id;day\n1;01.02.25\n");
        let refused = copy.lojal(&["check"]).exits(2);
        for text in expected {
            assert!(refused.stderr.contains(text), "{declared}: {}", refused.stderr);
        }
    };
    let format = "values: { date_formats: [\"%d.%m.%y\"]";
    refused(
        "",
        &format!("type: date, {format} }}"),
        &["two_digit_years: past", "pivot: 70", "clocks.yml:13", "`%d.%m.%y`"],
    );
    let event = "    event_time: day\n";
    refused(event, &format!("type: date, {format} }}"), &["two_digit_years: { pivot: 70 }"]);
    refused(
        event,
        &format!("type: date, {format}, two_digit_years: past }}"),
        &["dates the rows", "hundred years ago"],
    );
    refused("", &format!("type: date, {format}, two_digit_years: {{ pivot: 1970 }} }}"), &["1970 is not a pivot"]);
    refused("", "type: date, values: { two_digit_years: past }", &["no format of this column has years of two digits"]);
    refused("", "type: date, values: { date_formats: [epoch_seconds] }", &["depends on the zone"]);
    refused("", "type: date, values: { date_formats: [epoch_minutes] }", &["excel_1900"]);
    let both = "type: timestamp, values: { timestamp_formats: [epoch_seconds, epoch_milliseconds] }";
    refused("", both, &["is one time with `epoch_seconds` and another"]);
    refused("", "type: date, max: $as_of - 1 fortnight", &["is not a bound", "days, weeks, months or years"]);
    refused("", "type: int, max: $as_of", &["is a day, and the column is int"]);
    refused(event, "type: date, max: $as_of", &["rows_after_as_of"]);
    refused("", "type: date, required: true, out_of_range: null", &["cannot be empty"]);
    refused("", "type: int, out_of_range: null", &["has no bounds"]);
    refused("", "type: date, out_of_range: nil", &["neither reject nor null"]);
    refused("", "type: int, values: { months: [sv] }", &["months is for columns of type date or timestamp"]);
}

#[test]
fn a_value_outside_its_bounds_is_rejected_or_emptied_by_rule() {
    let columns = |rule: &'static str| {
        [
            ("id", "type: string"),
            (
                "born",
                if rule == "null" {
                    "type: date, min: $as_of - 120 years, max: $as_of, out_of_range: null"
                } else {
                    "type: date, min: $as_of - 120 years, max: $as_of"
                },
            ),
            (
                "seen",
                if rule == "null" {
                    "type: timestamp, max: $as_of, out_of_range: null"
                } else {
                    "type: timestamp, max: $as_of"
                },
            ),
            ("age", if rule == "null" { "type: int, max: 130, out_of_range: null" } else { "type: int, max: 130" }),
        ]
    };
    let extract = "id;born;seen;age\n\
                   1;1905-06-30;2025-06-30 23:59:59.999999;130\n\
                   2;1905-06-29;2025-07-01 00:00:00;131\n\
                   3;2025-07-01;9999-12-31 00:00:00;1\n\
                   4;0001-01-01;2025-06-30;2\n\
                   5;0000-00-00;;3\n\
                   6;2025-02-30;;4\n";
    let copy = project(&format!("{CSV}    max_rejected: 1\n"), &columns("null"), extract);
    let outcome = run(&copy, "2025-06-30").exits(0);
    assert_eq!(
        loaded(&copy),
        ["1|1905-06-30|2025-06-30T21:59:59.999999Z|130", "2|||", "3|||1", "4||2025-06-29T22:00:00Z|2", "5|||3",]
    );
    let what =
        |note: &Value| (note["column"].clone(), note["what"].clone(), note["cells"].clone(), note["first"].clone());
    let expected = [("age", 1, 3), ("born", 4, 3), ("seen", 2, 3)].map(|(column, cells, line)| {
        (column.into(), "emptied".into(), cells.into(), format!("extracts/rows.csv:{line}").into())
    });
    assert_eq!(noted(&copy).iter().map(what).collect::<Vec<_>>(), expected);
    assert!(
        outcome.stderr.contains("source rows: born: 4 cells outside the bounds: loaded as empty"),
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("the first: extracts/rows.csv:3 '1905-06-29'"), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("'2025-02-30' is not a date"),
        "a day that does not exist is rejected all the same: {}",
        outcome.stderr
    );

    let strict = project(&format!("{CSV}    max_rejected: 100%\n"), &columns("reject"), extract);
    let outcome = run(&strict, "2025-06-30").exits(0);
    assert_eq!(loaded(&strict).len(), 1);
    assert!(outcome.stderr.contains("is below the minimum 1905-06-30 ($as_of - 120 years)"), "{}", outcome.stderr);
    assert_eq!(noted(&strict), Vec::<Value>::new());
}

#[test]
fn every_way_to_write_an_instant_is_read() {
    let stamp = |values: &str| format!("type: timestamp, values: {{ {values} }}");
    let table = [
        (
            "plain",
            "type: timestamp".to_owned(),
            ["2025-03-01T24:00:00", "2025-03-01T13:45:12+01", "2025-03-01t12:45:12,123456789z"],
        ),
        (
            "java",
            "type: timestamp".to_owned(),
            ["2025-03-01T13:45:12+01:00[Europe/Stockholm]", "2025-03-01 13:45:12 GMT+1", "2025-03-01 12:45:12 UTC"],
        ),
        ("iso", stamp("timestamp_formats: [iso_8601]"), ["20250301T134512+0100", "2025-W09-6", "2025-060T13:45"]),
        ("millis", stamp("timestamp_formats: [epoch_milliseconds]"), ["1740833112000", "-1", "1740833112000.5"]),
        (
            "dotnet",
            stamp("timestamp_formats: [\"/Date(epoch_milliseconds)/\"]"),
            ["/Date(1740833112000)/", "/Date(1740833112000+0100)/", "/Date(-3600000)/"],
        ),
        ("serial", stamp("timestamp_formats: [excel_1900]"), ["45717,5730555556", "61", "45717"]),
        (
            "month",
            stamp("timestamp_formats: [\"%d. %B %Y %H:%M\", \"%d %b %Y\"], months: [sv, fi, de]"),
            ["3. maj 2025 13:45", "1. maaliskuuta 2025 13:45", "1 Mrz. 2025"],
        ),
        (
            "oracle",
            stamp("timestamp_formats: [\"%d-%b-%y %I.%M.%S.%f %p\"], two_digit_years: { pivot: 70 }"),
            ["01-MAR-25 01.45.12.500000 PM", "01-mar-99 12.00.00.0 am", "01-MAR-25 01.45.12.000000\u{202f}PM"],
        ),
    ];
    let mut columns = vec![("id", "type: string")];
    columns.extend(table.iter().map(|(name, declared, _)| (*name, declared.as_str())));
    let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut extract = header.join(";") + "\n";
    for row in 0..3 {
        let cells: Vec<&str> = table.iter().map(|(_, _, cells)| cells[row]).collect();
        extract += &format!("{row};{}\n", cells.join(";").replace("45717,57", "\"45717,57").replace("5556", "5556\""));
    }
    let copy = project(&format!("{CSV}    values: {{ decimal_sign: \",\" }}\n"), &columns, &extract);
    let outcome = run(&copy, "2025-12-31").exits(0);
    assert_eq!(
        loaded(&copy),
        [
            "0|2025-03-01T23:00:00Z|2025-03-01T12:45:12Z|2025-03-01T12:45:12Z|2025-03-01T12:45:12Z|2025-03-01T12:45:12Z|2025-03-01T12:45:12Z|2025-05-03T11:45:00Z|2025-03-01T12:45:12.500Z",
            "1|2025-03-01T12:45:12Z|2025-03-01T12:45:12Z|2025-02-28T23:00:00Z|1969-12-31T23:59:59.999Z|2025-03-01T12:45:12Z|1900-02-28T23:00:00Z|2025-03-01T12:45:00Z|1999-02-28T23:00:00Z",
            "2|2025-03-01T12:45:12.123456Z|2025-03-01T12:45:12Z|2025-03-01T12:45:00Z|2025-03-01T12:45:12.000500Z|1969-12-31T23:00:00Z|2025-02-28T23:00:00Z|2025-02-28T23:00:00Z|2025-03-01T12:45:12Z",
        ]
    );
    let [note] = noted(&copy).try_into().unwrap();
    assert_eq!((&note["column"], &note["what"], &note["cells"]), (&"plain".into(), &"fraction_cut".into(), &1.into()));
    assert!(outcome.stderr.contains("finer than a microsecond"), "{}", outcome.stderr);
}

#[test]
fn seconds_that_are_declared_as_milliseconds_are_noticed() {
    let columns =
        [("id", "type: string"), ("at", "type: timestamp, values: { timestamp_formats: [epoch_milliseconds] }")];
    let copy = project(CSV, &columns, "id;at\n1;1740833112\n2;1740833113\n3;1740833112000\n");
    let outcome = run(&copy, "2025-12-31").exits(0);
    assert!(outcome.stderr.contains("at: 2 cells read as a day of 1970"), "{}", outcome.stderr);
    assert_eq!(noted(&copy)[0]["what"], "early_1970");
}

#[test]
fn event_times_that_cannot_be_read_are_the_error() {
    let columns = [("id", "type: string"), ("at", "type: timestamp, required: true")];
    let source = format!("{CSV}    event_time: at\n    max_rejected: 100%\n");
    let copy = project(&source, &columns, "id;at\n1;1740833112000\n2;04/03/25 10:00\n");
    let failed = copy.lojal(&["run", "--quiet"]).exits(1);
    assert!(failed.stderr.contains("no event time can be read"), "{}", failed.stderr);
    assert!(
        failed.stderr.contains("source rows: at: 2 cells cannot be read; the first: extracts/rows.csv:2: "),
        "{}",
        failed.stderr
    );
    assert!(failed.stderr.contains("name epoch_milliseconds in timestamp_formats"), "{}", failed.stderr);
    let empty = project(&source.replace("at\n    max", "at\n    optional: true\n    max"), &columns, "id;at\n");
    let failed = empty.lojal(&["run", "--quiet"]).exits(1);
    assert!(failed.stderr.contains("no extract contains an event"), "{}", failed.stderr);
}

/// Days and nanoseconds of the day as Spark writes them.
fn int96(day: i64, nanos: u64) -> Int96 {
    let julian = u32::try_from(day + 2_440_588).unwrap();
    let mut value = Int96::new();
    value.set_data(nanos as u32, (nanos >> 32) as u32, julian);
    value
}

fn write_int96(path: &Path, rows: &[(&str, Int96)]) {
    let schema = "message m { required binary id (UTF8); required int96 at; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(File::create(path).unwrap(), schema, Default::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let ids: Vec<ByteArray> = rows.iter().map(|(id, _)| ByteArray::from(*id)).collect();
    let times: Vec<Int96> = rows.iter().map(|(_, at)| *at).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&ids, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&times, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn times_of_spark_do_not_wrap() {
    const END: i64 = 2_932_896; // 9999-12-31
    let rows = [
        ("a", int96(END, 86_399_000_000_000)),
        ("b", int96(END, 0)),
        ("c", int96(193_508, 0)), // 2499-10-22, which wraps into the years allowed
        ("d", int96(20_148, 45_912_123_456_000)),
        ("e", int96(20_148, 45_912_123_456_789)),
    ];
    let source = "    path: extracts/rows.parquet\n    format: { parquet: {} }\n    max_rejected: 100%\n";
    let nulls = "type: timestamp, values: { time_zone: UTC, null_words: [9999-12-31, 9999-12-31 23:59:59] }";
    let copy = project(source, &[("id", "type: string"), ("at", nulls)], "");
    write_int96(&copy.path().join("extracts/rows.parquet"), &rows);
    let outcome = run(&copy, "2025-12-31").exits(0);
    assert_eq!(loaded(&copy), ["a|", "b|", "d|2025-03-01T12:45:12.123456Z", "e|2025-03-01T12:45:12.123456Z"]);
    assert!(outcome.stderr.contains("'2499-10-22T00:00:00' is outside the years 1900 to 2100"), "{}", outcome.stderr);
    let [note] = noted(&copy).try_into().unwrap();
    assert_eq!((&note["what"], &note["cells"]), (&"fraction_cut".into(), &1.into()));
    assert_eq!(
        (&note["first"], &note["from"]),
        (&"extracts/rows.parquet:5".into(), &"'2025-03-01T12:45:12.123456789'".into())
    );

    let emptied = "type: timestamp, out_of_range: null, values: { time_zone: UTC }";
    let copy = project(source, &[("id", "type: string"), ("at", emptied)], "");
    write_int96(&copy.path().join("extracts/rows.parquet"), &rows);
    run(&copy, "2025-12-31").exits(0);
    assert_eq!(loaded(&copy)[..3], ["a|", "b|", "c|"]);
    assert!(noted(&copy).iter().any(|note| note["what"] == "emptied" && note["cells"] == 3));
}

#[test]
fn a_number_in_a_workbook_is_a_serial_day_where_it_is_declared() {
    let save = |copy: &Copy, day: f64| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, ["id", "day", "at"]).unwrap();
        let shown_as_day = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let at = ExcelDateTime::from_ymd(2025, 3, 1).unwrap().and_hms(13, 45, 12).unwrap();
        for (row, id) in [(1, "a"), (2, "b")] {
            sheet.write(row, 0, id).unwrap();
            sheet.write(row, 1, if row == 1 { 45_717.0 } else { day }).unwrap();
            if row == 1 {
                sheet.write_with_format(row, 2, &at, &shown_as_day).unwrap();
            } else {
                sheet.write(row, 2, 45_717.573_055_555_6).unwrap();
            }
        }
        workbook.save(copy.path().join("extracts/rows.xlsx")).unwrap();
    };
    let source = "    path: extracts/rows.xlsx\n    format: { xlsx: {} }\n    max_rejected: 100%\n";
    let columns = |values: &'static str| [("id", "type: string"), ("day", "type: date"), ("at", values)];
    let undeclared = project(source, &columns("type: timestamp"), "");
    save(&undeclared, 45_718.0);
    let outcome = run(&undeclared, "2025-12-31").exits(0);
    let hint = "day: '45717' is not a date (YYYY-MM-DD); it looks like a serial day of a spreadsheet, 2025-03-01 by \
                excel_1900, 2029-03-02 by excel_1904: name one in date_formats";
    assert!(outcome.stderr.contains(hint), "{}", outcome.stderr);
    let formats = "    values: { date_formats: [excel_1900], timestamp_formats: [excel_1900] }\n";
    let declared = project(&format!("{source}{formats}"), &columns("type: timestamp"), "");
    save(&declared, 45_718.0);
    run(&declared, "2025-12-31").exits(0);
    assert_eq!(loaded(&declared), ["a|2025-03-01|2025-03-01T12:45:12Z", "b|2025-03-02|2025-03-01T12:45:12Z"]);
    save(&declared, 45_718.25);
    let outcome = run(&declared, "2025-12-31").exits(0);
    assert!(outcome.stderr.contains("'45718.25' has a time of day and the column is a date"), "{}", outcome.stderr);
    save(&declared, 60.0);
    let outcome = run(&declared, "2025-12-31").exits(0);
    assert!(outcome.stderr.contains("29 February 1900, which spreadsheets count"), "{}", outcome.stderr);
}

#[test]
fn the_example_of_the_manual_is_read() {
    let manual = std::fs::read_to_string(super::support::repository().join("docs/sources-values.md")).unwrap();
    let example = manual.split("```yaml\n").find(|block| block.starts_with("columns:\n  created:")).unwrap();
    let example: String =
        example.split("```").next().unwrap().lines().skip(1).map(|line| format!("    {line}\n")).collect();
    let copy = project(CSV, &[("id", "type: string")], "");
    copy.edit(
        "pipelines/clocks.yml",
        "      id: { type: string }\n",
        &format!("      id: {{ type: string }}\n{example}"),
    );
    copy.write(
        "extracts/rows.csv",
        "id;created;changed;ordered;visited;born\n1;1740833112000;/Date(1740833112000+0100)/;45717;3 maj 2025 13:45;15.03.58\n",
    );
    copy.write("sql/marts/loaded.sql", "-- Grain: one row.\n\nselect\n    rows.created = rows.changed as is_same,\n    rows.ordered,\n    rows.visited,\n    rows.born\nfrom rows\n");
    copy.edit("pipelines/clocks.yml", "    key: [id]\n    columns:\n      id: { description: x }\n", "    key: [ordered]\n    columns:\n      is_same: { description: x }\n      ordered: { description: x }\n      visited: { description: x }\n      born: { description: x }\n");
    run(&copy, "2025-12-31").exits(0);
    assert_eq!(loaded(&copy), ["true|2025-03-01|2025-05-03T11:45:00Z|1958-03-15"]);
}
