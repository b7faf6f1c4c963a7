"""Ranges of bytes of text files that are read apart, each with types that are proven by reading."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.sources.base import Contradiction, OnMalformed
from prefit.sources.cutting import ByteRange
from prefit.sources.files import DataFile
from prefit.sources.proving import joined, proven
from prefit.sources.remote import Location, segment
from prefit.sources.stamps import unchanged
from prefit.sources.table import TableSource, batch_rows

__all__ = ["BLOCK_BYTES", "TextRange", "source_of_ranges"]

BLOCK_BYTES = 1 << 20
"""So much is parsed at once."""


@dataclass(frozen=True, kw_only=True)
class TextRange(ABC):
    """Some records of a text file.

    The types are those of samples, ``"NULL"`` for a column without values. Reading proves them: each value is taken
    only in a form in which it has this type beyond doubt.
    """

    name: str
    first_row: int
    size_bytes: int
    path: Location
    start: int
    n_rows: int
    types: tuple[str, ...]
    schema: pa.Schema
    stamp: str

    @property
    def identity(self) -> str:
        """What tells whether the same rows would be read again."""
        return f"{self.path} {self.stamp} {self.start}+{self.size_bytes} {self.schema.names} {self.types}"

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:  # noqa: ARG002 (there are none)
        """Yield the rows in order, at most 131,072 per batch.

        Raises
        ------
        Contradiction
            If a line is no record, or a value is not of the type of its column.
        """
        with unchanged(self.path, self.stamp, self.name):
            if self.n_rows:
                yield from self._batches(batch_rows(self.schema, self.size_bytes / self.n_rows))

    def head(self, n_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, in batches of few more than so many, so that who stops has parsed no more.

        Raises
        ------
        Contradiction
            As `batches`, for the rows that are taken.
        """
        with unchanged(self.path, self.stamp, self.name):
            if self.n_rows:
                yield from self._batches(n_rows)

    @abstractmethod
    def _reader(self, stream: BinaryIO) -> AbstractContextManager[Iterable[pa.RecordBatch]]:
        """Parse the records with the types to prove them by."""

    def _batches(self, most: int) -> Iterator[pa.RecordBatch]:
        n_rows = 0
        try:
            with segment(self.path, self.start, self.size_bytes) as stream, self._reader(stream) as reader:
                for batch in joined(reader, most):
                    n_rows += batch.num_rows
                    columns = map(proven, batch.columns, self.types, self.schema.types)
                    yield pa.RecordBatch.from_arrays(list(columns), schema=self.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # their messages may hold a cell
            raise self._contradiction("a record or a value of another kind") from None
        except OSError as error:
            if isinstance(error, UnreadableInput):
                raise
            raise UnreadableInput(f"{self.name} must be readable to its end; got {error}. Copy it again.") from error
        if n_rows != self.n_rows:
            raise self._contradiction(f"{n_rows} rows instead of {self.n_rows}")

    def _contradiction(self, got: str) -> Contradiction:
        return Contradiction(f"{self.name} must hold what its samples do; got {got}. It has to be read as a whole.")


class CutFile(Protocol):
    """A file that was looked at and cut."""

    @property
    def stamp(self) -> str:
        """What changes when the file is written again."""

    @property
    def ranges(self) -> Sequence[ByteRange]:
        """Its records, in order."""


def source_of_ranges(
    name: str,
    schema: pa.Schema,
    types: tuple[str, ...],
    files: Iterable[tuple[DataFile, CutFile]],
    make: Callable[..., TextRange],
) -> TableSource:
    """Return the ranges of all files as the partitions of one table.

    `make` gets what was seen of a file, the range, and by name the fields that all ranges have.
    """
    parts: list[TextRange] = []
    first_row = 0
    for file, cut in files:
        for piece in cut.ranges:
            parts.append(
                make(
                    cut,
                    piece,
                    name=file.label if len(cut.ranges) == 1 else f"{file.label}[{piece.start}:]",
                    first_row=first_row,
                    size_bytes=piece.size_bytes,
                    path=file.path,
                    start=piece.start,
                    n_rows=piece.n_rows,
                    types=types,
                    schema=schema,
                    stamp=cut.stamp,
                )
            )
            first_row += piece.n_rows
    return TableSource(name, schema, first_row, tuple(parts))
