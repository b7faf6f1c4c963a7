"""All that the checks may see: values that were measured, no data to scan."""

from prefit.evidence.advice import Advice
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.annotation import Annotation
from prefit.evidence.bundle import Evidence
from prefit.evidence.comparisons import BaselineDrift, DomainTest, FeatureDrift
from prefit.evidence.copies import NearTwins
from prefit.evidence.curves import CurvePoint, Curves, FamilyForecast, Forecast, LearningCurve, Risks
from prefit.evidence.labels import LabelNoise
from prefit.evidence.leaks import LeakPrice, SingleFeature
from prefit.evidence.metric import MetricForecast
from prefit.evidence.network import NetworkProbe
from prefit.evidence.splitting import RowOrder, SplitGap
from prefit.evidence.suites import ExpectationResult, SuiteResult, Unjudged
from prefit.evidence.training import TrainingEvidence
from prefit.task import FAMILIES, Level, Requirement

__all__ = [
    "FAMILIES",
    "Advice",
    "AmountNoise",
    "Annotation",
    "BaselineDrift",
    "CurvePoint",
    "Curves",
    "DomainTest",
    "Evidence",
    "ExpectationResult",
    "FamilyForecast",
    "FeatureDrift",
    "Forecast",
    "LabelNoise",
    "LeakPrice",
    "LearningCurve",
    "Level",
    "MetricForecast",
    "NearTwins",
    "NetworkProbe",
    "Requirement",
    "Risks",
    "RowOrder",
    "SingleFeature",
    "SplitGap",
    "SuiteResult",
    "TrainingEvidence",
    "Unjudged",
]
