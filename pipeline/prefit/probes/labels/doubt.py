"""What a curve of agreement leaves open: overlap that looks like wrong labels, and wrong labels that look like overlap.

Nothing but the shape of a curve tells one from the other (see :mod:`prefit.probes.labels.lapse`), and shapes are taken
to be known better than they are:

- A class that lies between others, or that few rows tell of, is nowhere sure. Its overlap has a plateau too, as has
  that of a narrow class in the midst of a wide one.
- Where models know no more than the shares of the classes, the plateau is the share of the largest.
- Labels that are wrong where the features are of one kind make models unsure there: to the curve they are overlap.

So the interval goes beyond what the curve says, by a part of the ambiguity that is seen; and where much of it is seen
beside the wrong labels, it is doubted that there are any.
"""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["CLEAN", "LEAST_RATE", "ambiguity_of", "doubted", "estimate", "is_learnt", "widened"]

CLEAN = 0.15
"""Prior probability that no label is wrong."""

LEAST_RATE = 0.001
"""Rates below this are none."""

LITTLE_OVERLAP, MUCH_OVERLAP = 0.15, 0.25
"""Ambiguity from which on it is doubted that a plateau is noise, and from which on the doubt is greatest."""

ENOUGH_ROWS = 500
"""With fewer rows less ambiguity suffices for the doubt, in proportion."""

CHANCE = 3.0
"""Standard errors by which models must beat guesses to have learnt anything."""

FEWEST_PREDICTED = 20
"""Rows that must be predicted to be of a class for its ambiguity to count as much as that of others."""

HIDDEN = 0.5
"""Up to this share of the ambiguity may be wrong labels after all."""

MISFIT, MISFIT_OF_ONE_SIDE = 0.05, 0.3
"""Share of the ambiguity by which overlap is taken for wrong labels on average: of any curve, and where the rows that
are predicted to be of some class show none."""


def ambiguity_of(overlap: Array, predicted: Array, n_classes: int) -> tuple[float, float]:
    """Return the share of right labels that are not predicted: of all rows, and on the mean of the predicted classes.

    Parameters
    ----------
    overlap : ndarray of float, shape (n_rows,)
        How probable it is that the label of a row is right and not predicted.
    predicted : ndarray of int, shape (n_rows,)
    n_classes : int
    """
    counts = np.bincount(predicted, minlength=n_classes)
    known = counts >= min(FEWEST_PREDICTED, counts.max())
    sums = np.bincount(predicted, overlap, minlength=n_classes)
    return float(overlap.mean()), float((sums[known] / counts[known]).mean())


def is_learnt(predicted: Array, target: Array) -> bool:
    """Say whether labels are predicted more often than if the same predictions were made of rows at random.

    The standard error is that of Cohen's kappa where it is 0 (Fleiss, Cohen & Everitt 1969, doi:10.1037/h0028106).
    """
    n, n_classes = len(target), int(max(predicted.max(), target.max())) + 1
    said, given = (np.bincount(numbers, minlength=n_classes) / n for numbers in (predicted, target))
    by_luck = said @ given
    variance = np.maximum(0.0, by_luck + by_luck**2 - (said * given) @ (said + given)) / n
    return bool((predicted == target).mean() - by_luck > CHANCE * np.sqrt(variance))


def doubted(drawn: Array, seen: float, n_rows: int, rng: np.random.Generator) -> Array:
    """Put draws of the rate to zero, the more the more ambiguity is seen: a half where there is much."""
    seen = seen / min(1.0, n_rows / ENOUGH_ROWS)
    doubt = 0.5 * float(np.clip((seen - LITTLE_OVERLAP) / (MUCH_OVERLAP - LITTLE_OVERLAP), 0.0, 1.0))
    return np.where(rng.random(len(drawn)) < doubt, 0.0, drawn)


def widened(drawn: Array, ambiguity: float, one_sided: float, rng: np.random.Generator) -> Array:
    """Move draws of the rate by what may be taken for the other of the two, up as probably as down.

    Parameters
    ----------
    drawn : ndarray of float
    ambiguity : float
    one_sided : float
        How probably the wrong labels are met with among the rows of some predicted classes alone.
    rng : numpy.random.Generator
    """
    misfit = (MISFIT + MISFIT_OF_ONE_SIDE * one_sided) * rng.exponential(size=len(drawn))
    moved = np.where(rng.random(len(drawn)) < 0.5, HIDDEN * rng.random(len(drawn)), -misfit)
    return np.asarray(np.maximum(0.0, drawn + ambiguity * moved))


def estimate(drawn: Array) -> float:
    """Return the median of the rates above zero, the nearer to zero the less the rows speak against it.

    Where the curve does not level off, rates from zero to a third may explain the rows alike, and the middle of them
    would call clean labels wrong. The factor is the posterior probability of a rate above zero if both were as probable
    before.
    """
    above = drawn >= LEAST_RATE
    if not above.any():
        return 0.0
    odds = above.sum() / max(0.5, (~above).sum()) * CLEAN / (1 - CLEAN)
    return float(odds / (1 + odds) * np.median(drawn[above]))
