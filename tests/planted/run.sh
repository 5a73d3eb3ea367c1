#!/usr/bin/env bash
# Plants effects in extracts, runs the main job on them, and checks that the tables find these effects and no others.
#
#     run.sh BINARY
#
# PYTHON is a Python with duckdb (python3 by default); PLANTED_SEEDS and NULL_SEEDS are the seeds of the extracts
# with effects and of those without, one set of each by default. KEEP=1 leaves the temporary folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
binary=$(realpath "$1")
python=${PYTHON:-python3}
work=$(mktemp -d)
trap '[ -n "${KEEP:-}" ] && echo "kept $work" || rm -rf "$work"' EXIT

run() { # FOLDER AS_OF [OPTION…]
    "$binary" run --project-dir "$project" --warehouse "$1/warehouse" --vars "extracts=$1/extracts" --as-of "$2" "${@:3}" \
        --no-progress --quiet >>"$1/run.log" 2>&1 || { cat "$1/run.log"; return 1; }
}

# The first run decides who is treated, the extracts then contain their response, and the second run measures it.
one_set() { # FOLDER SEED [--null]
    mkdir -p "$1"
    "$python" "$here/generate.py" --out "$1/extracts" --seed "${@:2}"
    run "$1" 2025-11-30
    "$python" "$here/treated.py" "$1/warehouse" >"$1/treated.csv"
    "$python" "$here/generate.py" --out "$1/extracts" --treated "$1/treated.csv" --seed "${@:2}"
    # The extracts hold no sales after the responses, which a guard notices.
    run "$1" 2026-03-08 --accept volumes_hold
}

all_sets() { # KIND SEEDS [--null]
    for seed in $2; do one_set "$work/$1-$seed" "$seed" "${@:3}"; done
}

all_sets planted "${PLANTED_SEEDS:-1}" &
planted=$!
all_sets null "${NULL_SEEDS:-101}" --null &
null=$!
wait $planted
wait $null
"$python" "$here/check.py" ${STRICT:+--strict} "$work"/*/
