"""What is said in a sentence each of labels and of the training."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.formats.samples import REPORT

from prefit.finding import Finding
from prefit.formats import render, terminal
from prefit.formats.story import told
from prefit.formats.tried import headline


def labels(low: float, high: float) -> str:
    """Return what is told of labels of which 1 % are wrong, with an interval."""
    assert REPORT.label_noise is not None
    noise = dict(REPORT.label_noise) | {"rate": {"mean": 0.01, "low": low, "high": high}}
    return dict(told(replace(REPORT, label_noise=noise)))["Labels"]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.006, 0.03, "about 1 % wrong (0.6 % to 3 %); 214 of 32,561 rows to act on, 96 to review"),
        (0.0, 0.03, "about 1 % wrong (0 % to 3 %), maybe none; 310 of 32,561 rows to look at first"),
        (0.0, 0.48, "how many are wrong cannot be told (0 % to 48 %)"),
    ],
)
def test_rows_are_called_wrong_only_where_some_surely_are(low: float, high: float, words: str) -> None:
    """Two hundred rows to act on do not go with a rate that may be zero, nor a figure with one that may be anything."""
    assert labels(low, high) == words


def test_the_page_says_as_much_of_labels_as_the_terminal() -> None:
    """The same doubt in both."""
    assert REPORT.label_noise is not None
    noise = dict(REPORT.label_noise) | {"rate": {"mean": 0.01, "low": 0.0, "high": 0.48}}
    page = render(replace(REPORT, label_noise=noise), "html")
    assert "How many labels are wrong cannot be told" in page
    assert "maybe none is wrong; <b>310</b> are to be looked at first" in page


def test_one_line_names_the_change_that_helps_or_says_that_none_does() -> None:
    """The forecast of more rows is none of what was tried, however large."""
    more = ("Collect as many rows again", "+0.2 R²", "forecast")
    stop, weigh = ("Stop early", "+0.01 R²", "does not surely help"), ("Weigh", "+0.03 R²", "helps")
    assert headline([more, weigh, stop]) == "Helps: Weigh: +0.03 R²"
    assert headline([more, stop]) == "Nothing surely helps: Stop early"


def test_settings_are_written_in_figures_that_a_range_has() -> None:
    """A rate from a range test is known to a digit or two; whole numbers stay whole."""
    advice = {"changes": {"learning_rate": 0.0236449, "batch_size": 128, "schedule": None}}
    assert ("Train with", "learning_rate = 0.024, batch_size = 128, schedule = auto") in told(
        replace(REPORT, training={"advice": advice})
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [({"low": 0.75, "high": 0.96}, "0.75 to 0.96 is the best that seems possible"), (None, "not known: there is no")],
)
def test_the_ceiling_is_told_or_that_it_is_not_known(found: dict[str, float] | None, words: str) -> None:
    """A chart without a ceiling does not say why it has none."""
    assert REPORT.forecast is not None
    report = replace(REPORT, forecast={**REPORT.forecast, "ceiling": found})
    assert all(words in render(report, file) for file in ("html", "md"))
    short = "ceiling 0.75 to 0.96)" if found else "ceiling not known)"
    assert short in terminal.render(report, console=Console(width=120, file=io.StringIO()))


def test_a_likely_event_that_is_no_warning_says_why() -> None:
    """The matrix shows it in red: a reader asks why nothing is said of it."""
    gap = Finding(
        check="overfitting-risk", status="pass", message="Overfitting of family 'linear' costs nothing.",
        measured=0.92, limit=0.5, unit="probability",
    )  # fmt: skip
    report = replace(REPORT, findings=(gap,))
    assert ("Overfitting", "of family 'linear' costs nothing.") in list(told(report))
    assert "Overfitting of family &#39;linear&#39; costs nothing." in render(report, "html")
    explained = replace(gap, message="Explained by no-signal: Overfitting of family 'linear' costs nothing.")
    assert "Overfitting" not in dict(told(replace(report, findings=(explained,))))
    unlikely = replace(report, findings=(replace(gap, measured=0.1),))
    assert "Overfitting" not in dict(told(unlikely))
