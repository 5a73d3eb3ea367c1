//! Activation and learning over several runs in one warehouse: who enters and leaves, cooldowns, control groups,
//! outcomes, and that a day can be run again. Also the exported contact lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::support::{Copy, Warehouse, integers, matches_snapshot, texts, without};

const DOMAIN: &str = "sql/activation/activation.yml";

/// Two triggers that fire often in the sample extracts. The first one wins, and lasts as long as the customer is
/// recent.
const TRIGGERS: &str = "triggers:
  recent_order:
    description: A customer has just ordered.
    from: customers
    when: last_purchase_at >= $as_of_end - interval '8 days'
    at: last_purchase_at
    reason: \"concat('=', cast(order_count as varchar), ' orders')\"
    action: thank
    purpose: service
    channels: [app]
    priority: 1
    cooldown_days: 30
    expires_days: 10
    control_share: 0.5
    outcomes: { ordered: [5], net_revenue: [5] }
  buyer:
    description: A customer has ordered at some time.
    from: int_activation_facts
    when: order_count >= 1
    action: offer
    purpose: marketing
    channels: [email, phone]
    priority: 2
    cooldown_days: 60
    expires_days: 30
    control_share: 0.2

";

fn project() -> Copy {
    let copy = Copy::of_repository();
    let text = copy.read(DOMAIN);
    let (begin, end) = (text.find("\ntriggers:\n").unwrap() + 1, text.find("\nmodels:\n").unwrap() + 1);
    copy.write(DOMAIN, format!("{}{TRIGGERS}{}", &text[..begin], &text[end..]));
    copy
}

/// The bytes of every table.
fn bytes(warehouse: &Warehouse) -> BTreeMap<String, Vec<u8>> {
    let tables = warehouse.tables().into_iter();
    tables.map(|table| (table.clone(), fs::read(&warehouse.files(&table)[0]).unwrap())).collect()
}

/// Trigger, customer and one more column of a table's rows.
fn rows(warehouse: &Warehouse, table: &str, column: &str) -> Vec<(String, String, String)> {
    let table = warehouse.table(table);
    let (triggers, customers) = (texts(&table, "trigger"), texts(&table, "customer_key"));
    let pairs = triggers.into_iter().zip(customers).zip(texts(&table, column));
    pairs.map(|((trigger, customer), value)| (trigger, customer, value)).collect()
}

type Pairs = BTreeSet<(String, String)>;

/// Trigger and customer of the changes of a kind and reason.
fn changes(warehouse: &Warehouse, change: &str, reason: &str) -> Pairs {
    let kinds = rows(warehouse, "activation_changes", "change").into_iter();
    let reasons = rows(warehouse, "activation_changes", "reason");
    let found = kinds.zip(reasons).filter(|(kind, why)| kind.2 == change && why.2 == reason);
    found.map(|((trigger, customer, _), _)| (trigger, customer)).collect()
}

fn in_force(warehouse: &Warehouse) -> Pairs {
    rows(warehouse, "activations", "assignment").into_iter().map(|(trigger, customer, _)| (trigger, customer)).collect()
}

fn customers(pairs: &Pairs) -> BTreeSet<&str> {
    pairs.iter().map(|(_, customer)| customer.as_str()).collect()
}

#[test]
fn activations_over_several_days() {
    let copy = project();
    let run = |as_of: &str| {
        copy.lojal(&["run", "--quiet", "--as-of", as_of, "--select", "tag:activation", "--select", "customer_contacts"])
            .exits(0)
    };
    let warehouse = copy.warehouse();

    // The first day: everything is new, and each customer is activated once.
    run("2025-11-01");
    let first = in_force(&warehouse);
    assert_eq!(changes(&warehouse, "entered", "new"), first);
    assert_eq!(customers(&first).len(), first.len());
    let first_recent: Pairs = first.iter().filter(|(trigger, _)| trigger == "recent_order").cloned().collect();
    assert!(first_recent.len() >= 10 && first.len() > 2 * first_recent.len(), "{} {}", first_recent.len(), first.len());
    let assigned = rows(&warehouse, "activations", "assignment");
    for group in ["treatment", "control"] {
        assert!(assigned.iter().any(|(trigger, _, found)| trigger == "recent_order" && found == group), "{group}");
    }

    // Six days later, some orders are no longer recent. Nobody is activated a second time within a week.
    run("2025-11-07");
    let stale = changes(&warehouse, "exited", "condition no longer true");
    assert!(!stale.is_empty() && stale.is_subset(&first_recent), "{stale:?}");
    let entered = changes(&warehouse, "entered", "new");
    assert!(!entered.is_empty() && customers(&entered).is_disjoint(&customers(&first)), "{entered:?}");
    let second = in_force(&warehouse);
    assert_eq!(second, first.difference(&stale).chain(&entered).cloned().collect());
    let second_bytes = bytes(&warehouse);
    let outcomes = warehouse.table("activation_outcomes");
    let measured: i64 = integers(&outcomes, "customers").iter().sum();
    // Two outcomes for each customer whose five days have passed.
    assert_eq!(usize::try_from(measured).unwrap(), 2 * first_recent.len());

    // Another six days later, the rest of the first day's have expired, and cooldowns apply.
    run("2025-11-13");
    let expired = changes(&warehouse, "exited", "expired");
    assert_eq!(expired, first_recent.difference(&stale).cloned().collect::<Pairs>());
    let again = changes(&warehouse, "entered", "new");
    assert!(again.is_disjoint(&first) && again.is_disjoint(&entered), "a cooldown is longer than twelve days");
    let known: BTreeMap<(String, String), String> =
        assigned.into_iter().map(|(trigger, customer, group)| ((trigger, customer), group)).collect();
    for (trigger, customer, group) in rows(&warehouse, "activation_history", "assignment") {
        let before = known.get(&(trigger, customer));
        assert!(before.is_none_or(|before| *before == group), "a customer stays in the group");
    }

    // The same day again, and the day before it: the same bytes.
    let third_bytes = bytes(&warehouse);
    copy.lojal(&[
        "run",
        "--quiet",
        "--as-of",
        "2025-11-13",
        "--select",
        "tag:activation",
        "--select",
        "customer_contacts",
        "--skip-unchanged",
    ])
    .exits(99);
    run("2025-11-13");
    assert_eq!(bytes(&warehouse), third_bytes);
    export(&copy);
    run("2025-11-07");
    assert_eq!(bytes(&warehouse), second_bytes);
}

