"""Which penalty, and how strong: the validation curve of a linear model, moved to the planned rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from prefit.errors import InputError
from prefit.evidence.advice import Choice, Penalty
from prefit.finding import Effect
from prefit.probes.advice.matrix import FINEST, FOLDS, Numbers, standardized
from prefit.probes.draw import draw
from prefit.probes.frame import Array
from prefit.probes.models import quiet

__all__ = ["LinearPenalty", "best_penalty", "constructor", "least_cells", "linear_model", "penalty_points"]

Kind = Literal["l1", "l2"]
KINDS: tuple[Kind, ...] = ("l2", "l1")

GRID = 10.0 ** np.arange(-4.0, 3.1, 0.5)
"""Strengths that are tried: C for classes, alpha for numbers."""

EXTENSION = 10.0 ** np.arange(0.5, 2.1, 0.5)
"""How far the grid goes on where the best strength stands at its end."""

MOST_ROWS, FEWEST_ROWS = 5_000, 300

FEW_ROWS, FEW_CELLS = 1_500, 75_000
"""Rows, and cells, up to which ten folds are affordable: the choice is then less a matter of luck, on more rows."""

STUDENT = {FOLDS: 2.132, FINEST: 1.833}
"""95 % quantile of Student's t, by folds."""

SMALLEST = 1e-12

RISEN, LONG = 1.02, 3
"""A path ends where the loss is so many times its least for so many strengths on end."""


class LinearPenalty:
    """The validation curve of both penalties: held-out loss by strength and fold.

    Parameters
    ----------
    numbers : Numbers
    cells : int
        Rows times columns times outputs on which it is made.
    seed : int
    is_short : bool, default False
        Measure L2 alone, at every other strength: of what costs far more than there is.

    Attributes
    ----------
    losses : dict of (kind, strength) to ndarray, shape (n_folds,)
        Log-loss in nats, or squared error over the variance of the target.
    baseline : ndarray, shape (n_folds,)
        The same of the constant predictor.
    """

    def __init__(self, numbers: Numbers, *, cells: int = 250_000, seed: int = 0, is_short: bool = False) -> None:
        self.numbers = _affordable(numbers, cells, seed)
        few = self.numbers.n_rows <= FEW_ROWS and self.numbers.matrix.size <= FEW_CELLS
        self.n_folds = FINEST if few and len(np.unique(self.numbers.fold)) == FINEST else FOLDS
        self.baseline = np.array([_constant_loss(self.numbers, fold, self.n_folds) for fold in range(self.n_folds)])
        self.losses: dict[tuple[Kind, float], Array] = {}
        self._parts = [_part(self.numbers, fold, self.n_folds) for fold in range(self.n_folds)]
        for kind in KINDS[:1] if is_short else KINDS:
            self._measure(kind, GRID[::2] if is_short else GRID)
            strengths = sorted(strength for same, strength in self.losses if same == kind)
            best = self.best((kind,))[1]
            if best == strengths[0]:
                self._measure(kind, best / EXTENSION)
            elif best == strengths[-1]:
                self._measure(kind, best * EXTENSION)

    def best(self, kinds: tuple[Kind, ...] = KINDS, *, without: int | None = None) -> tuple[Kind, float]:
        """Return the penalty of the lowest mean loss, over all folds or all but one."""
        kept = [fold for fold in range(self.n_folds) if fold != without]
        return min(
            (key for key in self.losses if key[0] in kinds),
            key=lambda key: float(np.nan_to_num(self.losses[key][kept].mean(), nan=np.inf)),
        )

    def default(self) -> tuple[Kind, float]:
        """Return what scikit-learn takes where nothing is said: L2, at 1."""
        return "l2", 1.0

    def _measure(self, kind: Kind, strengths: Array) -> None:
        """Follow the path of all folds until the loss has risen for long: weaker penalties are the dearest to fit."""
        paths = [_path(part, kind, strengths, self.numbers.n_classes) for part in self._parts]
        least, risen = np.inf, 0
        for strength in strengths:
            losses = np.array([next(path) for path in paths])
            self.losses[kind, float(strength)] = losses
            mean = float(losses.mean())
            least, risen = min(least, mean), risen + 1 if mean > RISEN * least else 0
            if risen >= LONG and strength >= 1.0:  # the default is among them
                break


