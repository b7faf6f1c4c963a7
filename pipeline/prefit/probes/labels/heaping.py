"""Values that somebody rounded: more multiples of ten, say, than there are by chance."""

from __future__ import annotations

from itertools import product

import numpy as np

from prefit.evidence.amounts import Heaping
from prefit.probes.frame import Array

__all__ = ["heaping", "is_multiple"]

MANTISSAS, POWERS = (1.0, 2.0, 2.5, 5.0), range(-6, 10)
"""Steps that people round to: these times powers of ten."""

LEAST_SHARE, SURE = 0.02, 5.0
"""Share of rounded values that is worth naming, and standard deviations beyond chance that make it sure."""

NEARLY_ALL = 0.8
"""Share of the rounded values; half of the multiples of ten are multiples of twenty as well."""

WITHIN = 0.5
"""A step is at most this share of the width of the inner half of the values: a coarser one is no rounding of these."""


FINEST = 1e-6
"""Steps that are smaller than this share of the largest value are not told from the rounding of binary fractions."""


def heaping(values: Array, unexplained: float) -> Heaping | None:
    """Find the coarsest step that nearly all rounded values are multiples of.

    Parameters
    ----------
    values : ndarray of float, shape (n_rows,)
    unexplained : float
        Variance of the values about what models predict.
    """
    low, high = np.quantile(values, [0.25, 0.75])
    steps = sorted(mantissa * 10.0**power for mantissa, power in product(MANTISSAS, POWERS))
    least = FINEST * float(np.abs(values).max())
    steps = [step for step in steps if least <= step <= WITHIN * (high - low)]
    shares = {step: float(is_multiple(values, step).mean()) for step in steps}
    finest = max((step for step in steps if shares[step] >= 1 - LEAST_SHARE / 2), default=0.0)
    found = []
    for step in steps:
        chance = finest / step
        spread = np.sqrt(max(chance * (1 - chance), 1 / len(values)) / len(values))
        if step > finest and shares[step] - chance > SURE * spread:
            beyond = (shares[step] - chance) / (1 - chance)
            found.append(Heaping(step=step, share=beyond, cost=beyond * step**2 / 12 / max(unexplained, 1e-300)))
    most = max((each.share for each in found), default=0.0)
    nearly_all = [each for each in found if each.share >= max(LEAST_SHARE, NEARLY_ALL * most)]
    return max(nearly_all, key=lambda each: each.step, default=None)


def is_multiple(values: Array, step: float) -> Array:
    """Say which values are multiples of a step, but for the rounding of binary fractions."""
    steps = values / step
    return np.asarray(np.abs(steps - np.round(steps)) <= 1e-9 * np.maximum(1.0, np.abs(steps)))
