"""Checks for what knows the answer: columns, the order of the rows, groups and time."""

from prefit.checks.base import Check
from prefit.checks.leakage.group_leakage import GroupLeakage
from prefit.checks.leakage.missingness_leakage import MissingnessLeakage
from prefit.checks.leakage.order_leakage import OrderLeakage
from prefit.checks.leakage.target_leakage import TargetLeakage
from prefit.checks.leakage.time_leakage import TimeLeakage

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    TargetLeakage(),
    MissingnessLeakage(),
    OrderLeakage(),
    GroupLeakage(),
    TimeLeakage(),
)
