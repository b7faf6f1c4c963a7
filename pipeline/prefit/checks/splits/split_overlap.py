"""The check ``split-overlap``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from prefit.checks.base import Applies, Stage
from prefit.checks.chance import twin_fraction
from prefit.checks.intervals import proportion
from prefit.evidence import Evidence
from prefit.finding import Finding
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
    64-bit hashes of the rows. Of large tables the smallest hashes are compared, which are a random sample of
    the rows. Tables of few distinct values repeat rows by chance: what the shares of their values lead to expect, and
    at most twice the share of duplicates within the training data, is subtracted from the lower end of the 90 %
    interval. Rows of measurements do not repeat by chance; where they do, they were copied before the split.

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
        if set(train.columns) != set(test.columns):
            reason = "Training and test data have different columns, so that whole rows cannot be compared."
            yield Finding(check=self.id, status="skip", message=reason)
            return
        n_shared, n_compared = _shared_keys(train, test)
        if n_compared == 0:
            reason = f"None of the {rows(test.n_rows)} of the test data is among the sampled rows that are compared."
            yield Finding(check=self.id, status="skip", message=reason)
            return
        share = n_shared / n_compared
        low, high = proportion(n_shared, n_compared)
        by_chance = min(
            2 * train.duplicates.high / max(1, train.n_rows), twin_fraction(train.columns.values(), train.n_rows)
        )
        surplus = 1.0 if train.fingerprint == test.fingerprint else low - by_chance
        if surplus <= self.warn_fraction:
            return
        failed = surplus > self.fail_fraction
        natural = f"; chance explains {percent(by_chance)} at most" if by_chance else ""
        yield Finding(
            check=self.id,
            status="fail" if failed else "warn",
            message=f"{percent(share)} of the distinct test rows are in the training data too "
            f"({n_shared:,} of {n_compared:,} compared{natural}).",
            measured=share,
            limit=(self.fail_fraction if failed else self.warn_fraction) + by_chance,
            unit="fraction",
            interval=(low, high),
            why="The model is asked what it was told, so that the test score is too high.",
            remedy="Take them out of the training data: `train.merge(test, how='left', indicator=True)"
            ".query('_merge == \"left_only\"')`.",
        )


def _shared_keys(train: Profile, test: Profile) -> tuple[int, int]:
    """Count the test keys that training has too, among those below the bounds to which both lists are complete."""
    bounds = [profile.row_keys[-1] for profile in (train, test) if not profile.row_keys_exact and profile.row_keys.size]
    bound = min(bounds, default=np.uint64(2**64 - 1))
    compared = test.row_keys[test.row_keys <= bound]
    return np.intersect1d(compared, train.row_keys, assume_unique=True).size, compared.size
