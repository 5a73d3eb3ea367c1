//! Labels and descriptions in several languages: what the catalog shows, and mistakes in a language file.

use serde_json::Value;

use super::mistakes::{PIPELINE, project};
use super::support::{Copy, Outcome, matches_snapshot, sample_run};

const SWEDISH: &str = "swedish.yml";

const WORDS: &str = "columns:
  day: { label: Dag, description: Lokal dag }
  orders: { label: Order }
tables:
  daily_sales:
    label: Försäljning per dag
    description: Försäljning per lokal dag
    columns:
      orders: { description: Antal order }
";

/// The small project with a Swedish language file.
fn with_words(copy: Copy, words: &str) -> Copy {
    copy.append(PIPELINE, "  languages:\n    sv: swedish.yml\n");
    copy.write(SWEDISH, words);
    copy
}

fn check(words: &str) -> Outcome {
    with_words(project(), words).lojal(&["check"])
}

#[test]
fn the_catalog_contains_each_language() {
    let copy = with_words(Copy::of_small(), WORDS);
    copy.lojal(&["run", "--quiet"]).exits(0);
    let catalog = copy.warehouse().json("catalog.json");
    let node = &catalog["nodes"]["model.shop.daily_sales"];
    let table = &node["metadata"]["translations"];
    assert_eq!(table["en"]["label"], "Daily sales");
    assert_eq!(table["sv"]["label"], "Försäljning per dag");
    let orders = &node["columns"]["orders"]["translations"];
    assert_eq!(orders["en"]["description"], "Number of orders");
    assert_eq!((&orders["sv"]["label"], &orders["sv"]["description"]), (&"Order".into(), &"Antal order".into()));
    assert_eq!(node["columns"]["visits"]["translations"]["sv"]["label"], Value::Null);
}

#[test]
fn missing_words_are_a_warning_with_examples() {
    matches_snapshot!("language_gaps", check(WORDS).exits(0));
}

#[test]
fn words_for_unpublished_tables_are_mistakes() {
    let words = WORDS.replace("  daily_sales:", "  daily_sale:").replace("  day: {", "  days: {");
    matches_snapshot!("language_unused_words", check(&words).exits(2));
}

#[test]
fn mistakes_in_a_language_file_are_reported_like_those_in_a_pipeline() {
    matches_snapshot!("language_unknown_key", check(&WORDS.replace("    label:", "    lable:")).exits(2));
}

#[test]
fn a_missing_language_file_is_a_mistake() {
    let copy = with_words(project(), WORDS);
    copy.remove(SWEDISH);
    matches_snapshot!("language_file_missing", copy.lojal(&["check"]).exits(2));
}

#[test]
fn every_published_table_and_column_has_swedish_words() {
    let catalog = sample_run().0.warehouse().json("catalog.json");
    for (id, node) in catalog["nodes"].as_object().unwrap() {
        let columns = node["columns"].as_object().unwrap().iter();
        let places = columns.map(|(name, column)| (name.as_str(), &column["translations"]));
        for (name, translations) in places.chain([("the table", &node["metadata"]["translations"])]) {
            for language in ["en", "sv"] {
                for part in ["label", "description"] {
                    let words = translations[language][part].as_str().unwrap_or_default();
                    assert!(!words.is_empty(), "{id}: {name} has no {part} in {language}");
                }
            }
        }
    }
}
