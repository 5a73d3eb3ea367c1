//! Privacy by construction: models that publish personal values are refused, files with personal values are their
//! owner's alone, rejected rows do not outlive their snapshot, and no byte that everybody can read identifies anyone.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use super::support::{Copy, Outcome, Warehouse, column, entries, outcome, parquet, records, repository, sample_run};

const PIPELINE: &str = "pipelines/shop.yml";
const MEMBERS: &str = "extracts/members.csv";
const ORDERS: &str = "extracts/orders.csv";

/// The small project, with personal columns.
fn shop() -> Copy {
    let copy = Copy::of_small();
    copy.edit(PIPELINE, "email: { type: string, desc", "email: { type: string, personal: true, desc");
    copy.edit(PIPELINE, "phone: { type: string, desc", "phone: { type: string, personal: true, desc");
    copy.edit(PIPELINE, "note: { type: string, desc", "note: { type: string, personal: true, desc");
    copy
}

/// Adds a published model with a column `id` and these properties of its other column, `x`.
fn add_mart(copy: &Copy, name: &str, sql: &str, properties: &str) {
    copy.write(&format!("sql/marts/{name}.sql"), format!("-- Grain: one row per member.\n\n{sql}\n"));
    let model = format!(
        "models:\n  {name}:\n    description: Made up.\n    key: [id]\n    columns:\n      id: {{ description: Member }}\n      \
         x: {{ description: Made up{properties} }}\n"
    );
    copy.edit(PIPELINE, "\nmodels:\n", &format!("\n{model}"));
}

#[test]
fn a_model_that_publishes_personal_values_is_refused_at_its_place() {
    let copy = shop();
    let leaks = [
        ("leak_plain", "select stg_members.member_id as id, stg_members.email as x from stg_members", "members.email"),
        (
            "initials_open",
            "select\n    stg_members.member_id as id,\n    left(stg_members.email_key, 1) as x\nfrom stg_members",
            "stg_members.email_key (through left), from members.email (through btrim, lower, nullif)",
        ),
        (
            "leak_list",
            "select max(stg_members.member_id) as id, string_agg(stg_members.phone_key, ',') as x from stg_members",
            "members.phone",
        ),
        (
            "leak_note",
            "with n as (select orders.member_id, orders.note from orders)\nselect n.member_id as id, max(n.note) as x \
             from n group by n.member_id",
            "orders.note (through max)",
        ),
        (
            "leak_hash",
            "select int_member_records.source_id as id, md5(int_member_records.email_key) as x from int_member_records",
            "int_member_records.email_key (through md5), from stg_members.email_key, from members.email",
        ),
    ];
    for (name, sql, _) in leaks {
        add_mart(&copy, name, sql, "");
    }
    // Numbers and facts identify nobody.
    add_mart(
        &copy,
        "sound",
        "select stg_members.member_id as id, count(stg_members.email) + count(distinct stg_members.phone_key) as x\n\
         from stg_members where stg_members.email like '%.com' group by stg_members.member_id",
        "",
    );
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    for (name, _, way) in leaks {
        let message = format!("`{name}` is published for everybody, and its column `x` has personal values: ");
        let found = stderr.lines().find(|line| line.contains(&message)).unwrap_or_else(|| panic!("{name}: {stderr}"));
        assert!(found.contains(way), "{found}");
    }
    assert!(stderr.contains("sql/marts/initials_open.sql:5:39: "), "{stderr}");
    assert!(stderr.contains("released: <reason>") && stderr.contains("restricted: true"), "{stderr}");
    assert!(!stderr.contains("`sound`"), "{stderr}");
    // The page about privacy shows the message, in lines of its own.
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = fs::read_to_string(repository().join("docs/privacy.md")).unwrap();
    let shown = page.split("error: ").nth(1).unwrap().split("  help: ").next().unwrap();
    assert!(one_line(&stderr).contains(&one_line(shown)), "{shown}\n{stderr}");
    // Nothing runs either.
    copy.lojal(&["run"]).exits(2);
    assert!(!copy.path().join("warehouse/current").exists());
}

