"""Classes: is there something to predict, and enough of each of it?"""

from prefit.checks.base import Check
from prefit.checks.classes.class_imbalance import ClassImbalance
from prefit.checks.classes.missing_label import MissingLabel
from prefit.checks.classes.rare_class import RareClass
from prefit.checks.classes.single_class import SingleClass
from prefit.checks.classes.skewed_target import SkewedTarget

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (MissingLabel(), SingleClass(), RareClass(), ClassImbalance(), SkewedTarget())
