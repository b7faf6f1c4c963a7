"""Labels: are they wrong, do they contradict one another?"""

from prefit.checks.base import Check
from prefit.checks.labels.conflicting_labels import ConflictingLabels
from prefit.checks.labels.label_errors import LabelErrors
from prefit.checks.labels.label_noise import LabelNoise

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (LabelErrors(), LabelNoise(), ConflictingLabels())
