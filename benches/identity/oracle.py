"""Compares the persons of a published warehouse with those of the reference job, as partitions of the CRM records.

    python oracle.py --warehouse DIR --identity-map FILE

The reference job (duckdb_job.py beside gen.py) joins phone numbers that no numbering plan has. Each of its persons that
lojal splits must therefore have at least two records whose phone number lojal refused.
"""

import argparse
import sys

import duckdb


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--warehouse", required=True)
    args.add_argument("--identity-map", required=True, help="the reference job's identity_map.parquet")
    args = args.parse_args()
    restricted = f"{args.warehouse}/current/restricted"
    db = duckdb.connect()
    db.sql(f"""
        create table records as
        select oracle.person_id, lojal.customer_key, rejects.source_id is not null as is_refused
        from read_parquet('{args.identity_map}') as oracle
        join read_parquet('{restricted}/customer_identities/*.parquet') as lojal
            on lojal.source = 'crm_customers' and lojal.source_id = oracle.customer_id and lojal.known_to is null
        left join (
            select distinct source_id from read_parquet('{restricted}/identity_rejects/*.parquet') where key = 'phone'
        ) as rejects on rejects.source_id = oracle.customer_id""")
    counts = db.sql("select count(*), count(distinct person_id), count(distinct customer_key) from records").fetchall()[0]
    merged = db.sql("""select count(*) from (
        select customer_key from records group by all having count(distinct person_id) > 1)""").fetchall()[0][0]
    split, explained = db.sql("""select count(*), count(*) filter (where refused > 1) from (
        select person_id, count(*) filter (where is_refused) as refused from records
        group by all having count(distinct customer_key) > 1)""").fetchall()[0]
    print(f"{counts[0]} records: {counts[1]} persons of the reference job, {counts[2]} of lojal")
    print(f"{merged} persons of lojal are several of the reference job")
    print(f"{split} persons of the reference job are several of lojal, {explained} of them by refused phone numbers")
    sys.exit(merged > 0 or split > explained)


if __name__ == "__main__":
    main()
