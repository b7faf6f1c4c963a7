"""Parquet files, read row group by row group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.table import batch_rows

__all__ = ["PARQUET"]


def _layout(path: Path) -> Layout:
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
        pieces = tuple(Piece(group.num_rows, group.total_byte_size) for group in groups)
        return Layout(file.schema_arrow, pieces)


def _read(path: Path, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        n_rows = batch_rows(len(file.schema_arrow))
        for index in pieces:
            yield from file.iter_batches(batch_size=n_rows, row_groups=[index], use_threads=False)


PARQUET = ColumnarFormat("Parquet", _layout, _read)
