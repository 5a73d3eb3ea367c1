"""Times lojal and DuckDB's readers on one transactions extract, as whole processes with two threads.

    python3 benches/reading/reading.py LOJAL EXTRACTS [--runs 5] [--against OLD] [--formats csv dirty parquet json]

LOJAL is a release binary, EXTRACTS a folder with a transactions.csv of the generator. The extract is read as CSV, as CSV
with one bad row in a hundred (bad_rows.py, DuckDB with store_rejects), as Parquet and as JSON lines, both written by
DuckDB to a temporary folder. Runs are interleaved. Prints the median of wall seconds, CPU seconds and peak memory of
each, and the ratios; with --against, also the ratios to an older binary of the same run. Needs the duckdb package.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from bad_rows import write_dirty  # noqa: E402

COLUMNS = """{'transaction_id': 'BIGINT', 'line_no': 'BIGINT', 'customer_id': 'VARCHAR', 'ordered_at': 'TIMESTAMP',
    'channel': 'VARCHAR', 'store_id': 'VARCHAR', 'product_id': 'VARCHAR', 'category': 'VARCHAR', 'quantity': 'BIGINT',
    'unit_price': 'DECIMAL(12,2)', 'discount': 'DECIMAL(12,2)', 'currency': 'VARCHAR', 'is_return': 'BOOLEAN'}"""
CSV = f"read_csv(?, header = true, delim = ',', quote = '\"', auto_detect = false, columns = {COLUMNS}"
READERS = {
    "csv": CSV + ", store_rejects = true)",
    "dirty": CSV + ", store_rejects = true)",
    "parquet": "read_parquet(?)",
    "json": f"read_json(?, format = 'newline_delimited', columns = {COLUMNS})",
}
QUERY = """
import duckdb, sys
db = duckdb.connect()
db.execute("set threads = 2")
rows = db.execute('''
    select channel, count(*),
        count(transaction_id) + count(line_no) + count(customer_id) + count(store_id) + count(product_id)
        + count(category) + count(discount) + count(currency) + count(is_return),
        sum(quantity), sum(unit_price), max(ordered_at)
    from READER
    group by 1 order by 1''', [sys.argv[1]]).fetchall()
print(sum(row[1] for row in rows))
"""
PIPELINES = {"csv": "reading", "dirty": "reading", "parquet": "reading_parquet", "json": "reading_json"}


def measured(command):
    """Wall seconds, CPU seconds, peak MB and last line of stdout of a whole process."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        out.seek(0)
        lines = out.read().strip().splitlines()
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines[-1] if lines else ""


def extracts_in(folder, clean, formats):
    """The extract in each format."""
    found = {"csv": clean}
    if "dirty" in formats:
        found["dirty"] = folder / "dirty.csv"
        write_dirty(clean, found["dirty"], share=0.01, seed=1)
    for name, options in (("parquet", "format parquet"), ("json", "format json")):
        if name in formats:
            found[name] = folder / f"transactions.{name}"
            typed = READERS["csv"].replace("?", f"'{clean}'")
            copy = f"copy (select * from {typed}) to '{found[name]}' ({options})"
            # In a process of its own: memory of this one would count as that of every process it starts.
            subprocess.run([sys.executable, "-c", "import duckdb, sys; duckdb.execute(sys.argv[1])", copy], check=True)
    return found


def lojal(binary, name, extract, warehouse):
    return [
        str(binary), "run", PIPELINES[name], "--project-dir", str(HERE), "--threads", "2", "--quiet", "--no-progress",
        "--as-of", "2030-12-31", "--warehouse", str(warehouse), "--vars", f"extract={extract}",
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lojal", type=Path)
    parser.add_argument("extracts", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--formats", nargs="+", choices=list(READERS), default=list(READERS))
    given = parser.parse_args()
    binaries = {"lojal": given.lojal.resolve()}
    if given.against:
        binaries["old"] = given.against.resolve()
    with tempfile.TemporaryDirectory() as folder:
        extracts = extracts_in(Path(folder), given.extracts.resolve() / "transactions.csv", given.formats)
        commands = {}
        for name in given.formats:
            for who, binary in binaries.items():
                commands[who, name] = lojal(binary, name, extracts[name], Path(folder) / f"{who}_{name}")
            code = QUERY.replace("READER", READERS[name])
            commands["duckdb", name] = [sys.executable, "-c", code, str(extracts[name])]
        results, last_lines = {key: [] for key in commands}, {}
        for turn in range(given.runs + 1):
            # A process that follows one with more memory is slower, so every other turn goes the other way round.
            for key, command in list(commands.items())[:: -1 if turn % 2 else 1]:
                *figures, last_lines[key] = measured(command)
                if turn:
                    results[key].append(figures)
    medians = {key: [statistics.median(values) for values in zip(*rows)] for key, rows in results.items()}
    for (who, name), (wall, cpu, peak) in medians.items():
        last = last_lines[who, name][:100]
        print(f"{who:7} {name:8} {wall:7.2f} s wall {cpu:7.2f} s CPU {peak:7.0f} MB   {last}")
    for name in given.formats:
        for other in ("duckdb", "old"):
            if (other, name) in medians:
                pairs = zip(("wall", "CPU", "memory"), medians["lojal", name], medians[other, name])
                ratios = ", ".join(f"{what} {ours / theirs:.2f}" for what, ours, theirs in pairs)
                print(f"{name:8} lojal/{other}: {ratios}")


if __name__ == "__main__":
    main()
