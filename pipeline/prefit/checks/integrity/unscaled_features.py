"""The check ``unscaled-features``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import also, constant, features
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile
from prefit.wording import two_digits

__all__ = ["UnscaledFeatures"]


@dataclass(frozen=True)
class UnscaledFeatures:
    """Are there numbers on a scale that single precision cannot hold?

    Parameters
    ----------
    max_offset : float, default 1e6
        Mean of a column over its standard deviation above which the check warns. Single precision keeps 24 bits, so
        that at 1e6 neighbouring numbers are 0.12 standard deviations apart: what the column says is rounded away.
    max_magnitude : float, default 1e18
        Absolute value above which the check warns: its square overflows single precision (3.4e38) within a small sum.

    What it measures
    ----------------
    The mean over the standard deviation, and the largest absolute value, of every number that varies. It passes when
    features merely have different ranges, and then says by how much: the default plan standardizes them.

    Why it hurts training
    ---------------------
    Networks, LightGBM bins and many encoders compute in single precision. A column with a huge offset becomes a
    staircase before it can be centred, one with huge values becomes infinite when it is squared. Without scaling,
    features of different ranges make gradient descent crawl: the number of steps grows with the square of the ratio.

    Example
    -------
    A time stamp in nanoseconds, all within one minute.

    What to do
    ----------
    Subtract the first value or the mean in double precision before anything else, choose another unit, and standardize.

    When it may be a false alarm
    ----------------------------
    When everything up to the scaler runs in double precision, as scikit-learn's StandardScaler does by default.

    References
    ----------
    Goldberg (1991), What every computer scientist should know about floating-point arithmetic,
    doi:10.1145/103162.103163.
    """

    id: ClassVar[str] = "unscaled-features"
    stage: ClassVar[Stage] = "integrity"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ()

    max_offset: float = 1e6
    max_magnitude: float = 1e18

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a warning for scales that break single precision, else a pass that says how far the ranges differ."""
        columns = [column for column in features(evidence, "numeric") if column.std and not constant(column)]
        if not columns:
            return
        offsets = {column.name: abs(column.mean or 0.0) / (column.std or 1.0) for column in columns}
        broken = [
            column
            for column in columns
            if offsets[column.name] > self.max_offset or magnitude(column) > self.max_magnitude
        ]
        if not broken:
            yield self._passed([column.std for column in columns if column.std])
            return
        worst, *_ = broken = sorted(
            broken, key=lambda column: -max(offsets[column.name], magnitude(column) / self.max_magnitude)
        )
        names = tuple(column.name for column in broken)
        shifted = offsets[worst.name] > self.max_offset
        measured, limit = (offsets[worst.name], self.max_offset) if shifted else (magnitude(worst), self.max_magnitude)
        what = "a mean of {} standard deviations" if shifted else "values of up to {}"
        yield Finding(
            check=self.id,
            status="warn",
            message=f"{worst.name!r} has {what.format(two_digits(measured))} (limit {limit:.0e}), which single "
            f"precision cannot hold{also(names)}.",
            columns=names,
            measured=measured,
            limit=limit,
            unit="standard deviations" if shifted else "largest absolute value",
            why="Networks and most encoders compute in single precision, with 24 bits: at the limit, what the column "
            "says is rounded away or its square overflows.",
            remedy=f"df[{worst.name!r}] = (df[{worst.name!r}] - df[{worst.name!r}].mean()) / "
            f"df[{worst.name!r}].std(), in double precision",
        )

    def _passed(self, scales: list[float]) -> Finding:
        ratio = max(scales) / min(scales)
        return Finding(
            check=self.id,
            status="pass",
            message=f"The standard deviations of {len(scales):,} numeric features differ by a factor of up to "
            f"{two_digits(ratio)}; standardizing, which is the default, evens that out.",
            measured=ratio,
            unit="ratio of standard deviations",
        )


def magnitude(column: ColumnProfile) -> float:
    """Return the largest absolute value; 0 where a value is infinite, which is another check's matter."""
    if column.n_infinite or column.minimum is None or column.maximum is None:
        return 0.0
    return max(abs(float(column.minimum)), abs(float(column.maximum)))
