"""Parts of large partitions, where what is done with a row takes far longer than to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from prefit.profiling import Partition
from prefit.profiling.fold import OnMalformed

__all__ = ["Section", "cut"]

SECTION_ROWS = 131_072

MOST_SECTIONS = 16
"""Into how many a partition is cut at most, as each is read from its beginning: all of them read it 8.5 times."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows `start` to before `end` of a partition, which is read from its beginning: one part of it for one worker.

    The last one has no `end`, so that no row is left out however many there are; `share` is that of all bytes.
    """

    whole: Partition
    start: int
    end: int | None
    share: float

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
        return round(self.whole.size_bytes * self.share)

    @property
    def identity(self) -> str | None:
        """That of the partition: whether reading it may take for ever."""
        identity: str | None = getattr(self.whole, "identity", None)
        return identity

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield its rows in order, and read no further."""
        row = 0
        for batch in self.whole.batches(on_malformed):
            first = max(self.start - row, 0)
            end = batch.num_rows if self.end is None else min(self.end - row, batch.num_rows)
            if first < end:
                yield batch.slice(first, end - first)
            row += batch.num_rows
            if self.end is not None and row >= self.end:
                return


def cut(partitions: Sequence[Partition], n_rows: int) -> list[Partition]:
    """Cut large partitions into sections of about 131,072 rows; how, does not depend on who reads them.

    What a database is asked for stays whole: it would be asked once for each section.

    Parameters
    ----------
    partitions : sequence of Partition
        All of a source, in row order.
    n_rows : int
        Rows of all of them; it may be off by what could not be read, which makes the last sections longer or shorter.
    """
    ends = [partition.first_row for partition in partitions[1:]] + [n_rows]
    found: list[Partition] = []
    for partition, end in zip(partitions, ends, strict=False):
        n = end - partition.first_row
        n_sections = min(-(-n // SECTION_ROWS), MOST_SECTIONS)
        if n_sections < 2 or getattr(partition, "may_wait", False) or hasattr(partition, "select"):
            found.append(partition)
            continue
        edges = [n * index // n_sections for index in range(n_sections)]
        stops = [*edges[1:], None]
        found += [Section(partition, start, stop, 1 / n_sections) for start, stop in zip(edges, stops, strict=True)]
    return found
