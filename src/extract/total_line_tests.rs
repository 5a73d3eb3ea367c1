//! Files that end with a line that states their totals: right ones load, and every other one is named.

use super::line_tests::load;

const PATTERN: &str = r"pattern: '^SUM;(?<n>[\d ]*);(?<sum>.*)$', rows: n, sums: { price: sum }";

fn sales(format: &str, more: &str) -> String {
    format!(
        "format: {{ {format} }}\n    values: {{ decimal_sign: \",\", thousands_signs: [\" \"] }}\n    columns: {{ id: {{ \
         type: int, min: 1 }}, shop: {{ type: string }}, price: {{ type: \"decimal(9,2)\" }} }}\n{more}"
    )
}

fn csv(keys: &str) -> String {
    sales(&format!("csv: {{ delimiter: \";\", {keys} }}"), "")
}

/// A source whose files end with a sum of prices.
fn totalled(more: &str) -> String {
    csv(&format!("total_line: {{ {PATTERN}{more} }}"))
}

#[test]
fn a_total_line_that_agrees_is_an_ignored_line_of_its_file() {
    let first = "id;shop;price\n1;A;1 200,50\n2;B;-0,25\n\nSUM;2;1 200,25\n\n";
    let second = "id;shop;price\n3;A;4,00\nSUM;0001;4";
    let found = load(&totalled(""), &[first, second]).unwrap();
    assert_eq!(found.counts(), [[6, 1, 3, 2, 0], [3, 1, 1, 1, 0]]);
    assert_eq!((&found.files[0]["total_line"], &found.files[1]["total_line"]), (&5.into(), &3.into()));
    assert_eq!(found.remarks, "");
    // Rows that come again, and rejected ones whose amount can be read, are rows of the file.
    let found = load(&totalled(""), &["id;shop;price\n1;A;2,00\n1;A;2,00\n0;A;3,00\nSUM;3;7,00\n"]).unwrap();
    assert_eq!(found.counts(), [[5, 1, 1, 2, 1]]);
    assert!(!found.remarks.contains("total"), "{}", found.remarks);
}

#[test]
fn a_file_without_its_total_line_may_be_cut_off() {
    let files = ["id;shop;price\n1;A;1,00\nSUM;1;1,00\n", "id;shop;price\n2;A;2,00\n"];
    let error = load(&totalled(""), &files).unwrap_err();
    assert!(error.contains("b.txt has no total line: no line matches '^SUM;"), "{error}");
    assert!(error.contains("required: false"), "{error}");
    let found = load(&totalled(", required: false"), &files).unwrap();
    assert_eq!(found.counts(), [[3, 1, 1, 1, 0], [2, 1, 0, 1, 0]]);
    assert!(found.remarks.contains("1 file without a total line") && found.remarks.contains("b.txt"), "{found:?}");
    // With a header alone, or with nothing at all.
    for rest in ["id;shop;price\n", ""] {
        let error = load(&totalled(""), &[files[0], rest]).unwrap_err();
        assert!(error.contains("b.txt has no total line"), "{rest:?}: {error}");
    }
}

#[test]
fn totals_that_differ_name_line_stated_and_found() {
    let lost = "id;shop;price\n1;A;1,00\n3;A;4,00\nSUM;3;7,50\n";
    let error = load(&totalled(""), &[lost]).unwrap_err();
    assert!(error.contains("a.txt:4: the total line differs"), "{error}");
    assert!(error.contains("3 rows are stated, found 2; the sum of price is stated as 7.50, found 5.00"), "{error}");
    let found = load(&totalled(", on_difference: warn"), &[lost]).unwrap();
    assert_eq!(found.counts(), [[4, 1, 1, 2, 0]]);
    let said = "1 file with other totals than stated; the first: a.txt:4: ";
    assert!(found.remarks.contains(said) && found.remarks.contains("found 5.00"), "{}", found.remarks);
    // An amount that cannot be read is missing from the sum, and the message says why.
    let error = load(&totalled(""), &["id;shop;price\n1;A;1,00\n2;A;x\nSUM;2;7,50\n"]).unwrap_err();
    assert!(error.contains("stated as 7.50, found 1.00 (1 record of the file was rejected"), "{error}");
    assert!(!error.contains("rows are stated") && error.contains("lojal replay"), "{error}");
    for (line, said) in [
        ("SUM;;1,00", "the number of rows is not stated"),
        ("SUM;1;1.00", "the sum of price cannot be read: '1.00' is not a number"),
        ("SUM;1;1,001", "has more than 2 digits"),
        ("SUM;1;", "the sum of price is not stated"),
    ] {
        let error = load(&totalled(""), &[&format!("id;shop;price\n1;A;1,00\n{line}\n")]).unwrap_err();
        assert!(error.contains(said), "{line}: {error}");
    }
}

