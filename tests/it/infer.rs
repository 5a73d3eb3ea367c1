//! `lojal infer`: undeclared files become a block that loads them, with its evidence as comments.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Copy, Outcome, lojal, matches_snapshot, outcome};

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder")
}

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), text).unwrap();
}

fn infer_in(folder: &Path, arguments: &[&str]) -> Outcome {
    let mut command = lojal(folder);
    command.arg("infer").args(arguments).arg("--quiet");
    outcome(&mut command)
}

/// The block for a file with this text; the command must succeed.
#[track_caller]
fn inferred(name: &str, text: impl AsRef<[u8]>) -> String {
    let folder = folder();
    write(&folder, name, text);
    infer_in(folder.path(), &[name]).exits(0).stdout
}

#[track_caller]
fn says(block: &str, wanted: &str) {
    // Comments are wrapped.
    let joined = block.lines().map(|line| line.trim().trim_start_matches("# ").trim()).collect::<Vec<_>>().join(" ");
    assert!(joined.contains(wanted), "`{wanted}` in\n{block}");
}

/// A customer list as a Nordic system exports it.
fn nordic() -> String {
    let mut text = "Kundnr;Förnamn;E-post;Personnr;Belopp;Köpdatum;Skapad;Aktiv;Ort;Postnr\r\n".to_owned();
    for n in 0..60 {
        let amount = match n % 20 {
            7 => "-".to_owned(),
            9 => "NULL".to_owned(),
            _ => format!("{} {:03},{:02} kr", n + 1, n * 7, n),
        };
        let (day, month) = (n % 28 + 1, n % 12 + 1);
        let (active, town) = (if n % 3 == 0 { "Nej" } else { "Ja" }, if n % 2 == 0 { "Malmö" } else { "Göteborg" });
        writeln!(
            text,
            "{};Åsa {n};a{n}@example.se;811228-9874;{amount};{day:02}.{month:02}.2024;{day:02}.{month:02}.2024 {:02}:15;{active};{town};0{}\r",
            1000 + n,
            n % 24,
            1111 + n
        )
        .unwrap();
    }
    text
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|letter| if letter == '€' { 0x80 } else { u8::try_from(u32::from(letter)).unwrap() }).collect()
}

#[test]
fn a_nordic_export_is_declared_with_its_evidence() {
    let folder = folder();
    write(&folder, "kunder.csv", windows_1252(&nordic()));
    matches_snapshot!("nordic", infer_in(folder.path(), &["kunder.csv"]).exits(0));
}

#[test]
fn the_sample_extracts_get_their_declared_types() {
    let copy = Copy::of_repository();
    let files: Vec<String> = [
        "activity_costs",
        "crm_customers",
        "crm_interactions",
        "employee_surveys",
        "exchange_rates",
        "loyalty_events",
        "products",
        "survey_invitations",
        "surveys",
        "transactions",
    ]
    .iter()
    .map(|name| format!("sample_data/{name}.csv"))
    .collect();
    let mut arguments = vec!["infer", "--quiet"];
    arguments.extend(files.iter().map(String::as_str));
    let block = copy.lojal(&arguments).exits(0).stdout;
    let declared = types(&copy.read("pipelines/customer_lifecycle.yml"));
    let found = types(&block);
    assert!(found.len() > 60, "{} columns", found.len());
    let other: Vec<String> = found
        .iter()
        .filter_map(|(column, ty)| {
            let wanted = &declared.iter().find(|(known, _)| known == column)?.1;
            (wanted != ty).then(|| format!("{column}: {ty}, declared {wanted}"))
        })
        .collect();
    // Declared wider than the data: room for other days.
    assert_eq!(
        other,
        [
            "activity_costs.pool_cost: decimal(12,2), declared decimal(14,2)",
            "activity_costs.practical_capacity_minutes: int, declared decimal(14,2)",
            "exchange_rates.rate: decimal(12,4), declared decimal(18,6)",
            "transactions.unit_price: decimal(12,2), declared decimal(18,6)"
        ]
    );
    // The sample has copies of rows.
    says(&block, "no key: all different rows differ in transaction_id, line_no, but");
    says(&block, "newlines_in_values: true");
}

