"""Rows made comparable: what of them must agree, and the numbers, texts and vectors whose closeness is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prefit.probes.frame import Array, as_numbers, as_texts, feature_frame, is_text
from prefit.probes.nearness import Numbers, Vectors
from prefit.probes.shingles import Texts
from prefit.profiling.hashing import hash_array, salt_of, splitmix64
from prefit.task import Task

__all__ = ["Rows", "comparable_rows", "compared_features", "equal_rows"]

MAX_CELLS = 4_000_000
"""Numbers that are compared; of wider tables a random draw of the rows is."""

MAX_TEXT_BYTES = 8_000_000
MAX_VECTOR_CELLS = 16_000_000

FEW_VALUES = 20
"""A numeric column of so few values is a category: its values agree, or they do not."""


@dataclass(frozen=True)
class Rows:
    """Rows to compare: the parts whose closeness is measured, the key of what must agree, and where they stand."""

    numbers: Numbers | None
    others: tuple[Texts | Vectors, ...]
    within: Array
    places: Array
    n_left_out: int


def comparable_rows(table: pa.Table, task: Task, rng: np.random.Generator) -> Rows:
    """Keep one of equal rows, and as many of them as the cost allows; where there is a target, it counts too."""
    names = compared_features(task) + [name for name in table.column_names if name == task.target]
    places = np.sort(equal_rows(table, names)[0])
    n_distinct = len(places)
    most = min(n_distinct, _affordable(table.select(names), task))
    if most < n_distinct:
        places = np.sort(rng.permutation(places)[:most])
    kept = table.select(names).take(pa.array(places))
    within = np.zeros(len(places), np.uint64)
    numbers: list[Array] = []
    others: list[Texts | Vectors] = []
    for name in names:
        column, kind = kept.column(name), task.kinds[name]
        if kind == "text" and is_text(column.type):
            others.append(Texts(column))
            within += splitmix64(np.asarray(as_texts(column).isna(), np.uint64) ^ salt_of(name))
        elif kind == "embedding":
            vectors = feature_frame(kept, [name], task).numeric
            within += splitmix64(np.isnan(vectors).sum(axis=1).astype(np.uint64) ^ salt_of(name))
            others.append(Vectors(np.nan_to_num(vectors)))
        elif (values := _measurements(column, kind)) is not None:
            within += splitmix64(_absent(values) ^ salt_of(name))
            numbers.append(np.where(np.isfinite(values), values, np.median(values[np.isfinite(values)])))
        else:
            within += splitmix64(hash_array(column.combine_chunks()) ^ salt_of(name))
    return Rows(
        numbers=Numbers(numbers) if numbers else None,
        others=tuple(others),
        within=within,
        places=places,
        n_left_out=n_distinct - len(places),
    )


def equal_rows(table: pa.Table, names: Sequence[str]) -> tuple[Array, Array]:
    """Return the first row of each group of rows that agree in some columns, and the number of the group of each."""
    keys = np.zeros(table.num_rows, np.uint64)
    for name in names:
        keys += splitmix64(hash_array(table.column(name).combine_chunks()) ^ salt_of(name))
    return np.unique(keys, return_index=True, return_inverse=True)[1:]


def compared_features(task: Task) -> list[str]:
    """Name the features of a row that its copy has too: an identifier may be new."""
    return [name for name in task.features if task.kinds.get(name) not in ("id-like", "unsupported", None)]


def _affordable(table: pa.Table, task: Task) -> int:
    """Return how many rows may be compared."""
    sizes = {"numeric": 0, "datetime": 0, "text": 0, "embedding": 0}
    for name in table.column_names:
        kind = task.kinds[name]
        if kind in sizes:
            sizes[kind] += table.column(name).nbytes if kind in ("text", "embedding") else table.num_rows
    used = max(
        (sizes["numeric"] + sizes["datetime"]) / MAX_CELLS,
        sizes["text"] / MAX_TEXT_BYTES,
        sizes["embedding"] / 4 / MAX_VECTOR_CELLS,
        1.0,
    )
    return max(1, int(table.num_rows / used))


def _measurements(column: pa.ChunkedArray, kind: str) -> Array | None:
    """Return a column as float64 if it has more than a few different numbers, and not only whole ones.

    Counts and running numbers of two rows are equal or are not: being close, they are no copies of one another.
    """
    if kind not in ("numeric", "datetime") or (kind == "datetime" and not pa.types.is_temporal(column.type)):
        return None
    values = as_numbers(column)
    finite = values[np.isfinite(values)]
    whole = kind == "numeric" and bool((finite == np.round(finite)).all())
    return None if whole or len(np.unique(finite)) <= FEW_VALUES else values


def _absent(values: Array) -> Array:
    """Tell missing, infinite and present numbers apart."""
    return np.isnan(values) + 2 * np.isposinf(values).astype(np.uint64) + 3 * np.isneginf(values).astype(np.uint64)
