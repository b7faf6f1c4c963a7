"""Tables in memory."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from prefit.errors import InputError, UsageError
from prefit.sources import open_source

from .reading import read

TABLE = pa.table({"n": [1, 2, 3], "text": ["x", None, "z"]})
ROWS = TABLE.to_pylist()


class Streamed:
    """Something that speaks the Arrow stream interface and nothing else."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table as a stream."""
        return TABLE.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "data",
    [
        TABLE, TABLE.to_batches()[0], TABLE.to_reader(), ds.dataset(TABLE), TABLE.to_pandas(), pl.from_arrow(TABLE),
        pl.from_arrow(TABLE).lazy(), Streamed(), TABLE.to_pydict(), ROWS,  # type: ignore[union-attr]
    ],
    ids=lambda data: type(data).__name__,
)  # fmt: skip
def test_every_kind_of_table_is_read(data: Any) -> None:
    """All of them give the same rows and types."""
    source = open_source(data)
    assert source.schema.equals(TABLE.schema)
    assert read(source) == (ROWS, [])


@pytest.mark.parametrize(
    ("column", "kind", "values"),
    [
        (pd.Series([1.5, np.nan]), pa.float64(), [1.5, None]),
        (pd.Categorical(["b", "a"]), pa.string(), ["b", "a"]),
        (pd.Series([1, "x"], dtype=object), pa.string(), ["1", "x"]),
        (pd.Series([{"a": 1}, None], dtype=object), pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
        (pd.Series([[1], "x"], dtype=object), pa.string(), ["[1]", "x"]),
        (pd.Series([2, None], dtype="Int64"), pa.int64(), [2, None]),
        (pd.arrays.SparseArray([0, 3]), pa.int64(), [0, 3]),
        (pd.Series([np.zeros(2), np.ones(2)], dtype=object), pa.list_(pa.float64()), [[0.0, 0.0], [1.0, 1.0]]),
        (pd.Series([1 + 2j, 3j]), pa.string(), ["(1+2j)", "3j"]),
    ],
)
def test_pandas_columns_become_plain(column: Any, kind: pa.DataType, values: list[Any]) -> None:
    """NaN is missing, categories are their values, and what Arrow refuses is text."""
    source = open_source(pd.DataFrame({"c": column}, index=None))
    assert source.schema.field("c").type == kind
    assert [row["c"] for row in read(source)[0]] == values


def test_pandas_index_is_left_out() -> None:
    """The index names the rows; it is no column."""
    frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    assert read(open_source(frame))[0] == [{"a": 1}, {"a": 2}]


def test_whole_numbers_as_names_become_text() -> None:
    """A frame made from an array has them."""
    assert open_source(pd.DataFrame(np.zeros((2, 3)))).schema.names == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["a", "a"], r"'a' \(2 times\)"),
        ([1, "1"], r"'1' \(2 times\)"),
        ([("x", 1), "b"], "named by text"),
        ([1.5, "b"], r"1\.5"),
    ],
)
def test_pandas_names_that_do_not_serve_are_refused(columns: list[Any], message: str) -> None:
    """Two of one name, tuples and nothing."""
    frame = pd.DataFrame([[1, 2]])
    frame.columns = pd.Index(columns, tupleize_cols=False)
    with pytest.raises(InputError, match=message):
        open_source(frame)


@pytest.mark.parametrize("data", [pd.DataFrame(), pa.table({}), pd.DataFrame(index=[1, 2])])
def test_table_without_columns_is_refused(data: Any) -> None:
    """There is nothing to judge."""
    with pytest.raises(InputError, match="must have columns"):
        open_source(data)


@pytest.mark.parametrize("data", [3, None, [], [1, 2], b"bytes", np.zeros(3)])
def test_what_is_no_table_is_refused(data: Any) -> None:
    """The message says what is supported."""
    with pytest.raises(UsageError, match="pandas, polars, pyarrow"):
        open_source(data)


def test_ragged_columns_are_refused() -> None:
    """Columns of different lengths are no table."""
    with pytest.raises(InputError, match="table that Arrow can hold"):
        open_source({"a": [1], "b": [1, 2]})


def test_large_table_is_cut_into_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions of full batches of about equal bytes; a pickle holds its slice alone, outside of it where it may."""
    monkeypatch.setattr("prefit.sources.memory._PARTITION_BYTES", 8 << 20)
    source = open_source({"n": np.arange(2_500_000)})
    parts = source.partitions()
    assert [part.first_row for part in parts] == [0, 1 << 20, 2 << 20]
    assert len(pickle.dumps(parts[-1])) < 4_000_000
    last = pickle.loads(pickle.dumps(parts[-1]))
    assert next(last.batches(print))["n"][0].as_py() == 2 << 20
    buffers: list[pickle.PickleBuffer] = []
    assert len(pickle.dumps(parts[-1], protocol=5, buffer_callback=buffers.append)) < 10_000
    assert sum(buffer.raw().nbytes for buffer in buffers) > 3_000_000


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["x", "y"]).dictionary_encode(), pa.array(["x", "y"], pa.large_string()),
        pa.array(["x", "y"], pa.string_view()),
        pa.DictionaryArray.from_arrays([0, 1], pa.array(["x", "y"], pa.string_view())),
        pa.RunEndEncodedArray.from_arrays([1, 2], ["x", "y"]),
    ],
    ids=lambda column: str(column.type)[:30],
)  # fmt: skip
def test_variants_of_text_become_text(column: pa.Array) -> None:
    """Whoever reads batches meets one type of text."""
    source = open_source(pa.table({"c": column}))
    assert source.schema.field("c").type == pa.string()
    assert [row["c"] for row in read(source)[0]] == ["x", "y"]


def test_table_without_rows_keeps_its_schema() -> None:
    """Zero rows are legal."""
    source = open_source(TABLE.slice(0, 0))
    assert (source.n_rows, source.to_table().schema) == (0, TABLE.schema)


def test_source_opens_as_itself() -> None:
    """What is open already is given back."""
    source = open_source(TABLE)
    assert open_source(source) is source