/// What docs/privacy.md shows as allowed passes, and what looks much like it is refused where it is written.
#[test]
fn an_age_band_and_an_area_pass_and_their_close_relatives_do_not() {
    let copy = shop();
    // The day of joining stands for a birth date, the phone number for a postal code.
    copy.edit(
        PIPELINE,
        "joined_on: { type: date, required: true,",
        "joined_on: { type: date, required: true, personal: true,",
    );
    let add = |name: &str, value: &str, properties: &str| {
        let sql = format!("select\n    members.member_id as id,\n    {value} as x\nfrom members");
        add_mart(&copy, name, &sql, properties);
    };
    let refused = [
        ("left_of_code", "left(members.phone, 4)", "members.phone (through left)"),
        ("end_of_code", "right(members.phone, 2)", "members.phone (through right)"),
        ("code_as_number", "cast(members.phone as bigint)", "members.phone"),
        ("start_of_email", "substr(members.email, 1, 3)", "members.email (through "),
        ("domain_of_email", "split_part(members.email, '@', 2)", "members.email (through split_part)"),
        ("hash_of_email", "md5(members.email)", "members.email (through md5)"),
        ("length_of_email", "character_length(members.email)", "members.email (through "),
        ("year_of_birth", "date_part('year', members.joined_on)", "members.joined_on (through date_part)"),
        ("month_of_birth", "date_trunc('month', members.joined_on)", "members.joined_on (through date_trunc)"),
        ("age_in_days", "cast(date '2025-12-31' - members.joined_on as varchar)", "members.joined_on"),
        (
            "band_with_a_hole",
            "case when members.joined_on < date '1990-01-01' then 'old' else members.phone end",
            "phone",
        ),
        ("latest_of_all", "max(members.joined_on) over ()", "members.joined_on (through max)"),
        ("one_before", "lag(members.email) over (order by members.member_id)", "members.email (through lag)"),
    ];
    refused.iter().for_each(|(name, value, _)| add(name, value, ""));
    let least = "select\n    max(members.member_id) as id,\n    min(members.email) as x\nfrom members";
    add_mart(&copy, "least_email", least, "");
    let band = "case\n        when members.joined_on is null then null\n        when members.joined_on > date '2000-01-01' then '0-24'\n        \
                else '25 and over'\n    end";
    add("age_band", band, "");
    add("has_email", "members.email is not null", "");
    add("area", "left(members.phone, 2)", ", released: 'The first digits only, of areas where many live'");
    let numbers = "select\n    max(members.member_id) as id,\n    count(distinct members.email) as x\nfrom members";
    add_mart(&copy, "emails", numbers, "");

    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    let errors: Vec<&str> = stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    for (name, way) in
        refused.iter().map(|(name, _, way)| (name, way)).chain([(&"least_email", &"members.email (through min)")])
    {
        let place = format!("error: sql/marts/{name}.sql:5:");
        let found = errors.iter().find(|error| error.starts_with(&place)).unwrap_or_else(|| panic!("{name}: {stderr}"));
        assert!(found.contains("its column `x` has personal values: ") && found.contains(way), "{found}");
    }
    for sound in ["age_band", "has_email", "area", "emails"] {
        assert!(!errors.iter().any(|error| error.contains(&format!("`{sound}`"))), "{sound}: {stderr}");
    }
}

#[test]
fn a_release_needs_a_reason_and_something_to_release_and_is_visible() {
    let copy = shop();
    let sql = "select stg_members.member_id as id, left(stg_members.email, 1) as x from stg_members";
    add_mart(&copy, "initials", sql, ", released: ' '");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("the column `x` of `initials` is released without a reason"), "{stderr}");
    assert!(stderr.contains("pipelines/shop.yml:"), "{stderr}");
    copy.edit(PIPELINE, "released: ' '", "released: One letter of many persons");
    copy.edit(PIPELINE, "      id: { description: Member }", "      id: { description: Member, released: Just so }");
    let run = copy.lojal(&["run"]).exits(0);
    assert!(run.stderr.contains("`released`: the column `id` of `initials` has no personal values"), "{run}");
    let warehouse = copy.warehouse();
    let nodes = warehouse.json("catalog.json")["nodes"].as_object().unwrap().clone();
    assert_eq!(nodes["model.shop.initials"]["columns"]["x"]["released"], "One letter of many persons");
    let released = warehouse.json("run_results.json")["released"].clone();
    assert_eq!(released.as_array().unwrap().len(), 2);
    assert!(released.to_string().contains("One letter of many persons"), "{released}");
}

