"""The check ``split-overlap``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from prefit.checks.base import Applies, Stage
from prefit.checks.chance import near_fraction, twin_fraction
from prefit.checks.intervals import proportion
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.arrays import Keys
from prefit.profiling.values import Profile
from prefit.wording import percent, rows

__all__ = ["SplitOverlap"]


@dataclass(frozen=True)
class SplitOverlap:
    """Are test rows in the training data too?

    Parameters
    ----------
    warn_fraction : float, default 0.01
        Share of the distinct test rows, beyond what repeats by chance, above which it warns.
    fail_fraction : float, default 0.1
        Share above which it fails.

    What it measures
    ----------------
    The share of the distinct test rows that are equal to a training row in every column, target included, by
    64-bit hashes of the rows; and the same of the features alone, so that test data without labels are compared
    too. Columns that only the test data have are left out. Of large tables the smallest hashes are compared, which are
    a random sample of the rows. Tables of few distinct values repeat rows by chance: what the shares of their values
    lead to expect, and at most twice the share of duplicates within the training data, is subtracted from the lower end
    of the 90 % interval. Rows of measurements do not repeat by chance; where they do, they were copied before the
    split. Of the features alone, twice the share of the training rows that equal a row with another label is subtracted
    too: these are cases that look alike.

    To these come the test rows of a sample that nearly repeat a training row, as ``duplicate-rows`` describes them.

    Why it hurts training
    ---------------------
    The model is asked what it was told. A flexible model remembers such rows, so that the test score is too
    high by up to the share of common rows times the error.

    Example
    -------
    The test file was drawn from the whole table, and the training file is the whole table.

    What to do
    ----------
    Take the test rows out of the training data, or split again after dropping duplicates; keep rows of one
    person or machine on one side.

    When it may be a false alarm
    ----------------------------
    When the rows are coarse on purpose and their repeats are real: different persons with equal answers.

    References
    ----------
    Kapoor & Narayanan (2023), Leakage and the reproducibility crisis in machine-learning-based science, Patterns 4,
    doi:10.1016/j.patter.2023.100804.
    """

    id: ClassVar[str] = "split-overlap"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("test_profile",)

    warn_fraction: float = 0.01
    fail_fraction: float = 0.1

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding when more test rows occur in the training data than chance explains."""
        train, test = evidence.profile, evidence.test_profile
        assert test is not None
        others = frozenset((train.target, *evidence.task.dropped))
        comparisons = [comparison for comparison in _comparisons(train, test, others) if comparison.n_compared]
        if not comparisons:
            yield Finding(check=self.id, status="skip", message=_incomparable(train, test, others))
            return
        shares = [_Share(comparison, near_fraction(evidence.near_overlap)) for comparison in comparisons]
        worst = max(shares, key=lambda share: self._severity(share.surplus))  # of equal ones the whole rows
        severity = self._severity(worst.surplus)
        if not severity:
            if "near_overlap" in evidence.missing:
                yield Finding(check=self.id, status="skip", message=evidence.missing["near_overlap"])
            return
        yield Finding(
            check=self.id,
            status="fail" if severity == 2 else "warn",
            message=worst.message,
            measured=worst.estimate,
            limit=(self.fail_fraction if severity == 2 else self.warn_fraction) + worst.comparison.by_chance,
            unit="fraction",
            interval=worst.interval,
            why="The model is asked what it was told, so that the test score is too high.",
            remedy="Take them out of the training data: `train.merge(test, how='left', indicator=True)"
            ".query('_merge == \"left_only\"')`; of near copies, all but one of each group.",
        )

    def _severity(self, surplus: float) -> int:
        return (surplus > self.warn_fraction) + (surplus > self.fail_fraction)


@dataclass(frozen=True)
class _Comparison:
    """How many of the compared test rows are training rows, by all columns or by the features alone."""

    n_shared: int
    n_compared: int
    by_chance: float
    features_only: bool
    identical: bool = False


@dataclass(frozen=True)
class _Share:
    """A comparison and the share of near copies beside it."""

    comparison: _Comparison
    near: tuple[float, float, float]

    @property
    def exact(self) -> float:
        """Share of the compared rows that are training rows."""
        return self.comparison.n_shared / self.comparison.n_compared

    @property
    def estimate(self) -> float:
        """Share of exact and near copies."""
        return min(1.0, self.exact + self.near[0])

    @property
    def interval(self) -> tuple[float, float]:
        """Its 90 % interval."""
        low, high = proportion(self.comparison.n_shared, self.comparison.n_compared)
        return min(1.0, low + self.near[1]), min(1.0, high + self.near[2])

    @property
    def surplus(self) -> float:
        """Return what the lower end of the interval leaves beyond chance."""
        if self.comparison.identical:
            return 1.0
        return self.interval[0] - self.comparison.by_chance

    @property
    def message(self) -> str:
        """Say it in a sentence or two."""
        found = self.comparison
        if found.n_shared == 0:
            return f"{percent(self.near[0])} of the distinct test rows nearly repeat a training row."
        natural = f"; chance explains {percent(found.by_chance)} at most" if found.by_chance else ""
        what = "have the features of a training row" if found.features_only else "are in the training data too"
        near = f" Another {percent(self.near[0])} nearly repeat a training row." if self.near[1] > 0 else ""
        return (
            f"{percent(self.exact)} of the distinct test rows {what} "
            f"({found.n_shared:,} of {found.n_compared:,} compared{natural}).{near}"
        )


def _comparisons(train: Profile, test: Profile, others: frozenset[str | None]) -> Iterator[_Comparison]:
    """Compare whole rows, and the features, which are all columns but the `others`, where the test data have them.

    Columns that only the test data have are no part of either: they are profiled as if dropped.
    """
    if set(train.columns) == set(test.columns):
        yield _Comparison(
            *_shared_keys((train.row_keys, train.row_keys_exact), (test.row_keys, test.row_keys_exact)),
            by_chance=min(
                2 * train.duplicates.high / max(1, train.n_rows), twin_fraction(train.columns.values(), train.n_rows)
            ),
            features_only=False,
            identical=train.fingerprint == test.fingerprint,
        )
    if train.columns.keys() - others <= test.columns.keys():
        features = [column for name, column in train.columns.items() if name not in others]
        yield _Comparison(
            *_shared_keys((train.feature_keys, train.feature_keys_exact), (test.feature_keys, test.feature_keys_exact)),
            by_chance=max(twin_fraction(features, train.n_rows), _contradicted(train)),
            features_only=True,
        )


def _contradicted(train: Profile) -> float:
    """Return the share of rows whose features stand for cases of their own, as other labels of theirs show.

    Of two equal rows that are different cases, at least every other pair is taken to differ in the label.
    """
    return 0.0 if train.conflicts is None else min(1.0, 2 * train.conflicts.high / max(1, train.n_rows))


def _incomparable(train: Profile, test: Profile, others: frozenset[str | None]) -> str:
    lacking = train.columns.keys() - others - test.columns.keys()
    if lacking:
        return f"The test data lack {listed(sorted(lacking))}, so that rows cannot be compared."
    return f"None of the {rows(test.n_rows)} of the test data is among the sampled rows that are compared."


def _shared_keys(train: tuple[Keys, bool], test: tuple[Keys, bool]) -> tuple[int, int]:
    """Count the test keys that training has too, among those below the bounds to which both lists are complete."""
    bounds = [keys[-1] for keys, exact in (train, test) if not exact and keys.size]
    compared = test[0][test[0] <= min(bounds, default=np.uint64(2**64 - 1))]
    return np.intersect1d(compared, train[0], assume_unique=True).size, compared.size
