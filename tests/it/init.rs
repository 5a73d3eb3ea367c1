//! A project that needs nothing but the binary: `lojal init`, what it publishes, and how a newer binary is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::support::{Copy, Outcome, Warehouse, entries, matches_snapshot, repository, sample_run};

/// The folder that `init` writes.
fn started(arguments: &[&str]) -> Copy {
    let copy = Copy::of_nothing();
    let mut all = vec!["init", "shop"];
    all.extend(arguments);
    copy.lojal(&all).exits(0);
    copy
}

/// A project that `init` writes, with the one domain that needs no other: it is checked in a second or two.
fn started_small() -> Copy {
    let copy = started(&[]);
    copy.append("shop/pipelines/shop.yml", "domains: [customers]\n");
    copy
}

fn in_shop(copy: &Copy, arguments: &[&str]) -> Outcome {
    let mut all = arguments.to_vec();
    all.extend(["--project-dir", "shop"]);
    copy.lojal(&all)
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        found.insert(entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned());
    }
    found
}

#[test]
fn a_new_project_with_samples_publishes_what_the_repository_does() {
    let copy = started(&["--sample"]);
    let run = in_shop(&copy, &["run"]).exits(0);
    assert!(!run.stderr.contains("lojal.lock"), "{run}");
    let (new, own) = (Warehouse(copy.path().join("shop/warehouse")), sample_run().0.warehouse());
    assert_eq!(new.tables(), own.tables());
    assert_eq!(run.last_line()["warnings"], sample_run().1.last_line()["warnings"]);
    for table in new.tables() {
        let bytes = |warehouse: &Warehouse| -> Vec<Vec<u8>> {
            warehouse.files(&table).iter().map(|file| fs::read(file).unwrap()).collect()
        };
        assert!(bytes(&new) == bytes(&own), "the files of {table} differ");
    }
    let described = new.json("manifest.json").to_string();
    assert!(described.contains("\"lojal:sql/customers/marts/customers.sql\""), "{described}");
    // A second run has nothing new to do, as with a base in a folder.
    assert_eq!(in_shop(&copy, &["run", "--skip-unchanged"]).code, Some(99));
}

#[test]
fn a_new_project_passes_check_with_its_commented_lines_too() {
    let copy = started(&[]);
    let head = copy.read("shop/pipelines/shop.yml");
    let is_yaml = |line: &&str| {
        let key = line.split_once(": ").map_or(line.trim_end_matches(':'), |(key, _)| key);
        key.trim_start().bytes().all(|letter| letter == b'_' || letter.is_ascii_lowercase())
    };
    let with_examples: Vec<&str> =
        head.lines().map(|line| line.strip_prefix("# ").filter(is_yaml).unwrap_or(line)).collect();
    let with_examples = with_examples.join("\n");
    for key in ["\ntime_zone: ", "\nbase_currency: ", "\ndomains: ", "\nsources:\n  employee_surveys: null"] {
        assert!(with_examples.contains(key), "`{key}` is not in {with_examples}");
    }
    copy.write("shop/pipelines/shop.yml", with_examples);
    in_shop(&copy, &["check"]).exits(0);
    // What the README says about a staging model of one's own.
    let sql = in_shop(&copy, &["config", "--file", "lojal:sql/staging/stg_transactions.sql"]).exits(0).stdout;
    assert_eq!(sql, fs::read_to_string(repository().join("sql/staging/stg_transactions.sql")).unwrap());
    let unknown = in_shop(&copy, &["config", "--file", "docs/strat.md"]).exits(2);
    assert!(unknown.stderr.contains("did you mean `docs/start.md`?"), "{unknown}");
}

#[test]
fn a_mistake_in_a_project_is_shown_beside_the_file_of_the_base() {
    let copy = started_small();
    fs::create_dir_all(copy.path().join("shop/sql/staging")).unwrap();
    copy.write("shop/sql/staging/stg_products.sql", "select products.product_id from products\n");
    let check = in_shop(&copy, &["check"]).exits(2).stderr;
    assert!(check.contains("`stg_products` lacks the column `unit_cost_minor`"), "{check}");
    assert!(check.contains(" of lojal:sql/staging/_staging.yml"), "{check}");
    copy.remove("shop/sql/staging/stg_products.sql");
    copy.edit("shop/pipelines/shop.yml", "lojal:customer_lifecycle", "lojal:customer_lifecycl");
    let check = in_shop(&copy, &["check"]).exits(2).stderr;
    for part in ["pipelines/shop.yml:5:10: there is no pipeline `customer_lifecycl` inside lojal", "customer_lifecycle"]
    {
        assert!(check.contains(part), "{check}");
    }
}

