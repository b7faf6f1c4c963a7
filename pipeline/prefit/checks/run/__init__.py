"""Checks of the run itself: what could not be read, fitted or compared."""

from prefit.checks.base import Check
from prefit.checks.run.annotator_disagreement import AnnotatorDisagreement
from prefit.checks.run.baseline_drift import BaselineDrift
from prefit.checks.run.history_anomaly import HistoryAnomaly
from prefit.checks.run.model_failed import ModelFailed
from prefit.checks.run.unreadable_partition import UnreadablePartition
from prefit.checks.run.waiver_expired import WaiverExpired

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    UnreadablePartition(),
    ModelFailed(),
    BaselineDrift(),
    HistoryAnomaly(),
    WaiverExpired(),
    AnnotatorDisagreement(),
)
