"""A finding's figure against its limit, as a bar."""

from __future__ import annotations

import math
from dataclasses import dataclass

from prefit.finding import Finding

__all__ = ["WIDTH", "Gauge", "gauge"]

WIDTH = 200


@dataclass(frozen=True, slots=True)
class Gauge:
    """Pixels of the measured figure, of its limit, and of the ends of its interval."""

    measured: float
    limit: float
    low: float | None
    high: float | None


def gauge(finding: Finding) -> Gauge | None:
    """Return the bar of a finding; None where there is no figure, no limit, or one of them is negative."""
    if finding.measured is None or finding.limit is None:
        return None
    ends = finding.interval or ()
    known = [finding.measured, finding.limit, *ends]
    if any(value < 0 or not math.isfinite(value) for value in known) or max(known) == 0:
        return None
    scale = WIDTH / (1.15 * max(known))
    low, high = (round(end * scale, 1) for end in ends) if finding.interval else (None, None)
    return Gauge(round(finding.measured * scale, 1), round(finding.limit * scale, 1), low, high)