#[test]
fn a_total_line_amid_records_or_twice_is_named() {
    let joined = "id;shop;price\n1;A;1,00\nSUM;1;1,00\nid;shop;price\n2;A;1,00\nSUM;1;1,00\n";
    let error = load(&totalled(""), &[joined]).unwrap_err();
    assert!(error.contains("a.txt:6 is a total line again: the file has 2 of them, the first in line 3"), "{error}");
    let below = "id;shop;price\n1;A;1,00\nSUM;1;1,00\n\nPrinted by till 4\n";
    let error = load(&totalled(""), &[below]).unwrap_err();
    assert!(error.contains("a.txt:3 is the total line, and a record follows it in line 5"), "{error}");
    let ignored = csv(&format!("ignore_lines: [{{ pattern: '^Printed' }}], total_line: {{ {PATTERN} }}"));
    assert_eq!(load(&ignored, &[below]).unwrap().counts(), [[5, 1, 3, 1, 0]]);
    // A record without an end, which is cut off before it is looked at.
    let open = csv(&format!("newlines_in_values: true, total_line: {{ {PATTERN} }}"));
    let error = load(&open, &["id;shop;price\n1;A;1,00\nSUM;1;1,00\n2;\"A;1,00\n"]).unwrap_err();
    assert!(error.contains("a.txt:3 is the total line") && error.contains("in line 4"), "{error}");
}

#[test]
fn an_amount_is_the_product_that_the_source_declares() {
    let declared =
        "csv: { total_line: { pattern: '^# (?<sum>[-0-9,]+) kr', amount: sum }, delimiter: \";\", comment: \"#\" }";
    let declared = sales(declared, "    amount: [id, price]");
    assert_eq!(load(&declared, &["# a\nid;shop;price\n2;A;1,50\n3;A;1,00\n# 6,00 kr\n"]).unwrap().counts().len(), 1);
    let error = load(&declared, &["id;shop;price\n2;A;1,50\n3;A;1,00\n# 2,50 kr\n"]).unwrap_err();
    assert!(error.contains("the sum of id x price is stated as 2.50, found 6.00"), "{error}");
}

#[test]
fn a_trailer_of_fixed_width_is_compared() {
    let columns =
        "columns: { id: { start: 4, width: 3 }, shop: { start: 7, width: 2 }, price: { start: 9, width: 6 } }";
    let total = r"total_line: { pattern: '^99(?<n>\d{4})(?<sum>[ \d,]{9})', rows: n, sums: { price: sum } }";
    let kind = "record_type: { start: 1, width: 2, value: \"10\", ignore: [\"00\"] }";
    let declared = sales(&format!("fixed_width: {{ {columns}, {total}, {kind} }}"), "");
    let file = "00 May\n10 001A   1,00\n10 002B  20,00\n990002    21,00\n";
    assert_eq!(load(&declared, &[file]).unwrap().counts(), [[4, 0, 2, 2, 0]]);
    let error = load(&declared, &[&file.replace("10 002B  20,00\n", "")]).unwrap_err();
    assert!(error.contains("a.txt:3: ") && error.contains("2 rows are stated, found 1"), "{error}");
    let error = load(&declared, &[&format!("{file}10 003B   1,00\n")]).unwrap_err();
    assert!(error.contains("a.txt:4 is the total line, and a record follows it in line 5"), "{error}");
}

#[test]
fn a_total_line_that_states_nothing_may_not_be_a_row() {
    let declared = csv("total_line: { pattern: '^9' }");
    let found = load(&declared, &["id;shop;price\n1;A;1,00\n99;end\n"]).unwrap();
    assert_eq!((found.counts(), found.remarks.as_str()), (vec![[3, 1, 1, 1, 0]], ""));
    let found = load(&declared, &["id;shop;price\n1;A;1,00\n99;A;2,00\n"]).unwrap();
    assert!(found.remarks.contains("1 of the lines that total_line: { pattern: '^9' } leaves out"), "{found:?}");
}

#[test]
fn totals_of_personal_columns_are_not_shown() {
    let columns = "columns: { id: { type: int }, pay: { type: int, personal: true } }";
    let keys = r"csv: { total_line: { pattern: '^SUM (?<sum>\d+)', sums: { pay: sum } } }";
    let error = load(&format!("format: {{ {keys} }}\n    {columns}"), &["id,pay\n1,4711\nSUM 4712\n"]).unwrap_err();
    assert!(error.contains("the sum of pay is another one") && !error.contains("471"), "{error}");
}

#[test]
fn contradictory_totals_are_refused() {
    for (keys, said) in [
        ("pattern: '^(', rows: n", "not a regular expression"),
        ("pattern: 'x*', rows: n", "matches every line"),
        ("pattern: '^T', rows: n", "the pattern has no group `n`"),
        ("pattern: '^T(?<rows>.)', rows: row", "did you mean `rows`?"),
        ("pattern: '^T(?<n>.)(?<m>.)', rows: n", "the group `m` of the pattern is compared with nothing"),
        ("pattern: '^T(?<n>.)', amount: n", "the source declares no `amount`"),
        ("pattern: '^T(?<n>.)', sums: { prize: n }", "`prize` is not a column of this source"),
        ("pattern: '^T(?<n>.)', sums: { shop: n }", "`shop` is not a number"),
        ("rows: n", "pattern"),
    ] {
        let error = load(&csv(&format!("total_line: {{ {keys} }}")), &["id;shop;price\n"]).unwrap_err();
        assert!(error.contains(said), "{keys}: {error}");
    }
}
