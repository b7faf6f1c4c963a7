"""Checks of what training will do, read from the learning curves and their forecasts."""

from prefit.checks.base import Check
from prefit.checks.curves.constant_prediction_risk import ConstantPredictionRisk
from prefit.checks.curves.more_data_helps import MoreDataHelps
from prefit.checks.curves.no_signal import NoSignal
from prefit.checks.curves.overfitting_risk import OverfittingRisk
from prefit.checks.curves.target_out_of_reach import TargetOutOfReach
from prefit.checks.curves.underfitting_risk import UnderfittingRisk
from prefit.checks.curves.unstable_score import UnstableScore

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    NoSignal(),
    TargetOutOfReach(),
    ConstantPredictionRisk(),
    UnderfittingRisk(),
    OverfittingRisk(),
    UnstableScore(),
    MoreDataHelps(),
)
