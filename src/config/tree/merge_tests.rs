//! Merging a file over its base: what holds afterwards, and what is refused rather than dropped.

use super::*;
use crate::config::tree_of;
use crate::diagnostics::SourceText;

const BASE: &str = "
vars: { days: 30, name: app, share: 0.5 }
sources:
  members:
    path: a.csv
    format: { csv: { newlines_in_values: true } }
    columns:
      id: { type: int }
      email: { type: string, personal: true }
lookups:
  fees:
    columns: { channel: { type: string }, tier: { type: string }, fee: { type: int } }
    key: [channel, tier]
    rows:
      - { channel: [web, app], tier: [a, b], fee: 1 }
models:
  people:
    restricted: true
    key: [id]
    columns:
      id: { description: x, checks: [not_null, { range: { min: 0 } }] }
    checks: [{ expression: { name: positive, sql: id > 0 } }]
";

/// The base with `own` over it, and what is wrong.
fn merged(own: &str) -> (Node, Vec<String>) {
    let mut texts = Texts::default();
    let (base, own) = (texts.add(SourceText::new("base.yml", BASE)), texts.add(SourceText::new("own.yml", own)));
    let mut merged = Merged::default();
    let tree = over(tree_of(&texts, base).unwrap(), tree_of(&texts, own).unwrap(), &texts, &mut merged);
    (tree, merged.problems.iter().map(|problem| problem.message.clone()).collect())
}

fn node<'a>(tree: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('.').try_fold(tree, |node, key| node.get(key))
}

fn rows(own: &str) -> Vec<String> {
    let (tree, problems) = merged(own);
    assert_eq!(problems, [""; 0]);
    let cells = |row: &Node| -> Vec<String> {
        row.entries().iter().map(|(_, cell)| cell.text().unwrap_or("?").to_owned()).collect()
    };
    node(&tree, "lookups.fees.rows").unwrap().items().iter().map(|row| cells(row).join(" ")).collect()
}

#[track_caller]
fn refused(own: &str, message: &str) {
    let (_, problems) = merged(own);
    assert!(problems.iter().any(|problem| problem.contains(message)), "{problems:?}");
}

#[test]
fn rows_merge_by_key_and_removal_concerns_the_base_alone() {
    let own = "lookups: { fees: { rows: [{ channel: app, tier: a, fee: 9 }, { channel: tv, tier: a, fee: 2 }] } }";
    assert_eq!(rows(own), ["web a 1", "web b 1", "app a 9", "app b 1", "tv a 2"]);
    let rest = "rows: [{ channel: app, tier: c, fee: 5 }]";
    for own in [format!("{rest}, remove: [{{ channel: app }}]"), format!("remove: [{{ channel: app }}], {rest}")] {
        assert_eq!(rows(&format!("lookups: {{ fees: {{ {own} }} }}")), ["web a 1", "web b 1", "app c 5"]);
    }
}

#[test]
fn a_removal_that_fits_nothing_or_everything_is_refused() {
    refused("lookups: { fees: { remove: [{ channel: fax }] } }", "no row with these cells");
    refused("lookups: { fees: { remove: [{ typo: null }] } }", "the lookup has no column `typo`");
    refused("lookups: { fees: { remove: [null] } }", "expected a list of rows");
    refused("lookups: { fees: { remove: { channel: web } } }", "expected a list of rows");
}

#[test]
fn a_product_of_lists_is_bounded() {
    let many = |prefix: &str| (0..200).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join(", ");
    let own =
        format!("lookups: {{ fees: {{ rows: [{{ channel: [{}], tier: [{}], fee: 1 }}] }} }}", many("c"), many("t"));
    refused(&own, "more than 10000 rows");
}

#[test]
fn a_replaced_entry_stays_private() {
    let own = "sources: { members: { inherit: false, path: b.csv, columns: { email: { type: string } } } }
models: { people: { inherit: false, key: [id], columns: { id: { description: y } } } }";
    let (tree, problems) = merged(own);
    assert_eq!(problems, [""; 0]);
    assert_eq!(node(&tree, "models.people.restricted").unwrap().text(), Some("true"));
    assert_eq!(node(&tree, "sources.members.columns.email.personal").unwrap().text(), Some("true"));
    assert!(node(&tree, "sources.members.columns.id").is_none());
    refused("models: { people: { inherit: maybe } }", "expected true or false");
}

#[test]
fn a_var_keeps_its_kind() {
    refused("vars: { days: soon }", "of another kind");
    refused("vars: { days: 1.5 }", "of another kind");
    let (tree, problems) = merged("vars: { name: 5, share: 1 }");
    assert_eq!(problems, [""; 0]);
    assert!(matches!(node(&tree, "vars.name").unwrap().value, Value::Text(_)));
}

#[test]
fn checks_merge_by_kind_and_name() {
    let own =
        "models: { people: { checks: [{ positive: null }], columns: { id: { checks: [{ range: { min: 1 } }] } } } }";
    let (tree, problems) = merged(own);
    assert_eq!(problems, [""; 0]);
    assert!(node(&tree, "models.people.checks").unwrap().items().is_empty());
    let checks = node(&tree, "models.people.columns.id.checks").unwrap();
    assert_eq!(checks.items().len(), 2);
    refused("models: { people: { checks: [{ row_count: null }] } }", "no check `row_count`");
    let two = "models: { people: { columns: { id: { checks: [{ not_null: null, range: { min: 3 } }] } } } }";
    refused(two, "names exactly one check");
}

#[test]
fn a_misspelt_entry_is_not_a_new_one() {
    refused("lookups: { fee: { rows: [] } }", "the base has no lookup `fee`");
    refused("sources: { member: { columns: {} } }", "the base has no source `member`");
    refused("models: { people: { columns: { idd: { checks: [] } } } }", "the base has no column `idd`");
    refused("vars: { day: null }", "the base has no var `day`");
}

#[test]
fn a_format_of_another_kind_replaces() {
    let (tree, _) = merged("sources: { members: { format: { json: {} } } }");
    assert_eq!(node(&tree, "sources.members.format").unwrap().entries().len(), 1);
}

#[test]
fn words_of_yaml_1_1_are_text() {
    let (tree, _) = merged("vars: { name: NO }");
    assert_eq!(node(&tree, "vars.name").unwrap().text(), Some("NO"));
}
