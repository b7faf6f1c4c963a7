"""Products of matrices on one thread."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["one_thread"]


def one_thread() -> Any:
    """Keep BLAS, in a ``with`` block, from waiting for cores that others use."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    return ThreadpoolController()
