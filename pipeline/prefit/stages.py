"""The stages of a run that can be called alone, on the same kinds of data.

What a stage does not need is not imported: a profile loads neither checks nor probes.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefit.config import Options, load_config, make_options
from prefit.errors import UsageError
from prefit.memory import trainings
from prefit.profiling import Profile
from prefit.reading import open_data, profile_source
from prefit.resolve import check_names, resolve
from prefit.stopwatch import Progress, Stopwatch
from prefit.task import Task

if TYPE_CHECKING:
    from prefit.evidence import Curves
    from prefit.evidence.labels import LabelNoise

__all__ = ["describe", "label_noise", "learning_curves", "profile", "warn_of_unread"]


def profile(
    data: Any,
    *,
    target: str | None = None,
    seed: int | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
    progress: Progress | None = None,
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
    deadline : str or float, default "1h"
    workers : int, optional
    engine : {"local", "dask", "dask://HOST:PORT"} or distributed.Client, default "local"
    state : path, optional
    memory : str or int, optional
        As for :func:`prefit.check`.
    progress : callable, optional
        Called with the name of the stage and the share of it that is done.

    Returns
    -------
    Profile
        Without the rows of the partitions that are named in its `unread`, with a ``UserWarning`` that counts them.

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
    given = {name: value for name, value in locals().items() if name not in ("data", "progress")}
    options = make_options(given)
    found = _profile(data, options, Stopwatch.started(progress, options.deadline, options.memory))
    warn_of_unread(found)
    return found


def learning_curves(
    data: Any,
    *,
    target: str,
    task: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] | None = None,
    model: Any = None,
    planned_rows: int | None = None,
    metric: str | None = None,
    level: str | None = None,
    budget: str | float | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
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
    from prefit.measure.curves import measure_curves

    given = {name: value for name, value in locals().items() if name not in ("data", "measure_curves", "progress")}
    options = make_options(given)
    if options.level == "quick":
        raise UsageError("level must be standard or deep for learning curves; got 'quick'. Use one of these.")
    watch = Stopwatch.started(progress, options.deadline, options.memory)
    found = _profile(data, options, watch, probed=True)
    warn_of_unread(found)
    with watch.stage("learning curves") as stage_progress, trainings(options):
        return measure_curves(found, resolve(found, options), options, stage_progress, watch.until)


def label_noise(
    data: Any,
    *,
    target: str,
    task: str | None = None,
    group: str | None = None,
    time: str | None = None,
    drop: Sequence[str] | None = None,
    level: str | None = None,
    budget: str | float | None = None,
    deadline: str | float | None = None,
    workers: int | None = None,
    engine: Any = None,
    state: str | Path | None = None,
    memory: str | int | None = None,
    seed: int | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> LabelNoise:
    """How many labels are wrong, and which?

    Parameters are those of :func:`prefit.check`; at the level ``"deep"`` every row of the table is scored, else those
    of the row sample.

    Returns
    -------
    LabelNoise
        The rate with its 90 % interval, told apart from classes that overlap; which class is labelled as which other
        one; the scored rows, most suspicious first; what dropping or relabelling the worst does to a score.

    Raises
    ------
    UsageError, InputError
        As :func:`prefit.check`, if the target is not one of classes, and if there are too few rows to learn it from.

    Examples
    --------
    >>> import pyarrow as pa
    >>> size = [k / 100 for k in range(-100, 100)]
    >>> label = ["large" if x > 0 else "small" for x in size]
    >>> label[3] = "large"
    >>> found = label_noise(pa.table({"size": size, "label": label}), target="label")
    >>> int(found.suspects.positions[0])
    3
    """
    given = {name: value for name, value in locals().items() if name not in ("data", "progress")}
    from prefit.evidence.amounts import AmountNoise
    from prefit.measure.labels import measure_labels

    options = make_options(given)
    if options.level == "quick":
        raise UsageError("level must be standard or deep for label noise; got 'quick'. Use one of these.")
    watch = Stopwatch.started(progress, options.deadline, options.memory)
    source = open_data(data, options)
    check_names(source.schema.names, options)
    found = profile_source(source, options, watch, "profile", probed=True)
    warn_of_unread(found)
    judged = resolve(found, options)
    if judged.kind != "classification":
        raise UsageError(
            f"target {target!r} must be one of classes for label noise; got a target of {judged.kind}. Name another, "
            "or ask for task='classification'."
        )
    with watch.stage("wrong labels") as stage_progress, trainings(options):
        noise = measure_labels(found, judged, options, source, stage_progress, watch.until)
    assert not isinstance(noise, AmountNoise)  # of a regression
    return noise


def describe(
    data: Any,
    *,
    target: str | None = None,
    seed: int | None = None,
    config: str | Path | None = None,
    progress: Progress | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Say what a data set is: the entries ``dataset`` and ``columns`` of a report, without judging it.

    Parameters are those of :func:`prefit.check`; `others` may be ``deadline``, ``workers``, ``engine``, ``state`` and
    ``memory``.
    The entry ``unread`` holds what ``unreadable-partition`` says of partitions that are not in it, or None.
    """
    from prefit import entries

    from_file = load_config(config) if config is not None else {}
    given = {"target": target, "seed": seed, **others}
    given = {name: value for name, value in given.items() if value is not None}
    options = make_options(from_file | given)
    source = open_data(data, options)
    check_names(source.schema.names, options)
    found = profile_source(source, options, Stopwatch.started(progress, options.deadline, options.memory), "profile")
    task = resolve(found, options)
    return {
        "dataset": entries.dataset(source.name, found, task),
        "unread": _unread(found, task) if found.unread else None,
        "columns": entries.columns(found, task, show_values=options.show_values),
    }


def _profile(data: Any, options: Options, watch: Stopwatch, *, probed: bool = False) -> Profile:
    source = open_data(data, options)
    check_names(source.schema.names, options)
    return profile_source(source, options, watch, "profile", probed=probed)


def _unread(profile: Profile, task: Task) -> str:
    """Say which partitions could not be read, as the check does."""
    from prefit.checks.run.unreadable_partition import UnreadablePartition
    from prefit.evidence import Evidence

    return next(UnreadablePartition().judge(Evidence(task=task, profile=profile))).message


def warn_of_unread(profile: Profile) -> None:
    """Say that rows are lost, where no verdict does."""
    if profile.unread:
        names = ", ".join(partition.name for partition in profile.unread[:20])
        warnings.warn(
            f"{len(profile.unread):,} of {profile.n_partitions:,} partitions could not be read, or not in time: "
            f"{names}. Profile.unread says why.",
            stacklevel=3,
        )
