"""Checks for columns that know the answer."""

from prefit.checks.base import Check
from prefit.checks.leakage.missingness_leakage import MissingnessLeakage
from prefit.checks.leakage.target_leakage import TargetLeakage

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (TargetLeakage(), MissingnessLeakage())
