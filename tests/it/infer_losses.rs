//! `lojal infer` loses nothing in silence: what it cannot keep it names, and asks.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::support::{Outcome, lojal, outcome};

/// A folder with these files.
pub(super) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// `lojal infer` in a folder.
pub(super) fn infer_in(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = lojal(folder);
    command.arg("infer").args(arguments).arg("--quiet");
    outcome(&mut command)
}

#[track_caller]
fn inferred(text: impl AsRef<[u8]>) -> String {
    let folder = folder(&[("t.csv", text.as_ref())]);
    infer_in(folder.path(), &["t.csv"]).exits(0).stdout
}

#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> String {
    let folder = folder(&[("t.csv", text.as_ref())]);
    let outcome = infer_in(folder.path(), &["t.csv"]).exits(1);
    assert_eq!(outcome.stdout, "", "a block that loses rows is not printed");
    outcome.stderr
}

#[track_caller]
fn says(text: &str, wanted: &str) {
    let joined = text.lines().map(|line| line.trim().trim_start_matches("# ").trim()).collect::<Vec<_>>().join(" ");
    assert!(joined.contains(wanted), "`{wanted}` in\n{text}");
}

/// Rows `n;name n;n,50`.
fn rows(count: usize) -> String {
    (1..=count).map(|n| format!("{n};vara {n};{n},50\n")).collect()
}

#[test]
fn loss_above_the_usual_needs_a_decision() {
    let text = format!("nr;namn;pris\n{}41;vara\n42;vara;1,50;fel\n43;vara\n", rows(40));
    let folder = folder(&[("t.csv", text.as_bytes())]);
    let refused = infer_in(folder.path(), &["t.csv"]).exits(1);
    assert_eq!(refused.stdout, "");
    says(&refused.stderr, "t: 3 of 43 rows would be rejected, more than the usual 1 %");
    says(
        &refused.stderr,
        "field_count: 3, the first t.csv:42: expected 3 fields, found 2; t.csv:43: expected 3 fields, found 4",
    );
    let little = infer_in(folder.path(), &["t.csv", "--max-rejected", "2"]).exits(1);
    says(&little.stderr, "more than the 2 rows accepted");
    let asked = infer_in(folder.path(), &["t.csv", "--max-rejected", "7%"]).exits(0);
    says(&asked.stdout, "max_rejected: 7%");
    let draft = infer_in(folder.path(), &["t.csv", "--draft"]).exits(1);
    says(&draft.stdout, "pris: { type:");
    assert!(!draft.stdout.contains("max_rejected:"), "{draft}");
}

