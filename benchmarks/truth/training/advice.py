"""Does the advice on a training plan pay? Plans are trained as planned and as advised, and scored on new rows.

    python -m benchmarks.truth.training.advice CORPUS PLANS.jsonl [--cases 400] [--sets 40]
    python -m benchmarks.truth.training.advice CORPUS PENALTIES.jsonl --penalties [--sets 60]
    python -m benchmarks.truth.training.advice --figures PLANS.jsonl PENALTIES.jsonl

Plans: every third one is the default plan on the rows as they are, the others are drawn with rows, scales and faults as
for the risks. 30 % of the rows are held out before prefit sees any. A case is warned of where a check of the advice
would warn. Scores are means over three trainings. Penalties: real data sets cut to 200 to 1,000 rows, and drawn
problems with few or many active columns; regret is what the advised penalty loses to the best one on the held-out rows,
as a share of what that one gains over the constant predictor.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.truth.training.collect import cases, data_sets, rows_of

from prefit.evidence.advice import Advice
from prefit.plan import TrainingPlan
from prefit.probes.advice import advise
from prefit.probes.advice.matrix import FINEST, Numbers, standardized
from prefit.probes.advice.penalties import GRID, KINDS, LinearPenalty, best_penalty, linear_model
from prefit.probes.advice.trials import Variant, predicted
from prefit.probes.models import quiet
from prefit.probes.score import score
from prefit.probes.training.rows import Rows

HELD_OUT = 0.3
SEEDS = 3
MIN_GAIN = 0.05
"""Gain in skill from which the checks warn."""

AS_GOOD = 0.01
"""Score below the planned one that still counts as not worse: the luck of three trainings."""


def numbers_of(rows: Rows, chosen: np.ndarray, seed: int) -> Numbers:
    """Return rows as the advice takes them, the folds dealt out at random."""
    fold = np.random.default_rng(seed).permutation(np.arange(len(chosen)) % FINEST)
    owners = tuple(f"x{k}" for k in range(rows.inputs.shape[1]))
    target = rows.targets[chosen]
    if rows.n_classes:
        target = np.unique(target, return_inverse=True)[1]
    n_classes = len(np.unique(target)) if rows.n_classes else 0
    return Numbers(rows.inputs[chosen].astype(np.float64), target, n_classes, fold, owners)


def split(rows: Rows, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Hold out some rows; classes that are not on both sides are left out."""
    order = np.random.default_rng(seed).permutation(rows.n_rows)
    held, train = np.split(order, [int(HELD_OUT * rows.n_rows)])
    if rows.n_classes:
        common = np.intersect1d(rows.targets[held], rows.targets[train])
        held, train = held[np.isin(rows.targets[held], common)], train[np.isin(rows.targets[train], common)]
    return train, held


def warned(advice: Advice, n_classes: int) -> list[str]:
    """Return the settings that a check would warn of; a rate that the plan leaves open is none of them."""
    room = 1 - (1 / n_classes if n_classes else 0.0)
    found = {
        "loss": advice.loss,
        "learning_rate": advice.learning_rate,
        "initialization": advice.initialization.choice,
        "regularization": advice.regularization.network,
    }
    if not advice.learning_rate.is_named:
        del found["learning_rate"]
    return [name for name, part in found.items() if part.pays and part.effect and part.effect.delta / room >= MIN_GAIN]


