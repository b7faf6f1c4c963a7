"""What a leak is worth on the held-out score."""

from __future__ import annotations

from collections.abc import Sequence

from prefit.evidence import Evidence, SplitGap
from prefit.finding import Effect

__all__ = ["of_gap", "priced"]


def priced(evidence: Evidence, columns: Sequence[str]) -> Effect | None:
    """Return how the held-out skill changes without the columns, negative when it falls; None if not probed."""
    price = evidence.leak_price
    if price is None or not set(columns) <= set(price.columns):
        return None
    return Effect(metric="skill", delta=-price.delta, low=-price.high, high=-price.low)


def of_gap(gap: SplitGap) -> Effect:
    """Return how the held-out skill changes when the split no longer flatters."""
    return Effect(metric="skill", delta=-gap.gap, low=-gap.high, high=-gap.low)
