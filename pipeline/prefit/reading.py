"""From data to their profile: open what is named, and fold all of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefit import memory
from prefit.config import Options
from prefit.errors import Contradiction, InputError, PrefitError
from prefit.profiling import Partition, Plan, Profile
from prefit.profiling.values import UnreadPartition
from prefit.sources import CsvOptions, Source, open_source
from prefit.stopwatch import Stopwatch

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["open_data", "profile_source"]


def open_data(data: Any, options: Options, *, test: bool = False) -> Source:
    """Open a source as the options say; `test` only words the errors."""
    try:
        with memory.reading(options):
            return open_source(data, options=CsvOptions.of(options.csv))
    except PrefitError as error:
        if test:
            raise type(error)(f"test data: {error}") from None
        raise


def profile_source(source: Source, options: Options, watch: Stopwatch, stage: str, *, probed: bool = False) -> Profile:
    """Fold all rows of a source into its profile, which names the partitions that could not be read.

    The probes that follow where it is to be `probed` have a part of the memory that is promised.

    Raises
    ------
    UnreadableInput
        If no partition can be read.
    InputError
        If there is no row, or it would take more memory than the options allow.
    """
    try:
        return _profiled(source, options, watch, stage, probed)
    except Contradiction:
        source.settle()
    return _profiled(source, options, watch, stage, probed)


def _profiled(source: Source, options: Options, watch: Stopwatch, stage: str, probed: bool) -> Profile:
    from prefit import engines
    from prefit.profiling import finish, first_rows, make_plan

    target = options.target if options.target in source.schema.names else None
    with watch.stage(stage) as progress, memory.reading(options), ExitStack() as at_work:
        partitions = source.partitions()
        crew = None  # how many there may be is known when the memory is
        if options.memory is None:
            crew = at_work.enter_context(engines.hire(partitions, options.engine, options.workers))
        rows = engines.in_time(lambda: first_rows(partitions), partitions, watch.until)
        plan = make_plan(
            source.schema, target=target, drop=options.drop, seed=options.seed, n_rows=source.n_rows, first_rows=rows
        )
        plan, workers = memory.fitted(plan, partitions, rows, options, probed=probed)
        del rows  # each is a view of a whole batch
        unread: list[UnreadPartition] = []
        shelf = None if options.state is None else _open_shelf(options.state, partitions, plan)
        found = finish(  # which alone holds the state, and frees what it has copied
            engines.run(
                partitions,
                plan,
                progress,
                engine=options.engine,
                workers=workers,
                until=watch.until,
                on_unread=unread.append,
                shelf=shelf,
                crew=crew,
            ),
            plan,
            threads=1 if crew is None else max(1, crew.n),
        )
        profile = replace(found, unread=tuple(unread), n_partitions=len(partitions))
    if profile.n_rows == 0:
        lines = f" All {profile.malformed.count:,} lines are malformed." if profile.malformed.count else ""
        raise InputError(f"data {source.name!r} must have at least one row; got none.{lines} Check that file.")
    return profile


def _open_shelf(directory: str | Path, partitions: Sequence[Partition], plan: Plan) -> Shelf:
    from prefit.profiling.shelf import open_shelf

    return open_shelf(Path(directory), partitions, plan)
