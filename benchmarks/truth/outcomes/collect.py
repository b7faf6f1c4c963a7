"""What prefit forecasts of many trainings, what plain cross-validation says of them, and what they come to.

    python -m benchmarks.truth.outcomes.collect CORPUS LINES.jsonl [--budget 60s] [--kinds original "150 rows" ...]
        [--sets 0:226:4] [--most-rows N]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` (see cases.py). Each case is a line of LINES: the *truth*
(each family trained once with its defaults on all given rows, scored on rows that prefit never saw), the *forecast*
(from the budget) and the *baseline* (three-fold cross-validation of each family on all given rows, up to 2,500). Cases
that LINES has already are not made again. ``figures.py`` compares.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.truth.outcomes.cases import KINDS, Case, Entry, cases, entries

import prefit
from prefit.config import Options, make_options
from prefit.measure.curves import measure_curves
from prefit.probes.problem import Problem, make_problem
from prefit.probes.trial import Trial, run_trial
from prefit.profiling.values import Profile
from prefit.resolve import resolve
from prefit.task import Task

FAMILIES = ("linear", "boosting", "forest", "neural")
FOLDS = 3
MOST_CROSS_VALIDATED = 2_500


def outcome(case: Case, budget: str, seed: int = 0) -> dict[str, Any]:
    """Forecast, train and cross-validate one case."""
    options = make_options({"target": case.entry.target, "task": case.entry.task, "budget": budget})
    profile = prefit.profile(case.given, target=case.entry.target)
    task = resolve(profile, options)
    given, unseen = problems(case, task)
    line: dict[str, Any] = {
        "name": case.entry.name, "family": case.entry.family, "kind": case.kind, "task": case.entry.task,
        "budget": budget, "rows": given.n_rows, "features": len(task.features),
        "unseen_rows": unseen.n_rows, "classes": given.n_classes, "planned_rows": given.n_rows,
    }  # fmt: skip
    return line | {
        "truth": {trial.family: told(trial) for trial in run_trial(given, unseen, FAMILIES, seed)},
        "forecast": forecast(profile, task, options),
        "baseline": cross_validated(given, seed),
    }


def problems(case: Case, task: Task) -> tuple[Problem, Problem]:
    """Turn the given and the unseen rows into features and target, with the same numbers for the classes."""
    names = [*task.features, case.entry.target]
    both = make_problem(pa.concat_tables([case.given.select(names), case.unseen.select(names)]), task)
    n_given = case.given.num_rows
    assert both.n_rows == n_given + case.unseen.num_rows, "every row must have a target"
    return both.take(np.arange(n_given)), both.take(np.arange(n_given, both.n_rows))


def forecast(profile: Profile, task: Task, options: Options) -> dict[str, Any]:
    """Return what the probes say within the budget, and how long they took."""
    started, cpu = time.perf_counter(), time.process_time()
    found = asdict(measure_curves(profile, task, options, lambda _share: None))
    return found | {"wall_seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu}


def cross_validated(given: Problem, seed: int) -> dict[str, Any]:
    """Return the mean of the folds for each family that could be trained on all of them."""
    random = np.random.default_rng(seed)
    order = random.permutation(given.n_rows)[:MOST_CROSS_VALIDATED]
    if given.n_classes:
        order = order[np.argsort(given.target[order], kind="stable")]  # classes are dealt out evenly
    fold = np.arange(len(order)) % FOLDS
    trials = [
        trial
        for number in range(FOLDS)
        for trial in run_trial(given.take(order[fold != number]), given.take(order[fold == number]), FAMILIES, seed)
    ]
    found = {}
    for family in FAMILIES:
        of_family = [told(trial) for trial in trials if trial.family == family]
        if all(one["failure"] is None for one in of_family):
            found[family] = {
                "train": float(np.mean([one["train"] for one in of_family])),
                "held_out": float(np.mean([one["held_out"] for one in of_family])),
                "held_out_std": float(np.std([one["held_out"] for one in of_family], ddof=1)),
                "moved": float(np.mean([one["moved"] for one in of_family])),
            }
    return found


def told(trial: Trial) -> dict[str, Any]:
    """Return the scores of one training.

    ``moved`` is how far its predictions are from a constant: of the rows whose class is not the most predicted one, the
    share that gets another prediction; or the standard deviation of the predictions over that of the target.
    """
    if trial.train is None or trial.held_out is None:
        return {"failure": trial.failure}
    moved = trial.spread if trial.off_modal_share is None else trial.off_modal_share
    return {
        "failure": None, "train": trial.train.value, "held_out": trial.held_out.value, "moved": moved,
        "seconds": trial.fit_seconds,
    }  # fmt: skip


def collected(entry: Entry, kinds: tuple[str, ...], most_rows: int, budget: str) -> Iterator[dict[str, Any]]:
    """Make the cases of a data set; a failure is a line too."""
    for case in cases(entry, kinds):
        if case.given.num_rows > most_rows:
            continue
        try:
            yield outcome(case, budget)
        except Exception as error:  # noqa: BLE001 - what cannot be forecast is a result
            failure = f"{type(error).__name__}: {error}"
            yield {"name": entry.name, "family": entry.family, "kind": case.kind, "failure": failure}


def main() -> None:
    """Collect what LINES lacks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("lines", type=Path)
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--sets", default="::", help="a slice of the manifest, such as 0::4")
    parser.add_argument("--most-rows", type=int, default=100_000)
    given = parser.parse_args()
    there = set()
    if given.lines.exists():
        there = {(line["name"], line["kind"]) for line in map(json.loads, given.lines.read_text().splitlines())}
    chosen = entries(given.corpus)[slice(*(int(part) if part else None for part in given.sets.split(":")))]
    for entry in chosen:
        lacking = tuple(kind for kind in given.kinds if (entry.name, kind) not in there)
        for line in collected(entry, lacking, given.most_rows, given.budget):
            with given.lines.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
            print(line["name"], line["kind"], line.get("rows"), line.get("failure", ""), flush=True)


if __name__ == "__main__":
    main()
