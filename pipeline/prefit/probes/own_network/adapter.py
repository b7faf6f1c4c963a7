"""A PyTorch module with the face of the built-in network, so that one probe serves both."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from prefit.plan import TrainingPlan
from prefit.probes.frame import Array
from prefit.probes.training.losses import loss_and_slope

__all__ = ["Layer", "ModuleNetwork", "WrongOutputs", "whole"]

SUM_OF_PROBABILITIES = 1e-4


class WrongOutputs(ValueError):
    """What a module returns cannot be judged against the target."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a module with matrices, or more, of its own that are trained: `weights`."""

    name: str
    part: Any
    weights: tuple[Any, ...]

    @property
    def width(self) -> int:
        """Number of units: the first dimension of the largest weights."""
        largest = max(self.weights, key=lambda weights: int(weights.numel()))
        return int(largest.shape[0]) if largest.dim() else 1

    def gradient_norm(self) -> float:
        """Return the norm of the gradient by the weights."""
        return float(np.sqrt(sum(np.square(one.grad.numpy().astype(np.float64)).sum() for one in self.weights)))


class ModuleNetwork:
    """A copy of a module whose parameters and gradients are two vectors that numpy and torch share.

    Parameters
    ----------
    module : torch.nn.Module
        Copied, never touched.
    n_out : int
        Classes, or 1.
    plan : TrainingPlan
    dtype : type, default float32

    Attributes
    ----------
    parameters, gradient : ndarray, shape (n_parameters,)
    module : torch.nn.Module
        The copy.
    layers : list of Layer
    probabilities : bool
        Whether it was seen to return probabilities of classes: their logarithms are then its outputs.
    """

    def __init__(self, module: Any, n_out: int, plan: TrainingPlan, dtype: type[np.floating[Any]] = np.float32) -> None:
        import torch

        self.plan, self.n_out = plan, n_out
        self.dtype = dtype
        self.module = _copied(module).to("cpu").to(torch.float64 if dtype is np.float64 else torch.float32)
        trained = [parameter for parameter in self.module.parameters() if parameter.requires_grad]
        if not trained:
            raise WrongOutputs("no parameter requires a gradient")
        n_parameters = sum(parameter.numel() for parameter in trained)
        self.parameters = np.zeros(n_parameters, dtype=dtype)
        self.gradient = np.zeros(n_parameters, dtype=dtype)
        start = 0
        for parameter in trained:
            end = start + parameter.numel()
            self.parameters[start:end] = parameter.detach().numpy().ravel()
            parameter.data = torch.from_numpy(self.parameters[start:end]).view(parameter.shape)
            parameter.grad = torch.from_numpy(self.gradient[start:end]).view(parameter.shape)
            start = end
        self.layers = _layers(self.module)
        self.probabilities = False

    def outputs(self, inputs: Array) -> Array:
        """Return the outputs, shape (n_rows, n_out), with the module in evaluation mode."""
        import torch

        self.module.eval()
        with torch.no_grad():
            return np.asarray(self._outputs(inputs).numpy())

    def learn(self, inputs: Array, targets: Array, loss: str, *, training: bool = True) -> float:
        """Set `gradient` to that of the mean loss of these rows, and return the loss."""
        import torch

        if len(targets) == 1:  # batch normalization takes no single row
            inputs, targets = np.repeat(inputs, 2, axis=0), np.repeat(targets, 2)
        self.module.train(training)
        self.gradient[:] = 0
        outputs = self._outputs(inputs)
        value, slope = loss_and_slope(loss, outputs.detach().numpy(), targets)
        if outputs.requires_grad:
            outputs.backward(torch.from_numpy(np.ascontiguousarray(slope, dtype=self.dtype)))
        return value

    def gradient_norms(self) -> list[float]:
        """Return the norm of the gradient by the weights of each layer."""
        return [layer.gradient_norm() for layer in self.layers]

    def _outputs(self, inputs: Array) -> Any:
        import torch

        given = self.module(torch.from_numpy(np.ascontiguousarray(inputs, dtype=self.dtype)))
        outputs = getattr(given, "logits", given)
        if isinstance(outputs, tuple | list) and outputs:
            outputs = outputs[0]
        if not isinstance(outputs, torch.Tensor):
            raise WrongOutputs(f"outputs must be a tensor; got {type(outputs).__name__}")
        if outputs.dim() == 1:
            outputs = outputs[:, None]
        wanted = {self.n_out, 1} if self.n_out == 2 else {self.n_out}
        if outputs.dim() != 2 or len(outputs) != len(inputs) or outputs.shape[1] not in wanted:
            raise WrongOutputs(
                f"outputs of {len(inputs)} rows must have the shape ({len(inputs)}, {self.n_out}); got "
                f"{tuple(outputs.shape)}"
            )
        return self._logits(outputs)

    def _logits(self, outputs: Any) -> Any:
        """Turn one logit for two classes into two, and probabilities into their logarithms."""
        import torch

        if self.n_out == 2 and outputs.shape[1] == 1:
            last = list(self.module.modules())[-1]
            if isinstance(last, torch.nn.Sigmoid):
                outputs = torch.cat([1 - outputs, outputs], dim=1)
            else:
                return torch.cat([torch.zeros_like(outputs), outputs], dim=1)
        if self.n_out < 2:
            return outputs
        sums = outputs.detach().sum(dim=1)
        if bool((outputs.detach() >= 0).all()) and bool(((sums - 1).abs() < SUM_OF_PROBABILITIES).all()):
            self.probabilities = True
            return outputs.clamp_min(1e-7).log()
        return outputs


def _copied(module: Any) -> Any:
    """Copy a module; tensors that it keeps and that are computed from others, as by weight_norm, are copied as values.

    A deep copy refuses them, and the next batch computes them anew.
    """
    import torch

    computed = [
        (part, name, value)
        for part in module.modules()
        for name, value in vars(part).items()
        if isinstance(value, torch.Tensor) and not value.is_leaf
    ]
    try:
        for part, name, value in computed:
            vars(part)[name] = value.detach()
        return copy.deepcopy(module)
    finally:
        for part, name, value in computed:
            vars(part)[name] = value


def _layers(module: Any) -> list[Layer]:
    """Return the parts that hold trained weights themselves, in the order of the module; else all of it as one.

    A weight that is computed from others, as by a normalization, is that of the part that they were registered for.
    """
    found: dict[str, list[Any]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad and parameter.dim() >= 2:
            found.setdefault(name.split("parametrizations.")[0].rpartition(".")[0], []).append(parameter)
    parts = dict(module.named_modules())
    layers = [Layer(name or type(module).__name__, parts[name], tuple(weights)) for name, weights in found.items()]
    return layers or [whole(module)]


def whole(module: Any) -> Layer:
    """Return a module as one layer with all that is trained of it."""
    trained = tuple(parameter for parameter in module.parameters() if parameter.requires_grad)
    return Layer(type(module).__name__, module, trained)
