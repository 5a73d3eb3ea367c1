#!/usr/bin/env python3
"""Compares lojal's profit figures with an independent implementation, person by person, to the cent.

    profit_oracle.py --data DIR [--bench DIR] [--lojal FILE] [--work DIR]

DIR holds extracts of the reference job's generator. The oracle is the job's customer_360 in DuckDB; lojal runs the
default pipeline, whose fixed rates are those of the job. Exits 1 when a person is missing or any amount differs.
"""
import argparse
import os
import subprocess
import sys

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
AS_OF = "2025-12-31"  # the last day before the as-of instant of the job
# our column: the oracle's
AMOUNTS = {"net_revenue": "revenue_net", "cost_of_goods": "cogs", "cost_to_serve": "service_cost",
           "acquisition_cost": "acquisition_cost", "contribution_profit": "contribution_profit"}


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--data", required=True, help="folder of extracts")
    a.add_argument("--bench", default=os.environ.get("LOJAL_BENCH", os.path.join(ROOT, "..", "shared", "bench")),
                   help="folder of duckdb_job.py (or LOJAL_BENCH; default ../shared/bench)")
    a.add_argument("--lojal", default=os.path.join(ROOT, "target", "release", "lojal"), help="the binary")
    a.add_argument("--work", default=os.path.join(ROOT, "target", "profit_oracle"), help="folder for outputs")
    return a.parse_args()


def main():
    args = arguments()
    oracle, warehouse = os.path.join(args.work, "oracle"), os.path.join(args.work, "warehouse")
    os.makedirs(oracle, exist_ok=True)
    subprocess.run([sys.executable, os.path.join(args.bench, "duckdb_job.py"), "--data", args.data, "--out", oracle],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([args.lojal, "--project-dir", ROOT, "--warehouse", warehouse, "--quiet", "run", "--as-of", AS_OF,
                    "--vars", f"extracts={os.path.abspath(args.data)}"], check=True, stdout=subprocess.DEVNULL)
    ours, theirs = ", ".join(AMOUNTS), ", ".join(f"{their} as {our}" for our, their in AMOUNTS.items())
    db = duckdb.connect()
    db.execute(f"""
        create table ours as
        select source_id as person, {ours}
        from '{warehouse}/current/customer_profitability/*.parquet'
        join '{warehouse}/current/restricted/customer_identities/*.parquet' using (customer_key)
        where is_first and known_to is null""")
    db.execute(f"create table theirs as select person_id as person, {theirs} from '{oracle}/customer_360.parquet'")
    sums = ", ".join(f"sum({name})" for name in AMOUNTS)
    totals = {table: db.execute(f"select count(*), {sums} from {table}").fetchall()[0] for table in ("ours", "theirs")}
    for at, name in enumerate(["persons", *AMOUNTS]):
        print(f"{name:20} {totals['ours'][at]:>20} {totals['theirs'][at]:>20}")
    differing = db.execute("""select count(*) from (
        (from ours except all from theirs) union all (from theirs except all from ours))""").fetchall()[0][0]
    print(f"{differing} differing rows")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
