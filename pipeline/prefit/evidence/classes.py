"""How well each class will be recognized, and how many more rows it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["ClassOutlook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutlook:
    """Recall of one class: the share of its rows that the model gives its name.

    Attributes
    ----------
    label : object
        Value of the target.
    rows : int
        Rows of the class in the planned training, at its share of the sample.
    recall : float
        On held-out rows, at the largest size.
    held_out_rows : int
        Rows of the class that were held out.
    mean, low, high : float
        Forecast on the planned rows, with its 90 % interval.
    gain : float
        Change of the recall when all rows are doubled.
    wanted : float
        Recall that is asked for: the required score, else the mean over the classes.
    rows_needed : int or None
        Rows of the class with which it is reached, all classes growing in proportion; those planned where they do; None
        where no number of rows does, or the curve cannot say.
    """

    label: Any
    rows: int
    recall: float
    held_out_rows: int
    mean: float
    low: float
    high: float
    gain: float
    wanted: float
    rows_needed: int | None
