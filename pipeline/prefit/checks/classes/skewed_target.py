"""The check ``skewed-target``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.columns import target
from prefit.evidence import Evidence
from prefit.finding import Finding
from prefit.profiling.values import ColumnProfile

__all__ = ["SkewedTarget"]


@dataclass(frozen=True)
class SkewedTarget:
    """Do a few rows with extreme targets decide the squared error?

    Parameters
    ----------
    max_skewness : float, default 3.0
        Absolute skewness above which the check warns. A log-normal target reaches it at sigma 0.72, where the top 1 %
        of the rows carries 32 % of the squared deviation; of a normal target it carries 8 %.
    min_bulk_skewness : float, default 0.25
        Skewness of the middle 90 % of the rows, (q95 + q05 - 2 q50) / (q95 - q05), that it takes as well. A single
        typing error has none and is left to `outliers`; an exponential target has 0.56.

    What it measures
    ----------------
    The skewness of the target over all rows, and that of its quantiles.

    Why it hurts training
    ---------------------
    Squared error weighs a row by the square of its distance. A few extreme rows then make up most of the loss and of
    its gradient: the model serves them, the typical row is predicted badly, and the score hangs on which extreme rows
    the test happens to hold.

    Example
    -------
    Hospital charges: most are around 1,000, a few are 500,000; R² depends on a dozen patients.

    What to do
    ----------
    Train on a transformed target (TransformedTargetRegressor with a logarithm or PowerTransformer), or use a loss that
    does not square: absolute error, Huber, or Poisson, Gamma and Tweedie for counts and amounts.

    When it may be a false alarm
    ----------------------------
    When the sum matters and the extreme rows are what is to be predicted (claims, demand): then weigh them as they are,
    and expect a score with a wide interval.

    References
    ----------
    Box & Cox (1964), An analysis of transformations, doi:10.1111/j.2517-6161.1964.tb00553.x.
    """

    id: ClassVar[str] = "skewed-target"
    stage: ClassVar[Stage] = "classes"
    applies_to: ClassVar[Applies] = "regression"
    needs: ClassVar[tuple[str, ...]] = ()

    max_skewness: float = 3.0
    min_bulk_skewness: float = 0.25

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding when the target is skewed as a whole."""
        label = target(evidence)
        if label is None or label.skewness is None or abs(label.skewness) <= self.max_skewness:
            return
        if abs(bulk_skewness(label)) < self.min_bulk_skewness:
            return
        long_tail = "log1p of it" if label.skewness > 0 and label.n_negative == 0 else "PowerTransformer()"
        yield Finding(
            check=self.id,
            status="warn",
            message=f"The target {label.name!r} has a skewness of {label.skewness:.1f} (limit ± "
            f"{self.max_skewness:g}).",
            columns=(label.name,),
            measured=label.skewness,
            limit=self.max_skewness if label.skewness > 0 else -self.max_skewness,
            unit="skewness",
            why="A few extreme rows make up most of the squared error, so that the model serves them and the score "
            "hangs on which of them are held out. At the limit the top 1 % of a log-normal target carries a third of "
            "the squared deviation.",
            remedy=f"Learn {long_tail} by TransformedTargetRegressor, or use absolute error, Huber, Poisson or Gamma "
            "as the loss.",
        )


def bulk_skewness(column: ColumnProfile) -> float:
    """Return the skewness of the middle 90 % of the rows, between -1 and 1; 1 where they all have one value."""
    quantiles = column.numeric.quantiles if column.numeric else {}
    if not {0.05, 0.5, 0.95} <= quantiles.keys():
        return 0.0
    low, middle, high = quantiles[0.05], quantiles[0.5], quantiles[0.95]
    return (high + low - 2 * middle) / (high - low) if high > low else 1.0
