"""Tests of ``quasi-constant-column``."""

import pytest
from tests.checks.builders import categories, evidence, indicator, judged, numbers, status

from prefit.checks.integrity.quasi_constant_column import QuasiConstantColumn

CHECK = QuasiConstantColumn()


@pytest.mark.parametrize("factor", [1, 100])
@pytest.mark.parametrize(("n_other", "expected"), [(0, "pass"), (1, "warn"), (4, "warn"), (5, "pass"), (300, "pass")])
def test_half_a_per_cent_is_the_limit_for_any_number_of_rows(n_other, expected, factor):
    """A column that differs in fewer rows changes the prediction of fewer rows."""
    counts = [(1000 - n_other) * factor] + ([n_other * factor] if n_other else [])
    assert status(CHECK, evidence(categories("c", counts), numbers(rows=1000 * factor))) == expected


def test_worst_column_comes_first():
    """The column that differs least is named first."""
    found = judged(CHECK, evidence(categories("a", [997, 3]), categories("b", [999, 1])))
    assert (found.columns, found.measured) == (("b", "a"), 0.001)


def test_missing_values_do_not_count_as_difference():
    """The share is that of the values that are there."""
    assert status(CHECK, evidence(categories("c", [499, 1], n_null=500))) == "warn"


def test_zeros_of_a_sparse_table_are_left_to_its_checks():
    """Words that stand in two documents each are a matter of sparsity."""
    assert judged(CHECK, evidence(*(indicator(f"w{i}", 2) for i in range(20)))) is None


def test_single_rare_flag_warns():
    """One flag beside measurements is no sparse table."""
    assert status(CHECK, evidence(indicator("flag", 2), *(numbers(f"x{i}") for i in range(5)))) == "warn"
