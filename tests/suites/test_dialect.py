"""What is asked in SQLAlchemy means in DuckDB what it means elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from prefit.suites import dialect

VALUES = [3, None, 1, 2]


@pytest.fixture(scope="module")
def asked() -> Iterator[sa.Connection]:
    """Return a connection to a view with a number in each row."""
    dialect.register()
    views = {"data": f"SELECT unnest([{', '.join('NULL' if value is None else str(value) for value in VALUES)}]) AS n"}
    engine = sa.create_engine(dialect.URL, connect_args={"views": views, "config": {"threads": 1}, "files": []})
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def column() -> sa.ColumnClause[Any]:
    """Return the column of the view."""
    return sa.column("n")


@pytest.mark.parametrize("members", [[2], [], [1, 2.5], [*range(2, 5_000)], [2.0, 3.0]])
def test_values_are_looked_up_in_a_set_of_any_size(asked: sa.Connection, members: list[float]) -> None:
    """A null is in no set; nothing is in an empty one, though its query is that of another set."""
    found = asked.execute(sa.select(column().in_(members), column().not_in(members)).select_from(sa.table("data")))
    for value, (inside, outside) in zip(VALUES, found, strict=True):
        if value is None and members:
            assert (inside, outside) == (None, None)
        else:
            assert (inside, outside) == (value in members, value not in members)


def test_values_are_looked_up_in_a_query(asked: sa.Connection) -> None:
    """What it gives is no list."""
    small = sa.select(column()).select_from(sa.table("data")).where(column() < 3)
    found = asked.execute(sa.select(column()).select_from(sa.table("data")).where(column().not_in(small)))
    assert [value for (value,) in found] == [3]


def test_optimizers_that_do_harm_are_off(asked: sa.Connection) -> None:
    """Those of them that the version has."""
    [(off,)] = asked.exec_driver_sql("SELECT current_setting('disabled_optimizers')")
    assert "statistics_propagation" in off.split(",")
