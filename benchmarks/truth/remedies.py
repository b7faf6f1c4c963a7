"""Does the remedy that prefit advises help on rows that it never saw?

Each data set is cut into given rows, at most 1,000, and unseen ones. Remedies are priced on the given rows by
cross-validation, at level deep. The truth is the gain of one training on all given rows with the change over one
without it, on the unseen rows, the mean of two. Data sets are taken as they are, with 30 % of the labels wrong, and
with a class of 1 % of the rows.

    python -m benchmarks.truth.remedies CORPUS [--sets NAME ...] [--out FILE]

CORPUS is a folder with ``manifest.jsonl``: one JSON line per data set with name, file, target, task, family, rows and
features.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.truth.outcomes.cases import Case, cases, entries

from prefit.config import make_options
from prefit.measure.curves import measure_curves
from prefit.probes import curves as curves_module
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import Problem, make_problem
from prefit.probes.remedies import Situation, try_remedies
from prefit.probes.remedies.change import Change, Fold, predicted
from prefit.probes.remedies.changes import changes
from prefit.probes.remedies.folds import LUCK
from prefit.probes.score import score
from prefit.reading import open_data, profile_source
from prefit.resolve import resolve
from prefit.stopwatch import Stopwatch

MOST_GIVEN = 1_000
MOST_UNSEEN = 5_000
SECONDS = 6.0
TRUTH_SEEDS = 2
"""Trainings with and without the change whose gains are averaged: the luck of one is not what is asked for."""


def records(case: Case) -> Iterator[dict[str, Any]]:
    """Yield a record for each remedy that was tried on a case: its price and the true gain."""
    given, unseen = case.given.slice(0, case.given.num_rows), case.unseen.slice(0, MOST_UNSEEN)
    if given.num_rows > MOST_GIVEN:
        rows = np.random.default_rng(0).permutation(given.num_rows)[:MOST_GIVEN]
        given = given.take(pa.array(np.sort(rows)))
    options = make_options({"target": case.entry.target, "task": case.entry.task, "budget": "2s"})
    watch = Stopwatch.started(None, options.deadline, options.memory)
    profile = profile_source(open_data(given, options), options, watch, "profile", probed=True)
    task = resolve(profile, options)
    curves = measure_curves(profile, task, options, lambda _: None)
    suspects = _suspects(profile, task) if "noise" in case.kind else frozenset()
    situation = Situation(curves=curves, suspects=suspects, own={})
    started = time.perf_counter()
    found = try_remedies(profile.sample.table, profile.sample.positions, task, situation, level="deep", seconds=SECONDS)
    seconds = time.perf_counter() - started
    both = make_problem(pa.concat_tables([given, unseen]), task)
    is_given = both.rows < given.num_rows
    train, test = np.flatnonzero(is_given), np.flatnonzero(~is_given)
    suspicious = np.isin(both.rows, list(suspects))
    every = {change.name: change for change in changes(both.take(train), situation, every=True)}
    base = Change(name="", title="", causes=(), family=situation.family)
    truths = _truths(both, train, test, suspicious, [base, *every.values()])
    for remedy in found:
        if remedy.effect is None or remedy.foretold or remedy.name not in truths:
            continue
        yield {
            "set": case.entry.name, "family": case.entry.family, "kind": case.kind, "task": task.kind,
            "trained": situation.family, "remedy": remedy.name, "rows": remedy.n_rows, "given": given.num_rows,
            "delta": remedy.effect.delta, "low": remedy.effect.low, "high": remedy.effect.high,
            "outcome": remedy.outcome, "true": truths[remedy.name], "unseen": len(test), "seconds": seconds,
        }  # fmt: skip


def _suspects(profile: Any, task: Any) -> frozenset[int]:
    from prefit import probes

    if task.kind != "classification":
        return frozenset()
    noise = probes.label_noise(profile.sample.table, profile.sample.positions, task)
    return frozenset(noise.suspects.positions[noise.suspects.tier == 2].tolist())


def _truths(
    problem: Problem, train: np.ndarray, test: np.ndarray, suspicious: np.ndarray, tried: list[Change]
) -> dict[str, float]:
    """Return the gain of each change over the first one, on the rows of `test`, after training on those of `train`."""
    scores: dict[str, list[float]] = {change.name: [] for change in tried}
    for seed in range(TRUTH_SEEDS):
        encoder = Encoder(100 + seed)
        with quiet():
            matrix = encoder.fit_transform(problem.take(train).frame)
            others = encoder.transform(problem.take(test).frame)
        fold = Fold(
            matrix=matrix, unseen=others, target=problem.target[train], n_classes=problem.n_classes,
            owners=encoder.owners, suspicious=suspicious[train],
        )  # fmt: skip
        for change in tried:
            with quiet():
                guess = predicted(change, fold, {}, 100 + seed)
            scores[change.name].append(score(problem.target[test], guess, problem.n_classes).value)
    return {name: mean(values) - mean(scores[tried[0].name]) for name, values in scores.items()}


def summary(lines: list[dict[str, Any]]) -> str:
    """Return the figures as a Markdown table: by remedy, and of all."""
    rows = ["| remedy | tried | helps | of these right | median true gain | else right not to | covered | half-width |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for name in (*sorted({line["remedy"] for line in lines}), "all"):
        chosen = [line for line in lines if name in ("all", line["remedy"])]
        helps = [line for line in chosen if line["outcome"] == "helps"]
        others = [line for line in chosen if line["outcome"] != "helps"]
        right = sum(line["true"] > 0 for line in helps)
        idle = sum(line["true"] < 0.02 for line in others)
        covered = mean(abs(line["true"] - line["delta"]) <= _with_luck(line) for line in chosen)
        gained = f"{median(line['true'] for line in helps):+.3f}" if helps else ""
        rows.append(
            f"| {name} | {len(chosen)} | {len(helps)} | {right} | {gained} | {idle} of {len(others)} "
            f"| {covered:.0%} | {median((line['high'] - line['low']) / 2 for line in chosen):.3f} |"
        )
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        key = (line["set"], line["kind"])
        if line["outcome"] == "helps" and line["delta"] > best.get(key, {"delta": 0.0})["delta"]:
            best[key] = line
    n_right = sum(line["true"] > 0 for line in best.values())
    n_cases = len({(line["set"], line["kind"]) for line in lines})
    rows.append(f"\nThe advised remedy, first in rank with a sure gain: {n_right} of {len(best)} help on unseen rows "
                f"({n_cases} cases; the others get no advice).")  # fmt: skip
    return "\n".join(rows)


def _with_luck(line: dict[str, Any]) -> float:
    """Return the half-width with the luck of the unseen rows added: the true gain is measured on few rows itself."""
    half = (line["high"] - line["low"]) / 2
    return half * (1 + line["rows"] / line["unseen"] / LUCK**2) ** 0.5


def main() -> None:
    """Run, or go on with, the benchmark, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sets", nargs="*", default=None)
    parser.add_argument("--kinds", nargs="*", default=["original", "30 % label noise", "1 % minority"])
    parser.add_argument("--out", type=Path, default=Path("remedies.jsonl"))
    arguments = parser.parse_args()
    curves_module.START_UP = 1e6  # what is found must not depend on how busy the machine is
    known = [json.loads(line) for line in arguments.out.read_text().splitlines()] if arguments.out.exists() else []
    done = {(line["set"], line["kind"]) for line in known}
    for entry in entries(arguments.corpus):
        if arguments.sets is not None and entry.name not in arguments.sets:
            continue
        for case in cases(entry, tuple(arguments.kinds)):
            if (entry.name, case.kind) in done:
                continue
            made = list(records(case))
            with arguments.out.open("a") as file:
                file.writelines(f"{json.dumps(line)}\n" for line in made)
            known += made
    print(summary(known))


if __name__ == "__main__":
    main()
