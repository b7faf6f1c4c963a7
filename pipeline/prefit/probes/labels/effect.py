"""What does it do to a score to drop the rows with wrong labels, or to correct them?"""

from __future__ import annotations

from typing import Any

import numpy as np

from prefit.finding import Effect
from prefit.probes.frame import Array

__all__ = ["FEWEST_ACTED_ON", "effects"]

FEWEST_ACTED_ON = 3
"""With fewer rows to act on no effect can be told from none."""


def effects(
    make: Any, matrix: Array, target: Array, suggested: Array, tier: Array, fold: Array, voted: Array, seed: int
) -> tuple[Effect | None, Effect | None]:
    """Train without the rows to act on, and with the suggested labels for these; compare with all labels as they are.

    Each fold is held out in turn. Scored are its rows whose label nothing speaks against, since a wrong label would
    count a correct prediction as an error. The interval is that of a t-test over the folds that allows for the rows
    which two trainings have in common (Nadeau & Bengio 2003, doi:10.1023/A:1024068626366).

    Parameters
    ----------
    make : callable
        From a seed and the classes of the rows to an untrained model.
    matrix, target : ndarray
        Encoded features and class numbers.
    suggested, tier, fold : ndarray of int
        Label that the models predict, place in `TIERS`, and fold of each row.
    voted : ndarray of int
        What the same model predicted of each row after training with all labels of the other folds.
    seed : int

    Returns
    -------
    dropped, relabelled : Effect or None
        Change of the balanced accuracy; None where there is too little to act on or to score.
    """
    act = tier == 2
    if act.sum() < FEWEST_ACTED_ON:
        return None, None
    gains = []
    for number in np.unique(fold):
        train, held = fold != number, (fold == number) & (tier == 0)
        kept = train & ~act
        corrected = np.where(act, suggested, target)
        if not held.any() or len(np.unique(target[kept])) < 2 or len(np.unique(corrected[train])) < 2:
            continue
        before = _score(voted[held], target[held])
        models = (
            make(seed, labels[rows]).fit(matrix[rows], labels[rows])
            for rows, labels in ((kept, target), (train, corrected))
        )
        gains.append([_score(model.predict(matrix[held]), target[held]) - before for model in models])
    if len(gains) < 2:
        return None, None
    dropped, relabelled = (_effect(np.array(gain)) for gain in zip(*gains, strict=True))
    return dropped, relabelled


def _score(predicted: Array, target: Array) -> float:
    return float(np.mean([(predicted[target == number] == number).mean() for number in np.unique(target)]))


def _effect(gains: Array) -> Effect:
    from scipy.special import stdtrit

    n = len(gains)
    half = float(stdtrit(n - 1, 0.95) * gains.std(ddof=1) * np.sqrt(1 / n + 1 / (n - 1)))
    mean = float(gains.mean())
    return Effect(metric="balanced_accuracy", delta=mean, low=mean - half, high=mean + half)