#[test]
fn the_base_can_run_without_any_project() {
    let copy = Copy::of_nothing();
    let listed = copy.lojal(&["ls", "lojal:customer_lifecycle"]).exits(0).stdout;
    assert!(listed.contains("stg_transactions"), "{listed}");
    assert!(entries(copy.path()).is_empty());
}

#[test]
fn init_overwrites_nothing() {
    let copy = Copy::of_nothing();
    fs::create_dir_all(copy.path().join("shop/pipelines")).unwrap();
    copy.write("shop/README.md", "mine");
    let refused = copy.lojal(&["init", "shop", "--sample"]).exits(2).stderr;
    assert!(refused.contains("shop already has README.md, and init overwrites nothing"), "{refused}");
    copy.remove("shop/README.md");
    copy.write("shop/pipelines/own.yml", "mine");
    let refused = copy.lojal(&["init", "shop"]).exits(2).stderr;
    assert!(refused.contains("shop is a project already: it has shop/pipelines/own.yml"), "{refused}");
    assert_eq!(files(copy.path()), BTreeSet::from(["shop/pipelines/own.yml".to_owned()]));
    let refused = copy.lojal(&["init", "shop", "--upgrade"]).exits(2).stderr;
    assert!(refused.contains("no pipeline in shop/pipelines extends one inside lojal"), "{refused}");
    // A folder that cannot be written is named, and nothing stays behind.
    copy.write("file", "");
    let failed = copy.lojal(&["init", "file/shop"]).exits(3).stderr;
    assert!(failed.contains("file/shop"), "{failed}");
}

#[test]
fn the_name_of_a_pipeline_comes_from_its_folder() {
    let copy = Copy::of_nothing();
    for (folder, file) in [("2025 Åhus & Co.", "hus___co.yml"), ("Shop-1", "shop_1.yml"), ("123", "company.yml")] {
        copy.lojal(&["init", folder]).exits(0);
        let found = entries(&copy.path().join(folder).join("pipelines"));
        assert_eq!(found.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(), [file]);
    }
    // The name of the base is not a circle.
    copy.lojal(&["init", "customer_lifecycle"]).exits(0);
    copy.append("customer_lifecycle/pipelines/customer_lifecycle.yml", "domains: [customers]\n");
    copy.lojal(&["check", "--project-dir", "customer_lifecycle"]).exits(0);
}

