"""Which numeric columns say the same?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.accumulators.gram import MAX_COLUMNS, Correlations
from prefit.profiling.arrays import as_arrow, storage_of
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.values import Correlation

__all__ = ["strong_correlations"]

_MIN_R = 0.9
_MIN_ROWS = 10
_MAX_CELLS = 10_000_000
_BLOCK_ROWS = 8_192


def strong_correlations(table: pa.Table, all_rows: Correlations | None = None) -> tuple[Correlation, ...]:
    """Find the pairs of numeric or boolean columns with a Pearson correlation of 0.9 or more, of either sign.

    A pair is compared on the rows where both are finite, of which there must be ten. Where more than 10 million cells
    would be read, every second row of the sample is, or every third, ...; at most :data:`MAX_COLUMNS` columns are
    compared. What `all_rows` knows of two columns goes before what the sample says.

    Returns
    -------
    tuple of Correlation
        Strongest first.
    """
    names = [field.name for field in table.schema if storage_of(field.type) in ("number", "boolean", "decimal")][
        :MAX_COLUMNS
    ]
    if len(names) < 2:
        return ()
    if all_rows is not None and all_rows.exact.all():
        return _strong(names, all_rows.r, all_rows.n_rows)
    step = -(-table.num_rows * len(names) // _MAX_CELLS) or 1
    if step > 1:  # not the first rows: a table may be sorted
        table = table.select(names).take(as_arrow(np.arange(0, table.num_rows, step)))
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, user_api="blas"):  # the same digits whatever the cores, and no threads that wait for them
        r, n_both = _correlations([_standardized(table.column(name)) for name in names])
    if all_rows is not None:
        known = np.logical_and.outer(all_rows.exact, all_rows.exact)
        r, n_both = np.where(known, all_rows.r, r), np.where(known, all_rows.n_rows, n_both)
    return _strong(names, r, n_both)


def _strong(names: list[str], r: NDArray[np.float64], n_both: NDArray[Any]) -> tuple[Correlation, ...]:
    first, second = np.nonzero(np.triu(np.abs(r) >= _MIN_R, k=1) & (n_both >= _MIN_ROWS))
    pairs = [
        Correlation(names[i], names[j], float(r[i, j]), int(n_both[i, j])) for i, j in zip(first, second, strict=True)
    ]
    return tuple(sorted(pairs, key=lambda pair: (-abs(pair.r), pair.first, pair.second)))


def _standardized(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return the numbers with mean 0 and deviation 1, NaN where there is none or nothing varies."""
    batch = ColumnBatch(column.combine_chunks())
    floats = np.full(len(batch), np.nan)
    floats[slice(None) if batch.valid is None else batch.valid] = batch.numbers
    finite = np.isfinite(floats)
    with np.errstate(over="ignore", invalid="ignore"):
        centred = np.where(finite, floats, np.nan)
        centred -= floats[finite].mean() if finite.any() else 0.0
        scale = np.sqrt(np.mean(np.square(centred[finite]))) if finite.any() else 0.0
        size = np.abs(floats[finite]).max() if finite.any() else 0.0
    if not np.isfinite(scale) or scale <= 1e-12 * size or scale == 0.0:
        return np.full(len(batch), np.nan)
    return centred / scale


def _correlations(columns: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the matrix of pairwise correlations, and of the numbers of rows that they rest on."""
    n_columns, n_rows = len(columns), len(columns[0])
    n_both, sums, squares, products = (np.zeros((n_columns, n_columns)) for _ in range(4))
    for start in range(0, n_rows, _BLOCK_ROWS):
        block = np.stack([column[start : start + _BLOCK_ROWS] for column in columns])
        seen = np.isfinite(block)
        block = np.where(seen, block, 0.0)
        present = seen.astype(np.float64)
        n_both += present @ present.T
        sums += block @ present.T  # of column i on the rows that have both i and j
        squares += np.square(block) @ present.T
        products += block @ block.T
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums / n_both
        spreads = squares / n_both - means**2
        r = (products / n_both - means * means.T) / np.sqrt(spreads * spreads.T)
    r[~np.isfinite(r) | (spreads < 1e-12) | (spreads.T < 1e-12)] = 0.0
    return r.clip(-1.0, 1.0), n_both
