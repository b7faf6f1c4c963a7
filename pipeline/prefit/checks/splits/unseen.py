"""Values that the test data have and the training data lack, and whether chance explains them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Unseen", "unseen_values"]


@dataclass(frozen=True, slots=True)
class Unseen:
    """Values of the test rows that no training row has.

    `probability` is that of as many such values or more if all rows had been dealt to the two at random.
    """

    values: tuple[Hashable, ...]
    n_rows: int
    probability: float


def unseen_values(train: Mapping[Any, int], test: Mapping[Any, int]) -> Unseen:
    """Find the values that only the test rows have.

    Parameters
    ----------
    train, test : mapping of value to number of rows
        Complete: a value that is not listed does not occur.

    Notes
    -----
    A value with c rows in all lands among the test rows altogether with probability f^c, where f is their share of all
    rows. The number of such values is then nearly a Poisson variable: rare values go unseen by chance, frequent ones
    do not.

    Examples
    --------
    >>> unseen_values({"a": 70, "b": 30}, {"a": 40, "new": 10}).n_rows
    10
    """
    from scipy.stats import poisson

    values = tuple(value for value, count in test.items() if count and not train.get(value))
    if not values:
        return Unseen((), 0, 1.0)
    n_test = sum(test.values())
    share = n_test / (n_test + sum(train.values()))
    totals = {value: train.get(value, 0) + test.get(value, 0) for value in {**train, **test}}
    expected = sum(share**total for total in totals.values() if total)
    return Unseen(values, sum(test[value] for value in values), float(poisson.sf(len(values) - 1, expected)))
