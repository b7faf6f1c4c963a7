"""Feature by feature: how many test rows lie where the training rows do not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from prefit.evidence import FeatureDrift
from prefit.probes.frame import Array, Frame, feature_frame
from prefit.probes.questions import FOLDS, NOTHING, Difference, absolute_difference, of_codes, of_numbers
from prefit.profiling.values import ColumnProfile, Profile, RowSample
from prefit.task import Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["feature_drift"]

MAX_ROWS = 20_000
MAX_CELLS = 8_000_000

RUNS_ON = 0.95
"""Dates of which so many more are on one side of a day are those of a split by time."""


def feature_drift(train: Profile, test: Profile, task: Task, seed: int = 0) -> tuple[FeatureDrift, ...]:
    """Compare every feature that two tables have in common.

    Parameters
    ----------
    train, test : Profile
        At most 20,000 rows of either sample are compared, and eight million cells; missing values are counted exactly.
    task : Task
    seed : int

    Returns
    -------
    tuple of FeatureDrift
        One for each common feature, in table order; those that cannot be compared have a distance of 0.

    References
    ----------
    Benjamini and Hochberg (1995), https://doi.org/10.1111/j.2517-6161.1995.tb02031.x, for many features at once.
    """
    features = [name for name in task.features if name in train.columns and name in test.columns]
    pairs = [(train.columns[name], test.columns[name]) for name in features]
    rng = np.random.default_rng(seed)
    n_rows = min(MAX_ROWS, max(1, MAX_CELLS // max(len(features), 1)))
    frames = [_frame(profile.sample, features, task, n_rows, rng) for profile in (train, test)]
    compared = _distances(frames[0], frames[1], rng)
    distances = [compared.get(name, NOTHING) for name in features]
    missing = [_missing(*pair) for pair in pairs]
    chances = _adjusted([found.p for found in (*distances, *missing)])
    return tuple(
        FeatureDrift(
            column=name,
            distance=distances[i].value,
            low=distances[i].low,
            high=distances[i].high,
            chance=chances[i],
            missing=missing[i].value,
            missing_low=missing[i].low,
            missing_high=missing[i].high,
            missing_chance=chances[len(features) + i],
            shift=_shift(*pairs[i]),
            runs_on=_runs_on(task.kinds[name], distances[i]),
        )
        for i, name in enumerate(features)
    )


def _frame(sample: RowSample, features: Sequence[str], task: Task, n_rows: int, rng: np.random.Generator) -> Frame:
    table = sample.table
    if table.num_rows > n_rows:
        table = table.take(np.sort(rng.permutation(table.num_rows)[:n_rows]))
    return feature_frame(table, features, task)


def _distances(train: Frame, test: Frame, rng: np.random.Generator) -> dict[str, Difference]:
    """Compare numbers, dates and lengths of texts by size, categories by value; embeddings are left out."""
    import pandas as pd

    both = train.stack(test)  # noqa: PD013 - a frame of ours
    side = np.repeat([0, 1], [train.n_rows, test.n_rows])
    fold = np.concatenate([rng.permutation(frame.n_rows) % FOLDS for frame in (train, test)])
    width = Counter(both.numeric_owners)
    found = {
        owner: of_numbers(numbers, side, fold)
        for owner, numbers in zip(both.numeric_owners, both.numeric.T, strict=True)
        if width[owner] == 1
    }
    for owner, name in zip(both.other_owners, both.other.columns, strict=True):
        values = both.other[name]
        if name in both.categorical:
            codes, categories = pd.factorize(values)
            found[owner] = of_codes(codes, len(categories), side, fold)
        else:
            found[owner] = of_numbers(_sizes(values), side, fold)
    return found


def _sizes(values: pd.Series) -> Array:
    """Return dates as instants and texts as their length, NaN where there is none."""
    if values.dtype.kind == "M":
        return np.where(values.isna(), np.nan, values.astype("int64").to_numpy(dtype=np.float64))
    return np.asarray(values.str.len(), dtype=np.float64)


def _missing(train: ColumnProfile, test: ColumnProfile) -> Difference:
    """Return the difference of the shares of missing values, whichever is larger."""
    if train.n_missing + test.n_missing == 0 or not train.n_rows or not test.n_rows:
        return Difference(0.0, 0.0, 0.0, None)
    return absolute_difference((train.n_missing, test.n_missing), (train.n_rows, test.n_rows))


def _shift(train: ColumnProfile, test: ColumnProfile) -> float | None:
    """Return by how many robust standard deviations of the training values the median moved."""
    if train.numeric is None or test.numeric is None or not train.numeric.robust_std:
        return None
    medians = [facts.quantiles.get(0.5) for facts in (train.numeric, test.numeric)]
    if medians[0] is None or medians[1] is None:
        return None
    return float((medians[1] - medians[0]) / train.numeric.robust_std)


def _runs_on(kind: str, distance: Difference) -> bool:
    """Whether a feature differs by nature: it numbers the rows, or holds dates of a split by time."""
    return kind == "id-like" or (kind == "datetime" and distance.value >= RUNS_ON)


def _adjusted(p: Sequence[float | None]) -> list[float]:
    """Return the false discovery rate at which each test is significant among all that could be made."""
    adjusted = np.ones(len(p))
    made = np.array([i for i, value in enumerate(p) if value is not None], dtype=np.int64)
    values = np.array([value for value in p if value is not None])
    order = np.argsort(values)
    scaled = values[order] * len(made) / np.arange(1, len(made) + 1)
    adjusted[made[order]] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(value) for value in adjusted]
