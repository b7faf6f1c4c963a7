"""The Dask cluster that a run uses: that of a client, one at an address, or one of its own on this machine."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import Pipe, connection
from typing import Any, Self

from prefit.crew import WORKERS, Child, Crew
from prefit.engines.dask_worker import LIGHT
from prefit.errors import UsageError

__all__ = ["connected"]

CONNECT_SECONDS = 5.0
START_SECONDS = 60.0
MAX_FAILURES = 3
"""How many processes in a row may end before they are up."""


@contextmanager
def connected(engine: Any, n_workers: int, until: float, crew: Crew | None = None) -> Iterator[Any]:
    """Connect to a cluster that has a worker, or start one, and leave it as it was.

    Raises
    ------
    UsageError
        If Dask is not installed, the scheduler cannot be reached, or there is no worker.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(
            "engine dask needs the packages of Dask; got none of them. Install them: pip install 'prefit[dask]'."
        ) from None
    if not isinstance(engine, str):
        yield engine
        return
    if engine == "dask":
        with _Cluster(Crew(WORKERS["dask"]) if crew is None else crew, n_workers, until) as cluster:
            yield cluster.client
        return
    address = engine.replace("dask://", "tcp://", 1)
    from distributed.utils import silence_logging_cmgr

    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"engine {engine} must be the address of a running scheduler; got no answer within {CONNECT_SECONDS:g} s. "
            "Start one with 'dask scheduler', or check the host, the port and the firewall."
        ) from error
    with silence_logging_cmgr(logging.CRITICAL), client:  # what happens to the connection is told in one message
        try:
            client.wait_for_workers(1, timeout=max(0.001, min(CONNECT_SECONDS, until - time.monotonic())))
        except TimeoutError:
            raise UsageError(
                f"engine {engine} must have workers; got none within {CONNECT_SECONDS:g} s. Start some with "
                f"'dask worker {address}'."
            ) from None
        yield client


class _Cluster:
    """A scheduler in this process, and workers that only this machine can reach; those that die are replaced.

    The workers are plain children, not the nannies' of Dask: they are started while the data are opened, do not run the
    main module of the user again, do not hear a Ctrl-C, and give no memory back to the system after each batch.
    """

    def __init__(self, crew: Crew, n_workers: int, until: float) -> None:
        self._crew, self._n_workers, self._until = crew, n_workers, until
        self._children: dict[Any, Child] = {}
        self._up: set[Any] = set()
        self._n_started = self._failures = 0
        self._left = ExitStack()

    def __enter__(self) -> Self:
        import dask
        from distributed import Client, LocalCluster

        with ExitStack() as entered:
            self._directory = entered.enter_context(
                tempfile.TemporaryDirectory(prefix="prefit-", ignore_cleanup_errors=True)
            )
            with dask.config.set(LIGHT):
                scheduler = LocalCluster(
                    n_workers=0,
                    processes=True,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # else it takes the port of the user's own
                    silence_logs=logging.CRITICAL,
                )
            entered.enter_context(scheduler)
            self._address = scheduler.scheduler_address
            self._hearing, stop = Pipe(duplex=False)
            entered.callback(self._end)
            for _ in range(self._n_workers):
                self._start()
            watch = threading.Thread(target=self._watch, args=(scheduler,), daemon=True)
            watch.start()
            entered.callback(watch.join)
            entered.callback(stop.send, None)
            self.client = entered.enter_context(Client(scheduler, set_as_default=False, direct_to_workers=True))
            with suppress(TimeoutError):  # those that come later find work too
                seconds = min(START_SECONDS, self._until - time.monotonic())
                self.client.wait_for_workers(self._n_workers, timeout=max(0.001, seconds))
            self._left = entered.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.close()

    def _start(self) -> None:
        child = self._crew.take()
        self._children[child.connection] = child
        self._n_started += 1
        with suppress(OSError):  # it has died already, which the connection will tell
            child.connection.send((self._address, f"prefit-{self._n_started}", self._directory))

    def _watch(self, scheduler: Any) -> None:
        """Replace workers that die, unless they do so before they are up."""
        while True:
            ready = connection.wait([self._hearing, *self._children])
            if self._hearing in ready:
                return
            for spoken in ready:
                try:
                    self._children[spoken].connection.recv()
                    self._up.add(spoken)
                    self._failures = 0
                except (EOFError, OSError):
                    self._children.pop(spoken).end(at_once=True)
                    self._failures += spoken not in self._up
                    if self._failures < MAX_FAILURES:
                        self._start()
                    elif not self._children:
                        scheduler.close()  # whoever waits is to hear that nobody will come

    def _end(self) -> None:
        for child in self._children.values():
            child.end(at_once=True)
