"""The distribution of one column in a few pixels, where there is something to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefit.formats.figures import number
from prefit.wording import percent

__all__ = ["HEIGHT", "WIDTH", "ColumnChart", "column_chart"]

WIDTH, HEIGHT = 96, 24
MAX_BARS = 24
MIN_TOP_SHARE = 0.005
"""Below this share of the most frequent value, bars of the most frequent values say nothing of the column."""


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """One path, and what it shows in words."""

    path: str
    label: str


def column_chart(column: Mapping[str, Any]) -> ColumnChart | None:
    """Return the histogram of a numeric column, or bars of the most frequent values of a categorical one.

    None where neither has two bars of any height, and for identifiers: there is nothing to see.
    """
    histogram = column["histogram"]
    if histogram and column["kind"] not in ("id-like", "unsupported") and sum(n > 0 for n in histogram["counts"]) > 1:
        return _histogram(histogram["edges"], histogram["counts"])
    counts = [value["count"] for value in column["top"]]
    if column["kind"] in ("categorical", "boolean") and len(counts) > 1 and counts[0] >= MIN_TOP_SHARE * column["rows"]:
        share = percent(counts[0] / column["rows"])
        return ColumnChart(_bars(counts, gap=1), f"most frequent value in {share} of the rows")
    return None


def _histogram(edges: Sequence[float], counts: Sequence[int]) -> ColumnChart:
    mode = max(range(len(counts)), key=counts.__getitem__)
    label = f"most values between {number(edges[mode])} and {number(edges[mode + 1])}"
    step = -(-len(counts) // MAX_BARS)
    return ColumnChart(_bars([sum(counts[i : i + step]) for i in range(0, len(counts), step)], gap=0), label)


def _bars(counts: Sequence[int], gap: int) -> str:
    """Return bars on a common base line as one path; a bar that is not empty is at least a pixel high."""
    width = min(WIDTH // len(counts), 12)
    top = max(counts)
    heights = [max(round((HEIGHT - 1) * n / top), int(n > 0)) for n in counts]
    return "".join(
        f"M{index * width} {HEIGHT}v-{height}h{width - gap}v{height}" for index, height in enumerate(heights) if height
    )
