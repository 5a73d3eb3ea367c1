//! Values and names that programs write otherwise than people declare them: names in other spellings, signs beside
//! spaces, NUL padding, broken text, formulas that were never computed, numbers that a workbook shows otherwise.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::support::{Copy, Outcome, repository, texts};

/// A project with one source, `s`, and a mart that shows the columns `shown` as text.
fn project(source: &str, shown: &[&str]) -> Copy {
    let copy = Copy::of_nothing();
    std::fs::create_dir_all(copy.path().join("extracts")).unwrap();
    std::fs::create_dir_all(copy.path().join("pipelines")).unwrap();
    std::fs::create_dir_all(copy.path().join("sql/marts")).unwrap();
    let described: String = shown.iter().map(|name| format!("      {name}: {{ description: As loaded }}\n")).collect();
    copy.write(
        "pipelines/p.yml",
        format!(
            "name: p\ndescription: One source.\ntime_zone: Europe/Stockholm\nbase_currency: SEK\nmax_rejected: 100%\n\n\
             sources:\n  s:\n    description: Rows.\n{source}\nmodels:\n  m:\n    description: What was loaded.\n    \
             restricted: {}\n    key: [{}]\n    columns:\n{described}",
            source.contains("personal: true"),
            shown[0]
        ),
    );
    let columns: Vec<String> = shown.iter().map(|name| format!("    cast(s.{name} as varchar) as {name}")).collect();
    copy.write("sql/marts/m.sql", format!("-- Grain: one row per row.\n\nselect\n{}\nfrom s\n", columns.join(",\n")));
    copy
}

fn run(copy: &Copy) -> Outcome {
    copy.lojal(&["run", "pipelines/p.yml", "--quiet", "--as-of", "2026-01-01"])
}

/// The published rows, each with its cells; an empty cell is an empty text.
fn rows(copy: &Copy, shown: &[&str]) -> Vec<String> {
    let table = copy.warehouse().table("m");
    let columns: Vec<Vec<String>> = shown.iter().map(|name| texts(&table, name)).collect();
    let row = |at: usize| columns.iter().map(|column| column[at].as_str()).collect::<Vec<_>>().join("|");
    let mut rows: Vec<String> = (0..table.num_rows()).map(row).collect();
    rows.sort();
    rows
}

fn counts(copy: &Copy) -> Value {
    copy.warehouse().json("run_results.json")["sources"][0].clone()
}

