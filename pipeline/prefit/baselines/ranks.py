"""How far apart two columns of numbers lie, from the cuts and the histograms of two reports.

A report says at some places which share of the values lies below. Between these places the share is somewhere between
those of its neighbours, and nothing more is taken for known: the lower end of a distance holds however the values lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prefit.probes.questions import NOTHING, Difference

__all__ = ["Ranks", "rank_difference", "ranks"]

BAND = 1.2239
"""90 % point of the distribution of Kolmogorov: both curves lie within so much / root(n) of the truth everywhere."""

FEWEST = 20
"""Values that it takes on either side."""

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranks:
    """What is known of the share of `n_values` values below a number.

    At `edges` the share below is `below`. At `cuts` it is less than `reached`, and above them it is at least that.
    """

    edges: Places
    below: Places
    cuts: Places
    reached: Places
    n_values: int

    def bounds(self, at: Places) -> tuple[Places, Places]:
        """Return the least and the largest share of the values that can lie below each number."""
        edges = np.concatenate(([0.0], self.below))
        least = edges[np.searchsorted(self.edges, at, side="right")]
        reached = np.concatenate(([0.0], self.reached))
        least = np.maximum(least, reached[np.searchsorted(self.cuts, at, side="left")])
        most = np.concatenate((self.below, [1.0]))[np.searchsorted(self.edges, at, side="left")]
        most = np.minimum(most, np.concatenate((self.reached, [1.0]))[np.searchsorted(self.cuts, at, side="left")])
        return least, np.maximum(least, most)

    def estimate(self, at: Places) -> Places:
        """Return the likely share of the values below each number: on straight lines between the known places."""
        places, shares = np.concatenate((self.edges, self.cuts)), np.concatenate((self.below, self.reached))
        order = np.lexsort((shares, places))
        least, most = self.bounds(at)
        return np.clip(np.interp(at, places[order], shares[order], left=0.0, right=1.0), least, most)


def ranks(column: Mapping[str, Any]) -> Ranks | None:
    """Return what a column of a report says of the order of its numbers, or of the lengths of its texts."""
    cuts = column.get("cuts") or {"values": [], "n_values": 0}
    histogram, quantiles = column["histogram"], column["quantiles"] or {}
    n_values = int(cuts["n_values"]) or (sum(histogram["counts"]) if histogram else 0)
    if n_values < FEWEST:
        return None
    steps = len(cuts["values"]) + 1
    places = {(place + 1) / steps: value for place, value in enumerate(cuts["values"])}
    places |= {float(share): value for share, value in quantiles.items()}
    known = sorted((share, value) for share, value in places.items() if value is not None)
    edges, below = _of_histogram(histogram)
    return Ranks(
        edges=edges,
        below=below,
        cuts=np.array([value for _, value in known], dtype=np.float64),
        reached=np.array([share for share, _ in known], dtype=np.float64),
        n_values=n_values,
    )


def rank_difference(before: Ranks, after: Ranks) -> Difference:
    """Return the largest difference of the shares below a number, with a 90 % interval.

    Notes
    -----
    The lower end is the largest difference that the places known of both cannot hide, less the band of
    Kolmogorov and Smirnov; the probability is that of this difference.
    """
    from scipy.stats import kstwobign

    at = np.unique(np.concatenate([before.edges, before.cuts, after.edges, after.cuts]))
    if not len(at):
        return NOTHING
    (least, most), (later_least, later_most) = before.bounds(at), after.bounds(at)
    sure = np.maximum(np.maximum(least - later_most, later_least - most), 0.0)
    likely = np.abs(before.estimate(at) - after.estimate(at))
    largest = np.maximum(np.abs(most - later_least), np.abs(later_most - least))
    distance = max(float(likely.max()), float(sure.max()))
    error = math.sqrt(1 / before.n_values + 1 / after.n_values)
    low, high = float(sure.max()) - BAND * error, max(float(largest.max()), distance) + BAND * error
    chance = float(kstwobign.sf(float(sure.max()) * (1 / error + 0.12 + 0.11 * error)))
    return Difference(distance, max(low, 0.0), min(high, 1.0), chance)


def _of_histogram(histogram: Mapping[str, Any] | None) -> tuple[Places, Places]:
    """Return the inner edges and the shares below them: the outer bins hold what is beyond their edge as well."""
    if not histogram or not sum(histogram["counts"]):
        return np.zeros(0), np.zeros(0)
    counts = np.array(histogram["counts"], dtype=np.float64)
    return np.array(histogram["edges"][1:-1], dtype=np.float64), np.cumsum(counts)[:-1] / counts.sum()
