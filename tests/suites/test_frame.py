"""Converting a table to pandas changes no value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from prefit.suites.frame import to_frame


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        (pa.array([1, 2]), "int64"),
        (pa.array([1, None]), "Int64"),
        (pa.array([2**53 + 1, None], pa.uint64()), "UInt64"),
        (pa.array([True, None]), "boolean"),
        (pa.array([1.5, None]), "float64"),
        (pa.array(["a", None]), "str"),
        (pa.array(["a", "b"]).dictionary_encode(), "str"),
        (pa.array([date(2020, 1, 1), None]), "datetime64[ns]"),
        (pa.array([datetime(2020, 1, 1, tzinfo=UTC)] * 2), "datetime64[ns, UTC]"),
        (pa.array([date(9999, 1, 1), None]), "object"),
        (pa.array([None, None]), "object"),
    ],
)
def test_types_are_those_a_person_expects(column: pa.Array, dtype: str) -> None:
    """Whole numbers, booleans and times keep their type where values are missing."""
    frame = to_frame(pa.table({"c": column}))
    assert str(frame["c"].dtype) == dtype
    assert len(frame) == 2


def test_whole_numbers_beyond_two_to_the_53_are_exact() -> None:
    """A null does not turn a large number into a float."""
    frame = to_frame(pa.table({"c": pa.array([2**53 + 1, None])}))
    assert int(frame["c"][0]) == 2**53 + 1


def test_a_table_without_rows_keeps_its_columns() -> None:
    """Nothing is lost on an empty table."""
    frame = to_frame(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}))
    assert (list(frame.columns), len(frame)) == (["a", "b"], 0)
