"""One training: encode, fit the families on the same rows, score them on those rows and on the held-out block."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.models import INTERRUPTED, Encoder, make_model, quiet
from prefit.probes.problem import Problem
from prefit.probes.score import Score, predicted_shares, score
from prefit.wording import without_values

__all__ = ["Trial", "run_trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came out of one training of one family on `rows` rows; only `failure` is set if it failed."""

    family: str
    rows: int
    train: Score | None = None
    held_out: Score | None = None
    fit_seconds: float = 0.0
    top_share: float | None = None
    off_modal_share: float | None = None
    spread: float | None = None
    failure: str | None = None


def run_trial(train: Problem, test: Problem, families: tuple[str, ...], seed: int) -> tuple[Trial, ...]:
    """Train each family on the rows of `train`; a family that fails is a result too."""
    with quiet():
        started = time.thread_time()
        try:
            encoder = Encoder(seed)
            matrix = encoder.fit_transform(train.frame)
            unseen = encoder.transform(test.frame)
        except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
            return tuple(_failed(family, train, error) for family in families)
        encode_seconds = time.thread_time() - started
        return tuple(_train(family, train, test, matrix, unseen, seed, encode_seconds) for family in families)


def _train(
    family: str, train: Problem, test: Problem, matrix: Array, unseen: Array, seed: int, encode_seconds: float
) -> Trial:
    n_classes = train.n_classes
    started = time.thread_time()
    try:
        model: Any = make_model(family, classification=n_classes > 0, seed=seed).fit(matrix, train.target)
        seconds = encode_seconds + time.thread_time() - started
        own = score(train.target, np.asarray(model.predict(matrix)), n_classes)
        predicted = np.asarray(model.predict(unseen))
    except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
        if INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        return _failed(family, train, error)
    held_out = score(test.target, predicted, n_classes)
    if n_classes:
        top_share, off_modal_share = predicted_shares(test.target, predicted)
        return Trial(
            family=family, rows=train.n_rows, train=own, held_out=held_out, fit_seconds=seconds,
            top_share=top_share, off_modal_share=off_modal_share,
        )  # fmt: skip
    spread = float(np.std(predicted) / np.std(test.target)) if np.isfinite(predicted).all() else None
    return Trial(family=family, rows=train.n_rows, train=own, held_out=held_out, fit_seconds=seconds, spread=spread)


def _failed(family: str, train: Problem, error: Exception) -> Trial:
    lines = str(error).splitlines() or [""]
    reason = f"{type(error).__name__} when trained on {train.n_rows} rows: {without_values(lines[0], ())}"
    return Trial(family=family, rows=train.n_rows, failure=reason)
