"""Does a figure leave its own past? Control limits from the figures of earlier runs.

A figure has left its past when it lies outside the interval in which the next value of the same process falls, and
has moved far enough to matter. Where the scale of that process is not known, it must lie outside on each that is
plausible: rows may grow by a number or by a share, as long as the past does not tell which, and shares vary in their
angle or their odds.

The chance of a false alarm is shared out over the groups of figures, and within a group by the procedure of Benjamini
and Hochberg: a table of 5,000 columns raises no more false alarms than one of five.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from prefit.past.figures import Figures, Run, earlier_states
from prefit.past.prediction import Array, Scale, judge, typical_deviation

__all__ = ["GROUPS", "Departure", "Event", "Group", "Limits", "departures"]

Group = Literal["rows", "class share", "score", "noise", "missing"]
GROUPS: tuple[Group, ...] = ("rows", "class share", "score", "noise", "missing")

MAX_STATES = 50
"""How many of the last states of the data the limits are made from."""

LEAST_STATES = 3
"""Earlier states that a line through them and a spread around it take, whatever the limits say."""

MIN_ODDS_ROWS = 10.0
"""Rows on either side from which the odds of a share are a scale; of fewer their own luck is all there is to see."""

SURELY = 4.0
"""Log-likelihood by which one scale of the rows must explain the past better for the other one to be dropped."""

_INTERVAL_TO_STD = 2 * 1.6449
"""Width of a 90 % interval of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a figure has left its past.

    `min_states`: earlier states of the data without which nothing is judged. `false_alarms`: share of the runs over
    data that do not change in kind which may raise an alarm. The others say how far a figure must move to matter: rows
    as a share of what was expected, shares of classes and missing values, scores and rates of wrong labels as such.
    """

    min_states: int = 5
    false_alarms: float = 0.01
    min_rows_change: float = 0.1
    min_share_change: float = 0.02
    min_score_change: float = 0.02


class Departure(NamedTuple):
    """A figure that left its past of `n` states: `key` is its column or class; `low` to `high` was to be expected."""

    group: Group
    key: str
    value: float
    low: float
    high: float
    n: int


class Event(NamedTuple):
    """A run, and the figures of it that left their past."""

    run: Run
    departures: tuple[Departure, ...]


class _Series(NamedTuple):
    """One figure, its past, the scales it is judged on, and the change that matters given what was expected."""

    group: Group
    key: str
    value: float
    past: Array
    scales: Callable[[], Iterable[Scale]]
    least: Callable[[float], float]


def departures(runs: Sequence[Figures], now: Figures, limits: Limits) -> list[Departure]:
    """Return the figures that leave their own past, in the order of `GROUPS` and worst first within each.

    Parameters
    ----------
    runs : sequence of Figures
        Of earlier runs over the same data set, oldest first.
    now : Figures
    limits : Limits

    References
    ----------
    Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    if not now.complete:
        return []
    level = limits.false_alarms / len(GROUPS)
    found: dict[Group, list[tuple[float, Departure]]] = {group: [] for group in GROUPS}
    for series in _series(runs, now, limits):
        if len(series.past) >= max(limits.min_states, LEAST_STATES):
            found[series.group].append(_judged(series, level))
    return [departure for group in GROUPS for departure in _step_up(found[group], level)]


def _series(runs: Sequence[Figures], now: Figures, limits: Limits) -> Iterator[_Series]:
    states = earlier_states(runs, now)[-MAX_STATES:]
    if now.n_rows:
        yield _rows(states, now, limits)
    if now.class_shares:
        labelled = earlier_states([run for run in runs if run.target == now.target and run.class_shares], now)
        labelled = labelled[-MAX_STATES:]
        for key in dict.fromkeys(key for figures in (now, *labelled) for key in figures.class_shares):
            past = [(figures.class_shares.get(key, 0.0), figures.n_rows) for figures in labelled]
            yield _share("class share", key, (now.class_shares.get(key, 0.0), now.n_rows), past, limits)
    for column, share in now.missing.items():
        past = [(figures.missing[column], figures.n_rows) for figures in states if column in figures.missing]
        yield _share("missing", column, (share, now.n_rows), past, limits)
    alike = [run for run in runs if (run.setting, run.metric) == (now.setting, now.metric)]
    yield from _estimate("score", alike, now, limits)
    yield from _estimate("noise", alike, now, limits)