#[test]
fn keys_of_json_and_columns_of_parquet_match_in_every_spelling() {
    let columns = "    columns:
      id: { type: int, required: true }
      namn: { type: string, aliases: [\"f\u{F6}rnamn\"] }
      ort: { type: string, aliases: [adress.ort] }";
    let json = project(
        &format!("    path: extracts/a.jsonl\n    format: {{ json_lines: {{}} }}\n{columns}"),
        &["id", "namn", "ort"],
    );
    let text = "{\"id\":1,\"f\u{F6}rnamn\":\"\u{C5}sa\",\"adress\":{\"ort\":\"Lund\"}}\n\
                {\"id\":2,\"fo\u{308}rnamn\":\"Bo\",\"adress\\u200b\":{\"ort \":\"Ystad\"}}\n\
                {\"id\":3,\"f\u{F6}rnamn\":\"a\",\"fo\u{308}rnamn\":\"b\"}\n";
    json.write("extracts/a.jsonl", text);
    let said = run(&json).exits(0).stderr;
    assert_eq!(rows(&json, &["id", "namn", "ort"]), ["1|\u{C5}sa|Lund", "2|Bo|Ystad"]);
    assert!(said.contains("namn appears twice in the record: `fo\\u{308}rnamn` and `f\u{F6}rnamn`"), "{said}");

    let parquet = project(
        &format!("    path: extracts/a.parquet\n    format: {{ parquet: {{}} }}\n{columns}"),
        &["id", "namn", "ort"],
    );
    let names: ArrayRef = Arc::new(StringArray::from(vec!["\u{C5}sa", "Bo"]));
    let city: ArrayRef = Arc::new(StringArray::from(vec!["Lund", "Ystad"]));
    let address: ArrayRef =
        Arc::new(StructArray::from(vec![(Arc::new(Field::new("ort\u{200B}", DataType::Utf8, true)), city)]));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let write = |columns: Vec<(&str, ArrayRef)>| {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = File::create(parquet.path().join("extracts/a.parquet")).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    };
    write(vec![("\u{FEFF}id", Arc::clone(&ids)), ("fo\u{308}rnamn", Arc::clone(&names)), ("adress ", address)]);
    let said = run(&parquet).exits(0).stderr;
    assert_eq!(rows(&parquet, &["id", "namn", "ort"]), ["1|\u{C5}sa|Lund", "2|Bo|Ystad"]);
    assert!(!said.contains("undeclared"), "{said}");
    write(vec![("id", ids), ("f\u{F6}rnamn", Arc::clone(&names)), ("fo\u{308}rnamn", names.clone()), ("ort", names)]);
    let said = run(&parquet).exits(1).stderr;
    assert!(said.contains("extracts/a.parquet has the column namn more than once"), "{said}");
}

#[test]
fn signs_beside_spaces_are_signs_in_fixed_columns_too() {
    let source = "    path: extracts/a.txt
    format: { fixed_width: { columns: { id: { start: 1, width: 2 }, belopp: { start: 3, width: 12 } } } }
    values: { decimal_sign: \",\", currency_signs: [kr], negative: [trailing_minus] }
    columns:
      id: { type: int, required: true }
      belopp: { type: \"decimal(12,2)\", required: true }";
    let copy = project(source, &["id", "belopp"]);
    copy.write("extracts/a.txt", "01-      99,00\n02    99,00 - \n03 99,00 kr - \n04     99,00+ \n0599,- kr     \n");
    run(&copy).exits(0);
    assert_eq!(rows(&copy, &["id", "belopp"]), ["1|-99.00", "2|-99.00", "3|-99.00", "4|99.00", "5|99.00"]);
    copy.edit("pipelines/p.yml", ", negative: [trailing_minus]", "");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["id", "belopp"]), ["1|-99.00", "5|99.00"]);
    assert!(said.contains("`negative: [trailing_minus]` under `values` reads a sign behind a number"), "{said}");
}

/// The example of the manual for NUL bytes and broken text.
fn documented() -> String {
    let manual = std::fs::read_to_string(repository().join("docs/sources-values.md")).unwrap();
    let section = manual.split("## NUL bytes and broken text").nth(1).unwrap();
    let block = section.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    block.lines().map(|line| format!("    {line}\n")).collect()
}

#[test]
fn nul_padding_and_broken_text_load_where_it_is_declared() {
    let columns = "    columns:
      id: { type: int, required: true }
      ort: { type: string }
      namn: { type: string, personal: true }";
    let text = "id;ort;namn\n1\0\0;Lund\0\0\0;\0\n2;\0;Bo\n3;Y\0stad;Cia\n4; Malm\u{F6} \0;D\0\n5;Lund;Eva\n";
    let bare = project(
        &format!("    path: extracts/a.csv\n    format: {{ csv: {{ delimiter: \";\" }} }}\n{columns}"),
        &["id", "ort", "namn"],
    );
    bare.write("extracts/a.csv", text);
    let said = run(&bare).exits(0).stderr;
    assert_eq!(rows(&bare, &["id", "ort", "namn"]), ["5|Lund|Eva"]);
    assert!(said.contains("4 of 5 rows rejected") && said.contains("; `padding: nul` under `values` reads"), "{said}");

    let source =
        format!("    path: extracts/a.*\n    format: {{ csv: {{ delimiter: \";\" }} }}\n{}{columns}", documented());
    let copy = project(&source, &["id", "ort", "namn"]);
    copy.write("extracts/a.csv", text);
    let said = run(&copy).exits(0).stderr;
    let loaded = ["1|Lund|", "2||Bo", "3|Ystad|Cia", "4|Malm\u{F6}|D", "5|Lund|Eva"];
    assert_eq!(rows(&copy, &["id", "ort", "namn"]), loaded);
    assert!(said.contains("(1 of id, 2 of namn, 3 of ort)"), "{said}");
    assert!(said.contains("1 cell of ort was read without NUL bytes") && said.contains("'Ystad'"), "{said}");
    let repaired = &counts(&copy)["cells_changed"];
    assert!(repaired.to_string().contains("\"change\":\"repaired\""), "{repaired}");

    copy.remove("extracts/a.csv");
    copy.edit("pipelines/p.yml", "csv: { delimiter: \";\" }", "json_lines: {}");
    copy.write(
        "extracts/a.jsonl",
        "{\"id\":1,\"ort\":\"Lund \\ud83d\",\"namn\":\"A\\u0000\"}\n{\"id\":2,\"ort\":\"\\ud83d\\ude00\",\"namn\":\"\\udc00\"}\n",
    );
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["id", "ort", "namn"]), ["1|Lund \u{FFFD}|A", "2|\u{1F600}|\u{FFFD}"]);
    assert!(said.contains("1 cell of namn was read without NUL bytes") && !said.contains("'\u{FFFD}'"), "{said}");
    copy.edit("pipelines/p.yml", "broken_text: replace", "broken_text: reject");
    copy.edit("pipelines/p.yml", "padding: nul", "invisible: keep");
    let said = run(&copy).exits(0).stderr;
    // Also where the column is personal: the reason holds no value.
    assert!(said.contains("half a surrogate pair; `broken_text: replace` under `values`"), "{said}");
    copy.write(
        "extracts/a.jsonl",
        "{\"id\":1,\"ort\":\"Lund\",\"namn\":\"A\\u0000b\"}\n{\"id\":2,\"ort\":\"x\",\"namn\":\"y\"}\n",
    );
    let said = run(&copy).exits(0).stderr;
    let expected = "namn: contains a NUL byte; `broken_text: replace` under `values` leaves it out";
    assert!(said.contains(expected), "{said}");
    copy.edit("pipelines/p.yml", "type: int, required: true", "type: int, values: { broken_text: replace }");
    let said = copy.lojal(&["check", "pipelines/p.yml"]).exits(2).stderr;
    assert!(said.contains("broken_text is for columns of type string, and this one is int"), "{said}");
}

