"""What prefit forecasts of many trainings, what plain cross-validation says of them, and what they come to.

    python -m benchmarks.truth.outcomes.collect CORPUS FOLDER truth
    python -m benchmarks.truth.outcomes.collect CORPUS FOLDER forecast [--budget 60s]
        [--kinds original "150 rows" ...] [--sets 0:226:4] [--rows 0 100000] [--cells 100000000] [--passes 6]

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` (see cases.py). Each case is a line of
``FOLDER/truth.jsonl`` and of ``FOLDER/forecast-60s.jsonl``. The *truth* is each family trained once with its defaults
on all given rows, scored on rows that prefit never saw; beside it stands the *baseline*, three-fold cross-validation of
each family on all given rows, up to 2,500. The *forecast* is what prefit says from its budget. In each pass a data set
gives one case, of another kind each time, so that a run that is ended early has seen all kinds. Cases that are there
are not made again. ``figures.py`` compares.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterator, Sequence
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


def outcome(case: Case, what: str, budget: str, seed: int = 0) -> dict[str, Any]:
    """Train and cross-validate a case, or forecast it."""
    options = make_options({"target": case.entry.target, "task": case.entry.task, "budget": budget})
    profile = prefit.profile(case.given, target=case.entry.target)
    task = resolve(profile, options)
    if what == "forecast":
        return forecast(profile, task, options)
    given, unseen = problems(case, task)
    return {
        "task": case.entry.task, "rows": given.n_rows, "features": len(task.features), "unseen_rows": unseen.n_rows,
        "classes": given.n_classes,
        "truth": {trial.family: told(trial) for trial in run_trial(given, unseen, FAMILIES, seed)},
        "baseline": cross_validated(given, seed),
    }  # fmt: skip


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


def turns(chosen: Sequence[Entry], kinds: Sequence[str], n_passes: int) -> Iterator[tuple[Entry, str]]:
    """Return each data set once in a pass, each time with another kind of case, small and large ones mixed."""
    mixed = sorted(chosen, key=lambda entry: zlib.crc32(entry.name.encode()))
    for turn in range(min(n_passes, len(kinds))):
        for place, entry in enumerate(mixed):
            yield entry, kinds[(place + turn) % len(kinds)]


def collected(entry: Entry, kind: str, what: str, budget: str) -> Iterator[dict[str, Any]]:
    """Make a case of a data set if it allows that kind; a failure is a line too."""
    for case in cases(entry, (kind,)):
        line: dict[str, Any] = {"name": entry.name, "family": entry.family, "kind": kind}
        try:
            yield line | outcome(case, what, budget)
        except Exception as error:  # noqa: BLE001 - what cannot be forecast is a result
            yield line | {"failure": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Collect what is lacking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("truth", "forecast"))
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--sets", default="::", help="a slice of the manifest, such as 0::4")
    parser.add_argument("--rows", nargs=2, type=int, default=(0, 100_000), help="fewest and most rows of a data set")
    parser.add_argument("--cells", type=int, default=10**8, help="most rows times features of a data set")
    parser.add_argument("--passes", type=int, default=len(KINDS))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    file = given.folder / ("truth.jsonl" if given.what == "truth" else f"forecast-{given.budget}.jsonl")
    there = set()
    if file.exists():
        there = {(line["name"], line["kind"]) for line in map(json.loads, file.read_text().splitlines())}
    chosen = [
        entry
        for entry in entries(given.corpus)[slice(*(int(part) if part else None for part in given.sets.split(":")))]
        if given.rows[0] <= entry.rows <= given.rows[1] and entry.rows * entry.features <= given.cells
    ]
    for entry, kind in turns(chosen, given.kinds, given.passes):
        if (entry.name, kind) in there:
            continue
        started = time.perf_counter()
        for line in collected(entry, kind, given.what, given.budget):
            with file.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
            print(entry.name, kind, f"{time.perf_counter() - started:.1f} s", line.get("failure", ""), flush=True)


if __name__ == "__main__":
    main()
