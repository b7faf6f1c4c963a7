"""Each cause of constant predictions, told from a small data set that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression, QuantileRegressor

import prefit
from prefit.finding import Finding

Random = np.random.Generator


class Frozen:
    """A network whose weights never move: it answers with the most frequent class."""

    def fit(self, _rows: Any, target: Any) -> Self:
        """Count the classes."""
        self.answer = np.bincount(target).argmax()
        return self

    def predict(self, rows: Any) -> Any:
        """Answer the same for all rows."""
        return np.full(len(rows), self.answer)


@dataclass(frozen=True)
class Case:
    """A table with a target `y`, and what is to be trained on it."""

    make: Callable[[Random], dict[str, Any]]
    model: Any
    rows: int = 400


def told(random: Random, share: float, *, noise: float = 0.5, n: int = 400) -> dict[str, Any]:
    """Give a number that tells a class of this share."""
    x = random.normal(size=n)
    score = x + random.normal(scale=noise, size=n)
    return {"x": x, "z": random.normal(size=n), "y": (score > np.quantile(score, 1 - share)).astype(int)}


def unrelated(random: Random) -> dict[str, Any]:
    """Give numbers that tell nothing of a class of a third of the rows."""
    return {"x": random.normal(size=400), "z": random.normal(size=400), "y": (random.random(400) < 0.3).astype(int)}


def names(random: Random) -> dict[str, Any]:
    """Give nothing but identifiers."""
    y = (random.random(400) < 0.3).astype(int)
    return {"key": [f"{number:x}" for number in random.integers(1 << 40, size=400)], "y": y}


def hardly_varying(random: Random) -> dict[str, Any]:
    """Give a feature that has another value in one row of 400."""
    return {"x": np.r_[np.zeros(399), 1.0], "y": (random.random(400) < 0.3).astype(int)}


def nearly_one_target(random: Random) -> dict[str, Any]:
    """Give two rows of a second class, at random."""
    return {"x": random.normal(size=800), "y": np.isin(np.arange(800), [100, 500, 700]).astype(int)}


def mostly_zero(random: Random) -> dict[str, Any]:
    """Give amounts of which more than half are zero whatever the features, and the others grow with one of them."""
    x = random.normal(size=600)
    return {"x": x, "z": random.normal(size=600), "y": (random.random(600) < 0.4) * np.maximum(5 + 4 * x, 0.1)}


CASES = {
    "imbalance": Case(lambda random: told(random, 0.03, noise=1.5, n=900), "linear"),
    "no signal": Case(unrelated, "linear"),
    "over-regularized": Case(lambda random: told(random, 0.3), LogisticRegression(C=1e-7)),
    "degenerate features": Case(hardly_varying, "linear"),
    "stuck optimization": Case(lambda random: told(random, 0.4), Frozen()),
    "ids only": Case(names, "linear"),
    "constant target": Case(nearly_one_target, "linear"),
    "loss mismatch": Case(mostly_zero, QuantileRegressor(alpha=0.0, solver="highs")),
}


def finding(case: Case, **options: Any) -> Finding:
    """Judge a case by the check alone."""
    table = pa.table(case.make(np.random.default_rng(1)))
    report = prefit.check(
        table, target="y", model=case.model, budget="5s", only=["constant-prediction-risk"], **options
    )  # fmt: skip
    (found,) = report.findings
    return found


@pytest.mark.parametrize("cause", CASES)
def test_the_cause_is_told(cause: str) -> None:
    """By the evidence that sets it apart from the others."""
    found = finding(CASES[cause])
    assert found.status == "fail", found.message
    assert f"cause: {cause}, as " in found.message
    assert found.remedy
