"""Processes that are started before it is known what they are to do, so that they are up when it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["WORKERS", "Child", "Crew", "hired_ahead", "n_cores"]

WORKERS: Mapping[str, str] = {"local": "prefit.engines.worker", "dask": "prefit.engines.dask_worker"}
"""The module that the processes of an engine run."""

_LEAST = {"local": 2, "dask": 1}
"""From how many workers on they are processes."""

_NEEDED_SOON = ("prefit.sources", "pyarrow.parquet")
"""What nearly every partition needs: it is loaded before the first one comes."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")

_START = (
    "import sys; from importlib import import_module; from multiprocessing.connection import Connection; "
    "master = Connection(int(sys.argv[1])); sys.path[:] = master.recv(); "
    "[import_module(name) for name in sys.argv[3:]]; import_module(sys.argv[2]).main(master)"
)
"""What the interpreter of a child is given to run; the main module of the user is not imported again."""


class Child:
    """A process that runs ``main(connection)`` of a module, and the connection to it."""

    def __init__(self, module: str) -> None:
        from multiprocessing import Pipe

        self.connection: Connection[Any, Any]
        self.connection, end = Pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - this interpreter
                [sys.executable, "-c", _START, str(end.fileno()), module, *_NEEDED_SOON],
                stdin=subprocess.DEVNULL,
                pass_fds=[end.fileno()],
                env={**os.environ, **ONE_THREAD},
                process_group=0,  # Ctrl-C is for the main process, which ends this one
            )
        finally:
            end.close()
        self.connection.send(list(sys.path))

    def end(self, *, at_once: bool) -> None:
        """End the process: at once if it is at work, else when it sees that nothing will come."""
        self.connection.close()
        if at_once:
            self.process.terminate()
        try:
            self.process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Crew:
    """Children that wait for work; who takes one ends it, and the crew ends those that nobody takes.

    Parameters
    ----------
    module : str
        What they run.
    n : int
        How many; those that were hired ahead to run it are among them, or are ended.

    Attributes
    ----------
    n : int
        How many it began with.
    """

    def __init__(self, module: str = "", n: int = 0) -> None:
        ahead = _ahead.get()
        self.n, self._module = n, module
        self._waiting = [] if ahead is None or ahead is self else ahead._handed_over(module, n)
        self._waiting += [Child(module) for _ in range(n - len(self._waiting))]

    def take(self) -> Child:
        """Return the child that was started first, or start one."""
        return self._waiting.pop(0) if self._waiting else Child(self._module)

    def _handed_over(self, module: str, n: int) -> list[Child]:
        """Return up to so many children that run a module, and end the others."""
        children = self._waiting[:n] if module == self._module else []
        del self._waiting[: len(children)]
        self.__exit__()
        return children

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._waiting:
            self._waiting.pop().end(at_once=True)


_ahead: ContextVar[Crew | None] = ContextVar("_ahead", default=None)


@contextmanager
def hired_ahead(engine: str | None, workers: int | None) -> Iterator[None]:
    """Start the workers of a run that is about to begin, while all else is still to be imported.

    The first :class:`Crew` that is made in the block takes them over. What nobody took is ended with it.

    Parameters
    ----------
    engine, workers
        As the user has given them: where he leaves it open how many there shall be, none is started.
    """
    engine = engine or "local"
    n = min(workers or 0, n_cores())
    if engine not in WORKERS or n < _LEAST[engine] or (engine == "dask" and find_spec("distributed") is None):
        yield
        return
    with Crew(WORKERS[engine], n) as crew:
        hidden = _ahead.set(crew)
        try:
            yield
        finally:
            _ahead.reset(hidden)


def n_cores() -> int:
    """Return how many cores this process may use: its affinity, and the quota of its container."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, -(-int(quota) // int(period))))
