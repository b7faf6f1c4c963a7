"""Figures that leave their past are told, and those that do not are left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.history.builders import figures, history

from prefit.past import Estimate, Figures, Limits, departures

EVERYTHING_MATTERS = Limits(min_rows_change=0.0, min_share_change=0.0, min_score_change=0.0)
N_HISTORIES = 400


def groups(past: list[Figures], now: Figures, limits: Limits | None = None) -> list[tuple[str, str]]:
    """Return what left its past."""
    return [(each.group, each.key) for each in departures(past, now, limits or Limits())]


@pytest.mark.parametrize("n", [5, 12, 40])
@pytest.mark.parametrize(
    ("now", "left"),
    [
        ({"n_rows": 4_300}, [("rows", "")]),
        ({"n_rows": 26_000}, [("rows", "")]),
        ({"class_shares": {"#no": 0.4, "#yes": 0.6}}, [("class share", "#no"), ("class share", "#yes")]),
        ({"class_shares": {"#no": 0.7, "#yes": 0.2, "#new": 0.1}}, [("class share", "#new"), ("class share", "#yes")]),
        ({"class_shares": {"#no": 1.0}}, [("class share", "#no"), ("class share", "#yes")]),
        ({"score": Estimate(0.5, 0.47, 0.53)}, [("score", "")]),
        ({"missing": {"age": 0.05, "town": 0.3, "income": 0.4}}, [("missing", "town")]),
        ({"missing": {"age": 0.9, "town": 0.0, "income": 0.0}}, [("missing", "income"), ("missing", "age")]),
        ({"missing": {"age": 0.05, "town": 0.0, "income": 0.4, "new": 1.0}}, []),
        ({"n_rows": 10_400, "score": Estimate(0.81, 0.78, 0.84)}, []),
    ],
)
def test_what_changed_is_told(n: int, now: dict[str, object], left: list[tuple[str, str]]) -> None:
    """Half of the rows, other classes, a score at chance or a column of nulls are told, and nothing else is."""
    missing = {"age": 0.05, "town": 0.0, "income": 0.4}
    assert sorted(groups(history(n), figures(99, **({"missing": missing} | now)))) == sorted(left)


def test_departure_says_what_was_to_be_expected() -> None:
    """The interval holds the past and not the present figure."""
    (found,) = departures(history(12), figures(99, n_rows=2_000, missing={}), Limits())
    assert (found.value, found.n) == (2_000, 12)
    assert 5_000 < found.low < 9_700
    assert 10_300 < found.high < 15_000


@pytest.mark.parametrize("changed", [{"n_rows": 10}, {"class_shares": {"#maybe": 1.0}}, {"missing": {"age": 1.0}}])
def test_four_states_judge_nothing(changed: dict[str, object]) -> None:
    """Too short a past does not tell a change from luck."""
    assert groups(history(4), figures(99, **changed)) == []


def test_repeated_runs_count_once() -> None:
    """Twenty runs over the same rows are one state, and no reason to call the next state strange."""
    same = [replace(each, fingerprint="Monday") for each in [figures()] * 20]
    assert groups([*same, *history(3)], figures(99, n_rows=10)) == []
    assert groups([*same, *history(5), figures(99, n_rows=10)], figures(99, n_rows=10)) == [("rows", "")]


def test_runs_without_all_rows_are_no_past() -> None:
    """What was read in part neither counts nor is judged."""
    parts = [replace(each, complete=False) for each in history(12)]
    assert groups(parts, figures(99, n_rows=10)) == []
    assert groups(history(12), figures(99, n_rows=10, complete=False)) == []


def test_scores_are_compared_in_their_setting() -> None:
    """Another level, target or plan has another score; the rows are compared all the same."""
    now = figures(99, score=Estimate(0.5, 0.47, 0.53), n_rows=10, setting="quick", missing={})
    assert groups(history(12), now) == [("rows", "")]
    other = figures(99, class_shares={"#x": 0.5, "#y": 0.5}, target="other", setting="other", missing={})
    assert groups(history(12), other) == []


def test_wide_interval_of_the_score_is_respected() -> None:
    """A score that its own forecast cannot tell from the earlier ones is no departure."""
    low = {"mean": 0.70, "high": 0.73, "low": 0.67}
    assert groups(history(20), figures(99, missing={}, score=Estimate(**low))) == [("score", "")]
    assert groups(history(20), figures(99, missing={}, score=Estimate(**low | {"low": 0.4, "high": 0.95}))) == []


def test_noise_is_followed() -> None:
    """The rate of wrong labels is judged as soon as runs have it."""
    noisy = [replace(each, noise=Estimate(0.02, 0.015, 0.025)) for each in history(8)]
    assert groups(noisy, figures(99, missing={}, noise=Estimate(0.3, 0.28, 0.32))) == [("noise", "")]
    assert groups(history(8), figures(99, missing={}, noise=Estimate(0.3, 0.28, 0.32))) == []


@pytest.mark.parametrize("rows", [10_000 + 1_000 * np.arange(13), 10_000 * 1.3 ** np.arange(13)])
def test_steady_growth_is_no_departure(rows: np.ndarray) -> None:
    """Rows that grow by a number or by a share go on to do so; a fall back to an earlier number is told."""
    *past, now = history(13, n_rows=rows.tolist())
    assert groups(past, now) == []
    assert ("rows", "") in groups(past, replace(now, n_rows=past[4].n_rows))


def test_stray_of_the_past_hides_nothing() -> None:
    """One broken load among twenty does not widen the limits until nothing can leave them."""
    past = history(20)
    past[7] = replace(past[7], n_rows=3, missing={"age": 1.0, "town": 1.0, "income": 1.0})
    now = figures(99, n_rows=5_000, missing={"age": 0.05, "town": 0.5, "income": 0.4})
    assert sorted(groups(past, now)) == [("missing", "town"), ("rows", "")]


def test_new_level_becomes_the_past() -> None:
    """Some runs after a change that stays nothing is told any more."""
    moved = [replace(each, fingerprint=f"later {each.fingerprint}", n_rows=each.n_rows * 2) for each in history(12)]
    past = history(12)
    assert ("rows", "") in groups(past, moved[0])
    assert groups([*past, *moved[:6]], moved[6]) == []


def test_small_changes_do_not_matter() -> None:
    """Millions of rows make a change of one in a thousand certain, and no more important."""
    million = [replace(each, n_rows=10**7 + number, missing={"age": 0.05}) for number, each in enumerate(history(20))]
    now = figures(99, n_rows=10**7 + 50, missing={"age": 0.055})
    assert groups(million, now) == []
    assert ("missing", "age") in groups(million, now, EVERYTHING_MATTERS)


def drawn(rng: np.random.Generator, rows: np.ndarray, score: np.ndarray, spread: float) -> list[Figures]:
    """Return states of a source: each has its own share of missing values around its mean."""
    made = []
    for number, n_rows in enumerate(rows.clip(10).astype(int).tolist()):
        means = np.array([0.0, 0.001, 0.05, 0.4]) * np.exp(spread * rng.normal(size=4))
        missing = dict(zip("abcd", rng.binomial(n_rows, means.clip(0, 1)) / n_rows, strict=True))
        shares = dict(zip("wxyz", rng.multinomial(n_rows, [0.5, 0.3, 0.19, 0.01]) / n_rows, strict=True))
        at = float(score[number])
        estimate = Estimate(at, at - 0.03, at + 0.03)
        made.append(figures(number, n_rows=n_rows, missing=missing, class_shares=shares, score=estimate))
    return made


SOURCES: dict[str, Callable[[np.random.Generator, int], list[Figures]]] = {
    "fixed rows": lambda rng, n: drawn(rng, np.full(n, 5_000), 0.8 + 0.02 * rng.normal(size=n), 0.0),
    "counts": lambda rng, n: drawn(rng, rng.poisson(200, n), 0.8 + 0.02 * rng.normal(size=n), 0.0),
    "varied": lambda rng, n: drawn(rng, 5_000 * np.exp(0.2 * rng.normal(size=n)), 0.8 + 0.04 * rng.normal(size=n), 0.3),
    "appended": lambda rng, n: drawn(rng, np.cumsum(rng.poisson(1_000, n)), 0.8 + 0.02 * rng.normal(size=n), 0.0),
    "doubling": lambda rng, n: drawn(
        rng, 100 * 1.2 ** np.arange(n) * np.exp(0.05 * rng.normal(size=n)), 0.8 + 0.02 * rng.normal(size=n), 0.0
    ),
}


@pytest.mark.parametrize("source", SOURCES)
def test_false_alarms_are_rare(source: str) -> None:
    """Of runs over sources that do not change in kind at most 1 % raise an alarm, even if every change mattered."""
    alarms = 0
    for number in range(N_HISTORIES):
        n = (5, 8, 12, 30)[number % 4]
        *past, now = SOURCES[source](np.random.default_rng(number), n + 1)
        alarms += bool(departures(past, now, EVERYTHING_MATTERS))
    assert alarms <= 0.01 * N_HISTORIES


def test_many_columns_raise_no_more_alarms() -> None:
    """A table of 400 columns has as few false alarms as one of four."""
    alarms = 0
    for number in range(60):
        rng = np.random.default_rng(number)
        states = [
            figures(
                place, missing={f"c{k}": share for k, share in enumerate(rng.binomial(500, 0.1, 400) / 500)}, n_rows=500
            )
            for place in range(9)
        ]
        alarms += bool(departures(states[:-1], states[-1], EVERYTHING_MATTERS))
    assert alarms <= 1


def test_loss_after_long_growth_is_told() -> None:
    """The past tells by which scale the rows grow, so that the other one does not excuse a loss."""
    for growth in (200 * 1.1 ** np.arange(31), 2_000 + 500.0 * np.arange(31)):
        *past, now = history(31, n_rows=(growth * np.exp(0.02 * np.random.default_rng(0).normal(size=31))).tolist())
        assert groups(past, now) == []
        assert ("rows", "") in groups(past, replace(now, n_rows=int(now.n_rows * 0.6)))


@pytest.mark.parametrize("least", [0, 1, 2])
def test_fewer_states_than_limits_take_judge_nothing(least: int) -> None:
    """Two states tell no spread around a line, whatever the configuration asks for."""
    limits = Limits(min_states=least)
    assert groups(history(2), figures(99, n_rows=10), limits) == []
    assert departures(history(3), figures(99, n_rows=10), limits) is not None
