"""Parquet files, read row group by row group."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.remote import Location, RangeFile, RemotePath
from prefit.sources.table import batch_rows

__all__ = ["PARQUET"]

_DICTIONARY_BYTES_PER_VALUE = 3
"""A text that is not a dictionary code takes four bytes for its length alone."""

_MOST_AHEAD_BYTES = 8 << 20
_PAGES_BYTES = 1 << 18


def _layout(path: Location) -> Layout:
    with _opened(path) as (file, _):
        groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        pieces = tuple(Piece(group.num_rows, group.total_byte_size) for group in groups)
        return Layout(file.schema_arrow, pieces)


def _read(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    with _opened(path) as (file, _):
        metadata = file.metadata
        repeating = _repeating_texts(metadata, pieces)
    with _opened(path, metadata, repeating) as (file, remote):
        most = batch_rows(len(file.schema_arrow))
        for index in pieces:
            group = metadata.row_group(index)
            if remote is not None:
                remote.limit = _end(group)
            n_rows = math.ceil(group.num_rows / max(1, math.ceil(group.num_rows / most)))  # batches of equal length
            yield from file.iter_batches(batch_size=max(1, n_rows), row_groups=[index], use_threads=False)


@contextmanager
def _opened(
    path: Location, metadata: pq.FileMetaData | None = None, repeating: Sequence[str] = ()
) -> Iterator[tuple[pq.ParquetFile, RangeFile | None]]:
    """Open a file; nothing is read before it is needed, and of an object not more than its footer and row groups."""
    remote = RangeFile(path, _MOST_AHEAD_BYTES) if isinstance(path, RemotePath) else None
    with pq.ParquetFile(
        path if remote is None else pa.PythonFile(remote, mode="r"),
        metadata=metadata,
        read_dictionary=list(repeating),
        buffer_size=_PAGES_BYTES if remote is None else 0,
        pre_buffer=False,
    ) as file:
        yield file, remote


def _repeating_texts(metadata: pq.FileMetaData, pieces: Sequence[int]) -> list[str]:
    """Return the text columns that are written as codes of a small dictionary in all these row groups."""
    columns = range(metadata.num_columns)
    return [
        metadata.schema.column(column).path
        for column in columns
        if metadata.schema.column(column).physical_type == "BYTE_ARRAY"
        and "." not in metadata.schema.column(column).path
        and pieces
        and all(_repeats(metadata.row_group(index).column(column)) for index in pieces)
    ]


def _repeats(chunk: pq.ColumnChunkMetaData) -> bool:
    is_coded = any(encoding in ("RLE_DICTIONARY", "PLAIN_DICTIONARY") for encoding in chunk.encodings)
    return is_coded and chunk.total_uncompressed_size < _DICTIONARY_BYTES_PER_VALUE * chunk.num_values


def _end(group: pq.RowGroupMetaData) -> int:
    """Position of the first byte behind a row group."""
    ends = []
    for index in range(group.num_columns):
        chunk = group.column(index)
        start = chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset
        ends.append(min(start, chunk.data_page_offset) + chunk.total_compressed_size)
    return max(ends, default=0)


PARQUET = ColumnarFormat("Parquet", _layout, _read)
