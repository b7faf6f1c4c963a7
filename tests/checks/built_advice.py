"""Advice from explicit figures: what the tests of the checks of a plan's settings judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.checks.builders import categories, evidence, numbers

from prefit.evidence import Evidence
from prefit.evidence.advice import Advice, Choice, RateRange, Regularization, Start
from prefit.finding import Effect

STAYS = Choice(planned="a", advised="a", why="a stays.")


def gain(delta: float, half_width: float = 0.01) -> Effect:
    """Return a change of balanced accuracy."""
    return Effect(metric="balanced_accuracy", delta=delta, low=delta - half_width, high=delta + half_width)


def change(delta: float, half_width: float = 0.01) -> Choice:
    """Return a setting that is advised to change, with its effect."""
    return Choice(planned="a", advised="b", why="b is better.", effect=gain(delta, half_width))


def rate(delta: float | None = None, *, is_named: bool = True) -> RateRange:
    """Return the range of a rate; with a change it is advised to be 0.01 in place of 1."""
    return RateRange(
        planned=1.0,
        low=0.001,
        high=0.1,
        method="range test",
        limit=0.5,
        advised=1.0 if delta is None else 0.01,
        why="Steps overshoot.",
        effect=None if delta is None else gain(delta),
        is_named=is_named,
    )


def advised(**settings: Any) -> Evidence:
    """Return evidence in which all stays as planned but for the given settings."""
    advice = Advice(
        loss=STAYS,
        learning_rate=rate(),
        initialization=Start(choice=STAYS),
        regularization=Regularization(linear=STAYS, network=STAYS),
        scaling=STAYS,
        optimizer=STAYS,
        batch_size=STAYS,
    )
    healthy = evidence(numbers("age"), target=categories("income", [500, 500]))
    return replace(healthy, advice=replace(advice, **settings))
