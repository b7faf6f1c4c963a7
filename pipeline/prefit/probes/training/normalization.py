"""What stands between the weights and the activation of a hidden layer, so that its values keep their scale."""

from __future__ import annotations

import numpy as np

from prefit.probes.frame import Array

__all__ = ["Normalizer"]

TINY = 1e-5
"""Added to a variance, so that values that do not vary are not divided by zero."""

MEMORY = 0.9
"""Share of the known statistics that a new batch leaves."""


class Normalizer:
    """Values less their mean, over their standard deviation, times a gain, plus a shift.

    Mean and deviation are those of each unit over the rows of a batch, or those of each row over its units. Over
    batches they are remembered, and used once the training is over; before any batch they are those of the rows given.

    Parameters
    ----------
    kind : {"batch", "layer"}
    parameters, slopes : pair of ndarray, shape (n_units,)
        Gains and shifts, and where to put the derivatives of the loss by them.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, arXiv:1502.03167. Ba et al. (2016), Layer normalization,
    arXiv:1607.06450.
    """

    def __init__(self, kind: str, parameters: tuple[Array, Array], slopes: tuple[Array, Array]) -> None:
        self.axis = 0 if kind == "batch" else 1
        self.gain, self.shift = parameters
        self.gain_slope, self.shift_slope = slopes
        self.gain[:] = 1
        self.known: tuple[Array, Array] | None = None
        self.normal = self.inverse = np.empty(0)

    def forward(self, values: Array, *, training: bool) -> Array:
        """Normalize by the statistics of these rows; in training they are remembered."""
        mean = self._mean(values)
        normal = values - mean
        variance = self._mean(normal * normal)
        if training and self.axis == 0:
            self._remember(mean, variance * (len(values) / max(1, len(values) - 1)))
        self.inverse = 1 / np.sqrt(variance + TINY)
        normal *= self.inverse
        self.normal = normal
        values = normal * self.gain
        values += self.shift
        return values

    def applied(self, values: Array) -> Array:
        """Normalize by what is remembered of the batches."""
        if self.axis == 1 or self.known is None:
            return self.forward(values, training=False)
        mean, variance = self.known
        return np.asarray((values - mean) * (self.gain / np.sqrt(variance + TINY)) + self.shift)

    def backward(self, slope: Array) -> Array:
        """Set the derivatives by gains and shifts, and return that by the values that `forward` was given."""
        np.add.reduce(slope * self.normal, axis=0, out=self.gain_slope)
        np.add.reduce(slope, axis=0, out=self.shift_slope)
        slope = slope * self.gain
        along = self._mean(slope * self.normal)
        slope -= self._mean(slope)
        slope -= self.normal * along
        slope *= self.inverse
        return slope

    def _mean(self, values: Array) -> Array:
        return np.asarray(np.add.reduce(values, axis=self.axis, keepdims=True) / values.shape[self.axis])

    def _remember(self, mean: Array, variance: Array) -> None:
        if self.known is not None:
            mean = MEMORY * self.known[0] + (1 - MEMORY) * mean
            variance = MEMORY * self.known[1] + (1 - MEMORY) * variance
        self.known = mean, variance
