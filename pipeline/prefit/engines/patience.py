"""What may hang, such as a read from a dead file server, is done in a thread that is left behind at the deadline."""

from __future__ import annotations

import contextvars
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from prefit.engines.pieces import GRACE, too_late
from prefit.profiling import Partition

__all__ = ["in_time", "may_hang", "told"]

T = TypeVar("T")

_LONGEST_SECONDS = 86_400.0  # Python waits no longer than some years


class _Left(BaseException):
    """Nobody waits for this thread any more."""


def may_hang(partitions: Sequence[Partition], until: float) -> bool:
    """Whether there is a deadline to miss, and something to wait for: tables in memory are here.

    What lies in a file has an identity; a partition that has none may say `may_wait`.
    """
    return math.isfinite(until) and any(
        getattr(partition, "may_wait", False) or getattr(partition, "identity", None) for partition in partitions
    )


def in_time(call: Callable[[], T], partitions: Sequence[Partition], until: float) -> T:
    """Return what a call returns that reads the first of some partitions.

    Raises
    ------
    UnreadableInput
        If it does not return before the deadline.
    """
    if not may_hang(partitions, until):
        return call()
    results: list[T] = []
    try:
        for _ in told(lambda _tell: results.append(call()), until):
            pass
    except TimeoutError:
        raise too_late(partitions[0].name) from None
    return results[0]


def told(work: Callable[[Callable[[T], None]], None], until: float) -> Iterator[T]:
    """Yield what `work` tells from a thread of its own, which goes on when the next is asked for.

    Whatever it raises is raised here.

    Raises
    ------
    TimeoutError
        If nothing comes until some seconds after the deadline. The thread is left behind, and ends at its next word.
    """
    words: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    heard: SimpleQueue[bool] = SimpleQueue()

    def tell(word: T) -> None:
        words.put((word,))
        if not heard.get():
            raise _Left

    def run() -> None:
        try:
            work(tell)
        except _Left:
            return
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            words.put((None, error))
        else:
            words.put(())

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    try:
        while word := _next(words, until + GRACE):
            if len(word) == 2:
                raise word[1]
            yield word[0]
            heard.put(True)
    finally:
        heard.put(False)


def _next(words: SimpleQueue[tuple[Any, ...]], until: float) -> tuple[Any, ...]:
    try:
        return words.get(timeout=min(max(0.0, until - time.monotonic()), _LONGEST_SECONDS))
    except Empty:
        raise TimeoutError from None
