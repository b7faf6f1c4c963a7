"""Checks of the planned training: its settings, against what was measured on these data."""

from prefit.checks.base import Check
from prefit.checks.training.initialization import Initialization
from prefit.checks.training.learning_rate import LearningRate
from prefit.checks.training.loss_function import LossFunction
from prefit.checks.training.regularization import RegularizationCheck

CHECKS: tuple[Check, ...] = (LossFunction(), LearningRate(), Initialization(), RegularizationCheck())
