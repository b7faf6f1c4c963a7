"""ORC files, read stripe by stripe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.remote import Location, arrow_file

__all__ = ["ORC"]


def _layout(path: Location) -> Layout:
    from pyarrow import orc

    file = orc.ORCFile(arrow_file(path))
    first = file.schema.names[:1]
    rows = [file.read_stripe(index, columns=first).num_rows for index in range(file.nstripes)]
    bytes_per_row = file.content_length / max(file.nrows, 1)
    return Layout(file.schema, tuple(Piece(n_rows, round(n_rows * bytes_per_row)) for n_rows in rows))


def _read(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    from pyarrow import orc

    file = orc.ORCFile(arrow_file(path))
    yield from map(file.read_stripe, pieces)


ORC = ColumnarFormat("ORC", _layout, _read)
