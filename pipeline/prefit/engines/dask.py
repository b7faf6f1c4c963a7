"""Fold partitions on a Dask cluster, by futures: what happens to one task costs that task, not the run."""

from __future__ import annotations

import math
import pickle
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from prefit import __version__
from prefit.crew import Crew, n_cores
from prefit.engines.dask_cluster import connected
from prefit.engines.hoard import hoarding
from prefit.engines.keeper import Keeper
from prefit.engines.pieces import GRACE, LATE, Chain, Meter, OnUnread, extended, named, settle, shares
from prefit.errors import Contradiction, UsageError
from prefit.profiling import Partition
from prefit.profiling.folding import Folding, Total
from prefit.profiling.values import UnreadPartition

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["run"]

IN_FLIGHT_PER_THREAD = 2
TASK_BYTES = 1 << 30
"""What a worker folds before it ships its state, at most: what its death costs."""

STATES_KEPT = 20
KEPT_BYTES = 1 << 27
"""Into how many tasks a run is cut at least where states are kept, but none into smaller ones: each starts afresh."""

MAX_LOSSES = 3
"""How often a task is submitted again whose input was lost with a worker."""

SCATTERED_BYTES = 1 << 20
"""Larger tables in memory go to the workers directly, not through the scheduler."""

KILLED = "it ended every worker that read it"


def run(
    partitions: Sequence[Partition],
    folding: Folding[Total],
    progress: Callable[[float], None] | None = None,
    *,
    engine: Any,
    workers: int | None = None,
    until: float = math.inf,
    on_unread: OnUnread | None = None,
    shelf: Shelf | None = None,
    crew: Crew | None = None,
) -> Total:
    """Fold all rows of a source on a Dask cluster.

    Files must be where the workers can read them, and prefit of the same version must be installed there.

    Parameters
    ----------
    engine : "dask", "dask://HOST:PORT" or distributed.Client
        ``dask`` starts a cluster of processes on this machine, which only this machine can reach, and stops it.
    workers : int, optional
        Processes of the cluster that is started; default the cores that this process may use.
    partitions, folding, progress, until, on_unread, shelf, crew
        As for :func:`prefit.engines.local.run`.

    Returns
    -------
    The sum of all partitions
        The same bytes as on any other engine.

    Raises
    ------
    UnreadableInput
        As for :func:`prefit.engines.local.run`.
    UsageError
        If Dask is not installed, the scheduler cannot be reached, or prefit of this version is not on the workers.
    """
    keeper = Keeper(partitions, shelf, folding.effort)
    pieces = keeper.pieces
    if not pieces:
        nothing: Total = keeper.total(folding.empty(), ())
        return nothing
    with connected(engine, min(workers or n_cores(), len(pieces)), until, crew) as client:
        fold = _Fold(client, keeper, folding, Meter(pieces, folding.n_rows, progress), until)
        try:
            fold.run()
        finally:
            fold.cancel()
    unread = fold.not_read()
    settle(unread, len(partitions), on_unread)
    total: Total = keeper.total(fold.total, unread)
    fold.meter.finish()
    return total


class _Folded(NamedTuple):
    """What a task returns; `contradiction` says what of the data does not hold, as its exception cannot be sent."""

    version: str
    state: bytes
    unread: list[UnreadPartition]
    contradiction: str | None = None


class _TooLate(Exception):
    """The deadline has struck."""


def fold_run(pieces: Sequence[Partition], folding: Folding[Any], seconds: float) -> _Folded:
    """Fold pieces that follow each other, on a worker, and stop after so many seconds with what is folded by then."""
    until = time.monotonic() + seconds

    def on_rows(_n: int) -> None:
        if time.monotonic() > until:
            raise _TooLate

    state, unread = folding.empty(), list[UnreadPartition]()
    with hoarding():
        for index, piece in enumerate(pieces):
            try:
                state = extended(state, piece, folding, unread.append, on_rows)
            except Contradiction as error:
                return _Folded(__version__, b"", [], str(error))
            except _TooLate:
                unread += [late for left in pieces[index:] for late in named(left, LATE)]
                break
        return _Folded(__version__, pickle.dumps(folding.packed(state), protocol=5), unread)


