#!/usr/bin/env python3
"""Writes the sample extracts beside this file, and the tables in README.md that describe them.

    python3 sample_data/generate.py

Every run writes the same bytes. shop.py and voices.py make clean rows, flaws.py spoils some of them
and notes which, and the tables follow from those notes, so that README.md always names the right lines.
"""
import csv
import io
from pathlib import Path

import flaws
import shop
import voices

HERE = Path(__file__).parent
COLUMNS = {
    "crm_customers": "customer_id email phone first_name last_name birth_date postal_code city country signup_date "
                     "acquisition_channel acquisition_cost marketing_consent loyalty_member loyalty_joined_at",
    "crm_interactions": "interaction_id customer_id occurred_at channel touchpoint journey duration_minutes agent_id "
                        "store_id",
    "transactions": "transaction_id line_no customer_id ordered_at channel store_id product_id category quantity "
                    "unit_price discount currency is_return",
    "products": "product_id category unit_cost",
    "stores": "store_id name region country",
    "activity_costs": "activity period pool_cost practical_capacity_minutes",
    "exchange_rates": "currency valid_from rate",
    "loyalty_events": "customer_id occurred_at kind points",
    "surveys": "response_id email customer_id responded_at survey_type journey touchpoint nps csat ces comment "
               "order_id satisfaction expectation ideal trust emotion",
    "survey_invitations": "customer_id survey_type sent_at channel",
    "employee_surveys": "unit responded_at engagement enps",
}
COLUMNS = {extract: names.split() for extract, names in COLUMNS.items()}


def write_extract(extract, rows):
    """Writes one file; returns the line on which each row begins, by the row's id()."""
    text, lines, line = [csv_text(COLUMNS[extract])], {}, 2
    for row in rows:
        lines[id(row)] = line
        text.append(csv_text([cell(row[column]) for column in COLUMNS[extract] if column in row]))
        line += text[-1].count("\n")
    (HERE / f"{extract}.csv").write_text("".join(text), encoding="utf-8", newline="\n")
    return lines


def csv_text(cells):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def files_table(extracts, spoilt):
    """Markdown: what lojal counts for each file."""
    out = ["| file | rows read | loaded | rejected | duplicate |", "| --- | ---: | ---: | ---: | ---: |"]
    for extract, rows in extracts.items():
        rejected, duplicate = (sum(flaw.counts_as(outcome) for flaw in spoilt if flaw.extract == extract)
                               for outcome in ("rejected", "duplicate"))
        out.append(f"| {extract}.csv | {len(rows)} | {len(rows) - rejected - duplicate} | {rejected} | {duplicate} |")
    return out


def flaws_table(spoilt, lines):
    """Markdown: each flaw, its lines, and how lojal handles it."""
    out = ["| file | flaw | lines | how lojal handles it |", "| --- | --- | --- | --- |"]
    for flaw in spoilt:
        groups = sorted([lines[id(row)] for row in group] for group in flaw.groups)
        places = [" + ".join(str(line) for line in group) for group in groups]
        where = ", ".join(places) if len(places) <= 12 else f"{len(places)} rows, first {', '.join(places[:3])}"
        out.append(f"| {flaw.extract}.csv | {flaw.what} | {where} | {flaw.outcome} |")
    return out


def write_readme(sections):
    """Replaces what stands between the markers of each section."""
    path = HERE / "README.md"
    text = path.read_text(encoding="utf-8")
    for name, table in sections.items():
        begin, end = f"<!-- {name}: written by generate.py -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = before + begin + "\n" + "\n".join(table) + "\n\n" + end + rest.split(end)[1]
    path.write_text(text, encoding="utf-8", newline="\n")


def main():
    people, customers, duplicated = shop.make_people()
    products = shop.make_products()
    orders = shop.make_orders(people, products)
    interactions = shop.make_journeys(people)
    extracts = {"crm_customers": customers, "crm_interactions": interactions,
                "transactions": shop.transaction_rows(orders), "products": [row for row, _ in products],
                "stores": shop.make_stores(),
                "surveys": voices.make_surveys(people, shop.order_ids(orders)),
                "activity_costs": shop.make_activity_costs(interactions, orders),
                "exchange_rates": shop.make_exchange_rates(), "loyalty_events": shop.make_loyalty_events(people),
                "survey_invitations": voices.make_invitations(people),
                "employee_surveys": voices.make_employee_surveys(people)}
    spoilt = flaws.add_flaws(shop.stream, extracts, people, duplicated)
    lines = {}
    for extract, rows in extracts.items():
        lines |= write_extract(extract, rows)
    write_readme({"files": files_table(extracts, spoilt), "flaws": flaws_table(spoilt, lines)})


if __name__ == "__main__":
    main()
