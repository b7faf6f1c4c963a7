"""One pass over partitions of all sorts."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.profiling.exactly import differences
from tests.profiling.strategies import columns
from tests.profiling.tables import Slice, cut, profile

from prefit.errors import UnreadableInput
from prefit.profiling import finish, fold, infer_kinds, make_plan
from prefit.profiling.arrays import plain
from prefit.profiling.fold import OnMalformed


@settings(max_examples=150, deadline=None)
@given(x=columns())
def test_every_arrow_type_has_a_profile_and_a_kind(x: pa.Array) -> None:
    """Also empty, all null and as the target; the counts add up."""
    for target in (None, "x"):
        result = profile(pa.table({"x": x}), target)
        column = result.columns["x"]
        assert result.n_rows == column.n_rows == len(x)
        assert column.n_null == plain(x).null_count  # run ends do not count theirs
        assert sum(entry.count for entry in column.top) == len(x) - column.n_null - column.n_nan
        kinds, reasons = infer_kinds(result)
        assert reasons[next(iter(kinds))]


def test_small_batches_give_the_profile_of_large_ones() -> None:
    """Batches are put together, dictionaries of different words too."""
    words = pa.array(["a", "b", None, "c"] * 50)
    batches = [pa.table({"d": words[i : i + 7].dictionary_encode()}) for i in range(0, 200, 7)]
    table = pa.concat_tables(batches)
    result, whole = profile(table), profile(pa.table({"d": words}))
    assert result.columns["d"].top == whole.columns["d"].top
    assert result.fingerprint == whole.fingerprint


def test_encoded_and_plain_batches_are_put_together() -> None:
    """Of files that follow each other one may have a dictionary, and the next none."""
    words = pa.array(["a", "b", None, "c"] * 3)

    class Mixed(Slice):
        def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
            for column in (words[:5], words[5:9].dictionary_encode(), words[9:].cast(pa.large_string())):
                yield pa.record_batch({"d": column})

    table = pa.table({"d": words})
    plan = make_plan(table.schema)
    assert finish(fold(Mixed(table), plan), plan).columns["d"].top == profile(table).columns["d"].top


def test_a_batch_of_millions_of_rows_is_cut() -> None:
    """Whatever a source yields, positions stay right."""
    table = pa.table({"x": pa.array(np.arange(200_000))})

    class Whole(Slice):
        def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
            return iter(self.table.combine_chunks().to_batches())

    plan = make_plan(table.schema)
    sample = finish(fold(Whole(table), plan), plan).sample
    assert sample.positions.tolist() == sample.table["x"].to_pylist()


def test_columns_are_found_by_name() -> None:
    """A partition may order its columns otherwise, and have more of them."""
    first, second = pa.table({"a": [1], "b": ["x"]}), pa.table({"c": [0], "b": ["y"], "a": [2]})
    result = profile(first, partitions=[Slice(first), Slice(second, first_row=1)])
    assert result.sample.table.to_pydict() == {"a": [1, 2], "b": ["x", "y"]}


def test_a_partition_without_a_planned_column_is_named() -> None:
    """The message says which partition and which column."""
    with pytest.raises(UnreadableInput, match=r"partition 'slice' must have the columns .* 'b' is missing"):
        fold(Slice(pa.table({"a": [1]})), make_plan(pa.schema([("a", pa.int64()), ("b", pa.int64())])))


def test_a_partition_of_another_type_is_named_unless_it_can_be_cast() -> None:
    """int32 will do for int64, words will not."""
    plan = make_plan(pa.schema([("a", pa.int64())]))
    assert finish(fold(Slice(pa.table({"a": pa.array([1], pa.int32())})), plan), plan).columns["a"].maximum == 1
    with pytest.raises(UnreadableInput, match=r"got string for 'a' instead of int64"):
        fold(Slice(pa.table({"a": ["word"]})), plan)


def test_what_the_partition_raises_goes_through() -> None:
    """A fold does not hide that a file could not be read."""

    @dataclass
    class Broken(Slice):
        def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
            yield self.table.to_batches()[0]
            raise UnreadableInput("file 'x' is cut off")

    table = pa.table({"a": [1]})
    with pytest.raises(UnreadableInput, match="cut off"):
        fold(Broken(table), make_plan(table.schema))


def test_texts_that_are_not_utf8_are_repaired() -> None:
    """As damaged text, not as a crash."""
    raw = pa.array([b"ok", b"caf\xe9", b"ok"])
    texts = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    column = profile(pa.table({"x": texts})).columns["x"]
    assert column.maximum == "ok"
    assert column.text is not None
    assert column.text.damaged_fraction == pytest.approx(1 / 3)


def test_partitions_without_rows_add_nothing() -> None:
    """Zero batches are legal."""
    table = pa.table({"a": [1.5, 2.5]})
    result = profile(table, partitions=cut(table, 0, 0, 2))
    assert (result.n_rows, result.columns["a"].mean) == (2, 2.0)


def test_column_names_may_be_anything() -> None:
    """Spaces, quotes, newlines, markup and nothing at all."""
    names = ["a b", "'\"", "\n", "<b>", "😀", ""]
    result = profile(pa.table([pa.array([1, 2])] * 6, names=names), "😀")
    assert list(result.columns) == names


def test_columns_finished_at_once_are_the_same() -> None:
    """Threads change nothing but the time."""
    table = pa.table({f"x{i}": pa.array(np.arange(300) % (i + 2)) for i in range(12)} | {"t": ["a", "b c", None] * 100})
    plan = make_plan(table.schema, target="t")
    one, many = (finish(fold(Slice(table), plan), plan, threads=n) for n in (1, 4))
    assert list(many.columns) == table.column_names
    assert differences(one, many) == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory in other ways")
def test_the_memory_of_a_batch_is_kept_for_the_next() -> None:
    """The system is not asked for the same pages again and again: 16 MiB are 4,096 of them."""
    code = """
import resource
import numpy as np, pyarrow as pa
from prefit.profiling import fold, make_plan
from tests.profiling.tables import Slice
table = pa.table({"x": [1.0, 2.0]})
fold(Slice(table), make_plan(table.schema))
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    held = [np.ones(1 << 20, np.uint8) for _ in range(16)]
    del held
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(faults)
"""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}  # Dask sets such
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert int(done.stdout) < 400
