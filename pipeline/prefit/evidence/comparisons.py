"""What comparisons find: test data with training data, by a model and by feature, and a table with its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["BaselineDrift", "ColumnDrift", "DomainTest", "FeatureDrift", "Measure"]

Measure = Literal["values", "shares", "lengths"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTest:
    """Can a model tell the test rows from the training rows? ROC AUC with 90 % interval, and by which columns."""

    auc: float
    low: float
    high: float
    drivers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDrift:
    """How the values of one feature differ between training and test rows.

    Attributes
    ----------
    column : str
    distance, low, high : float
        Share of the test rows beyond that of the training rows that lie on one side of the question that tells them
        apart best, asked of rows that it was not chosen by, with its 90 % interval: a lower bound of the share of rows
        that would have to move for the two to be alike (total variation distance).
    chance : float
        False discovery rate at which the distance is significant among all features and missing shares
        (Benjamini and Hochberg): with limit 0.01, 99 of 100 tables without drift raise nothing, however wide.
    missing, missing_low, missing_high, missing_chance : float
        The same for the absolute difference of the shares of missing values.
    shift : float or None
        Difference of the medians in robust standard deviations of the training values; None for what is no number.
    runs_on : bool
        Whether it differs by nature: it numbers the rows, or holds the dates of a split by time.
    """

    column: str
    distance: float
    low: float
    high: float
    chance: float
    missing: float = 0.0
    missing_low: float = 0.0
    missing_high: float = 0.0
    missing_chance: float = 1.0
    shift: float | None = None
    runs_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """How one column differs between an earlier profile and this one, from the profiles alone.

    Attributes
    ----------
    column : str
    label : bool
        Whether it is the target of both.
    measure : {"values", "shares", "lengths"} or None
        What was compared: the order of numbers, the shares of categories, the lengths of texts; None where the profiles
        hold nothing to compare.
    distance, low, high : float
        Share of the rows that would have to change for the two to be alike, with its 90 % interval: for numbers and
        lengths the largest difference of the cumulative shares (Kolmogorov and Smirnov), for categories half the sum
        of the differences of the shares (total variation).
    chance : float
        False discovery rate at which the distance is significant among all columns (Benjamini and Hochberg).
    missing, missing_low, missing_high, missing_chance : float
        The same for the absolute difference of the shares of missing values.
    shift : float or None
        Difference of the medians in standard deviations of the earlier values; None for what is no number.
    n_new, n_gone : int
        Categories that only these rows have, and that only the earlier ones had, where all of the other side are known.
    new_rows, new_low : float
        Share of the rows that hold new ones, and the lower end of its 90 % interval.
    new_chance : float
        Probability that as many are new if all rows had been dealt to the two at random.
    runs_on : bool
        Whether it differs by nature: it numbers the rows, or holds dates.
    """

    column: str
    label: bool = False
    measure: Measure | None = None
    distance: float = 0.0
    low: float = 0.0
    high: float = 1.0
    chance: float = 1.0
    missing: float = 0.0
    missing_low: float = 0.0
    missing_high: float = 0.0
    missing_chance: float = 1.0
    shift: float | None = None
    n_new: int = 0
    n_gone: int = 0
    new_rows: float = 0.0
    new_low: float = 0.0
    new_chance: float = 1.0
    runs_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineDrift:
    """How a table differs from the one that an earlier report is about.

    `gone` and `added` name columns that only one of them has, `changed` those whose values are of another kind, with
    both kinds; `columns` holds the others, in the order of the table. `created` is the time of the earlier report.
    """

    created: str
    columns: tuple[ColumnDrift, ...]
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
