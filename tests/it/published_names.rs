//! Two tables that are published under one name: `lojal show` and `lojal query` find each by its place, by the name of its
//! file, and from the extracts.

use super::support::Copy;

const PIPELINE: &str = "pipelines/shop.yml";

/// The small project with a public table beside the restricted `person_contacts`, under its name, and a restricted one
/// whose name is only that of a public table.
fn shop() -> Copy {
    let copy = Copy::of_small();
    copy.write(
        "sql/marts/person_contact_counts.sql",
        "-- Grain: one row per pipeline.\n\nselect 'all' as area, count(*) as persons from person_sales\n",
    );
    copy.write(
        "sql/marts/private_sales.sql",
        "-- Grain: one row per person.\n\nselect person_sales.customer_key, person_sales.revenue from person_sales\n",
    );
    copy.edit(
        PIPELINE,
        "\nmodels:\n",
        "
models:
  person_contact_counts:
    description: Persons that bought.
    key: [area]
    publish_as: person_contacts
    columns:
      area: { description: Area }
      persons: { description: Persons that bought }
  private_sales:
    description: Revenue of each person, for few.
    key: [customer_key]
    restricted: true
    publish_as: person_sales
    columns:
      customer_key: { description: Person }
      revenue: { description: \"Revenue, in SEK\" }
",
    );
    copy
}

#[test]
fn a_restricted_table_is_found_by_the_place_where_it_is_published() {
    let copy = shop();
    let show = |name: &str, more: &[&str]| {
        let arguments = [&["show", name, "--format", "csv", "--limit", "100"], more].concat();
        copy.lojal(&arguments).exits(0).stdout
    };
    // From the extracts, before anything is published.
    let live = show("restricted/person_contacts", &["--live"]);
    assert!(live.starts_with("customer_key,email\n") && live.lines().count() > 2, "{live}");
    copy.lojal(&["run", "--quiet"]).exits(0);
    for name in ["restricted/person_contacts", "restricted.person_contacts", "person_contacts"] {
        assert_eq!(show(name, &[]), live, "{name}");
    }
    // The name of the folder, where the file has another.
    let sales = show("restricted/person_sales", &["--published"]);
    assert_eq!(sales, show("private_sales", &[]));
    assert!(sales.starts_with("customer_key,revenue\n"), "{sales}");
    assert!(show("person_sales", &[]).starts_with("customer_key,orders,"), "the public one");
    assert_eq!(show("person_contact_counts", &["--columns", "area"]), "area\nall\n");

    let query = |sql: &str| copy.lojal(&["query", sql, "--format", "csv"]);
    let (persons, buyers) = (live.lines().count() - 1, sales.lines().count() - 1);
    let both = query(
        "select (select count(*) from restricted.person_contacts) as listed, max(counts.persons) as counted
         from snapshot.person_contact_counts as counts",
    );
    assert_eq!(both.exits(0).stdout, format!("listed,counted\n{persons},{buyers}\n"));
    let joined = query(
        "select count(*) as persons from restricted.person_sales as r inner join person_sales as p
         on r.customer_key = p.customer_key",
    );
    assert_eq!(joined.exits(0).stdout, format!("persons\n{buyers}\n"));
}

#[test]
fn a_wrong_place_is_named_with_the_places_that_there_are() {
    let copy = shop();
    copy.lojal(&["run", "--quiet"]).exits(0);
    let wrong = copy.lojal(&["query", "select *\nfrom restricted.person_contact"]).exits(2).stderr;
    assert!(wrong.contains("no restricted table is published as `person_contact`"), "{wrong}");
    assert!(wrong.contains("did you mean `person_contacts`") && wrong.contains(":2:"), "{wrong}");
    let public = copy.lojal(&["show", "restricted/daily_sales"]).exits(2).stderr;
    assert!(public.contains("no restricted table is published as `daily_sales`"), "{public}");
    let schema = copy.lojal(&["query", "select * from private.person_contacts"]).exits(2).stderr;
    assert!(schema.contains("`restricted.NAME` the restricted table that is published as NAME"), "{schema}");
}