#[test]
fn identifiers_that_are_personal_may_not_be_in_a_public_identity_table() {
    let copy = shop();
    copy.edit(
        PIPELINE,
        "member_id: { type: string, required: true, description: Identifier of the record }",
        "member_id: { type: string, required: true, personal: true, description: E-mail address }",
    );
    copy.edit(PIPELINE, "  table: member_identities\n", "  table: member_identities\n  publish: public\n");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(
        stderr.contains("`member_identities` is published for everybody, and its identifiers are personal"),
        "{stderr}"
    );
    assert!(
        stderr.contains("int_member_records.source_id, from stg_members.member_id, from members.member_id"),
        "{stderr}"
    );
}

#[test]
fn a_check_shows_no_personal_values() {
    let copy = shop();
    copy.write("sql/checks/nobody_is_there.sql", "select stg_members.member_id, stg_members.email from stg_members\n");
    copy.edit(PIPELINE, "\nchecks:\n", "\nchecks:\n  nobody_is_there: { description: Nobody is there }\n");
    copy.edit(
        PIPELINE,
        "\nmodels:\n",
        "\nmodels:\n  stg_members:\n    checks: [{ expression: { name: nobody, sql: member_id is null, severity: warn } }]\n",
    );
    let run = copy.lojal(&["run"]).exits(1);
    assert_eq!(run.stderr.matches("| M1 ").count(), 2, "{run}");
    assert!(run.stderr.contains("not shown, because they have personal values: email\n"), "{run}");
    assert!(run.stderr.contains("not shown, because they have personal values: email, email_key, phone_key"), "{run}");
    assert!(!format!("{run}").contains("@example"), "{run}");
    // A name of a failing row is written where everybody can read it.
    copy.edit(PIPELINE, "{ description: Nobody is there }", "{ description: Nobody is there, accept_by: email }");
    let stderr = copy.lojal(&["check"]).exits(2).stderr;
    assert!(stderr.contains("names rows by a personal value"), "{stderr}");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Every folder and file in a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in entries(folder) {
        if entry.is_dir() && !entry.is_symlink() {
            found.extend(below(&entry));
        }
        found.push(entry);
    }
    found
}

/// Runs with the umask of a careless, or a careful, user.
fn with_umask(copy: &Copy, umask: &str, arguments: &[&str]) -> Outcome {
    let command = copy.command(arguments);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]).arg(command.get_program());
    shell.args(command.get_args()).current_dir(copy.path()).env("TZ", "UTC").env_remove("RUST_BACKTRACE");
    outcome(&mut shell)
}

#[test]
fn files_with_personal_values_are_their_owners_alone_for_any_umask() {
    for umask in ["000", "077"] {
        let copy = shop();
        copy.append(ORDERS, "101,M1,2025-02-17 10:00:00,0,1.00,SEK,true,none bought\n");
        with_umask(&copy, umask, &["run", "--quiet"]).exits(0);
        copy.lojal(&["rejects", "--source", "orders", "--output", "fixes.csv", "--quiet"]).exits(0);
        copy.edit("fixes.csv", ",0,1.00,SEK", ",1,1.00,SEK");
        with_umask(&copy, umask, &["replay", "fixes.csv"]).exits(0);
        // A table that is carried over.
        with_umask(&copy, umask, &["run", "--quiet", "--select", "daily_sales"]).exits(0);
        let warehouse = copy.warehouse().0;
        let snapshots = entries(&warehouse.join("snapshots"));
        assert_eq!(snapshots.len(), 3);
        let closed = snapshots.iter().map(|snapshot| snapshot.join("restricted"));
        let mut files = 0;
        for folder in closed.chain([warehouse.join("quarantine"), warehouse.join("corrections")]) {
            assert_eq!(mode(&folder), 0o700, "umask {umask}: {}", folder.display());
            for path in below(&folder) {
                let wanted = if path.is_dir() { 0o700 } else { 0o600 };
                files += usize::from(path.is_file());
                assert_eq!(mode(&path), wanted, "umask {umask}: {}", path.display());
            }
        }
        assert!(files >= 5, "there is something to look at: {files}");
        let open = copy.warehouse().files("daily_sales").remove(0);
        assert_eq!(mode(&open), if umask == "000" { 0o666 } else { 0o600 }, "the public tables follow the umask");
    }
}

