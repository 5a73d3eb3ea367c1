"""Reads a published warehouse with DuckDB, the way a BI tool would, and recomputes what must hold between its tables.

    read_published.py WAREHOUSE EXTRACTS

The purchase histories are recomputed from the text of the extracts, and so is the likelihood of the fitted model.
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
        select count(*) = count(distinct (source, source_id)) from customer_identities where known_to is null""",
    "the public counts are those of the source records": """
        select count(*) = 0 from customer_identity_counts c full join (
            select customer_key, source, count(*) n from customer_identities
            where known_to is null and valid_to is null group by all) i using (customer_key, source)
        where c.records is distinct from i.n""",
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
        select count(*) = 23 and bool_and(difference = 0) from profit_reconciliation""",
    "products and channels agree on net revenue": """
        select (select sum(net_revenue) from product_profitability)
             = (select sum(net_revenue) from channel_profitability)""",
    "orders are the sums of their lines": """
        select count(*) = 0 from orders o full join (select order_key, count(*) n, sum(net_revenue) net, sum(cost_of_goods) cost,
               count(cost_of_goods) known from order_lines group by order_key) l using (order_key)
        where o.lines is distinct from l.n or o.net_revenue is distinct from l.net
           or o.cost_of_goods is distinct from case when l.known = l.n then l.cost end""",
    "every transaction line is in an order, in a return or left out": """
        select (select sum(lines) from transaction_reconciliation where outcome <> 'left out') = (select sum(lines) from orders)
           and (select sum(gross_amount) from transaction_reconciliation where outcome = 'order')
             = (select sum(gross_revenue) from orders)
           and (select sum(net_amount) from transaction_reconciliation where outcome <> 'left out')
             = (select sum(net_revenue) from orders)""",
    "orders and customers agree on net revenue, unidentified included": """
        select count(*) = 0 from customer_profitability c
        full join (select customer_key, sum(net_revenue) net from orders group by customer_key) o using (customer_key)
        where c.net_revenue is distinct from coalesce(o.net, 0)""",
    "every month is in the calendar": """
        select count(*) = 0 from customer_months anti join dates on customer_months.month = dates.date""",
    "every customer is in one stage now": """
        select count(*) = 0 from customers c
        where 1 <> (select count(*) from customer_stages s
                    where s.customer_key = c.customer_key and s.left_at is null and s.stage = c.lifecycle_stage)""",
    "every buyer is in one needs segment": """
        select count(*) = 0 from customers full join needs_segments using (customer_key)
        where (coalesce(order_count, 0) > 0) <> (needs_segments.customer_key is not null)
           or customers.needs_segment is distinct from coalesce(needs_segments.needs_segment, 'no purchase')""",
    "lines read = header + ignored + rows": """
        select bool_and(lines_read = lines_header + lines_ignored + rows_read) from source_reconciliation""",
    "rows read = loaded + rejected + duplicates + superseded": """
        select bool_and(rows_read = rows_loaded + rows_rejected + rows_duplicate + rows_superseded) from source_reconciliation""",
    "suppressed figures are hidden": """
        select bool_and(value is null and ci_low is null and ci_high is null and previous_value is null and change is null)
        from cx_metrics where is_suppressed""",
    "no change reveals a suppressed figure": """
        select count(*) = 0 from cx_metrics n join cx_metrics p using (period, level, item, segment, metric)
        where p.is_suppressed and n.previous_value is not null
          and p.month = n.month - case period when 'month' then interval 1 month else interval 12 month end""",
    "raw values of weighted_scores are the figures of cx_metrics": """
        select bool_and(raw_value = value) from weighted_scores w join cx_metrics c using (month, metric)
        where period = 'rolling_12_months' and c.segment = 'all' and not w.is_suppressed
          and level = case survey_type when 'relationship' then 'relationship' else 'all_touchpoints' end""",
}

# Purchase histories from the valid rows of transactions.csv: repeat purchase days, days from the first to the latest,
# days from the first to the as-of day.
HISTORIES = """
    create view histories as
    with sound as (
        select distinct * from read_csv('{extracts}/transactions.csv', all_varchar = true, null_padding = true)
        where try_cast(ordered_at as timestamp) is not null and try_cast(quantity as int) is not null
          and try_cast(unit_price as decimal(12, 2)) is not null and currency in ('SEK', 'NOK', 'DKK', 'EUR')
          and is_return in ('true', 'false')),
    days as (
        select distinct customer_key, cast(ordered_at as date) as day
        from sound join customer_identities on source_id = customer_id
        where is_return = 'false' and known_to is null)
    select customer_key, count(*) - 1 as x, max(day) - min(day) as recency,
           (select max(as_of) from customers) - min(day) as age
    from days group by customer_key"""

# Time zone of the default pipeline.
ZONE = "Europe/Stockholm"


def days_of_times(db, tables):
    """Yields, for each time of a published table, its column and whether the column with its local day is right."""
    for table in tables:
        columns = {row[0]: row[1] for row in db.execute(f"describe {table}").fetchall()}
        for column in (name for name, kind in columns.items() if kind.startswith("TIMESTAMP")):
            day = column.removesuffix("_at") + "_date"
            query = f"""
                select count(*) = 0 from {table}
                where {day} is distinct from cast(timezone('{ZONE}', {column}) as date)"""
            yield f"{table}.{column}", columns.get(day) == "DATE" and db.execute(query).fetchone()[0]


def contract(db, tables):
    """Yields each line of contract.txt, and the columns that are missing or, if not built yet, are there after all."""
    lines = (pathlib.Path(__file__).parent / "contract.txt").read_text().splitlines()
    for line in (line for line in lines if not line.startswith("#")):
        is_open = line.startswith("? ")
        table, promised = line.removeprefix("? ").split(": ")
        columns = {row[0] for row in db.execute(f"describe {table}").fetchall()} if table in tables else set()
        found = [column for column in promised.split(", ") if (column in columns) == is_open]
        yield f"{table}, not built yet" if is_open else table, found


def completeness_of_months(db, tables):
    """Yields each table by month, and whether it says of each month whether it ended by as_of."""
    for table in tables:
        columns = {row[0] for row in db.execute(f"describe {table}").fetchall()}
        if "month" in columns:
            query = f"""
                select bool_and(is_complete_month = (last_day(month) <= (select max(as_of) from customers)))
                from {table}"""
            yield table, "is_complete_month" in columns and db.execute(query).fetchone()[0] is not False


LAWS |= {
    "purchase histories agree with the extract": """
        select bool_and(x = frequency and recency = recency_days and age = age_days)
        from histories full join customer_values using (customer_key)""",
    "the log-likelihood is that of the published parameters (MBG/NBD)": """
        select abs(any_value(log_likelihood) - sum(
                   lgamma(r + x) - lgamma(r) + r * ln(alpha) + least(stays, leaves) + ln(exp(stays - least(stays, leaves))
                   + exp(leaves - least(stays, leaves))))) < 1e-6 * abs(any_value(log_likelihood))
        from (select *, lgamma(a + b) - lgamma(b) + lgamma(b + x + 1) - lgamma(a + b + x + 1)
                            - (r + x) * ln(alpha + age) as stays,
                        lgamma(a + b) - lgamma(a) - lgamma(b) + lgamma(a + 1) + lgamma(b + x) - lgamma(a + b + x + 1)
                            - (r + x) * ln(alpha + recency) as leaves
              from histories, value_models
              where model = 'mbg_nbd' and valuation_date = (select max(as_of) from customers))""",
    "the holdout covers every buyer of its day": """
        select bool_and(customers = (select count(*) from histories, value_models
                                     where measure = 'spend' and is_used is null
                                       and age >= (select max(as_of) from customers) - valuation_date))
        from value_model_quality where decile = 0""",
}


def main(warehouse, extracts):
    current = pathlib.Path(warehouse) / "current"
    snapshot = json.loads((current / "snapshot.json").read_text())
    db = duckdb.connect()
    faults = 0
    for name, table in snapshot["tables"].items():
        published = table.get("published_as", name)
        folder = current / "restricted" / published if table["restricted"] else current / published
        db.execute(f"create view {name} as from read_parquet('{folder}/*.parquet')")
        rows = db.execute(f"select count(*) from {name}").fetchone()[0]
        faults += rows != table["rows"]
        print(f"{'ok  ' if rows == table['rows'] else 'WRONG'} {name}: {rows} rows")
    db.execute(HISTORIES.format(extracts=extracts))
    for law, query in LAWS.items():
        holds = db.execute(query).fetchone()[0] is True
        faults += not holds
        print(f"{'ok  ' if holds else 'WRONG'} {law}")
    for table, wrong in contract(db, snapshot["tables"]):
        faults += len(wrong)
        print(f"WRONG contract of {table}: {', '.join(wrong)}" if wrong else f"ok   contract of {table}")
    for time, is_right in days_of_times(db, snapshot["tables"]):
        faults += not is_right
        print(f"{'ok  ' if is_right else 'WRONG'} {time} has its local day")
    for table, is_right in completeness_of_months(db, snapshot["tables"]):
        faults += not is_right
        print(f"{'ok  ' if is_right else 'WRONG'} {table} says which months are complete")
    for document in ("run_results.json", "manifest.json", "catalog.json"):
        json.loads((current / document).read_text())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