/// What a project of an older lojal has: the files of its base before some changes, and its hash.
fn make_older(copy: &Copy, changes: &[(&str, &str, &str)]) {
    let path = copy.path().join("shop/.lojal/base.zip");
    let mut archive = ZipArchive::new(File::open(&path).unwrap()).unwrap();
    let mut texts = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        texts.insert(file.name().unwrap().into_owned(), text);
    }
    for (file, now, before) in changes {
        let text = texts.get_mut(*file).unwrap();
        assert_eq!(text.matches(now).count(), 1, "{file} contains `{now}` once");
        *text = text.replace(now, before);
    }
    let (mut hasher, mut archive) = (blake3::Hasher::new(), ZipWriter::new(Cursor::new(Vec::new())));
    for (path, text) in &texts {
        archive.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
        for part in [path, text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    fs::write(path, archive.finish().unwrap().into_inner()).unwrap();
    copy.write("shop/lojal.lock", format!("lojal: 0.0.9\nblake3: {}\n", hasher.finalize().to_hex()));
}

const CHANGES: [(&str, &str, &str); 5] = [
    ("pipelines/customer_lifecycle.yml", "\nmax_rejected: 1%\n", "\nmax_rejected: 2%\n"),
    ("sql/staging/stg_stores.sql", "-- The store extract.", "-- The stores."),
    ("sql/staging/stg_products.sql", "-- The product extract,", "-- The products,"),
    ("sql/employees/employees.yml", "description: Employee engagement by unit", "description: Older"),
    ("sql/customers/customers.yml", "\n  suppression_limit: 5 ", "\n  suppression_limit: 10 "),
];

#[test]
fn a_newer_base_is_noticed_shown_and_taken() {
    let copy = started_small();
    let diff = in_shop(&copy, &["config", "--diff"]).exits(0);
    assert!(diff.stdout.is_empty() && diff.stderr.contains("nothing has changed in the base"), "{diff}");
    let own = in_shop(&copy, &["config", "--file", "sql/staging/stg_products.sql"]).exits(0).stdout;
    fs::create_dir_all(copy.path().join("shop/sql/staging")).unwrap();
    copy.write("shop/sql/staging/stg_products.sql", own);
    make_older(&copy, &CHANGES);

    let check = in_shop(&copy, &["check"]).exits(0).stderr;
    assert_eq!(check.matches("lojal.lock").count(), 1, "{check}");
    let line = check.lines().find(|line| line.contains("lojal.lock")).unwrap();
    for part in ["warning: ", "of lojal 0.0.9", "`lojal config --diff`", "`lojal init --upgrade`"] {
        assert!(line.contains(part), "`{part}` is not in {line}");
    }

    let diff = in_shop(&copy, &["config", "--diff"]).exits(0).stdout;
    matches_snapshot!("a_newer_base", diff.replace(env!("CARGO_PKG_VERSION"), "[version]"));

    in_shop(&copy, &["init", "--upgrade"]).exits(0);
    let check = in_shop(&copy, &["check"]).exits(0).stderr;
    assert!(!check.contains("lojal.lock"), "{check}");
    assert!(copy.read("shop/lojal.lock").contains(&format!("lojal: {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_base_that_no_longer_fits_the_project_is_shown_as_files() {
    let copy = started_small();
    copy.append("shop/pipelines/shop.yml", "vars: { extracts: extracts, old_var: null }\n");
    copy.edit("shop/pipelines/shop.yml", "vars:\n  extracts: extracts   # folder with the extracts\n", "");
    make_older(
        &copy,
        &[("sql/customers/customers.yml", "\nvars:\n", "\nvars:\n  old_var: 1\n"), CHANGES[0], CHANGES[3]],
    );
    let diff = in_shop(&copy, &["config", "--diff"]).exits(0);
    assert!(diff.stderr.contains("the project has mistakes with the new base"), "{diff}");
    let parts = [
        "--- lojal:sql/customers/customers.yml",
        "-  old_var: 1",
        "-max_rejected: 2%\n+max_rejected: 1%",
        "-description: Older",
    ];
    for part in parts {
        assert!(diff.stdout.contains(part), "`{part}` is not in {diff}");
    }
}

#[test]
fn a_damaged_record_warns_and_can_be_written_again() {
    let copy = started_small();
    make_older(&copy, &CHANGES[..1]);
    fs::write(copy.path().join("shop/.lojal/base.zip"), "damaged").unwrap();
    let diff = in_shop(&copy, &["config", "--diff"]).exits(2).stderr;
    assert!(diff.contains(".lojal/base.zip: ") && diff.contains("`lojal init --upgrade`"), "{diff}");
    copy.write("shop/lojal.lock", "lojal: 1\n");
    let check = in_shop(&copy, &["check"]).exits(0).stderr;
    assert!(check.contains("warning: lojal.lock: ") && check.contains("blake3"), "{check}");
    in_shop(&copy, &["init", "--upgrade"]).exits(0);
    let check = in_shop(&copy, &["check"]).exits(0).stderr;
    assert!(!check.contains("lojal.lock"), "{check}");
}

#[test]
fn the_binary_has_all_files_of_the_repository() {
    let listed = Copy::of_nothing().lojal(&["config", "--files"]).exits(0).stdout;
    let listed: BTreeSet<&str> = listed.lines().collect();
    let of_folder = |folder: &str| -> Vec<String> {
        files(&repository().join(folder)).iter().map(|path| format!("{folder}/{path}")).collect()
    };
    let all: Vec<String> = ["pipelines", "sql", "sample_data", "docs"].into_iter().flat_map(of_folder).collect();
    let all: BTreeSet<&str> = all.iter().map(String::as_str).filter(|path| !path.contains("__pycache__")).collect();
    let missing: Vec<&&str> = all.difference(&listed).collect();
    assert!(missing.is_empty(), "`touch src/main.rs` and build again: {missing:?}");
    assert_eq!(listed, all);
}

#[test]
fn completions_and_manual_pages_know_every_verb() {
    let copy = Copy::of_nothing();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = copy.lojal(&["completions", shell]).exits(0).stdout;
        for word in ["replay", "skip-unchanged"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    copy.lojal(&["man", "man"]).exits(0);
    let run = copy.read("man/lojal-run.1");
    assert!(run.contains("skip\\-unchanged"), "{run}");
    assert!(copy.read("man/lojal.1").contains("lojal\\-replay(1)"));
}
