#!/usr/bin/env python3
"""Runs the reference job with lojal and with other engines on the same extracts, compares, and prints time and memory.

    run.py [--scale 10] [--rounds 3] [--engines duckdb,polars,datafusion] [--bench DIR] [--lojal FILE] [--work DIR]

Engines run in turn, round by round, so that a drift of the machine affects all equally; the first of --engines is the
baseline of the ratios and the reference of the comparison. Exits 1 when a run fails or any output differs.
"""
import argparse
import glob
import os
import shlex
import shutil
import subprocess
import sys

import duckdb

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUTPUTS = ["identity_map", "customer_360", "customer_month", "touchpoint_metrics", "whale_curve", "segment_summary",
           "reconciliation"]
EXTRACTS = ["crm_customers", "crm_interactions", "transactions", "products", "surveys"]
ENGINES = ["duckdb", "polars", "datafusion"]
AS_OF = "2025-12-31"  # the last day before the as-of instant of the job


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--scale", type=float, default=10, help="thousands of CRM records (default 10)")
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--engines", default=",".join(ENGINES), help="comma-separated: " + ", ".join(ENGINES))
    a.add_argument("--bench", default=os.environ.get("LOJAL_BENCH", os.path.join(ROOT, "..", "shared", "bench")),
                   help="folder of gen.py, compare.py and the other jobs (or LOJAL_BENCH; default ../shared/bench)")
    a.add_argument("--lojal", default=os.path.join(ROOT, "target", "release", "lojal"), help="the binary to measure")
    a.add_argument("--lojal-args", default="", help="further arguments for `lojal run`, such as '--memory-limit 4GB'")
    a.add_argument("--data", help="extracts to use or to generate (default WORK/data/s<scale>)")
    a.add_argument("--work", default=os.path.join(ROOT, "target", "reference_job"),
                   help="folder for extracts and outputs (default target/reference_job)")
    a.add_argument("--json", help="append every run's figures to this file")
    args = a.parse_args()
    args.engines = [engine.strip() for engine in args.engines.split(",") if engine.strip()]
    if not args.engines or set(args.engines) - set(ENGINES):
        a.error(f"--engines takes one or more of {', '.join(ENGINES)}")
    for path, hint in ((args.lojal, "build it with `cargo build --release`"),
                       (os.path.join(args.bench, "compare.py"), "give its folder with --bench or LOJAL_BENCH")):
        if not os.path.isfile(path):
            a.error(f"{path} does not exist: {hint}")
    args.lojal, args.bench, args.work = (os.path.abspath(p) for p in (args.lojal, args.bench, args.work))
    args.data = os.path.abspath(args.data or os.path.join(args.work, "data", f"s{args.scale:g}"))
    return args


def bench(args, script):
    return [sys.executable, os.path.join(args.bench, script)]


def generate(args):
    """Writes the extracts to a temporary folder and moves it into place, so a partial set is never used."""
    if all(os.path.isfile(os.path.join(args.data, name + ".csv")) for name in EXTRACTS):
        return
    if os.path.exists(args.data):
        sys.exit(f"{args.data} exists but lacks some of {', '.join(EXTRACTS)}: remove it, or give another --data")
    print(f"generating extracts of scale {args.scale:g} in {args.data}", file=sys.stderr)
    unfinished = args.data + ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    what = ["--scale", f"{args.scale:g}", "--seed", str(args.seed), "--out", unfinished]
    subprocess.run(bench(args, "gen.py") + what, check=True, stdout=subprocess.DEVNULL)
    os.rename(unfinished, args.data)


def commands(args, out):
    """NAME=COMMAND for measure.py; the baseline comes first."""
    threads = ["--threads", str(args.threads)]
    jobs = {engine: [*bench(args, f"{engine}_job.py"), "--data", args.data, "--out", os.path.join(out, engine), *threads]
            for engine in args.engines}
    jobs["lojal"] = [args.lojal, "run", "reference_job", "--project-dir", HERE, "--as-of", AS_OF,
                     "--warehouse", os.path.join(out, "warehouse"), "--vars", f"extracts={args.data}", *threads,
                     "--no-progress", *shlex.split(args.lojal_args)]
    return [f"{name}={shlex.join(command)}" for name, command in jobs.items()]


def flatten(out):
    """compare.py wants one file per table: a link where lojal wrote one, a merged copy where it wrote several."""
    flat = os.path.join(out, "lojal")
    shutil.rmtree(flat, ignore_errors=True)
    os.makedirs(flat)
    for name in OUTPUTS:
        files = sorted(glob.glob(os.path.join(glob.escape(out), "warehouse", "current", name, "*.parquet")))
        target = os.path.join(flat, name + ".parquet")
        if not files:
            sys.exit(f"lojal published no {name}")
        if len(files) == 1:
            os.symlink(os.path.realpath(files[0]), target)
        else:
            duckdb.read_parquet(files).write_parquet(target)
    return flat


def main():
    args = arguments()
    generate(args)
    out = os.path.join(args.work, "out", f"s{args.scale:g}")
    shutil.rmtree(out, ignore_errors=True)  # no output of an earlier run can be mistaken for this one's
    os.makedirs(out)
    log = ["--json", os.path.abspath(args.json)] if args.json else []
    measured = subprocess.run(bench(args, "measure.py") + ["--rounds", str(args.rounds), *log, *commands(args, out)],
                              stdout=subprocess.PIPE, text=True)
    print(measured.stdout, flush=True)
    failed = measured.returncode != 0 or any(line.endswith("FAILED") for line in measured.stdout.splitlines())
    if failed:
        print("a run failed; --json FILE keeps what it said", file=sys.stderr)
        return 1
    folders = [os.path.join(out, engine) for engine in args.engines] + [flatten(out)]
    return subprocess.run(bench(args, "compare.py") + folders).returncode


if __name__ == "__main__":
    sys.exit(main())
