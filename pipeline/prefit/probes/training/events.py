"""The events of training, as the project defines them, from a run of the planned training that was made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from prefit.evidence.training import RiskName

__all__ = ["VANISHED", "Course", "events"]

BURST, OVER_REFERENCE = 1000.0, 3.0
FLAT = 0.97
VANISHED = 1e-3
"""Gradient norm of the first layer over that of the last below which the gradient has vanished."""

ZERO_EARLY, ZERO_LATE = 1 / 100, 1 / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the events of a run are read from.

    Attributes
    ----------
    first, quarter, last : float
        Loss on all training rows before the first step, after a quarter of the steps, and after the last one.
    largest : float
        Largest loss on the way, of training rows or of a batch; ``inf`` where one was not a number.
    gradient_ratio : float
        Gradient norm of the first layer over that of the last, median over the steps of the first epoch.
    reference : float
        Loss of the best constant predictor.
    """

    first: float
    quarter: float
    last: float
    largest: float
    gradient_ratio: float
    reference: float


def events(course: Course) -> dict[RiskName, bool]:
    """Say which events happened.

    Examples
    --------
    >>> course = Course(first=1.2, quarter=0.9, last=0.5, largest=1.2, gradient_ratio=0.4, reference=1.0)
    >>> [name for name, happened in events(course).items() if happened]
    []
    """
    finite = math.isfinite(course.last) and math.isfinite(course.largest)
    exploding = (
        not finite
        or course.largest > BURST * max(1.0, course.first)
        or course.last > max(OVER_REFERENCE * course.reference, course.first)
    )
    flat = not exploding and course.last > FLAT * course.reference
    zero = course.quarter < ZERO_EARLY * course.reference or course.last < ZERO_LATE * course.reference
    return {
        "flat_loss": flat,
        "zero_loss": zero,
        "exploding_gradient": exploding,
        "vanishing_gradient": flat and course.gradient_ratio < VANISHED,
    }
