"""The cost of one whole process."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Cost", "cost_of"]


@dataclass(frozen=True)
class Cost:
    """What a process and its children took.

    Parameters
    ----------
    cpu_seconds : float
        User and system time, children included.
    wall_seconds : float
    peak_mib : float
        Peak resident memory of the largest single process among it and its children.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


def cost_of(command: Sequence[str], environment: Mapping[str, str], limit_seconds: float) -> Cost:
    """Run a command to its end.

    Raises
    ------
    RuntimeError
        If it fails or takes longer than the limit; the message ends with the last line that it wrote.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
        start_new_session=True,
    ) as process:
        with _Alarm(process.pid, limit_seconds) as alarm:
            complaint = process.stderr.read() if process.stderr else b""
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode != 0:
        last = (complaint.decode(errors="replace").strip().splitlines() or [""])[-1]
        reason = f"took longer than {limit_seconds:g} s" if alarm.rang else f"ended with {process.returncode}: {last}"
        raise RuntimeError(reason)
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


class _Alarm:
    """Ends a process and its children when the time is up."""

    def __init__(self, pid: int, seconds: float) -> None:
        import threading

        self.rang = False
        self._pid = pid
        self._timer = threading.Timer(seconds, self._ring)

    def _ring(self) -> None:
        import signal

        self.rang = True
        os.killpg(self._pid, signal.SIGKILL)

    def __enter__(self) -> _Alarm:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