#[test]
fn a_missing_total_costs_no_record() {
    let day = |number: usize, tail: &str| format!("nr;namn;pris\n{number}1;vara;5,00\n{number}2;vara;7,50\n{tail}");
    let files = [
        ("d1.csv", day(1, "Summa;;12,50\n")),
        ("d2.csv", day(2, "")),
        ("d3.csv", day(3, "Summa;;12,50\nKassa 7 stängd\n")),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = folder(&files);
    let block = infer_in(folder.path(), &["d1.csv", "d2.csv", "d3.csv"]).exits(0).stdout;
    says(&block, r#"ignore_lines: [{ pattern: "^Summa" }, { pattern: "^Kassa" }]"#);
    says(&block, "6 rows read by lojal with this block: 6 loaded, none rejected");
}

#[test]
fn a_name_that_begins_with_total_is_a_record() {
    let mut text = String::from("namn;antal;kommentar\n");
    for n in 0_usize..40 {
        writeln!(
            text,
            "{} {n};{n};{}",
            if n == 20 { "Total Energi" } else { "Bolag" },
            if n.is_multiple_of(2) { "" } else { "ok" }
        )
        .unwrap();
    }
    let block = inferred(&text);
    says(&block, "40 loaded, none rejected");
    assert!(!block.contains("ignore_lines"), "{block}");
}

#[test]
fn a_last_line_that_may_be_a_total_or_a_record_is_a_question() {
    let rows: String = (0..30).map(|n| format!("Butik {n};{n};\n")).collect();
    let stderr = refused(format!("namn;antal;kommentar\n{rows}Total;435;\n"));
    says(&stderr, "t.csv:32: it begins with a word for a total, and is a sound row: Total;435;");
}

#[test]
fn lines_between_records_are_known_by_their_text() {
    let text = format!("nr;namn;pris\n{}Sida 1\nnr;namn;pris\n{}Sida 2\n", rows(12), rows(12).replace("vara", "sak"));
    let block = inferred(text);
    says(&block, "24 loaded, none rejected");
    says(&block, "t.csv:15 is the header again: nr;namn;pris");
    says(&block, r#"ignore_lines: [{ pattern: "^Sida" }]"#);
}

#[test]
fn half_a_record_is_not_a_footer() {
    // A line break inside a text without quotes tears the last record apart.
    let stderr =
        refused(format!("nr;namn;pris;ort;land\n{}3;trasig\n;7,00;Mora;SE\n", "1;x;2,50;Mora;SE\n2;x;2,50;Mora;SE\n"));
    says(&stderr, "field_count");
}

#[test]
fn several_header_records_are_counted() {
    let answers: String = (0..30).map(|n| format!("2025-03-{:02} 10:00:00,{},bra {n}\n", n % 28 + 1, n % 11)).collect();
    let block = inferred(format!("at,nps,why\nWhen?,\"How likely,\nreally?\",Why?\n{answers}"));
    says(&block, "header_lines: 2");
    says(&block, "nps: { type: int");
    says(&block, "30 loaded, none rejected");
    let rows: String = (0..30).map(|n| format!("{n},{},{n}.5,{}\n", n * 2, n * 3)).collect();
    let block = inferred(format!("Before,,After,\nin,out,in,out\n{rows}"));
    says(&block, "header_lines: 2, names_from: all");
    says(&block, "before_in: { type: int, aliases: [Before in]");
}

#[test]
fn rows_that_end_early_are_filled_only_where_cells_may_be_empty() {
    let short = |n: usize| if n.is_multiple_of(2) { format!("{n};x") } else { format!("{n};x;;y") };
    let rows: String = (0..40).map(|n| short(n) + "\n").collect();
    let block = inferred(format!("nr;namn;rabatt;ort\n{rows}"));
    says(&block, "missing_fields: null");
    says(&block, "40 loaded, none rejected");
    let cut = |n: usize| if n.is_multiple_of(10) { format!("{n};x") } else { format!("{n};x;5;y") };
    let rows: String = (0..40).map(|n| cut(n) + "\n").collect();
    says(
        &refused(format!("nr;namn;rabatt;ort\n{rows}")),
        "field_count: 4, the first t.csv:2: expected 4 fields, found 2",
    );
}

#[test]
fn record_types_around_a_table_are_left_out_and_those_of_rows_are_not() {
    let text =
        "R1;2025-03-01;SHOP\nN;id;amount;day\nP;1;5.00;2025-03-01\nP;2;6.00;2025-03-02\nP;3;7.00;2025-03-02\nE;18.00\n";
    let block = inferred(text);
    says(&block, "record_type: { column: 1, value: P, header: \"N\", ignore: [E, R1] }");
    says(&block, "3 loaded, none rejected");
    let lines =
        "H;1;2025-03-01\nL;1;1;A;5.00\nL;1;2;B;6.00\nL;1;3;B;6.00\nH;2;2025-03-01\nL;2;1;A;5.00\nL;2;2;B;5.00\nT;2\n";
    says(&refused(lines), "records of other types may be rows of other tables: H");
}

#[test]
fn the_header_is_evidence_of_the_encoding() {
    let block = inferred(b"nr;f\xF6dd\n1;1990-01-02\n2;1991-02-03\n");
    says(&block, "encoding: windows-1252");
    says(&block, "fodd: { type: date, aliases: [född]");
}

#[test]
fn one_column_without_a_name_leaves_the_others_theirs() {
    let rows: String = (0..30).map(|n| format!("{n},A{n},{n}.5\n")).collect();
    let block = inferred(format!(",item,price\n{rows}"));
    says(&block, r#"column_1: { type: int, aliases: [""]"#);
    says(&block, "item: { type: string");
    says(&block, "30 loaded, none rejected");
}

#[test]
fn days_that_stand_for_none_are_null_words() {
    let rows: String = (0..40)
        .map(|n| {
            let until = match n % 8 {
                0 => "9999-12-31".to_owned(),
                1 => "0000-00-00".to_owned(),
                _ => format!("2025-03-{:02}", n % 28 + 1),
            };
            format!("{n},{until}\n")
        })
        .collect();
    let block = inferred(format!("id,valid_to\n{rows}"));
    says(&block, r#"valid_to: { type: date, values: { null_words: ["0000-00-00", "9999-12-31"] } }"#);
    // A day that nobody writes for "none" is a fault.
    let block = inferred(format!("id,valid_to\n{}", rows.replace("9999-12-31", "2205-03-07")));
    says(&block, "30 of 35 values are date, from 2025-03-01 to 2025-03-28: the others keep it text");
}

#[test]
fn ids_are_keys_before_days() {
    let rows: String = (0..28).map(|n| format!("2025-03-{:02},K{n},{n}\n", n + 1)).collect();
    says(&inferred(format!("day,customer_id,points\n{rows}")), "key: [customer_id]");
}

#[test]
fn the_first_visible_sheet_is_read_and_the_hidden_one_named() {
    let folder = folder(&[]);
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_name("Settings").unwrap().set_hidden(true).write(0, 0, "key").unwrap().write(1, 0, 999).unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Orders").unwrap().set_active(true).write(0, 0, "order_id").unwrap().write(0, 1, "amount").unwrap();
    for row in 1..20_u32 {
        sheet.write(row, 0, row).unwrap().write(row, 1, f64::from(row) / 4.0).unwrap();
    }
    book.save(folder.path().join("t.xlsx")).unwrap();
    let block = infer_in(folder.path(), &["t.xlsx"]).exits(0).stdout;
    says(&block, "xlsx: { sheet: Orders }");
    says(&block, "hidden and not read: Settings");
    says(&block, "19 loaded, none rejected");
}

#[test]
fn amounts_of_bookkeepers_are_declared_and_sides_of_a_ledger_asked_for() {
    let cells = ["(1 234,50)", "99,00", "-", "7,25 kr"];
    let rows: String = (0..40).map(|n| format!("{n};{}\n", cells[n % 4])).collect();
    let block = inferred(format!("nr;belopp\n{rows}"));
    says(&block, r#"negative: [parentheses]"#);
    says(&block, "a dash is read as zero: please check");
    let rows: String = (0..40).map(|n| format!("{n};{n},50 {}\n", if n % 3 == 0 { "CR" } else { "DR" })).collect();
    let block = inferred(format!("nr;belopp\n{rows}"));
    says(&block, "belopp: { type: string");
    says(&block, "declare negative: [cr_dr] if CR is negative, or [dr_cr] if DR is");
}

#[test]
fn lists_inside_records_are_pointed_out() {
    let text = "{\"id\": 1, \"lines\": [{\"sku\": \"A\"}, {\"sku\": \"B\"}]}\n{\"id\": 2, \"lines\": []}\n";
    let folder = folder(&[("t.jsonl", text.as_bytes())]);
    let block = infer_in(folder.path(), &["t.jsonl"]).exits(0).stdout;
    says(
        &block,
        r#"lists of objects in 1 record: for one row of each element, declare a source with records: "lines[]""#,
    );
}

#[test]
fn a_total_at_the_end_of_each_of_several_files_is_a_question() {
    let day = |day: usize| {
        let rows: String =
            (1..=20).map(|n| format!("vara {day}-{n};{};{n},00\n", if n == 3 { "" } else { "1" })).collect();
        format!("artikel;antal;pris\n{rows}Summa;;210,00\n")
    };
    let days = [day(1), day(2), day(3)];
    let names = ["kassa_20250301.csv", "kassa_20250302.csv", "kassa_20250303.csv"];
    let files: Vec<(&str, &[u8])> = names.into_iter().zip(days.iter().map(|text| text.as_bytes())).collect();
    let folder = folder(&files);
    let refused = infer_in(folder.path(), &names).exits(1);
    assert_eq!(refused.stdout, "", "totals would load as sales");
    for name in names {
        says(&refused.stderr, &format!("{name}:22: it begins with a word for a total, and is a sound row"));
    }
}

#[test]
fn line_feeds_inside_values_do_not_end_lines_where_carriage_returns_do() {
    let rows: String = (1..=20).map(|n| format!("{n};\"rad\nrad {n}\";2025-03-{n:02}\r")).collect();
    let block = inferred(format!("nr;text;datum\r{rows}"));
    says(&block, "line_ends: any");
    says(&block, "20 rows read by lojal with this block: 20 loaded, none rejected");
    says(&block, "datum: { type: date");
}

#[test]
fn times_and_names_of_people_are_not_keys() {
    let rows: String = (0..30).map(|n| format!("Kund {n};{:02}:{n:02}:00;{n},50\n", 8 + n % 10)).collect();
    let block = inferred(format!("namn;tid;belopp\n{rows}"));
    assert!(!block.contains("key: ["), "rows of the same time or name would replace each other\n{block}");
    let rows: String = (0..30).map(|n| format!("Kund {n};{};{n},50\n", 100 + n)).collect();
    says(&inferred(format!("namn;kvittonr;belopp\n{rows}")), "key: [kvittonr]");
}

#[test]
fn a_glob_never_reaches_the_files_of_another_source() {
    let stays = "nr,dag\n1,2025-03-01\n2,2025-03-02\n";
    let folder =
        folder(&[("a_vistelse.csv", stays.as_bytes()), ("b_besok.csv", stays.as_bytes()), ("svar.csv", b"q,r\nx,1\n")]);
    let block = infer_in(folder.path(), &["a_vistelse.csv", "b_besok.csv", "svar.csv"]).exits(0).stdout;
    for path in ["path: a_vistelse.csv", "path: b_besok.csv", "path: svar.csv"] {
        says(&block, path);
    }
}

#[test]
fn text_of_fixed_width_is_refused_with_the_reason() {
    let rows: String = (1..=20).map(|n| format!("{n:05}{:<20}{:>9}\n", format!("Namn {n}"), n * 100)).collect();
    says(
        &refused(rows),
        "every line has 34 characters, with blanks between its values and none of the usual delimiters",
    );
}

#[test]
fn events_with_years_of_two_digits_are_never_in_the_future() {
    let rows: String =
        (1..=20).map(|n| format!("{n};{n:02}.03.{};{n:02}.03.58\n", ["98", "05", "68"][n % 3])).collect();
    let block = inferred(format!("nr;blev_medlem;fodelsedatum\n{rows}"));
    let pivot = (chrono::Datelike::year(&chrono::Utc::now()) + 1) % 100;
    says(
        &block,
        &format!("blev_medlem: {{ type: date, required: true, values: {{ two_digit_years: {{ pivot: {pivot} }} }} }}"),
    );
    says(&block, "two_digit_years: past");
}

#[test]
fn a_line_of_a_value_that_begins_with_a_comment_sign_declares_none() {
    let rows: String = (1..=20).map(|n| format!("{n};\"rad {n}\n# två\";{n},50\n")).collect();
    let block = inferred(format!("nr;text;pris\n{rows}"));
    assert!(!block.contains("comment:"), "rows that begin with # would not be read\n{block}");
    let block = inferred(format!("# gjord i natt\nnr;text;pris\n{}", rows.replace('#', "")));
    says(&block, "comment: \"#\"");
}

#[test]
fn rows_that_end_early_may_lack_values_and_follow_a_header_that_comes_again() {
    let row = |n: usize| {
        format!(
            "{n};{};{n},50{}\n",
            if n.is_multiple_of(8) { "N/A".to_owned() } else { format!("2025-03-{n:02}") },
            if n.is_multiple_of(3) { ";ja" } else { "" }
        )
    };
    let (first, second): (String, String) = ((1..=15).map(row).collect(), (16..=30).map(row).collect());
    let block = inferred(format!("nr;dag;pris;text\n{first}nr;dag;pris;text\n{second}"));
    says(&block, "missing_fields: null");
    says(&block, "30 rows read by lojal with this block: 30 loaded, none rejected");
    says(&block, "dag: { type: date, values: { null_words: [N/A] } }");
}

#[test]
fn amounts_in_several_currencies_are_a_question() {
    let of = |signs: [&str; 2]| -> String { (1..=20).map(|n| format!("{n};{n},50 {}\n", signs[n % 2])).collect() };
    let asked = refused(format!("nr;pris\n{}", of(["kr", "€"])));
    says(&asked, "t: pris has amounts in several currencies (kr, €)");
    says(&inferred(format!("nr;pris\n{}", of(["kr", "SEK"]))), "currency_signs: [kr, SEK]");
}
