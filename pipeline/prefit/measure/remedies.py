"""Remedies for the causes that the other measurements found, each with its price."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from prefit.config import Options
from prefit.evidence.labels import LabelNoise
from prefit.evidence.remedies import Remedy
from prefit.own.model import OwnModel
from prefit.profiling.values import Profile
from prefit.task import Level, Task

__all__ = ["measure_remedies"]

SHARE: Mapping[Level, float] = {"standard": 0.1, "deep": 0.5}
"""Share of the budget that trying remedies may take."""


def measure_remedies(
    profile: Profile, task: Task, options: Options, measured: Mapping[str, Any], until: float = math.inf
) -> tuple[Remedy, ...]:
    """Try what answers the causes that were found; at level deep, all that makes sense for the family.

    Parameters
    ----------
    profile, task, options : Profile, Task, Options
    measured : mapping
        What was measured before: ``curves``, and where they are there ``leak_price`` and ``label_noise``.
    until : float
        Value of ``time.monotonic`` after which no fold is begun.
    """
    from prefit.probes.remedies import Situation, try_remedies

    situation = Situation(
        curves=measured["curves"],
        leaks=measured.get("leak_price"),
        suspects=_suspects(measured.get("label_noise")),
        own={model.name: model for model in options.model if isinstance(model, OwnModel)},
    )
    return try_remedies(
        profile.sample.table,
        profile.sample.positions,
        task,
        situation,
        level=options.level,
        seconds=options.budget * SHARE[options.level],
        seed=options.seed,
        deadline=until,
    )


def _suspects(noise: LabelNoise | None) -> frozenset[int]:
    """Return the rows whose label is wrong more probably than not."""
    if noise is None:
        return frozenset()
    return frozenset(noise.suspects.positions[noise.suspects.of_tier("act")].tolist())
