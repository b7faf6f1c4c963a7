"""Worker processes, each with a run of pieces to fold; who is done takes half of what another has left.

They are plain child processes and no pool: a pool breaks as a whole when one process is killed, does not say what
that one was at, and imports the main module of the user again. Here each worker has one piece at a time, so the death
of one costs what it has not shipped, and the piece that it died of is known.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from multiprocessing import connection
from typing import TYPE_CHECKING, Any, Generic

from prefit.crew import WORKERS, Child, Crew
from prefit.engines.keeper import Keeper
from prefit.engines.parcels import receive, send
from prefit.engines.pieces import GRACE, LATE, Chain, Meter, OnUnread, named, shares
from prefit.engines.worker import SHIP
from prefit.errors import Contradiction, UsageError
from prefit.profiling import Partition
from prefit.profiling.folding import Folding, Total
from prefit.profiling.values import UnreadPartition

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["Master", "run"]

MAX_DEATHS = 3
"""Workers that a piece may kill before it is given up."""

RUN_BYTES = 1 << 31
"""What a worker folds before it ships its state: what a death costs at most."""


class _Worker:
    """A child, the piece that it is at, what it has folded and not shipped, and what it is to fold next."""

    def __init__(self, child: Child, folding: Folding[Any], shelf: Shelf | None, ahead: deque[int]) -> None:
        self.child, self.connection, self.process = child, child.connection, child.process
        self.ahead = ahead
        self.folded: list[int] = []
        self.at: int | None = None
        self.up = self.shipping = False
        with contextlib.suppress(OSError):  # it has died already, which the connection will tell
            send(self.connection, self.process.pid, (folding, shelf))

    def fold(self, index: int, piece: Partition, places: Mapping[str, int] | None) -> None:
        self.at = index
        send(self.connection, self.process.pid, (index, (piece, places)))

    def ship(self) -> None:
        self.shipping = True
        send(self.connection, self.process.pid, (SHIP, None))

    def leave(self) -> None:
        """Let the process end, which takes a moment."""
        self.connection.close()

    def end(self) -> None:
        """End the process, and wait until it has."""
        self.child.end(at_once=self.at is not None or self.shipping or not self.up)


class Master(Generic[Total]):
    """Hands out pieces, and takes in states."""

    def __init__(
        self,
        pieces: Sequence[Partition],
        folding: Folding[Total],
        meter: Meter,
        keeper: Keeper | None = None,
        crew: Crew | None = None,
    ) -> None:
        self.pieces, self.folding, self.meter, self.keeper = pieces, folding, meter, keeper
        self.crew = Crew(WORKERS["local"]) if crew is None else crew
        self._total: Total | None = None
        self.unread: dict[int, Sequence[UnreadPartition]] = {}
        self.deaths: Counter[int] = Counter()
        self.left: list[deque[int]] = []  # what dead workers have left to do
        self.workers: list[_Worker] = []
        self.leaving: list[_Worker] = []
        self.open = set(range(len(pieces)))  # neither shipped nor given up
        self.start_failures = 0
        self.until = math.inf

    def run(self, n_workers: int, until: float) -> None:
        """Fold all pieces, or those that can be until then."""
        self.until = until
        self.left = [deque(share) for share in shares(self.pieces, n_workers)]
        n_workers = len(self.left)
        while self.open:
            wait = until - time.monotonic()
            if wait <= 0:
                self._collect(until + GRACE)
                return
            while len(self.workers) < n_workers and (self.left or not self.workers):  # also in the place of the dead
                ahead = self.left.pop(0) if self.left else deque[int]()
                shelf = None if self.keeper is None else self.keeper.shelf
                self.workers.append(_Worker(self.crew.take(), self.folding, shelf, ahead))
            by_connection = {worker.connection: worker for worker in self.workers}
            for ready in connection.wait(list(by_connection), None if math.isinf(wait) else wait):
                self._hear(by_connection[ready])  # type: ignore[index]

    def _collect(self, until: float) -> None:
        """Have all workers ship what they have, and leave what they are at."""
        for worker in self.workers:
            worker.ahead.clear()
            if worker.folded and not worker.shipping:
                worker.ship()
        while any(worker.shipping for worker in self.workers) and (wait := until - time.monotonic()) > 0:
            shipping = {worker.connection: worker for worker in self.workers if worker.shipping}
            for ready in connection.wait(list(shipping), wait):
                self._hear(shipping[ready], late=True)  # type: ignore[index]

    def _hear(self, worker: _Worker, *, late: bool = False) -> None:
        try:
            what, content = worker.connection.recv()
            if what == "state":
                content = receive(worker.connection)
        except (EOFError, OSError):
            self._lost(worker)
            return
        self._heard(worker, what, content)
        if late:
            return
        try:
            self._advance(worker)
        except OSError:  # it has died since
            self._lost(worker)

    def _heard(self, worker: _Worker, what: str, content: Any) -> None:
        at = worker.at
        if what == "ready":
            worker.up, self.start_failures = True, 0
        elif what == "rows" and at is not None:
            self.meter.rows(at, content)
        elif what == "done" and at is not None:
            if content:
                self.unread[at] = content
            worker.folded.append(at)
            worker.at = None
            self.meter.done(at)
        elif what == "state":
            self._add(content)
            self.open.difference_update(worker.folded)
            worker.folded, worker.shipping = [], False
        elif what == "contradiction":
            raise Contradiction(content)
        elif what == "refusal":
            raise UsageError(content)
        elif what == "error":
            raise RuntimeError(f"a worker failed: {content}")

    def _advance(self, worker: _Worker) -> None:
        """Give a worker that has nothing to do its next piece, or have it ship what it has."""
        if not worker.up or worker.at is not None or worker.shipping:
            return
        if not worker.ahead:
            worker.ahead = self._more()
        following = worker.ahead[0] if worker.ahead else None
        if worker.folded and (following is None or self._full(worker) or self.deaths[following]):
            worker.ship()
        elif following is not None:
            piece = self.pieces[worker.ahead.popleft()]
            worker.fold(following, piece, None if self.keeper is None else self.keeper.places(piece))
        else:
            self.workers.remove(worker)
            self.leaving.append(worker)
            worker.leave()

    def _full(self, worker: _Worker) -> bool:
        """Whether enough would be lost with a worker; what has killed one goes alone."""
        return (
            self.folding.effort * sum(self.pieces[index].size_bytes for index in worker.folded) >= RUN_BYTES
            or self.deaths[worker.folded[-1]] > 0
        )

    def _more(self) -> deque[int]:
        """Return what a dead worker has left, else the second half of what the busiest worker has before it."""
        if self.left:
            return self.left.pop(0)
        busiest = max(self.workers, key=lambda worker: len(worker.ahead))
        keep = len(busiest.ahead) // 2
        taken = deque(list(busiest.ahead)[keep:])
        busiest.ahead = deque(list(busiest.ahead)[:keep])
        return taken

    def _lost(self, worker: _Worker) -> None:
        """Take back what a dead worker had; what it was at goes last, alone, and is given up when it kills again."""
        self.workers.remove(worker)
        worker.end()
        culprit = worker.at if worker.at is not None else worker.folded[-1] if worker.folded else None
        if culprit is None:
            self.start_failures += 1
            if self.start_failures >= MAX_DEATHS:
                raise RuntimeError(f"worker processes end before they begin, with code {worker.process.returncode}")
        else:
            self.deaths[culprit] += 1
        self.meter.undone(worker.folded)
        again = [index for index in (*worker.folded, *worker.ahead) if index != culprit]
        if culprit is not None:
            self.meter.restart(culprit)
            if self.deaths[culprit] < MAX_DEATHS:
                self.left.append(deque([culprit]))
            else:
                self.open.discard(culprit)
                self._give_up(culprit, worker.process.returncode)
        self.left[:0] = _runs(again)

    def _give_up(self, index: int, code: int) -> None:
        piece = self.pieces[index]
        if isinstance(piece, Chain):  # find out which of them it is
            inner = Master(piece.parts, self.folding, Meter(piece.parts, None, None), crew=self.crew)
            try:
                inner.run(1, self.until)
            finally:
                inner.end()
            self._add(inner.total)
            self.unread[index] = inner.not_read()
        else:
            self.unread[index] = tuple(named(piece, f"it ended {MAX_DEATHS} workers that read it, {_ending(code)}"))
        self.meter.done(index)

    def _add(self, total: Total) -> None:
        self._total = total if self._total is None else self._total + total

    @property
    def total(self) -> Total:
        """The sum of what was shipped."""
        return self.folding.empty() if self._total is None else self._total

    def not_read(self) -> list[UnreadPartition]:
        """Name what could not be read, or not in time, in order."""
        late = {index: tuple(named(self.pieces[index], LATE)) for index in self.open}
        everything = {**self.unread, **late}
        return [partition for index in sorted(everything) for partition in everything[index]]

    def end(self) -> None:
        """End all workers."""
        for worker in (*self.workers, *self.leaving):
            worker.end()
        self.workers.clear()
        self.leaving.clear()


def run(master: Master[Total], *, n_workers: int, until: float, on_unread: OnUnread) -> Total:
    """Fold pieces in worker processes.

    Parameters
    ----------
    master : Master
        Of the pieces, in row order.
    n_workers : int
    until : float
        Value of ``time.monotonic`` at which to stop: what is not read by then is told as unread.
    on_unread : callable
        Told what could not be read, in order.

    Returns
    -------
    The sum of all pieces
        The same bytes for any number of workers.
    """
    try:
        master.run(n_workers, until)
    finally:
        master.end()
    for partition in master.not_read():
        on_unread(partition)
    return master.total


def _runs(indices: Sequence[int]) -> list[deque[int]]:
    """Cut ascending numbers into runs without gaps."""
    runs: list[deque[int]] = []
    for index in sorted(indices):
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append(deque([index]))
    return runs


def _ending(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"with code {code}"