def plan_case(rows: Rows, plan: TrainingPlan, seed: int) -> dict[str, Any] | None:
    """Advise on a plan, train both, and score both; None where too little can be held out."""
    train, held = split(rows, seed)
    if len(held) < 40 or len(np.unique(rows.targets[train])) < 2 or len(np.unique(rows.targets[held])) < 2:
        return None
    seen = numbers_of(rows, train, seed)
    target = (
        np.searchsorted(np.unique(rows.targets[train]), rows.targets[held]) if rows.n_classes else rows.targets[held]
    )
    started = time.process_time()
    advice = advise(seen, plan, planned_rows=len(train), seed=seed)
    seconds = time.process_time() - started
    changes = dict(advice.changes)
    weighted, log = bool(changes.pop("class_weights", False)), bool(changes.pop("log_target", False))
    advised = Variant(replace(plan, **changes), weighted=weighted, log=log)  # type: ignore[arg-type]

    def trained(variant: Variant) -> float:
        unseen = rows.inputs[held]
        scores = [
            score(target, predicted(seen, variant, unseen, seed=1_000 + seed + k), seen.n_classes).value
            for k in range(SEEDS)
        ]
        return float(np.mean(scores))

    planned_score = trained(Variant(plan))
    return {
        "rows": len(train),
        "columns": seen.matrix.shape[1],
        "classes": seen.n_classes,
        "warned": warned(advice, seen.n_classes),
        "changes": {key: str(value) for key, value in advice.changes.items()},
        "forecast": None if advice.effect is None else advice.effect.delta,
        "planned": planned_score,
        "advised": planned_score if advised == Variant(plan) else trained(advised),
        "seconds": seconds,
    }