class _Fold(Generic[Total]):
    """The tasks of a fold: contiguous runs of pieces, a few of them in flight."""

    def __init__(self, client: Any, keeper: Keeper, folding: Folding[Total], meter: Meter, until: float) -> None:
        self.client, self.keeper, self.folding, self.meter, self.until = client, keeper, folding, meter, until
        self.there: Any = _there(client, folding)
        self.pieces = pieces = keeper.pieces
        self.total = folding.empty()
        self.unread: dict[int, Sequence[UnreadPartition]] = {}
        self.open = set(range(len(pieces)))
        self.losses: Counter[int] = Counter()
        self.in_flight: dict[Any, Sequence[int]] = {}

    def run(self) -> None:
        """Fold all; what ends the workers that have it is folded again, apart from all else."""
        from distributed import as_completed

        n_threads = max(1, sum(self.client.nthreads().values()))
        size_bytes = sum(piece.size_bytes for piece in self.pieces)
        n_tasks = n_threads * max(1, round(self.folding.effort * size_bytes / n_threads / TASK_BYTES))
        if self.keeper.shelf is not None:
            n_tasks = max(n_tasks, min(STATES_KEPT, size_bytes // KEPT_BYTES))
        waiting: deque[Sequence[int]] = deque(shares(self.pieces, n_tasks))
        suspects: list[Sequence[int]] = []
        completed = as_completed(loop=self.client.loop, timeout=self._left(GRACE), raise_errors=False)
        try:
            while waiting or self.in_flight:
                while waiting and len(self.in_flight) < IN_FLIGHT_PER_THREAD * n_threads:
                    indices = waiting.popleft()
                    future = self._submit([self.pieces[index] for index in indices])
                    self.in_flight[future] = indices
                    completed.add(future)
                future = next(completed)
                indices = self.in_flight.pop(future)
                if future.status == "finished":
                    self._take(indices, *_checked(future.result()))
                elif self._killed(future):
                    suspects.append(indices)
                else:  # its input, or its result, was lost with a worker
                    self.losses[indices[0]] += 1
                    (waiting if self.losses[indices[0]] < MAX_LOSSES else suspects).append(indices)
            for indices in suspects:
                for index in indices:
                    self._take([index], *self._apart([self.pieces[index]], trusted=len(indices) > 1))
        except TimeoutError:
            return

    def _submit(self, pieces: list[Partition]) -> Any:
        given: Any = pieces
        if _is_large(pieces):
            given = self.client.scatter([pieces], hash=False)[0]
        if self.there is not self.folding and self.there.status != "finished":  # all who had it have died
            self.there = _there(self.client, self.folding)
        seconds = self._left() or math.inf
        return self.client.submit(fold_run, given, self.there, seconds, pure=False)

    def _take(self, indices: Sequence[int], state: Total, unread: Sequence[UnreadPartition]) -> None:
        self.total = self.total + state
        self.open.difference_update(indices)
        if unread:
            self.unread[indices[0]] = unread
        self.keeper.keep([self.pieces[index] for index in indices], state, unread)
        for index in indices:
            self.meter.done(index)

    def _killed(self, future: Any) -> bool:
        """Whether a task ended its workers; raises what else went wrong in it."""
        from distributed import KilledWorker

        if future.status != "error":
            if self.client.status != "running":
                raise UsageError("engine must stay reachable; got a lost connection to its scheduler. Start again.")
            return False
        error = future.exception()
        if isinstance(error, KilledWorker):
            return True
        if isinstance(error, (ImportError, AttributeError)):
            raise UsageError(
                f"workers of the engine must have prefit {__version__} and all it needs; got {error}. Install it there."
            ) from error
        if isinstance(error, TimeoutError) or not str(type(error).__module__).startswith("distributed"):
            raise error
        return False

    def _apart(self, pieces: Sequence[Partition], *, trusted: bool = True) -> tuple[Total, list[UnreadPartition]]:
        """Fold pieces while nothing else runs; where that ends workers too, halve them until one is found guilty."""
        if trusted:
            for _ in range(MAX_LOSSES):
                future = self._submit(list(pieces))
                self.in_flight[future] = ()
                future.exception(timeout=self._left(GRACE)) if future.status != "cancelled" else None
                del self.in_flight[future]
                if future.status == "finished":
                    return _checked(future.result())
                if self._killed(future):
                    break
        if len(pieces) == 1 and isinstance(pieces[0], Chain):
            pieces = pieces[0].parts
        if len(pieces) == 1:
            return self.folding.empty(), list(named(pieces[0], KILLED))
        half = len(pieces) // 2
        first, first_unread = self._apart(pieces[:half])
        second, second_unread = self._apart(pieces[half:])
        return first + second, first_unread + second_unread

    def _left(self, grace: float = 0.0) -> float | None:
        """Return the seconds until the deadline and some grace, None where there is none."""
        return None if math.isinf(self.until) else max(0.001, self.until + grace - time.monotonic())

    def not_read(self) -> list[UnreadPartition]:
        """Name what could not be read, or not in time, in order."""
        late = {index: tuple(named(self.pieces[index], LATE)) for index in self.open}
        everything = {**self.unread, **late}
        return [partition for index in sorted(everything) for partition in everything[index]]

    def cancel(self) -> None:
        """Leave nothing behind on a cluster that others use."""
        if self.in_flight and self.client.status == "running":
            self.client.cancel(list(self.in_flight), force=True)


def _there(client: Any, folding: Folding[Any]) -> Any:
    """Return what tasks are given for the folding: itself, or its place on the workers where it is large."""
    return client.scatter([folding], hash=False, broadcast=True)[0] if _is_large(folding) else folding


def _is_large(thing: Any) -> bool:
    """Whether a thing goes to the workers directly."""
    buffers: list[pickle.PickleBuffer] = []
    pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
    return sum(buffer.raw().nbytes for buffer in buffers) > SCATTERED_BYTES


def _checked(result: _Folded) -> tuple[Any, list[UnreadPartition]]:
    """Return what a task has folded."""
    if result.version != __version__:
        raise UsageError(
            f"workers of the engine must have prefit {__version__}; got {result.version}. Install the same there."
        )
    if result.contradiction is not None:
        raise Contradiction(result.contradiction)
    return pickle.loads(result.state), result.unread  # noqa: S301 - from a worker of the caller's cluster
