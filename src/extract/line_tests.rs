//! Lines of whole sources: what is left out by number is judged, what patterns leave out is counted, records of several
//! types are each read once, and every difference is named.

use std::sync::Arc;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

use super::worker::Worker;
use super::{ExtractError, Extracts, OpenOptions};
use crate::diagnostics::SourceText;

/// What came of a source.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) rows: Vec<String>,
    pub(super) files: Vec<Value>,
    pub(super) remarks: String,
}

impl Loaded {
    /// Lines read, of the header and ignored, and rows loaded and rejected, of each file.
    pub(super) fn counts(&self) -> Vec<[u64; 5]> {
        let names = ["lines_read", "lines_header", "lines_ignored", "rows_loaded", "rows_rejected"];
        self.files.iter().map(|file| names.map(|name| file[name].as_u64().unwrap())).collect()
    }
}

/// Reads the first of these sources, each declared without its path. Files are named `a.txt`, `b.txt`, …
fn load_first(sources: &[&str], files: &[&str]) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().unwrap();
    for (at, text) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{}.txt", ["a", "b", "c"][at])), text).unwrap();
    }
    let entry = |(at, declared): (usize, &&str)| {
        format!("  s{at}:\n    description: d\n    path: \"*.txt\"\n    max_rejected: 100%\n    {declared}\n")
    };
    let entries: String = sources.iter().enumerate().map(entry).collect();
    let text = format!("name: p\ndescription: d\ntime_zone: UTC\nbase_currency: EUR\nsources:\n{entries}");
    let problems = |found: Vec<crate::diagnostics::Problem>| {
        found.iter().map(|problem| format!("{problem:?}")).collect::<Vec<_>>().join("\n")
    };
    let (file, texts) = crate::config::parse(&SourceText::new("p.yml", text)).map_err(problems)?;
    let sources = crate::plan::sources_of(&file, &texts).map_err(problems)?;
    let options = OpenOptions {
        project: folder.path(),
        time_zone: chrono_tz::UTC,
        quarantine: folder.path().join("quarantine"),
        run_id: "lines",
        corrections: Vec::new(),
        all: &sources,
        earlier: &[],
    };
    let read =
        || -> Result<Loaded, ExtractError> {
            let extracts = Extracts::open(&[&sources["s0"]], None, &options)?;
            let reading = extracts.scan("s0")?.begin()?;
            let mut worker = Worker::new(Arc::clone(&reading), (0..sources["s0"].columns.len()).collect());
            let mut rows = Vec::new();
            while let Some(batch) = worker.next()? {
                let options = FormatOptions::new().with_null("-");
                let columns: Vec<_> =
                    batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
                rows.extend((0..batch.num_rows()).map(|row| {
                    columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|")
                }));
            }
            extracts.settle()?;
            let files = extracts.source_counts().remove(0).to_json()["by_file"].as_array().unwrap().clone();
            let remarks = extracts.warnings.iter().cloned().chain(extracts.remarks()).map(|remark| remark.text);
            let remarks = remarks.collect::<Vec<_>>().join("\n");
            Ok(Loaded { rows, files, remarks })
        };
    let folder = folder.path().display().to_string();
    read().map_err(|error| format!("{error} ({})", error.hint().unwrap_or_default()).replace(&format!("{folder}/"), ""))
}

pub(super) fn load(declared: &str, files: &[&str]) -> Result<Loaded, String> {
    load_first(&[declared], files)
}

const SALES: &str = "columns: { id: { type: int }, shop: { type: string }, price: { type: \"decimal(9,2)\" } }";

fn csv(keys: &str) -> String {
    format!("format: {{ csv: {{ delimiter: \";\", {keys} }} }}\n    {SALES}")
}

