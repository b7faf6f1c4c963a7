"""Estimators with ``partial_fit``: are their trainings foreseen, and does what is said to remove a risk pay?

    python -m benchmarks.truth.training.steps CORPUS CASES.jsonl [--cases 240] [--sets 24]
    python -m benchmarks.truth.training.steps --figures CASES.jsonl

Linear models by gradient descent and multi-layer perceptrons of scikit-learn with parameters at random, every third one
at its defaults, on rows as they are, standardized, or with columns of very different scales. Truth are the events of
the documentation on the whole run; the probe has another seed, and mostly a part of the rows. Where a risk is 0.5 or
more and a change is named, the score of the estimator on held-out rows is compared with that after the change.
"""

from __future__ import annotations

import argparse
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.truth.training.collect import data_sets, rows_of
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor

from prefit.evidence.training import RISKS
from prefit.plan import TrainingPlan
from prefit.probes.models import quiet
from prefit.probes.own import contained
from prefit.probes.own_steps.course import run_steps
from prefit.probes.own_steps.feeding import SCALINGS, Fed
from prefit.probes.own_steps.probe import probe_fed
from prefit.probes.own_steps.setting import plan_of, rows_per_call
from prefit.probes.score import score
from prefit.probes.training.events import Course, events
from prefit.probes.training.risk import SHIPPED
from prefit.probes.training.rows import Rows, scaler_of

MOST_ROWS, HELD_OUT = 3_000, 0.3
PROBE_SHARES = (1.0, 0.6, 0.3)
SCALES = ("raw", "standard", "unequal")
CALLS_IN_EPOCHS = 10


def estimator_of(random: np.random.Generator, *, classes: bool, seed: int) -> Any:
    """Draw an estimator."""
    default, linear = random.random() < 1 / 3, random.random() < 0.5
    made: dict[str, Any] = {}
    if not default and linear:
        rate = str(random.choice(["optimal", "constant", "invscaling", "adaptive"]))
        made = {"learning_rate": rate, "eta0": float(10 ** random.uniform(-4, 1))}
        made["alpha"] = float(10 ** random.uniform(-6, -1))
    elif not default:
        depth, width = int(random.integers(1, 9)), int(random.choice([16, 50, 100]))
        made = {
            "hidden_layer_sizes": (width,) * depth,
            "activation": str(random.choice(["relu", "tanh", "logistic"])),
            "solver": str(random.choice(["adam", "sgd"])),
            "learning_rate_init": float(10 ** random.uniform(-4, 1)),
            "batch_size": int(random.choice([32, 200])),
        }
    if linear and classes:
        made["loss"] = str(random.choice(["hinge", "log_loss"]))
        return SGDClassifier(**made, random_state=seed)
    if linear:
        return SGDRegressor(**made, random_state=seed)
    return (MLPClassifier if classes else MLPRegressor)(**made, random_state=seed)


def fed_of(rows: Rows, number: int, name: str) -> tuple[Fed, Fed, str]:
    """Draw an estimator, and rows to train on and to hold out."""
    random = np.random.default_rng([zlib.crc32(name.encode()), number])
    chosen = random.permutation(rows.n_rows)[:MOST_ROWS]
    scale = str(random.choice(SCALES))
    inputs = rows.inputs[chosen].astype(np.float64)
    if scale != "raw":
        inputs = scaler_of(inputs, "standard")(inputs).astype(np.float64)
    if scale == "unequal":
        inputs = inputs * 10 ** random.uniform(-2, 3, inputs.shape[1])
    answers = rows.targets[chosen]
    estimator = estimator_of(random, classes=rows.n_classes > 0, seed=number)
    n_train = int(len(chosen) * (1 - HELD_OUT))
    numbers = (0.0, 1.0) if rows.n_classes else (float(answers[:n_train].mean()), float(answers[:n_train].std()))
    whole = Fed(estimator, inputs, answers, rows.n_classes, *numbers)
    order = np.arange(len(chosen))
    return whole.take(order[:n_train]), whole.take(order[n_train:]), scale


