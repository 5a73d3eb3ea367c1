//! `lojal infer` asks where a guess would make rows not count, or count twice.

use rust_xlsxwriter::Workbook;

use super::infer_losses::{folder, infer_in};

#[track_caller]
fn inferred(name: &str, text: impl AsRef<[u8]>) -> String {
    let folder = folder(&[(name, text.as_ref())]);
    infer_in(folder.path(), &[name]).exits(0).stdout
}

#[track_caller]
fn refused(name: &str, text: impl AsRef<[u8]>) -> String {
    let folder = folder(&[(name, text.as_ref())]);
    let outcome = infer_in(folder.path(), &[name]).exits(1);
    assert_eq!(outcome.stdout, "", "a block that loses rows is not printed");
    outcome.stderr
}

#[track_caller]
fn says(text: &str, wanted: &str) {
    let joined = text.lines().map(|line| line.trim().trim_start_matches("# ").trim()).collect::<Vec<_>>().join(" ");
    assert!(joined.contains(wanted), "`{wanted}` in\n{text}");
}

#[test]
fn line_numbers_that_begin_again_do_not_make_a_snapshot() {
    let day = |day: usize| -> String {
        let rows: String = (1..=30).map(|n| format!("{n};{};{},00\n", day * 100 + n / 2, n + day)).collect();
        format!("rad;kvitto;belopp\n{rows}")
    };
    let days = [day(1), day(2), day(3)];
    let names = ["kassa_20250301.csv", "kassa_20250302.csv", "kassa_20250303.csv"];
    let files: Vec<(&str, &[u8])> = names.into_iter().zip(days.iter().map(|text| text.as_bytes())).collect();
    let folder = folder(&files);
    let refused = infer_in(folder.path(), &names).exits(1);
    assert_eq!(refused.stdout, "", "two days of three would not count");
    says(&refused.stderr, "kassa: 60 of 90 rows repeat the rad of an earlier file");
    says(&refused.stderr, "delivery: { mode: snapshot } only 30 rows count");
    says(&refused.stderr, "delivery: { mode: append }: all 90 count");
}

#[test]
fn equal_rows_have_no_key() {
    let rows: String = (1..=28).map(|n| format!("K{n};15,50\n")).collect();
    let block = inferred("t.csv", format!("kvittonr;pris\n{rows}K1;15,50\nK2;15,50\n"));
    assert!(!block.contains("key: ["), "two sales would count once\n{block}");
    says(&block, "no key: all different rows differ in kvittonr, but 2 rows are equal to another");
    says(&block, "30 loaded, none rejected");
}

#[test]
fn a_row_of_sums_is_a_question_with_the_pattern_that_leaves_it_out() {
    let rows: String = (1..=30).map(|n| format!("B{n};{n};{n},50\n")).collect();
    for total in ["Totalt;465;480,00", "Report total;465;480,00", "--;Total;480,00", "alla;465;480,00"] {
        let asked = refused("t.csv", format!("butik;antal;belopp\n{rows}{total}\n"));
        says(&asked, "t.csv:32:");
        says(&asked, "is it a row? If not, leave it out");
    }
    let asked = refused("t.csv", format!("butik;antal;belopp\n{rows}Totalt;465;480,00\n"));
    says(&asked, r"ignore_lines: ['^Totalt;\d+;\d+,\d+$']");
    let gap = rows.replace("B7;7;", "B7;;");
    let asked = refused("t.csv", format!("butik;antal;belopp\n{gap}Summa B;;480,00\n{gap}Summa C;;480,00\n"));
    says(&asked, "t.csv:32: it begins with a word for a total, and is a sound row");
    assert!(inferred("t.csv", format!("butik;antal;belopp\n{rows}B31;31;31,50\n")).contains("31 loaded"));
}

#[test]
fn a_row_of_sums_in_a_workbook_is_a_question() {
    let folder = folder(&[]);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["butik", "kanal", "antal"]) {
        sheet.write(0, column, name).unwrap();
    }
    for n in 1..=30_u32 {
        sheet.write(n, 0, format!("B{n}")).unwrap();
        sheet.write(n, 1, "webb").unwrap();
        sheet.write(n, 2, n).unwrap();
    }
    sheet.write(31, 0, "Alla").unwrap();
    sheet.write(31, 1, "Totalt").unwrap();
    sheet.write(31, 2, 465).unwrap();
    workbook.save(folder.path().join("t.xlsx")).unwrap();
    let asked = infer_in(folder.path(), &["t.xlsx"]).exits(1);
    assert_eq!(asked.stdout, "");
    says(&asked.stderr, "t.xlsx:32: it has a word for a total, and numbers that are the sums of the rows above");
}

