"""Times lojal and DuckDB's read_csv with store_rejects on one transactions extract, clean and dirty.

    python3 benches/reading/reading.py LOJAL EXTRACTS [RUNS]

LOJAL is a release binary, EXTRACTS a folder with a transactions.csv of the generator. Runs are interleaved; each is a
whole process with two threads. Prints the median of wall seconds, CPU seconds and peak memory of each, and the ratios.
First it writes a copy of the extract with one bad row in a hundred (bad_rows.py) to a temporary folder; DuckDB reads it
too. Needs the duckdb package.
"""

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
DUCKDB = """
import duckdb, sys
db = duckdb.connect()
db.execute("set threads = 2")
rows = db.execute('''
    select channel, count(*),
        count(transaction_id) + count(line_no) + count(customer_id) + count(store_id) + count(product_id)
        + count(category) + count(discount) + count(currency) + count(is_return),
        sum(quantity), sum(unit_price), max(ordered_at)
    from read_csv(?, header = true, delim = ',', quote = '"', auto_detect = false, store_rejects = true,
        columns = {'transaction_id': 'BIGINT', 'line_no': 'BIGINT', 'customer_id': 'VARCHAR',
            'ordered_at': 'TIMESTAMP', 'channel': 'VARCHAR', 'store_id': 'VARCHAR', 'product_id': 'VARCHAR',
            'category': 'VARCHAR', 'quantity': 'BIGINT', 'unit_price': 'DECIMAL(12,2)', 'discount': 'DECIMAL(12,2)',
            'currency': 'VARCHAR', 'is_return': 'BOOLEAN'})
    group by 1 order by 1''', [sys.argv[1]]).fetchall()
rejects = db.execute("select count(distinct line) from reject_errors").fetchall()[0][0]
print(sum(row[1] for row in rows), rejects)
"""


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
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines[-1] if lines else ""


def main():
    lojal, extracts = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    clean = extracts / "transactions.csv"
    with tempfile.TemporaryDirectory() as folder:
        dirty = Path(folder) / "dirty.csv"
        write_dirty(clean, dirty, share=0.01, seed=1)
        commands = {}
        for name, extract in (("clean", clean), ("dirty", dirty)):
            warehouse = Path(folder) / name
            commands[f"lojal {name}"] = [
                str(lojal), "run", "--project-dir", str(HERE), "--threads", "2", "--quiet", "--no-progress",
                "--as-of", "2030-12-31", "--warehouse", str(warehouse), "--vars", f"extract={extract}",
            ]
            commands[f"duckdb {name}"] = [sys.executable, "-c", DUCKDB, str(extract)]
        results = {name: [] for name in commands}
        last_lines = {}
        for turn in range(runs + 1):
            for name, command in commands.items():
                *figures, last = measured(command)
                last_lines[name] = last
                if turn:
                    results[name].append(figures)
    medians = {name: [statistics.median(values) for values in zip(*rows)] for name, rows in results.items()}
    for name, (wall, cpu, peak) in medians.items():
        print(f"{name:14} {wall:7.2f} s wall {cpu:7.2f} s CPU {peak:7.0f} MB   {last_lines[name][:110]}")
    for what, index in (("wall", 0), ("CPU", 1), ("memory", 2)):
        ratio = lambda a, b: medians[a][index] / medians[b][index]
        print(
            f"{what:7} lojal/duckdb clean {ratio('lojal clean', 'duckdb clean'):.2f},"
            f" dirty {ratio('lojal dirty', 'duckdb dirty'):.2f}; lojal dirty/clean"
            f" {ratio('lojal dirty', 'lojal clean'):.2f}, duckdb dirty/clean"
            f" {ratio('duckdb dirty', 'duckdb clean'):.2f}"
        )


if __name__ == "__main__":
    main()
