"""Tests of ``label-errors`` and ``label-noise`` on targets that are numbers."""

import numpy as np
import pytest
from tests.checks.builders import evidence, judged, numbers, status

from prefit.checks.labels.label_errors import LabelErrors
from prefit.checks.labels.label_noise import LabelNoise
from prefit.evidence.amounts import AmountNoise, Heaping
from prefit.evidence.suspects import Suspects


def noise(low, *, act=0, heaping=None, **options):
    """Return measurements of so many wrong values, with some rows to act on: units, and one that is impossible."""
    tier, reason = np.zeros(1000, np.int64), np.zeros(1000, np.int64)
    tier[:act], reason[: max(0, act - 1)], reason[act - 1 : act] = 2, 3, 4
    values = np.linspace(123_456.0, 123_999.0, 1000)
    suspects = Suspects(
        positions=np.arange(1000) + 40, given=values, suggested=values, score=tier / 2, tier=tier, reason=reason
    )
    found = AmountNoise(mean=low + 0.01, low=low, high=low + 0.02, n_rows=1000, suspects=suspects, heaping=heaping)
    return evidence(numbers("x"), target=numbers("y"), task="regression", label_noise=found, **options)


@pytest.mark.parametrize(("low", "expected"), [(0.03, "pass"), (0.031, "warn")])
def test_all_of_the_interval_must_be_above_the_limit(low, expected):
    """What may be less than three wrong values in a hundred is no finding."""
    assert status(LabelNoise(), noise(low)) == expected


def test_rows_to_act_on_are_named_by_position_and_kind():
    """The message counts the kinds, names the first rows, and holds none of the values."""
    found = judged(LabelErrors(), noise(0.01, act=20))
    assert "20 rows of 1,000 that were looked at" in found.message
    assert "unit error 19, impossible value 1; rows 40, 41, 42 are among them" in found.message
    assert "123" not in found.message


@pytest.mark.parametrize(("low", "act", "expected"), [(0.01, 2, "pass"), (0.01, 3, "warn"), (0.005, 30, "pass")])
def test_a_surprise_is_no_error(low, act, expected):
    """It takes three rows, and some wrong values for sure."""
    assert status(LabelErrors(), noise(low, act=act)) == expected


@pytest.mark.parametrize(("cost", "expected"), [(0.1, "pass"), (0.11, "warn")])
def test_rounding_is_named_where_it_costs(cost, expected):
    """A tenth of the variance that nobody explains is the limit."""
    assert status(LabelNoise(), noise(0.0, heaping=Heaping(step=50.0, share=0.3, cost=cost))) == expected


def test_step_of_rounding_is_a_value_to_hide():
    """It is said only where values may be shown."""
    rounded = Heaping(step=50.0, share=0.3, cost=0.2)
    assert "50" not in judged(LabelNoise(), noise(0.0, heaping=rounded)).message
    assert "multiples of 50" in judged(LabelNoise(), noise(0.0, heaping=rounded, show_values=True)).message