#[test]
fn sheets_with_the_same_columns_are_a_question() {
    let folder = folder(&[]);
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Info").unwrap().write(0, 0, "Rapport").unwrap();
    for month in ["Jan", "Feb"] {
        let sheet = workbook.add_worksheet().set_name(month).unwrap();
        sheet.write(0, 0, "kund").unwrap().write(0, 1, "belopp").unwrap();
        for n in 1..=20_u32 {
            sheet.write(n, 0, format!("K{n}")).unwrap().write(n, 1, n).unwrap();
        }
    }
    workbook.save(folder.path().join("ar.xlsx")).unwrap();
    let asked = infer_in(folder.path(), &["ar.xlsx"]).exits(1);
    says(&asked.stderr, "other sheets have the same columns as Jan, and would not be read: Feb");
}

#[test]
fn null_words_beside_quotes_do_not_make_a_dump_of_postgresql() {
    let rows: String = (1..=200).map(|n| format!("{n},\"Namn, {n}\",\"Lund\"\n")).collect();
    let block = inferred("t.csv", format!("id,namn,ort\n{rows}201,\\N,\"Lund\"\n"));
    assert!(!block.contains("postgresql"), "quotes would be part of the values\n{block}");
    says(&block, r#"null_words: ["\\N"]"#);
}

#[test]
fn records_before_the_usual_width_are_not_skipped_in_silence() {
    let rows: String = (3..=40).map(|n| format!("C{n};{n};;\n")).collect();
    let asked = refused("t.csv", format!("kund;belopp\nA;100\nB;200\n{rows}"));
    says(&asked, "t.csv:1: 3 lines before the first record");
}

#[test]
fn two_header_rows_of_a_survey_name_the_columns_together() {
    let rows: String = (0..40).map(|n| format!("118{n:04},4000,{},{},a\n", 1 + n % 5, 1 + n % 4)).collect();
    let block =
        inferred("t.csv", format!("Respondent ID,Collector ID,How good?,,Why?\n,,Price,Delivery,Open-Ended\n{rows}"));
    says(&block, "header_lines: 2, names_from: all");
    says(&block, "40 loaded, none rejected");
}

#[test]
fn other_columns_decide_between_thousands_and_decimals() {
    let rows = |other: &str| -> String { (1..=30).map(|n| format!("{n};{n}{other};{n}.137\n")).collect() };
    let block = inferred("t.csv", format!("nr;pris;antal\n{}", rows(",50")));
    says(&block, "antal: { type: int, ");
    says(&block, r#"thousands_signs: ["."]"#);
    let asked = refused("t.csv", format!("nr;pris;antal\n{}", rows("")));
    says(&asked, "antal: '30.137' and all like it are a thousand or a decimal");
}

#[test]
fn the_order_of_day_and_month_is_that_of_another_column() {
    let rows: String = (1..=12)
        .map(|n| format!("{n},{},{}/{}/2025\n", ["1/1/2025", "3/2/2025", "2/5/2025"][n % 3], n, n + 12))
        .collect();
    let block = inferred("t.csv", format!("nr,ordered,shipped\n{rows}"));
    says(&block, r#"values: { date_formats: ["%m/%d/%Y"] }"#);
    let rows: String = (1..=12).map(|n| format!("{n},{}\n", ["1/1/2025", "3/2/2025", "2/5/2025"][n % 3])).collect();
    says(
        &refused("t.csv", format!("nr,ordered\n{rows}")),
        "ordered: every day can be read with the day or the month first",
    );
}

#[test]
fn json_that_has_no_records_is_described() {
    let asked = refused("t.json", r#"{"a":[{"id":1}],"b":[{"id":2,"x":1},{"id":3,"x":2}]}"#);
    says(&asked, "only a is read, but the document has other lists of records: b (2 records)");
    says(&refused("t.json", r#"{"id":{"0":1,"1":2},"v":{"0":5,"1":6}}"#), "each of its members is a column");
    says(&refused("t.json", r#"{"columns":["id"],"data":[[1],[2]]}"#), "orient=\"split\"");
    says(&refused("t.json", r#"{"k1":{"namn":"A"},"k2":{"namn":"B"}}"#), "it is an object with 2 members of objects");
    let rows: String = (1..=20).map(|n| format!("{{\"id\":{n},\"v\":{n}}}\n")).collect();
    says(&inferred("t.jsonl", format!("{{\"id\":0,\"v\":NaN}}\n{rows}")), "21 rows read");
}

#[test]
fn tags_are_named() {
    says(&refused("t.xls", "<html><body><table><tr><td>a</td></tr></table></body></html>"), "it is HTML");
    says(&refused("t.xml", "<?xml version=\"1.0\"?>\n<rows><row id=\"1\"/></rows>\n"), "it is XML");
}

#[test]
fn a_zone_in_a_name_is_declared_and_the_end_of_a_dos_file_is_no_pattern() {
    let rows: String = (1..=20).map(|n| format!("{n};2025-03-{n:02} 10:00:00\n")).collect();
    let block = inferred("t.csv", format!("nr;Created (UTC)\n{rows}\u{1a}"));
    says(&block, "time_zone: UTC");
    assert!(!block.contains("ignore_lines"), "{block}");
}