def best_penalty(curve: LinearPenalty, planned_rows: int) -> tuple[Kind, float, Choice, float]:
    """Choose type and strength, and say what they gain over the defaults.

    The gain is measured on each fold with the penalty that is best on the others: one that was chosen on the rows
    it is measured on would look better than it is.

    Returns
    -------
    kind, strength
        Moved to the planned rows: scikit-learn's losses are sums over the rows, so that an L2 penalty keeps its
        strength; the level of noise that an L1 penalty has to exceed grows with the square root of the rows.
    choice : Choice
    gain_fraction : float
        The gain as a share of what the best penalty gains over the constant predictor.

    Raises
    ------
    InputError
        If losses are no numbers.
    """
    numbers = curve.numbers
    kind, strength = curve.best()
    default = curve.losses[curve.default()]
    chosen = np.array([curve.losses[curve.best(without=fold)][fold] for fold in range(curve.n_folds)])
    gains = default - chosen
    if not np.isfinite(gains).all():
        raise InputError("losses of a linear model must be numbers; got NaN or infinity. Look at the features.")
    mean, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(curve.n_folds))
    half = STUDENT[curve.n_folds] * error
    attainable = float((curve.baseline - curve.losses[kind, strength]).mean())
    fraction = mean / attainable if attainable > SMALLEST else 0.0
    factor = np.sqrt(max(planned_rows, 1) / (numbers.n_rows * (1 - 1 / curve.n_folds)))
    unit = 1.0 if numbers.n_classes else float(numbers.target.std())  # Lasso's alpha is in the unit of the target
    moved = strength if kind == "l2" else unit * strength / factor
    metric = "log_likelihood" if numbers.n_classes else "r2"
    planned = constructor("l2", 1.0, numbers.n_classes)
    advised = constructor(kind, moved, numbers.n_classes)
    if mean <= 0:
        kind, moved, advised = "l2", 1.0, planned
    found = (
        "no penalty predicts better than the default"
        if mean <= 0
        else "it predicts better than the default, and not surely so"
        if mean - half <= 0
        else "it predicts better than the default"
    )
    why = f"On held-out folds of {numbers.n_rows:,} rows {found}."
    effect = Effect(metric=metric, delta=mean, low=mean - half, high=mean + half)
    choice = Choice(
        planned=planned,
        advised=advised,
        why=why,
        measured={"rows": numbers.n_rows, "columns": numbers.matrix.shape[1], "attainable": attainable},
        effect=effect,
    )
    return kind, float(moved), choice, fraction


def penalty_points(curve: LinearPenalty) -> tuple[Penalty, ...]:
    """Return the validation curve, by kind and strength."""
    scale = np.sqrt(curve.n_folds)
    return tuple(
        Penalty(kind=kind, strength=strength, loss=float(loss.mean()), error=float(loss.std(ddof=1) / scale))
        for (kind, strength), loss in sorted(curve.losses.items())
    )  # fmt: skip


def constructor(kind: Kind, strength: float, n_classes: int) -> str:
    """Write the penalty as scikit-learn takes it.

    Examples
    --------
    >>> constructor("l1", 0.0316, 2), constructor("l2", 10.0, 0)
    ('LogisticRegression(C=0.032, l1_ratio=1, solver="saga")', 'Ridge(alpha=10)')
    """
    if n_classes:
        return f"LogisticRegression(C={float(f'{strength:.2g}'):g}" + (
            ")" if kind == "l2" else ', l1_ratio=1, solver="saga")'
        )
    return f"{'Ridge' if kind == 'l2' else 'Lasso'}(alpha={float(f'{strength:.2g}'):g})"