/// Lists contain the treated customers, each with the addresses that the trigger's channels need, and no control group.
fn export(copy: &Copy) {
    let assigned = rows(&copy.warehouse(), "activations", "assignment");
    let group = |trigger: &str, group: &str| -> BTreeSet<String> {
        let found = assigned.iter().filter(|row| row.0 == trigger && row.2 == group);
        found.map(|row| row.1.clone()).collect()
    };
    for trigger in ["recent_order", "buyer"] {
        let list = copy.lojal(&["export", trigger, "--quiet", "--format", "json"]).exits(0).stdout;
        let people: Vec<serde_json::Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let keys = people.iter().map(|person| person["customer_key"].as_str().unwrap().to_owned());
        assert_eq!(keys.collect::<BTreeSet<_>>(), group(trigger, "treatment"));
        assert!(!group(trigger, "control").is_empty(), "{trigger} has a control group");
        for person in &people {
            let channels = person["allowed_channels"].as_str().unwrap();
            assert_eq!(person["email"].is_string(), channels.contains("email"), "{person}");
            assert_eq!(person["phone"].is_string(), channels.contains("phone"), "{person}");
        }
    }
    let csv = copy.lojal(&["export", "recent_order"]).exits(0);
    let header = "trigger,customer_key,activated_on,expires_at,priority,recommended_action,reason,allowed_channels,first_name,email,phone";
    assert_eq!(csv.stdout.lines().next().unwrap(), header);
    assert!(csv.stdout.lines().skip(1).all(|line| line.contains(",'=")), "no cell is a formula: {}", csv.stdout);
    let number = group("recent_order", "treatment").len();
    assert_eq!(csv.stderr.trim(), format!("recent_order: {number} customers as of 2025-11-13"));

    let shown = copy.lojal(&["show", "activations", "--format", "csv", "--columns", "allowed_channels"]).exits(0);
    assert!(shown.stdout.lines().skip(1).all(|line| line.contains('[')), "a list is text in CSV: {}", shown.stdout);

    copy.write("list.csv", "an older list");
    let file = copy.lojal(&["export", "recent_order", "--output", "list.csv"]).exits(0);
    assert_eq!((file.stdout.as_str(), copy.read("list.csv")), ("", csv.stdout));
    let mode = fs::metadata(copy.path().join("list.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    matches_snapshot!("no_such_trigger", copy.lojal(&["export", "recent_ordr"]).exits(2));
    matches_snapshot!(
        "no_such_folder",
        copy.lojal(&["export", "recent_order", "--output", "nowhere/list.csv"]).exits(3)
    );
    matches_snapshot!("nothing_published", copy.lojal(&["export", "buyer", "--warehouse", "elsewhere"]).exits(2));
}

#[test]
fn without_triggers_nobody_is_activated() {
    let copy = Copy::of_repository();
    let text = copy.read(DOMAIN);
    let (begin, end) = (text.find("\ntriggers:\n").unwrap() + 1, text.find("\nmodels:\n").unwrap() + 1);
    copy.write(DOMAIN, format!("{}triggers: {{}}\n\n{}", &text[..begin], &text[end..]));
    copy.lojal(&["run", "--quiet", "--select", "tag:activation", "--select", "customer_contacts"]).exits(0);
    for table in ["activations", "activation_history", "activation_changes", "activation_outcomes"] {
        assert_eq!(copy.warehouse().table(table).num_rows(), 0, "{table}");
    }
    assert_eq!(without(&copy.warehouse().table("activation_funnel"), &[]).num_rows(), 0);
}
