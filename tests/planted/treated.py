#!/usr/bin/env python3
"""Prints the customer_id of the customers treated in the published activations, as CSV.

    treated.py WAREHOUSE > treated.csv
"""
import pathlib
import sys

import duckdb

TREATED = """
    select distinct source_id as customer_id
    from read_parquet('{current}/activations/*.parquet')
    join read_parquet('{current}/restricted/customer_identities/*.parquet') using (customer_key)
    where assignment = 'treatment' and known_to is null order by all"""


def main(warehouse):
    current = pathlib.Path(warehouse) / "current"
    print("customer_id")
    if (current / "activations").exists():
        for (customer_id,) in duckdb.execute(TREATED.format(current=current)).fetchall():
            print(customer_id)


if __name__ == "__main__":
    main(*sys.argv[1:])
