"""The intervals that checks put around a measured share or score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from prefit.checks.columns import class_sizes
from prefit.evidence import Evidence

__all__ = ["LEVEL", "Z90", "class_shares", "proportion", "score_error"]

LEVEL = 0.90
"""Level of every interval that a finding shows."""

Z90 = NormalDist().inv_cdf(0.5 + LEVEL / 2)
"""Half-width of such an interval in standard errors."""


def proportion(count: float, total: float) -> tuple[float, float]:
    """Return the 90 % interval of a share: `count` of `total` cases (Wilson's score interval).

    Examples
    --------
    >>> low, high = proportion(10, 100)
    >>> round(low, 3), round(high, 3)
    (0.061, 0.16)
    """
    from scipy.stats import binomtest

    interval = binomtest(round(count), round(total)).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def class_shares(evidence: Evidence) -> tuple[float, ...] | None:
    """Return the shares of the classes, most frequent first; None for a regression or without counted classes."""
    sizes = class_sizes(evidence) if evidence.task.kind == "classification" else ()
    return tuple(size / sum(sizes) for size in sizes) or None


def score_error(score: float, n_rows: int, shares: Sequence[float] | None) -> float:
    """Return the standard error that the luck of `n_rows` scored rows puts on a score.

    Parameters
    ----------
    score : float
        Balanced accuracy when `shares` are given, else R².
    n_rows : int
        Rows that were scored, one or more.
    shares : sequence of float or None
        Shares of the classes among them.

    Notes
    -----
    Balanced accuracy is a mean of recalls, each a binomial share of its own class, here with the mean recall for all:
    a rare class makes the score uncertain whatever the number of rows. The error of R² is its large-sample form
    (Olkin & Finn 1995, doi:10.1037/0033-2909.118.1.155), kept above that of R² = 1/n, below which it vanishes wrongly.

    Examples
    --------
    >>> round(score_error(0.5, 1000, (0.5, 0.5)), 4), round(score_error(0.5, 1000, (0.99, 0.01)), 4)
    (0.0158, 0.0795)
    """
    if shares is None:
        return 2 * math.sqrt(max(score, 1 / n_rows)) * (1 - score) / math.sqrt(n_rows)
    recall = min(max(score, 0.0), 1.0)
    variance = sum(recall * (1 - recall) / max(1.0, share * n_rows) for share in shares)
    return math.sqrt(variance) / len(shares)
