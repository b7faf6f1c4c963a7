"""A metric that is forecast beside the score, in every format that people read."""

from __future__ import annotations

import re

from tests.formats.sample_forecast import BESIDE, FORECAST
from tests.formats.samples import REPORT, with_metric

from prefit.formats import html, markdown, terminal
from prefit.formats.curve_chart import BOTTOM, TOP, curve_charts, drawn


def test_page_has_a_section_of_the_metric() -> None:
    """It tells value, interval, skill and constant, and draws each family once more."""
    page, plain = html.render(with_metric()), html.render(REPORT)
    section = page.split('<section id="beside"')[1].split("</section>")[0]
    assert section.count("<figure") == len(BESIDE["families"])  # type: ignore[arg-type]
    assert "Less is better" in section
    assert "52,000" in section
    assert re.search(r"8,000 is required, which takes about 14,500 rows", section)
    assert 'id="beside"' not in plain


def test_chart_of_an_error_has_its_unit_and_the_requirement() -> None:
    """Amounts are no shares: ticks are thousands, and what is required is drawn at its place."""
    required = {"metric": "rmse", "minimum": None, "maximum": 8_000.0}
    chart = curve_charts(drawn(FORECAST | {"requirement": required}, BESIDE))[0]
    assert chart.family == "boosting"
    assert {label for _, label in chart.y.ticks} >= {"10k", "20k"}
    assert chart.requirement is not None
    assert TOP < chart.requirement < BOTTOM
    assert chart.permuted is None


def test_rows_needed_of_the_metric_are_not_those_of_the_score() -> None:
    """The table of risks speaks of the score; a requirement of another metric is none of it."""
    assert "Rows needed" in html.render(REPORT)
    assert "Rows needed" not in html.render(with_metric())


def test_summary_and_screen_name_the_metric() -> None:
    """One sentence, the best family first."""
    said = "RMSE: boosting"
    assert said in markdown.render(with_metric())
    assert said in terminal.render(with_metric())
    assert "RMSE" not in markdown.render(REPORT)
