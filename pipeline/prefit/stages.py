"""The stages of a run that can be called alone, on the same kinds of data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefit import entries
from prefit.config import Options, load_config, make_options
from prefit.errors import UsageError
from prefit.evidence import Curves, Evidence
from prefit.gate import open_data, profile_source, resolve
from prefit.measure import Progress, Stopwatch, measure_curves
from prefit.profiling import Profile
from prefit.resolve import check_names

__all__ = ["describe", "learning_curves", "profile"]


def profile(
    data: Any, *, target: str | None = None, seed: int | None = None, progress: Progress | None = None
) -> Profile:
    """What do all rows of a table say, in one pass?

    Parameters
    ----------
    data : path, URI or table
        As for :func:`prefit.check`.
    target : str, optional
        Column whose classes are counted, and whose conflicts among equal rows are looked for.
    seed : int, default 0
        Of the row sample.
    progress : callable, optional
        Called with the name of the stage and the share of it that is done.

    Returns
    -------
    Profile

    Raises
    ------
    UsageError, InputError
        As :func:`prefit.check`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> profile(pa.table({"a": [1, 2, None]})).columns["a"].n_null
    1
    """
    return _profile(data, make_options({"target": target, "seed": seed}), Stopwatch(progress or _silent))


def learning_curves(
    data: Any,
    *,
    target: str,
    task: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] | None = None,
    model: Sequence[str] | None = None,
    planned_rows: int | None = None,
    level: str | None = None,
    budget: str | float | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Curves:
    """How will the score grow with the rows, and what will the full training reach?

    Parameters are those of :func:`prefit.check`.

    Returns
    -------
    Curves
        Learning curves, forecasts and risks of all families.

    Raises
    ------
    UsageError, InputError
        As :func:`prefit.check`, and if the data are too few to fit anything.
    """
    given = {name: value for name, value in locals().items() if name not in ("data", "progress")}
    options = make_options(given)
    if options.level == "quick":
        raise UsageError("level must be standard or deep for learning curves; got 'quick'. Use one of these.")
    watch = Stopwatch(progress or _silent)
    found = _profile(data, options, watch)
    with watch.stage("learning curves") as stage_progress:
        return measure_curves(found, resolve(found, options), options, stage_progress)


def describe(
    data: Any,
    *,
    target: str | None = None,
    seed: int | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Say what a data set is: the entries ``dataset`` and ``columns`` of a report, without judging it.

    Parameters are those of :func:`prefit.check`.
    """
    from_file = load_config(config) if config is not None else {}
    given = {name: value for name, value in {"target": target, "seed": seed}.items() if value is not None}
    options = make_options(from_file | given)
    source = open_data(data, options)
    check_names(source.schema.names, options)
    found = profile_source(source, options, Stopwatch(progress or _silent), "profile")
    evidence = Evidence(task=resolve(found, options), profile=found, show_values=options.show_values)
    return {"dataset": entries.dataset(source.name, evidence), "columns": entries.columns(evidence)}


def _profile(data: Any, options: Options, watch: Stopwatch) -> Profile:
    source = open_data(data, options)
    check_names(source.schema.names, options)
    return profile_source(source, options, watch, "profile")


def _silent(_stage: str, _share: float) -> None:
    """Report no progress."""
