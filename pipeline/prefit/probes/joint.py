"""Held-out and training curve continued together: the plain average of saturating shapes, put right by the prior."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from prefit.evidence import Forecast
from prefit.probes.continuation import FittedCurves, continue_curves, normal_quantile, train_cap
from prefit.probes.frame import Array
from prefit.probes.prior import FARTHEST, LEARNERS, NEAREST, Prior, Residual
from prefit.probes.traits import KINDS, Seen, traits
from prefit.probes.widths import Widths

__all__ = ["JointCurves", "look"]

FEWEST_SIZES = 3
"""Shorter curves say too little to be held beside others: they are continued plainly."""

LEAST_RISE = 0.002
"""A plain continuation that rises by less stays where it is."""

MEETING_SLACK = 0.03
"""How far a training score may lie below the held-out score: the held-out rows may be easy ones."""


@dataclass(frozen=True, slots=True)
class JointCurves:
    """Both curves of models, ready to be forecast at any size.

    Forecasts are of the mean score of many trainings; the luck of one, and of the rows on which it is scored, comes on
    top. `widths` puts the intervals right of kinds of score that the prior was not fitted on.
    """

    seen: Seen
    prior: Prior
    widths: Widths | None = None

    def held_out(self, size: float, level: float = 0.9) -> Forecast:
        """Return the held-out scores at a size with intervals that contain them with probability `level`."""
        name = f"learner:{self.seen.kind}" if self._knows_learners() else self.seen.kind
        return self._forecast(self.held_out_centre(size), name, size, level)

    def train(self, size: float, level: float = 0.9) -> Forecast:
        """Return the same for the scores on the training rows.

        Raises
        ------
        ValueError
            If they were not given.
        """
        return self._forecast(self.train_centre(size), f"train:{self.seen.kind}", size, level)

    def held_out_centre(self, size: float) -> Residual:
        """Return mean and scale of the held-out scores at a size."""
        expected = self._expected_by_all(size) if self._knows_learners() else self.prior.held_out_residual
        return self._centre(self.seen.held_out, expected, size)

    def _expected_by_all(self, size: float) -> Callable[[Array], Residual]:
        rises = self.seen.held_out.at(size)[0] - self.seen.last > LEAST_RISE
        return lambda found: self.prior.tree_residual(found, self.seen.learners, rises)

    def _knows_learners(self) -> bool:
        """Return whether the trees have something to say: they were fitted on some kinds of score and learners."""
        return self.seen.kind in KINDS and bool((self.seen.learners >= 0).all())

    def train_centre(self, size: float) -> Residual:
        """Return mean and scale of the scores on the training rows at a size."""
        if self.seen.trained is None:
            raise ValueError("train_scores must be known to be forecast; got none. Pass them to look().")
        return self._centre(self.seen.trained, self.prior.train_residual, size)

    def _centre(self, plain: FittedCurves, expected: Callable[[Array], Residual], size: float) -> Residual:
        mean, deviation = plain.at(size)
        if self._plainly(size):
            return Residual(mean, deviation)
        beyond = self.seen.doublings(size)
        nearest = self.seen.sizes[-1] * 2 ** np.clip(beyond, NEAREST, FARTHEST)
        off = expected(traits(self.seen, float(nearest)))
        mean = np.clip(mean + off.location * min(beyond / NEAREST, 1.0), plain.floor, self.seen.bounds[1])
        # What dips or stays flat is never promised to rise, whatever others like it did; fmin passes over NaN.
        return Residual(np.fmin(mean, plain.plateau), off.scale * max(beyond / FARTHEST, 1.0))

    def _plainly(self, size: float) -> bool:
        """Return whether the prior has nothing to say: inside the curve, and of short ones."""
        return size <= self.seen.sizes[-1] or len(self.seen.sizes) < FEWEST_SIZES

    def _forecast(self, centre: Residual, name: str, size: float, level: float) -> Forecast:
        tails = ((1 - level) / 2, (1 + level) / 2)
        if self._plainly(size):
            low, high = (normal_quantile(tail) for tail in tails)
        else:
            beyond = float(np.clip(self.seen.doublings(size), NEAREST, FARTHEST))
            factor = 1.0 if self.widths is None else self.widths.factor(name, beyond)
            low, high = (factor * self.prior.quantile(name, tail, beyond) for tail in tails)
        mean = centre.location
        below, above = mean + min(low, 0.0) * centre.scale, mean + max(high, 0.0) * centre.scale
        return Forecast(mean, np.clip(below, *self.seen.bounds), np.clip(above, *self.seen.bounds))


def look(
    sizes: Array,
    scores: Array,
    *,
    train_scores: Array | None = None,
    scores_std: Array | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
    kind: str = "accuracy",
    learners: Sequence[str | None] | None = None,
) -> Seen:
    """Continue curves on common sizes plainly, before the prior is asked.

    Parameters
    ----------
    sizes : ndarray, shape (n_sizes,)
    scores, train_scores, scores_std : ndarray, shape (n_curves, n_sizes)
        Held-out scores, scores on the training rows, and standard deviations of the held-out scores between repeats.
    bounds : (float, float)
        Worst and best possible score.
    kind : str
        Kind of score. The intervals of kinds that the prior was not fitted on are those of one such kind.
    learners : sequence of str or None, optional
        Learner of each curve, by its class in scikit-learn. The prior's trees speak if they know all of them.
    """
    floor, top = (np.full(len(scores), bound) for bound in bounds)
    unknown = np.full(scores.shape, np.nan)
    luck = np.zeros(len(scores)) if scores_std is None else scores_std[:, -1]
    trained, cap = None, top
    if train_scores is not None:
        cap = train_cap(scores, train_scores, bounds[1])
        # Training scores that fall do not fall below the held-out scores, which they meet at best.
        met = np.maximum(np.minimum(train_scores[:, -1], scores[:, -1]) - MEETING_SLACK, floor)
        trained = continue_curves(sizes, train_scores, luck=np.zeros(len(scores)), floor=met, cap=top, rising=False)
    return Seen(
        sizes=sizes,
        scores=scores,
        train=unknown if train_scores is None else train_scores,
        std=unknown if scores_std is None else scores_std,
        held_out=continue_curves(sizes, scores, luck=luck, floor=floor, cap=cap),
        trained=trained,
        kind=kind,
        bounds=bounds,
        learners=np.array([_place(learner) for learner in learners or [None] * len(scores)]),
    )


def _place(learner: str | None) -> int:
    return LEARNERS.index(learner) if learner in LEARNERS else -1
