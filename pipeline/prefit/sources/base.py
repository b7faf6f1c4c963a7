"""What a source is: anything that yields partitions of Arrow record batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from prefit.profiling.values import MalformedRow

__all__ = ["OnMalformed", "Partition", "Source"]

OnMalformed = Callable[[MalformedRow], None]


class Partition(Protocol):
    """A picklable piece of a source that can be read on its own."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def first_row(self) -> int:
        """0-based position of its first row in the whole input."""
        ...

    @property
    def size_bytes(self) -> int:
        """Size for progress bars, 0 if unknown."""
        ...

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 65,536 per batch, and report unreadable lines.

        Raises
        ------
        UnreadableInput
            If the bytes cannot be decoded; the message names the partition.
        """
        ...


class Source(Protocol):
    """Data that can be read in one pass."""

    @property
    def name(self) -> str:
        """Short name, free of credentials."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Schema of every batch."""
        ...

    @property
    def n_rows(self) -> int | None:
        """Number of rows, None where only reading would tell."""
        ...

    def partitions(self) -> Sequence[Partition]:
        """Return the partitions in row order; reading all of them yields every row once."""
        ...

    def to_table(self) -> pa.Table:
        """Read all rows into memory; lines that cannot be read are left out with a warning."""
        ...
