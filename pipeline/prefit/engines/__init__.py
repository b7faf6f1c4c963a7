"""Where the fold runs: on this machine, or on a Dask cluster."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from prefit.crew import WORKERS, Crew, n_cores
from prefit.engines.patience import in_time
from prefit.engines.pieces import OnUnread, in_pieces
from prefit.profiling import Partition
from prefit.profiling.folding import Folding, Total

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["hire", "in_time", "run"]


def hire(partitions: Sequence[Partition], engine: Any, workers: int | None) -> Crew:
    """Start the processes that a run will use, while the plan is made.

    Parameters
    ----------
    partitions, engine, workers
        As for :func:`run`.

    Returns
    -------
    Crew
        To be given to :func:`run`, and to be left as a context when that is done.
    """
    from prefit.engines.local import n_processes

    most = len(in_pieces(partitions))
    if engine == "dask" and find_spec("distributed") is not None:
        return Crew(WORKERS["dask"], min(workers or n_cores(), most))
    return Crew(WORKERS["local"], n_processes(partitions, workers, most)) if engine == "local" else Crew()


def run(
    partitions: Sequence[Partition],
    folding: Folding[Total],
    progress: Callable[[float], None] | None = None,
    *,
    engine: Any = "local",
    workers: int | None = None,
    until: float = math.inf,
    on_unread: OnUnread | None = None,
    shelf: Shelf | None = None,
    crew: Crew | None = None,
) -> Total:
    """Fold all rows of a source on an engine.

    What is folded may be a profile, whose plan is given, or anything else that is measured in one pass.

    Parameters
    ----------
    engine : {"local", "dask", "dask://HOST:PORT"} or distributed.Client, default "local"
    workers : int, optional
        Processes of ``local``, and of the cluster that ``dask`` starts.
    partitions, folding, progress, until, on_unread, shelf, crew
        As for :func:`prefit.engines.local.run`.

    Returns
    -------
    The sum of all partitions
        The same bytes on every engine, for any number of workers.

    Raises
    ------
    UnreadableInput
        As :func:`prefit.engines.local.run`.
    UsageError
        If the engine is not installed or its scheduler cannot be reached.
    """
    told: dict[str, Any] = {"workers": workers, "until": until, "on_unread": on_unread, "shelf": shelf, "crew": crew}
    if engine == "local":
        from prefit.engines.local import run as run_here

        return run_here(partitions, folding, progress, **told)
    from prefit.engines.dask import run as run_on_dask

    return run_on_dask(partitions, folding, progress, engine=engine, **told)
