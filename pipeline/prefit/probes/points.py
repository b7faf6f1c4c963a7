"""From trainings to learning curves: one point for each size, the repeats of a training taken together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite, isnan, sqrt

import numpy as np

from prefit.evidence import CurvePoint, LearningCurve
from prefit.probes.metrics import Measure
from prefit.probes.score import Score, pooled
from prefit.probes.split import Split
from prefit.probes.trial import Trial

__all__ = ["curves_of"]

LEAST_LUCK = 0.1
"""Share of the variance between repeats that is luck of the training, whatever the rows explain."""


Pool = Callable[[Sequence[Score]], Score]
"""From the scores of several blocks of rows to that of all their rows."""


def curves_of(
    trials: Sequence[Trial],
    families: Sequence[str],
    n_classes: int,
    parts: Sequence[Split],
    measure: Measure | None = None,
) -> tuple[dict[str, LearningCurve], dict[str, str]]:
    """Return the curve of each family that was trained at least once, and why the others were not.

    The repeats of a training were scored on the held-out rows of one part after another, which are scored as one. The
    curves are those of the score, or of another `measure` that the trials were scored by.
    """
    pool: Pool = partial(pooled, n_classes=n_classes)
    if measure is not None:
        trials, pool = [_by(measure, trial) for trial in trials], measure.pooled
    recalled = n_classes > 0 and measure is None
    curves, failures = {}, {}
    for family in families:
        of_family = [trial for trial in trials if trial.family == family]
        failed = tuple(dict.fromkeys(trial.failure for trial in of_family if trial.failure is not None))
        by_size: dict[int, list[Trial]] = {}
        for trial in of_family:
            if trial.failure is None:
                by_size.setdefault(trial.rows, []).append(trial)
        if by_size:
            largest = by_size[max(by_size)]
            score = pool([trial.held_out for trial in largest if trial.held_out is not None])
            curves[family] = LearningCurve(
                family=family,
                points=tuple(_point(by_size[size], pool, len(parts), recalled) for size in sorted(by_size)),
                failures=failed,
                failed_at=max((trial.rows for trial in of_family if trial.failure is not None), default=None),
                row_variance=score.variance * score.n_rows,
                held_out_rows=len(np.unique(np.concatenate([split.test for split in parts[: len(largest)]]))),
            )
        else:
            failures[family] = failed[0] if failed else "the clock ended the probing before it was trained"
    return curves, failures


def _by(measure: Measure, trial: Trial) -> Trial:
    """Return a trial as if the measure were the score."""
    if trial.failure is not None:
        return trial
    said = trial.beside[measure.name]
    if isinstance(said, str):
        return replace(trial, failure=said)
    train, held_out = said
    if isnan(train.value) or isnan(held_out.value):
        return replace(trial, failure=f"{measure.name} is not defined on so few rows")
    return replace(trial, train=train, held_out=held_out)


def _point(trials: Sequence[Trial], pool: Pool, n_splits: int, recalled: bool) -> CurvePoint:
    train = [trial.train.value for trial in trials if trial.train is not None]
    held_out = [trial.held_out for trial in trials if trial.held_out is not None]
    several = len(trials) > 1
    return CurvePoint(
        rows=trials[0].rows,
        train=float(np.mean(train)),
        held_out=pool(held_out).value,
        train_std=float(np.std(train, ddof=1)) if several else 0.0,
        held_out_std=_luck(held_out, n_splits) if several else 0.0,
        repeats=len(trials),
        fit_seconds=float(np.mean([trial.fit_seconds for trial in trials])),
        top_share=_mean([trial.top_share for trial in trials]),
        off_modal_share=_mean([trial.off_modal_share for trial in trials]),
        spread=_mean([trial.spread for trial in trials]),
        recalls=_recalls(held_out) if recalled else None,
    )


def _recalls(scores: Sequence[Score]) -> tuple[float, ...]:
    """Return the recall of each class over all blocks, NaN where none of its rows were held out."""
    hits, counts = np.sum([one.tally for one in scores], axis=0)
    return tuple(np.where(counts > 0, hits / np.maximum(counts, 1), np.nan).tolist())


def _luck(scores: Sequence[Score], n_splits: int) -> float:
    """Return the standard deviation of the scores, less what they owe to rows that are not the same each time."""
    variance = float(np.var([one.value for one in scores], ddof=1))
    of_rows = float(np.mean([one.variance for one in scores])) if n_splits > 1 else 0.0
    return sqrt(max(variance - of_rows, LEAST_LUCK * variance))


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None and isfinite(value)]
    return float(np.mean(there)) if there else None
