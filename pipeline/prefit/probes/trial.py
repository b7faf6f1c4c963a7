"""One training: encode, fit the families on the same rows, score them on those rows and on the held-out block."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.own.model import OwnModel
from prefit.probes.frame import Array
from prefit.probes.models import INTERRUPTED, Encoder, make_model, quiet
from prefit.probes.own import predictions_of, where
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


def run_trial(
    train: Problem, test: Problem, families: tuple[str, ...], seed: int, own: Mapping[str, OwnModel] | None = None
) -> tuple[Trial, ...]:
    """Train each family on the rows of `train`; a family that fails is a result too.

    `own` are the estimators of the user among the families, by name.
    """
    with quiet():
        started = time.thread_time()
        try:
            encoder = Encoder(seed)
            matrix = encoder.fit_transform(train.frame)
            unseen = encoder.transform(test.frame)
        except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
            return tuple(_failed(family, train, error) for family in families)
        encode_seconds = time.thread_time() - started
        matrices = (matrix, unseen)
        makers = own or {}
        return tuple(_train(name, makers.get(name), train, test, matrices, seed, encode_seconds) for name in families)


def _train(
    family: str,
    model: OwnModel | None,
    train: Problem,
    test: Problem,
    matrices: tuple[Array, Array],
    seed: int,
    encode_seconds: float,
) -> Trial:
    n_classes = train.n_classes
    try:
        if model is None:
            recalled, predicted, seconds = _predictions(family, train, matrices, seed)
        else:
            assert train.given is not None
            assert test.given is not None
            recalled, predicted, seconds = predictions_of(
                model, (train.given, test.given), matrices, train.target, seed
            )
    except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
        if INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        return _failed(family, train, error)
    seconds += encode_seconds
    own = score(train.target, recalled, n_classes)
    held_out = score(test.target, predicted, n_classes)
    if n_classes:
        top_share, off_modal_share = predicted_shares(test.target, predicted)
        return Trial(
            family=family, rows=train.n_rows, train=own, held_out=held_out, fit_seconds=seconds,
            top_share=top_share, off_modal_share=off_modal_share,
        )  # fmt: skip
    spread = float(np.std(predicted) / np.std(test.target)) if np.isfinite(predicted).all() else None
    return Trial(family=family, rows=train.n_rows, train=own, held_out=held_out, fit_seconds=seconds, spread=spread)


def _predictions(family: str, train: Problem, matrices: tuple[Array, Array], seed: int) -> tuple[Array, Array, float]:
    """Train a family; return its predictions of the training rows and of the others, and the seconds of the fit."""
    started = time.thread_time()
    model: Any = make_model(family, classification=train.n_classes > 0, seed=seed).fit(matrices[0], train.target)
    seconds = time.thread_time() - started
    return np.asarray(model.predict(matrices[0])), np.asarray(model.predict(matrices[1])), seconds


def _failed(family: str, train: Problem, error: Exception) -> Trial:
    lines = str(error).splitlines() or [""]
    said = f"{without_values(lines[0], ())}{where(error)}"
    reason = f"{type(error).__name__} when trained on {train.n_rows} rows: {said}"
    return Trial(family=family, rows=train.n_rows, failure=reason)