def plan_cases(corpus: Path, n_sets: int, n_cases: int, done: set[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """Make cases, data set by data set in turn."""
    loaded = {entry["name"]: rows_of(corpus, entry) for entry in data_sets(corpus, n_sets)}
    for index in range(n_cases):
        name, number = list(loaded)[index % len(loaded)], index // len(loaded)
        if (name, number) in done:
            continue
        if number % 3 == 0:
            drawn = np.random.default_rng(number).permutation(loaded[name].n_rows)[: 3_000 if number else 1_000]
            rows, plan, kind, fault = loaded[name].take(drawn), TrainingPlan(), "default", "none"
        else:
            case = next(cases(loaded[name], name, 10_000 + number))
            rows, plan, kind, fault = case.rows, case.plan, case.kind, case.fault
        made = plan_case(rows, plan, number)
        if made is not None:
            yield {"name": name, "number": number, "kind": kind, "fault": fault, **made}


def drawn_problem(number: int) -> Rows:
    """Draw a classification of 200 to 1,000 rows and 10 to 100 columns, of which few or all matter."""
    random = np.random.default_rng(number)
    n_columns = int(random.choice([10, 30, 100]))
    active = n_columns if number % 2 else max(1, n_columns // 10)
    inputs = random.standard_normal((6_000, n_columns))
    weights = np.zeros(n_columns)
    weights[:active] = random.standard_normal(active)
    logits = inputs @ weights * random.choice([1.0, 2.0]) / np.linalg.norm(weights)
    return Rows(inputs.astype(np.float32), (random.random(6_000) < 1 / (1 + np.exp(-logits))).astype(np.int64), 2)


def penalty_case(rows: Rows, seed: int) -> dict[str, Any] | None:
    """Choose a penalty on a few hundred rows, and compare it with all others on the rest."""
    random = np.random.default_rng(seed)
    order = random.permutation(rows.n_rows)
    n_train = min(int(random.choice([200, 400, 1_000])), int(0.6 * rows.n_rows))
    train, held = order[:n_train], order[n_train:]
    train = train[np.isin(rows.targets[train], rows.targets[held])] if rows.n_classes else train
    held = held[np.isin(rows.targets[held], rows.targets[train])] if rows.n_classes else held
    if len(train) < 100 or len(np.unique(rows.targets[train])) < 2:
        return None
    seen = numbers_of(rows, train, seed)
    target = (
        np.searchsorted(np.unique(rows.targets[train]), rows.targets[held]) if rows.n_classes else rows.targets[held]
    )
    curve = LinearPenalty(seen)
    kind, strength, *_ = best_penalty(curve, len(train))
    inputs, unseen = standardized(seen.matrix, rows.inputs[held].astype(np.float64))
    scale = 1.0 if seen.n_classes else float(seen.target.std())

    def loss(kind: Any, strength: float) -> float:
        with quiet():
            model = linear_model(kind, strength, seen.n_classes).fit(inputs, seen.target)
            if not seen.n_classes:
                return float(((target - model.predict(unseen)) ** 2).mean() / target.var())
            guessed = model.predict_proba(unseen)[np.arange(len(target)), target]
        return float(-np.log(np.clip(guessed, 1e-6, 1)).mean())

    grid = {(kind, s * (scale if kind == "l1" else 1.0)) for kind in KINDS for s in GRID}
    best = min(loss(*key) for key in grid)
    shares = np.bincount(seen.target, minlength=max(seen.n_classes, 1)) / len(train) if seen.n_classes else None
    constant = 1.0 if shares is None else float(-np.log(shares[target]).mean())
    default, advised = loss("l2", 1.0), loss(kind, strength)
    return {
        "rows": len(train),
        "columns": seen.matrix.shape[1],
        "classes": seen.n_classes,
        "gain": constant - best,
        "regret": max(0.0, advised - best) / max(constant - best, 1e-9),
        "regret_of_default": (default - best) / max(constant - best, 1e-9),
    }


def penalty_cases(corpus: Path, n_sets: int, done: set[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """Make cases of real and of drawn problems."""
    sources = [(entry["name"], entry) for entry in data_sets(corpus, n_sets)]
    sources += [(f"drawn {number}", None) for number in range(48)]
    for name, entry in sources:
        if (name, 0) in done:
            continue
        rows = drawn_problem(int(name.split()[1])) if entry is None else rows_of(corpus, entry)
        made = penalty_case(rows, zlib.crc32(name.encode()) % 1_000)
        if made is not None:
            yield {"name": name, "number": 0, **made}


def figures(plans: Path, penalties: Path) -> None:
    """Print how often the advice was right."""
    made = [json.loads(line) for line in plans.read_text().splitlines()]
    for kind in ("all", "default", "near default", "random"):
        of = [case for case in made if kind in ("all", case["kind"])]
        told = [case for case in of if case["warned"]]
        quiet_ones = [case for case in of if not case["warned"]]
        changed = [case for case in quiet_ones if case["changes"]]
        better = np.mean([case["advised"] > case["planned"] for case in told]) if told else np.nan
        kept = np.mean([case["advised"] >= case["planned"] - AS_GOOD for case in quiet_ones]) if quiet_ones else np.nan
        gain = np.median([case["advised"] - case["planned"] for case in told]) if told else np.nan
        print(
            f"{kind}: {len(of)} cases; warned {len(told)}, better {better:.3f}, median gain {gain:+.3f}; silent "
            f"{len(quiet_ones)} ({len(changed)} changed), not worse {kept:.3f}; CPU s median "
            f"{np.median([case['seconds'] for case in of]):.2f}, largest {max(case['seconds'] for case in of):.2f}"
        )
    found = [json.loads(line) for line in penalties.read_text().splitlines()]
    found = [case for case in found if case["gain"] > 0.02]
    for kind in ("all", "real", "drawn"):
        of = [case for case in found if kind == "all" or case["name"].startswith("drawn") == (kind == "drawn")]
        for what in ("regret", "regret_of_default"):
            values = np.array([case[what] for case in of])
            print(
                f"{kind}, {what}: {len(of)} cases, median {np.median(values):.4f}, 90 % {np.quantile(values, 0.9):.4f}"
            )


def main() -> None:
    """Run the benchmark, or print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs=2)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--penalties", action="store_true")
    parser.add_argument("--figures", action="store_true")
    options = parser.parse_args()
    first, second = options.paths
    if options.figures:
        figures(first, second)
        return
    lines = second.read_text().splitlines() if second.exists() else []
    done = {(case["name"], case["number"]) for case in map(json.loads, lines)}
    made = (
        penalty_cases(first, options.sets, done)
        if options.penalties
        else plan_cases(first, options.sets, options.cases, done)
    )
    for case in made:
        with second.open("a") as sink:
            print(json.dumps(case), file=sink)


if __name__ == "__main__":
    main()
