"""Modules of all kinds, as a user would write them."""

from __future__ import annotations

import warnings

import torch
from torch import nn


def good(n_inputs: int, n_outputs: int) -> nn.Module:
    """Learns."""
    return nn.Sequential(nn.Linear(n_inputs, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, n_outputs))


def deep_sigmoid(n_inputs: int, n_outputs: int) -> nn.Module:
    """Lets no gradient through."""
    hidden = [part for _ in range(10) for part in (nn.Linear(32, 32), nn.Sigmoid())]
    return nn.Sequential(nn.Linear(n_inputs, 32), nn.Sigmoid(), *hidden, nn.Linear(32, n_outputs))


def for_other_columns() -> nn.Module:
    """Was written for 99 columns."""
    return nn.Sequential(nn.Linear(99, 8), nn.ReLU(), nn.Linear(8, 2))


def wrong_shape(n_inputs: int) -> nn.Module:
    """Returns seven numbers a row."""
    return nn.Linear(n_inputs, 7)


def with_softmax(n_inputs: int, n_outputs: int) -> nn.Module:
    """Returns probabilities."""
    return nn.Sequential(good(n_inputs, n_outputs), nn.Softmax(dim=1))


def with_batch_norm(n_inputs: int) -> nn.Module:
    """Normalizes, drops out, and returns one logit for two classes."""
    return nn.Sequential(nn.Linear(n_inputs, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))


class Raising(nn.Module):
    """Raises when it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, _inputs: torch.Tensor) -> torch.Tensor:
        """Raise."""
        raise KeyError("no such layer")


class NotANumber(nn.Module):
    """Divides by zero."""

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__()
        self.layer = nn.Linear(n_inputs, n_outputs)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return NaN."""
        return self.layer(inputs) * torch.tensor(float("nan"))


class Dead(nn.Module):
    """Has a first layer whose units give zero for all rows."""

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(n_inputs, 16), nn.Linear(16, n_outputs)
        nn.init.constant_(self.first.bias, -1e3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Use an activation that is a function, which no hook on modules would see."""
        return self.last(torch.relu(self.first(inputs)))


class OwnParameters(nn.Module):
    """Multiplies by a matrix of its own, and has no layer."""

    def __init__(self, n_inputs: int, n_outputs: int) -> None:
        super().__init__()
        self.matrix = nn.Parameter(0.1 * torch.randn(n_inputs, n_outputs))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return what a linear layer without a constant would."""
        return inputs @ self.matrix


class Vectors(nn.Module):
    """Has vectors alone, not one matrix."""

    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        self.slope = nn.Parameter(0.1 * torch.randn(n_inputs))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return one logit."""
        return (inputs * self.slope).sum(dim=1)


def normalized(n_inputs: int, n_outputs: int) -> nn.Module:
    """Has weights that are computed from others."""
    first = nn.utils.parametrizations.weight_norm(nn.Linear(n_inputs, 16))
    return nn.Sequential(first, nn.ReLU(), nn.Linear(16, n_outputs))


def normalized_as_before(n_inputs: int, n_outputs: int) -> nn.Module:
    """Keeps weights that are computed from others as attributes, which cannot be copied deeply."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        first = nn.utils.weight_norm(nn.Linear(n_inputs, 16))
    return nn.Sequential(first, nn.ReLU(), nn.Linear(16, n_outputs))


def recurrent(n_inputs: int, n_outputs: int) -> nn.Module:
    """Is nothing but an LSTM."""
    return nn.LSTM(n_inputs, n_outputs)
