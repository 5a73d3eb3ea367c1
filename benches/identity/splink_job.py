"""Splink on DuckDB over a CRM extract: writes source_id, person. The keys are those of lojal's pipeline.

    python splink_job.py EXTRACT OUTPUT
"""

import logging
import sys

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

logging.disable(logging.WARNING)
extract, output = sys.argv[1:3]
connection = duckdb.connect()
rows = connection.sql(f"""
    select
        customer_id as unique_id,
        nullif(lower(trim(email)), '') as email,
        nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 9), '') as phone,
        lower(first_name) || ' ' || lower(last_name) as name,
        nullif(split_part(lower(trim(email)), '@', 1), '') as local,
        left(lower(first_name), 1) || left(lower(last_name), 1) as initials,
        birth_date, left(birth_date, 4) as birth_year, right(birth_date, 5) as birth_day,
        nullif(postal_code, '') as postal_code
    from read_csv('{extract}', header=true, all_varchar=true)
""").df()
api = DuckDBAPI(connection)
table = api.register(rows)
blocks = [
    block_on("email"), block_on("phone"), block_on("local"), block_on("name", "birth_year"), block_on("name", "birth_day"),
    block_on("initials", "birth_date"), block_on("name", "postal_code"), block_on("birth_date", "postal_code"),
    block_on("initials", "postal_code"),
]
settings = SettingsCreator(
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=blocks,
    comparisons=[
        cl.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.DamerauLevenshteinAtThresholds("email", [1, 2]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("phone", [1, 2]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postal_code", [1, 2]).configure(term_frequency_adjustments=True),
    ],
)
linker = Linker(table, settings)
train = linker.training
train.estimate_probability_two_random_records_match([block_on("email"), block_on("phone")], recall=0.7)
train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
for rule in (block_on("email"), block_on("phone"), block_on("name", "birth_date"), block_on("birth_date", "postal_code")):
    train.estimate_parameters_using_expectation_maximisation(rule)
pairs = linker.inference.predict(threshold_match_probability=0.99)
clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.99)
found = clusters.as_pandas_dataframe()
found[["unique_id", "cluster_id"]].to_csv(output, index=False)
