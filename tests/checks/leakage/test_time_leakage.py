"""Tests of ``time-leakage``."""

from dataclasses import replace

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.base import applies
from prefit.checks.leakage.time_leakage import TimeLeakage
from prefit.evidence import Evidence, SingleFeature, SplitGap

CHECK = TimeLeakage()


def table(low: float, *, declared: bool = True, date_skill: float = 0.2) -> Evidence:
    """Return the evidence of a table with days; a random split surely claims `low` beyond one forward in time."""
    gap = SplitGap(
        column="day", random=0.8, apart=0.75 - low, gap=low + 0.05, low=low, high=low + 0.1, n_rows=750, n_units=300
    )
    alone = SingleFeature(column="day", skill=date_skill, low=date_skill - 0.01, high=date_skill + 0.01)
    given = evidence(
        numbers("x"),
        numbers("day", type="timestamp[us]"),
        target=categories("y"),
        time_gap=gap,
        single_features=(alone,),
    )
    task = replace(given.task, time="day", features=("x",)) if declared else given.task
    return replace(given, task=task)


def test_learning_from_the_future_warns_with_its_price():
    """What changes with time looks learnt in a random split."""
    found = judged(CHECK, table(0.2))
    assert (found.status, found.columns) == ("warn", ("day",))
    assert (found.effect.delta, found.effect.low, found.effect.high) == pytest.approx((-0.25, -0.3, -0.2))
    assert "TimeSeriesSplit" in found.remedy
    assert "--time" not in found.remedy


def test_undeclared_time_is_named_as_a_guess():
    """A date that prefit has found by itself may be the date of something else: the user is asked."""
    assert "--time" in judged(CHECK, table(0.2, declared=False)).remedy


def test_no_gap_is_silent():
    """What holds in the past holds in the future."""
    assert judged(CHECK, table(-0.04)) is None


def test_date_that_gives_the_target_away_is_left_to_the_other_check():
    """One cause is one finding: `target-leakage` speaks of such a date."""
    assert judged(CHECK, table(0.5, declared=False, date_skill=0.95)) is None


def test_without_a_time_it_does_not_apply():
    """Nothing is said of time where there is none."""
    assert not applies(CHECK, evidence(numbers("x"), target=categories("y")))


@pytest.mark.parametrize(
    ("low", "declared", "expected"),
    [(0.02, True, "warn"), (0.0199, True, "pass"), (0.1, False, "warn"), (0.0999, False, "pass")],
)
def test_lower_end_decides(low, declared, expected):
    """A guessed time has to show a larger gap than a declared one."""
    assert status(CHECK, table(low, declared=declared)) == expected
