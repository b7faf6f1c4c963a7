"""Labels: do they contradict one another?"""

from prefit.checks.base import Check
from prefit.checks.labels.conflicting_labels import ConflictingLabels

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (ConflictingLabels(),)
