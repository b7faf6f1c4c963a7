"""Tests of ``group-leakage``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.base import applies
from prefit.checks.leakage.group_leakage import GroupLeakage
from prefit.evidence import Evidence, SplitGap

CHECK = GroupLeakage()


def table(gap: float, low: float) -> Evidence:
    """Return the evidence of a table with patients, whose rows a random split predicts better by `gap`."""
    measured = SplitGap(
        column="patient",
        random=0.8,
        apart=0.8 - gap,
        gap=gap,
        low=low,
        high=2 * gap - low,
        n_rows=3000,
        n_units=150,
    )
    return evidence(numbers("x"), numbers("patient"), target=categories("y"), group_gap=measured)


def test_flattered_split_warns_with_its_price():
    """Rows of one patient on both sides of a split pay the model for recognizing the patient."""
    found = judged(CHECK, table(0.3, 0.25))
    assert (found.status, found.columns, found.interval) == ("warn", ("patient",), (0.25, 0.35))
    assert (found.effect.delta, found.effect.low, found.effect.high) == (-0.3, -0.35, -0.25)
    assert "0.800 on 3,000 rows of 150 groups" in found.message
    assert "GroupKFold" in found.remedy


def test_groups_that_do_not_matter_are_silent():
    """No difference, and a difference that may be chance, are none."""
    assert judged(CHECK, table(0.0, -0.03)) is None
    assert judged(CHECK, table(0.1, -0.03)) is None


def test_without_groups_it_does_not_apply():
    """Nothing is said of groups where none are named."""
    assert not applies(CHECK, evidence(numbers("x"), target=categories("y")))


@pytest.mark.parametrize(("low", "expected"), [(0.02, "warn"), (0.0199, "pass")])
def test_lower_end_decides(low, expected):
    """What counts is what the split claims for sure."""
    assert status(CHECK, table(0.05, low)) == expected
