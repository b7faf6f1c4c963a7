"""Figures and names as the checks write them into their messages."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

__all__ = ["listed", "metric_words", "percent", "probability", "rows", "span", "without_values"]

_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_METRIC_WORDS = {"balanced_accuracy": "balanced accuracy", "r2": "R²"}


def percent(fraction: float) -> str:
    """Write a share in per cent, as 0 or 100 only when it is.

    Examples
    --------
    >>> percent(0.124), percent(0.00004), percent(0.99996), percent(1.0)
    ('12.4 %', '<0.1 %', '>99.9 %', '100 %')
    """
    if 0 < fraction < 0.0005:
        return "<0.1 %"
    if 0.9995 <= fraction < 1:
        return ">99.9 %"
    return f"{100 * fraction:.1f}".removesuffix(".0") + " %"


def probability(value: float) -> str:
    """Write a probability in whole per cent, which is all the precision that a forecast has.

    Examples
    --------
    >>> probability(0.124), probability(0.004), probability(0.999)
    ('12 %', '<1 %', '>99 %')
    """
    if 0 < value < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < value < 1 else f"{100 * value:.0f} %"


def rows(n: float) -> str:
    """Write a number of rows.

    Examples
    --------
    >>> rows(1), rows(32561)
    ('1 row', '32,561 rows')
    """
    return f"{round(n):,} row{'' if round(n) == 1 else 's'}"


def span(low: float, high: float, *, sign: bool = False) -> str:
    """Write a 90 % interval of a score or a difference of scores.

    Examples
    --------
    >>> span(0.794, 0.8312), span(-0.01, 0.02, sign=True)
    ('90 % interval 0.794 to 0.831', '90 % interval -0.010 to +0.020')
    """
    flag = "+" if sign else ""
    return f"90 % interval {low:{flag}.3f} to {high:{flag}.3f}"


def listed(columns: Sequence[str], *, limit: int = 3) -> str:
    """Name some columns and count the others.

    Examples
    --------
    >>> listed(["age"]), listed(["a", "b", "c", "d", "e"])
    ("column 'age'", "columns 'a', 'b', 'c' and 2 more")
    """
    names = ", ".join(repr(column) for column in columns[:limit])
    more = f" and {len(columns) - limit} more" if len(columns) > limit else ""
    return f"column{'' if len(columns) == 1 else 's'} {names}{more}"


def metric_words(metric: str) -> str:
    """Name a metric as in a sentence.

    Examples
    --------
    >>> metric_words("balanced_accuracy")
    'balanced accuracy'
    """
    return _METRIC_WORDS.get(metric, metric.replace("_", " "))


def without_values(text: str, names: Collection[str]) -> str:
    """Blank what an error message of a library quotes, unless it is one of `names`: it may be a cell of the data.

    Examples
    --------
    >>> without_values("could not convert 'secret' in column 'age'", ["age"])
    "could not convert '…' in column 'age'"
    """
    return _QUOTED.sub(lambda quote: quote[0] if (quote[1] or quote[2]) in names else "'…'", text)
