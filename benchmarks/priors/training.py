"""Fit the model of training risks: boosted trees on the traits of probes, judged on data sets they were not fitted on.

    python -m benchmarks.priors.training CASES.pkl [CASES.pkl ...]

The cases come from ``python -m benchmarks.truth.training.collect``. Written are
``pipeline/prefit/probes/training/risk.npz`` and ``risk.json`` (where it comes from, and how well it does in a
cross-validation over data sets, which is printed as well).
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from prefit.probes.frame import Array
from prefit.probes.training.events import Course, events
from prefit.probes.training.risk import HEADS, SHIPPED, probabilities
from prefit.probes.training.traits import TRAITS, traits
from prefit.probes.training.trees import Trees

EVENTS = ("exploding_gradient", "flat_loss", "zero_loss", "vanishing_gradient")
N_FOLDS = 5
FEWEST_STEPS = 24
ENDS = {"whole run": 1.0, "a tenth of it": 0.1, "24 steps": 0.0}
"""Where a probe may have ended, as a share of the planned steps: what is judged."""

SETTINGS = {
    "learning_rate": 0.04, "num_leaves": 10, "min_data_in_leaf": 60, "feature_fraction": 0.5, "bagging_fraction": 0.7,
    "bagging_freq": 1, "lambda_l2": 10.0, "use_missing": False, "verbose": -1, "num_threads": 1, "seed": 0,
    "deterministic": True, "force_col_wise": True,
}  # fmt: skip
ROUNDS = {"course": 220, "zero": 180, "vanishing": 100}


@dataclass(frozen=True)
class Examples:
    """Traits of probes, ended where `ends` says, and what happened; several probes may come from one case.

    `shares` are those of the rows of the run that the probe saw; `layered` are plans that are no plain layers, or whose
    rate has a schedule.
    """

    traits: list[dict[str, float]]
    events: Array
    ends: Array
    shares: Array
    layered: Array
    data_sets: Array

    def take(self, chosen: Array) -> Examples:
        """Return the chosen ones."""
        kept = [self.traits[index] for index in np.flatnonzero(chosen)]
        arrays = (self.events, self.ends, self.shares, self.layered, self.data_sets)
        return Examples(kept, *(values[chosen] for values in arrays))


def read(path: Path) -> list[dict[str, Any]]:
    """Read the cases."""
    made = []
    with path.open("rb") as file:
        while file.peek(1):
            made.append(pickle.load(file))
    return [case for case in made if case["measured"].reference > 0]  # a part of the rows may have one class only


def examples(made: list[dict[str, Any]]) -> Examples:
    """Cut the probe of each case at several ends: those that are judged, and two at random."""
    rows = []
    for number, case in enumerate(made):
        measured = case["measured"]
        whole = measured.plan.steps(measured.n_rows_planned)
        random = np.random.default_rng(number)
        shares = [*ENDS.values(), *(10 ** random.uniform(-2.5, 0, 2))]
        happened = [case["events"][name] for name in EVENTS]
        plain = replace(measured.plan, normalization="none", skip=False, schedule="constant") == measured.plan
        for share in shares:
            n_steps = min(whole, max(FEWEST_STEPS, round(share * whole)))
            seen = measured if n_steps == whole else replace(measured, endings=())  # what ends early is not repeated
            rows.append((traits(seen, n_steps), happened, share, case["share"], not plain, case["name"]))
    columns = list(zip(*rows, strict=True))
    return Examples(list(columns[0]), *(np.array(column) for column in columns[1:]))


def fit(given: Examples, seed: int = 0) -> tuple[Trees, ...]:
    """Fit the heads."""
    values = np.array([[case[name] for name in TRAITS] for case in given.traits])
    exploding, flat, zero, vanishing = given.events.T
    course = np.where(exploding, 0, np.where(flat, 1, 2))
    settings = SETTINGS | {"seed": seed}
    boosters = {
        "course": _train(values, course, settings | {"objective": "multiclass", "num_class": 3}, "course"),
        "zero": _train(values, zero, settings | {"objective": "binary"}, "zero"),
        "vanishing": _train(values[flat], vanishing[flat], settings | {"objective": "binary"}, "vanishing"),
    }
    return tuple(_exported(boosters[head], 3 if head == "course" else 1) for head in HEADS)


def _train(values: Array, outcomes: Array, settings: dict[str, Any], head: str) -> Any:
    return lightgbm.train(settings, lightgbm.Dataset(values, outcomes.astype(int)), ROUNDS[head])


def _exported(booster: Any, n_outputs: int) -> Trees:
    """Lay the trees of a booster into arrays."""
    feature, threshold, left, right, value = [], [], [], [], []
    depths: list[int] = []

    def lay(node: dict[str, Any], depth: int) -> int:
        place = len(feature)
        leaf = "leaf_value" in node
        feature.append(0 if leaf else node["split_feature"])
        threshold.append(0.0 if leaf else node["threshold"])
        value.append(node["leaf_value"] if leaf else 0.0)
        left.append(place)
        right.append(place)
        depths.append(depth)
        if not leaf:
            left[place] = lay(node["left_child"], depth + 1)
            right[place] = lay(node["right_child"], depth + 1)
        return place

    trees = booster.dump_model()["tree_info"]
    roots = [lay(tree["tree_structure"], 0) for tree in trees]
    return Trees(
        feature=np.array(feature, dtype=np.int16),
        threshold=np.array(threshold, dtype=np.float64),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        value=np.array(value, dtype=np.float32),
        roots=np.array(roots, dtype=np.int32),
        outputs=np.arange(len(trees)) % n_outputs,
        depth=np.array(max(depths)),
    )


def fold_of(data_sets: Array) -> Array:
    """Return the fold of each data set."""
    names = sorted(set(data_sets), key=lambda name: zlib.crc32(name.encode()))
    place = {name: index % N_FOLDS for index, name in enumerate(names)}
    return np.array([place[name] for name in data_sets])


def cross_validated(given: Examples) -> Array:
    """Return the probabilities of each probe by trees that were fitted on other data sets."""
    folds = fold_of(given.data_sets)
    found = np.zeros((len(given.traits), len(EVENTS)))
    for fold in range(N_FOLDS):
        heads = fit(given.take(folds != fold))
        own = folds == fold
        found[own] = probabilities(heads, given.take(own).traits)
    return found


def figures(found: Array, happened: Array) -> dict[str, float]:
    """Return accuracy of the course, F1 and calibration error of each event, and the worst of the latter."""
    course = np.where(happened[:, 0], 0, np.where(happened[:, 1], 1, 2))
    learns = 1 - found[:, 0] - found[:, 1]
    said = np.column_stack([found[:, :2], learns]).argmax(axis=1)
    out = {"accuracy": float((said == course).mean())}
    for place, name in enumerate(EVENTS):
        warned, event = found[:, place] >= 0.5, happened[:, place]
        out[f"f1 {name}"] = float(2 * (warned & event).sum() / max(1, warned.sum() + event.sum()))
        out[f"calibration {name}"] = calibration_error(found[:, place], event)
    return out


def calibration_error(probability: Array, happened: Array, n_bins: int = 10) -> float:
    """Return the mean distance of what was said from how often it happened, over bins of equal width."""
    bins = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    gaps = [
        abs(probability[bins == place].mean() - happened[bins == place].mean()) * (bins == place).mean()
        for place in range(n_bins)
        if (bins == place).any()
    ]
    return float(sum(gaps))


def judged(given: Examples, found: Array) -> dict[str, dict[str, float]]:
    """Return the figures for each end of a probe, and for whole runs on all rows, as small tables get them."""
    chosen = {name: given.ends == end for name, end in ENDS.items()}
    chosen["whole run, all rows"] = chosen["whole run"] & (given.shares == 1)
    chosen["whole run, plain"] = chosen["whole run"] & ~given.layered
    chosen["whole run, layered"] = chosen["whole run"] & given.layered
    return {name: figures(found[rows], given.events[rows]) for name, rows in chosen.items()}


def second_training(made: list[dict[str, Any]]) -> dict[str, float]:
    """Return the figures of a forecast that trains the plan itself on all rows, with another seed: what luck leaves."""
    said, happened = [], []
    for case in made:
        seen, plan = case["measured"].trajectory, case["measured"].plan
        whole = plan.steps(case["measured"].n_rows_planned)
        if case["share"] != 1 or (seen.steps[-1] < whole and math.isfinite(seen.losses[-1])):
            continue
        quarter = float(np.interp(whole / 4, seen.steps, seen.losses)) if math.isfinite(seen.losses[-1]) else math.inf
        course = Course(
            first=float(seen.losses[0]), quarter=quarter, last=float(seen.losses[-1]), largest=seen.largest,
            gradient_ratio=seen.gradient_ratio, reference=seen.reference,
        )  # fmt: skip
        again = events(course)
        said.append([float(again[name]) for name in EVENTS])
        happened.append([case["events"][name] for name in EVENTS])
    return {"cases": len(said), **figures(np.array(said), np.array(happened))}


def main() -> None:
    """Judge, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="+")
    options = parser.parse_args()
    made = [case for path in options.cases for case in read(path)]
    given = examples(made)
    found = cross_validated(given)
    held_out = judged(given, found) | {"second training": second_training(made)}
    for name, row in held_out.items():
        print(f"{name:20}", "  ".join(f"{key} {value:.3f}" for key, value in row.items()))
    heads = fit(given)
    stored = {key: array for head, trees in zip(HEADS, heads, strict=True) for key, array in trees.arrays(head).items()}
    np.savez_compressed(SHIPPED, allow_pickle=False, **stored)
    card = {
        "what": "Boosted trees that say how probable the events of training are, from the traits of a probe.",
        "made_by": "python -m benchmarks.truth.training.collect, python -m benchmarks.priors.training",
        "cases": len(made),
        "events": {name: int(sum(case["events"][name] for case in made)) for name in EVENTS},
        "held_out": {name: {key: round(value, 4) for key, value in row.items()} for name, row in held_out.items()},
        "data_sets": sorted({case["name"] for case in made}),
        "traits": list(TRAITS),
    }
    SHIPPED.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
