"""What a run trains and a probe looks at: the built-in network, a module, the weights of an estimator."""

from __future__ import annotations

from typing import Protocol

from prefit.probes.frame import Array

__all__ = ["Trainable"]


class Trainable(Protocol):
    """Weights in one vector that is changed in place, and the gradient of a loss by them in another."""

    parameters: Array
    gradient: Array

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs of rows, as in use."""

    def learn(self, inputs: Array, targets: Array, loss: str, *, training: bool = True) -> float:
        """Set the gradient to that of the mean loss of these rows, and return the loss."""

    def gradient_norms(self) -> list[float]:
        """Return the norm of the gradient by the weights of each layer, the first one next to the inputs."""
