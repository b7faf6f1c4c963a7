"""How much memory the run takes, and what ends it before it takes more than was promised."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from prefit.errors import InputError, UsageError

__all__ = [
    "Guard",
    "OverMemory",
    "ends_process",
    "in_words",
    "parse_bytes",
    "release",
    "resident_bytes",
    "room_beside",
    "room_of",
]

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]i?B)", re.IGNORECASE)
_UNITS = {"k": 1, "m": 2, "g": 3, "t": 4}

_LEAST_RESERVE = 24 << 20
_RESERVED_SHARE = 24
_POLL_SECONDS = 0.01
_POLLS_PER_COUNT = 5
_AGAIN_SECONDS = 5.0

ends_process: ContextVar[bool] = ContextVar("ends_process", default=False)
"""Whether the process may be ended where a call of a library takes too much: it is our own, and nobody else's."""


class OverMemory(InputError):
    """What was asked for takes more memory than was promised."""


class _Stop(BaseException):
    """Raised in the thread of the run by the one that watches it; no library catches it."""


def parse_bytes(text: str | int, name: str = "memory") -> int:
    """Return a size in bytes; ``"2GB"`` are two times 10**9, ``"500MiB"`` are 500 times 2**20.

    Raises
    ------
    UsageError
        If it is not a size of at least a megabyte.
    """
    match = _SIZE.fullmatch(str(text).strip())
    size = int(text) if isinstance(text, int) and not isinstance(text, bool) else 0
    if match is not None:
        unit = match["unit"].lower()
        size = int(float(match["number"]) * (1024 if "i" in unit else 1000) ** _UNITS[unit[0]])
    if size < 10**6:
        raise UsageError(f"{name} must be a size in memory; got {text!r}. Write for example 2GB or 500MiB.")
    return size


def in_words(size: float) -> str:
    """Return a size as people say it.

    Examples
    --------
    >>> in_words(512_000_000), in_words(2_340_000_000)
    ('512 MB', '2.34 GB')
    """
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def resident_bytes() -> int:
    """Return the resident memory of this process and of all that it has started, what they share counted once."""
    return _shared_once([os.getpid(), *_children(os.getpid())])


def room_of(most_bytes: int) -> int:
    """Return what a run may plan to take of the promised memory; the rest is for what is taken between two looks."""
    return most_bytes - Guard(most_bytes).reserve


def room_beside(most_bytes: int, counted_bytes: int) -> int:
    """Return what a part may plan to take that counts so many bytes for what has been taken before it begins."""
    return room_of(most_bytes) - max(0, resident_bytes() - counted_bytes)


def release() -> None:
    """Give memory that is free back to the system, as far as the allocators do."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
        if trim is not None:
            trim(0)


def _sum(pids: list[int]) -> int:
    if not Path("/proc/self/statm").exists():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    page = os.sysconf("SC_PAGE_SIZE")
    told = set()  # a child that does not run its own program yet has the memory of its parent, and tells the same
    for pid in pids:
        with suppress(OSError):  # it has ended
            told.add(Path(f"/proc/{pid}/statm").read_text(encoding="ascii"))
    return page * sum(int(line.split()[1]) for line in told if line)


def _shared_once(pids: list[int]) -> int:
    """Sum the memory of this process and of its children, whose share alone of what several have mapped is counted.

    It is slower than to sum what each has.
    """
    first, *children = pids
    total = _sum([first])
    for pid in children:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        except OSError:
            return _sum(pids)
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return min(total, _sum(pids))


def _children(pid: int) -> list[int]:
    """Return all processes below one."""
    found: list[int] = []
    with suppress(OSError), os.scandir(f"/proc/{pid}/task") as tasks:
        for task in tasks:
            with suppress(OSError):  # the thread has ended meanwhile
                found += map(int, Path(task.path, "children").read_text(encoding="ascii").split())
    return found + [below for child in found for below in _children(child)]


@dataclass(frozen=True)
class Guard:
    """Keeps a run below a limit: it raises :class:`OverMemory` in what comes near it.

    A call of a library that takes much at once may be past it before Python runs again; where the process is our own,
    it is ended then, with a message.
    """

    most_bytes: int

    @property
    def reserve(self) -> int:
        """What is kept free for what is taken between two looks."""
        return max(_LEAST_RESERVE, self.most_bytes // _RESERVED_SHARE)

    @contextmanager
    def kept(self, what: str) -> Iterator[None]:
        """Watch while the block runs.

        Raises
        ------
        OverMemory
            If too little is left to begin, or in the middle of it.
        """
        release()
        if resident_bytes() > self.most_bytes - self.reserve:
            raise self._over(what, f", of which {in_words(resident_bytes())} are taken before it starts")
        watcher = _Watcher(self, what)
        try:
            try:
                watcher.start()
                yield
            finally:
                watcher.end()
                release()
        except _Stop:
            watcher.end()  # the first time it may have been stopped itself, before it had begun
            raise self._over(what) from None

    def _over(self, what: str, taken: str = " and it is about to take more") -> OverMemory:
        return OverMemory(
            f"memory must do for the {what}; got {in_words(self.most_bytes)}{taken}. Give a larger --memory, drop "
            "columns, or use --level quick."
        )


class _Watcher(threading.Thread):
    """Looks at the memory of the run every hundredth of a second, and stops the thread that started it."""

    def __init__(self, guard: Guard, what: str) -> None:
        super().__init__(name="prefit memory", daemon=True)
        self._guard, self._what = guard, what
        self._watched = threading.get_ident()
        self._ends_process = ends_process.get()
        self._done = threading.Event()
        self._sending = threading.Lock()

    def run(self) -> None:
        """Watch until the end."""
        own, polls, quiet_until = os.getpid(), 0, 0.0
        pids = [own]
        while not self._done.wait(_POLL_SECONDS):
            if polls % _POLLS_PER_COUNT == 0:
                pids = [own, *_children(own)]
            polls += 1
            taken, guard = _sum(pids), self._guard
            if taken > guard.most_bytes - guard.reserve:
                taken = _shared_once(pids)
            if self._ends_process and taken > guard.most_bytes - guard.reserve // 3:
                self._end_process(pids[1:])
            if taken > guard.most_bytes - guard.reserve and time.monotonic() > quiet_until:
                with self._sending:
                    if not self._done.is_set():
                        _raise_in(self._watched, _Stop)
                quiet_until = time.monotonic() + _AGAIN_SECONDS  # it has to tidy up

    def end(self) -> None:
        """Watch no more; what is on its way to the thread arrives here, and is dropped.

        It is not called back: Python 3.11 would go on looking for it for ever, and hang where it is traced.
        """
        while not self._ended():
            pass

    def _ended(self) -> bool:
        try:
            self._done.set()
            with self._sending:  # nothing is sent from here on
                pass
            if self.is_alive():  # a call: what was sent arrives now at the latest
                self.join()
        except _Stop:
            return False
        return True

    def _end_process(self, children: list[int]) -> None:
        sys.stderr.write(f"\nprefit: {self._guard._over(self._what)}\n")
        sys.stderr.flush()
        for pid in children:
            with suppress(OSError):  # it has ended
                os.kill(pid, signal.SIGKILL)
        os._exit(2)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Have a thread raise an error as soon as it runs Python code."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
