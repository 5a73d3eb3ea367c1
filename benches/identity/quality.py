"""Pairwise precision, recall and F1 of lojal's exact rules, its scored rules and Splink on damaged CRM records.

    python quality.py --lojal FILE --bench DIR [--scale 10] [--percent 5 10 20] [--splink-python FILE]
"""

import argparse
import collections
import csv
import pathlib
import subprocess
import sys
import tempfile
import time

import duckdb

import damage

HERE = pathlib.Path(__file__).resolve().parent


def pairs(groups):
    return sum(count * (count - 1) // 2 for count in collections.Counter(groups).values())


def judge(label, found, truth, seconds):
    """`found` and `truth` give the person of each record."""
    ids = list(truth)
    right = pairs((found[i], truth[i]) for i in ids)
    all_found, all_true = pairs(found[i] for i in ids), pairs(truth[i] for i in ids)
    precision, recall = right / max(all_found, 1), right / all_true
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"| {label} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {seconds:.1f} |", flush=True)
    return precision


def lojal(binary, pipeline, extract):
    with tempfile.TemporaryDirectory() as folder:
        warehouse = pathlib.Path(folder, "warehouse")
        command = [binary, "run", str(HERE / "pipelines" / pipeline), "--vars", f"extract={extract}",
                   "--project-dir", str(HERE), "--warehouse", str(warehouse), "--as-of", "2026-01-01", "--quiet"]
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        table = warehouse / "current" / "restricted" / "persons" / "*.parquet"
        rows = duckdb.sql(f"select source_id, customer_key from read_parquet('{table}')").fetchall()
    return dict(rows), seconds


def splink(python, extract):
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder, "persons.csv")
        began = time.monotonic()
        subprocess.run([python, str(HERE / "splink_job.py"), str(extract), str(output)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        with open(output, newline="", encoding="utf-8") as file:
            return {row["unique_id"]: row["cluster_id"] for row in csv.DictReader(file)}, seconds


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--lojal", required=True)
    args.add_argument("--bench", required=True, help="folder of gen.py")
    args.add_argument("--scale", type=float, default=10)
    args.add_argument("--percent", type=float, nargs="+", default=[0, 5, 10, 20])
    args.add_argument("--exact-only", action="store_true")
    args.add_argument("--splink-python", help="python of an environment with splink and pandas")
    args = args.parse_args()
    worst = 1.0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([sys.executable, str(pathlib.Path(args.bench, "gen.py")), "--scale", str(args.scale), "--seed", "1",
                        "--out", str(folder), "--truth", str(folder / "truth.csv")], check=True, stdout=subprocess.DEVNULL)
        with open(folder / "truth.csv", newline="", encoding="utf-8") as file:
            truth = {row["customer_id"]: row["person_no"] for row in csv.DictReader(file)}
        with open(folder / "crm_customers.csv", newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            names, clean = reader.fieldnames, list(reader)
        print("| damaged, rules | precision | recall | F1 | seconds |\n| --- | --- | --- | --- | --- |")
        for percent in args.percent:
            rows = [dict(row) for row in clean]
            damage.damage(rows, percent / 100, 1)
            extract = folder / "damaged.csv"
            with open(extract, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, names, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            for label, pipeline in (("exact", "persons.yml"), ("scored", "persons_scored.yml"))[: 1 if args.exact_only else 2]:
                found, seconds = lojal(args.lojal, pipeline, extract)
                worst = min(worst, judge(f"{percent:g} %, {label}", found, truth, seconds))
            if args.splink_python:
                found, seconds = splink(args.splink_python, extract)
                judge(f"{percent:g} %, Splink", found, truth, seconds)
    sys.exit(worst < 0.99)


if __name__ == "__main__":
    main()
