"""The remedies that were tried, as rows of a table in text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefit.formats.figures import signed
from prefit.wording import metric_word

__all__ = ["OUTCOMES", "headline", "in_words", "tried"]

OUTCOMES: Mapping[str, str] = {
    "helps": "helps",
    "does_not_help": "does not surely help",
    "harms": "harms",
    "honest": "makes the score honest",
    "forecast": "forecast",
    "not_tried": "not tried",
}
"""What came of a remedy, in words."""

MAX_ROWS = 6


def tried(remedies: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Return what was changed, the gain with its interval, and the outcome; the largest gain first, six at most.

    Empty where nothing was tried: a forecast alone is told by `more-data-helps`.
    """
    if all(one["status"] in ("forecast", "not_tried") for one in remedies):
        return []
    return [(one["title"], _gain(one["effect"]), OUTCOMES[one["status"]]) for one in remedies[:MAX_ROWS]]


def headline(rows: Sequence[tuple[str, str, str]]) -> str:
    """Say of rows of `tried` in one line which change helps most, or that none surely does."""
    for outcome in (OUTCOMES["helps"], OUTCOMES["honest"]):
        for row in rows:
            if row[2] == outcome:
                return f"{outcome.capitalize()}: {row[0]}: {row[1]}"
    titles = [title for title, _, outcome in rows if outcome in (OUTCOMES["does_not_help"], OUTCOMES["harms"])]
    return f"Nothing surely helps: {'; '.join(titles)}"


def in_words(title: str, gain: str, outcome: str) -> str:
    """Write a row of `tried` as a line."""
    return f"{title}: {gain}, {outcome}" if gain else f"{title}: {outcome}"


def _gain(effect: Mapping[str, Any] | None) -> str:
    if effect is None:
        return ""
    interval = f"{signed(effect['low'])} to {signed(effect['high'])}"
    return f"{signed(effect['delta'])} {metric_word(effect['metric'])} ({interval})"
