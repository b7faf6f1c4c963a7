"""What will a model score after training on more rows? The public question, with its arguments checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from prefit.errors import UsageError
from prefit.evidence import Forecast
from prefit.probes.frame import Array
from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import LEARNERS, load_prior
from prefit.probes.widths import load_widths

__all__ = ["BOUNDS", "extrapolate"]

BOUNDS = {
    "accuracy": (0.0, 1.0),
    "balanced_accuracy": (0.0, 1.0),
    "roc_auc": (0.0, 1.0),
    "average_precision": (0.0, 1.0),
    "f1": (0.0, 1.0),
    "skill": (-1.0, 1.0),
    "log_loss_skill": (-1.0, 1.0),
    "r2": (-1.0, 1.0),
}
"""Worst and best value of each metric."""

CHUNK = 512
"""Curves fitted at a time: keeps the memory below 100 MB."""


def extrapolate(
    sizes: Sequence[float] | Array,
    scores: Sequence[float] | Array,
    at: float | Sequence[float] | Array,
    *,
    train_scores: Sequence[float] | Array | None = None,
    scores_std: Sequence[float] | Array | None = None,
    metric: str = "accuracy",
    level: float = 0.9,
    learner: str | None = None,
) -> Forecast:
    """What will the score be after training on `at` rows?

    Saturating curves of five families (pow3, pow4, exp3, weibull and mmf) are fitted in closed form on a grid of shapes
    and averaged by how well they fit. Small networks then put the average right, and say how far off it may be: they
    have seen how the curves of 20 learners on many other data sets went on. A curve that dips or stays flat is never
    extrapolated upward.

    Parameters
    ----------
    sizes : array_like, shape (n_sizes,)
        Training rows, increasing.
    scores : array_like, shape (n_sizes,) or (n_curves, n_sizes)
        Held-out scores, means over repeats where there are any; greater is better.
    at : float or array_like, shape (n_at,)
        Rows of the training that is forecast.
    train_scores : array_like, shaped as `scores`, optional
        Scores on the training rows: they tell how far there is to go.
    scores_std : array_like, shaped as `scores`, optional
        Standard deviation between repeats: it tells how much of the curve is luck.
    metric : str, default "accuracy"
        "accuracy", "balanced_accuracy", "roc_auc", "average_precision", "f1", "skill", "log_loss_skill" or "r2".
        Kind of score. Accuracy and the area under the ROC curve have been learned from; of all others the intervals
        were put right on curves of published data sets. Cut R2 and skill at -1.
    level : float, default 0.9
        Probability that the interval is to contain the mean score over many trainings. The luck of a single training,
        and of the rows on which it is scored, comes on top.
    learner : str, optional
        Class of the learner in scikit-learn, such as "RandomForestClassifier" (for support vectors "SVC_rbf",
        "SVC_linear", "SVC_poly" or "SVC_sigmoid"): learners go on differently. Leave it out for others than the 20. It
        counts for accuracy and the area under the ROC curve, which trees then continue, too.

    Returns
    -------
    Forecast
        `mean` (the most likely score), `low` and `high`: floats for one curve and one size; else arrays of shape
        (n_curves,), (n_at,) or (n_curves, n_at).

    Raises
    ------
    UsageError
        If the arguments do not fit together or are not numbers.

    References
    ----------
    Viering and Loog (2023), The Shape of Learning Curves: a Review, https://doi.org/10.1109/TPAMI.2022.3220744
    Mohr, Viering, Loog and van Rijn (2022), LCDB 1.0, https://doi.org/10.1007/978-3-031-26419-1_1

    Examples
    --------
    >>> forecast = extrapolate([16, 32, 64, 128, 256], [0.60, 0.68, 0.74, 0.78, 0.81], at=4096)
    >>> 0.82 < forecast.mean < 0.95 and forecast.low < forecast.mean < forecast.high
    True
    """
    size, score, wanted = _valid(sizes, scores, at, metric, level)
    if learner is not None and learner not in LEARNERS:
        raise UsageError(f"learner must be one of {', '.join(LEARNERS)}; got {learner!r}. Leave it out for others.")
    curves = np.atleast_2d(score)
    std = _like(score, scores_std, "scores_std")
    train = _like(score, train_scores, "train_scores")
    made = []
    for start in range(0, len(curves), CHUNK):
        part = slice(start, start + CHUNK)
        seen = look(
            size,
            curves[part],
            train_scores=None if train is None else train[part],
            scores_std=None if std is None else std[part],
            bounds=BOUNDS[metric],
            kind=metric,
            learners=[learner] * len(curves[part]),
        )
        joint = JointCurves(seen, load_prior(), load_widths())
        made.append([joint.held_out(float(rows), level) for rows in np.atleast_1d(wanted)])
    return Forecast(
        *(
            _joined([[getattr(each, name) for each in row] for row in made], score.shape[:-1] + wanted.shape)
            for name in ("mean", "low", "high")
        )
    )


def _joined(chunks: list[list[Array]], shape: tuple[int, ...]) -> Any:
    """Return values per chunk of curves and size as one array, or as a number."""
    values = np.concatenate([np.stack(row, axis=1) for row in chunks]).reshape(shape)
    return values.item() if values.ndim == 0 else values


def _valid(sizes: Any, scores: Any, at: Any, metric: str, level: float) -> tuple[Array, Array, Array]:
    size, score, wanted = _numbers("sizes", sizes), _numbers("scores", scores), _numbers("at", at)
    if metric not in BOUNDS:
        raise UsageError(f"metric must be one of {', '.join(BOUNDS)}; got {metric!r}. Turn other scores into 'skill'.")
    if not 0 < level < 1:
        raise UsageError(f"level must lie between 0 and 1; got {level}. 0.9 is usual.")
    if size.ndim != 1 or not size.size or not np.isfinite(size).all() or size[0] <= 0 or (np.diff(size) <= 0).any():
        raise UsageError(f"sizes must be positive and increasing; got {size.tolist()}. Sort them and merge equal ones.")
    if score.ndim not in (1, 2) or score.shape[-1] != size.size:
        raise UsageError(
            f"scores must have one value per size ({size.size}); got shape {score.shape}. "
            "Pass (n_sizes,) or (n_curves, n_sizes)."
        )
    if not score.size:
        raise UsageError(f"scores must hold a curve at least; got shape {score.shape}. Pass one value per size.")
    if not np.isfinite(score).all():
        raise UsageError("scores must be finite numbers; got NaN or infinity. Leave out the sizes that failed.")
    low, high = BOUNDS[metric]
    if score.max() > high + 1e-6 or score.min() < low - 1e-6:
        raise UsageError(
            f"scores must lie between {low:g} and {high:g} for {metric}; got {score.min():g} to {score.max():g}. "
            "Pass fractions, not per cent."
        )
    if wanted.ndim > 1 or not wanted.size or not np.isfinite(wanted).all() or (wanted <= 0).any():
        raise UsageError(
            f"at must be a positive number of rows, or several; got {wanted.tolist()}. Pass one or a list."
        )
    return size, score, wanted


def _numbers(name: str, values: Any) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} must be numbers; got {error}. Pass a list of numbers or an array.") from error


def _like(scores: Array, values: Any, name: str) -> Array | None:
    """Return optional values as an array of shape (n_curves, n_sizes), if they match the scores."""
    if values is None:
        return None
    array = _numbers(name, values)
    if array.shape != scores.shape:
        raise UsageError(
            f"{name} must have the shape of scores {scores.shape}; got {array.shape}. Pass one value per score."
        )
    if not np.isfinite(array).all():
        raise UsageError(f"{name} must be finite numbers; got NaN or infinity. Leave out the sizes that failed.")
    if name == "scores_std" and (array < 0).any():
        raise UsageError(f"scores_std must not be negative; got {array.min():g}. Pass standard deviations.")
    return np.atleast_2d(array)
