"""One training: encode, fit the families on the same rows, score them on those rows and on the held-out block."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from prefit.own.model import OwnModel
from prefit.probes.frame import Array
from prefit.probes.metrics import Answers, Measure
from prefit.probes.models import INTERRUPTED, Encoder, make_model, quiet
from prefit.probes.own import answers_of, where
from prefit.probes.problem import Problem
from prefit.probes.score import Score, predicted_shares, score
from prefit.wording import without_values

__all__ = ["Trial", "run_trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came out of one training of one family on `rows` rows; only `failure` is set if it failed.

    `beside` are the scores by other metrics, on the training rows and on the held-out ones, or why there are none.
    """

    family: str
    rows: int
    train: Score | None = None
    held_out: Score | None = None
    fit_seconds: float = 0.0
    top_share: float | None = None
    off_modal_share: float | None = None
    spread: float | None = None
    failure: str | None = None
    beside: Mapping[str, tuple[Score, Score] | str] = field(default_factory=dict)


def run_trial(
    train: Problem,
    test: Problem,
    families: tuple[str, ...],
    seed: int,
    own: Mapping[str, OwnModel] | None = None,
    measures: Sequence[Measure] = (),
) -> tuple[Trial, ...]:
    """Train each family on the rows of `train`; a family that fails is a result too.

    `own` are the estimators of the user among the families, by name; `measures` score them beside the score.
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
        return tuple(
            _train(name, makers.get(name), train, test, matrices, seed, encode_seconds, measures) for name in families
        )


def _train(
    family: str,
    model: OwnModel | None,
    train: Problem,
    test: Problem,
    matrices: tuple[Array, Array],
    seed: int,
    encode_seconds: float,
    measures: Sequence[Measure],
) -> Trial:
    n_classes = train.n_classes
    chances = any(measure.metric.needs != "predictions" for measure in measures)
    try:
        if model is None:
            recalled, answers, seconds = _answers(family, train, matrices, seed, chances=chances)
        else:
            assert train.given is not None
            assert test.given is not None
            recalled, answers, seconds = answers_of(
                model, (train.given, test.given), matrices, train.target, seed, chances=chances
            )
    except Exception as error:  # noqa: BLE001 - whatever a library raises on these data is the result
        if INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        return _failed(family, train, error)
    seconds += encode_seconds
    predicted = answers.predicted
    trial = Trial(
        family=family,
        rows=train.n_rows,
        train=score(train.target, recalled.predicted, n_classes),
        held_out=score(test.target, predicted, n_classes),
        fit_seconds=seconds,
        beside={measure.name: _beside(measure, (train, recalled), (test, answers)) for measure in measures},
    )
    if n_classes:
        top_share, off_modal_share = predicted_shares(test.target, predicted)
        return replace(trial, top_share=top_share, off_modal_share=off_modal_share)
    spread = float(np.std(predicted) / np.std(test.target)) if np.isfinite(predicted).all() else None
    return replace(trial, spread=spread)


def _beside(
    measure: Measure, own: tuple[Problem, Answers], others: tuple[Problem, Answers]
) -> tuple[Score, Score] | str:
    """Return the scores on the training rows and on the others, or why there are none."""
    try:
        train = measure.score(own[0].target, own[1], varied=False)
        return train, measure.score(others[0].target, others[1])
    except ValueError as error:
        return str(error)


def _answers(
    family: str, train: Problem, matrices: tuple[Array, Array], seed: int, *, chances: bool
) -> tuple[Answers, Answers, float]:
    """Train a family; return its answers for the training rows and for the others, and the seconds of the fit."""
    started = time.thread_time()
    model: Any = make_model(family, classification=train.n_classes > 0, seed=seed).fit(matrices[0], train.target)
    seconds = time.thread_time() - started
    if not chances:
        own, others = (Answers(np.asarray(model.predict(matrix))) for matrix in matrices)
        return own, others, seconds
    own, others = (_with_chances(model, matrix, train.n_classes) for matrix in matrices)
    return own, others, seconds


def _with_chances(model: Any, matrix: Array, n_classes: int) -> Answers:
    """Return the probabilities of all classes, and the most probable one, which is what a family predicts."""
    said = model.predict_proba(matrix)
    chances = np.zeros((len(matrix), n_classes))
    chances[:, model.classes_] = said
    return Answers(model.classes_[said.argmax(axis=1)], chances)


def _failed(family: str, train: Problem, error: Exception) -> Trial:
    lines = str(error).splitlines() or [""]
    said = f"{without_values(lines[0], ())}{where(error)}"
    reason = f"{type(error).__name__} when trained on {train.n_rows} rows: {said}"
    return Trial(family=family, rows=train.n_rows, failure=reason)
