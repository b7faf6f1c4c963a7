"""The check ``more-data-helps``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.curves.chosen import chosen_forecast, not_fitted
from prefit.checks.wording import span
from prefit.evidence import Curves, Evidence
from prefit.evidence.classes import ClassOutlook
from prefit.finding import Effect, Finding
from prefit.pseudonyms import pseudonym
from prefit.wording import metric_word, rows

__all__ = ["MoreDataHelps"]

NO_FURTHER = "More rows bring it no further than a constant predictor"


@dataclass(frozen=True)
class MoreDataHelps:
    """What would twice as many rows bring?

    Parameters
    ----------
    min_gain : float, default 0.01
        Gain of the held-out score from which it is worth collecting rows.

    What it measures
    ----------------
    The change of the forecast held-out score of the family to be trained when
    the planned rows are doubled, with a 90 % interval; and, where a class surely lags behind the required score, else
    behind the mean recall, how many more rows of it bring it there. It is information and never a warning; whether a
    required score needs more rows is said by `target-out-of-reach`.

    Why it hurts training
    ---------------------
    It does not. It says whether the next month is spent better on collecting rows or on features and labels.

    Example
    -------
    Doubling 4,000 rows brings +0.021 balanced accuracy (0.012 to 0.030): the curve still rises.

    What to do
    ----------
    Collect rows where the whole interval lies above the gain that you need. Where it lies
    around 0, better features or cleaner labels bring more than rows.

    When it may be a false alarm
    ----------------------------
    When the new rows would come from another population than those at hand.

    References
    ----------
    Viering & Loog (2023), The shape of learning curves: a review, IEEE TPAMI 45, doi:10.1109/TPAMI.2022.3220744.
    """

    id: ClassVar[str] = "more-data-helps"
    stage: ClassVar[Stage] = "curves"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("curves",)

    min_gain: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one passing finding with the gain of doubling the rows."""
        curves = evidence.curves
        assert curves is not None
        forecast = chosen_forecast(curves)
        if forecast is None:
            yield not_fitted(self.id, curves)
            return
        gain = forecast.gain_of_doubling
        lifts = forecast.held_out.mean + gain.mean > curves.constant
        judged = self._judged(gain.low, gain.high) if lifts else NO_FURTHER
        yield Finding(
            check=self.id,
            status="pass",
            message=f"{judged}: twice {rows(curves.planned_rows)} change the held-out "
            f"{metric_word(curves.metric)} of family {curves.chosen!r} by {gain.mean:+.3f} "
            f"({span(gain.low, gain.high, sign=True)}).{_lagging(evidence, curves)}",
            measured=gain.mean,
            limit=self.min_gain,
            unit=metric_word(curves.metric),
            interval=(gain.low, gain.high),
            effect=Effect(metric=curves.metric, delta=gain.mean, low=gain.low, high=gain.high),
        )

    def _judged(self, low: float, high: float) -> str:
        if low >= self.min_gain:
            return "More rows help"
        return "More rows help little or not at all" if high < self.min_gain else "More rows may help"


def _lagging(evidence: Evidence, curves: Curves) -> str:
    """Say which class lags behind, where its forecast surely does, and how many more of its rows would mend it."""
    behind = [one for one in curves.classes if one.high < one.wanted]
    if not behind:
        return ""
    worst = behind[0]
    name = repr(worst.label) if evidence.show_values else pseudonym(worst.label, evidence.task.target or "")
    said = f" Class {name} lags: a recall of {worst.mean:.2f} ({span(worst.low, worst.high)}) with {rows(worst.rows)}"
    return f"{said}; {_needs(worst)}."


def _needs(outlook: ClassOutlook) -> str:
    if outlook.rows_needed is None:
        return f"more rows are not seen to bring it to {outlook.wanted:.2f}"
    more = outlook.rows_needed - outlook.rows
    return f"about {more:,} more of them bring it to {outlook.wanted:.2f}, if all classes grow alike"
