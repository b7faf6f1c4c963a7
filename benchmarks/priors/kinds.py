"""How far off are extrapolations of kinds of score that LCDB has none of? Probed and fitted on published data sets.

    python -m benchmarks.priors.kinds collect CORPUS CURVES.jsonl [--budget 8] [--sets ::2]
    python -m benchmarks.priors.kinds fit CORPUS CURVES.jsonl

CORPUS is a folder with Parquet files and a ``manifest.jsonl`` (benchmarks/truth/outcomes/cases.py). ``collect`` probes
each data set as prefit does; each line of CURVES.jsonl is a data set with the curves of all families in the score and
in every metric that suits the target, greater being better. Data sets that are there are not probed again. ``fit`` cuts
the curves, holds what is said of a larger size against what came of it, prints how often 90 % intervals cover on data
sets that were left out, and writes ``pipeline/prefit/probes/widths.json``: by what to multiply the intervals.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
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
from prefit.probes.forecast import BOUNDS
from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves, look
from prefit.probes.metrics import METRICS as METRIC_OF
from prefit.probes.metrics import Measure, measure_of
from prefit.probes.points import curves_of
from prefit.probes.prior import FARTHEST, NEAREST, load_prior
from prefit.probes.problem import Problem, make_problem
from prefit.probes.run import run_plan
from prefit.probes.score import metric_name
from prefit.probes.split import splits
from prefit.probes.trial import Trial
from prefit.probes.widths import SHIPPED
from prefit.resolve import resolve
from prefit.task import METRICS, OF_TWO_CLASSES

MOST_ROWS, MOST_CELLS = 6_000, 5 * 10**6
FIELDS = ("rows", "train", "held_out", "train_std", "held_out_std", "repeats")
N_FOLDS, COVERED = 5, 0.90
LEARNED = ("accuracy", "roc_auc")
"""Kinds that LCDB has: their intervals are those of many more curves than are collected here."""

SPANS = ((0.45, 1.6), (1.6, 2.6), (2.6, FARTHEST + 0.3))
KNOTS = (1.0, 2.0, 3.5)
"""Doublings that examples are ahead, and where what is learned of them stands."""


@dataclass(frozen=True, slots=True)
class Probed:
    """The trainings that a budget buys on a data set, scored by every metric that suits the target."""

    problem: Problem
    parts: Sequence[Any]
    families: tuple[str, ...]
    measures: tuple[Measure, ...]
    trials: tuple[Trial, ...]

    def curves(self, measure: Measure | None = None) -> dict[str, LearningCurve]:
        """Return the curves of all families in a metric, or in the score."""
        return curves_of(self.trials, self.families, self.problem.n_classes, self.parts, measure)[0]


def probe(table: pa.Table, entry: Entry, budget: float, seed: int = 0) -> Probed:
    """Probe a data set."""
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
    measures = tuple(measure_of(name, problem.target, problem.n_classes) for name in names)
    outcome = run_plan(
        problem, parts, plan, seed=seed, deadline=time.monotonic() + 600, progress=lambda _: None, measures=measures
    )
    return Probed(problem, parts, shape.families, measures, outcome.trials)


def collected(entry: Entry, budget: float, seed: int = 0) -> dict[str, Any]:
    """Return the curves of every kind of score."""
    case = next(cases(entry, ("original",)), None)
    if case is None:
        raise InputError("data must have rows to give and rows to keep back; got too few. Leave it out.")
    table = case.given
    if table.num_rows > MOST_ROWS:
        table = table.take(pa.array(np.sort(np.random.default_rng(seed).permutation(table.num_rows)[:MOST_ROWS])))
    seen = probe(table, entry, budget, seed)
    found = {metric_name(seen.problem.n_classes): seen.curves()}
    found |= {measure.name: seen.curves(measure) for measure in seen.measures}
    return {name: {family: _figures(curve) for family, curve in curves.items()} for name, curves in found.items()}


def _figures(curve: LearningCurve) -> dict[str, list[float]]:
    points = [asdict(point) for point in curve.points]
    return {field: [point[field] for point in points] for field in FIELDS}


def collect(corpus: Path, file: Path, budget: float, sets: str) -> None:
    """Collect what is lacking."""
    there = {line["name"] for line in _lines(file)} if file.exists() else set()
    mixed = sorted(entries(corpus), key=lambda entry: zlib.crc32(entry.name.encode()))
    for entry in mixed[slice(*(int(part) if part else None for part in sets.split(":")))]:
        if entry.name in there or entry.rows * entry.features > MOST_CELLS:
            continue
        started = time.process_time()
        line: dict[str, Any] = {"name": entry.name, "family": entry.family, "task": entry.task}
        try:
            line["curves"] = collected(entry, budget)
        except InputError as error:
            line["failure"] = str(error)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
        print(entry.name, f"{time.process_time() - started:.1f} s", line.get("failure", ""), flush=True)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def examples(lines: Sequence[dict[str, Any]]) -> dict[str, Array]:
    """Cut every curve at every size, and hold what is said of each larger one against what came of it.

    Returns rows of: number of the family of data sets, doublings ahead, error relative to the end of the interval on
    its side (beyond 1 is outside), error, half-width; by kind of score.
    """
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for line in lines:
        family = float(zlib.crc32(line["family"].encode()))
        for name, curves in line.get("curves", {}).items():
            kind = METRIC_OF[name].kind if name in METRIC_OF else name
            for curve in curves.values():
                found[kind] += [(family, *row) for row in _cuts(curve, kind)]
    return {kind: np.array(rows) for kind, rows in found.items()}


def _cuts(curve: dict[str, list[float]], kind: str) -> Iterator[tuple[float, ...]]:
    sizes, repeats = np.array(curve["rows"], dtype=np.float64), curve["repeats"]
    scores, train = (np.clip(curve[which], *BOUNDS[kind])[None] for which in ("held_out", "train"))
    std, prior = np.array(curve["held_out_std"])[None], load_prior()
    for last in range(2, len(sizes) - 1):
        part = np.s_[:, : last + 1]
        seen = look(
            sizes[: last + 1], scores[part], train_scores=train[part], scores_std=std[part], bounds=BOUNDS[kind],
            kind=kind,
        )  # fmt: skip
        joint = JointCurves(seen, prior)
        for target in range(last + 1, len(sizes)):
            ahead = seen.doublings(sizes[target])
            if ahead < SPANS[0][0] or repeats[target] < 2:  # one training is more luck than truth
                continue
            made, near = joint.held_out_centre(sizes[target]), float(np.clip(ahead, NEAREST, FARTHEST))
            error = float(scores[0, target] - made.location[0])
            end = made.scale[0] * prior.quantile(kind, 0.05 if error < 0 else 0.95, near)
            half = made.scale[0] * (prior.quantile(kind, 0.95, near) - prior.quantile(kind, 0.05, near)) / 2
            yield ahead, error / end, error, half


def factors(rows: Array) -> list[float]:
    """Return by what to multiply intervals at each knot, such that 90 % of them hold; a data set counts once."""
    found = []
    for low, high in SPANS:
        near = rows[(rows[:, 1] > low) & (rows[:, 1] <= high)]
        found.append(_quantile(near[:, 2], _weights(near), COVERED))
    return found


def _weights(rows: Array) -> Array:
    _, place, counts = np.unique(rows[:, 0], return_inverse=True, return_counts=True)
    return np.asarray(1 / counts[place])


def _quantile(values: Array, weights: Array, share: float) -> float:
    order = np.argsort(values)
    passed = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(share * weights.sum(), passed, values[order]))


def fit(corpus: Path, file: Path) -> None:
    """Fit, judge by folds of families of data sets, and write."""
    lines = [line for line in _lines(file) if "curves" in line]
    fitted = {}
    names = ("kind", "doublings ahead", "examples", "median error", "covers, half-width before", "after")
    print(f"| {' | '.join(names)} |\n{'|---' * len(names)}|")
    for kind, rows in sorted(examples(lines).items()):
        if kind not in LEARNED:
            fitted[kind] = [float(f"{factor:.3g}") for factor in factors(rows)]
            _report(kind, rows)
    manifest = map(json.loads, (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    used = {line["name"] for line in lines}
    card = {
        "what": "By what to multiply the intervals of extrapolated scores of kinds that the prior was not fitted on.",
        "made_by": "python -m benchmarks.priors.kinds fit",
        "licences": "Figures of trainings only: no row and no value of a data set is in this file.",
        "doublings": KNOTS,
        "factors": fitted,
        "data_sets": {
            entry["name"]: f"{entry['source']}; {entry['license']}" for entry in manifest if entry["name"] in used
        },
    }
    SHIPPED.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _report(kind: str, rows: Array) -> None:
    """Print what the intervals are on data sets that their factors do not come from."""
    fold = rows[:, 0] % N_FOLDS
    by_fold = [np.interp(rows[:, 1], KNOTS, factors(rows[fold != number])) for number in range(N_FOLDS)]
    factor = np.choose(fold.astype(int), by_fold)
    for low, high in SPANS:
        near = (rows[:, 1] > low) & (rows[:, 1] <= high)
        weights, (_, _, beyond, error, half), grown = _weights(rows[near]), rows[near].T, factor[near]
        cells = [
            f"{np.average(beyond <= by, weights=weights):.3f}, {_quantile(by * half, weights, 0.5):.3f}"
            for by in (np.ones_like(grown), grown)
        ]
        median = _quantile(np.abs(error), weights, 0.5)
        print(f"| {kind} | {low:g} to {high:g} | {near.sum()} | {median:.4f} | {' | '.join(cells)} |")


def main() -> None:
    """Collect or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("collect", "fit"))
    parser.add_argument("corpus", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--budget", type=float, default=8.0, help="seconds on one core for the probes of a data set")
    parser.add_argument("--sets", default="::", help="a slice of the data sets, mixed, such as ::2")
    given = parser.parse_args()
    if given.what == "collect":
        collect(given.corpus, given.file, given.budget, given.sets)
    else:
        fit(given.corpus, given.file)


if __name__ == "__main__":
    main()
