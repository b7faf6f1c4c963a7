"""Where the fold runs: on this machine, or on a Dask cluster."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from prefit.engines.pieces import OnUnread
from prefit.profiling import Partition, Plan, State
from prefit.profiling.shelf import Shelf

__all__ = ["run"]


def run(
    partitions: Sequence[Partition],
    plan: Plan,
    progress: Callable[[float], None] | None = None,
    *,
    engine: Any = "local",
    workers: int | None = None,
    until: float = math.inf,
    on_unread: OnUnread | None = None,
    shelf: Shelf | None = None,
) -> State:
    """Measure a source on an engine.

    Parameters
    ----------
    engine : {"local", "dask", "dask://HOST:PORT"} or distributed.Client, default "local"
    workers : int, optional
        Processes of ``local``, and of the cluster that ``dask`` starts.
    partitions, plan, progress, until, on_unread, shelf
        As for :func:`prefit.engines.local.run`.

    Returns
    -------
    State
        The same bytes on every engine, for any number of workers.

    Raises
    ------
    UnreadableInput
        As :func:`prefit.engines.local.run`.
    UsageError
        If the engine is not installed or its scheduler cannot be reached.
    """
    told: dict[str, Any] = {"workers": workers, "until": until, "on_unread": on_unread, "shelf": shelf}
    if engine == "local":
        from prefit.engines.local import run as run_here

        return run_here(partitions, plan, progress, **told)
    from prefit.engines.dask import run as run_on_dask

    return run_on_dask(partitions, plan, progress, engine=engine, **told)
