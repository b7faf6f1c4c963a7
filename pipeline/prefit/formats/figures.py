"""How the figures of a report are written: the same number reads the same in every format."""

from __future__ import annotations

import json
from collections.abc import Mapping

from prefit.wording import percent, probability

__all__ = [
    "bare",
    "duration",
    "interval",
    "number",
    "quantity",
    "score",
    "signed",
    "span",
    "toml",
    "value",
    "value_span",
]

_SHARES = frozenset({"fraction", "share"})


def score(value: float, digits: int = 2) -> str:
    """Write a score. It reads 1.00 only when it is 1: up to two more digits are spent on the difference.

    Examples
    --------
    >>> score(0.8136), score(0.9983), score(0.9999999), score(1.0)
    ('0.81', '0.998', '>0.9999', '1.00')
    """
    for extra in range(3):
        text = f"{value:.{digits + extra}f}"
        if value >= 1 or float(text) < 1:
            return text
    return f">0.{'9' * (digits + 2)}"


def number(value: float) -> str:
    """Write any other number with about four significant digits.

    Examples
    --------
    >>> number(1234567.0), number(0.012341), number(3.0)
    ('1,234,567', '0.01234', '3')
    """
    whole = value == round(value) or abs(value) >= 1e4
    return f"{value:,.0f}" if whole and abs(value) < 1e15 else f"{value:.4g}"


def bare(value: float, unit: str) -> str:
    """Write a measurement where its unit has just been named.

    Examples
    --------
    >>> bare(0.05, "fraction"), bare(1200, "rows")
    ('5 %', '1,200')
    """
    return quantity(value, unit if unit in _SHARES or unit == "probability" else "")


def signed(value: float) -> str:
    """Write a change, with its sign.

    Examples
    --------
    >>> signed(-0.1612), signed(0.02)
    ('-0.161', '+0.020')
    """
    return f"{value:+.3f}"


def quantity(value: float, unit: str) -> str:
    """Write a measurement in its unit.

    Examples
    --------
    >>> quantity(0.124, "fraction"), quantity(1200, "rows"), quantity(0.9, "skill")
    ('12.4 %', '1,200 rows', '0.9 skill')
    """
    if unit in _SHARES:
        return percent(value)
    if unit == "probability":
        return probability(value)
    return f"{number(value)} {unit}".rstrip()


def interval(low: float, high: float, unit: str) -> str:
    """Write an interval beside the figure that it belongs to.

    Examples
    --------
    >>> interval(0.119, 0.128, "fraction"), interval(10, 12, "rows")
    ('11.9 % to 12.8 %', '10 to 12')
    """
    return f"{bare(low, unit)} to {bare(high, unit)}"


def span(forecast: Mapping[str, float], digits: int = 2) -> str:
    """Write the interval of a forecast.

    Examples
    --------
    >>> span({"mean": 0.81, "low": 0.794, "high": 0.83})
    '0.79 to 0.83'
    """
    return f"{score(forecast['low'], digits)} to {score(forecast['high'], digits)}"


def value(amount: float, perfect: float) -> str:
    """Write a value of a metric that is 0 or 1 where it is perfect.

    Examples
    --------
    >>> value(0.8136, 1.0), value(51234.5, 0.0)
    ('0.81', '51,234')
    """
    return score(amount) if perfect else number(amount)


def value_span(forecast: Mapping[str, float], perfect: float) -> str:
    """Write the interval of a forecast in such a metric.

    Examples
    --------
    >>> value_span({"mean": 3.0, "low": 2.51, "high": 3.5}, 0.0)
    '2.51 to 3.5'
    """
    return f"{value(forecast['low'], perfect)} to {value(forecast['high'], perfect)}"


def duration(seconds: float) -> str:
    """Write a time span.

    Examples
    --------
    >>> duration(0.42), duration(12.3), duration(185)
    ('0.4 s', '12 s', '3 min 5 s')
    """
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def toml(value: object) -> str:
    """Write the value of a key as a configuration has it.

    Examples
    --------
    >>> toml(True), toml(0.3), toml("any")
    ('true', '0.3', '"any"')
    """
    return json.dumps(value, ensure_ascii=False, default=str)