/// Saves a workbook and changes a part of it.
fn save_changed(mut book: Workbook, path: &Path, part: &str, from: &str, to: &str) {
    let bytes = book.save_to_buffer().unwrap();
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(File::create(path).unwrap());
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let name = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{text}");
            content = text.replace(from, to).into_bytes();
        }
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn formulas_that_no_program_has_computed_are_counted() {
    let source = "    path: extracts/a.xlsx
    format: { xlsx: {} }
    columns:
      id: { type: int, required: true }
      summa: { type: \"decimal(12,2)\" }
      not: { type: string }";
    let copy = project(source, &["id", "summa"]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in [(0, "id"), (1, "summa"), (2, "not")] {
        sheet.write(0, column, name).unwrap();
    }
    let grey = Format::new().set_bold();
    for row in 1..4 {
        sheet.write(row, 0, row).unwrap();
        sheet.write_blank(row, 2, &grey).unwrap();
    }
    sheet.write_formula(1, 1, "=A2*2").unwrap();
    sheet.write(2, 1, 5.5).unwrap();
    sheet.write_formula(3, 1, "=A4*2").unwrap();
    save_changed(book, &copy.path().join("extracts/a.xlsx"), "xl/worksheets/sheet1.xml", "</f><v>0</v>", "</f><v></v>");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["id", "summa"]), ["1|", "2|5.50", "3|"]);
    assert!(said.contains("summa: 2 cells with a formula that no program has computed: loaded as empty"), "{said}");
    assert!(said.contains("the first: extracts/a.xlsx:2\n") || said.contains("the first: extracts/a.xlsx:2"), "{said}");
    let noted = &counts(&copy)["cells_noted"];
    assert_eq!(noted[0]["what"], "not_computed");
    assert_eq!(
        (noted.as_array().map(Vec::len), &noted[0]["cells"]),
        (Some(1), &Value::from(2)),
        "blank cells are none"
    );
    copy.edit("pipelines/p.yml", "type: \"decimal(12,2)\"", "type: \"decimal(12,2)\", required: true");
    let said = run(&copy).exits(0).stderr;
    assert!(said.contains("2 of 3 rows rejected") && said.contains("summa: is empty but required"), "{said}");
}