#[test]
fn rejected_rows_go_with_the_snapshot_of_their_run() {
    let copy = shop();
    copy.edit(PIPELINE, "keep_snapshots: 3", "keep_snapshots: 2");
    copy.append(ORDERS, "101,M1,2025-02-17 10:00:00,0,1.00,SEK,true,none bought\n");
    let quarantines = || -> Vec<String> {
        let paths = entries(&copy.warehouse().0.join("quarantine"));
        paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    for _ in 0..3 {
        copy.lojal(&["run", "--quiet"]).exits(0);
        assert_eq!(quarantines(), copy.warehouse().snapshots());
    }
    assert_eq!(quarantines().len(), 2);
    // Runs that fail, again and again, do not pile up rejected rows.
    let published = quarantines();
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 0");
    for _ in 0..4 {
        copy.lojal(&["run", "--quiet"]).exits(1);
    }
    assert_eq!((quarantines().len(), quarantines()[..2] == published), (4, true), "{:?}", quarantines());
    // Two successful runs later, none of them is left.
    copy.edit(PIPELINE, "max_rejected: 0", "max_rejected: 10%");
    for _ in 0..2 {
        copy.lojal(&["run", "--quiet"]).exits(0);
    }
    assert_eq!(quarantines(), copy.warehouse().snapshots());
}

/// What identifies somebody, each with what it is.
#[derive(Default)]
struct Identifiers {
    /// Whole cells, and words of texts.
    words: BTreeMap<String, &'static str>,
    /// Two words of a text, one after the other.
    pairs: HashSet<(String, String)>,
    /// Digits of phone numbers.
    digits: HashSet<String>,
    /// Whole cells only: they are ordinary words or numbers elsewhere.
    cells: BTreeMap<String, &'static str>,
    /// Parts of texts.
    parts: Vec<String>,
}

fn is_border(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+'))
}

impl Identifiers {
    /// Those of CRM records and answers, as the extracts have them and in the spellings of keys.
    fn of_sample() -> Self {
        let mut all = Self::default();
        let folder = repository().join("sample_data");
        let rows = |file: &str| -> Vec<BTreeMap<String, String>> {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            let (header, records) = records(&text);
            let names: Vec<String> = header.trim().split(',').map(str::to_owned).collect();
            let cells = |record: &String| names.iter().cloned().zip(cells(record.trim_end_matches('\n'))).collect();
            records.iter().map(cells).collect()
        };
        for row in rows("crm_customers.csv") {
            all.email(&row["email"]);
            all.phone(&row["phone"]);
            let (first, last) = (row["first_name"].trim(), row["last_name"].trim());
            all.person(first, last);
            for (cell, what) in [(first, "first name"), (last, "last name"), (&row["postal_code"], "postal code")] {
                // A woman's name is also that of a month.
                if cell.chars().count() > 2 && cell != "Maj" {
                    all.cells.insert(cell.to_lowercase(), what);
                }
            }
            all.birth_date(&row["birth_date"]);
        }
        for row in rows("surveys.csv") {
            all.email(&row["email"]);
            if row["comment"].chars().count() > 14 {
                all.parts.push(row["comment"].clone());
            }
        }
        all.parts.sort_unstable();
        all.parts.dedup();
        all
    }

    /// Those of the contacts that a warehouse holds under restricted/.
    fn of_contacts(warehouse: &Warehouse) -> Self {
        let mut all = Self::default();
        let contacts = warehouse.table("customer_contacts");
        let shown = |name: &str, row: usize| array_value_to_string(column(&contacts, name), row).unwrap();
        for row in 0..contacts.num_rows() {
            all.email(&shown("email", row));
            all.phone(&shown("phone", row));
            all.person(&shown("first_name", row), &shown("last_name", row));
            all.birth_date(&shown("birth_date", row));
        }
        all
    }

    fn person(&mut self, first: &str, last: &str) {
        let (first, last) = (first.trim().to_lowercase(), last.trim().to_lowercase());
        if !first.is_empty() && !last.is_empty() {
            self.pairs.insert((first, last));
        }
    }

    /// Later ones are ordinary days of the extracts too.
    fn birth_date(&mut self, cell: &str) {
        if cell.len() == 10 && cell < "2015" {
            self.words.insert(cell.to_owned(), "birth date");
        }
    }

    fn email(&mut self, cell: &str) {
        let cell = cell.trim().to_lowercase();
        if cell.contains('@') {
            self.words.insert(cell, "e-mail address");
        }
    }

    /// As typed, and in the international format.
    fn phone(&mut self, cell: &str) {
        let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 7 {
            return;
        }
        let national = digits.trim_start_matches("00").trim_start_matches("46").trim_start_matches('0').to_owned();
        self.digits.insert(format!("46{national}"));
        self.digits.insert(format!("0{national}"));
        self.digits.insert(digits);
    }

    /// The first identifier in a text that everybody can read.
    fn in_text(&self, text: &str) -> Option<String> {
        let mut before = String::new();
        for word in text.split(is_border).filter(|word| !word.is_empty()) {
            let word = word.trim_matches(['.', '-']).to_lowercase();
            if let Some(what) = self.words.get(&word) {
                return Some(format!("{what} {word}"));
            }
            if self.pairs.contains(&(before.clone(), word.clone())) {
                return Some(format!("name {before} {word}"));
            }
            before = word;
        }
        for run in text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')'))) {
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            if self.digits.contains(&digits) {
                return Some(format!("phone number {run}"));
            }
        }
        self.parts.iter().find(|part| text.contains(part.as_str())).map(|part| format!("text {part}"))
    }

    /// The first identifier in a Parquet file: every cell, and the bytes outside the pages.
    fn in_table(&self, path: &Path) -> Option<String> {
        let rows = parquet(path);
        let mut texts = HashSet::new();
        for column in rows.columns() {
            let is_number = column.data_type().is_numeric() || *column.data_type() == DataType::Boolean;
            for row in (0..column.len()).filter(|row| !column.is_null(*row)) {
                let cell = array_value_to_string(column, row).unwrap();
                if is_number {
                    if self.digits.contains(&cell) {
                        return Some(format!("phone number {cell}"));
                    }
                } else {
                    texts.insert(cell);
                }
            }
        }
        for cell in &texts {
            if let Some(what) = self.cells.get(&cell.trim().to_lowercase()) {
                return Some(format!("{what} {cell}"));
            }
        }
        let found = texts.iter().find_map(|cell| self.in_text(cell));
        found.or_else(|| self.email_in_bytes(&fs::read(path).unwrap()))
    }

    /// An e-mail address among any bytes, such as those of statistics.
    fn email_in_bytes(&self, bytes: &[u8]) -> Option<String> {
        let text: String = bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\0' }).collect();
        for (at, _) in text.match_indices('@') {
            let start = text[..at].rfind(is_border).map_or(0, |border| border + 1);
            let end = at + 1 + text[at + 1..].find(is_border).unwrap_or(text.len() - at - 1);
            // A byte before it may be the length of the text, and look like a letter.
            let found =
                (start..at).map(|start| text[start..end].to_lowercase()).find(|word| self.words.contains_key(word));
            if let Some(word) = found {
                return Some(format!("e-mail address {word} in the bytes"));
            }
        }
        None
    }

    /// What everybody can read of a warehouse and identifies somebody.
    fn in_warehouse(&self, warehouse: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut looked_at = 0;
        for path in below(warehouse).into_iter().filter(|path| path.is_file()) {
            let relative = path.strip_prefix(warehouse).unwrap().display().to_string();
            if ["/restricted/", "quarantine/", "corrections/"].iter().any(|part| format!("/{relative}").contains(part))
            {
                continue;
            }
            looked_at += 1;
            let identifier = match path.extension().is_some_and(|ending| ending == "parquet") {
                true => self.in_table(&path),
                false => self.in_text(&String::from_utf8_lossy(&fs::read(&path).unwrap())),
            };
            found.extend(identifier.map(|identifier| format!("{relative}: {identifier}")));
        }
        assert!(looked_at > 4, "there is something to look at: {looked_at}");
        found
    }

    #[track_caller]
    fn none_said(&self, outcome: &Outcome) {
        assert_eq!(self.in_text(&outcome.stdout).or_else(|| self.in_text(&outcome.stderr)), None, "{outcome}");
    }
}

