"""Figures and names in words: the same number reads the same in a message, on a page and on a screen."""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["count", "metric_word", "percent", "plural", "probability", "rows", "two_digits", "without_values"]

_METRIC_WORDS = {
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "f1_macro": "macro F1",
    "mae": "mean absolute error",
    "r2": "R²",
    "rmse": "RMSE",
    "roc_auc": "ROC AUC",
}
_QUOTED = re.compile(r"""(?:(?<!\w)|(?<=\b[bBrRuU]))(?:'(.*?)'|"(.*?)")(?!\w)""", re.DOTALL)
"""What stands between quotes; an apostrophe within a word is none."""


def count(value: float) -> str:
    """Write a number of things, with thousands separated.

    Examples
    --------
    >>> count(32561)
    '32,561'
    """
    return f"{round(value):,}"


def plural(n: int, noun: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "row"), plural(1200, "row"), plural(2, "more family")
    ('1 row', '1,200 rows', '2 more families')
    """
    if n != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("ly") else f"{noun}s"
    return f"{count(n)} {noun}"


def rows(n: float) -> str:
    """Write a number of rows, which may be an estimate.

    Examples
    --------
    >>> rows(1.2), rows(32561)
    ('1 row', '32,561 rows')
    """
    return plural(round(n), "row")


def percent(share: float) -> str:
    """Write a share in per cent. It reads 0 or 100 only when it is.

    Examples
    --------
    >>> percent(0.05), percent(0.1244), percent(0.0004), percent(0.9999999)
    ('5 %', '12.4 %', '0.04 %', '>99.999 %')
    """
    value = 100 * share
    for digits in (0, 1, 2, 3):
        text = f"{value:.{digits}f}"
        exact = abs(float(text) - value) < 1e-9
        if exact or (digits and float(text) not in (0.0, 100.0)):
            return f"{text.removesuffix('.0')} %"
    return "<0.001 %" if value < 50 else ">99.999 %"


def probability(value: float) -> str:
    """Write a probability in whole per cent, which is all the precision that a forecast has.

    Examples
    --------
    >>> probability(0.124), probability(0.004), probability(0.999)
    ('12 %', '<1 %', '>99 %')
    """
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{100 * value:.0f} %"


def two_digits(value: float) -> str:
    """Write a figure of which only the size counts, without an exponent while it is readable.

    Examples
    --------
    >>> two_digits(15234.0), two_digits(0.01963), two_digits(3.2e-7)
    ('15,000', '0.02', '3.2e-07')
    """
    return f"{float(f'{value:.2g}'):,.7g}"


def metric_word(metric: str) -> str:
    """Name a metric as in a sentence.

    Examples
    --------
    >>> metric_word("balanced_accuracy")
    'balanced accuracy'
    """
    return _METRIC_WORDS.get(metric, metric.replace("_", " "))


def without_values(text: str, names: Collection[str]) -> str:
    """Blank what an error message of a library quotes, unless it is one of `names`: it may be a cell of the data.

    Examples
    --------
    >>> without_values("could not convert 'secret' in column 'age'", ["age"])
    "could not convert '…' in column 'age'"
    >>> without_values("Couldn't read it; got 'O'Hara', don't know", [])
    "Couldn't read it; got '…', don't know"
    """
    return _QUOTED.sub(lambda quote: quote[0] if (quote[1] or quote[2]) in names else "'…'", text)
