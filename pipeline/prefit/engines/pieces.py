"""What is folded at once, and how far that is: a partition, or many tiny ones that are read as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from prefit.errors import Contradiction, UnreadableInput
from prefit.profiling import Partition
from prefit.profiling.fold import OnMalformed
from prefit.profiling.folding import Folding, OnRows, Total
from prefit.profiling.values import UnreadPartition

__all__ = [
    "GRACE",
    "LATE",
    "Chain",
    "Meter",
    "OnUnread",
    "extended",
    "in_pieces",
    "named",
    "settle",
    "shares",
    "too_late",
]

OnUnread = Callable[[UnreadPartition], None]

LATE = "the deadline struck before it was read"
GRACE = 5.0
"""Seconds after the deadline in which what is folded may be shipped."""

TINY_BYTES = 1 << 20
CHAIN_BYTES = 1 << 26
CHAIN_PARTS = 4_096


@dataclass(frozen=True, slots=True)
class Chain:
    """Tiny partitions that follow each other, read as one partition: they share batches, each with its price."""

    parts: tuple[Partition, ...]

    @property
    def name(self) -> str:
        """The first and the last of them."""
        return f"{self.parts[0].name} to {self.parts[-1].name}"

    @property
    def first_row(self) -> int:
        """0-based position of the first row of the first of them."""
        return self.parts[0].first_row

    @property
    def size_bytes(self) -> int:
        """Size of all of them."""
        return sum(part.size_bytes for part in self.parts)

    def batches(self, on_malformed: OnMalformed) -> Iterator[pa.RecordBatch]:
        """Yield the rows of all in order.

        Raises
        ------
        UnreadableInput
            If one cannot be read, or has not as many rows as its place says.
        """
        row = self.first_row
        for part in self.parts:
            if part.first_row != row:
                raise UnreadableInput(
                    f"{part.name} must begin at row {row}; got {part.first_row}. Start again, the data have changed."
                )
            for batch in part.batches(on_malformed):
                row += batch.num_rows
                yield batch


def in_pieces(partitions: Sequence[Partition], effort: float = 1.0) -> list[Partition]:
    """Chain tiny partitions that stand beside each other; all others stay as they are."""
    most_bytes = CHAIN_BYTES / effort
    pieces: list[Partition] = []
    tiny: list[Partition] = []
    size_bytes = 0

    def close() -> None:
        nonlocal size_bytes
        if tiny:
            pieces.append(tiny[0] if len(tiny) == 1 else Chain(tuple(tiny)))
        tiny.clear()
        size_bytes = 0

    for part in partitions:
        if not 0 < part.size_bytes * effort < TINY_BYTES:
            close()
            pieces.append(part)
            continue
        if size_bytes + part.size_bytes > most_bytes or len(tiny) == CHAIN_PARTS:
            close()
        tiny.append(part)
        size_bytes += part.size_bytes
    close()
    return pieces


def extended(
    total: Total, piece: Partition, folding: Folding[Total], on_unread: OnUnread, on_rows: OnRows | None = None
) -> Total:
    """Return the sum with the rows of a piece.

    A partition that cannot be read adds nothing and is told; of a chain only those that cannot be read are lost.
    Whatever `on_rows` raises ends the fold, and so does `Contradiction`.
    """
    try:
        return folding.folded(piece, total, on_rows)
    except Contradiction:
        raise
    except (UnreadableInput, MemoryError) as error:
        if not isinstance(piece, Chain):
            reason = str(error) if isinstance(error, UnreadableInput) else "there is not enough memory to read it"
            on_unread(UnreadPartition(piece.name, reason))
            return total
    for part in piece.parts:
        total = extended(total, part, folding, on_unread, on_rows)
    return total


def shares(pieces: Sequence[Partition], n: int) -> list[list[int]]:
    """Cut the numbers of the pieces into at most `n` runs of about as many bytes each."""
    sizes = [piece.size_bytes or 1 for piece in pieces]
    total, before = sum(sizes), 0
    runs: list[list[int]] = [[] for _ in range(n)]
    for index, size in enumerate(sizes):
        runs[min(n - 1, (before + size // 2) * n // total)].append(index)
        before += size
    return [run for run in runs if run]


def named(piece: Partition, reason: str) -> Iterator[UnreadPartition]:
    """Name all partitions of a piece that was not read."""
    for part in piece.parts if isinstance(piece, Chain) else (piece,):
        yield UnreadPartition(part.name, reason)


def settle(unread: Sequence[UnreadPartition], n_partitions: int, on_unread: OnUnread | None) -> None:
    """Tell what was not read, or end the run: where nobody listens, and where nothing was read.

    Raises
    ------
    UnreadableInput
        With the reason of the first partition.
    """
    if not unread:
        return
    if on_unread is None or len(unread) >= n_partitions:
        first = unread[0]
        if first.reason == LATE:
            raise too_late(first.name)
        told = first.name in first.reason
        raise UnreadableInput(first.reason if told else f"{first.name} must be readable; got this: {first.reason}.")
    for partition in unread:
        on_unread(partition)


def too_late(name: str) -> UnreadableInput:
    """Return the error where the deadline struck and nothing is read."""
    return UnreadableInput(f"data must be read before the deadline; got it before {name!r} was read. Raise --deadline.")


class Meter:
    """Tells how much is done, from 0 to 1, and never takes it back.

    By bytes where all pieces know their size, else by pieces; within a piece by rows, where it is known how many it
    has.
    """

    def __init__(
        self, pieces: Sequence[Partition], n_rows: int | None, progress: Callable[[float], None] | None
    ) -> None:
        sizes = [piece.size_bytes for piece in pieces]
        self._sizes = sizes if all(sizes) else [1] * len(sizes)
        starts = [piece.first_row for piece in pieces]
        ends = [*starts[1:], n_rows or 0][: len(starts)]
        self._n_rows = [end - start for start, end in zip(starts, ends, strict=True)]
        self._total = float(sum(self._sizes))
        self._progress = progress
        self._told = 0.0
        self._done = 0
        self._begun: dict[int, int] = {}

    def rows(self, index: int, n: int) -> None:
        """Hear that so many more rows of a piece are folded."""
        self._begun[index] = self._begun.get(index, 0) + n
        self._tell()

    def done(self, index: int) -> None:
        """Hear that a piece is done with."""
        self._begun.pop(index, None)
        self._done += self._sizes[index]
        self._tell()

    def undone(self, indices: Sequence[int]) -> None:
        """Hear that pieces are lost and will be folded again."""
        self._done -= sum(self._sizes[index] for index in indices)

    def restart(self, index: int) -> None:
        """Hear that a piece that was begun will be begun again."""
        self._begun.pop(index, None)

    def finish(self) -> None:
        """Tell that all is done."""
        self._tell(1.0)

    def _tell(self, fraction: float | None = None) -> None:
        if self._progress is None:
            return
        if fraction is None:
            begun = sum(
                self._sizes[index] * min(1.0, rows / self._n_rows[index])
                for index, rows in self._begun.items()
                if self._n_rows[index] > 0
            )
            fraction = min(1.0, (self._done + begun) / self._total)
        if fraction > self._told:
            self._told = fraction
            self._progress(fraction)
