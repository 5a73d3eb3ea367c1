#!/usr/bin/env python3
"""Measures what rejected rows cost: reads one extract clean and with bad rows of mixed kinds, in turn, and compares.

    bad_rows.py --extract transactions.csv [--share 0.01] [--rounds 5] [--threads 2] [--lojal FILE] [--work DIR]

The extract is the generator's transactions.csv. Kinds of bad rows, in equal numbers: a word for a number, a day that
does not exist, an empty required cell, a value outside its bounds, an unknown value, a field too many, a field too few,
bytes that are not UTF-8, two faults at once. The places are drawn from a seed, so every run spoils the same rows.
Prints the lowest wall and CPU seconds of each, and their ratio; exits 1 when rows are not accounted for.
"""
import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PIPELINE = """\
name: bad_rows
description: One pass over one extract.
time_zone: UTC
base_currency: SEK
max_rejected: 100%
sources:
  transactions:
    description: Transaction lines.
    path: {extract}
    deduplicate: false
    extra_columns: ignore
    columns:
      transaction_id: {{ type: int, required: true }}
      line_no: {{ type: int, required: true }}
      customer_id: {{ type: string }}
      ordered_at: {{ type: timestamp, required: true }}
      channel: {{ type: string, required: true, accepted_values: [store, online, app, phone, web] }}
      product_id: {{ type: string }}
      category: {{ type: string }}
      quantity: {{ type: int, required: true, min: -1000, max: 1000 }}
      unit_price: {{ type: "decimal(12,2)", required: true }}
      discount: {{ type: "decimal(12,2)" }}
      currency: {{ type: string, required: true }}
      is_return: {{ type: bool }}
models:
  sums:
    description: Sums by currency.
    key: [currency]
    columns:
      currency: {{ description: Currency }}
      lines: {{ description: Lines }}
      products: {{ description: Least product }}
      categories: {{ description: Least category }}
      customers: {{ description: Greatest customer }}
      amount: {{ description: Sum of prices }}
      last_at: {{ description: Latest line }}
"""
STAGING = "-- Transaction lines as they come.\nselect * from transactions\n"
SUMS = """-- Sums by currency: every column is read.
select
    stg_transactions.currency,
    count(*) as lines,
    min(stg_transactions.product_id) as products,
    min(stg_transactions.category) as categories,
    max(stg_transactions.customer_id) as customers,
    sum(stg_transactions.unit_price * stg_transactions.quantity - stg_transactions.discount) as amount,
    max(stg_transactions.ordered_at) as last_at
from stg_transactions
group by stg_transactions.currency
"""


def spoil(fields, kind):
    """A row's fields with one kind of fault."""
    at = {name: place for place, name in enumerate(COLUMNS)}
    if kind == 0:
        fields[at["quantity"]] = b"two"
    elif kind == 1:
        fields[at["ordered_at"]] = b"2025-02-30 10:00:00"
    elif kind == 2:
        fields[at["currency"]] = b""
    elif kind == 3:
        fields[at["quantity"]] = b"100000"
    elif kind == 4:
        fields[at["channel"]] = b"pigeon"
    elif kind == 5:
        fields.insert(at["category"], b"x")
    elif kind == 6:
        fields.pop()
    elif kind == 7:
        fields[at["category"]] = b"M\xf6bler"
    else:
        fields[at["quantity"]], fields[at["unit_price"]] = b"", b"1,5"
    return fields


def write_dirty(clean, dirty, share, seed):
    """Copies the extract with a share of its rows spoilt; returns how many."""
    global COLUMNS
    drawn, spoilt = random.Random(seed), 0
    with open(clean, "rb") as rows, open(dirty, "wb") as out:
        header = next(rows)
        COLUMNS = header.decode().strip().split(",")
        out.write(header)
        for row in rows:
            if drawn.random() < share:
                row = b",".join(spoil(row.rstrip(b"\r\n").split(b","), spoilt % 9)) + b"\n"
                spoilt += 1
            out.write(row)
    return spoilt


def project(folder, extract):
    for name, text in [("pipelines/bad_rows.yml", PIPELINE.format(extract=extract)),
                       ("sql/staging/stg_transactions.sql", STAGING), ("sql/marts/sums.sql", SUMS)]:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)


def run(lojal, folder, threads):
    shutil.rmtree(os.path.join(folder, "warehouse"), ignore_errors=True)
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([lojal, "run", "--quiet", "--as-of", "2030-12-31", "--threads", str(threads)], cwd=folder,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if ended.returncode:
        sys.exit(f"exit {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return (seconds, cpu), json.loads(ended.stdout.splitlines()[-1])["rows_rejected"]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--extract", required=True)
    a.add_argument("--share", type=float, default=0.01)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--rounds", type=int, default=5)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--lojal", default=os.path.join(os.path.dirname(HERE), "target", "release", "lojal"))
    a.add_argument("--work", default=os.path.join(os.path.dirname(HERE), "target", "bad_rows"))
    a = a.parse_args()
    clean = os.path.abspath(a.extract)
    work = os.path.abspath(a.work)
    os.makedirs(work, exist_ok=True)
    dirty = os.path.join(work, "transactions.csv")
    spoilt = write_dirty(clean, dirty, a.share, a.seed)
    folders = {"clean": os.path.join(work, "clean"), "dirty": os.path.join(work, "dirty")}
    project(folders["clean"], clean)
    project(folders["dirty"], dirty)
    best = {}
    for number in range(a.rounds):
        for name, folder in folders.items():
            times, rejected = run(a.lojal, folder, a.threads)
            best[name] = [min(pair) for pair in zip(times, best.get(name, times))]
            if rejected != (spoilt if name == "dirty" else 0):
                sys.exit(f"{name}: {rejected} rows rejected, {spoilt} spoilt")
            print(f"round {number + 1} {name}: {times[0]:.3f} s, {times[1]:.3f} s of processors", flush=True)
    print(f"{spoilt} bad rows")
    for what, clean_time, dirty_time in zip(["elapsed", "processors"], best["clean"], best["dirty"]):
        print(f"{what}: clean {clean_time:.3f} s, dirty {dirty_time:.3f} s, ratio {dirty_time / clean_time:.3f}")


if __name__ == "__main__":
    main()