/// Types of columns, each `source.column`, in the text of a pipeline.
fn types(text: &str) -> Vec<(String, String)> {
    let (mut source, mut found) = (String::new(), Vec::new());
    let sources = text.lines().skip_while(|line| *line != "sources:").skip(1);
    for line in sources.take_while(|line| line.is_empty() || line.starts_with(' ')) {
        let Some((name, rest)) = line.split_once(':') else { continue };
        match line.len() - line.trim_start().len() {
            2 => name.trim().clone_into(&mut source),
            6 if rest.contains("type: ") => {
                let ty = rest.split_once("type: ").unwrap().1;
                let ty =
                    ty.strip_prefix('"').map_or_else(|| ty.split([',', ' ']).next(), |quoted| quoted.split('"').next());
                found.push((format!("{source}.{}", name.trim()), ty.unwrap().to_owned()));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_different_value_in_the_last_row_is_found() {
    let mut text = "id,amount,day\n".to_owned();
    (0..30_000).for_each(|n| writeln!(text, "{n},{n},0{}/0{}/2024", n % 9 + 1, n % 8 + 1).unwrap());
    let block = inferred("t.csv", text.clone() + "30000,1.5,12/31/2024\n");
    says(&block, r#"amount: { type: "decimal(12,2)""#);
    says(&block, "date %m/%d/%Y");
    let folder = folder();
    write(&folder, "t.csv", text + "30000,ca 10,09/09/2024\n");
    let asked = infer_in(folder.path(), &["t.csv", "--draft"]).exits(1);
    says(&asked.stderr, "day: every day can be read with the day or the month first");
    let block = asked.stdout;
    says(&block, "amount, type: 1, the first t.csv:30002: 'ca 10' is not a whole number");
    says(&block, "since no day is above 12; assumed day first");
}

#[test]
fn a_file_without_a_header_gets_numbered_columns() {
    let rows: String = (0..30).map(|n| format!("{n}\tname {n}\t{n}.5\n")).collect();
    matches_snapshot!("no_header", inferred("t.tsv", rows));
}

#[test]
fn pipes_quotes_and_line_breaks_inside_them_are_found() {
    let rows: String = (0..30).map(|n| format!("{n}|\"line\none, \"\"q\"\" {n}\"|{n}\n")).collect();
    let block = inferred("t.txt", format!("id|text|no\n{rows}"));
    says(&block, r#"csv: { delimiter: "|", newlines_in_values: true }"#);
    says(&block, "30 rows read by lojal with this block: 30 loaded, none rejected");
}

#[test]
fn lines_before_and_after_the_records_are_counted() {
    let rows: String = (0..30).map(|n| format!("{n};{n},5\n")).collect();
    let block = inferred("t.csv", format!("Rapport\nskapad 2024\n\nid;belopp\n{rows}Summa;123,5;\n"));
    says(&block, "skip_lines: 3");
    says(&block, r#"ignore_lines: [{ pattern: "^Summa" }]"#);
    says(&block, "30 loaded, none rejected");
}

#[test]
fn rows_that_would_be_rejected_are_named() {
    let mut text = "id;email;n\n".to_owned();
    for n in 0..200 {
        writeln!(text, "{n};a{n}@example.org;{}", if n == 50 { "x".to_owned() } else { n.to_string() }).unwrap();
    }
    text.push_str("200;b@example.org\n201;c@example.org;1;2\n202;d@example.org\n");
    let folder = folder();
    write(&folder, "t.csv", text);
    matches_snapshot!("rejects", infer_in(folder.path(), &["t.csv"]).exits(1));
}

#[test]
fn columns_that_a_header_does_not_distinguish_are_read_by_position() {
    let rows: String = (0..20).map(|n| format!("{n};x{n};{n};\n")).collect();
    let block = inferred("t.csv", format!("a;b;a;\n{rows}"));
    says(&block, "header: false, skip_lines: 1");
    says(&block, r#""a" appears twice, column 4 has no name"#);
    says(&block, "a_2: { type: int");
}

#[test]
fn files_of_days_are_one_source_and_a_renamed_column_an_alias() {
    let folder = folder();
    for day in 1..=3 {
        let header = if day < 3 { "artnr;antal" } else { "artnr;saldo" };
        let rows: String = (0..40 + day).map(|n| format!("A{n};{}\n", n * day)).collect();
        write(&folder, &format!("lager_2024-01-0{day}.csv"), format!("{header}\n{rows}"));
    }
    write(&folder, "butiker.csv", "butik;ort\nS1;Umeå\nS2;Lund\n");
    let files = ["butiker.csv", "lager_2024-01-01.csv", "lager_2024-01-02.csv", "lager_2024-01-03.csv"];
    let refused = infer_in(folder.path(), &files).exits(1);
    assert_eq!(refused.stdout, "", "a snapshot is a guess");
    says(
        &refused.stderr,
        "lager: 83 of 126 rows repeat the artnr of an earlier file. Does a later file replace them? if so, take the draft: \
         with key: [artnr] and delivery: { mode: snapshot } only 43 rows count",
    );
    let block = infer_in(folder.path(), &[&files[..], &["--draft"]].concat()).exits(1).stdout;
    says(&block, "path: lager_*.csv");
    says(&block, r#"delivery: { mode: snapshot, date_in_name: "%Y-%m-%d" }"#);
    says(&block, "antal: { type: int, aliases: [saldo]");
    says(&block, "path: butiker.csv");
    let named = infer_in(folder.path(), &["butiker.csv", "lager_2024-01-01.csv", "--name", "x"]).exits(2);
    assert!(named.stderr.contains("the files belong to 2 sources"), "{named}");
}

#[test]
fn personal_data_are_suspected_and_not_shown() {
    let rows: String = (0..30).map(|n| format!("{n},0701{:06},10.0.0.{n},811228-9874\n", n * 37)).collect();
    let block = inferred("t.csv", format!("id,contact,source,code\n{rows}"));
    says(&block, "look like phone numbers");
    says(&block, "look like IP addresses");
    says(&block, "look like Swedish personal numbers");
    assert!(!block.contains("811228"), "{block}");
}

#[test]
fn unreadable_files_are_reported() {
    let folder = folder();
    write(&folder, "empty.csv", "");
    matches_snapshot!("no_file", infer_in(folder.path(), &["nothing.csv"]).exits(1));
    matches_snapshot!("empty", infer_in(folder.path(), &["empty.csv"]).exits(1));
}

#[test]
fn the_block_goes_to_a_file_if_one_is_named() {
    let folder = folder();
    write(&folder, "t.csv", "a,b\n1,x\n2,y\n");
    let written = infer_in(folder.path(), &["t.csv", "--name", "things", "--output", "block.yml"]).exits(0);
    assert_eq!(written.stdout, "");
    assert!(fs::read_to_string(folder.path().join("block.yml")).unwrap().contains("\n  things:\n"));
}
