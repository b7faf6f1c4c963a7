"""From the learning curves of all families to what each will come to, which of them is best, and the ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prefit.evidence import FAMILIES, FamilyForecast, LearningCurve
from prefit.probes.calibration import Calibration, load_calibration
from prefit.probes.outlook import Outlook, ceiling, family_forecast, look_ahead

__all__ = ["LARGEST_UNSEEN", "Foresight", "foresee"]

LARGEST_UNSEEN = 20_000
"""Rows at most of the unseen block on which the score is forecast; 3/7 as many as given where that is fewer."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """Forecasts of all families, by name.

    `best` has the highest held-out score of all; `ceiling` is the interval of the best score that is
    possible, None where it is not known.
    """

    outlooks: Mapping[str, Outlook]
    forecasts: Mapping[str, FamilyForecast]
    ceiling: tuple[float, float] | None
    best: str
    planned_rows: int

    def best_of(self, families: tuple[str, ...]) -> str:
        """Return the one of some families with the highest held-out score."""
        return _best(self.outlooks, families, self.planned_rows)


def foresee(
    curves: Mapping[str, LearningCurve],
    *,
    metric: str,
    constant: float,
    planned_rows: int,
    given_rows: int,
    required: float | None = None,
    calibration: Calibration | None = None,
) -> Foresight:
    """Forecast one training of each family on the planned rows.

    Parameters
    ----------
    curves : mapping of family to LearningCurve
        One at least. The risk of underfitting compares with the best of prefit's families where one is there.
    metric : str
        Kind of score: balanced accuracy or R², or that of a metric beside it.
    constant : float
        Score of the constant predictor.
    planned_rows, given_rows : int
        Rows of the training, and rows of the data.
    required : float, optional
        Score for which the rows needed are sought.
    calibration : Calibration, optional
        What such forecasts came to on other data sets. Default: the one that is shipped.
    """
    unseen = min(max(1, round(given_rows * 3 / 7)), LARGEST_UNSEEN)
    calibration = calibration or load_calibration()
    outlooks = {
        family: look_ahead(curve, n_unseen=unseen, metric=metric, constant=constant, calibration=calibration)
        for family, curve in curves.items()
    }
    best = _best(outlooks, tuple(outlooks), planned_rows)
    known = tuple(family for family in FAMILIES if family in outlooks) or (best,)
    reference = outlooks[_best(outlooks, known, planned_rows)]
    forecasts = {
        family: family_forecast(outlook, reference, planned_rows=planned_rows, required=required)
        for family, outlook in outlooks.items()
    }
    top = ceiling(tuple(outlooks.values()), planned_rows=planned_rows)
    return Foresight(outlooks, forecasts, top, best, planned_rows)


def _best(outlooks: Mapping[str, Outlook], families: tuple[str, ...], planned_rows: int) -> str:
    return max(families, key=lambda family: outlooks[family].held_out(planned_rows).mean)
