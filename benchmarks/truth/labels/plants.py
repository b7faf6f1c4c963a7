"""Wrong labels, planted: how many, and which."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

__all__ = ["KINDS", "RATES", "numbers_of", "planted"]

RATES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)

Array = np.ndarray
Random = np.random.Generator


def _uniform(target: Array, _features: Array, rate: float, random: Random) -> Array:
    """Give rows any other class, all with the same chance."""
    return _flipped(target, np.full(len(target), rate), random)


def _class_dependent(target: Array, _features: Array, rate: float, random: Random) -> Array:
    """Let classes be wrong at rates between nought and twice the mean, each mostly taken for one other."""
    n_classes = int(target.max()) + 1
    of_class = random.dirichlet(np.full(n_classes, 2.0)) * n_classes * rate
    shares = np.bincount(target, minlength=n_classes) / len(target)
    of_class *= rate / max(1e-9, (of_class * shares).sum())
    taken_for = np.array([random.dirichlet(np.full(n_classes, 0.3)) for _ in range(n_classes)])
    return _flipped(target, np.minimum(of_class, _most(n_classes))[target], random, taken_for)


def _feature_dependent(target: Array, features: Array, rate: float, random: Random) -> Array:
    """Let the chance to be wrong grow along a direction of the features, up to about twice the mean."""
    along = features @ random.normal(size=features.shape[1])
    ranks = along.argsort().argsort() / max(1, len(along) - 1)
    chance = 1 / (1 + np.exp(-8 * (ranks - 0.5)))
    return _flipped(target, np.minimum(chance * rate / chance.mean(), _most(int(target.max()) + 1)), random)


def _one_class(target: Array, _features: Array, rate: float, random: Random) -> Array:
    """Give the rows of one class alone another one; the rate is that of this class."""
    chosen = int(np.bincount(target).argmax())
    return _flipped(target, np.where(target == chosen, rate, 0.0), random)


KINDS: dict[str, Callable[[Array, Array, float, Random], Array]] = {
    "uniform": _uniform,
    "class-dependent": _class_dependent,
    "feature-dependent": _feature_dependent,
    "one class": _one_class,
}


def planted(table: pa.Table, kind: str, rate: float, seed: int) -> tuple[pa.Table, Array]:
    """Plant wrong labels into column ``label`` and say which rows have one.

    Parameters
    ----------
    table : pyarrow.Table
    kind : one of `KINDS`
    rate : float
        Share of wrong labels that is expected; of one class, its share.
    seed : int

    Examples
    --------
    >>> rows = pa.table({"x": range(1000), "label": ["a", "b"] * 500})
    >>> noisy, wrong = planted(rows, "uniform", 0.1, seed=0)
    >>> 0.07 < wrong.mean() < 0.13
    True
    """
    encoded = table["label"].combine_chunks().dictionary_encode()
    target = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    random = np.random.default_rng([seed, list(KINDS).index(kind), round(1000 * rate)])
    given = KINDS[kind](target, numbers_of(table), rate, random)
    labels = encoded.dictionary.take(pa.array(given))
    return table.set_column(table.column_names.index("label"), "label", labels), given != target


def _most(n_classes: int) -> float:
    """Return the share of wrong labels up to which most labels of a kind of rows are right still."""
    return 0.48 if n_classes == 2 else 0.6


def _flipped(target: Array, chance: Array, random: Random, taken_for: Array | None = None) -> Array:
    """Replace the labels of some rows by another class, by the shares of `taken_for` where they are given."""
    n_classes = int(target.max()) + 1
    shares = np.ones((n_classes, n_classes)) if taken_for is None else taken_for + 1e-6
    shares[np.arange(n_classes), np.arange(n_classes)] = 0.0
    shares /= shares.sum(axis=1, keepdims=True)
    given = target.copy()
    wrong = np.flatnonzero(random.random(len(target)) < chance)
    drawn = random.random((len(wrong), 1)) * (1 - 1e-12)
    given[wrong] = (shares[target[wrong]].cumsum(axis=1) <= drawn).sum(axis=1)
    return given


def numbers_of(table: pa.Table) -> Array:
    """Return the features, standardized: what is no number as the number of its level, missing ones in the middle."""
    columns = []
    for name in table.column_names:
        if name != "label":
            columns += _numbers(table[name].combine_chunks())
    matrix = np.column_stack(columns)
    middle = np.nanmedian(np.where(np.isfinite(matrix), matrix, np.nan), axis=0)
    matrix = np.where(np.isfinite(matrix), matrix, np.nan_to_num(middle))
    spread = matrix.std(axis=0)
    return (matrix - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1)


def _numbers(column: pa.Array) -> list[Array]:
    if pa.types.is_fixed_size_list(column.type):
        return list(np.stack(column.to_numpy(zero_copy_only=False)).T)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return [column.cast(pa.float64()).to_numpy(zero_copy_only=False)]
    encoded = column.cast(pa.string()).dictionary_encode()
    return [np.nan_to_num(encoded.indices.cast(pa.float64()).to_numpy(zero_copy_only=False), nan=-1.0)]
