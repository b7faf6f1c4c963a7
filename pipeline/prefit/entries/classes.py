"""The classes of the forecast in ``report.json``, named by pseudonyms unless values may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefit.evidence.classes import ClassOutlook
from prefit.pseudonyms import pseudonym

__all__ = ["classes"]


def classes(outlooks: Sequence[ClassOutlook], target: str, *, show_values: bool) -> list[dict[str, Any]]:
    """Return an entry per class, in the given order."""
    return [
        {
            "class": str(outlook.label) if show_values else pseudonym(outlook.label, target),
            "rows": outlook.rows,
            "recall": outlook.recall,
            "held_out_rows": outlook.held_out_rows,
            "forecast": {"mean": outlook.mean, "low": outlook.low, "high": outlook.high},
            "gain_of_doubling": outlook.gain,
            "wanted": outlook.wanted,
            "rows_needed": outlook.rows_needed,
        }
        for outlook in outlooks
    ]
