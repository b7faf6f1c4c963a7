"""The table of classes in the curve panel of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.formats.samples import REPORT

from prefit.formats import html


def page(*classes: dict[str, Any]) -> str:
    """Return the page of a report whose forecast has these classes."""
    assert REPORT.forecast is not None
    return html.render(replace(REPORT, forecast={**REPORT.forecast, "classes": list(classes)}))


def one(name: str, rows_needed: int | None) -> dict[str, Any]:
    """Return the entry of a class of 120 rows."""
    return {
        "class": name,
        "rows": 120,
        "recall": 0.41,
        "held_out_rows": 24,
        "forecast": {"mean": 0.45, "low": 0.3, "high": 0.6},
        "gain_of_doubling": 0.031,
        "wanted": 0.7,
        "rows_needed": rows_needed,
    }


def test_a_class_is_shown_with_the_rows_it_needs() -> None:
    """Or that no number of rows is foreseen to do it, or that it is met."""
    shown = page(one("#1", 1900), one("#2", None), one("#3", 120))
    assert "1,900" in shown
    assert "no number found" in shown
    assert "<td>met</td>" in shown
    assert "Rows needed for 0.70" in shown


def test_the_name_of_a_class_is_escaped() -> None:
    """It may be a value of the data."""
    shown = page(one("<script>alert(1)</script>", None))
    assert "<script>alert(1)" not in shown


def test_without_classes_there_is_no_table() -> None:
    """A regression has none, nor has a report that was written before there were any."""
    assert "How well each class" not in page()
