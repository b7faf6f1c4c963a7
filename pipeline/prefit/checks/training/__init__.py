"""Checks of the planned training: its settings, against what was measured on these data."""

from prefit.checks.base import Check
from prefit.checks.training.exploding_gradient_risk import ExplodingGradientRisk
from prefit.checks.training.flat_loss_risk import FlatLossRisk
from prefit.checks.training.ill_conditioned import IllConditioned
from prefit.checks.training.initialization import Initialization
from prefit.checks.training.learning_rate import LearningRate
from prefit.checks.training.loss_function import LossFunction
from prefit.checks.training.regularization import RegularizationCheck
from prefit.checks.training.vanishing_gradient_risk import VanishingGradientRisk
from prefit.checks.training.zero_loss_risk import ZeroLossRisk

CHECKS: tuple[Check, ...] = (
    ExplodingGradientRisk(),
    VanishingGradientRisk(),
    FlatLossRisk(),
    ZeroLossRisk(),
    IllConditioned(),
    LossFunction(),
    LearningRate(),
    Initialization(),
    RegularizationCheck(),
)
