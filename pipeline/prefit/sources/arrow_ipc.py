"""Arrow IPC files and streams, and Feather files, read record batch by record batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from prefit.sources.columnar import ColumnarFormat, Layout, Piece

__all__ = ["ARROW_IPC"]


def _layout(path: Path) -> Layout:
    if not _is_stream(path):
        with _random_access(path) as reader:
            batches = map(reader.get_batch, range(reader.num_record_batches))
            return Layout(reader.schema, tuple(Piece(batch.num_rows, batch.nbytes) for batch in batches))
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as reader:
        pieces = tuple(Piece(batch.num_rows, batch.nbytes) for batch in reader)
        return Layout(reader.schema, pieces)


def _read(path: Path, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    if not _is_stream(path):
        with _random_access(path) as reader:
            yield from map(reader.get_batch, pieces)
        return
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as reader:
        wanted = set(pieces)
        for index, batch in enumerate(reader):
            if index in wanted:
                yield batch


@contextmanager
def _random_access(path: Path) -> Iterator[pa.ipc.RecordBatchFileReader]:
    with pa.memory_map(str(path)) as file, pa.ipc.open_file(file) as reader:
        yield reader


def _is_stream(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(6) != b"ARROW1"


ARROW_IPC = ColumnarFormat("Arrow IPC", _layout, _read)
