"""The check ``unseen-categories``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import features, present_top
from prefit.checks.intervals import proportion
from prefit.checks.wording import listed, percent
from prefit.evidence import Evidence
from prefit.finding import Finding, Status
from prefit.profiling.values import ColumnProfile

__all__ = ["UnseenCategories"]


@dataclass(frozen=True)
class UnseenCategories:
    """Do test rows hold categories that are not in the training data?

    Parameters
    ----------
    warn_fraction : float, default 0.01
        Share of the test rows, beyond what rare categories explain, above which it warns.
    fail_fraction : float, default 0.5
        Share above which it fails: a column that most rows say nothing by.

    What it measures
    ----------------
    For every categorical column whose values are counted exactly in both data sets (at most 100 values): the
    share of the test rows that hold a value which no training row has. The lower end of its 90 % interval is
    judged after subtracting the share of training rows whose value occurs once, which estimates how many new
    values fresh rows of the same kind bring (Good-Turing).

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
    Good (1953), The population frequencies of species, Biometrika 40, doi:10.1093/biomet/40.3-4.237.
    """

    id: ClassVar[str] = "unseen-categories"
    stage: ClassVar[Stage] = "splits"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("test_profile",)

    warn_fraction: float = 0.01
    fail_fraction: float = 0.5

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for each severity, with the columns that hold most unseen values first."""
        assert evidence.test_profile is not None
        found: dict[Status, list[tuple[str, float, float, float]]] = {"fail": [], "warn": []}
        for train in features(evidence, "categorical"):
            test = evidence.test_profile.columns.get(train.name)
            if test is None or not (_counted(train) and _counted(test)) or not test.n_present:
                continue
            share = _unseen(train, test) / test.n_present
            low, high = proportion(share * test.n_present, test.n_present)
            surplus = low - _expected(train)
            if surplus > self.warn_fraction:
                found["fail" if surplus > self.fail_fraction else "warn"].append((train.name, share, low, high))
        for status, columns in found.items():
            if columns:
                yield self._finding(status, sorted(columns, key=lambda column: -column[1]))

    def _finding(self, status: Status, found: list[tuple[str, float, float, float]]) -> Finding:
        (worst, share, low, high), columns = found[0], tuple(column for column, *_ in found)
        return Finding(
            check=self.id,
            status=status,
            message=f"The test rows hold values that no training row has in {listed(columns)}: {percent(share)} of "
            f"them in {worst!r}.",
            columns=columns,
            measured=share,
            limit=self.fail_fraction if status == "fail" else self.warn_fraction,
            unit="fraction",
            interval=(low, high),
            why="A model has learnt nothing of a category that it never saw; many encoders stop with an error.",
            remedy="Look for renamed values; else give the unknown a place: "
            '`OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10)`.',
        )


def _counted(column: ColumnProfile) -> bool:
    """Whether every value of the column is in its table of values."""
    return column.top_exact and column.distinct.high <= len(column.top)


def _unseen(train: ColumnProfile, test: ColumnProfile) -> int:
    known = {entry.value for entry in train.top}
    return sum(entry.count for entry in present_top(test) if entry.value not in known)


def _expected(train: ColumnProfile) -> float:
    singles = sum(entry.count == 1 for entry in present_top(train))
    return singles / max(1, train.n_present)