/// The cells of a CSV record.
fn cells(record: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in record.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[test]
fn nothing_that_everybody_can_read_of_the_sample_identifies_anyone() {
    let (copy, run) = sample_run();
    let all = Identifiers::of_sample();
    assert!(all.words.len() > 400 && all.digits.len() > 400 && all.parts.len() > 10, "the sample has identifiers");
    assert_eq!(all.in_warehouse(&copy.warehouse().0), Vec::<String>::new());
    all.none_said(run);
    // The same search finds what the restricted tables have.
    let restricted = copy.warehouse().files("customer_contacts");
    assert!(restricted.iter().all(|file| all.in_table(file).is_some()));
}

#[test]
fn nothing_that_everybody_can_read_of_messy_extracts_identifies_anyone() {
    let (_, run, warehouse) = super::nordic::run();
    let all = Identifiers::of_contacts(warehouse);
    assert!(all.words.len() > 100 && all.digits.len() > 50 && all.pairs.len() > 50, "there are contacts");
    assert_eq!(all.in_warehouse(&warehouse.0), Vec::<String>::new());
    all.none_said(run);
}

#[test]
fn nothing_identifies_anyone_before_and_after_failures() {
    let copy = shop();
    let mut all = Identifiers::default();
    for (id, email, phone) in [
        ("M71", "siv.planterad@privat.example", "070-999 88 71"),
        ("M72", "ulf.planterad@privat.example", "070-999 88 72"),
    ] {
        copy.append(MEMBERS, &format!("{id},{email},{phone},2025-01-05\n"));
        all.email(email);
        all.phone(phone);
    }
    for text in fs::read_to_string(copy.path().join(MEMBERS)).unwrap().lines().skip(1) {
        let cells = cells(text);
        all.email(&cells[1]);
        all.phone(&cells[2]);
    }
    // Personal values in rejected rows, in the wrong columns too, and in a total that is not a number.
    copy.edit(PIPELINE, "max_rejected: 10%", "max_rejected: 90%");
    copy.append(MEMBERS, "M73,eva.planterad@privat.example,0709998873,yesterday\nM74,x,2025-01-05,0709998874\n");
    copy.append(
        ORDERS,
        "201,M71,2025-02-17 10:00:00,0,1.00,SEK,true,ring grannen Ottilia Planterad\n\
         202,M71,2025-02-17 10:00:00,kund@privat.example,1.00,SEK,true,\n\
         203,M71,2025-02-17 10:00:00,1,1.00,SEK,true,ring Ottilia Planterad,igen\n\
         204,M72,2025-02-17 10:00:00,1,1.00,SEK,0709998874,\n\
         205,M72,2025-02-18 10:00:00,1,1.00,SEK,true,ring Ottilia Planterad\n",
    );
    for email in ["eva.planterad@privat.example", "kund@privat.example"] {
        all.email(email);
    }
    all.phone("0709998873");
    all.phone("0709998874");
    all.pairs.insert(("ottilia".to_owned(), "planterad".to_owned()));
    let warehouse = copy.path().join("warehouse");
    let nothing_leaked = |outcomes: &[Outcome]| {
        outcomes.iter().for_each(|outcome| all.none_said(outcome));
        assert_eq!(all.in_warehouse(&warehouse), Vec::<String>::new());
    };
    nothing_leaked(&[
        copy.lojal(&["run"]).exits(0),
        copy.lojal(&["rejects"]).exits(0),
        copy.lojal(&["ls"]).exits(0),
        copy.lojal(&["plan"]).exits(0),
    ]);
    // A check fails on every member.
    copy.write("sql/checks/nobody_is_there.sql", "select * from stg_members\n");
    copy.edit(PIPELINE, "\nchecks:\n", "\nchecks:\n  nobody_is_there: { description: Nobody is there }\n");
    nothing_leaked(&[copy.lojal(&["run"]).exits(1)]);
    copy.edit(
        PIPELINE,
        "nobody_is_there: { description: Nobody is there }",
        "nobody_is_there: { description: Nobody is there, severity: warn }",
    );
    // Too many rows are rejected; then corrected rows are replayed.
    copy.edit(PIPELINE, "max_rejected: 90%", "max_rejected: 1");
    nothing_leaked(&[copy.lojal(&["run"]).exits(1)]);
    copy.edit(PIPELINE, "max_rejected: 1\n", "max_rejected: 90%\n");
    nothing_leaked(&[copy.lojal(&["run"]).exits(0)]);
    copy.lojal(&["rejects", "--source", "orders", "--output", "fixes.csv", "--quiet"]).exits(0);
    copy.edit("fixes.csv", ",0,1.00,SEK", ",1,1.00,SEK");
    copy.edit("fixes.csv", ",igen", ",");
    nothing_leaked(&[copy.lojal(&["replay", "fixes.csv"]).exits(0)]);
    for extract in [MEMBERS, ORDERS] {
        let inferred = copy.lojal(&["infer", extract]);
        all.none_said(&inferred);
    }
    // The search finds what a pipeline releases.
    let leak = "select stg_members.member_id as id, max(upper(stg_members.email)) as x from stg_members group by \
                stg_members.member_id";
    add_mart(&copy, "leak", leak, ", released: So that the search finds something");
    copy.lojal(&["run", "--quiet"]).exits(0);
    let found = all.in_warehouse(&warehouse);
    assert!(!found.is_empty() && found.iter().all(|place| place.contains("/leak/")), "{found:?}");
}
