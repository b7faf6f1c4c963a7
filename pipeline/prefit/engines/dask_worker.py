"""A worker of a Dask cluster in a process of its own, which ends with the process that started it."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from multiprocessing.connection import Connection
from typing import Any, NoReturn

__all__ = ["LIGHT", "main"]

LIGHT = {
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.comm.compression": False,
    "distributed.diagnostics.nvml": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}
"""Settings of a cluster that nobody watches: it samples no stacks, serves no pages, compresses nothing on loopback."""


def main(master: Connection[Any, Any]) -> NoReturn:
    """Work for the scheduler whose address the master sends, until the connection is closed."""
    import dask
    import distributed  # imported while the scheduler is made

    import prefit.engines.dask  # noqa: F401 - what the tasks need

    async def work(address: str, name: str, directory: str) -> None:
        async with distributed.Worker(
            address,
            name=name,
            nthreads=1,
            host="127.0.0.1",
            local_directory=directory,
            memory_limit=0,
            dashboard=False,
            silence_logs=logging.CRITICAL,
        ) as worker:
            master.send("up")
            await worker.finished()

    code = 1
    try:
        address, name, directory = master.recv()
        threading.Thread(target=_end_with, args=(master,), daemon=True).start()
        dask.config.set(LIGHT)
        asyncio.run(work(address, name, directory))
        code = 0
    except (EOFError, OSError):
        pass  # the master has ended, or its scheduler
    os._exit(code)  # whatever thread still reads


def _end_with(master: Connection[Any, Any]) -> NoReturn:
    """End this process as soon as the one that started it closes the connection, or dies."""
    try:
        master.recv()
    except (EOFError, OSError):
        os._exit(0)
    raise AssertionError("the master has nothing more to say")
