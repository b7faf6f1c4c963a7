"""Plant wrong labels into real and drawn data sets, and see who finds them.

    python -m benchmarks.truth.labels.run LINES.jsonl [--corpus DIR] [--sets NAME ...] [--kinds KIND ...]
        [--rates 0 0.1 ...] [--seed N] [--clean N]
    python -m benchmarks.truth.labels.figures LINES.jsonl

DIR is a folder with Parquet files and a ``manifest.jsonl`` of one JSON line per data set: ``name``, ``file``,
``target``. Each case is a line of LINES; those that are there already are not made again. cleanlab is run beside where
it is installed (``pip install "cleanlab>=2.9"``): on the same out-of-fold probabilities, and with its own defaults.
With ``--clean N`` nothing is planted: N tables of each of many shapes and sizes are looked at as they are.
"""

from __future__ import annotations

import argparse
import itertools
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.truth.labels.plants import KINDS, RATES, planted
from benchmarks.truth.labels.sets import LabelledSet, all_sets, clean_sets
from benchmarks.truth.labels.tools import judge


def case(labelled: LabelledSet, kind: str, rate: float, seed: int) -> dict[str, Any]:
    """Plant wrong labels into a set and let the tools look for them; a failure is a line too."""
    line: dict[str, Any] = {"name": labelled.name, "origin": labelled.origin, "kind": kind, "rate": rate, "seed": seed}
    try:
        if rate == 0:
            return line | judge(labelled.table, np.zeros(labelled.table.num_rows, dtype=bool), seed)
        return line | judge(*planted(labelled.table, kind, rate, seed), seed)
    except Exception as error:  # noqa: BLE001 - what a tool cannot take is a result
        return line | {"failure": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Make the cases that LINES lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--sets", nargs="+", default=[])
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--rates", nargs="+", type=float, default=list(RATES))
    parser.add_argument("--clean", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    there = set()
    if given.lines.exists():
        lines = map(json.loads, given.lines.read_text(encoding="utf-8").splitlines())
        there = {(line["name"], line["kind"], line["rate"], line["seed"]) for line in lines}
    warnings.simplefilter("ignore")  # what libraries say of few rows of a class
    sets = all_sets(given.corpus) if given.clean is None else clean_sets(given.clean)
    wanted = [labelled for labelled in sets if not given.sets or labelled.name in given.sets]
    for rate, kind in itertools.product(given.rates if given.clean is None else (0,), given.kinds):
        for labelled in wanted:
            if rate == 0 and kind != given.kinds[0]:
                continue  # nothing planted is the same whatever the kind
            named = kind if rate else "none"
            if (labelled.name, named, rate, given.seed) in there:
                continue
            line = case(labelled, named, rate, given.seed)
            with given.lines.open("a", encoding="utf-8") as sink:
                print(json.dumps(line), file=sink)
            print(labelled.name, named, rate, line.get("failure", ""), flush=True)


if __name__ == "__main__":
    main()
