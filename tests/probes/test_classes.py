"""Recall of single classes: forecast, and the rows that a class needs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from tests.checks.built_curves import curve
from tests.probes.tables import label_task, labelled

from prefit.evidence import LearningCurve
from prefit.evidence.classes import ClassOutlook
from prefit.probes import learning_curves
from prefit.probes.classes import MAX_CLASSES, class_outlooks

SIZES = (32, 64, 128, 256, 512)


def rising(*shapes: tuple[float, float]) -> LearningCurve:
    """Return a curve with classes whose recall rises to a level by a height that shrinks as the root of the rows."""
    point = curve("linear", 0.8).points[0]
    points = [
        replace(point, rows=size, recalls=tuple(level - height * math.sqrt(32 / size) for level, height in shapes))
        for size in SIZES
    ]
    return LearningCurve(family="linear", points=tuple(points))


def outlooks(*shapes: tuple[float, float], planned: int = 640, **options: float) -> tuple[ClassOutlook, ...]:
    """Forecast classes of 100 held-out rows, the first of which has a tenth of the rows of the others."""
    counts = np.array([32, *[320] * (len(shapes) - 1)])
    held_out = np.full(len(shapes), 100)
    return class_outlooks(
        rising(*shapes), list("abcdefghijklmnopqrstuvwxyz"), counts, held_out, planned_rows=planned, **options
    )


def test_the_class_that_lags_comes_first_and_needs_more_rows() -> None:
    """It still rises, and reaches the mean of both with more of its own rows than planned."""
    lagging, leading = outlooks((0.95, 0.6), (0.9, 0.02))
    assert (lagging.label, leading.label) == ("a", "b")
    assert lagging.rows == 58
    assert lagging.rows_needed is not None
    assert lagging.rows_needed > lagging.rows
    assert leading.rows_needed == leading.rows
    assert lagging.gain > leading.gain


def test_a_class_that_rises_no_more_needs_no_number_of_rows() -> None:
    """More rows do not reach what its curve does not."""
    flat = outlooks((0.4, 0.0), (0.9, 0.1))[0]
    assert flat.rows_needed is None


def test_twice_the_rows_bring_what_the_forecasts_differ_by() -> None:
    """The gain, the forecast and the rows needed are read off one curve."""
    shapes = ((0.95, 0.6), (0.9, 0.02))
    now, doubled = outlooks(*shapes)[0], outlooks(*shapes, planned=1280)[0]
    assert math.isclose(now.gain, doubled.mean - now.mean)


def test_the_forecast_holds_what_the_class_comes_to() -> None:
    """The interval has the luck of the class's few held-out rows in it."""
    first = outlooks((0.9, 0.5), (0.9, 0.1), planned=1024)[0]
    assert first.low < 0.9 - 0.5 * math.sqrt(32 / 1024) < first.high
    assert first.high - first.low > 0.05


def test_a_required_recall_is_asked_of_every_class() -> None:
    """Instead of the mean over the classes."""
    assert {each.wanted for each in outlooks((0.95, 0.6), (0.9, 0.02), required=0.85)} == {0.85}


def test_the_number_of_classes_is_bounded() -> None:
    """The lowest recalls are told."""
    found = outlooks(*[(0.5 + 0.01 * number, 0.1) for number in range(25)])
    assert len(found) == MAX_CLASSES
    assert found[0].label == "a"


def test_labels_are_those_of_the_table() -> None:
    """From end to end: the rare class is named, and lags."""
    found = learning_curves(labelled(300, noise=1.5, minority=0.15), label_task("signal", "noise"), budget_seconds=1)
    assert {outlook.label for outlook in found.classes} == {"yes", "no"}
    assert found.classes[0].label == "yes"
