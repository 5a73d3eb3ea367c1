//! Labels and descriptions in several languages: what the catalog shows, and what is wrong with a language file.

use serde_json::Value;

use super::mistakes::{PIPELINE, project};
use super::support::{Copy, Outcome, sample_run, told};

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
fn the_catalog_holds_each_language() {
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
fn gaps_are_a_warning_that_names_some() {
    told!("language_gaps", check(WORDS).exits(0));
}

#[test]
fn words_for_what_is_not_published_are_mistakes() {
    let words = WORDS.replace("  daily_sales:", "  daily_sale:").replace("  day: {", "  days: {");
    told!("language_words_in_vain", check(&words).exits(2));
}

#[test]
fn mistakes_of_a_language_file_are_told_like_those_of_a_pipeline() {
    told!("language_unknown_key", check(&WORDS.replace("    label:", "    lable:")).exits(2));
}

#[test]
fn a_language_file_that_is_not_there_is_a_mistake() {
    let copy = with_words(project(), WORDS);
    copy.remove(SWEDISH);
    told!("language_file_missing", copy.lojal(&["check"]).exits(2));
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
