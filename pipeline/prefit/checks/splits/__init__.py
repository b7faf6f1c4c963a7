"""Checks that compare the test data with the training data."""

from prefit.checks.base import Check
from prefit.checks.splits.label_drift import LabelDrift
from prefit.checks.splits.schema_mismatch import SchemaMismatch
from prefit.checks.splits.split_drift import SplitDrift
from prefit.checks.splits.split_overlap import SplitOverlap
from prefit.checks.splits.unseen_categories import UnseenCategories
from prefit.checks.splits.unseen_class import UnseenClass

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    SchemaMismatch(),
    SplitOverlap(),
    UnseenClass(),
    LabelDrift(),
    UnseenCategories(),
    SplitDrift(),
)
