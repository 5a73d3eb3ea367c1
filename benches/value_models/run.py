#!/usr/bin/env python3
"""Fits and scores simulated customers with lojal, lifetimes and pymc-marketing; prints time and memory, and compares.

    run.py [--customers 10000,100000,1000000] [--rounds 3] [--jobs lojal,lifetimes,pymc_marketing]
           [--lojal FILE] [--python FILE] [--pymc-python FILE] [--work DIR]

Whole processes are measured, start to finish, one after the other, round by round; the median round is shown. --model
chooses one of lojal's three models.
"""
import argparse
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
JOBS = ["lojal", "lifetimes", "pymc_marketing"]


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--customers", default="10000,100000,1000000", help="comma-separated counts")
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--jobs", default=",".join(JOBS))
    a.add_argument("--model", default="bg_nbd", help="lojal's purchase model (the other jobs fit BG/NBD)")
    a.add_argument("--lojal", default=os.path.join(ROOT, "target", "release", "lojal"))
    a.add_argument("--python", default=sys.executable, help="interpreter with numpy, pandas, pyarrow and lifetimes")
    a.add_argument("--pymc-python", default=sys.executable, help="interpreter with pymc-marketing")
    a.add_argument("--work", default=os.path.join(ROOT, "target", "value_models"))
    return a.parse_args()


def commands(args, data, out):
    lojal = [args.lojal, "run", "value_models", "--project-dir", HERE, "--as-of", "2025-12-31", "--no-progress",
             "--warehouse", os.path.join(out, "warehouse"), "--vars", f"extracts={data}", "--vars", f"model={args.model}"]
    every = {
        "lojal": lojal,
        "lifetimes": [args.python, os.path.join(HERE, "lifetimes_job.py"), data, out],
        "pymc_marketing": [args.pymc_python, os.path.join(HERE, "pymc_marketing_job.py"), data, out],
    }
    return {name: every[name] for name in args.jobs.split(",")}


def measure(command, log):
    """Wall seconds, CPU seconds and peak memory in MiB of one process, or None when it fails."""
    start = time.monotonic()
    with open(log, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        return None
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def results(out, name):
    import pandas as pd

    if name == "lojal":
        folder = os.path.join(out, "warehouse", "current")
        read = lambda table: pd.concat(map(pd.read_parquet, sorted(glob.glob(os.path.join(folder, table, "*.parquet")))))
        parameters = read("fits").iloc[0].to_dict()
        return read("customer_worth"), parameters
    with open(os.path.join(out, name + ".json")) as file:
        return pd.read_parquet(os.path.join(out, name + ".parquet")), json.load(file)


def compare(out, names):
    """Prints how far the other jobs' totals and customers are from the first's."""
    first, parameters = results(out, names[0])
    first = first.set_index("customer_id").sort_index().astype(float)
    show = lambda values: ", ".join(f"{k} {values[k]:.5g}" for k in ["r", "alpha", "a", "b", "p", "q", "gamma", "v"] if k in values)
    print(f"  {names[0]}: {show(parameters)}")
    for name in names[1:]:
        other, parameters = results(out, name)
        other = other.set_index("customer_id").sort_index().astype(float)
        columns = [c for c in ["p_alive", "expected_purchases", "expected_spend", "clv"] if c in other]
        off = ", ".join(f"{c} {other[c].sum() / first[c].sum() - 1:+.2e}" for c in columns)
        print(f"  {name}: {show(parameters)}; totals against {names[0]}: {off}; not finite: {int((~other[columns].map(lambda v: v - v == 0)).any(axis=1).sum())}")


def main():
    args = arguments()
    for count in map(int, args.customers.split(",")):
        data, out = os.path.join(args.work, f"data_{count}"), os.path.join(args.work, f"out_{count}")
        if not os.path.isfile(os.path.join(data, "customers.csv")):
            subprocess.run([args.python, os.path.join(HERE, "simulate.py"), str(count), data], check=True)
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        jobs = commands(args, data, out)
        rounds = {name: [] for name in jobs}
        for _ in range(args.rounds):
            for name, command in jobs.items():
                if rounds[name] is None:
                    continue
                found = measure(command, os.path.join(out, name + ".log"))
                if found is None:
                    rounds[name] = None
                    print(f"  {name} failed: see {os.path.join(out, name + '.log')}")
                else:
                    rounds[name].append(found)
        print(f"{count:,} customers")
        for name, found in rounds.items():
            if found:
                wall, cpu, memory = (statistics.median(column) for column in zip(*found))
                print(f"  {name:15} {wall:8.2f} s wall {cpu:8.2f} s CPU {memory:8.0f} MiB {count / wall:12,.0f} customers/s", flush=True)
        finished = [name for name, found in rounds.items() if found]
        if finished:
            compare(out, finished)


if __name__ == "__main__":
    main()
