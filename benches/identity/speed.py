"""Time and peak memory of lojal's exact rules with guards and golden record on 1, 3 and 10 million CRM records.

    python speed.py --lojal FILE --bench DIR --data DIR [--millions 1 3 10]
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def extract(bench, data, millions):
    """The CRM extract alone, of the generator's people."""
    folder = pathlib.Path(data, f"m{millions:g}")
    path = folder / "crm_customers.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        code = (
            "import gen, numpy as np, pyarrow as pa, sys\n"
            "people_rng, crm_rng = map(np.random.default_rng, np.random.SeedSequence([1, 7]).spawn(2))\n"
            "people = gen.make_people(people_rng, int(sys.argv[2]))\n"
            "columns, _ = gen.crm_columns(crm_rng, people)\n"
            "csv = gen.Csv(sys.argv[1], 'crm_customers.csv', quoted=True)\n"
            "csv.write(columns)\n"
            "csv.close()\n"
        )
        subprocess.run([sys.executable, "-c", code, str(folder), str(int(millions * 1e6))], check=True, cwd=bench)
    return path


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--lojal", required=True)
    args.add_argument("--bench", required=True, help="folder of gen.py")
    args.add_argument("--data", required=True, help="folder for the extracts")
    args.add_argument("--millions", type=float, nargs="+", default=[1, 3, 10])
    args = args.parse_args()
    print("| million records | wall | CPU seconds | peak GiB |\n| --- | --- | --- | --- |")
    for millions in args.millions:
        path = extract(args.bench, args.data, millions)
        with tempfile.TemporaryDirectory() as warehouse:
            command = ["/usr/bin/time", "-f", "%e %U %S %M", args.lojal, "run", str(HERE / "pipelines" / "persons.yml"),
                       "--project-dir", str(HERE), "--vars", f"extract={path}", "--warehouse", warehouse, "--as-of", "2026-01-01", "--quiet"]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
        wall, user, system, peak = re.findall(r"^(\S+) (\S+) (\S+) (\d+)$", run.stderr, re.M)[-1]
        cpu, memory = float(user) + float(system), int(peak) / 2**20
        print(f"| {millions:g} | {wall} | {cpu:.1f} | {memory:.2f} |", flush=True)


if __name__ == "__main__":
    main()
