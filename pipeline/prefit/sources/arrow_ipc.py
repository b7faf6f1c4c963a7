"""Arrow IPC files and streams, and Feather files, read record batch by record batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from prefit.sources.columnar import ColumnarFormat, Layout, Piece
from prefit.sources.remote import Location, arrow_file

__all__ = ["ARROW_IPC"]


def _layout(path: Location) -> Layout:
    if not _is_stream(path):
        with _random_access(path) as reader:
            batches = map(reader.get_batch, range(reader.num_record_batches))
            return Layout(reader.schema, tuple(Piece(batch.num_rows, batch.nbytes) for batch in batches))
    with arrow_file(path) as file, pa.ipc.open_stream(file) as reader:
        pieces = tuple(Piece(batch.num_rows, batch.nbytes) for batch in reader)
        return Layout(reader.schema, pieces)


def _read(path: Location, pieces: Sequence[int]) -> Iterator[pa.RecordBatch]:
    if not _is_stream(path):
        with _random_access(path) as reader:
            yield from map(_sound, map(reader.get_batch, pieces))
        return
    with arrow_file(path) as file, pa.ipc.open_stream(file) as reader:
        wanted = set(pieces)
        for index, batch in enumerate(reader):
            if index in wanted:
                yield _sound(batch)


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose offsets stay within its buffers: the file has them as they will be used, without a checksum.

    Raises
    ------
    pyarrow.ArrowInvalid
        If some do not. Texts that are not UTF-8 are no reason: they are mended when they are folded.
    """
    for column in batch.columns:
        try:
            _as_bytes(column).validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise
    return batch


def _as_bytes(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column.view(pa.binary())
    return column.view(pa.large_binary()) if pa.types.is_large_string(column.type) else column


@contextmanager
def _random_access(path: Location) -> Iterator[pa.ipc.RecordBatchFileReader]:
    with arrow_file(path) as file, pa.ipc.open_file(file) as reader:
        yield reader


def _is_stream(path: Location) -> bool:
    with path.open("rb") as file:
        return file.read(6) != b"ARROW1"


ARROW_IPC = ColumnarFormat("Arrow IPC", _layout, _read)