def truth(fed: Fed, plan: TrainingPlan, seed: int) -> dict[str, bool]:
    """Train to the end, and say which events happened."""
    size, own = rows_per_call(fed, plan), plan_of(fed, plan)
    n_calls = own.epochs * -(-fed.n_rows // size)
    seeded = replace(fed, estimator=fed.estimator.set_params(random_state=seed))
    seen = run_steps(seeded, rows_a_call=size, n_calls=n_calls, seed=seed).trajectory
    quarter = int(np.searchsorted(seen.steps, seen.steps[-1] / 4))
    return dict(
        events(
            Course(
                first=float(seen.losses[0]),
                quarter=float(seen.losses[quarter]),
                last=float(seen.losses[-1]),
                largest=seen.largest,
                gradient_ratio=seen.gradient_ratio,
                reference=seen.reference,
            )
        )
    )


def held_out(train: Fed, held: Fed, change: dict[str, Any]) -> float:
    """Train by as many passes with a change, and score on held-out rows."""
    both = replace(train, inputs=np.vstack([train.inputs, held.inputs]), answers=np.r_[train.answers, held.answers])
    scaled = both.under({name: value for name, value in change.items() if name in SCALINGS})
    parts = scaled.take(np.arange(train.n_rows)).under({k: v for k, v in change.items() if k not in SCALINGS})
    model, size = parts.estimator, rows_per_call(parts, TrainingPlan())
    told = {"classes": np.arange(train.n_classes)} if train.n_classes else {}
    try:
        for epoch in range(CALLS_IN_EPOCHS):
            order = np.random.default_rng(epoch).permutation(train.n_rows)
            for start in range(0, train.n_rows, size):
                batch = order[start : start + size]
                model.partial_fit(parts.inputs[batch], parts.answers[batch], **told)
                told = {}
        answers = np.asarray(model.predict(scaled.inputs[train.n_rows :]))
    except ValueError:  # weights that are no numbers
        return -1.0 if not train.n_classes else 1 / train.n_classes
    return float(score(scaled.answers[train.n_rows :], answers, train.n_classes).value)


def case(rows: Rows, name: str, number: int) -> dict[str, Any] | None:
    """Probe a part of the rows, train on all, and try what the probe says."""
    train, held, scale = fed_of(rows, number, name)
    if len(np.unique(train.answers)) < 2 or held.n_rows < 40:
        return None
    if train.n_classes and not len(np.unique(train.answers)) == len(np.unique(held.answers)) == train.n_classes:
        return None
    random = np.random.default_rng([zlib.crc32(name.encode()), number, 1])
    share = float(random.choice(PROBE_SHARES))
    plan = TrainingPlan()
    part = train.take(random.permutation(train.n_rows)[: max(64, int(share * train.n_rows))])
    with contained(number), quiet():
        started = time.process_time()
        found = probe_fed("drawn", part, plan, 2 * number, train.n_rows, 3.0)
        seconds = time.process_time() - started
        happened = truth(train, plan, 2 * number + 1)
        remedy = next((cause.remedies[0].change for cause in found.causes if cause.remedies), None)
        scores = None if remedy is None else (held_out(train, held, {}), held_out(train, held, dict(remedy)))
    assert found.probe is not None
    return {
        "scale": scale,
        "kind": type(train.estimator).__name__,
        "share": share,
        "risks": asdict(found.probe.risks),
        "happened": happened,
        "remedy": None if remedy is None else {key: str(value) for key, value in remedy.items()},
        "causes": [cause.cause for cause in found.causes],
        "scores": scores,
        "seconds": seconds,
    }


def made(corpus: Path, n_sets: int, n_cases: int, done: set[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """Make cases, data set by data set in turn; none of those that the risks were fitted on."""
    fitted = set(json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))["data_sets"])
    entries = [entry for entry in data_sets(corpus, n_sets + len(fitted)) if entry["name"] not in fitted]
    classes = [entry for entry in entries if entry["task"] == "classification"]
    numbers = [entry for entry in entries if entry["task"] == "regression"]
    half = n_sets // 2
    loaded = {entry["name"]: rows_of(corpus, entry) for entry in (*classes[:half], *numbers[: n_sets - half])}
    for index in range(n_cases):
        name, number = list(loaded)[index % len(loaded)], index // len(loaded)
        found = None if (name, number) in done else case(loaded[name], name, number)
        if found is not None:
            yield {"name": name, "number": number, **found}


def figures(path: Path) -> None:
    """Print how well the events are foreseen, and how often a change pays."""
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    for risk in (*RISKS, "flat or exploding"):
        names = ("flat_loss", "exploding_gradient") if risk == "flat or exploding" else (risk,)
        told = np.array([sum(one["risks"][name] for name in names) for one in cases])
        true = np.array([any(one["happened"][name] for name in names) for one in cases])
        said = told >= 0.5
        hits = int((said & true).sum())
        f1 = 2 * hits / max(1, int(said.sum() + true.sum()))
        print(f"{risk}: happened {true.sum()}, warned {said.sum()}, accuracy {(said == true).mean():.3f}, F1 {f1:.3f}, "
              f"Brier {((told - true) ** 2).mean():.3f}")  # fmt: skip
    tried = [one for one in cases if one["scores"]]
    gains = np.array([one["scores"][1] - one["scores"][0] for one in tried])
    print(f"changes {len(tried)}: better {np.mean(gains > 0):.3f}, not worse by 0.01 {np.mean(gains >= -0.01):.3f}, "
          f"median {np.median(gains):+.3f}; CPU s median {np.median([c['seconds'] for c in cases]):.2f}, "
          f"largest {max(c['seconds'] for c in cases):.2f}; cases {len(cases)}")  # fmt: skip


def main() -> None:
    """Run the benchmark, or print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--cases", type=int, default=240)
    parser.add_argument("--sets", type=int, default=24)
    parser.add_argument("--figures", action="store_true")
    options = parser.parse_args()
    if options.figures:
        figures(options.paths[0])
        return
    corpus, path = options.paths
    lines = path.read_text().splitlines() if path.exists() else []
    done = {(one["name"], one["number"]) for one in map(json.loads, lines)}
    for one in made(corpus, options.sets, options.cases, done):
        with path.open("a") as sink:
            print(json.dumps(one), file=sink)


if __name__ == "__main__":
    main()
