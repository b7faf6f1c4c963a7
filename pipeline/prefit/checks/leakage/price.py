"""What suspected columns are worth to a model that has all columns."""

from __future__ import annotations

from collections.abc import Sequence

from prefit.evidence import Evidence
from prefit.finding import Effect

__all__ = ["priced"]


def priced(evidence: Evidence, columns: Sequence[str]) -> Effect | None:
    """Return how the held-out skill changes without the columns, negative when it falls; None if not probed."""
    price = evidence.leak_price
    if price is None or not set(columns) <= set(price.columns):
        return None
    return Effect(metric="skill", delta=-price.delta, low=-price.high, high=-price.low)
