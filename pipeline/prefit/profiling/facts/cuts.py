"""Values that cut a column into parts of equal size, from which its distribution can be compared without its rows."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from prefit.profiling.arrays import as_numpy
from prefit.profiling.facts.numbers import Numbers
from prefit.profiling.tally import Tally
from prefit.profiling.values import Cuts

__all__ = ["cuts", "cuts_of_lengths"]

MAX_CUTS = 39
ROWS_PER_CUT = 50
"""Fewer would give the values of a small table away, and say no more: its shares are uncertain anyway."""


def cuts(numbers: Numbers) -> Cuts | None:
    """Return up to 39 quantiles at equal steps, at least 50 values apart; None without a finite number.

    Examples
    --------
    >>> cuts(Numbers(np.arange(200.0), np.ones(200, np.int64))).values
    (49.0, 99.0, 149.0)
    """
    n_values = int(numbers.counts.sum())
    if n_values == 0:
        return None
    n_cuts = min(MAX_CUTS, n_values // ROWS_PER_CUT - 1)
    if n_cuts < 1:
        return Cuts((), n_values)
    quantiles = numbers.quantiles([step / (n_cuts + 1) for step in range(1, n_cuts + 1)])
    return Cuts(tuple(quantiles.tolist()), n_values)


def cuts_of_lengths(texts: Tally) -> Cuts | None:
    """Return the same of the lengths of texts in bytes; empty ones are left out."""
    lengths = as_numpy(pc.binary_length(texts.values)).astype(np.int64)
    distinct, place = np.unique(lengths, return_inverse=True)
    rows = np.bincount(place, weights=texts.counts, minlength=len(distinct)).astype(np.int64)
    return cuts(Numbers(distinct[distinct > 0].astype(np.float64), rows[distinct > 0]))
