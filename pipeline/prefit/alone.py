"""What is set up once where the process is prefit's own, and not that of somebody who calls it."""

from __future__ import annotations

import faulthandler
import os
import sys

__all__ = ["take_over"]

_SLEEP_SOON = {"OPENBLAS_THREAD_TIMEOUT": "20"}
"""After 2**20 turns. Threads of OpenBLAS turn for 0.1 s before they sleep, and begin when numpy is loaded, and
when scipy is: on four cores 0.25 s of CPU each."""


def take_over() -> None:
    """Have a library that crashes say where, as it takes the process with it, and idle threads wait without working.

    To be called before numpy is loaded. What the user has set in the environment stays.
    """
    if sys.stderr is not None:
        faulthandler.enable()
    for name, value in _SLEEP_SOON.items():
        os.environ.setdefault(name, value)
