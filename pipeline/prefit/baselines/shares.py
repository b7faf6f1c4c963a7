"""How far apart two columns of categories lie, from the tables of values of two reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prefit.probes.questions import Difference
from prefit.pseudonyms import pseudonym

__all__ = ["Table", "share_difference", "table"]

DRAWS = 400
SEED = 0
FEWEST_EXPECTED = 5
"""Values that a category must be expected to have on either side, to be counted apart from other rare ones."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Values of a column by their pseudonyms, with row counts; whether they are all; rows that have a value."""

    counts: Mapping[str, int]
    complete: bool
    n_present: int


def table(column: Mapping[str, Any], *, shown: bool) -> Table | None:
    """Return the table of values of a column of a report; None where its counts are not exact or too few are listed.

    Parameters
    ----------
    column : mapping
        An entry of the ``columns`` of a report.
    shown : bool
        Whether the report shows raw values instead of their pseudonyms.
    """
    n_present = column["rows"] - column["missing"]
    if not column.get("top_exact", False) or not column["top"]:
        return None
    name = column["name"]
    counts = {
        pseudonym(entry["value"], name) if shown else str(entry["value"]): int(entry["count"])
        for entry in column["top"]
    }
    return Table(counts, bool(column["top_complete"]), n_present)


def share_difference(before: Table, after: Table) -> Difference:
    """Return half the sum of the differences of the shares, with a 90 % interval.

    Values are compared one by one where the count is known on both sides, all others together: so the distance is at
    most that of the columns themselves.

    Notes
    -----
    The interval is the basic bootstrap, which takes out the distance that chance alone makes. The probability is
    Pearson's, with rare values counted as one.
    """
    counts = _aligned(before, after)
    totals = counts.sum(axis=1)
    shares = counts / totals[:, None]
    distance = float(np.abs(shares[0] - shares[1]).sum() / 2)
    random = np.random.default_rng(SEED)
    drawn = [random.multinomial(int(n), share, DRAWS) / n for n, share in zip(totals, shares, strict=True)]
    high, low = np.quantile(np.abs(drawn[0] - drawn[1]).sum(axis=1) / 2, (0.05, 0.95))
    ends = (2 * distance - float(low), 2 * distance - float(high))
    return Difference(distance, min(max(ends[0], 0.0), distance), min(max(ends[1], distance), 1.0), _chance(counts))


def _aligned(before: Table, after: Table) -> Counts:
    """Return the counts of the values that are known on both sides, and of all others, shape (2, values + 1)."""
    known = [
        name
        for name in {**before.counts, **after.counts}
        if (name in before.counts or before.complete) and (name in after.counts or after.complete)
    ]
    rows = [[side.counts.get(name, 0) for name in known] for side in (before, after)]
    others = [max(0, side.n_present - sum(row)) for side, row in zip((before, after), rows, strict=True)]
    return np.column_stack([np.array(rows, dtype=np.float64).reshape(2, -1), np.array(others, dtype=np.float64)])


def _chance(counts: Counts) -> float:
    """Return the probability of shares as different where there is no difference."""
    from scipy.stats import chi2_contingency

    smaller = counts.sum(axis=1).min() / counts.sum()
    often = counts.sum(axis=0) * smaller >= FEWEST_EXPECTED
    pooled = np.column_stack([counts[:, often], counts[:, ~often].sum(axis=1)])
    pooled = pooled[:, pooled.sum(axis=0) * smaller >= 1]
    if pooled.shape[1] < 2:
        return 1.0
    return float(chi2_contingency(pooled, correction=False).pvalue)
