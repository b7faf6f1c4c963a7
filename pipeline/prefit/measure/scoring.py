"""Scoring every row of a table, on the engine that has profiled it."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from prefit.config import Options
from prefit.errors import InputError, UnreadableInput
from prefit.profiling import Partition
from prefit.profiling.limits import batch_bytes
from prefit.profiling.values import Profile
from prefit.resident import OverMemory, in_words, release, resident_bytes, room_of
from prefit.sources.base import Source

if TYPE_CHECKING:
    from prefit.probes.labels.every_row import Everywhere, Scores, Scoring

__all__ = ["everywhere"]

_WORKER_BYTES, _CLUSTER_BYTES = 350e6, 150e6
"""What a worker takes beside the models, and what Dask takes beside its workers. It has loaded what it scores with:
290 to 340 MB were measured with texts or categories, 180 MB of numbers alone."""

_ROW_BYTES = 120
"""What is held of each row at most until all are ranked and written: 57 bytes of a class were measured where few rows
are doubted, 111 of a number."""


def everywhere(
    profile: Profile,
    options: Options,
    source: Source,
    progress: Callable[[float], None] | None = None,
    until: float = math.inf,
) -> Everywhere | None:
    """Return what runs a pass over all rows that the profile has read; None unless the level is deep.

    The pass runs in the processes that the options name for the profile, or on that Dask cluster. It raises
    ``InputError`` if not all rows can be scored, or not before `until`.
    """
    if options.level != "deep":
        return None

    def run(scoring: Scoring) -> Scores:
        from prefit import engines
        from prefit.engines.sections import cut

        unread = {partition.name for partition in profile.unread}
        n_rows = source.n_rows or profile.n_rows
        partitions = [part for part in cut(source.partitions(), n_rows) if part.name not in unread]
        scoring = replace(scoring, n_rows=profile.n_rows, batch_bytes=batch_bytes())
        try:
            scores = engines.run(
                partitions,
                scoring,
                progress,
                engine=options.engine,
                workers=_workers(partitions, scoring, options),
                until=until,
            )
        except UnreadableInput as error:
            raise InputError(
                f"rows must all be scored at the level deep; got this: {error} Or use the level standard."
            ) from None
        if (scores.n_read, scores.n_met) != (profile.n_rows, len(scoring.known)):  # whatever the source does not notice
            raise InputError(
                "rows must be the same in the same order when they are read once more, to score them all; got "
                f"{scores.n_read:,} rows after {profile.n_rows:,}, and of the {len(scoring.known):,} that models have "
                f"learnt from {scores.n_met:,} in their place. Give a query an ORDER BY, start again with data that do "
                "not change, or use the level standard."
            )
        return scores

    return run


def _workers(partitions: Sequence[Partition], scoring: Scoring, options: Options) -> int | None:
    """Return how many processes keep below the memory that is promised.

    Raises
    ------
    OverMemory
        If there is not enough for one.
    """
    if options.memory is None:
        return options.workers
    from prefit.engines.local import n_paying

    release()
    room = room_of(options.memory) - resident_bytes() - _ROW_BYTES * (scoring.n_rows or 0)
    work, models = scoring.work_bytes, len(pickle.dumps(scoring, protocol=5))
    wanted = options.workers or n_paying(partitions, scoring.effort)
    for n in range(wanted, 0, -1):
        if _taken(n, work, models, options.engine) <= room:
            return n
    lacking = _taken(1, work, models, options.engine) - room
    raise OverMemory(
        f"memory must do for the scores of all {scoring.n_rows or 0:,} rows; got {in_words(options.memory)}, and "
        f"{in_words(lacking)} more are needed. Give a larger --memory, or use the level standard."
    )


def _taken(n_workers: int, work: float, models: int, engine: object) -> float:
    """Return the bytes that so many processes of this machine take beside this one."""
    if engine not in ("local", "dask"):
        return models
    if n_workers == 1 and engine == "local":
        return work
    return n_workers * (_WORKER_BYTES + 2 * models + work) + models + (_CLUSTER_BYTES if engine == "dask" else 0.0)
