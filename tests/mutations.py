"""A table without a defect, and one defect for each check that is to be set off by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

import prefit

__all__ = ["N_ROWS", "N_TEST_ROWS", "PLANTS", "Array", "Columns", "Mutation", "clean", "random", "texts"]

N_ROWS = 600
N_TEST_ROWS = 300
Columns = dict[str, Any]
Array = np.ndarray[Any, Any]


def clean(n_rows: int = N_ROWS, *, seed: int = 0, numeric: bool = False) -> Columns:
    """Return numbers, a category, a few gaps and a target `y` that takes all of them to predict."""
    rng = np.random.default_rng([seed, n_rows])
    x = rng.normal(size=(n_rows, 4))
    town = rng.choice(["Bern", "Oslo", "Rome", "Wien"], size=n_rows).astype(object)
    score = x[:, 0] + x[:, 1] - x[:, 2] + (town == "Rome") * x[:, 3] + rng.normal(scale=0.8, size=n_rows)
    gaps = pa.array(x[:, 3], mask=rng.random(n_rows) < 0.05)
    target = score if numeric else np.where(score > 0, "yes", "no").astype(object)
    return {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "d": gaps, "town": town, "y": target}


@dataclass(frozen=True)
class Mutation:
    """A defect: what it does to the columns of the training and of the test data, in place.

    `options` are those of both runs, on clean and on spoilt data; `tested` says whether test data are given, `probed`
    whether it takes learning curves to see the defect, `baselined` whether the report on the clean data is a baseline.
    """

    plant: Callable[[Columns, Columns], None]
    numeric: bool = False
    tested: bool = False
    probed: bool = False
    baselined: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def data(self, *, spoilt: bool) -> dict[str, Any]:
        """Return the arguments of a run."""
        train, test = clean(numeric=self.numeric), clean(N_TEST_ROWS, seed=1, numeric=self.numeric)
        if "group" in self.options:
            train["patient"] = random().integers(0, 60, N_ROWS)
        if "time" in self.options:
            train["day"] = np.datetime64("2024-01-01") + np.arange(N_ROWS)
        if "annotators" in self.options:
            train |= {name: mistaken(train["y"], 0.05, seed) for seed, name in enumerate(("ann", "bob", "eve"))}
        if spoilt:
            self.plant(train, test)
        level = {"level": "standard", "budget": "2s"} if self.probed else {"level": "quick"}
        given = {"data": pa.table(train), "target": "y", **level, **self.options}
        if self.baselined:
            given["baseline"] = earlier_report()
        return given | {"test": pa.table(test)} if self.tested else given

    def touched(self) -> set[str]:
        """Return the columns that the defect is in, with those that the options name."""
        spoilt, untouched = self.data(spoilt=True), self.data(spoilt=False)
        names = {str(name) for name in self.options.values()}
        for part in ("data", "test") if self.tested else ("data",):
            new, old = spoilt[part], untouched[part]
            for name in {*new.column_names, *old.column_names}:
                if name not in new.column_names or name not in old.column_names or new[name] != old[name]:
                    names.add(name)
        return names


@cache
def earlier_report() -> prefit.Report:
    """Return a report on other clean data of the same source."""
    return prefit.check(pa.table(clean(seed=2)), target="y", level="quick")


PLANTS: dict[str, Mutation] = {}
"""The defect of each check."""

Plant = Callable[[Columns, Columns], None]


def plants(check: str, **how: Any) -> Callable[[Plant], Plant]:
    """Register the defect of a check."""

    def register(plant: Plant) -> Plant:
        PLANTS[check] = Mutation(plant, **how)
        return plant

    return register


def random() -> np.random.Generator:
    """Return random numbers that are the same in each run and not those of the clean columns."""
    return np.random.default_rng(99)


def cut(columns: Columns, rows: Any) -> None:
    """Keep some rows, or repeat them."""
    for name, values in columns.items():
        columns[name] = pa.array(values).take(pa.array(np.asarray(rows)))


def texts(values: Any) -> Array:
    """Write numbers as texts."""
    return np.array([f"{value:.3f}" for value in values], dtype=object)


def is_yes(columns: Columns) -> Array:
    """Return the target as truth values."""
    return np.asarray(columns["y"] == "yes")


@plants("too-few-rows")
def _(train: Columns, test: Columns) -> None:
    cut(train, range(20))


@plants("too-few-rows-per-class")
def _(train: Columns, test: Columns) -> None:
    train["y"] = np.array([f"class {i % 150}" for i in range(N_ROWS)], dtype=object)


@plants("too-many-features")
def _(train: Columns, test: Columns) -> None:
    cut(train, range(150))
    train |= {f"gene {i}": random().normal(size=(150, 200))[:, i] for i in range(200)}


@plants("missing-label")
def _(train: Columns, test: Columns) -> None:
    train["y"][::20] = None


@plants("single-class")
def _(train: Columns, test: Columns) -> None:
    train["y"][:] = "yes"


@plants("rare-class")
def _(train: Columns, test: Columns) -> None:
    train["y"][:4] = "perhaps"


@plants("class-imbalance")
def _(train: Columns, test: Columns) -> None:
    rare = np.flatnonzero(is_yes(train))[::26]  # from all over the table, or their position tells the class
    cut(train, np.sort([*np.flatnonzero(~is_yes(train)), *rare]))


@plants("skewed-target", numeric=True)
def _(train: Columns, test: Columns) -> None:
    train["y"] = np.exp(train["y"])


@plants("conflicting-labels")
def _(train: Columns, test: Columns) -> None:
    cut(train, [*range(N_ROWS), *range(60)])
    copies = train["y"].to_pylist()
    train["y"] = copies[:N_ROWS] + ["no" if label == "yes" else "yes" for label in copies[N_ROWS:]]


@plants("missing-values")
def _(train: Columns, test: Columns) -> None:
    train["c"] = pa.array(train["c"], mask=random().random(N_ROWS) < 0.7)


@plants("empty-rows")
def _(train: Columns, test: Columns) -> None:
    for name in set(train) - {"y"}:
        train[name] = pa.array([None] * 30 + pa.array(train[name]).to_pylist()[30:])


@plants("sparse-features")
def _(train: Columns, test: Columns) -> None:
    rng = random()
    train |= {f"word {i}": rng.poisson(0.02, N_ROWS) for i in range(8)}


@plants("thin-support")
def _(train: Columns, test: Columns) -> None:
    train["a"] = np.where(np.arange(N_ROWS) < 3, train["a"], 0.0)


@plants("rare-categories")
def _(train: Columns, test: Columns) -> None:
    train["town"][:60] = [f"hamlet {i}" for i in range(60)]


@plants("text-encoding")
def _(train: Columns, test: Columns) -> None:
    train["town"] = np.array([f"{town} Ã¼ber" if i % 4 == 0 else town for i, town in enumerate(train["town"])])


@plants("infinite-values")
def _(train: Columns, test: Columns) -> None:
    train["a"][5:12] = np.inf


@plants("duplicate-rows")
def _(train: Columns, test: Columns) -> None:
    cut(train, [*range(N_ROWS), *range(90)])


@plants("id-column")
def _(train: Columns, test: Columns) -> None:
    train["customer_id"] = random().permutation(N_ROWS) + 5000


@plants("constant-column")
def _(train: Columns, test: Columns) -> None:
    train["town"][:] = "Rome"


@plants("quasi-constant-column")
def _(train: Columns, test: Columns) -> None:
    train["town"] = np.array(["Rome"] * (N_ROWS - 2) + ["Oslo"] * 2, dtype=object)


@plants("mixed-types")
def _(train: Columns, test: Columns) -> None:
    train["a"] = texts(train["a"])
    train["a"][::25] = ["see note", "broken", "too high", "low", "off", "not read"] * 4


@plants("numeric-as-text")
def _(train: Columns, test: Columns) -> None:
    train["a"] = texts(train["a"])


@plants("date-as-text")
def _(train: Columns, test: Columns) -> None:
    days = np.datetime64("2020-01-01") + random().integers(0, 900, N_ROWS)
    train["seen"] = days.astype(str).astype(object)


@plants("disguised-missing")
def _(train: Columns, test: Columns) -> None:
    train["a"][random().random(N_ROWS) < 0.05] = -999.0


@plants("inconsistent-categories")
def _(train: Columns, test: Columns) -> None:
    train["town"][::12] = [str(town).upper() + " " for town in train["town"][::12]]


@plants("high-cardinality")
def _(train: Columns, test: Columns) -> None:
    train["street"] = np.array([f"street {i}" for i in random().integers(0, 250, N_ROWS)], dtype=object)


@plants("outliers")
def _(train: Columns, test: Columns) -> None:
    train["a"][7] = 1e4


@plants("correlated-features")
def _(train: Columns, test: Columns) -> None:
    train["a in inches"] = train["a"] / 2.54


@plants("unscaled-features")
def _(train: Columns, test: Columns) -> None:
    train["a"] = train["a"] + 1e9


@plants("unsupported-column")
def _(train: Columns, test: Columns) -> None:
    train["visits"] = pa.array([[1] * (i % 3) for i in range(N_ROWS)])


@plants("target-leakage")
def _(train: Columns, test: Columns) -> None:
    train["settled"] = is_yes(train) + random().normal(scale=0.05, size=N_ROWS)


@plants("missingness-leakage")
def _(train: Columns, test: Columns) -> None:
    train["reason"] = pa.array(random().normal(size=N_ROWS), mask=is_yes(train))


@plants("order-leakage")
def _(train: Columns, test: Columns) -> None:
    cut(train, np.argsort(is_yes(train), kind="stable"))


@plants("group-leakage", options={"group": "patient"})
def _(train: Columns, test: Columns) -> None:
    rng = random()
    patient = train["patient"]
    train |= {name: rng.normal(size=60)[patient] for name in "abc"}
    train["y"] = rng.permutation(np.array(["yes", "no"] * 30, dtype=object))[patient]


@plants("time-leakage", options={"time": "day"})
def _(train: Columns, test: Columns) -> None:
    season = np.arange(N_ROWS) // 30
    train["a"] = season + random().normal(scale=0.2, size=N_ROWS)
    train["y"] = np.array(["yes", "no", "no", "yes"] * 5, dtype=object)[season]


@plants("schema-mismatch", tested=True)
def _(train: Columns, test: Columns) -> None:
    del test["b"]


@plants("split-overlap", tested=True)
def _(train: Columns, test: Columns) -> None:
    for name, values in test.items():
        test[name] = pa.array(values).to_pylist()[60:] + pa.array(train[name]).to_pylist()[:60]


@plants("split-drift", tested=True)
def _(train: Columns, test: Columns) -> None:
    test["a"] = test["a"] + 2


@plants("label-drift", tested=True)
def _(train: Columns, test: Columns) -> None:
    test["y"][np.flatnonzero(~is_yes(test))[30:]] = "yes"


@plants("unseen-categories", tested=True)
def _(train: Columns, test: Columns) -> None:
    test["town"][:60] = "Nice"


@plants("unseen-class", tested=True)
def _(train: Columns, test: Columns) -> None:
    test["y"][:60] = "perhaps"


LINEAR = {"model": ["linear"], "require": "balanced_accuracy>=0.7"}
"""A plan that the clean data meet."""


def turned(share: float) -> Callable[[Columns, Columns], None]:
    """Turn a share of the labels over, of a target that two columns tell."""

    def plant(train: Columns, test: Columns) -> None:
        train["y"] = np.where(train["a"] + train["b"] > 0, "yes", "no").astype(object)
        wrong = random().random(N_ROWS) < share
        train["y"][wrong] = np.where(train["y"][wrong] == "yes", "no", "yes")

    return plant


plants("label-noise", probed=True, options=LINEAR)(turned(0.15))
plants("label-errors", probed=True, options=LINEAR)(turned(0.03))


@plants("no-signal", probed=True, options=LINEAR)
def _(train: Columns, test: Columns) -> None:
    random().shuffle(train["y"])


@plants("constant-prediction-risk", probed=True, options=LINEAR)
def _(train: Columns, test: Columns) -> None:
    rare = (abs(train["a"]) > 1.7) & (abs(train["b"]) < 1)
    train["y"] = np.where(rare, "yes", "no")


@plants("underfitting-risk", probed=True, options=LINEAR)
def _(train: Columns, test: Columns) -> None:
    train["y"] = np.where(train["a"] * train["b"] > 0, "yes", "no")


@plants("overfitting-risk", probed=True, options={"model": ["boosting"]})
def _(train: Columns, test: Columns) -> None:
    x = random().normal(size=(N_ROWS, 12))
    train |= {f"part {i}": x[:, i] for i in range(12)}
    train["y"] = np.where(x.sum(axis=1) > 0, "yes", "no")


@plants("target-out-of-reach", probed=True, options=LINEAR)
def _(train: Columns, test: Columns) -> None:
    spoilt = random().random(N_ROWS) < 0.7
    train["y"][spoilt] = random().permutation(train["y"][spoilt])


@plants("loss-function", probed=True, options={"only": ["loss-function"], "budget": "20s"})
def _(train: Columns, test: Columns) -> None:
    score = train["a"] + train["b"] - train["c"] + random().normal(scale=1.5, size=N_ROWS)
    train["y"] = np.where(score > np.quantile(score, 0.93), "yes", "no").astype(object)


@plants("regularization", probed=True, options={"only": ["regularization"], "plan": {"depth": 1}, "budget": "20s"})
def _(train: Columns, test: Columns) -> None:
    train |= {f"gene {i}": random().normal(size=(N_ROWS, 200))[:, i] for i in range(200)}


def probing(check: str, **plan: Any) -> dict[str, Any]:
    """Return the options of a run that only probes a plan, for one check."""
    return {"only": [check], "plan": plan, "budget": "20s"}


@plants("exploding-gradient-risk", numeric=True, probed=True,
        options=probing("exploding-gradient-risk", scaling="none", optimizer="sgd"))  # fmt: skip
def _(train: Columns, test: Columns) -> None:
    train["a"] = train["a"] * 1_000


@plants("vanishing-gradient-risk", probed=True,
        options=probing("vanishing-gradient-risk", scaling="none", depth=5))  # fmt: skip
def _(train: Columns, test: Columns) -> None:
    train |= {name: train[name] * 1e-6 for name in "abc"}
    del train["d"], train["town"]


@plants("flat-loss-risk", probed=True, options=probing("flat-loss-risk", scaling="none"))
def _(train: Columns, test: Columns) -> None:
    train |= {name: train[name] * 1e-3 for name in "abc"}
    del train["d"]


@plants("zero-loss-risk", probed=True, options=probing("zero-loss-risk", epochs=60, learning_rate=0.005))
def _(train: Columns, test: Columns) -> None:
    train["settled"] = is_yes(train) + 0.0


@plants("ill-conditioned", probed=True, options=probing("ill-conditioned", scaling="none"))
def _(train: Columns, test: Columns) -> None:
    train["a"] = train["a"] * 120


def mistaken(labels: Array, share: float, seed: int) -> Array:
    """Return the labels, a share of them mistaken for the other class."""
    other = np.where(labels == "yes", "no", "yes").astype(object)
    return np.where(np.random.default_rng(seed).random(N_ROWS) < share, other, labels)


@plants("annotator-disagreement", options={"annotators": ["ann", "bob", "eve"]})
def _(train: Columns, test: Columns) -> None:
    train["eve"] = mistaken(train["y"], 0.5, seed=9)


@plants("baseline-drift", baselined=True)
def _(train: Columns, test: Columns) -> None:
    train["a"] = train["a"] + 1.0
