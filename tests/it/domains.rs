//! Domains and changes: what is on, what it needs, and how a project changes its base without copying it.

use std::path::Path;

use super::support::{Copy, Outcome, Warehouse, column, repository, texts};

/// A project next to a copy of the repository, laid out as in docs/start.md.
struct Own(Copy);

impl Own {
    fn of(pipeline: &str) -> Self {
        let copy = Copy::of_repository();
        for folder in ["acme/pipelines", "acme/sql/staging", "acme/sql/marts"] {
            std::fs::create_dir_all(copy.path().join(folder)).unwrap();
        }
        copy.write("acme/pipelines/acme.yml", format!("{HEAD}{pipeline}"));
        Self(copy)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join("acme").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn lojal(&self, arguments: &[&str]) -> Outcome {
        let mut all = arguments.to_vec();
        all.extend(["--project-dir", "acme"]);
        self.0.lojal(&all)
    }

    fn check(&self) -> Outcome {
        self.lojal(&["check"])
    }

    fn warehouse(&self) -> Warehouse {
        Warehouse(self.0.path().join("acme/warehouse"))
    }
}

const HEAD: &str = "extends: ../../pipelines/customer_lifecycle.yml\nname: acme\nvars: { extracts: ../sample_data }\n";
const FOUR: &str = "domains: [customers, lifecycle, profit, value]\n";

#[track_caller]
fn says(outcome: Outcome, code: i32, parts: &[&str]) -> Outcome {
    let outcome = outcome.exits(code);
    for part in parts {
        assert!(outcome.stderr.contains(part), "`{part}` is not in:\n{}", outcome.stderr);
    }
    outcome
}

#[test]
fn every_domain_passes_check_with_only_what_it_needs() {
    let closures = [
        "customers",
        "customers, lifecycle",
        "customers, profit",
        "customers, profit, value",
        "customers, lifecycle, profit, value",
        "customers, lifecycle, profit, value, experience",
        "customers, lifecycle, profit, value, experience, segments",
        "customers, lifecycle, profit, journeys",
        "customers, lifecycle, profit, value, experience, drivers",
        "customers, lifecycle, profit, value, experience, loyalty",
        "customers, employees",
        "customers, lifecycle, profit, value, activation",
    ];
    for domains in closures {
        Own::of(&format!("domains: [{domains}]\n")).check().exits(0);
    }
}

#[test]
fn a_domain_that_is_off_publishes_nothing_and_reads_nothing() {
    let own = Own::of(FOUR);
    let listed = own.lojal(&["ls"]).exits(0).stdout;
    assert!(!listed.contains("employee_surveys") && !listed.contains("journeys"), "{listed}");
    // Without the extract of a domain that is off there is no warning either.
    own.0.remove("sample_data/employee_surveys.csv");
    let run = own.lojal(&["run"]).exits(0);
    assert!(!run.stderr.contains("employee"), "{}", run.stderr);
    let tables = own.warehouse().tables();
    assert!(tables.contains(&"customer_values".to_owned()) && !tables.contains(&"cx_metrics".to_owned()), "{tables:?}");
    let customers = own.warehouse().table("customers");
    assert!(customers.column_by_name("value_tier").is_some() && customers.column_by_name("nps_latest").is_none());
}

#[test]
fn a_domain_needs_others() {
    let own = Own::of("domains: [customers, value]\n");
    let parts = ["acme/pipelines/acme.yml:4:22", "`value` needs `profit`, which is off: value tiers", "add `profit`"];
    says(own.check(), 2, &parts.map(|part| part.strip_prefix("acme/").unwrap_or(part)));
    says(Own::of("domains: [customers, valu]\n").check(), 2, &["there is no domain `valu`", "did you mean `value`?"]);
    says(Own::of("domains: { employes: false }\n").check(), 2, &["no domain `employes`", "did you mean `employees`?"]);
    Own::of("domains: { employees: false }\n").check().exits(0);
}

#[test]
fn domains_cannot_need_each_other_in_a_cycle() {
    let own = Own::of("domains: { one: true, two: true }\n");
    own.write("sql/one/one.yml", "description: One.\nneeds: { two: for a test }\n");
    own.write("sql/two/two.yml", "description: Two.\nneeds: { one: for a test }\n");
    says(own.check(), 2, &["sql/one/one.yml:2:10", "`one` and `two` need each other"]);
}

#[test]
fn a_model_reads_only_domains_that_its_own_needs() {
    let own = Own::of("domains: { warranty: true }\n");
    own.write("sql/warranty/warranty.yml", "description: Claims.\nneeds: { customers: who claims }\n");
    own.write(
        "sql/warranty/intermediate/int_claims.sql",
        "select int_customer_values.customer_no\nfrom int_customer_values\n",
    );
    let parts = ["sql/warranty/intermediate/int_claims.sql:2:6", "reads `int_customer_values` of the domain `value`"];
    says(own.check(), 2, &parts);
    own.write("sql/warranty/intermediate/int_claims.sql", "select 1 as x from int_persons where 1 < $at_risk_days\n");
    says(own.check(), 2, &["uses the var `at_risk_days` of the domain `lifecycle`"]);
}

#[test]
fn entries_of_a_domain_that_is_off_are_reported() {
    let own = Own::of(&format!("{FOUR}lookups:\n  index_items:\n    description: x\n"));
    says(own.check(), 2, &["acme.yml:6:3", "`index_items` belongs to the domain `experience`, which is off"]);
    let own = Own::of(FOUR);
    own.write("sql/marts/scores.sql", "select cx_metrics.month from cx_metrics\n");
    says(own.check(), 2, &["there is no table `cx_metrics`", "it belongs to the domain `experience`, which is off"]);
    says(own.lojal(&["check", "--vars", "driver_seed=2"]), 2, &["it belongs to the domain `drivers`, which is off"]);
}

#[test]
fn a_misspelt_name_is_not_a_new_one() {
    let own = Own::of("vars: { at_risk_dayz: 90 }\n".trim_start());
    // The head has vars already: the text above would repeat the key.
    own.write("pipelines/acme.yml", &HEAD.replace("vars: {", "vars: { at_risk_dayz: 90,"));
    says(own.check(), 2, &["no var `at_risk_dayz`", "did you mean `at_risk_days`?"]);
    let wrong = Own::of("lookups: { tier_threshold: { columns: { a: { type: int } }, key: [a], rows: [] } }\n");
    says(wrong.check(), 2, &["no lookup `tier_threshold`", "did you mean `tier_thresholds`?"]);
    let wrong = Own::of("sources: { transaction: { path: x.csv, columns: { a: { type: int } } } }\n");
    says(wrong.check(), 2, &["no source `transaction`", "did you mean `transactions`?"]);
    let wrong = Own::of("models: { customer: { description: x } }\n");
    says(wrong.check(), 2, &["SQL file for the model `customer`", "did you mean `customers`?"]);
}

#[test]
fn a_var_keeps_its_kind() {
    let vars = |own: &str| {
        let own_project = Own::of("");
        own_project.write("pipelines/acme.yml", &HEAD.replace("vars: {", &format!("vars: {{ {own},")));
        own_project.check()
    };
    says(vars("at_risk_days: soon"), 2, &["acme.yml:3:", "`at_risk_days` is of another kind (180)"]);
    says(vars("at_risk_days: 90.5"), 2, &["`at_risk_days` is of another kind (180)"]);
    vars("at_risk_days: 90, discount_rate: 0").exits(0);
}

#[test]
fn a_staging_model_that_lacks_a_column_names_its_readers() {
    let own = Own::of("");
    let sql = std::fs::read_to_string(repository().join("sql/staging/stg_products.sql")).unwrap();
    own.write(
        "sql/staging/stg_products.sql",
        &sql.replace("    products.category,\n", "").replace("unit_cost_minor", "cost"),
    );
    let parts = [
        "error: sql/staging/stg_products.sql:",
        "`stg_products` lacks the column `unit_cost_minor` (int)",
        "int_products",
    ];
    let said = says(own.check(), 2, &parts);
    // An optional column may be omitted.
    assert!(!said.stderr.contains("`category`"), "{}", said.stderr);
}

#[test]
fn a_model_adds_columns_to_a_table() {
    let own = Own::of(
        "models:\n  customers_size:\n    extends: customers\n    key: [customer_key]\n    columns:\n      customer_key: { description: The person }\n      is_large: { description: More than ten orders, checks: [not_null] }\n",
    );
    let sql = "select int_persons.customer_key, count(*) > 10 as is_large\nfrom int_persons\nleft join int_orders\n    on int_persons.customer_no = int_orders.customer_no\ngroup by int_persons.customer_key\n";
    own.write("sql/marts/customers_size.sql", sql);
    own.lojal(&["run", "--select", "+customers"]).exits(0);
    let customers = own.warehouse().table("customers");
    let large = column(&customers, "is_large");
    let orders = texts(&customers, "customer_key").len();
    assert_eq!((large.len(), large.null_count()), (orders, 0));
    assert!(!own.warehouse().tables().contains(&"customers_size".to_owned()));
    // Two rows for a key, and rows without a customer.
    own.write(
        "sql/marts/customers_size.sql",
        &sql.replace("group by int_persons.customer_key", "group by int_persons.customer_key, int_orders.channel"),
    );
    says(
        own.lojal(&["run", "--select", "+customers"]),
        1,
        &["key_customers_size", "customer_key identifies a row of customers_size"],
    );
    own.write("sql/marts/customers_size.sql", "select 'nobody' as customer_key, true as is_large\n");
    says(own.lojal(&["run", "--select", "+customers"]), 1, &["rows_of_customers_size"]);
}

#[test]
fn a_model_that_extends_has_the_tables_key_and_new_columns() {
    let model = |lines: &str| {
        let own = Own::of(&format!("models:\n  customers_more:\n{lines}"));
        own.write("sql/marts/customers_more.sql", "select int_persons.customer_key, 'x' as country from int_persons\n");
        own
    };
    let columns =
        "    columns:\n      customer_key: { description: The person }\n      country: { description: Again }\n";
    let wrong = model(&format!("    extends: customer\n    key: [customer_key]\n{columns}"));
    says(wrong.check(), 2, &["no published table `customer`", "did you mean `customers`?"]);
    let wrong = model(&format!("    extends: customers\n    key: [country]\n{columns}"));
    says(wrong.check(), 2, &["extends `customers`, whose key is customer_key"]);
    let wrong = model(&format!("    extends: customers\n    key: [customer_key]\n{columns}"));
    says(wrong.check(), 2, &["the column `country` of `customers` comes from `customers` already"]);
}

#[test]
fn rows_columns_and_checks_merge_by_key() {
    let own = Own::of(
        "lookups:\n  activation_channels:\n    remove: [{ channel: app }]\n    rows:\n      - { channel: sms, needs: phone, needs_consent: false }\n      - { channel: letter, needs: none, needs_consent: true }\nmodels:\n  customers:\n    columns:\n      country:\n        label: Land\n        checks: [{ accepted_values: { values: [SE, NO, DK, FI] } }]\n      signup_date:\n        checks: [{ not_null: null }]\n",
    );
    let rows = own.lojal(&["config", "lookups.activation_channels"]).exits(0).stdout;
    assert!(rows.contains("channel: letter") && !rows.contains("channel: app"), "{rows}");
    assert!(rows.contains("acme.yml") && rows.contains("sql/activation/activation.yml"), "{rows}");
    let columns = own.lojal(&["config", "models.customers.columns"]).exits(0).stdout;
    assert!(columns.contains("label: Land") && columns.contains("marketing_consent"), "{columns}");
    let signup = own.lojal(&["config", "models.customers.columns.signup_date"]).exits(0).stdout;
    assert!(signup.contains("description") && !signup.contains("not_null"), "{signup}");
    // The triggers still name the channel that was removed.
    says(own.check(), 2, &["activation_channels_are_sound"]);
    let wrong = Own::of("lookups: { activation_channels: { remove: [{ channel: fax }] } }\n");
    says(wrong.check(), 2, &["no row with these cells"]);
    let wrong = Own::of("models: { customers: { columns: { countri: null } } }\n");
    says(wrong.check(), 2, &["no column `countri`", "did you mean `country`?"]);
}

#[test]
fn parts_of_a_source_merge_or_are_replaced() {
    let own =
        Own::of("sources:\n  products:\n    path: other/products.csv\n    columns:\n      colour: { type: string }\n");
    let products = own.lojal(&["config", "sources.products"]).exits(0).stdout;
    assert!(products.contains("other/products.csv") && products.contains("colour") && products.contains("unit_cost"));
    let own = Own::of(
        "sources:\n  products:\n    inherit: false\n    path: other/products.csv\n    columns:\n      colour: { type: string }\n",
    );
    let products = own.lojal(&["config", "sources.products"]).exits(0).stdout;
    assert!(products.contains("colour") && !products.contains("unit_cost"), "{products}");
}

#[test]
fn a_tier_is_a_row() {
    let own = Own::of(
        "lookups:\n  tier_thresholds:\n    rows:\n      - { measure: value, tier: top, quantile: 0.95, level: high }\n",
    );
    own.lojal(&["run"]).exits(0);
    let warehouse = own.warehouse();
    let tiers = texts(&warehouse.table("customers"), "value_tier");
    assert!(tiers.contains(&"top".to_owned()) && tiers.contains(&"high".to_owned()), "{tiers:?}");
    let segments = texts(&warehouse.table("segment_summary"), "segment");
    assert!(segments.iter().any(|segment| segment.starts_with("top x")), "{segments:?}");
    assert!(texts(&warehouse.table("value_tiers"), "tier").contains(&"top".to_owned()));
}

#[test]
fn what_would_be_dropped_without_a_word_is_refused() {
    says(Own::of("domains: customers\n").check(), 2, &["acme.yml:4:10", "expected a list of domains"]);
    let own = Own::of("");
    own.write("sql/employes/marts/extra.sql", "select 1 as one\n");
    says(own.check(), 2, &["has SQL and no employes.yml", "did you mean the domain `employees`?"]);
    let own = Own::of("");
    let sql = own.0.read("sql/staging/stg_crm_customers.sql");
    own.write("sql/staging/stg_crm_customers.sql", &sql.replace("as email_key", "as emial_key"));
    says(own.check(), 2, &["no column `emial_key`", "did you mean `email_key`?"]);
    let own = Own::of("sources: { products: null }\n");
    let sql = "select products.product_id, transactions.category, cast(0 as bigint) as unit_cost_minor\nfrom transactions\nleft join products on true\n";
    own.write("sql/staging/stg_products.sql", sql);
    says(own.check(), 2, &["reads the source `products`, which was removed", "it reads `transactions` too"]);
}

#[test]
fn a_model_extends_a_table_and_nothing_else() {
    let model = |properties: &str| {
        let columns = "columns: { customer_key: { description: The person }, x: { description: X } }";
        let own = Own::of(&format!("models: {{ more: {{ {properties}, key: [customer_key], {columns} }} }}\n"));
        own.write("sql/marts/more.sql", "select int_persons.customer_key, 1 as x from int_persons\n");
        own
    };
    says(
        model("extends: customers_value").check(),
        2,
        &["it extends `customers` itself", "write `extends: customers`"],
    );
    let restricted = model("extends: customers, restricted: true");
    says(restricted.check(), 2, &["this model is restricted, and the table `customers` is published for everyone"]);
    let own = model("extends: customers");
    own.write("sql/marts/more.sql", "select int_persons.customer_key, 1 as x, 2 as y from int_persons\n");
    says(own.check(), 2, &["the column `y` of `more` is not described"]);
}

/// Fenced blocks of a section of docs/start.md or docs/domains.md that follow a line with a path.
fn files_of(document: &str, section: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(repository().join("docs").join(document)).unwrap();
    let begin = text.find(&format!("## {section}\n")).unwrap();
    let rest = &text[begin + 3..];
    let section = rest.find("\n## ").map_or(rest, |end| &rest[..end]);
    let mut files = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(path) = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")) else { continue };
        let block: Vec<&str> = lines.by_ref().skip(2).take_while(|line| !line.starts_with("```")).collect();
        files.push((path.to_owned(), format!("{}\n", block.join("\n"))));
    }
    assert!(!files.is_empty());
    files
}

