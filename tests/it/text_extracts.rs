//! Text as databases, old systems and joined files leave it: escapes and NULL, line ends, old code pages, end marks, and
//! characters that nobody sees. Every project has one source of three columns and one model.

use serde_json::Value;
use tempfile::TempDir;

use super::support::{Outcome, lojal, outcome};

struct Project(TempDir);

impl Project {
    /// A source with this declaration of its format and values, and this file.
    fn new(keys: &str, file: impl AsRef<[u8]>) -> Self {
        Self::with_columns(keys, "name: { type: string }\n      points: { type: int }", file)
    }

    /// The same with other columns after `id`.
    fn with_columns(keys: &str, columns: &str, file: impl AsRef<[u8]>) -> Self {
        let project = Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap());
        let restricted = columns.contains("personal: true");
        project.write(
            "pipelines/members.yml",
            format!(
                "name: members\ndescription: Members of a club.\ntime_zone: Europe/Oslo\nbase_currency: NOK\nmax_rejected: 80%\nsources:\n  members:\n    \
                 path: members.txt\n    {keys}\n    columns:\n      id: {{ type: string }}\n      {columns}\nmodels:\n  \
                 people:\n    description: The members.\n    restricted: {restricted}\n    key: [id]\n    columns:\n      id: {{ description: Member }}\n      name: \
                 {{ description: Name }}\n      points: {{ description: Points }}\n"
            ),
        );
        let sql = "-- Grain: one row per member.\n\nselect\n    members.id,\n    members.name,\n    members.points\nfrom \
                   members\n";
        project.write("sql/marts/people.sql", sql);
        project.write("members.txt", file);
        project
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(lojal(self.0.path()).args(arguments))
    }

    /// What a run published, as `id|name|points` with `-` for an empty cell; and what it said.
    #[track_caller]
    fn rows(&self) -> (Vec<String>, String) {
        let run = self.run(&["run", "--quiet", "--as-of", "2025-06-30"]).exits(0);
        let shown = self.run(&["show", "people", "--format", "json"]).exits(0);
        let cell = |row: &Value, name: &str| match &row[name] {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let row = |line: &str| {
            let row: Value = serde_json::from_str(line).unwrap();
            ["id", "name", "points"].map(|name| cell(&row, name)).join("|")
        };
        let mut rows: Vec<String> = shown.stdout.lines().map(row).collect();
        rows.sort();
        (rows, run.stderr)
    }

    /// What the run results say about the source.
    fn source(&self) -> Value {
        let text = std::fs::read_to_string(self.0.path().join("warehouse/current/run_results.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["sources"][0].clone()
    }

    /// The mistakes that `check` finds.
    #[track_caller]
    fn mistakes(&self) -> String {
        self.run(&["check"]).exits(2).stderr
    }
}

const DATABASE: &str = "format: { csv: { delimiter: \"\\t\", header: false, escape: { mysql: {} } } }";
const COPY: &str = "format: { csv: { delimiter: \"\\t\", header: false, escape: { postgresql: {} } } }";

#[test]
fn dumps_of_databases_mean_what_was_stored() {
    let mysql = "m1\tOla\\\nNordmann\t3\nm2\t\\N\t\\N\nm3\tN\t0\nm4\ta\\\tb\\\\c\\rd\t1\nm5\t\"quoted\"\t2\n";
    let (rows, said) = Project::new(DATABASE, mysql).rows();
    assert_eq!(rows, ["m1|Ola\nNordmann|3", "m2|-|-", "m3|N|0", "m4|a\tb\\c\rd|1", "m5|\"quoted\"|2"]);
    assert_eq!(said, "");
    let copy = "m1\tOla\\nNordmann\t3\nm2\t\\N\t\\N\nm3\tN\t0\nm4\ta\\tb\\\\c\\rd\\x21\\303\\270\t1\n\\.\n";
    let project = Project::new(COPY, copy);
    let (rows, said) = project.rows();
    assert_eq!(rows, ["m1|Ola\nNordmann|3", "m2|-|-", "m3|N|0", "m4|a\tb\\c\rd!ø|1"]);
    assert!(
        said.contains("1 line with \\. alone, left out as the end of the data; the first: members.txt:5"),
        "{said}"
    );
    assert_eq!(project.source()["notes"][0]["what"], "end_of_data");
    let enclosed = DATABASE.replace("\"\\t\"", "','").replace("header: false", "header: false, quote: '\"'");
    let file = "\"m1\",\"NULL\",NULL\n\"m2\",\"a\\\"b,\\\nc\",\"7\"\n\"m3\",\\N,\"8\"\n";
    assert_eq!(Project::new(&enclosed, file).rows().0, ["m1|NULL|-", "m2|a\"b,\nc|7", "m3|-|8"]);
}

#[test]
fn null_words_are_what_stands_in_the_file() {
    let keys =
        "format: { csv: { header: false, escape: \"\\\\\" } }\n    values: { null_words: [\"\\\\N\", \"NULL\"] }";
    let (rows, said) = Project::new(keys, "m1,\\N,\\N\nm2,\\\\N,1\nm3,N\\ULL,2\nm4,NULL,NULL\n").rows();
    assert_eq!((rows.join(" ").as_str(), said.as_str()), ("m1|-|- m2|\\N|1 m3|NULL|2 m4|-|-", ""));
    let (rows, said) = Project::new(keys, "m1,a\\nb,1\nm2,C:\\\\temp,2\nm3,a\\,b,3\n").rows();
    assert_eq!(rows, ["m1|anb|1", "m2|C:\\temp|2", "m3|a,b|3"]);
    assert!(said.contains("1 value with an escape before a letter") && said.contains("members.txt:1"), "{said}");
    // As the file is written, no cell can be this word.
    let never = keys.replace("\"NULL\"]", "\"a,b\"]").replace("header: false", "header: false, quote: null");
    let said = Project::new(&never, "").mistakes();
    assert!(said.contains("no cell can be `a,b`, so this null word never matches"), "{said}");
    assert!(said.contains("members.yml:10:"), "{said}");
    let own = "name: { type: string, values: { null_words: [\"\\\\-\"] } }\n      points: { type: int }";
    let said = Project::with_columns(keys.split('\n').next().unwrap(), own, "").mistakes();
    assert!(said.contains("`\\-` contains the escape, so it means empty in every column"), "{said}");
}

#[test]
fn escapes_that_contradict_the_file_are_refused() {
    let quoted = COPY.replace("header: false", "header: false, quote: '\"'");
    assert!(Project::new(&quoted, "").mistakes().contains("quotes nothing, so a quote in it is data"));
    let other = COPY.replace("postgresql", "oracle");
    let said = Project::new(&other, "").mistakes();
    assert!(said.contains("oracle") && said.contains("mysql"), "{said}");
    let two = COPY.replace("{ postgresql: {} }", "{ postgresql: {}, mysql: {} }");
    assert!(Project::new(&two, "").mistakes().contains("one escape"));
}

#[test]
fn lines_end_as_declared_or_the_run_says_how() {
    let file = "id;name;points\rm1;Åse;1\rm2;Bø;2\r";
    let mac = encoding_rs::MACINTOSH.encode(file).0.into_owned();
    let keys = |more: &str| format!("format: {{ csv: {{ delimiter: ';', encoding: macintosh{more} }} }}");
    let said = Project::new(&keys(""), &mac).run(&["run", "--quiet", "--as-of", "2025-06-30"]).exits(1).stderr;
    assert!(said.contains("members.txt") && said.contains("set `line_ends: cr`"), "{said}");
    for ends in [", line_ends: cr", ", line_ends: any"] {
        assert_eq!(Project::new(&keys(ends), &mac).rows().0, ["m1|Åse|1", "m2|Bø|2"]);
    }
    let with_feed = [mac.as_slice(), b"m3;C\nD;3\r"].concat();
    let said = Project::new(&keys(", line_ends: cr"), with_feed).run(&["run", "--as-of", "2025-06-30"]).exits(1).stderr;
    assert!(said.contains("line 4 has a line feed"), "{said}");
}

#[test]
fn a_lone_carriage_return_is_named_and_may_be_declared() {
    let file = "id,name,points\r\nm1,A,1\r\nm2,B,2\rm3,C,3\r\nm4,D,x\r\n";
    let (rows, said) = Project::new("optional: false", file).rows();
    assert_eq!(rows, ["m1|A|1"]);
    let reason = "members.txt:3: expected 3 fields, found 5; it contains a carriage return (CR) without a line feed";
    assert!(said.contains(reason), "{said}");
    let (rows, said) = Project::new("format: { csv: { line_ends: any } }", file).rows();
    assert_eq!(rows, ["m1|A|1", "m2|B|2", "m3|C|3"]);
    assert!(said.contains("members.txt:5: points: 'x'"), "lines are counted as they are: {said}");
    let said = Project::new("optional: false", "id,name,points\rm1,A,1\nm2,B,2\n");
    let said = said.run(&["run", "--as-of", "2025-06-30"]).exits(1).stderr;
    assert!(said.contains("set `line_ends: any`"), "{said}");
}

#[test]
fn marks_of_the_end_of_a_file_are_counted_and_left_out() {
    let file = "id;name;points\r\nm1;\u{8f}se;1\r\nm2;B\u{9b};2\r\nSUM 3\r\n\u{1a}";
    let bytes: Vec<u8> = file.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    let keys = "format: { csv: { delimiter: ';', encoding: cp850, footer_lines: 1 } }";
    let project = Project::new(keys, &bytes);
    let (rows, said) = project.rows();
    assert_eq!(rows, ["m1|Åse|1", "m2|Bø|2"], "the total is the last line");
    assert!(said.contains("1 DOS end mark (byte 1A) after the last record, left out"), "{said}");
    assert_eq!(project.source()["notes"][0]["count"], 1);
    let padded = ["id,name,points\nm1,A,1\nm2,B\0,2\n".as_bytes(), &[0; 700]].concat();
    let (rows, said) = Project::new("optional: false", padded).rows();
    assert_eq!(rows, ["m1|A|1"], "amid data NUL bytes are faults");
    assert!(said.contains("700 NUL bytes after the last record") && said.contains("contains a NUL byte"), "{said}");
    // As another encoding these letters are control characters.
    let wrong = Project::new("format: { csv: { delimiter: ';', encoding: iso-8859-1 } }", &bytes).rows().1;
    assert!(wrong.contains("2 control characters between 80 and 9F"), "{wrong}");
}

#[test]
fn lines_of_fixed_width_may_be_padded_with_nul_bytes() {
    let positions = "id: { start: 1, width: 2 }, name: { start: 5, width: 3 }, points: { start: 3, width: 2 }";
    let keys = format!("format: {{ fixed_width: {{ line_ends: any, columns: {{ {positions} }} }} }}");
    let (rows, said) = Project::new(&keys, "m1 1Ada\0\0\rm2 2B\0\0\r\n\u{FEFF}m3 3Eva\r\nm4 4\0\u{1a}").rows();
    assert_eq!(rows, ["m1|Ada|1", "m2|B|2", "m3|Eva|3", "m4|-|4"]);
    assert!(said.contains("2 records with NUL bytes at the end"), "{said}");
    assert!(said.contains("1 record after a byte order mark") && said.contains("members.txt:3"), "{said}");
}

#[test]
fn names_that_look_alike_are_one_name() {
    let columns = "name: { type: string, aliases: [\"k\u{f8}pers navn\", \"m\u{e5}l\"] }\n      points: { type: int }";
    for header in ["\u{FEFF}id,k\u{f8}pers\u{a0}navn,points\u{200b}", "id\u{ad},ma\u{30a}l,\u{200e}points"] {
        let project = Project::with_columns("optional: false", columns, format!("{header}\nm1,A,1\n"));
        assert_eq!(project.rows().0, ["m1|A|1"], "{header:?}");
    }
    let said = Project::with_columns("optional: false", columns, "\u{FEFF}\u{FEFF}id,na\u{200b}vn,points\nm1,A,1\n");
    let said = said.run(&["run", "--as-of", "2025-06-30"]).exits(1).stderr;
    assert!(said.contains("na\\u{200b}vn") && !said.contains('\u{200b}'), "what differs is shown: {said}");
    let alike = "name: { type: string }\n      points: { type: int, aliases: [\"na\u{200b}me\"] }";
    let said = Project::with_columns("optional: false", alike, "").mistakes();
    assert!(said.contains("`na\\u{200b}me` is already the name of a column"), "{said}");
}

#[test]
fn blanks_at_the_ends_of_a_text_are_counted_and_left_out() {
    let file = "id,name,points\n\u{FEFF}m1,A\u{a0},1\nm2,\" B \",\u{a0}2\nm3\u{200b},\u{a0}\u{200b},3\nm4,I \u{2764}\u{fe0f},4\n";
    let project = Project::new("optional: false", file);
    let (rows, said) = project.rows();
    assert_eq!(rows, ["m1|A|1", "m2|B|2", "m3|-|3", "m4|I \u{2764}\u{fe0f}|4"]);
    assert!(said.contains("(1 of id, 3 of name, 1 of points)"), "{said}");
    assert!(said.contains("members.txt:4 'm3\\u{200b}' is read as 'm3'"), "{said}");
    assert!(said.contains("1 record after a byte order mark"), "{said}");
    let source = project.source();
    let trimmed = source["cells_changed"].as_array().unwrap().iter().find(|cells| cells["column"] == "name").unwrap();
    assert_eq!((&trimmed["change"], &trimmed["from"]), (&"trimmed".into(), &"'A\\u{a0}'".into()));
    assert_eq!(trimmed["cells"], 3);
    let keys = "values: { invisible: keep }";
    assert_eq!(Project::new(keys, file).rows().0[1], "m2| B |2", "numbers have no blanks of their own");
    let personal = "name: { type: string, personal: true }\n      points: { type: int }";
    let said = Project::with_columns("optional: false", personal, "id,name,points\nm1,Secret\u{a0},1\n").rows().1;
    assert!(said.contains("(1 of name); the first of name: members.txt:2 (") && !said.contains("Secret"), "{said}");
}

#[test]
fn ids_are_clean_in_any_case() {
    let keys = "key: [id]\n    values: { invisible: keep }";
    let file = "id,name,points\nm1\u{200b},A,1\nma\u{30a}2,B,2\n";
    assert_eq!(Project::new(keys, file).rows().0, ["m1|A|1", "m\u{e5}2|B|2"]);
    let columns = "name: { type: string, id: {}, values: { invisible: keep } }\n      points: { type: int }";
    let said = Project::with_columns("optional: false", columns, file).mistakes();
    assert!(said.contains("`name` holds ids, which are read without invisible characters"), "{said}");
    let columns = "name: { type: string, id: { as_written: true } }\n      points: { type: int }";
    let project = Project::with_columns("optional: false", columns, "id,name,points\nm1,A\u{a0},1\n");
    assert_eq!(project.rows().0, ["m1|A\u{a0}|1"]);
}

#[test]
fn rules_and_reasons_see_the_text_that_is_left() {
    let columns = "name: { type: string, accepted_values: [gold, ' silver'] }\n      points: { type: int }";
    let file = "id,name,points\nm1,gold ,1\nm2,silver,2\nm3,\"bro\u{200b}nze\r\nx\",3\n";
    let keys = "format: { csv: { newlines_in_values: true } }";
    let (rows, said) = Project::with_columns(keys, columns, file).rows();
    assert_eq!(rows, ["m1|gold|1", "m2|silver|2"]);
    assert!(said.contains("'bro\\u{200b}nze\\r\\nx' is not one of"), "{said}");
}
