"""The check ``label-drift``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import target
from prefit.checks.intervals import Z90
from prefit.checks.splits.cumulative import cumulative_difference
from prefit.checks.splits.labels import both_class_counts, incomparable
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.wording import percent

__all__ = ["LabelDrift"]

_DRAWS = 1000
_SEED = 0


@dataclass(frozen=True)
class LabelDrift:
    """Is the target distributed otherwise in the test data than in the training data?

    Parameters
    ----------
    warn_distance : float, default 0.1
        Lower end of the distance (share of the rows, 0 to 1) from which it warns.
    fail_distance : float, default 0.5
        Lower end from which it fails.

    What it measures
    ----------------
    Classification: half the sum of the differences of the class shares (total variation), over the classes that
    the training data hold; new classes are for `unseen-class`. Regression: the largest difference of the
    cumulative shares at the quantiles of both (1, 5, 25, 50, 75, 95 and 99 %), and the difference of the means
    in standard deviations. Both distances are the share of the rows that would have to move, with a 90 %
    interval from the number of rows.

    Why it hurts training
    ---------------------
    Probabilities and thresholds fitted to the training shares are wrong on the test data, and accuracy on one
    says little of accuracy on the other.

    Example
    -------
    Training data were balanced to 50 % defaults, the test data have the natural 4 %.

    What to do
    ----------
    Split again with ``stratify``, or, if the training data were balanced on purpose, weight the rows back or
    recalibrate the probabilities to the natural shares.

    When it may be a false alarm
    ----------------------------
    When the training data are balanced on purpose and the score does not depend on the shares (ROC AUC,
    balanced accuracy).

    References
    ----------
    Lipton, Wang & Smola (2018), Detecting and correcting for label shift with black box predictors, ICML,
    arXiv:1802.03916.
    """

    id: ClassVar[str] = "label-drift"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "supervised"
    needs: ClassVar[tuple[str, ...]] = ("test_labels",)

    warn_distance: float = 0.1
    fail_distance: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when the labels are distributed otherwise beyond doubt."""
        measured = _of_classes(evidence) if evidence.task.kind == "classification" else _of_numbers(evidence)
        if measured is None:
            yield incomparable(self.id, evidence)
            return
        distance, low, high, detail = measured
        if low <= self.warn_distance:
            return
        failed = low > self.fail_distance
        yield Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"{percent(distance)} of the test labels would have to change to be distributed like those of the "
            f"training data ({detail}).",
            columns=(str(evidence.task.target),),
            measured=distance,
            limit=self.fail_distance if failed else self.warn_distance,
            unit="fraction",
            interval=(low, high),
            why="Probabilities and thresholds fitted to the training labels are wrong on the test data.",
            remedy="Split again: `train_test_split(data, stratify=data[target])`; if one side was balanced on purpose, "
            "weight its rows back to the natural shares.",
        )


def _of_classes(evidence: Evidence) -> tuple[float, float, float, str] | None:
    """Return the total variation of the class shares, its interval, and the largest change."""
    counts = both_class_counts(evidence)
    if counts is None:
        return None
    train, test = _aligned(*counts)
    if not test.sum():
        return 0.0, 0.0, 0.0, ""  # only new classes: unseen-class says so
    shares, test_shares = train / train.sum(), test / test.sum()
    distance = float(np.abs(shares - test_shares).sum() / 2)
    low, high = _bootstrapped(train, test, distance)
    widest = int(np.argmax(np.round(np.abs(shares - test_shares), 9)))  # of two classes that swap, always the first
    name = f" ({list(counts[0])[widest]!r})" if evidence.show_values else ""
    change = f"{percent(shares[widest])} in training, {percent(test_shares[widest])} here"
    return distance, low, high, f"class {widest + 1} by frequency{name}: {change}"


def _aligned(train: Mapping[Any, int], test: Mapping[Any, int]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return np.array(list(train.values())), np.array([test.get(value, 0) for value in train])


def _bootstrapped(train: np.ndarray[Any, Any], test: np.ndarray[Any, Any], distance: float) -> tuple[float, float]:
    """Return the basic bootstrap interval, which takes out the distance that chance alone makes in small samples."""
    random = np.random.default_rng(_SEED)
    drawn = [random.multinomial(int(rows.sum()), rows / rows.sum(), _DRAWS) / rows.sum() for rows in (train, test)]
    low, high = np.quantile(np.abs(drawn[0] - drawn[1]).sum(axis=1) / 2, (0.95, 0.05))
    return max(0.0, 2 * distance - float(low)), min(1.0, max(0.0, 2 * distance - float(high)))


def _of_numbers(evidence: Evidence) -> tuple[float, float, float, str] | None:
    """Return the largest difference of the cumulative shares, its interval, and the difference of the means."""
    train, test = target(evidence), evidence.test_labels
    if train is None or test is None or train.numeric is None or test.numeric is None:
        return None
    difference = cumulative_difference(train, test)
    at = difference.share
    error = math.sqrt(at * (1 - at) * (1 / max(1, train.numeric.n_values) + 1 / max(1, test.numeric.n_values)))
    low = max(0.0, difference.distance - difference.blur - Z90 * error)
    high = min(1.0, difference.distance + difference.blur + Z90 * error)
    shift = ((test.mean or 0.0) - (train.mean or 0.0)) / train.std if train.std else 0.0
    return difference.distance, low, high, f"mean shifted by {shift:+.2f} standard deviations"
