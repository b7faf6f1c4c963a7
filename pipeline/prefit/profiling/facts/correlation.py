"""Which numeric columns say the same?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from prefit.profiling.accumulators.gram import MAX_COLUMNS, Correlations
from prefit.profiling.arrays import as_arrow, storage_of
from prefit.profiling.batches import ColumnBatch
from prefit.profiling.blas import one_thread
from prefit.profiling.values import Correlation

__all__ = ["strong_correlations"]

_MIN_R = 0.9
_MARGIN = 0.02  # more than a correlation of all rows errs, from ten rows on
_MIN_ROWS = 10
_MAX_CELLS = 10_000_000
_BLOCK_ROWS = 8_192


def strong_correlations(table: pa.Table, all_rows: Correlations, *, complete: bool) -> tuple[Correlation, ...]:
    """Find the pairs of numeric or boolean columns with a Pearson correlation of 0.9 or more, of either sign.

    A pair is compared on the rows where both are finite, of which there must be ten; at most :data:`MAX_COLUMNS`
    columns are compared. The sample tells of columns for which `all_rows` does not hold, and where it is `complete`
    settles what is 0.9 or nearly so, to the last digits. Where more than 10 million cells would be read, every second
    row of the sample is, or every third, ...

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
    r, n_both, unsure = all_rows.r.copy(), all_rows.n_rows.copy(), ~all_rows.exact
    step = -(-table.num_rows * len(names) // _MAX_CELLS) or 1
    if step > 1:  # not the first rows: a table may be sorted
        table = table.select(names).take(as_arrow(np.arange(0, table.num_rows, step)))
    elif complete:
        strong = ~(np.abs(r) < _MIN_R - _MARGIN) & (n_both >= _MIN_ROWS)
        unsure |= np.triu(strong, k=1).any(axis=0)
    places = np.flatnonzero(unsure)
    if len(places):
        with one_thread():  # the same digits whatever the cores
            some, n_some = _correlations([_standardized(table.column(name)) for name in names], places)
        r[places], r[:, places] = some, some.T
        n_both[places], n_both[:, places] = n_some, n_some.T
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


def _correlations(
    columns: list[NDArray[np.float64]], places: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the correlations of the columns at some places with all, and the numbers of rows that they rest on."""
    n_both, sums, other_sums, squares, other_squares, products = np.zeros((6, len(places), len(columns)))
    for start in range(0, len(columns[0]), _BLOCK_ROWS):
        block = np.stack([column[start : start + _BLOCK_ROWS] for column in columns])
        seen = np.isfinite(block)
        block = np.where(seen, block, 0.0)
        present, square = seen.astype(np.float64), np.square(block)
        n_both += present[places] @ present.T
        sums += block[places] @ present.T  # on the rows that have both
        other_sums += present[places] @ block.T
        squares += square[places] @ present.T
        other_squares += present[places] @ square.T
        products += block[places] @ block.T
    with np.errstate(divide="ignore", invalid="ignore"):
        means, others = sums / n_both, other_sums / n_both
        spreads, other_spreads = squares / n_both - means**2, other_squares / n_both - others**2
        r = (products / n_both - means * others) / np.sqrt(spreads * other_spreads)
    r[~np.isfinite(r) | (spreads < 1e-12) | (other_spreads < 1e-12)] = 0.0
    return r.clip(-1.0, 1.0), n_both
