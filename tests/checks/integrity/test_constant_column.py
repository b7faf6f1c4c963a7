"""Tests of ``constant-column``."""

from tests.checks.builders import categories, evidence, exactly, judged, numbers, status, tops

from prefit.checks.integrity.constant_column import ConstantColumn

CHECK = ConstantColumn()


def test_one_value_warns():
    """A column that does not vary tells no row from another."""
    found = judged(CHECK, evidence(categories("country", [1000]), numbers()))
    assert (found.status, found.columns) == ("warn", ("country",))
    assert "df.drop(columns=['country'])" in found.remedy


def test_two_values_are_silent():
    """The least that can tell rows apart is enough here; quasi-constant-column judges the share."""
    assert judged(CHECK, evidence(categories("c", [999, 1]), numbers())) is None


def test_value_beside_a_few_missing_warns():
    """After imputation the column does not vary."""
    found = judged(CHECK, evidence(categories("c", [600], n_null=400)))
    assert found.status == "warn"
    assert "df['c'].notna()" in found.remedy  # an empty cell may be the other value


def test_mostly_empty_column_is_left_to_missing_values():
    """One cause is one finding."""
    assert judged(CHECK, evidence(categories("c", [400], n_null=600), categories("d", [], n_null=1000))) is None


def test_nan_is_no_second_value():
    """A number and NaN are one value."""
    column = numbers(n_nan=100, distinct=exactly(2), top=tops([900, 100], [1.0, float("nan")]))
    assert status(CHECK, evidence(column)) == "warn"


def test_table_of_one_row_has_no_constant_column():
    """In one row nothing can vary, and too-few-rows says so."""
    assert judged(CHECK, evidence(categories("c", [1]))) is None