fn started(section: &str, extracts: &[&str]) -> Own {
    let own = Own(Copy::of_repository());
    for (path, text) in files_of("start.md", section) {
        own.write(&path, &text);
    }
    for extract in extracts {
        let from = own.0.read(&format!("sample_data/{extract}.csv"));
        own.write(&format!("extracts/{extract}.csv"), &from);
    }
    own
}

#[test]
fn a_company_with_transactions_alone() {
    let own = started("Transactions alone", &["transactions"]);
    let run = own.lojal(&["run"]).exits(0);
    assert!(!run.stderr.contains("extract is"), "{}", run.stderr);
    let customers = own.warehouse().table("customers");
    assert!(customers.num_rows() > 200);
    assert!(own.warehouse().tables().iter().all(|table| !table.starts_with("cx_")));
}

#[test]
fn a_company_with_customers_and_transactions() {
    let own = started("Customers and transactions", &["crm_customers", "transactions", "products"]);
    own.lojal(&["run"]).exits(0);
    assert_eq!(own.warehouse().table("customers").num_rows(), 300);
}

#[test]
fn a_company_with_everything() {
    let all = [
        "crm_customers",
        "crm_interactions",
        "transactions",
        "products",
        "stores",
        "surveys",
        "survey_invitations",
        "employee_surveys",
        "exchange_rates",
        "activity_costs",
        "loyalty_events",
    ];
    let own = started("Everything", &all);
    own.lojal(&["run"]).exits(0);
    assert_eq!(own.warehouse().table("customers").num_rows(), 300);
}

#[test]
fn a_domain_of_ones_own() {
    let own = Own::of("domains: { warranty: true }\n");
    for (path, text) in files_of("domains.md", "A table with a check, in a domain of its own") {
        own.write(&path, &text);
    }
    own.lojal(&["run", "--select", "domain:warranty"]).exits(0);
    assert!(own.warehouse().table("warranty_claims").num_rows() > 0);
    assert!(Path::new(&own.warehouse().0).is_dir());
}
