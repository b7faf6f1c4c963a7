"""What the plan refuses, and what it fixes."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest

from prefit.errors import InputError, UsageError
from prefit.profiling import make_plan

SCHEMA = pa.schema([("age", pa.int64()), ("label", pa.dictionary(pa.int8(), pa.string()))])


def test_a_misspelt_target_is_answered_with_the_near_name() -> None:
    """Exit code 2, and the next step."""
    with pytest.raises(UsageError, match=r"target 'lable' is not a column; columns: age, label\. Did you mean 'label'"):
        make_plan(SCHEMA, target="lable")


def test_two_columns_of_one_name_are_refused() -> None:
    """Nothing could be said of either."""
    with pytest.raises(InputError, match="'a' more than once"):
        make_plan(pa.schema([("a", pa.int8()), ("a", pa.int8())]))


def test_a_table_without_columns_is_refused() -> None:
    """There is nothing to look at."""
    with pytest.raises(InputError, match="at least one column"):
        make_plan(pa.schema([]))


def test_features_are_what_is_neither_target_nor_dropped() -> None:
    """In table order."""
    assert make_plan(SCHEMA, target="label").features == ("age",)
    assert make_plan(SCHEMA, drop=["age"]).features == ("label",)


def test_a_plan_travels_to_workers() -> None:
    """It is equal after pickle."""
    plan = make_plan(SCHEMA, target="label", drop=["age"], seed=3, n_rows=10)
    assert pickle.loads(pickle.dumps(plan)) == plan
