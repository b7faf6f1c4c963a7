"""Fold all partitions on this machine: in this process, or in worker processes where they pay."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from prefit.crew import Crew, n_cores
from prefit.engines.keeper import Keeper
from prefit.engines.patience import may_hang, told
from prefit.engines.pieces import LATE, Meter, OnUnread, extended, named, settle
from prefit.profiling import Partition
from prefit.profiling.folding import Folding, Total
from prefit.profiling.values import UnreadPartition

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["n_cores", "n_paying", "n_processes", "run"]

WORKER_BYTES = 64 << 20
"""Bytes that are folded in the time that one more worker costs: its start, shipping and merging its state."""


class _TooLate(Exception):
    """The deadline has struck."""


def run(
    partitions: Sequence[Partition],
    folding: Folding[Total],
    progress: Callable[[float], None] | None = None,
    *,
    workers: int | None = None,
    until: float = math.inf,
    on_unread: OnUnread | None = None,
    shelf: Shelf | None = None,
    crew: Crew | None = None,
) -> Total:
    """Fold all rows of a source.

    Parameters
    ----------
    partitions : sequence of Partition
        In row order.
    folding : Folding
        What is made of the rows: the plan of a profile, or whatever else is measured in one pass.
    progress : callable, optional
        Told the fraction that is done, from 0 to 1, never less than before: by bytes where all partitions know their
        size, else by partitions; within a partition by rows, where it is known how many it has.
    workers : int, optional
        Processes; 1 folds in this one, and with more this one outlives whatever a partition does to its reader.
        Default: as many as pay, at most the cores that this process may use. The wall time of n workers is about
        bytes / n + n x 64 MB, in units of the speed of one; n = sqrt(bytes / 64 MB) is best, so that below 256 MB no
        process is started.
    until : float, optional
        Value of ``time.monotonic`` at which to stop. What is not read by then counts as unread.
    on_unread : callable, optional
        Told each partition that could not be read, or not in time, or that kept ending the process that read it.
        Without it the first such partition ends the run.
    shelf : Shelf, optional
        Holds the states of partitions that need not be folded again, and takes those of the others.
    crew : Crew, optional
        Workers that were started before.

    Returns
    -------
    The sum of all partitions
        Merged in whatever order they came; the same bytes for any number of workers.

    Raises
    ------
    UnreadableInput
        If a partition cannot be read and nobody is told, or if none can.
    UsageError
        If the shelf cannot be written.
    """
    keeper = Keeper(partitions, shelf, folding.effort)
    pieces = keeper.pieces
    meter = Meter(pieces, folding.n_rows, progress)
    n_workers = n_processes(partitions, workers, len(pieces), folding.effort)
    unread: list[UnreadPartition] = []
    if n_workers:
        from prefit.engines import processes

        master = processes.Master(pieces, folding, meter, keeper, crew)
        total = processes.run(master, n_workers=n_workers, until=until, on_unread=unread.append)
    else:
        total = _here(keeper, folding, meter, until, unread)
    settle(unread, len(partitions), on_unread)
    total = keeper.total(total, unread)
    meter.finish()
    return total


def _here(keeper: Keeper, folding: Folding[Total], meter: Meter, until: float, unread: list[UnreadPartition]) -> Total:
    """Fold in this process, in a thread of its own where a read may outlast the deadline."""
    pieces = keeper.pieces
    total, n_done = folding.empty(), 0

    def fold_all(tell: Callable[[Any], None]) -> None:
        folded = total
        for index, piece in enumerate(pieces):

            def on_rows(n: int, index: int = index) -> None:
                tell((index, n))
                _check_time(until)

            _check_time(until)
            lost: list[UnreadPartition] = []
            folded = extended(folded, piece, folding, lost.append, on_rows)
            tell((index, folded, lost))

    def hear(index: int, what: Any, lost: Sequence[UnreadPartition] | None = None) -> None:
        nonlocal total, n_done
        if lost is None:
            meter.rows(index, what)
            return
        total, n_done = what, index + 1
        unread.extend(lost)
        keeper.keep(pieces[:n_done], total, unread)
        meter.done(index)

    try:
        if may_hang(keeper.left, until):
            for words in told(fold_all, until):
                hear(*words)
        else:
            fold_all(lambda words: hear(*words))
    except (_TooLate, TimeoutError):
        unread.extend(partition for piece in pieces[n_done:] for partition in named(piece, LATE))
    return total


def _check_time(until: float) -> None:
    if time.monotonic() > until:
        raise _TooLate


def n_processes(partitions: Sequence[Partition], workers: int | None, most: int, effort: float = 1.0) -> int:
    """Return how many processes to start, at most so many; 0 where the partitions are folded in this one."""
    if workers is not None:
        return min(workers, most) if workers > 1 else 0
    n = min(n_paying(partitions, effort), most)
    return n if n > 1 else 0


def n_paying(partitions: Sequence[Partition], effort: float = 1.0) -> int:
    """Return the number of processes that is fastest."""
    n_best = math.isqrt(int(effort * sum(partition.size_bytes for partition in partitions)) // WORKER_BYTES)
    return max(1, min(n_best, n_cores()))
