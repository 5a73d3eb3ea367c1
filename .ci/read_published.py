"""Reads a published warehouse with DuckDB, the way a BI tool would, and recomputes what must hold between its tables.

    read_published.py WAREHOUSE
"""

import json
import pathlib
import sys

import duckdb

# Each query returns one value that must be true.
LAWS = {
    "one row per person": "select count(*) = count(distinct customer_key) from customers",
    "every person has a source record": """
        select count(*) = 0 from customers anti join customer_identities using (customer_key)""",
    "every source record has one person": """
        select count(*) = count(distinct (source, source_id)) from customer_identities""",
    "months and customers agree on net revenue": """
        select (select sum(net_revenue) from customer_months) = (select sum(net_revenue) from customer_profitability)""",
    "net = gross - discounts - returns": """
        select bool_and(net_revenue = gross_revenue - discounts - returns) from customer_profitability""",
    "the profit curve ends at the customers' profit": """
        select (select cumulative_profit from profit_curve order by percentile desc limit 1)
             = (select sum(contribution_profit) from customer_profitability where profit_rank is not null)""",
    "each pool is what customers were charged and unused capacity": """
        select bool_and(pool_cost = charged_cost + unused_cost)
           and (select sum(cost_to_serve) from customer_profitability) = sum(charged_cost)
           and (select sum(cost_to_serve) from customer_months) = sum(charged_cost) from activity_capacity""",
    "every line of the profit statement agrees with its control": """
        select count(*) = 22 and bool_and(difference = 0) from profit_reconciliation""",
    "products and channels agree on net revenue": """
        select (select sum(net_revenue) from product_profitability)
             = (select sum(net_revenue) from channel_profitability)""",
    "every customer is in one stage now": """
        select count(*) = 0 from customers c
        where 1 <> (select count(*) from customer_stages s
                    where s.customer_key = c.customer_key and s.left_at is null and s.stage = c.lifecycle_stage)""",
    "every buyer is in one needs segment": """
        select count(*) = 0 from customers full join needs_segments using (customer_key)
        where (coalesce(order_count, 0) > 0) <> (needs_segment is not null)""",
    "rows read = loaded + rejected + duplicates": """
        select bool_and(rows_read = rows_loaded + rows_rejected + rows_duplicate) from source_reconciliation""",
    "suppressed figures are hidden": """
        select bool_and(value is null and ci_low is null and ci_high is null) from cx_metrics where is_suppressed""",
}


def main(warehouse):
    current = pathlib.Path(warehouse) / "current"
    snapshot = json.loads((current / "snapshot.json").read_text())
    db = duckdb.connect()
    faults = 0
    for name, table in snapshot["tables"].items():
        folder = current / "restricted" / name if table["restricted"] else current / name
        db.execute(f"create view {name} as from read_parquet('{folder}/*.parquet')")
        rows = db.execute(f"select count(*) from {name}").fetchone()[0]
        faults += rows != table["rows"]
        print(f"{'ok  ' if rows == table['rows'] else 'WRONG'} {name}: {rows} rows")
    for law, query in LAWS.items():
        holds = db.execute(query).fetchone()[0] is True
        faults += not holds
        print(f"{'ok  ' if holds else 'WRONG'} {law}")
    for document in ("run_results.json", "manifest.json", "catalog.json"):
        json.loads((current / document).read_text())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
