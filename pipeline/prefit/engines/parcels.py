"""Sends a piece to a worker process: a small pickle, and the tables in it through shared memory."""

from __future__ import annotations

import mmap
import os
import pickle
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["receive", "send"]

WORTH_SHARING = 1 << 20
_ALIGNED = 64  # Arrow wants its buffers to begin there


def send(connection: Connection[Any, Any], pid: int, thing: Any) -> None:
    """Send what can be pickled; large buffers are written once to memory that the receiver maps.

    The memory is that of an anonymous file, which the kernel takes back when the receiver lets go of it or dies.
    """
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
    raws = [buffer.raw() for buffer in buffers]
    if sum(raw.nbytes for raw in raws) < WORTH_SHARING or not hasattr(os, "memfd_create"):
        connection.send((pickle.dumps(thing, protocol=5), ()))
        return
    spans: list[tuple[int, int]] = []
    memory = os.memfd_create("prefit")
    try:
        with open(memory, "wb", closefd=False) as file:
            for raw in raws:
                start = -(-file.tell() // _ALIGNED) * _ALIGNED
                file.seek(start)
                file.write(raw)
                spans.append((start, start + raw.nbytes))
        connection.send((content, tuple(spans)))
        reduction.send_handle(connection, memory, pid)
    finally:
        os.close(memory)


def receive(connection: Connection[Any, Any]) -> Any:
    """Receive what `send` sent."""
    content, spans = connection.recv()
    if not spans:
        return pickle.loads(content)  # noqa: S301 - from the process that started this one
    memory = reduction.recv_handle(connection)
    try:
        mapped = memoryview(mmap.mmap(memory, 0, prot=mmap.PROT_READ))
    finally:
        os.close(memory)
    return pickle.loads(content, buffers=[mapped[start:end] for start, end in spans])  # noqa: S301
