"""The check ``unseen-categories``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import all_counted, features, present_top
from prefit.checks.intervals import proportion
from prefit.checks.splits.kinds import changed_kinds
from prefit.checks.splits.unseen import unseen_values
from prefit.checks.wording import listed
from prefit.evidence import Evidence
from prefit.finding import Finding, Status
from prefit.profiling.values import ColumnProfile
from prefit.wording import percent

__all__ = ["UnseenCategories"]


@dataclass(frozen=True)
class UnseenCategories:
    """Do test rows hold categories that are not in the training data?

    Parameters
    ----------
    warn_fraction : float, default 0.01
        Share of the test rows, at the lower end of its 90 % interval, above which it warns.
    fail_fraction : float, default 0.5
        Lower end above which it fails: the column says nothing for most rows.
    chance : float, default 0.01
        Probability that a random split leaves as many values unseen in any column; above it nothing is said.

    What it measures
    ----------------
    For every categorical column whose values are all counted in both data sets (at most 100 values): the share of the
    test rows that hold a value which no training row has. Rare values go unseen in a random split too: a value with c
    rows in all is missed with probability f^c, where f is the share of the test rows. What that explains, over all
    columns compared, is not reported.

    Why it hurts training
    ---------------------
    For an unseen category a model has learnt nothing: encoders turn it into zeros or the mean, or stop with an
    error.

    Example
    -------
    The shops of the test file opened after the training file was written; 30 % of its rows are theirs.

    What to do
    ----------
    Look for renamed or newly coded values first. Else take training rows that hold them, group rare values, or
    encode with an explicit place for the unknown.

    When it may be a false alarm
    ----------------------------
    When new categories are normal in use, and the encoder is made for them.

    References
    ----------
    Barbour, Holst & Janson (1992), Poisson Approximation, Oxford: the number of values missed by chance.
    """

    id: ClassVar[str] = "unseen-categories"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("test_profile",)

    warn_fraction: float = 0.01
    fail_fraction: float = 0.5
    chance: float = 0.01

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for each severity, with the columns that hold most unseen values first."""
        assert evidence.test_profile is not None
        n_rows = evidence.test_profile.n_rows
        pairs = _comparable(evidence)
        found: dict[Status, list[tuple[str, int]]] = {"fail": [], "warn": []}
        for train, test in pairs:
            unseen = unseen_values(_counts(train), _counts(test))
            if not unseen.values or unseen.probability * len(pairs) > self.chance:
                continue
            low, _ = proportion(unseen.n_rows, n_rows)
            if low > self.warn_fraction:
                found["fail" if low > self.fail_fraction else "warn"].append((train.name, unseen.n_rows))
        for status, columns in found.items():
            if columns:
                yield self._finding(status, sorted(columns, key=lambda column: -column[1]), n_rows)

    def _finding(self, status: Status, found: list[tuple[str, int]], n_rows: int) -> Finding:
        (worst, n_unseen), columns = found[0], tuple(column for column, _ in found)
        return Finding(
            check=self.id,
            status=status,
            message=f"The test rows hold values that no training row has in {listed(columns)}: "
            f"{percent(n_unseen / n_rows)} of them in {worst!r}.",
            columns=columns,
            measured=n_unseen / n_rows,
            limit=self.fail_fraction if status == "fail" else self.warn_fraction,
            unit="fraction",
            interval=proportion(n_unseen, n_rows),
            why="A model has learnt nothing of a category that it never saw; many encoders stop with an error.",
            remedy="Look for renamed values; else give the unknown a place: "
            '`OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10)`.',
        )


def _comparable(evidence: Evidence) -> list[tuple[ColumnProfile, ColumnProfile]]:
    """Return the categorical columns of both data sets whose tables of values are complete."""
    assert evidence.test_profile is not None
    of_test = evidence.test_profile.columns
    changed = changed_kinds(evidence.profile.columns, of_test, of_test)  # schema-mismatch speaks of these
    pairs = [
        (train, of_test[train.name])
        for train in features(evidence, "categorical")
        if train.name in of_test and train.name not in changed
    ]
    return [pair for pair in pairs if all(column.n_present and all_counted(column) for column in pair)]


def _counts(column: ColumnProfile) -> dict[Any, int]:
    return {entry.value: entry.count for entry in present_top(column)}