#[test]
fn a_footer_that_is_a_row_fails_and_shows_the_row() {
    let declared = csv("footer_lines: 1");
    let found = load(&declared, &["id;shop;price\n1;A;2.00\nsum;;2.00\n"]).unwrap();
    assert_eq!(found.counts(), [[3, 1, 1, 1, 0]]);
    let error =
        load(&declared, &["id;shop;price\n1;A;2.00\nsum;;2.00\n", "id;shop;price\n2;A;3.00\n3;B;4.00"]).unwrap_err();
    assert!(error.contains("b.txt:3 is a row that keeps every rule, and `footer_lines: 1`"), "{error}");
    assert!(error.contains("3;B;4.00") && error.contains("ignore_lines"), "{error}");
    // Of two footers, the upper one is a row; a blank line below them changes nothing.
    let error = load(&csv("footer_lines: 2"), &["id;shop;price\n1;A;2.00\n2;B;1.00\nsum;;3.00\n\n"]).unwrap_err();
    assert!(error.contains("a.txt:3 ") && error.contains("2;B;1.00"), "{error}");
    // A footer that took header and row of a small file.
    let error = load(&csv("footer_lines: 3"), &["id;shop;price\n7;A;2.00\n"]).unwrap_err();
    assert!(error.contains("a.txt:2 "), "{error}");
}

#[test]
fn personal_cells_of_a_lost_row_are_not_shown() {
    let columns = "columns: { id: { type: int }, mail: { type: string, personal: true }, note: { type: string } }";
    let declared = format!("format: {{ csv: {{ footer_lines: 1 }} }}\n    {columns}");
    let error = load(&declared, &["id,note,mail\n1,x,a\n2,secret? no,bo\n"]).unwrap_err();
    assert!(error.contains("2,secret? no,…") && !error.contains("bo "), "{error}");
}

