//! Who moved, the customer or the company: what a company sends is not activity of its customers.

use std::collections::HashMap;

use super::support::{Copy, integers, texts};

const CUSTOMERS: &str = "sample_data/crm_customers.csv";
const CONTACTS: &str = "sample_data/crm_interactions.csv";
const ORDERS: &str = "sample_data/transactions.csv";

/// A project with quiet customers: each buys once in February 2025 or never, and nothing else is heard of them.
fn with_quiet(customers: &[(&str, bool)]) -> Copy {
    let copy = Copy::of_repository();
    for (number, (customer, buys)) in customers.iter().enumerate() {
        let person = format!("{customer},{customer}@example.org,,Quiet,Person,,,,SE,2025-01-02,,0.00,true,false,\n");
        copy.append(CUSTOMERS, &person);
        if *buys {
            let order =
                format!("{},1,{customer},2025-02-01 12:00:00,web,,P00077,,1,100.00,,SEK,false\n", 900_001 + number);
            copy.append(ORDERS, &order);
        }
    }
    copy
}

/// A contact on the 15th of each month from March on.
fn monthly(copy: &Copy, from: u32, customer: &str, rest: &str) {
    for month in 3..=12 {
        copy.append(CONTACTS, &format!("{},{customer},2025-{month:02}-15 09:00:00,{rest}\n", from + month));
    }
}

/// The stage of each source record's person, and the numbers of contacts by customer and by company.
fn stages(copy: &Copy) -> HashMap<String, (String, i64, i64)> {
    let customers = copy.warehouse().table("customers");
    let (keys, stages) = (texts(&customers, "customer_key"), texts(&customers, "lifecycle_stage"));
    let own = integers(&customers, "contacts_by_customer");
    let sent = integers(&customers, "contacts_by_company");
    let numbers = stages.into_iter().zip(own).zip(sent).map(|((stage, own), sent)| (stage, own, sent));
    let of_person: HashMap<String, (String, i64, i64)> = keys.into_iter().zip(numbers).collect();
    let identities = copy.warehouse().table("customer_identities");
    let (persons, sources) = (texts(&identities, "customer_key"), texts(&identities, "source"));
    let records = texts(&identities, "source_id").into_iter().zip(persons).zip(sources);
    let records = records.filter(|(_, source)| source == "crm_customers").map(|(record, _)| record);
    records.map(|(record, person)| (record, of_person[&person].clone())).collect()
}

fn run(copy: &Copy) -> String {
    copy.lojal(&["run", "--as-of", "2025-12-31", "--select", "+customers", "--select", "+customer_identities"])
        .exits(0)
        .stderr
}

#[test]
fn what_the_company_sends_keeps_nobody_active() {
    let copy = with_quiet(&[("Q1", false), ("Q2", true), ("Q3", true), ("Q4", true), ("Q5", true)]);
    monthly(&copy, 910_000, "Q1", "email,offer_mail,loyalty,,,");
    monthly(&copy, 920_000, "Q2", "sms,spring_sale,,,,");
    monthly(&copy, 930_000, "Q3", "letter,catalogue,,,,");
    monthly(&copy, 940_000, "Q4", "app,offer_push,loyalty,,,");
    // The one who looks at products in the app every month is not quiet.
    monthly(&copy, 950_000, "Q5", "app,product_page,purchase,2.0,,");
    run(&copy);
    let found = stages(&copy);
    assert_eq!(found["Q1"], ("awareness".to_owned(), 0, 10));
    for buyer in ["Q2", "Q3", "Q4"] {
        assert_eq!(found[buyer], ("at_risk".to_owned(), 0, 10), "{buyer}");
    }
    assert_eq!(found["Q5"], ("use".to_owned(), 10, 0));
}

#[test]
fn the_extract_says_who_moved() {
    let copy = with_quiet(&[("Q1", true), ("Q2", true)]);
    let contacts = copy.read(CONTACTS).replace("agent_id,store_id\n", "agent_id,store_id,direction\n");
    let mut lines = contacts.lines();
    let header = lines.next().unwrap_or_default().to_owned();
    let rest: String = lines.map(|line| format!("{line},\n")).collect();
    copy.write(CONTACTS, format!("{header}\n{rest}"));
    // Calls to the customer, and mails of the customer that nobody has answered.
    monthly(&copy, 910_000, "Q1", "phone,call_centre,support,5.0,A001,,company");
    monthly(&copy, 920_000, "Q2", "email,offer_mail,loyalty,,,,customer");
    run(&copy);
    let found = stages(&copy);
    assert_eq!(found["Q1"], ("at_risk".to_owned(), 0, 10));
    assert_eq!(found["Q2"], ("use".to_owned(), 10, 0));
}

#[test]
fn contacts_that_no_row_decides_are_named() {
    let copy = with_quiet(&[("Q1", true)]);
    monthly(&copy, 910_000, "Q1", "app,wheel_of_fortune,,,,");
    let said = run(&copy);
    assert!(said.contains("contacts_have_a_direction") && said.contains("wheel_of_fortune"), "{said}");
    assert_eq!(stages(&copy)["Q1"], ("use".to_owned(), 10, 0));

    // One row decides it.
    let row = "      - { channel: app, touchpoint: wheel_of_fortune, handled_by_agent: any, direction: company }\n";
    let first = "      # What is sent without an employee: mail, messages, letters.\n";
    copy.edit("sql/customers/customers.yml", first, &format!("{first}{row}"));
    let said = run(&copy);
    assert!(!said.contains("contacts_have_a_direction"), "{said}");
    assert_eq!(stages(&copy)["Q1"], ("at_risk".to_owned(), 0, 10));
}

#[test]
fn other_words_for_directions_fail() {
    let copy = Copy::of_repository();
    copy.edit_setting(
        "handled_by_agent: any, direction: customer }\n      - { channel: app, touchpoint: any",
        "handled_by_agent: any, direction: inbound }\n      - { channel: app, touchpoint: any",
    );
    let said = copy.lojal(&["check"]).exits(2).stderr;
    assert!(said.contains("contact_directions_are_sound") && said.contains("inbound"), "{said}");

    let copy = Copy::of_repository();
    copy.edit(
        "sql/staging/stg_crm_interactions.sql",
        "    crm_interactions.direction,\n",
        "    'inbound' as direction,\n",
    );
    let said = copy.lojal(&["run", "--select", "+customers"]).exits(1).stderr;
    assert!(said.contains("directions_are_known") && said.contains("inbound"), "{said}");
}
