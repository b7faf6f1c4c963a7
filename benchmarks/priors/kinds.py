"""Collect learning curves of kinds of score that LCDB has none of: with prefit's own probes, on published data sets.

    python -m benchmarks.priors.kinds CORPUS CURVES.jsonl [--budget 8] [--sets ::2]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` (benchmarks/truth/outcomes/cases.py). Each line of
CURVES.jsonl is a data set with the curves of all families in the score and in every metric that suits the target, as
they stand before the curve model. Data sets that are there are not probed again.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.truth.outcomes.cases import Entry, cases, entries

import prefit
from prefit.config import make_options
from prefit.errors import InputError
from prefit.evidence import LearningCurve
from prefit.probes.cost import Shape, make_plan
from prefit.probes.metrics import measure_of
from prefit.probes.points import curves_of
from prefit.probes.problem import make_problem
from prefit.probes.run import run_plan
from prefit.probes.score import metric_name
from prefit.probes.split import splits
from prefit.resolve import resolve
from prefit.task import METRICS, OF_TWO_CLASSES

MOST_ROWS = 6_000
FIELDS = ("rows", "train", "held_out", "train_std", "held_out_std", "repeats")


def collected(entry: Entry, budget: float, seed: int = 0) -> dict[str, Any]:
    """Probe a data set, and return the curves of every kind of score."""
    case = next(cases(entry, ("original",)), None)
    if case is None:
        raise InputError("data must have rows to give and rows to keep back; got too few. Leave it out.")
    table = case.given
    if table.num_rows > MOST_ROWS:
        table = table.take(pa.array(np.sort(np.random.default_rng(seed).permutation(table.num_rows)[:MOST_ROWS])))
    options = make_options({"target": entry.target, "task": entry.task})
    task = resolve(prefit.profile(table, target=entry.target), options)
    problem = make_problem(table, task)
    parts = splits(problem, seed)
    shape = Shape.of(problem.frame, n_classes=problem.n_classes, n_test=len(parts[0].test))
    plan = make_plan(
        min(len(part.train) for part in parts), shape, budget_seconds=budget, level="standard", n_splits=len(parts)
    )
    assert task.kind is not None
    names = [name for name in METRICS[task.kind] if problem.n_classes == 2 or name not in OF_TWO_CLASSES]
    measures = [measure_of(name, problem.target, problem.n_classes) for name in names]
    outcome = run_plan(
        problem, parts, plan, seed=seed, deadline=time.monotonic() + 600, progress=lambda _: None, measures=measures
    )
    found = {metric_name(problem.n_classes): curves_of(outcome.trials, shape.families, problem.n_classes, parts)[0]}
    found |= {
        measure.name: curves_of(outcome.trials, shape.families, problem.n_classes, parts, measure)[0]
        for measure in measures
    }
    return {name: {family: _figures(curve) for family, curve in curves.items()} for name, curves in found.items()}


def _figures(curve: LearningCurve) -> dict[str, list[float]]:
    points = [asdict(point) for point in curve.points]
    return {field: [point[field] for point in points] for field in FIELDS}


def main() -> None:
    """Collect what is lacking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--budget", type=float, default=8.0, help="seconds on one core for the probes of a data set")
    parser.add_argument("--sets", default="::", help="a slice of the data sets, mixed, such as ::2")
    given = parser.parse_args()
    there = set()
    if given.file.exists():
        there = {json.loads(line)["name"] for line in given.file.read_text(encoding="utf-8").splitlines()}
    mixed = sorted(entries(given.corpus), key=lambda entry: zlib.crc32(entry.name.encode()))
    for entry in mixed[slice(*(int(part) if part else None for part in given.sets.split(":")))]:
        if entry.name in there or entry.rows * entry.features > 5 * 10**6:
            continue
        started = time.process_time()
        line: dict[str, Any] = {"name": entry.name, "family": entry.family, "task": entry.task}
        try:
            line["curves"] = collected(entry, given.budget)
        except InputError as error:
            line["failure"] = str(error)
        with given.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
        print(entry.name, f"{time.process_time() - started:.1f} s", line.get("failure", ""), flush=True)


if __name__ == "__main__":
    main()
