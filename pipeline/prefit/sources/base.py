"""What a source is: anything that yields partitions of Arrow record batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import pyarrow as pa

from prefit.profiling.values import MalformedRow

__all__ = ["OnMalformed", "Partition", "Source"]

OnMalformed = Callable[[MalformedRow], None]


class Partition(Protocol):
    """A picklable piece of a source that can be read on its own.

    `first_row` is the 0-based position of its first row in the whole input; `size_bytes` is for progress, 0 if unknown.
    """

    name: str
    first_row: int
    size_bytes: int

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows in order, at most 65,536 per batch, and report unreadable lines.

        Raises
        ------
        UnreadableInput
            If the bytes cannot be decoded; the message names the partition.
        """
        ...


class Source(Protocol):
    """Data that can be read in one pass.

    `name` is short and free of credentials; `n_rows` is None where only reading would tell.
    """

    name: str
    schema: pa.Schema
    n_rows: int | None

    def partitions(self) -> Sequence[Partition]:
        """Return the partitions in row order; reading all of them yields every row once."""
        ...
