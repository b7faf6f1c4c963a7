"""The first rows of a source, read before the plan is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from prefit.errors import UnreadableInput
from prefit.profiling.fold import Partition
from prefit.profiling.scales import PREFIX_ROWS
from prefit.profiling.values import MalformedRow

__all__ = ["first_rows"]

Head = Callable[[int], Iterator[pa.RecordBatch]]


def first_rows(partitions: Sequence[Partition]) -> list[pa.RecordBatch]:
    """Return the first 8,192 rows, or all where there are fewer.

    Only the partitions that hold them are read, up to the batch that has the last of them; one with a method ``head``
    is asked for no more rows than are missing. A partition that cannot be read is passed over, since the fold will name
    it.
    """
    batches: list[pa.RecordBatch] = []
    missing = PREFIX_ROWS
    for partition in partitions:
        try:
            head: Head | None = getattr(partition, "head", None)
            for batch in partition.batches(_unheard) if head is None else head(missing):
                batches.append(batch.slice(0, missing))
                missing -= batches[-1].num_rows
                if missing == 0:
                    return batches
        except UnreadableInput:
            continue
    return batches


def _unheard(_row: MalformedRow) -> None:
    """Leave malformed lines to the fold, which counts them."""
