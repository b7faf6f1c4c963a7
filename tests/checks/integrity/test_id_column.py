"""Tests of ``id-column``."""

from tests.checks.builders import categories, evidence, judged, numbers

from prefit.checks.integrity.id_column import IdColumn

CHECK = IdColumn()


def test_identifier_warns():
    """What only says which row it is means nothing for a new row."""
    given = evidence(numbers("PassengerId", type="int64"), numbers("age"), kinds={"PassengerId": "id-like"})
    found = judged(CHECK, given)
    assert (found.status, found.columns) == ("warn", ("PassengerId",))
    assert "--drop PassengerId" in found.remedy


def test_measurement_with_distinct_values_is_silent():
    """All values of a measurement may differ."""
    assert judged(CHECK, evidence(numbers("weight"), categories("c", [1] * 100))) is None


def test_dropped_identifier_is_silent():
    """What is not a feature does no harm."""
    given = evidence(numbers("id"), numbers("x"), kinds={"id": "id-like"}, dropped=("id",))
    assert judged(CHECK, given) is None
