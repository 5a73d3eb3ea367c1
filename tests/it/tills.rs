//! Transactions as tills and shops book them, from the extract to the published tables: mixed receipts, refunds under
//! the order's own number, cancelled orders, freight, gift cards, costs of the order, amounts in the wrong unit.

use super::support::Copy;

const LINES: &str = "\
transaction_id,line_no,customer_id,ordered_at,channel,store_id,product_id,category,quantity,unit_price,discount,currency,is_return,status,payment_cost,delivery_cost
970000001,1,C-till,2025-10-10 12:00:00,store,S001,P00077,x,1,500.00,0.00,SEK,false,,,
970000001,2,C-till,2025-10-10 12:00:09,store,S001,P00077,x,1,200.00,0.00,SEK,true,,,
970000002,1,C-till,2025-10-20 12:00:00,web,,P00077,x,1,300.00,0.00,SEK,false,Levererad,4.50,59.00
970000002,2,C-till,2025-10-20 12:00:00,web,,FRAKT,x,1,49.00,0.00,SEK,false,levererad,,59.00
970000002,3,,2025-11-05 09:00:00,store,S001,P00077,x,1,300.00,0.00,SEK,true,,,
970000003,1,C-till,2025-11-06 12:00:00,web,,P00077,x,1,900.00,0.00,SEK,false,Cancelled,,
970000003,2,C-till,2025-11-06 12:00:00,web,,P00077,x,1,900.00,0.00,SEK,false,cancelled,,
970000004,1,C-till,2025-11-07 12:00:00,store,S001,P00077,x,1000,0.123456,0.00,SEK,false,,,
970000004,2,C-till,2025-11-07 12:00:03,store,S001,PRESENTKORT,x,1,500.00,0.00,SEK,false,,,
";

/// Rows of a published table as CSV.
fn rows(copy: &Copy, table: &str, columns: &str, condition: &str) -> String {
    copy.lojal(&["show", table, "--columns", columns, "--where", condition, "--format", "csv"]).exits(0).stdout
}

#[test]
fn sales_and_returns_of_one_number_are_in_their_own_months() {
    let copy = Copy::of_repository();
    copy.append(
        "sample_data/crm_customers.csv",
        "C-till,kassa@example.org,,Kassa,Kund,1990-01-01,11122,Stockholm,SE,2025-09-01,web,0.00,true,false,\n",
    );
    copy.write("sample_data/transactions_tills.csv", LINES);
    copy.lojal(&["run", "--quiet"]).exits(0);

    let columns = "order_key,ordered_date,order_number,gross_revenue,returns,net_revenue,lines";
    assert_eq!(
        rows(&copy, "orders", columns, "transaction_id > 970000000 and customer_key <> 'unidentified'"),
        "order_key,ordered_date,order_number,gross_revenue,returns,net_revenue,lines\n\
         970000001,2025-10-10,1,500.00,0.00,500.00,1\n\
         970000001-return-2025-10-10,2025-10-10,,0.00,200.00,-200.00,1\n\
         970000002,2025-10-20,2,349.00,0.00,349.00,2\n\
         970000002-return-2025-11-05,2025-11-05,,0.00,300.00,-300.00,1\n\
         970000004,2025-11-07,3,123.46,0.00,123.46,1\n"
    );
    assert_eq!(
        rows(&copy, "touchpoints", "event_id,occurred_at,journey", "event = 'return' and event_id > 970000000"),
        "event_id,occurred_at,journey\n\
         970000001,2025-10-10T10:00:09Z,return\n\
         970000002,2025-11-05T08:00:00Z,return\n"
    );
    assert_eq!(
        rows(&copy, "transaction_reconciliation", "currency,outcome,reason,lines,amount", "reason <> 'goods'"),
        "currency,outcome,reason,lines,amount\n\
         SEK,left out,cancelled,2,1800.00\n\
         SEK,left out,gift_card,1,500.00\n\
         SEK,order,freight,1,49.00\n"
    );
    // The channels of the default pipeline cost nothing.
    assert_eq!(
        rows(&copy, "profit_reconciliation", "line,total,difference", "line in ('payment_cost', 'delivery_cost')"),
        "line,total,difference\n\
         payment_cost,4.50,0.00\n\
         delivery_cost,59.00,0.00\n"
    );
}

#[test]
fn a_staging_model_in_the_wrong_unit_fails_the_run() {
    let copy = Copy::of_repository();
    copy.edit("sql/staging/stg_transactions.sql", "transactions.unit_price * 100", "transactions.unit_price");
    let run = copy.lojal(&["run", "--quiet"]).exits(1);
    assert!(run.stderr.contains("check amounts_are_conserved failed"), "{}", run.stderr);
    assert!(run.stderr.contains("control total"), "{}", run.stderr);
}

#[test]
fn rates_per_hundred_units_are_noticed() {
    let copy = Copy::of_repository();
    let rates = copy.read("sample_data/exchange_rates.csv");
    let per_hundred: String = rates
        .lines()
        .map(|line| match line.strip_prefix("NOK,").and_then(|rest| rest.split_once(',')) {
            Some((from, rate)) => format!("NOK,{from},{}\n", rate.parse::<f64>().unwrap() * 100.0),
            None => format!("{line}\n"),
        })
        .collect();
    copy.write("sample_data/exchange_rates.csv", per_hundred);
    let refused = copy.lojal(&["run", "--quiet", "--as-of", "2025-12-31"]).exits(1);
    assert!(refused.stderr.contains("check amounts_are_conserved failed"), "{refused}");
    assert!(refused.stderr.contains("amount in base currency"), "{refused}");
}
