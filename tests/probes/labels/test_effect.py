"""Tests of what cleaning does to a score."""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.probes.labels.effect import effects


def tree(seed: int, _target: np.ndarray) -> Any:
    """Return a model that learns each label by heart."""
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=seed)


def spoilt(rate: float, n: int = 1_000) -> tuple[np.ndarray, ...]:
    """Return features, labels, what they should be, tiers, folds, and what a model that learnt all of them predicts."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(n, 2))
    true = (matrix[:, 0] > 0).astype(np.int64)
    wrong = rng.random(n) < rate
    given, fold = np.where(wrong, 1 - true, true), np.arange(n) % 5
    voted = np.empty(n, dtype=np.int64)
    for number in range(5):
        model = tree(0, given).fit(matrix[fold != number], given[fold != number])
        voted[fold == number] = model.predict(matrix[fold == number])
    return matrix, given, true, np.where(wrong, 2, 0), fold, voted


def test_cleaning_pays_where_a_model_learns_errors_by_heart() -> None:
    """Both ways, surely."""
    dropped, relabelled = effects(tree, *spoilt(0.2), seed=0)
    for effect in (dropped, relabelled):
        assert effect is not None
        assert effect.metric == "balanced_accuracy"
        assert 0.1 < effect.low < effect.delta < effect.high < 0.4


def test_nothing_to_act_on_has_no_effect() -> None:
    """Nor have two rows."""
    matrix, given, true, tier, fold, voted = spoilt(0.2)
    assert effects(tree, matrix, given, true, np.zeros_like(tier), fold, voted, seed=0) == (None, None)
    few = np.where(np.cumsum(tier == 2) <= 2, tier, 0)
    assert effects(tree, matrix, given, true, few, fold, voted, seed=0) == (None, None)


def test_dropping_right_labels_is_not_called_a_gain() -> None:
    """The interval of a change that does nothing holds zero."""
    matrix, given, _, _, fold, voted = spoilt(0.0)
    tier = np.where(np.random.default_rng(1).random(len(given)) < 0.1, 2, 0)
    dropped, _ = effects(tree, matrix, given, given, tier, fold, voted, seed=0)
    assert dropped is not None
    assert dropped.low <= 0 <= dropped.high
