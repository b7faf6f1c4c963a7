"""Tables in memory: pandas, polars, pyarrow, and whatever else speaks the Arrow stream interface."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from prefit.errors import InputError, UsageError
from prefit.sources.base import OnMalformed
from prefit.sources.schemas import check_columns, conform, plain_schema
from prefit.sources.table import MAX_BATCH_ROWS, TableSource, sliced

__all__ = ["MemoryPartition", "open_memory"]

_PARTITION_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class MemoryPartition:
    """A slice of a table in memory; a pickle of it holds the slice alone, as a buffer that need not be copied."""

    name: str
    first_row: int
    size_bytes: int
    table: pa.Table
    schema: pa.Schema

    @property
    def identity(self) -> None:
        """Nothing tells a table in memory from another one."""
        return

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (no lines here)
        """Yield the rows in order, at most 131,072 per batch."""
        for batch in self.table.to_batches():
            for piece in sliced(batch):
                yield conform(piece, self.schema)

    def __reduce__(self) -> tuple[Any, ...]:
        # pickling a slice would write the whole table; writing it as a stream does not
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.table.schema) as writer:
            writer.write_table(self.table)
        return _rebuilt, (self.name, self.first_row, self.size_bytes, sink.getvalue(), self.schema)


def _rebuilt(name: str, first_row: int, size_bytes: int, stream: pa.Buffer, schema: pa.Schema) -> MemoryPartition:
    return MemoryPartition(name, first_row, size_bytes, pa.ipc.open_stream(stream).read_all(), schema)


def open_memory(data: Any) -> TableSource:
    """Open a table in memory as partitions of about 64 MB.

    One-shot streams (readers, lazy frames) are read into memory first.

    Raises
    ------
    UsageError
        If `data` is no table.
    InputError
        If its columns have no names of their own, or hold what Arrow cannot.
    """
    name, table = _to_arrow(data)
    check_columns(table.schema.names, f"the {name}")
    schema = plain_schema(table.schema)
    n_rows = _partition_rows(table)
    starts = range(0, max(table.num_rows, 1), n_rows)
    slices = [table.slice(start, n_rows) for start in starts]
    parts = tuple(
        MemoryPartition(name if len(slices) == 1 else f"{name}[{start}:]", start, part.nbytes, part, schema)
        for start, part in zip(starts, slices, strict=True)
    )
    return TableSource(name, schema, table.num_rows, parts)


def _partition_rows(table: pa.Table) -> int:
    """Return how many rows have about `_PARTITION_BYTES`: full batches, and at least one."""
    row_bytes = max(1.0, table.nbytes / max(1, table.num_rows))
    return max(1, int(_PARTITION_BYTES / row_bytes) // MAX_BATCH_ROWS) * MAX_BATCH_ROWS


def _to_arrow(data: Any) -> tuple[str, pa.Table]:
    if _is_instance(data, "pandas", "DataFrame"):
        return "data frame", _from_pandas(data)
    if _is_instance(data, "polars", "LazyFrame"):
        return "data frame", data.collect().to_arrow()
    if _is_instance(data, "pyarrow.dataset", "Dataset"):
        return "dataset", data.to_table()
    try:
        if hasattr(data, "__arrow_c_stream__"):
            return _stream_name(data), pa.RecordBatchReader.from_stream(data).read_all()
        if isinstance(data, Mapping):
            return "dict", pa.table(dict(data))
        if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
            return "list of dicts", pa.Table.from_pylist(data)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InputError(f"data must be a table that Arrow can hold; got {error}. Make the columns plain.") from error
    raise UsageError(
        f"data must be a path or a table; got {type(data).__name__}. Supported: paths, pandas, polars, pyarrow, "
        "anything with __arrow_c_stream__, a dict of columns, a list of dicts."
    )


def _stream_name(data: Any) -> str:
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return "table"
    return "data frame" if _is_instance(data, "polars", "DataFrame") else "stream"


def _is_instance(data: Any, module: str, name: str) -> bool:
    """Whether `data` is an instance of a class, without importing a library that the caller does not use."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(data, getattr(loaded, name))


def _from_pandas(frame: Any) -> pa.Table:
    names = [_column_name(label) for label in frame.columns]
    check_columns(names, "the data frame")
    columns = [_from_series(frame.iloc[:, index], name) for index, name in enumerate(names)]
    return pa.table(dict(zip(names, columns, strict=True)))


def _column_name(label: Any) -> str:
    if isinstance(label, str):
        return label
    if isinstance(label, int) and not isinstance(label, bool):
        return str(label)
    raise InputError(
        f"columns of the data frame must be named by text or whole numbers; got {label!r} "
        f"({type(label).__name__}). Rename them: frame.columns = [...]."
    )


def _from_series(series: Any, name: str) -> pa.Array | pa.ChunkedArray:
    dense = series.sparse.to_dense() if hasattr(series, "sparse") else series
    try:
        return pa.array(dense, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        # values of several types in one column: as text, so that the mixture can be judged
        texts = [None if missing else str(value) for value, missing in zip(series, series.isna(), strict=True)]
        try:
            return pa.array(texts, pa.string())
        except (UnicodeEncodeError, pa.ArrowException):  # their messages may hold a cell
            raise InputError(f"column {name!r} must hold text in Unicode; got other text. Clean it.") from None
