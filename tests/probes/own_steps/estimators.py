"""Estimators that learn by steps, as a user would write them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Counting(ClassifierMixin, BaseEstimator):
    """Learns the shares of the classes, answers with them, and shows no weights."""

    def fit(self, inputs: Any, answers: Any) -> Self:
        """Learn from all rows."""
        return self.partial_fit(inputs, answers)

    def partial_fit(self, inputs: Any, answers: Any) -> Self:
        """Learn from a batch."""
        self.counts_ = getattr(self, "counts_", np.ones(2)) + np.bincount(answers, minlength=2)
        return self

    def predict(self, inputs: Any) -> Any:
        """Answer with the most frequent class."""
        return np.full(len(inputs), self.counts_.argmax())

    def predict_proba(self, inputs: Any) -> Any:
        """Answer with the shares."""
        return np.tile(self.counts_ / self.counts_.sum(), (len(inputs), 1))


class Raising(Counting):
    """Raises when it is to learn step by step."""

    def partial_fit(self, inputs: Any, answers: Any) -> Self:
        """Raise."""
        raise KeyError("no such step")


class OneColumn(Counting):
    """Answers with a single probability for two classes."""

    def predict_proba(self, inputs: Any) -> Any:
        """Answer in the wrong shape."""
        return np.full((len(inputs), 1), 0.5)
