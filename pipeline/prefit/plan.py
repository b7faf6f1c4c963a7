"""The planned training of a network: what the user means to train with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ADAPTIVE",
    "LEARNING_RATES",
    "Activation",
    "Initialization",
    "Loss",
    "Normalization",
    "Optimizer",
    "Scaling",
    "Schedule",
    "TrainingPlan",
]


Activation = Literal["relu", "tanh", "sigmoid"]
Initialization = Literal["auto", "he", "glorot", "small", "large", "zero"]
Loss = Literal["auto", "cross_entropy", "mse", "mae", "huber", "hinge", "poisson"]
Optimizer = Literal["sgd", "momentum", "adam", "rmsprop"]
Scaling = Literal["standard", "none", "robust", "quantile"]
Normalization = Literal["none", "batch", "layer"]
Schedule = Literal["constant", "cosine", "warmup"]
LEARNING_RATES: Mapping[str, float] = {"adam": 1e-3, "rmsprop": 1e-3, "sgd": 1e-2, "momentum": 1e-2}
"""What a plan that names no learning rate trains with."""

ADAPTIVE: tuple[Optimizer, ...] = ("adam", "rmsprop")
"""Optimizers that set the size of the step of each weight by its gradients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What the user means to train with; None and ``"auto"`` leave it to the rules that are named here.

    Attributes
    ----------
    depth : int
        Layers with weights; 1 is a linear model.
    width : int
        Units of a hidden layer.
    activation : {"relu", "tanh", "sigmoid"}
    initialization : {"auto", "he", "glorot", "small", "large", "zero"}
        Auto is he for relu, else glorot. Small is normal with standard deviation 0.01; large is three times he.
    loss : {"auto", "cross_entropy", "hinge", "mse", "mae", "huber", "poisson"}
        Auto is cross_entropy for classes, else mse; targets are standardized for mse, mae and huber.
    optimizer : {"adam", "rmsprop", "sgd", "momentum"}
    learning_rate : float or None
        None is 1e-3 for adam and rmsprop, else 1e-2.
    batch_size, epochs : int
    scaling : {"standard", "none", "robust", "quantile"}
        Of the inputs, once all columns are numbers.
    dropout : float
        Share of hidden units that a step leaves out.
    weight_decay : float
        Times the weights, added to their gradient.
    clip_norm : float
        Norm to which a longer gradient is cut; 0 leaves it as it is.
    normalization : {"none", "batch", "layer"}
        Of what each hidden layer computes, before its activation: by unit over the batch, or by row over the units.
    skip : bool
        Whether what a hidden layer is given is added to what it gives on, from the second on: all have one width.
    schedule : {"constant", "cosine", "warmup"}
        Of the learning rate: cosine lets it fall to zero along half a cosine, warmup after a tenth of the steps in
        which it rises from zero.
    """

    depth: int = 3
    width: int = 64
    activation: Activation = "relu"
    initialization: Initialization = "auto"
    loss: Loss = "auto"
    optimizer: Optimizer = "adam"
    learning_rate: float | None = None
    batch_size: int = 32
    epochs: int = 10
    scaling: Scaling = "standard"
    dropout: float = 0.0
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    normalization: Normalization = "none"
    skip: bool = False
    schedule: Schedule = "constant"

    @property
    def step_size(self) -> float:
        """Learning rate, given or by the rule."""
        return LEARNING_RATES[self.optimizer] if self.learning_rate is None else self.learning_rate

    @property
    def start(self) -> str:
        """Initialization, given or by the rule."""
        if self.initialization != "auto":
            return self.initialization
        return "he" if self.activation == "relu" else "glorot"

    def loss_for(self, n_classes: int) -> str:
        """Return the loss, given or by the rule, for so many classes (0: numbers)."""
        if self.loss != "auto":
            return self.loss
        return "cross_entropy" if n_classes else "mse"

    def steps(self, n_rows: int) -> int:
        """Return how many steps the plan takes on so many rows."""
        return self.epochs * -(-n_rows // self.batch_size)