def linear_model(kind: Kind, strength: float, n_classes: int) -> Any:
    """Return the untrained model."""
    from sklearn.linear_model import Lasso, LogisticRegression, Ridge

    if not n_classes:
        return Ridge(alpha=strength) if kind == "l2" else Lasso(alpha=strength, max_iter=2000)
    if kind == "l2":
        return LogisticRegression(C=strength, max_iter=300, warm_start=True)
    lasso: dict[str, Any] = {"l1_ratio": 1.0}
    if LogisticRegression().penalty != "deprecated":  # before scikit-learn 1.8 the ratio alone says nothing
        lasso = {"penalty": "l1"}
    if n_classes == 2:
        return LogisticRegression(
            C=strength, solver="liblinear", intercept_scaling=10, tol=1e-3, max_iter=50, random_state=0, **lasso
        )
    return LogisticRegression(
        C=strength, solver="saga", random_state=0, tol=1e-2, max_iter=100, warm_start=True, **lasso
    )


_Part = tuple[Array, Array, Array, Array]


def _part(numbers: Numbers, fold: int, n_folds: int) -> _Part:
    train, held = numbers.parts(fold, n_folds)
    matrix, unseen = standardized(numbers.matrix[train], numbers.matrix[held])
    return matrix, numbers.target[train], unseen, numbers.target[held]


def _path(part: _Part, kind: Kind, strengths: Array, n_classes: int) -> Iterator[float]:
    """Yield the held-out loss at each strength; a fit starts from the one before where the solver can."""
    matrix, target, unseen, held = part
    if not n_classes:
        yield from _squares(part, kind, strengths)
        return
    present = np.unique(target)
    model: Any = None
    with quiet():
        for strength in strengths:
            if model is None or not getattr(model, "warm_start", False):
                model = linear_model(kind, float(strength), n_classes)
            model.set_params(C=float(strength)).fit(matrix, target)
            guessed = np.full((len(held), n_classes), SMALLEST)
            guessed[:, present] = model.predict_proba(unseen)
            yield float(-np.log(np.clip(guessed[np.arange(len(held)), held], 1e-6, 1.0)).mean())


def _squares(part: _Part, kind: Kind, strengths: Array) -> Iterator[float]:
    """Yield the squared error over the variance at each strength: Ridge from one decomposition, Lasso along a path."""
    matrix, target, unseen, held = part
    centre, variance = target.mean(), max(float(((held - target.mean()) ** 2).mean()), 1e-300)
    if kind == "l2":
        left, singular, right = np.linalg.svd(matrix, full_matrices=False)
        projected = left.T @ (target - centre)
        for strength in strengths:
            coefficients = right.T @ (singular / (singular**2 + strength) * projected)
            yield float(((held - centre - unseen @ coefficients) ** 2).mean() / variance)
        return
    from sklearn.linear_model import lasso_path

    scale = max(float(target.std()), 1e-300)
    with quiet():
        falling = np.sort(strengths)[::-1]
        _, paths, _ = lasso_path(matrix, (target - centre) / scale, alphas=falling, max_iter=1000, tol=1e-3)
    for place in np.searchsorted(-falling, -strengths):
        yield float(((held - centre - unseen @ paths[:, place] * scale) ** 2).mean() / variance)


def _constant_loss(numbers: Numbers, fold: int, n_folds: int) -> float:
    train, held = numbers.parts(fold, n_folds)
    if not numbers.n_classes:
        return 1.0
    counts = np.bincount(numbers.target[train], minlength=numbers.n_classes)
    shares = np.clip(counts / counts.sum(), 1e-6, 1.0)
    return float(-np.log(shares[numbers.target[held]]).mean())


def least_cells(numbers: Numbers) -> int:
    """Return rows times columns times outputs of the smallest curve that is made of these rows."""
    return min(numbers.n_rows, FEWEST_ROWS) * _width(numbers)


def _width(numbers: Numbers) -> int:
    return max(1, len(numbers.owners)) * (numbers.n_classes if numbers.n_classes > 2 else 1)


def _affordable(numbers: Numbers, cells: int, seed: int) -> Numbers:
    rows = int(np.clip(cells / _width(numbers), FEWEST_ROWS, MOST_ROWS))
    if numbers.n_rows <= rows:
        return numbers
    return numbers.take(draw(numbers.target, numbers.n_classes, rows, seed=seed))
