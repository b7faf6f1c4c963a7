"""Runs of a made-up data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from prefit.past import Estimate, Figures, Mark, Run


def figures(number: int = 0, **changed: Any) -> Figures:
    """Return the figures of a state of the data; `number` makes it differ from other states."""
    shares = {"#no": 0.7, "#yes": 0.3}
    given = {
        "n_rows": 10_000,
        "missing": {"age": 0.05, "town": 0.0},
        "class_shares": shares,
        "metric": "balanced_accuracy",
        "score": Estimate(0.8, 0.77, 0.83),
        "fingerprint": f"state {number}",
        "target": "label",
        "setting": "standard",
    }
    return Figures(**(given | changed))


def run(number: int = 0, dataset: str = "customers", **changed: Any) -> Run:
    """Return a run over a state of the data."""
    return Run(
        dataset=dataset,
        created=f"2027-01-01T00:{number:02}:00+00:00",
        prefit_version="0.1.0",
        verdict="at_risk",
        reason="missing-values: 5 % of 'age' are missing.",
        counts={"fail": 0, "warn": 1, "pass": 20, "skip": 0, "error": 0},
        n_columns=3,
        figures=figures(number, **changed),
        marks=(Mark("missing-values", "warn", ("age", 'quo"te, \u00e9')), Mark("rare-class", "pass", ())),
    )


def history(n: int, seed: int = 0, *, n_rows: Sequence[float] | None = None) -> list[Figures]:
    """Return the figures of `n` batches of one source: shares by binomial luck, scores and rows by normal luck."""
    rng = np.random.default_rng([seed, n])
    rows = 10_000 * (1 + 0.02 * rng.normal(size=n)) if n_rows is None else n_rows
    made = []
    for number, size in enumerate(np.asarray(rows).astype(int).tolist()):
        missing = {"age": rng.binomial(size, 0.05) / size, "town": 0.0, "income": rng.binomial(size, 0.4) / size}
        yes = rng.binomial(size, 0.3) / size
        score = 0.8 + 0.01 * rng.normal()
        made.append(
            figures(
                number,
                n_rows=size,
                missing=missing,
                class_shares={"#no": 1 - yes, "#yes": yes},
                score=Estimate(score, score - 0.03, score + 0.03),
            )
        )
    return made
