"""How far may a statistic of the next batch stray from that of these rows, by the luck of the draw alone?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

__all__ = ["LEAST", "RISK", "Batches", "Z", "outward", "share_limit", "share_reason", "share_text"]

RISK = 1e-4
"""Chance that an entry fails on a batch of the same source, where its margin comes from a known distribution."""

Z = 4.3
"""Half-width of a margin in standard errors: five two-sided limits in one entry keep within `RISK`."""

RULE_OF_THREE = 3.0
"""What was seen in none of n rows has a share below 3/n, at 95 % confidence."""

LEAST = 0.1
"""What no margin falls below, in standard deviations or as part of a share: batches differ by more than luck."""

_MOST_EXACT_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Batches:
    """How many rows were seen, and how many a batch that the suite will judge may have.

    Small batches decide the margin of a share or a quantile, large ones that of the extremes.
    """

    n_seen: int
    smallest: int
    largest: int

    @classmethod
    def of(cls, n_rows: int, batch_rows: int | None = None) -> Batches:
        """Take batches of `batch_rows` rows; if None, from a tenth of the rows seen up to as many."""
        if batch_rows is not None:
            return cls(n_rows, batch_rows, batch_rows)
        return cls(n_rows, max(1, n_rows // 10), max(1, n_rows))

    def with_values(self, n_present: int) -> Batches:
        """Return the same for the rows with a value in some column: a share of each batch, and in small ones less."""
        fill = n_present / self.n_seen if self.n_seen else 0.0
        expected = self.smallest * fill
        fewest = expected - 3.0 * math.sqrt(expected * (1.0 - fill))
        return Batches(n_present, max(1, int(fewest)), max(1, math.ceil(self.largest * fill)))

    def looking_at(self, n_rows: int) -> Batches:
        """Return the same batches, where only a sample of the rows was looked at."""
        return Batches(min(n_rows, self.n_seen), self.smallest, self.largest)

    def standard_error(self, of_one: float = 1.0) -> float:
        """Return the standard error of the difference between two means: that of these rows and of a small batch."""
        return of_one * math.sqrt(1.0 / self.n_seen + 1.0 / self.smallest)


def share_limit(n_bad: int, batches: Batches) -> float:
    """Return the share of bad rows that a batch of the same source will not exceed.

    Parameters
    ----------
    n_bad : int
        Bad rows among the ``batches.n_seen``.
    batches : Batches

    Returns
    -------
    float
        If none was bad, three of the rows seen (the rule of three). Else the quantile ``1 - RISK`` of the
        beta-binomial distribution of bad rows in a batch, with the share at the upper end of its Clopper-Pearson
        interval; the largest over the batch sizes, and at least a tenth more than the share that was seen (a tenth of
        the other rows' share, if they are fewer). At most 1.

    Examples
    --------
    >>> share_limit(0, Batches.of(1000))
    0.003
    >>> share_limit(100, Batches.of(1000)) < 0.25
    True
    """
    if n_bad == 0:
        return min(1.0, RULE_OF_THREE / max(batches.n_seen, 1))
    if n_bad >= batches.n_seen:
        return 1.0
    sizes = {int(size) for size in np.geomspace(batches.smallest, batches.largest, 5)}
    share = n_bad / batches.n_seen
    least = share + LEAST * min(share, 1.0 - share)
    return min(1.0, max(least, *(_share_quantile(n_bad, batches.n_seen, size) for size in sizes)))


def _share_quantile(n_bad: int, n_seen: int, n_next: int) -> float:
    a, b = n_bad + 1.0, float(n_seen - n_bad)
    if n_next > _MOST_EXACT_ROWS:
        share = a / (a + b)
        spread = math.sqrt(share * (1 - share) / n_next * (a + b + n_next) / (a + b + 1))
        return share + Z * spread + 8.0 / n_next
    from scipy.special import betaln, gammaln

    k = np.arange(n_next + 1.0)
    log_chance = gammaln(n_next + 1) - gammaln(k + 1) - gammaln(n_next - k + 1)
    log_chance += betaln(k + a, n_next - k + b) - betaln(a, b)
    above = np.cumsum(np.exp(log_chance)[::-1])[::-1] - np.exp(log_chance)
    return float(np.flatnonzero(above <= RISK)[0] / n_next)


def share_reason(n_bad: int, batches: Batches) -> str:
    """Say how :func:`share_limit` came about."""
    if n_bad == 0:
        return f"none of {batches.n_seen:,} (rule of three)"
    sizes = f"{batches.smallest:,}"
    if batches.largest > batches.smallest:
        sizes += f" to {batches.largest:,}"
    return f"{n_bad:,} of {batches.n_seen:,}; the limit is that of 9,999 in 10,000 batches of {sizes} (beta-binomial)"


def share_text(limit: float) -> float:
    """Return ``mostly`` for a share of bad rows that is allowed: two digits of the share, or three places, rounded up.

    Examples
    --------
    >>> share_text(0.00301), share_text(0.1234), share_text(0.0)
    (0.9969, 0.876, 1.0)
    """
    if limit <= 0:
        return 1.0
    digits = max(3, 1 - math.floor(math.log10(limit)))
    allowed = Decimal(repr(limit)).quantize(Decimal(1).scaleb(-digits), ROUND_CEILING)
    return max(0.0, float(1 - allowed))


def outward(low: float | None, high: float | None, *, step: float, whole: bool) -> tuple[float | None, float | None]:
    """Round limits away from each other to a readable number of digits: whole numbers stay whole.

    Parameters
    ----------
    low, high : float or None
    step : float
        What the limits may lose: they are rounded to the power of ten below it.
    whole : bool

    Examples
    --------
    >>> outward(0.12345, 17.8912, step=0.2, whole=False)
    (0.1, 17.9)
    >>> outward(3.2, 18.1, step=0.2, whole=True)
    (3, 19)
    """
    exponent = math.floor(math.log10(step)) if step > 0 and math.isfinite(step) else -12
    if whole:
        exponent = max(exponent, 0)
    return _rounded(low, exponent, ROUND_FLOOR, whole), _rounded(high, exponent, ROUND_CEILING, whole)


def _rounded(limit: float | None, exponent: int, how: str, whole: bool) -> float | None:
    if limit is None or not math.isfinite(limit):
        return None
    unit = Decimal(1).scaleb(exponent)
    number = (Decimal(limit) / unit).to_integral_value(how) * unit
    largest = 10**19 if whole else 10**15  # of what whole columns can hold, and of what reads better than an exponent
    return int(number) if abs(number) < largest and number == number.to_integral_value() else float(number)
