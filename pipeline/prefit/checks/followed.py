"""The figures of a run that are followed from run to run, taken from the evidence."""

from __future__ import annotations

import hashlib
from typing import Any

from prefit.evidence import Curves, Evidence
from prefit.past import Estimate, Figures
from prefit.pseudonyms import pseudonym

__all__ = ["MAX_CLASSES", "followed"]

MAX_CLASSES = 100
"""Classes up to which their shares are followed; of more, each has too few rows to tell."""


def followed(evidence: Evidence) -> Figures:
    """Return the figures that a history keeps. They hold no cell value: classes are named by pseudonyms."""
    profile, task = evidence.profile, evidence.task
    noise = evidence.label_noise
    score = None if evidence.curves is None else _best(evidence.curves)
    return Figures(
        n_rows=profile.n_rows,
        missing={column.name: column.missing_fraction for column in profile.columns.values()},
        class_shares=_class_shares(evidence),
        metric=None if evidence.curves is None or score is None else evidence.curves.metric,
        score=score,
        noise=None if noise is None else Estimate(noise.mean, noise.low, noise.high),
        fingerprint=profile.fingerprint,
        target=task.target,
        setting=_setting(evidence),
        complete=not profile.unread,
    )


def _class_shares(evidence: Evidence) -> dict[str, float]:
    target, counts = evidence.task.target, evidence.profile.class_counts
    if evidence.task.kind != "classification" or target is None or counts is None or len(counts) > MAX_CLASSES:
        return {}
    n_rows = sum(entry.count for entry in counts)
    return {pseudonym(_plain(entry.value), target): entry.count / n_rows for entry in counts}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | None) else repr(value)


def _best(curves: Curves) -> Estimate | None:
    forecast = curves.forecasts.get(curves.best)
    if forecast is None:
        return None
    return Estimate(*map(float, (forecast.held_out.mean, forecast.held_out.low, forecast.held_out.high)))


def _setting(evidence: Evidence) -> str:
    """Return a digest of what the score depends on beside the rows: what is learnt, from what, for which training."""
    task, curves = evidence.task, evidence.curves
    planned = None
    if curves is not None and task.target is not None:
        all_rows = evidence.profile.columns[task.target].n_present
        planned = "all" if curves.planned_rows == all_rows else curves.planned_rows
    said = (task.target, task.kind, task.group, task.time, sorted(task.dropped), evidence.level, planned)
    return hashlib.blake2b(repr(said).encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()
