"""Memory that is given back to the system after each batch and asked for again costs more than the fold itself."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["hoarding"]

_M_TRIM_THRESHOLD = -1
_HOARD_BYTES = 256 << 20
_SET_BY = "MALLOC_TRIM_THRESHOLD_"


@contextmanager
def hoarding() -> Iterator[None]:
    """Keep up to 256 MB of freed memory, where the environment makes glibc give back all but a few kB.

    Dask's nannies start workers with ``MALLOC_TRIM_THRESHOLD_=65536``; temporary arrays of a batch are larger, so that
    a fold spends two thirds of its time on page faults. What was hoarded is given back at the end.
    """
    told = os.environ.get(_SET_BY, "")
    libc = ctypes.CDLL(None)
    if not told.isdecimal() or int(told) >= _HOARD_BYTES or not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_M_TRIM_THRESHOLD, _HOARD_BYTES)
    try:
        yield
    finally:
        libc.mallopt(_M_TRIM_THRESHOLD, int(told))
        libc.malloc_trim(0)