#[test]
fn numbers_of_a_workbook_never_mean_two_things() {
    let source = "    path: extracts/a.xlsx
    format: { xlsx: {} }
    columns:
      id: { type: int, required: true }
      rabatt: { type: \"decimal(8,3)\", values: { decimal_sign: \",\", currency_signs: [\"%\"] } }
      dag: { type: date, values: { date_formats: [\"%Y-%m-%d\", excel_1900] } }";
    let copy = project(source, &["id", "rabatt", "dag"]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Blad").unwrap();
    for (column, name) in [(0, "id"), (1, "rabatt"), (2, "dag")] {
        sheet.write(0, column, name).unwrap();
    }
    for row in 1..4 {
        sheet.write(row, 0, row).unwrap();
    }
    sheet.write_with_format(1, 1, 0.125, &Format::new().set_num_format("0.0 %")).unwrap();
    sheet.write(2, 1, "12,5 %").unwrap();
    sheet.write(3, 1, 12.5).unwrap();
    let path = copy.path().join("extracts/a.xlsx");
    sheet.write(1, 2, "2025-03-04").unwrap();
    sheet.write(2, 2, 44258).unwrap();
    save_changed(book, &path, "xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" ");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["id", "rabatt", "dag"]), ["1|12.500|2025-03-04", "3|12.500|"]);
    let expected =
        "Blad!C3 is the day 44258 of a workbook that counts by excel_1904, and the column declares excel_1900";
    assert!(said.contains(expected), "{said}");
    copy.edit("pipelines/p.yml", "excel_1900", "excel_1904");
    run(&copy).exits(0);
    assert_eq!(rows(&copy, &["id", "rabatt", "dag"])[1], "2|12.500|2025-03-04");
    copy.edit("pipelines/p.yml", ", currency_signs: [\"%\"]", "");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["id", "rabatt"]), ["1|0.125", "3|12.500"]);
    assert!(said.contains("1 of 3 rows rejected") && said.contains("'12,5 %' is not a number"), "{said}");
}

#[test]
fn values_inside_lists_follow_the_keys_of_the_column() {
    let source = "    path: extracts/a.jsonl
    format: { json_lines: {} }
    values: { round: 2 }
    columns:
      id: { type: int, required: true }
      rader: { type: \"list({ pris: decimal(8,2), kurs: decimal(8,4), dag: date })\", values: { date_formats: [\"%d.%m.%y\"], two_digit_years: past } }";
    let copy = project(source, &["id", "rader"]);
    copy.write(
        "sql/marts/m.sql",
        "-- Grain: one row per element.\n\nwith elements as (\n    select unnest(s.rader) as rad from s\n)\n\nselect\n    \
         cast(elements.rad['kurs'] as varchar) as id,\n    concat(cast(elements.rad['pris'] as varchar), '|', \
         cast(elements.rad['dag'] as varchar)) as rader\nfrom elements\n",
    );
    copy.write(
        "extracts/a.jsonl",
        "{\"id\":1,\"rader\":[{\"pris\":0.30000000000000004,\"kurs\":0.1234,\"dag\":\"03.05.58\"}]}\n\
         {\"id\":1,\"rader\":[{\"pris\":0.30000000000000004,\"kurs\":0.1235,\"dag\":\"03.05.58\"}]}\n",
    );
    let said = run(&copy).exits(0).stderr;
    // Lists that are rounded alike are other rows all the same.
    assert_eq!(rows(&copy, &["id", "rader"]), ["0.1234|0.30|1958-05-03", "0.1235|0.30|1958-05-03"], "{said}");
    assert!(said.contains("2 cells of rader were rounded (`round`)"), "{said}");
    let check = |from: &str, to: &str| {
        let declared = copy.read("pipelines/p.yml");
        copy.edit("pipelines/p.yml", from, to);
        let said = copy.lojal(&["check", "pipelines/p.yml"]).exits(2).stderr;
        copy.write("pipelines/p.yml", declared);
        said
    };
    let said = check(", two_digit_years: past", "");
    assert!(said.contains("has years of two digits, and nothing says which century"), "{said}");
    let said = check("two_digit_years: past }", "two_digit_years: past, round: 3 }");
    assert!(said.contains("no decimal inside") && said.contains("has 3 digits after the point"), "{said}");
    let said = check("two_digit_years: past }", "two_digit_years: past, true_words: [ja] }");
    assert!(said.contains("true_words is for columns of type bool"), "{said}");
}

#[test]
fn a_zone_in_plain_letters_needs_a_declared_zone() {
    let source = "    path: extracts/a.csv
    columns:
      id: { type: int, required: true }
      at: { type: timestamp, values: { timestamp_formats: [\"%Y-%m-%d %H:%M:%S UTC\"] } }";
    let copy = project(source, &["id", "at"]);
    copy.write("extracts/a.csv", "id,at\n1,2025-03-01 12:45:12 UTC\n");
    let said = copy.lojal(&["check", "pipelines/p.yml"]).exits(2).stderr;
    assert!(said.contains("`UTC` in `%Y-%m-%d %H:%M:%S UTC` is plain text") && said.contains("write %z"), "{said}");
    copy.edit("pipelines/p.yml", "UTC\"]", "%z\"]");
    run(&copy).exits(0);
    assert_eq!(rows(&copy, &["at"]), ["2025-03-01T12:45:12Z"]);
}

#[test]
fn quotes_behind_a_blank_are_named() {
    let source = "    path: extracts/a.csv
    columns:
      id: { type: int, required: true }
      namn: { type: string }";
    let copy = project(source, &["id", "namn"]);
    copy.write("extracts/a.csv", "id, namn\n1, \"Åsa\"\n2, \"Bo\"\n");
    let said = run(&copy).exits(0).stderr;
    assert_eq!(rows(&copy, &["namn"]), ["\"Bo\"", "\"Åsa\""]);
    assert!(said.contains("namn: extracts/a.csv:2 has a text whose quotes stand behind a blank"), "{said}");
}
