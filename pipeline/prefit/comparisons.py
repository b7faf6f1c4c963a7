"""What a comparison of test data with training data finds: all rows by a model, and feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DomainTest", "FeatureDrift"]


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
