"""Small samples as numbers, with a known relation between features and target."""

from __future__ import annotations

import numpy as np

from prefit.probes.advice.matrix import FINEST, Numbers


def classes(n: int = 400, p: int = 6, *, scale: float = 1.0, noise: float = 0.5, minority: float = 0.5) -> Numbers:
    """Two classes that the first two columns tell apart."""
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(n, p))
    score = matrix[:, 0] - matrix[:, 1] + rng.normal(scale=noise, size=n)
    target = (score > np.quantile(score, 1 - minority)).astype(np.int64)
    return numbers(matrix * scale, target, 2)


def amounts(n: int = 400, p: int = 6, *, noise: float = 0.5) -> Numbers:
    """A number that is a sum of two columns and noise."""
    rng = np.random.default_rng(4)
    matrix = rng.normal(size=(n, p))
    return numbers(matrix, 50 + 10 * (matrix[:, 0] - matrix[:, 1] + rng.normal(scale=noise, size=n)), 0)


def numbers(matrix: np.ndarray, target: np.ndarray, n_classes: int) -> Numbers:
    """Put a matrix and a target together, the folds dealt out in order."""
    fold = np.arange(len(target)) % FINEST
    return Numbers(matrix, target, n_classes, fold, tuple(f"x{k}" for k in range(matrix.shape[1])))
