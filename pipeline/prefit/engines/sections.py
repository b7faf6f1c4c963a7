"""Parts of large partitions, where what is done with a row takes far longer than to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from prefit.profiling import Partition
from prefit.profiling.fold import OnMalformed

__all__ = ["Section", "cut"]

SECTION_ROWS = 131_072


@dataclass(frozen=True, slots=True)
class Section:
    """Rows `start` to before `end` of a partition, which is read from its beginning: one part of it for one worker."""

    whole: Partition
    start: int
    end: int
    n_rows: int

    @property
    def name(self) -> str:
        """The name of the partition, which is what can be mended."""
        return self.whole.name

    @property
    def first_row(self) -> int:
        """0-based position of its first row in the whole input."""
        return self.whole.first_row + self.start

    @property
    def size_bytes(self) -> int:
        """Its share of the size of the partition."""
        return self.whole.size_bytes * (self.end - self.start) // self.n_rows

    @property
    def identity(self) -> str | None:
        """That of the partition: whether reading it may take for ever."""
        identity: str | None = getattr(self.whole, "identity", None)
        return identity

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield its rows in order, and read no further."""
        row = 0
        for batch in self.whole.batches(on_malformed):
            first, end = max(self.start - row, 0), min(self.end - row, batch.num_rows)
            if first < end:
                yield batch.slice(first, end - first)
            row += batch.num_rows
            if row >= self.end:
                return


def cut(partitions: Sequence[Partition], n_rows: int) -> list[Partition]:
    """Cut large partitions into sections of about 131,072 rows; how, does not depend on who reads them.

    What a database is asked for stays whole: it would be asked once for each section.

    Parameters
    ----------
    partitions : sequence of Partition
        All of a source, in row order.
    n_rows : int
        Rows of all of them.
    """
    ends = [partition.first_row for partition in partitions[1:]] + [n_rows]
    found: list[Partition] = []
    for partition, end in zip(partitions, ends, strict=False):
        n = end - partition.first_row
        n_sections = -(-n // SECTION_ROWS)
        if n_sections < 2 or getattr(partition, "may_wait", False) or hasattr(partition, "select"):
            found.append(partition)
            continue
        edges = [n * index // n_sections for index in range(n_sections + 1)]
        found += [Section(partition, start, stop, n) for start, stop in pairwise(edges)]
    return found