def _rows(states: Sequence[Figures], now: Figures, limits: Limits) -> _Series:
    past = np.array([float(figures.n_rows) for figures in states])

    def scales() -> Iterator[Scale]:
        error = math.sqrt(max(float(np.median(past)), 1.0))
        counts = Scale(past, now.n_rows, error, lambda value: max(value, 0.0), trended=True)
        if past.min() <= 0:
            yield counts
            return
        shares = Scale(np.log(past), math.log(now.n_rows), 1 / error, _exp, trended=True)
        mean_error = typical_deviation(shares.past, 1 / error) * math.exp(float(shares.past.mean()))
        better = len(past) * math.log(mean_error / typical_deviation(past, error))  # of counts, in log-likelihood
        yield from [counts] if better > SURELY else [shares] if better < -SURELY else [counts, shares]

    return _Series("rows", "", now.n_rows, past, scales, lambda expected: limits.min_rows_change * expected)


def _share(
    group: Group, key: str, now: tuple[float, int], past: Sequence[tuple[float, int]], limits: Limits
) -> _Series:
    def scales() -> Iterator[Scale]:
        n_rows = max(min(float(np.median([n for _, n in past])), now[1]), 1.0)
        typical = float(np.median([share for share, _ in past])) * n_rows
        angles = np.array([_angle(*share) for share in past])
        yield Scale(angles, _angle(*now), 1 / math.sqrt(n_rows), _from_angle)
        if min(typical, n_rows - typical) >= MIN_ODDS_ROWS:
            odds = np.array([_log_odds(*share) for share in past])
            yield Scale(odds, _log_odds(*now), math.sqrt(1 / typical + 1 / (n_rows - typical)), _from_log_odds)

    def least(expected: float) -> float:
        """A rare class matters by its factor, a gap only by its size."""
        return min(limits.min_share_change, 0.5 * expected) if group == "class share" else limits.min_share_change

    return _Series(group, key, now[0], np.array([share for share, _ in past]), scales, least)


def _estimate(
    group: Literal["score", "noise"], alike: Sequence[Figures], now: Figures, limits: Limits
) -> list[_Series]:
    estimate = now.score if group == "score" else now.noise
    if estimate is None:
        return []
    states = earlier_states([run for run in alike if getattr(run, group) is not None], now)
    past = np.array([getattr(state, group).mean for state in states[-MAX_STATES:]])
    scale = Scale(past, estimate.mean, (estimate.high - estimate.low) / _INTERVAL_TO_STD, float)
    return [_Series(group, "", estimate.mean, past, lambda: (scale,), lambda _: limits.min_score_change)]


def _judged(series: _Series, level: float) -> tuple[float, Departure]:
    """Return the chance of the figure, and what would be said of it; 1 where it has not moved far enough to matter."""
    value, past = series.value, series.past
    strays = len(past) // 10
    low, *_, high = np.sort(past)[strays : len(past) - strays].tolist()
    departure = Departure(series.group, series.key, value, low, high, len(past))
    near = max(abs(value - low), abs(value - high)) < series.least(float(np.median(past)))
    if series.group != "rows" and (near or low <= value <= high):
        return 1.0, departure
    judged = [judge(scale, level) for scale in series.scales()]
    departure = departure._replace(low=min(each.low for each in judged), high=max(each.high for each in judged))
    if any(abs(value - each.center) < series.least(each.center) for each in judged):
        return 1.0, departure
    return max(each.chance for each in judged), departure


def _step_up(judged: Sequence[tuple[float, Departure]], level: float) -> Iterator[Departure]:
    """Yield the departures, worst first, of which no more than `level` of the runs raise one by chance."""
    ordered = sorted(judged, key=lambda entry: entry[0])
    passing = [rank for rank, (chance, _) in enumerate(ordered, 1) if chance <= level * rank / len(ordered)]
    for _, departure in ordered[: max(passing, default=0)]:
        yield departure


def _angle(share: float, n_rows: int) -> float:
    """Anscombe's transform of a share: its standard deviation is 1 / sqrt(n), whatever the share."""
    return 2 * math.asin(math.sqrt((share * n_rows + 0.375) / (n_rows + 0.75)))


def _from_angle(angle: float) -> float:
    return math.sin(min(max(angle, 0.0), math.pi) / 2) ** 2


def _log_odds(share: float, n_rows: int) -> float:
    return math.log((share * n_rows + 0.5) / ((1 - share) * n_rows + 0.5))


def _from_log_odds(value: float) -> float:
    return 1 / (1 + math.exp(min(max(-value, -700.0), 700.0)))


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))
