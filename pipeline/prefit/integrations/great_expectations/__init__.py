"""What prefit measures, as expectations for a suite of Great Expectations.

Importing this module registers them, so that a suite with them loads. They judge batches of pandas; a batch of SQL or
Spark makes them an error that says so.
"""

from prefit.integrations.great_expectations.classes import ExpectTargetClassShareToBeBetween
from prefit.integrations.great_expectations.conflicts import ExpectTargetConflictShareToBeLessThan
from prefit.integrations.great_expectations.curve_gap import ExpectLearningCurveGapToBeLessThan
from prefit.integrations.great_expectations.duplicates import ExpectDuplicateRowShareToBeLessThan
from prefit.integrations.great_expectations.leakage import ExpectColumnsNotToLeakTarget
from prefit.integrations.great_expectations.noise import ExpectLabelNoiseRateToBeLessThan
from prefit.integrations.great_expectations.sparsity import ExpectColumnsNotToBeSparse

__all__ = [
    "ExpectColumnsNotToBeSparse",
    "ExpectColumnsNotToLeakTarget",
    "ExpectDuplicateRowShareToBeLessThan",
    "ExpectLabelNoiseRateToBeLessThan",
    "ExpectLearningCurveGapToBeLessThan",
    "ExpectTargetClassShareToBeBetween",
    "ExpectTargetConflictShareToBeLessThan",
]
