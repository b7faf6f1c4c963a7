"""The check ``history-anomaly``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.followed import followed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.past import Departure, Limits, departures, earlier_states
from prefit.wording import metric_word, percent, plural, rows

__all__ = ["HistoryAnomaly"]


@dataclass(frozen=True)
class HistoryAnomaly:
    """Does a figure of this run leave its own past?

    Parameters
    ----------
    min_states : int, default 5
        Earlier states of the data in the history without which nothing is judged.
    false_alarms : float, default 0.01
        Share of the runs that may raise an alarm although the data do not change in kind; it is shared out over rows,
        class shares, score, noise and missing values.
    min_rows_change : float, default 0.1
        Change of the number of rows that matters, as a fraction of what was expected.
    min_share_change : float, default 0.02
        Change of the share of a class or of missing values that matters. Of classes of less than 4 %, half their share.
    min_score_change : float, default 0.02
        Change of the forecast score, or of the rate of wrong labels, that matters.

    What it measures
    ----------------
    The rows, the share of each class, the forecast score, the rate of wrong labels and the share of missing values of
    each column beside those of the earlier runs over this data set in the history (`--history`), at most the last 50
    different states of the data. A figure has left its past when it lies outside the interval in which the next value
    of the same process falls (by Student's t), and has moved far enough to matter. The interval is never narrower
    than the figure's own uncertainty. Rows may grow by a constant number or a constant share. Repeated runs over the
    same rows count once, single strays of the past do not widen the interval, and scores are compared only with those
    of the same target, columns, level and planned rows.

    Why it hurts training
    ---------------------
    A pipeline that breaks seldom stops. It delivers half of the rows, a column of nulls or other labels, and the model
    that is trained on them is worse without an error anywhere.

    Example
    -------
    Every night brings some 10,000 rows; tonight there are 4,300, because one of three servers was not read.

    What to do
    ----------
    `prefit history NAME` shows the trend. Find out what changed on the way of the data. If the change is meant, waive
    the finding for a time: after some runs the new level is the past.

    When it may be a false alarm
    ----------------------------
    When the data have seasons that the past has not seen yet, such as a first weekend after five working days.

    References
    ----------
    Hahn & Meeker (1991), Statistical intervals, section 4.7. Schelter et al. (2018), Automating large-scale data
    quality verification, doi:10.14778/3229863.3229867.
    """

    id: ClassVar[str] = "history-anomaly"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("past",)

    min_states: int = 5
    false_alarms: float = 0.01
    min_rows_change: float = 0.1
    min_share_change: float = 0.02
    min_score_change: float = 0.02

    @property
    def of_figures(self) -> Limits:
        """The limits in one value."""
        return Limits(**{name: getattr(self, name) for name in Limits.__dataclass_fields__})

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for each group of figures that left its past."""
        past = [run.figures for run in evidence.past or ()]
        now = followed(evidence)
        states = len(earlier_states(past, now))
        if states < self.min_states:
            yield Finding(
                check=self.id,
                status="pass",
                message=f"The history holds {plural(states, 'other state')} of these data; from {self.min_states} on "
                "figures are judged by their past.",
                measured=states,
                limit=self.min_states,
                unit="states",
            )
            return
        found: dict[str, list[Departure]] = {}
        for departure in departures(past, now, self.of_figures):
            found.setdefault(departure.group, []).append(departure)
        for group in found.values():
            yield self._finding(group, evidence)

    def _finding(self, found: Sequence[Departure], evidence: Evidence) -> Finding:
        worst = found[0]
        target = evidence.task.target or ""
        columns = {"missing": tuple(each.key for each in found), "class share": (target,)}.get(worst.group, ())
        return Finding(
            check=self.id,
            status="warn",
            message=f"{_said(found, evidence)}, after {plural(worst.n, 'earlier state')} of these data.",
            columns=columns,
            measured=worst.value,
            limit=worst.low if worst.value < worst.low else worst.high,
            unit={"rows": "rows", "score": "score"}.get(worst.group, "fraction"),
            why="What leaves its own past without a known reason is most often an error on the way of the data.",
            remedy="Look at `prefit history NAME`, and find out what changed where the data are made. If the change is "
            "meant, waive this finding for a time: the new level becomes the past.",
        )


def _said(found: Sequence[Departure], evidence: Evidence) -> str:
    worst = found[0]
    match worst.group:
        case "rows":
            return f"There are {rows(worst.value)}, where {worst.low:,.0f} to {worst.high:,.0f} were to be expected"
        case "score":
            metric = metric_word(evidence.curves.metric if evidence.curves else "score")
            span = f"{worst.low:.3f} to {worst.high:.3f}"
            return f"The forecast {metric} is {worst.value:.3f}, where {span} was to be expected"
    figures = f"{percent(worst.value)}, where {percent(worst.low)} to {percent(worst.high)} was to be expected"
    if worst.group == "noise":
        return f"The rate of wrong labels is {figures}"
    if worst.group == "missing":
        return f"Values are missing otherwise than before in {plural(len(found), 'column')}: {worst.key!r} {figures}"
    classes = "1 class has" if len(found) == 1 else f"{len(found)} classes have"
    return f"{classes} another share of {evidence.task.target!r} than before: {figures}"
