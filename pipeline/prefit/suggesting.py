"""An expectation suite inferred from data: open, profile, infer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefit.config import load_config, make_options
from prefit.errors import UsageError, did_you_mean
from prefit.profiling import Profile, infer_kinds
from prefit.reading import open_data, profile_source
from prefit.resolve import check_names
from prefit.stopwatch import Progress, Stopwatch
from prefit.suites.suggest import SuggestedSuite, infer_suite, without_broken

__all__ = ["suggest"]

_SHARED = frozenset({"columns", "csv", "deadline", "drop", "engine", "memory", "seed", "state", "target", "workers"})
"""Options of a configuration file that matter here as they do to :func:`prefit.check`."""

_OWN = ("batch_rows", "values")


def suggest(
    data: Any,
    *,
    target: str | None = None,
    time: str | None = None,
    batch_rows: int | None = None,
    values: bool | None = None,
    drop: Sequence[str] | None = None,
    seed: int | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
    columns: Mapping[str, str] | None = None,
    csv: Mapping[str, Any] | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
) -> SuggestedSuite:
    """Which expectations should the next batch of this source meet?

    Parameters
    ----------
    data : path, URI or table
        As for :func:`prefit.check`.
    target : str, optional
        Column to predict: the shares of its classes are among the expectations.
    time : str, optional
        Column that runs on from batch to batch, as a clock or a counter does. Rules that would not have held from the
        rows before to those after some moments of it, or back, are left out. Without it, instants and numbers that grow
        from row to row get no limits, and that is all.
    batch_rows : int, optional
        Rows of the batches that the suite is to judge. Small ones stray further, so that their margins are wider.
        Default from a tenth of the rows of `data` to as many.
    values : bool, default True
        Whether values of text columns may be listed. Limits of numbers are written in any case.
    drop : sequence of str, optional
        Columns of which nothing is said but that they are there.
    seed, deadline, workers, engine, state, memory, columns, csv, config, progress
        As for :func:`prefit.check`.

    Returns
    -------
    SuggestedSuite
        With ``to_dict()``, ``to_json()`` and ``save(path)``.

    Raises
    ------
    UsageError
        If an option is wrong in itself or for these data.
    InputError
        If the data cannot be read, all of them, or hold no row.

    Examples
    --------
    >>> import pyarrow as pa
    >>> suite = suggest(pa.table({"size": [1.5, 2.5, 3.0, 4.5] * 25}))
    >>> suite.entries[0].expectation
    'expect_table_columns_to_match_set'
    """
    given = {name: value for name, value in locals().items() if value is not None}
    from_file = load_config(config) if config is not None else {}
    options = make_options(
        {name: value for name, value in (from_file | given).items() if name in _SHARED}
        | {"suggest": from_file.get("suggest")}
    )
    batch_rows, values = _own(dict(options.suggest) | {name: given[name] for name in _OWN if name in given})
    time = time or from_file.get("time")
    source = open_data(data, options)
    if time is not None and time not in source.schema.names:
        raise UsageError(f"time {time!r} is not a column; columns: {did_you_mean(str(time), source.schema.names)}")
    check_names(source.schema.names, options)
    watch = Stopwatch.started(progress, options.deadline, options.memory)
    profile = profile_source(source, options, watch, "profile")
    kinds, _ = infer_kinds(profile, options.columns)

    def infer(profile: Profile, batch_rows: int | None) -> SuggestedSuite:
        return infer_suite(
            profile,
            kinds,
            name=Path(source.name).stem,
            batch_rows=batch_rows,
            time=time,
            drop=options.drop,
            with_values=values,
        )

    suite = infer(profile, batch_rows)
    if time is None:
        return suite
    in_memory = replace(options, engine="local", workers=1, state=None)
    with watch.stage("earlier against later rows"):
        return without_broken(
            suite,
            profile.sample.table,
            time,
            lambda rows, n: infer(profile_source(open_data(rows, in_memory), in_memory, watch, "profile"), n),
        )


def _own(given: Mapping[str, Any]) -> tuple[int | None, bool]:
    """Check the options that only this command has; in a configuration file they stand under ``[suggest]``."""
    for name in given:
        if name not in _OWN:
            raise UsageError(f"suggest: key {name!r} does not exist; keys: {did_you_mean(name, _OWN)}")
    batch_rows, values = given.get("batch_rows"), given.get("values", True)
    if batch_rows is not None and (not isinstance(batch_rows, int) or isinstance(batch_rows, bool) or batch_rows < 1):
        raise UsageError(f"batch_rows must be a whole number of at least 1; got {batch_rows!r}. Change it.")
    if not isinstance(values, bool):
        raise UsageError(f"values must be true or false; got {values!r}. Change it.")
    return batch_rows, values