#[test]
fn a_skipped_line_that_is_a_row_fails_where_no_header_follows() {
    let declared = csv("header: false, skip_lines: 1");
    let found = load(&declared, &["number;shop;price\n1;A;2.00\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[2, 0, 1, 1, 0]], vec!["1|A|2.00".to_owned()]));
    let error = load(&declared, &["1;A;2.00\n2;B;3.00\n"]).unwrap_err();
    assert!(error.contains("a.txt:1 ") && error.contains("skip_lines: 1"), "{error}");
    // Titles before a header are not rows; the header would be missing.
    let found = load(&csv("skip_lines: 2"), &["9;A;2.00\n\nid;shop;price\n2;B;3.00\n"]).unwrap();
    assert_eq!(found.counts(), [[4, 1, 2, 1, 0]]);
}

#[test]
fn lines_left_out_by_pattern_are_counted_and_rows_among_them_named() {
    let declared = csv("ignore_lines: [{ pattern: '^(TOTAL|9)', max: 2 }, { pattern: '^-- ' }]");
    let found =
        load(&declared, &["TOTAL of May\nid;shop;price\n1;A;2.00\n9;B;3.00\n", "id;shop;price\n2;A;1.00\n"]).unwrap();
    assert_eq!(found.counts(), [[4, 1, 2, 1, 0], [2, 1, 0, 1, 0]]);
    assert_eq!(found.files[0]["ignored_by_pattern"][0]["lines"], 2);
    assert!(
        found.remarks.contains("1 of the lines") && found.remarks.contains("a.txt:4: 9;B;3.00"),
        "{}",
        found.remarks
    );
    assert!(found.remarks.contains("no line matches the pattern '^-- '"), "{}", found.remarks);
    let error = load(&declared, &["id;shop;price\nTOTAL\nTOTAL\n1;A;2.00\nTOTAL\n"]).unwrap_err();
    assert!(
        error.contains("3 lines of the file match the pattern '^(TOTAL|9)'") && error.contains("a.txt:2"),
        "{error}"
    );
    // In the encoding of the file, and not inside a value over two lines.
    let declared = csv("newlines_in_values: true, ignore_lines: [{ pattern: '^Σ' }]");
    let found = load(&declared, &["id;shop;price\n1;\"A\nΣ 3\";2.00\nΣ \"open;\n2;\"B\";2.00\n"]).unwrap();
    assert_eq!((found.counts(), found.rows.len()), (vec![[4, 1, 1, 2, 0]], 2));
}

#[test]
fn several_header_records_may_hold_line_breaks() {
    let columns = "columns: { id: { type: int }, \"How was it?\\nReally\": { type: int } }";
    let format = "csv: { newlines_in_values: true, header_lines: 2, names_from: last }";
    let declared = format!("format: {{ {format} }}\n    extra_columns: ignore\n    {columns}");
    let file = "Q0,Q1\nid,\"How was it?\nReally\"\n1,5\n2,4\n";
    let found = load(&declared, &[file, &file.replace("1,5", "7,5")]).unwrap();
    assert_eq!(found.counts(), [[4, 2, 0, 2, 0], [4, 2, 0, 1, 0]]);
    let error = load(&declared, &["Q0,Q1\n"]).unwrap_err();
    assert!(error.contains("header_lines: 2, and the file has 1 of them"), "{error}");
}

#[test]
fn a_header_with_escapes_and_line_breaks_comes_again() {
    let columns = "columns: { id: { type: int }, \"sh\\nop\": { type: string } }";
    let keys = "delimiter: \";\", newlines_in_values: true, escape: \"\\\\\"";
    let declared = format!("format: {{ csv: {{ {keys} }} }}\n    {columns}");
    let found = load(&declared, &["id;\"sh\nop\"\n1;a\\\nb\nid;sh\\\nop\nx;\"c\nd\"\n2;e\\\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[5, 2, 0, 2, 1]], vec!["1|a\nb".into(), "2|e".into()]));
    assert!(found.remarks.contains("a.txt:5"), "{}", found.remarks);
}

/// Sections of a bank: a header of its own type, payments, and fees in the same files.
const SECTIONS: &str = "\"FH\",3\nCH,ref,amount\nPM,\"p1\",10\nFE,p1,1\nPM,p2,20\nFT,30\n";

fn typed(value: &str) -> String {
    let keys = format!("record_type: {{ column: 1, value: {value}, header: CH, ignore: [FH, FT] }}");
    format!(
        "format: {{ csv: {{ {keys} }} }}\n    columns: {{ kind: {{ type: string, aliases: [CH] }}, \
         ref: {{ type: string }}, amount: {{ type: int }} }}"
    )
}

#[test]
fn records_of_a_type_are_read_by_its_source_and_counted_by_the_others() {
    let (payments, fees) = (typed("PM"), typed("FE"));
    let found = load_first(&[&payments, &fees], &[SECTIONS]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[6, 1, 3, 2, 0]], vec!["PM|p1|10".into(), "PM|p2|20".into()]));
    assert_eq!(found.files[0]["other_record_types"], serde_json::json!({ "FE": 1, "FH": 1, "FT": 1 }));
    let found = load_first(&[&fees, &payments], &[SECTIONS]).unwrap();
    assert_eq!(found.rows, ["FE|p1|1"]);
    // A type that nobody claims is rejected once: by the first source of the files.
    let file = format!("{SECTIONS}XX,1,2\n");
    let found = load_first(&[&payments, &fees], &[&file]).unwrap();
    assert_eq!(found.counts(), [[7, 1, 3, 2, 1]]);
    assert!(found.remarks.contains("no source reads records of the type 'XX'"), "{}", found.remarks);
    let found = load_first(&[&payments], &[SECTIONS]).unwrap();
    assert!(found.remarks.contains("1 of 3 rows rejected") && found.remarks.contains("'FE'"), "{}", found.remarks);
}

#[test]
fn a_section_with_other_columns_is_never_misread() {
    let marked = format!("{SECTIONS}\u{FEFF}\"CH\",ref,amount\nPM,p3,5\n");
    let found = load_first(&[&typed("PM"), &typed("FE")], &[&marked]).unwrap();
    assert_eq!(found.counts(), [[8, 2, 3, 3, 0]]);
    for (header, named) in [("CH,amount,ref", "their order differs"), ("CH,ref,fee", "only here: fee")] {
        let file = format!("{SECTIONS}{header}\nPM,7,8\n");
        let error = load_first(&[&typed("PM"), &typed("FE")], &[&file]).unwrap_err();
        assert!(error.contains("a.txt:7 names other columns than line 2") && error.contains(named), "{error}");
    }
    let error = load(&typed("PM"), &["PM,p1,10\n"]).unwrap_err();
    assert!(error.contains("no record is of the type that names the columns"), "{error}");
}

#[test]
fn types_may_be_in_a_named_column_or_without_header() {
    let columns = "columns: { id: { type: int }, kind: { type: string } }";
    let declared = |keys: &str| format!("format: {{ csv: {{ {keys} }} }}\n    {columns}");
    let by_name = declared("record_type: { column: kind, value: 10, ignore: [20, 99] }");
    let found = load(&by_name, &["kind,id\n10,1\n20,2\n\"10\",3\n99\n30,4\n", "id,kind\n5,10\n"]).unwrap();
    assert_eq!((found.counts()[0], found.rows), ([6, 1, 2, 2, 1], vec!["1|10".into(), "3|10".into(), "5|10".into()]));
    let error = load(&by_name, &["id,sort\n1,10\n"]).unwrap_err();
    assert!(error.contains("no column `kind`, which record_type names"), "{error}");
    let by_place = declared("header: false, record_type: { column: 2, value: 10, ignore: [20] }");
    let found = load(&by_place, &["1,10\n2,20\n3\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[3, 0, 1, 1, 1]], vec!["1|10".into()]));
}

#[test]
fn short_and_long_rows_are_tolerated_only_as_declared() {
    let fills = csv("missing_fields: null");
    let found = load(&fills, &["id;shop;price\n1;A\n2\n3;B;1.00\n"]).unwrap();
    assert_eq!(
        (found.counts(), found.rows),
        (vec![[4, 1, 0, 3, 0]], vec!["1|A|-".into(), "2|-|-".into(), "3|B|1.00".into()])
    );
    assert!(
        found.remarks.contains("2 rows shorter than the header") && found.remarks.contains("a.txt:2"),
        "{}",
        found.remarks
    );
    // Inside quotes, after an escape, or where the file is cut off, more may be missing than cells.
    let found = load(&fills, &["id;shop;price\n1;\"A\n2;A\n3;B"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[4, 1, 0, 1, 2]], vec!["2|A|-".into()]));
    let escaped = csv("missing_fields: null, escape: \"\\\\\"");
    let found = load(&escaped, &["id;shop;price\n1;A\\\n2;B\\\\\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[3, 1, 0, 1, 1]], vec!["2|B\\|-".into()]));
    // Rows with more fields lack none.
    assert_eq!(load(&fills, &["id;shop;price\n1;A;1.00;x\n1;A;2.00;\n2;A\n"]).unwrap().counts(), [[4, 1, 0, 1, 2]]);
    let trims = csv("trailing_delimiters: true");
    let found = load(&trims, &["id;shop;price;;\n1;A;1.00;;;\n2;A;2.00\n3;A;3.00;\"\"\n4;A;4.00;x;\n5;A\n"]).unwrap();
    assert_eq!(found.counts(), [[6, 1, 0, 3, 2]]);
    assert!(found.remarks.contains("2 rows with delimiters beyond the last column"), "{}", found.remarks);
}

#[test]
fn the_only_column_may_be_empty_before_trailing_delimiters() {
    for escape in ["", ", escape: \"\\\\\""] {
        let declared = format!(
            "format: {{ csv: {{ delimiter: \"|\", trailing_delimiters: true{escape} }} }}\n    \
             columns: {{ shop: {{ type: string }} }}"
        );
        let found = load(&declared, &["shop|\nA|\n|\n\"\"|\nB\n\nx|y\n"]).unwrap();
        assert_eq!((found.counts(), found.rows.len()), (vec![[7, 1, 1, 4, 1]], 4), "{escape}");
        assert_eq!(found.rows, ["A", "-", "-", "B"], "{escape}");
    }
}

#[test]
fn headers_of_joined_files_are_counted_and_named() {
    let found =
        load(&csv(""), &["id;shop;price\n1;A;1.00\n\u{FEFF}id;shop;price\n2;A;1.00\n\"id\";\"shop\";\"price\"\n"])
            .unwrap();
    assert_eq!(found.counts(), [[5, 3, 0, 2, 0]]);
    assert!(found.remarks.contains("2 header lines again") && found.remarks.contains("a.txt:3"), "{}", found.remarks);
    // The header of another file, with other columns, is not this one.
    let found = load(&csv(""), &["id;shop;price\n1;A;1.00\nid;price;store\n"]).unwrap();
    assert_eq!(found.counts(), [[3, 1, 0, 1, 1]]);
    let error = load(&csv(""), &["id;shop;price\n1;A;1.00\nid;price;shop\n2;1.00;A\n"]).unwrap_err();
    assert!(error.contains("a.txt:3 names the columns of the file in another order"), "{error}");
}

fn fixed(keys: &str) -> String {
    let columns =
        "columns: { kind: { start: 1, width: 2 }, id: { start: 3, width: 3 }, amount: { start: 6, width: 5 } }";
    format!(
        "format: {{ fixed_width: {{ {keys}, {columns} }} }}\n    columns: {{ kind: {{ type: string }}, \
         id: {{ type: int }}, amount: {{ type: int }} }}"
    )
}

#[test]
fn lines_of_fixed_width_are_known_in_the_same_ways() {
    let found = load(&fixed("skip_lines: 1, footer_lines: 1"), &["HEADING 25\nPM  1   20\n\nSU  9   20\n"]);
    let error = found.unwrap_err();
    assert!(error.contains("a.txt:4 ") && error.contains("SU  9   20"), "{error}");
    let declared = fixed("ignore_lines: [{ pattern: '^(HEADING|SU )' }]");
    let found = load(&declared, &["HEADING 25\nPM  1   20\n\nSU  9   20\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[4, 0, 3, 1, 0]], vec!["PM|1|20".into()]));
    assert!(found.remarks.contains("1 of the lines") && found.remarks.contains("a.txt:4: SU  9"), "{}", found.remarks);
    let declared = fixed("record_type: { start: 1, width: 2, value: PM, ignore: [\"Ö1\"] }");
    let found = load(&declared, &["PM  1   20\nÖ1 anything at all\nFE  2   30\nP\n"]).unwrap();
    assert_eq!((found.counts(), found.rows), (vec![[4, 0, 1, 1, 2]], vec!["PM|1|20".into()]));
    assert!(found.remarks.contains("lines of the type 'FE'"), "{}", found.remarks);
    let error = load(&fixed("footer_lines: 1"), &["PM  1   20\nPM  2   30"]).unwrap_err();
    assert!(error.contains("a.txt:2 "), "{error}");
}

#[test]
fn formats_without_lines_count_their_records() {
    let lines = format!("format: {{ json_lines: {{}} }}\n    {SALES}");
    let found = load(&lines, &["{\"id\":1,\"shop\":\"A\",\"price\":1}\n\n  \n[]\n"]).unwrap();
    assert_eq!(found.counts(), [[4, 0, 2, 1, 1]]);
    let document = format!("format: {{ json: {{}} }}\n    {SALES}");
    let found = load(&document, &["[\n{\"id\":1,\n\"shop\":\"A\",\"price\":1},\n7]"]).unwrap();
    assert_eq!(found.counts(), [[2, 0, 0, 1, 1]]);
}

#[test]
fn declarations_that_contradict_each_other_are_refused() {
    for (keys, said) in [
        ("ignore_lines: [{ pattern: '^(' }]", "not a regular expression"),
        ("ignore_lines: [{ pattern: '^(?:(?:a{1,50}){1,50}){1,50}$' }]", "the pattern is too large"),
        ("ignore_lines: [{ pattern: 'x*' }]", "matches every line"),
        ("ignore_lines: [{ pattern: '^x', max: 0 }]", "may not occur"),
        ("header: false, header_lines: 2", "header: false"),
        ("header_lines: 0", "at least one line"),
        ("names_from: all", "chooses among several"),
        ("record_type: { column: 0, value: A }", "no column 0"),
        ("record_type: { column: 1, value: A, ignore: [B, A] }", "named twice"),
        ("record_type: { column: kind, value: A, header: H }", "cannot be in a column"),
        ("header: false, record_type: { column: kind, value: A }", "not a column of this source"),
        ("header_lines: 2, record_type: { column: 1, value: A, header: H }", "header_lines"),
        ("missing_fields: fill", "null or reject"),
    ] {
        let error = load(&csv(keys), &["id;shop;price\n"]).unwrap_err();
        assert!(error.contains(said), "{keys}: {error}");
    }
    let typed = csv("record_type: { column: 1, value: A }");
    let error = load_first(&[&typed, &typed], &[""]).unwrap_err();
    assert!(error.contains("would be read twice: source `s0` reads them too"), "{error}");
    let error = load_first(&[&typed, &csv("")], &[""]).unwrap_err();
    assert!(error.contains("source `s1` reads all types"), "{error}");
}
