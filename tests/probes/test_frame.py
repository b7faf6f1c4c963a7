"""Frames: any legal column becomes numbers, texts or dates, and any target classes or numbers."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import amount_task, label_task, labelled

from prefit.errors import InputError
from prefit.probes.frame import feature_frame
from prefit.probes.models import Encoder, quiet
from prefit.probes.problem import make_problem
from prefit.task import Task


def one_column(values: pa.Array, kind: str) -> object:
    """Return the frame of a table of one column."""
    task = Task(features=("x",), kinds={"x": kind})
    return feature_frame(pa.table({"x": values}), ("x",), task)


def test_infinite_and_missing_numbers_become_nan() -> None:
    """What no model takes is missing."""
    frame = one_column(pa.array([1.5, float("inf"), None, float("nan")]), "numeric")
    np.testing.assert_array_equal(frame.numeric[:, 0], [1.5, np.nan, np.nan, np.nan])


def test_numbers_beyond_float32_stay_finite() -> None:
    """A number that float32 cannot hold is cut, not turned into infinity."""
    assert np.isfinite(one_column(pa.array([1e300, -1e300]), "numeric").numeric).all()


def test_decimals_and_durations_are_numbers() -> None:
    """Exact types are numbers for a model."""
    frame = one_column(pa.array([Decimal("1.25"), None]), "numeric")
    assert frame.numeric[0, 0] == 1.25
    frame = one_column(pa.array([dt.timedelta(seconds=2)], type=pa.duration("s")), "numeric")
    assert frame.numeric[0, 0] == 2


def test_an_embedding_becomes_a_column_per_component() -> None:
    """A fixed-size list of floats is as many numbers, missing where the list is."""
    values = pa.array([[1.0, 2.0], None, [3.0, 4.0]], type=pa.list_(pa.float32(), 2))
    frame = one_column(values, "embedding")
    np.testing.assert_array_equal(frame.numeric, [[1, 2], [np.nan, np.nan], [3, 4]])
    assert frame.numeric_owners == ("x", "x")


def test_numbers_of_kind_categorical_are_encoded_as_categories() -> None:
    """A number code that the user calls a category is not read as a quantity."""
    frame = one_column(pa.array([1, 2, 3] * 10), "categorical")
    with quiet():
        assert Encoder(0).fit_transform(frame).shape == (30, 3)


def test_blank_texts_are_missing() -> None:
    """White space is no text."""
    assert one_column(pa.array(["a", " ", "", None]), "text").other["c0"].isna().tolist() == [False, True, True, True]


@pytest.mark.parametrize("kind", ["numeric", "categorical", "text", "datetime", "boolean", "id-like"])
def test_a_column_of_nulls_is_legal_in_every_kind(kind: str) -> None:
    """A column without a value must not stop a model from being fitted."""
    frame = one_column(pa.nulls(30, pa.string()), kind)
    with quiet():
        assert len(Encoder(0).fit_transform(frame)) == 30


def test_any_column_name_is_legal() -> None:
    """Quotes, newlines, emoji, markup and JSON reach no library."""
    names = ['a"b', "line\nbreak", "🙂", "<b>", "{x: [1]}", " "]
    table = pa.table({name: ["u", "v"] * 20 for name in names})
    frame = feature_frame(table, names, Task(features=tuple(names), kinds=dict.fromkeys(names, "categorical")))
    with quiet():
        encoder = Encoder(0)
        assert encoder.fit_transform(frame).shape == (40, len(names))
    assert encoder.owners == tuple(names)


def test_few_texts_are_encoded_with_fewer_components() -> None:
    """An encoder of 15 components must not fail on ten texts."""
    frame = labelled(45).select(["remark"]).slice(0, 42)
    made = feature_frame(frame, ("remark",), label_task("remark"))
    with quiet():
        assert 1 <= Encoder(0).fit_transform(made).shape[1] <= 15


def test_rows_without_a_target_are_left_out() -> None:
    """Null, NaN and blank labels are no classes."""
    labels = pa.array(["a", "b", None, " ", "a", "b"])
    problem = make_problem(pa.table({"signal": np.arange(6.0), "label": labels}), label_task("signal"))
    assert problem.target.tolist() == [0, 1, 0, 1]
    assert problem.frame.numeric[:, 0].tolist() == [0, 1, 4, 5]


def test_a_class_of_one_row_is_left_out_and_named() -> None:
    """One row cannot be both learnt and scored."""
    table = pa.table({"signal": np.arange(5.0), "label": ["a", "a", "rare", "b", "b"]})
    problem = make_problem(table, label_task("signal"))
    assert (problem.n_classes, problem.n_rows) == (2, 4)
    assert "1 classes with a single row" in problem.notes[0]


def test_one_class_cannot_be_learnt() -> None:
    """A constant target is refused with a reason."""
    with pytest.raises(InputError, match="two classes of two rows or more"):
        make_problem(pa.table({"signal": [1.0, 2.0], "label": ["a", "a"]}), label_task("signal"))


def test_a_regression_target_of_words_is_refused() -> None:
    """Words are not numbers, and the message does not show them."""
    table = pa.table({"signal": [1.0, 2.0, 3.0], "amount": ["1", "secret", "3"]})
    with pytest.raises(InputError, match="got 1 of 3 values that are none") as caught:
        make_problem(table, amount_task("signal"))
    assert "secret" not in str(caught.value)


def test_a_regression_target_of_numbers_as_text_is_cast() -> None:
    """Numbers that came as text can be predicted."""
    table = pa.table({"signal": [1.0, 2.0, 3.0], "amount": ["1", " 2.5", "3e1"]})
    assert make_problem(table, amount_task("signal")).target.tolist() == [1, 2.5, 30]


def test_equal_rows_have_equal_keys() -> None:
    """Row keys find copies, whatever the order and the missing values."""
    frame = make_problem(labelled(40), label_task()).frame
    twice = frame.take(np.array([3, 17, 3, 17, 5]))
    keys = twice.row_keys()
    assert keys[0] == keys[2]
    assert keys[1] == keys[3]
    assert len(set(keys.tolist())) == 3


def test_no_rows_have_the_columns_that_rows_would_have() -> None:
    """A batch may have none that is asked for."""
    assert one_column(pa.array([], pa.float64()), "numeric").numeric.shape == (0, 1)
