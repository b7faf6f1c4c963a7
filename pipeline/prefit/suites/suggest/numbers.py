"""Rules for quantities: limits, quantiles, mean and spread."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from prefit.profiling.facts.numbers import Numbers
from prefit.profiling.tally import Tally
from prefit.suites.suggest.common import MIN_VALUES, has_value_set
from prefit.suites.suggest.entry import Column, Suggested, column_rule
from prefit.suites.suggest.margins import LEAST, Z, outward, share_limit, share_text
from prefit.suites.suggest.tails import Reach, reach_above

__all__ = ["quantities"]

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NEAR_ZERO = 0.1
_FAR = 50.0
_MAX_KURTOSIS = 6.0
_LEAST_SPREAD = 1e-6
"""Standard deviation, as a part of the values, below which rounding errors of sums of squares drown it."""

_SQUARED = 1e-150, 1e150
"""Sizes of numbers whose squares a float can hold."""

_DIGITS = 200.0


def quantities(column: Column) -> Iterator[Suggested]:
    """Suggest the limits and the distribution of a column of numbers that is neither a counter nor a code."""
    profile = column.profile
    if profile.numeric is None or profile.n_infinite or column.kind == "id-like" or column.n_values < MIN_VALUES:
        return
    if column.runs_on and not column.is_target:
        return
    numbers = Numbers.of(Tally.of_column(column.sample))
    if len(numbers.values) < 2:
        if len(numbers.values) == 1 and not has_value_set(column):
            yield from _constant(column, float(numbers.values[0]))
        return
    if not has_value_set(column):
        yield from _limits(column, numbers)
        yield from _quantiles(column, numbers)
    if _has_moments(column):
        yield from _moments(column)


def _constant(column: Column, value: float) -> Iterator[Suggested]:
    yield from column_rule(
        column,
        "range",
        "expect_column_values_to_be_between",
        "warning",
        f"All of {column.n_values:,} values are equal (rule of three).",
        min_value=value,
        max_value=value,
        mostly=share_text(share_limit(0, column.present)),
    )


def _limits(column: Column, numbers: Numbers) -> Iterator[Suggested]:
    profile = column.profile
    least, greatest = float(profile.minimum), float(profile.maximum)
    scale = float(numbers.counts.sum()) / column.n_values
    n_next = column.present.largest * scale
    above = _end(reach_above(numbers.values, numbers.counts, greatest, n_next), numbers)
    mirrored = reach_above(-numbers.values[::-1], numbers.counts[::-1], -least, n_next)
    below = _end(Reach(None if mirrored.limit is None else -mirrored.limit, mirrored.reason), numbers)
    middle = float(numbers.quantiles([0.5])[0])
    if least >= 0.0 and (below.limit is None or least <= _NEAR_ZERO * middle):
        below = Reach(0.0, "no value is negative")
    if above.limit is None and below.limit is None:
        return
    whole = numbers.whole
    step = (greatest - least) / _DIGITS
    low, high = outward(below.limit, above.limit, step=step, whole=whole)
    reasons = [
        f"{side}: {found.reason}" for side, found in (("below", below), ("above", above)) if found.limit is not None
    ]
    yield from column_rule(
        column,
        "range",
        "expect_column_values_to_be_between",
        "warning",
        f"Seen: {_short(least)} to {_short(greatest)} in {column.n_values:,} rows. Margin {'; '.join(reasons)}. "
        "A few rows of a large batch may lie beyond (rule of three).",
        min_value=low,
        max_value=high,
        mostly=share_text(share_limit(0, column.present)),
    )


def _end(reach: Reach, numbers: Numbers) -> Reach:
    """Leave out a limit that is so far away that nothing would ever meet it."""
    if reach.limit is None:
        return reach
    low, middle, high = (float(value) for value in numbers.quantiles([0.05, 0.5, 0.95]))
    spread = max(high - low, abs(float(numbers.values[-1] - numbers.values[0])) / 4)
    return Reach(None, "") if abs(reach.limit - middle) > _FAR * spread else reach


def _quantiles(column: Column, numbers: Numbers) -> Iterator[Suggested]:
    batches, n_sampled = column.present, int(numbers.counts.sum())
    looked_at = batches.looking_at(n_sampled)
    asked, ranges = [], []
    ends = numbers.values[[0, -1]]
    step = float(numbers.quantiles([0.95])[0] - numbers.quantiles([0.05])[0]) / _DIGITS
    step = step or float(ends[1] - ends[0]) / _DIGITS
    for probability in _QUANTILES:
        spread = math.sqrt(probability * (1 - probability))
        error = max(Z * looked_at.standard_error(spread) + 2.0 / batches.smallest, LEAST * spread)
        low, high = (
            None if not 0.0 < place < 1.0 else float(numbers.quantiles([place])[0])
            for place in (probability - error, probability + error)
        )
        limits = outward(low, high, step=step, whole=numbers.whole)
        if limits != (None, None):
            asked.append(probability)
            ranges.append(list(limits))
    if not asked or all(low is None or high is None for low, high in ranges):
        return
    yield from column_rule(
        column,
        "quantiles",
        "expect_column_quantile_values_to_be_between",
        "info",
        f"Limits are quantiles of {n_sampled:,} rows, {Z} standard errors of a batch of {batches.smallest:,} rows "
        "to either side (a tenth of a deviation at least).",
        quantile_ranges={"quantiles": asked, "value_ranges": ranges},
    )


def _has_moments(column: Column) -> bool:
    """Whether every program will find about the same mean and standard deviation."""
    mean, std, kurtosis = column.profile.mean, column.profile.std, column.profile.kurtosis
    if mean is None or not std or kurtosis is None or kurtosis > _MAX_KURTOSIS or column.present.smallest < 10:
        return False
    return _SQUARED[0] < std < _SQUARED[1] and std > _LEAST_SPREAD * abs(mean)


def _moments(column: Column) -> Iterator[Suggested]:
    profile, batches = column.profile, column.present
    mean, std, kurtosis = profile.mean, profile.std, profile.kurtosis
    assert mean is not None
    assert std is not None
    assert kurtosis is not None
    from scipy.special import stdtrit

    width = Z * stdtrit(min(batches.smallest, column.n_values) - 1, 0.99999) / stdtrit(1e9, 0.99999)
    half = max(width * batches.standard_error(1.0), LEAST) * std
    low, high = outward(mean - half, mean + half, step=half / 10, whole=False)
    how = f"{width:.1f} standard errors of a batch of {batches.smallest:,} rows to either side (0.1 at least)"
    yield from column_rule(
        column,
        "mean",
        "expect_column_mean_to_be_between",
        "info",
        f"Mean {_short(mean)}, standard deviation {_short(std)}; {how}.",
        min_value=low,
        max_value=high,
    )
    error = max(width * batches.standard_error(math.sqrt(max(kurtosis + 2.0, 0.5) / 4.0)), LEAST)
    if error > 1.5:
        return
    low, high = outward(std * math.exp(-error), std * math.exp(error), step=std * error / 10, whole=False)
    yield from column_rule(
        column,
        "spread",
        "expect_column_stdev_to_be_between",
        "info",
        f"Standard deviation {_short(std)}, excess kurtosis {_short(kurtosis)}; {how}, of its logarithm.",
        min_value=low,
        max_value=high,
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if np.abs(value) >= 1e4 and np.abs(value) < 1e15 else f"{value:.4g}"
