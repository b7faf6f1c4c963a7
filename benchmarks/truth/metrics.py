"""How right are forecasts in a metric beside the score?

    python -m benchmarks.truth.metrics CORPUS [--budget 10] [--sets ::4]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` (benchmarks/truth/outcomes/cases.py). prefit is given
70 % of the rows of a data set; the truth is each family trained once on all of them and measured on the rest. Printed
are the errors in skill, the share of the way from the constant predictor to the perfect one, and how often the 90 %
interval holds the truth.
"""

from __future__ import annotations

import argparse
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from benchmarks.priors.kinds import MOST_CELLS, probe
from benchmarks.truth.outcomes.cases import Case, cases, entries
from benchmarks.truth.outcomes.collect import FAMILIES, problems

import prefit
from prefit.config import make_options
from prefit.probes.beside import forecast_metric
from prefit.probes.metrics import measure_of
from prefit.probes.trial import run_trial
from prefit.resolve import resolve

MOST_ROWS = 20_000


def judged(case: Case, budget: float) -> Iterator[tuple[str, float, bool, float]]:
    """Yield metric, error, whether the interval holds the truth, and its half-width, of each family and metric."""
    entry, n_given = case.entry, case.given.num_rows
    seen = probe(case.given, entry, budget)
    options = make_options({"target": entry.target, "task": entry.task})
    task = resolve(prefit.profile(case.given, target=entry.target), options)
    given, unseen = problems(case, task)
    measures = [measure_of(one.name, given.target, given.n_classes) for one in seen.measures]
    truth = {trial.family: trial.beside for trial in run_trial(given, unseen, FAMILIES, 0, None, measures)}
    for measure, own in zip(seen.measures, measures, strict=True):
        made = forecast_metric(measure, seen.curves(measure), {}, planned_rows=n_given, given_rows=n_given)
        for family, said in made.families.items():
            found = truth[family].get(measure.name, "")
            if isinstance(found, str) or np.isnan(found[1].value):
                continue
            constant = own.on_curve(own.constant)
            skill = (found[1].value - constant) / (1 - constant)
            low, high = said.skill.low, said.skill.high
            yield measure.name, abs(skill - said.skill.mean), low - 1e-9 <= skill <= high + 1e-9, (high - low) / 2


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--budget", type=float, default=10.0, help="seconds on one core for the probes of a data set")
    parser.add_argument("--sets", default="::4", help="a slice of the data sets, mixed")
    given = parser.parse_args()
    mixed = sorted(entries(given.corpus), key=lambda entry: zlib.crc32(entry.name.encode()))
    found: dict[str, list[tuple[float, bool, float]]] = defaultdict(list)
    for entry in mixed[slice(*(int(part) if part else None for part in given.sets.split(":")))]:
        if entry.rows > MOST_ROWS or entry.rows * entry.features > MOST_CELLS:
            continue
        for case in cases(entry, ("original",)):
            try:
                rows = list(judged(case, given.budget))
            except Exception as error:  # noqa: BLE001 - what cannot be forecast is a result
                print(entry.name, f"{type(error).__name__}: {error}", flush=True)
                continue
            print(entry.name, flush=True)
            for name, *figures in rows:
                found[name].append(tuple(figures))
    names = ("metric", "trainings", "median error (skill)", "90 % covers", "median half-width (skill)")
    print(f"| {' | '.join(names)} |\n{'|---' * len(names)}|")
    for name, rows in sorted(found.items()):
        error, covered, half = np.array(rows, dtype=float).T
        print(f"| {name} | {len(rows)} | {np.median(error):.4f} | {covered.mean():.3f} | {np.median(half):.3f} |")


if __name__ == "__main__":
    main()
